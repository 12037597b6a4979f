"""The three kinds of parameter of a search space; all are frozen and checked when they are made."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from surrogate.errors import SpaceError

# In steps: a value this close to a multiple of its step counts as that multiple.
GRID_TOLERANCE = 1e-6


def grid_counts(lower: float, upper: float, step: float) -> tuple[int, int]:
    """Find the multiples of a step that lie between two limits.

    Parameters
    ----------
    lower, upper, step : float
        In the same unit.

    Returns
    -------
    least, most : int
        Smallest and largest k with ``lower <= k * step <= upper``; least exceeds most if there is none.
    """
    return math.ceil(lower / step - GRID_TOLERANCE), math.floor(upper / step + GRID_TOLERANCE)


def finite(value: Any, what: str, where: str) -> float:
    """Convert a value to a float, if it is a finite number.

    Parameters
    ----------
    value : object
        The value.
    what, where : str
        What it is and where it stands, for the message.

    Returns
    -------
    float

    Raises
    ------
    SpaceError
        If it is not a finite number.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not math.isfinite(value):
        raise SpaceError(f"{what} is not a finite number", where=where, value=value)
    return float(value)


def _check_name(name: Any, kind: str) -> None:
    if not isinstance(name, str) or not name:
        raise SpaceError(f"a {kind} needs a name", value=name, limit="text that is not empty")


def _check_step(step: Any, where: str) -> float | None:
    if step is None:
        return None
    number = finite(step, "step", where)
    if number <= 0:
        raise SpaceError("step is not positive", where=where, value=step, limit="step > 0, or None")
    return number


@dataclass(frozen=True)
class Continuous:
    """A number between two limits.

    Attributes
    ----------
    name : str
        The column; its name carries the unit.
    lower, upper : float
        Limits, both allowed values, in the unit that the name carries.
    log : bool
        Whether to sample and encode on a log scale (needs ``lower > 0``).
    step : float or None
        The resolution that a laboratory can set, of which proposals are multiples; None: any value.
    whole : bool
        Whether designs have whole numbers only (a step of 1 where none is given). A search moves between them.

    Raises
    ------
    SpaceError
        For limits that are not finite numbers or not in order, a log scale that reaches zero, or a step of
        which no multiple lies between the limits.
    """

    name: str
    lower: float
    upper: float
    log: bool = False
    step: float | None = None
    whole: bool = False

    def __post_init__(self) -> None:
        _check_name(self.name, "continuous parameter")
        object.__setattr__(self, "lower", finite(self.lower, "lower limit", self.name))
        object.__setattr__(self, "upper", finite(self.upper, "upper limit", self.name))
        step = 1.0 if self.whole and self.step is None else self.step
        object.__setattr__(self, "step", _check_step(step, self.name))
        if self.lower >= self.upper:
            raise SpaceError(
                "the lower limit is not below the upper limit",
                where=self.name,
                value=(self.lower, self.upper),
                limit="lower < upper",
                remedy="swap the limits, or leave a quantity that cannot vary out of the space",
            )
        if self.log and self.lower <= 0:
            raise SpaceError(
                "a log scale cannot reach zero",
                where=self.name,
                value=self.lower,
                limit="lower > 0",
                remedy="raise the lower limit or set log=False",
            )
        if self.step is not None:
            low, high = grid_counts(self.lower, self.upper, self.step)
            if low > high:
                raise SpaceError(
                    "no multiple of the step lies between the limits",
                    where=self.name,
                    value=self.step,
                    limit=f"{self.lower:g} to {self.upper:g}",
                    remedy="choose a finer step",
                )

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns of this parameter."""
        return (self.name,)


@dataclass(frozen=True)
class Categorical:
    """One of several named values; their order carries no meaning.

    Attributes
    ----------
    name : str
        The column.
    values : sequence of str or float
        The values, numbers kept as given; stored as a tuple.

    Raises
    ------
    SpaceError
        If there is no value, a value is repeated, or a value is neither text nor a finite number.
    """

    name: str
    values: Sequence[Any]

    def __post_init__(self) -> None:
        _check_name(self.name, "categorical parameter")
        if isinstance(self.values, str):
            raise SpaceError("values is text", where=self.name, value=self.values, limit="a list of values")
        values = tuple(self.values)
        object.__setattr__(self, "values", values)
        if not values:
            raise SpaceError("no values", where=self.name, limit="at least one value")
        for value in values:
            if not isinstance(value, str):
                finite(value, "a value", self.name)
        if len(set(values)) != len(values):
            repeated = next(value for value in values if values.count(value) > 1)
            raise SpaceError("a value is given twice", where=self.name, value=repeated)

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def code(self, value: Any) -> int:
        """Find the position of a value.

        Parameters
        ----------
        value : object
            The value.

        Returns
        -------
        int
            Its position among the values; -1 for any other value.
        """
        return next((i for i, known in enumerate(self.values) if known == value), -1)

    @property
    def allowed(self) -> str:
        """The values, for a message."""
        return ", ".join(map(str, self.values))

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns of this parameter."""
        return (self.name,)


@dataclass(frozen=True)
class Simplex:
    """Fractions, a column for each part, that sum to 1 (a mixture).

    Attributes
    ----------
    name : str
        What the mixture is called in messages.
    parts : sequence of str
        The columns of the fractions.
    lower, upper : mapping of str to float, sequence of float, or None
        Limits of the parts, as a mapping (parts left out: 0 and 1) or in the parts' order; stored as tuples.
    step : float or None
        The resolution of every fraction, of which 1 has to be a multiple; None: any value.

    Raises
    ------
    SpaceError
        For fewer than two parts, repeated parts, or limits under which no mixture sums to 1.
    """

    name: str
    parts: Sequence[str]
    lower: Mapping[str, float] | Sequence[float] | None = None
    upper: Mapping[str, float] | Sequence[float] | None = None
    step: float | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, "simplex")
        parts = tuple(self.parts)
        object.__setattr__(self, "parts", parts)
        if isinstance(self.parts, str) or len(parts) < 2 or len(set(parts)) != len(parts):
            raise SpaceError(
                "a simplex needs at least two different parts", where=self.name, value=list(parts)
            )
        for part in parts:
            _check_name(part, f"part of {self.name}")
        object.__setattr__(self, "lower", self._limits(self.lower, 0.0, "lower"))
        object.__setattr__(self, "upper", self._limits(self.upper, 1.0, "upper"))
        object.__setattr__(self, "step", _check_step(self.step, self.name))
        for part, (low, high) in self.limits.items():
            if not 0.0 <= low <= high <= 1.0:
                raise SpaceError(
                    "limits of a fraction are not in order",
                    where=f"{self.name}, part {part}",
                    value=(low, high),
                    limit="0 <= lower <= upper <= 1",
                )
        least = math.fsum(low for low, _ in self.limits.values())
        most = math.fsum(high for _, high in self.limits.values())
        if least > 1 + 1e-9 or most < 1 - 1e-9:
            raise SpaceError(
                "no mixture within these limits sums to 1",
                where=self.name,
                value=(least, most),
                limit="sum of the lower limits <= 1 <= sum of the upper limits",
            )
        if self.step is not None and abs(round(1 / self.step) * self.step - 1) > 1e-9:
            raise SpaceError(
                "1 is not a multiple of the step",
                where=self.name,
                value=self.step,
                limit="for instance 0.01 or 0.05",
            )

    def _limits(
        self, given: Mapping[str, float] | Sequence[float] | None, default: float, what: str
    ) -> tuple[float, ...]:
        where = f"{self.name}, {what}"
        if given is None:
            return (default,) * len(self.parts)
        if isinstance(given, Mapping):
            unknown = [part for part in given if part not in self.parts]
            if unknown:
                raise SpaceError(
                    "not a part of this simplex", where=where, value=unknown[0], limit=", ".join(self.parts)
                )
            return tuple(finite(given.get(part, default), what, where) for part in self.parts)
        values = tuple(given)
        if len(values) != len(self.parts):
            raise SpaceError(
                "one limit for each part is needed",
                where=where,
                value=values,
                limit=f"{len(self.parts)} values",
            )
        return tuple(finite(value, what, where) for value in values)

    @property
    def limits(self) -> dict[str, tuple[float, float]]:
        """Part -> (lower, upper)."""
        lower, upper = self._limits(self.lower, 0.0, "lower"), self._limits(self.upper, 1.0, "upper")
        return {part: (lower[i], upper[i]) for i, part in enumerate(self.parts)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns of this parameter."""
        return tuple(self.parts)


Parameter = Continuous | Categorical | Simplex
