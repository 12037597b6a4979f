"""The form of a compatibility rule and its evaluation on a design; ``compatibility`` holds the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal, SupportsFloat, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import MaterialError

_FEW = 64  # rows that a loop tests faster than a table
TOLERANCE = 1e-9  # on a linear constraint between volume fractions
Sense = Literal["<=", ">=", "=="]
# The categorical columns that a search varies or a campaign fixes; the others follow from the framework.
_SEARCHED = frozenset({"framework", "agent", "electrolyte", "additives"})


@dataclass(frozen=True)
class Rule:
    """What cannot be made or used: a forbidden combination, or a conditional linear constraint.

    A design whose columns all lie in the sets of ``forbids`` breaks the rule. Or: where all columns of ``when``
    lie in their sets, ``sum(linear[column] * design[column])`` has to be ``sense`` ``bound``.

    Attributes
    ----------
    name : str
        Identifier of the rule.
    reason : str
        One sentence for the user.
    source : str
        A DOI, the stem of a source document, or author, journal, year; empty only where it is assumed.
    assumed : bool
        Whether the rule is a judgement and not published.
    forbids, when : mapping of str to frozenset of str
        Categorical column -> values.
    linear : mapping of str to float
        Numeric column -> coefficient, for columns in the unit of their name.
    sense : {"<=", ">=", "=="}
        The relation.
    bound : float
        The right-hand side, in the unit of the terms.

    Raises
    ------
    MaterialError
        When it has neither form or both, or no reason or source.
    """

    name: str
    reason: str
    source: str = ""
    assumed: bool = False
    forbids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)
    linear: Mapping[str, float] = field(default_factory=dict)
    sense: Sense = "<="
    bound: float = 0.0

    def __post_init__(self) -> None:
        where = f"rule {self.name}"
        if bool(self.forbids) == bool(self.linear) or (self.forbids and self.when):
            raise MaterialError("needs forbids, or when with linear", where=where)
        if self.linear and not self.when:
            raise MaterialError("a linear constraint needs the categories it holds for", where=where)
        if self.sense not in get_args(Sense):
            raise MaterialError(
                "unknown sense", where=where, value=self.sense, limit=", ".join(get_args(Sense))
            )
        if not self.reason.strip() or not (self.source.strip() or self.assumed):
            raise MaterialError("needs a reason, and a source or assumed", where=where)
        if not all(self.categories.values()):
            raise MaterialError("a set of values is empty, so the rule can never act", where=where)

    @property
    def categories(self) -> Mapping[str, frozenset[str]]:
        """The categorical condition, whichever form the rule has."""
        return self.forbids or self.when

    @property
    def applies_to(self) -> tuple[str, ...]:
        """Every column that the rule reads."""
        return (*self.categories, *self.linear)

    @property
    def searchable(self) -> bool:
        """Whether it reads only categorical columns that a search varies or a campaign fixes."""
        return _SEARCHED.issuperset(self.categories)

    @property
    def limit(self) -> str:
        """What is allowed, in words, for messages and tables."""
        where = " and ".join(f"{column} {either(values)}" for column, values in self.categories.items())
        if self.forbids:
            return f"not {where}"
        return f"{_expression(self.linear)} {self.sense} {self.bound:g} with {where}"

    def broken_by(self, design: Mapping[str, object]) -> str | None:
        """Explain how a design breaks the rule.

        Parameters
        ----------
        design : mapping of str to object
            A complete design row, column -> value.

        Returns
        -------
        str or None
            The reason, with the design's values; None when the design does not break the rule.

        Raises
        ------
        MaterialError
            When the design lacks a column or holds no number where a number is needed.
        """
        absent = [column for column in self.applies_to if column not in design]
        if absent:
            raise MaterialError("the design lacks a column", where=f"rule {self.name}", value=absent[0])
        if not all(design[column] in allowed for column, allowed in self.categories.items()):
            return None
        if self.forbids:
            combination = ", ".join(f"{column} {design[column]}" for column in self.forbids)
            return f"{self.reason} ({combination})"
        total = sum(factor * _number(design, column, self.name) for column, factor in self.linear.items())
        excess = {"<=": total - self.bound, ">=": self.bound - total, "==": abs(total - self.bound)}[
            self.sense
        ]
        if excess <= TOLERANCE:
            return None
        return (
            f"{self.reason} ({_expression(self.linear)} is {total:g}, has to be {self.sense} {self.bound:g})"
        )

    def breaks(self, designs: Mapping[str, NDArray[Any]] | pd.DataFrame) -> NDArray[np.bool_]:
        """Test which designs break the rule.

        Parameters
        ----------
        designs : DataFrame, or mapping of str to ndarray (n,)
            n complete design rows; the columns that the rule reads have to be there.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        acts = np.ones(len(designs[self.applies_to[0]]), dtype=bool)
        for column, allowed in self.categories.items():
            acts &= _among(np.asarray(designs[column], dtype=object), allowed)
            if not acts.any():
                return acts
        if self.forbids:
            return acts
        total = np.zeros(len(acts))
        for column, factor in self.linear.items():
            total += factor * np.asarray(designs[column], dtype=float)
        off = total - self.bound
        excess = {"<=": off, ">=": -off, "==": np.abs(off)}[self.sense]
        return np.asarray(acts & ~(excess <= TOLERANCE))

    def breaks_one(self, design: Mapping[str, Any]) -> bool:
        """Test whether a design breaks the rule, as :meth:`breaks` does for a table.

        Parameters
        ----------
        design : mapping of str to object
            A complete design row, column -> value.

        Returns
        -------
        bool
        """
        for column, allowed in self.categories.items():
            if design[column] not in allowed:
                return False
        if self.forbids:
            return True
        off = sum(factor * design[column] for column, factor in self.linear.items()) - self.bound
        excess = {"<=": off, ">=": -off, "==": abs(off)}[self.sense]
        return not excess <= TOLERANCE


def _among(values: NDArray[np.object_], allowed: Collection[str]) -> NDArray[np.bool_]:
    """Test which values (n,) are allowed; pandas is faster from some dozens on."""
    if len(values) > _FEW:
        return np.asarray(pd.Series(values).isin(list(allowed)))
    return np.array([value in allowed for value in values], dtype=bool)


def _number(design: Mapping[str, object], column: str, rule: str) -> float:
    value = design[column]
    if not isinstance(value, SupportsFloat) or not isfinite(number := float(value)):
        raise MaterialError("not a finite number", where=f"rule {rule}, column {column}", value=value)
    return number


def _expression(linear: Mapping[str, float]) -> str:
    terms = [
        f"{'-' if factor < 0 else '+'} {_scaled(column, abs(factor))}" for column, factor in linear.items()
    ]
    return " ".join(terms).removeprefix("+ ")


def either(values: Iterable[str]) -> str:
    """Write values, sorted, as "a, b or c".

    Parameters
    ----------
    values : iterable of str
        At least one.

    Returns
    -------
    str
    """
    *others, last = sorted(values)
    return f"{', '.join(others)} or {last}" if others else last


def _scaled(column: str, factor: float) -> str:
    return column if factor == 1.0 else f"{factor:g} {column}"
