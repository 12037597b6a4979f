"""What ties parameters together: linear and nonlinear constraints, and restrictions for some categories only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, SpaceError
from surrogate.space.checks import finite

Sense = Literal["<=", ">=", "=="]
# Which nonlinear constraints are asked: all of them, those that cost little, or none.
Asked = Literal["all", "cheap", "none"]
# On sums and linear constraints, relative to the size of their terms (at least 1).
TOLERANCE = 1e-9
# The reason of a violation of which ``limit`` says why nothing is allowed, not what is.
FORBIDDEN = "this combination is not allowed"


@dataclass(frozen=True)
class LinearConstraint:
    """A linear constraint ``sum(coefficient * column) sense bound`` over numeric columns in natural units.

    Columns on a log scale cannot take part, since the constraint would not be linear where the search happens; two of
    them may be held equal, which is as straight on either scale.

    Attributes
    ----------
    coefficients : mapping of str to float
        Numeric column -> coefficient; zeros are dropped.
    sense : {"<=", ">=", "=="}
        The relation.
    bound : float
        The right-hand side, in the unit of the terms.
    reason : str
        Why the constraint holds, for messages.

    Raises
    ------
    SpaceError
        If no coefficient differs from zero, a number is not finite, or the sense is unknown.
    """

    coefficients: Mapping[str, float]
    sense: Sense
    bound: float
    reason: str = ""

    def __post_init__(self) -> None:
        where = "linear constraint" + (f" ({self.reason})" if self.reason else "")
        coefficients = {str(k): finite(v, f"coefficient of {k}", where) for k, v in self.coefficients.items()}
        object.__setattr__(self, "coefficients", {k: v for k, v in coefficients.items() if v != 0.0})
        object.__setattr__(self, "bound", finite(self.bound, "bound", where))
        if not self.coefficients:
            raise SpaceError("no coefficient differs from zero", where=where)
        if self.sense not in get_args(Sense):
            raise SpaceError("unknown sense", where=where, value=self.sense, limit="<=, >= or ==")

    @property
    def ties(self) -> bool:
        """Whether it holds two columns equal."""
        return (
            self.sense == "=="
            and self.bound == 0.0
            and len(self.coefficients) == 2
            and sum(self.coefficients.values()) == 0.0
        )

    def __str__(self) -> str:
        terms = " + ".join(f"{value:g}*{column}" for column, value in self.coefficients.items())
        return f"{terms} {self.sense} {self.bound:g}"


@dataclass(frozen=True)
class NonlinearConstraint:
    """A constraint that no linear row can express: a test of whole designs.

    Attributes
    ----------
    name : str
        Identifier of the constraint.
    reason : str
        Why it holds, for the message to whoever breaks it.
    holds : callable
        Table of n rows with the space's columns in natural units -> n answers, whether each row keeps it. The answer
        for a row must not depend on the other rows.
    costly : bool
        Whether an answer takes long (a simulation): then only designs that are about to be proposed are asked.
    limit : str
        What is allowed, in words.

    Raises
    ------
    SpaceError
        If there is no name or reason, or ``holds`` cannot be called.
    """

    name: str
    reason: str
    holds: Callable[[pd.DataFrame], Any]
    costly: bool = False
    limit: str = ""

    def __post_init__(self) -> None:
        if not self.name or not self.reason:
            raise SpaceError("a nonlinear constraint needs a name and a reason", value=self.name)
        if not callable(self.holds):
            raise SpaceError("cannot be called", where=f"nonlinear constraint {self.name}", value=self.holds)

    def kept(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Ask which rows keep the constraint.

        Parameters
        ----------
        table : DataFrame
            n rows with the space's columns in natural units.

        Returns
        -------
        ndarray of bool, shape (n,)

        Raises
        ------
        SpaceError
            When ``holds`` does not give one answer a row.
        """
        if not len(table):
            return np.zeros(0, dtype=bool)
        answer = np.asarray(self.holds(table), dtype=bool)
        if answer.shape != (len(table),):
            raise SpaceError(
                "a nonlinear constraint must give one answer a row",
                where=f"nonlinear constraint {self.name}",
                value=answer.shape,
                limit=f"({len(table)},)",
            )
        return answer


@dataclass(frozen=True)
class Restriction:
    """What holds when the categorical columns of ``when`` all have one of the listed values.

    Attributes
    ----------
    when : mapping of str to sequence
        Categorical column -> values; empty means always.
    reason : str
        Why it holds, for the message to whoever breaks it.
    forbid : bool
        Whether the combination is not allowed at all.
    fix : mapping of str to float
        Numeric column -> its value where it has no effect, in the unit of the column; the value may lie
        outside the limits of the parameter.
    lower, upper : mapping of str to float
        Numeric column -> narrower limit, in the unit of the column.
    constraints : sequence of LinearConstraint
        Further linear constraints.

    Raises
    ------
    SpaceError
        If there is no reason or no effect, a list of values is empty, or a limit is not a finite number.
    """

    when: Mapping[str, Sequence[Any]]
    reason: str
    forbid: bool = False
    fix: Mapping[str, float] = field(default_factory=dict)
    lower: Mapping[str, float] = field(default_factory=dict)
    upper: Mapping[str, float] = field(default_factory=dict)
    constraints: Sequence[LinearConstraint] = ()

    def __post_init__(self) -> None:
        if not self.reason:
            raise SpaceError("a restriction needs a reason", value=dict(self.when))
        where = f"restriction ({self.reason})"
        when: dict[str, tuple[Any, ...]] = {}
        for column, values in self.when.items():
            when[column] = (values,) if isinstance(values, str) else tuple(values)
            if not when[column]:
                raise SpaceError("no value listed, so it can never act", where=f"{where}, column {column}")
        object.__setattr__(self, "when", when)
        for name in ("fix", "lower", "upper"):
            given = getattr(self, name)
            object.__setattr__(self, name, {k: finite(v, f"{name} of {k}", where) for k, v in given.items()})
        object.__setattr__(self, "constraints", tuple(self.constraints))
        if not (self.forbid or self.fix or self.lower or self.upper or self.constraints):
            raise SpaceError("a restriction that restricts nothing", where=where)


@dataclass(frozen=True)
class Violation:
    """A limit that a row breaks.

    Attributes
    ----------
    row : int
        Row of the table, counted from 0 by position.
    column : str
        The column, or several joined by ``+``.
    value : object
        What stands there.
    limit : str
        What is allowed; of a combination that is ``FORBIDDEN`` why it is not.
    reason : str
        Why it is not allowed.
    """

    row: int
    column: str
    value: Any
    limit: str
    reason: str

    def error(self, where: str = "") -> DesignError:
        """Make an error of the violation that names row, column, value and limit.

        Parameters
        ----------
        where : str
            What the message calls the table.

        Returns
        -------
        DesignError
        """
        what, limit = self.said
        return DesignError(what, where=where, row=self.row, column=self.column, value=self.value, limit=limit)

    @property
    def said(self) -> tuple[str, str]:
        """What is wrong, and what is allowed, as a message says it; the latter may be empty."""
        if self.reason == FORBIDDEN:
            return f"{self.reason}: {self.limit}", ""
        return self.reason, self.limit

    def __str__(self) -> str:
        return str(self.error())
