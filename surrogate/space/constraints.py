"""What ties parameters together: linear constraints, and restrictions that hold for some categories only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from surrogate.errors import DesignError, SpaceError
from surrogate.space.parameters import finite

Sense = Literal["<=", ">=", "=="]
# On sums and linear constraints, relative to the size of their terms (at least 1).
TOLERANCE = 1e-9


@dataclass(frozen=True)
class LinearConstraint:
    """A linear constraint ``sum(coefficient * column) sense bound`` over numeric columns in natural units.

    Columns on a log scale cannot take part: the constraint would not be linear where the search happens.

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

    def __str__(self) -> str:
        terms = " + ".join(f"{value:g}*{column}" for column, value in self.coefficients.items())
        return f"{terms} {self.sense} {self.bound:g}"


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
        What is allowed.
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
        return DesignError(
            self.reason, where=where, row=self.row, column=self.column, value=self.value, limit=self.limit
        )

    def __str__(self) -> str:
        return str(self.error())
