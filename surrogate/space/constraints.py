"""What ties parameters together: linear constraints, and restrictions that hold for some categories only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from surrogate.errors import DesignError, SpaceError
from surrogate.space.parameters import finite

Sense = Literal["<=", ">=", "=="]
TOLERANCE = 1e-9  # on sums and linear constraints, relative to the size of their terms (at least 1)


@dataclass(frozen=True)
class LinearConstraint:
    """``sum(coefficient * column) sense bound`` over numeric columns in natural units.

    Columns on a log scale cannot take part: the constraint would not be linear where the search happens.

    Raises SpaceError for no coefficients, a zero or infinite one, or an unknown sense.
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

    when: column -> values; empty means always. reason: told to whoever meets the restriction. forbid: the
    combination is not allowed at all. fix: column -> its value where it does not act (may lie outside the
    limits of the parameter). lower, upper: narrower limits. constraints: further linear constraints.

    Raises SpaceError for a restriction without reason or effect, or limits that are not finite numbers.
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
    """One broken limit of one row. row counts from 0, by position in the table."""

    row: int
    column: str
    value: Any
    limit: str
    reason: str

    def error(self, where: str = "") -> DesignError:
        """The violation as an error that names row, column, value and limit."""
        return DesignError(
            self.reason, where=where, row=self.row, column=self.column, value=self.value, limit=self.limit
        )

    def __str__(self) -> str:
        return str(self.error())
