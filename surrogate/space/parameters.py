"""The four kinds of parameter of a search space; all are frozen and checked when they are made."""

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
# On the sum of a mixture, relative to its total (at least 1).
_SUM_TOLERANCE = 1e-9


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


def _check_was(was: Any, name: str) -> None:
    if was is not None and (not isinstance(was, str) or not was or was == name):
        raise SpaceError(
            "not an old name", where=name, value=was, limit="text that is not empty, nor the name of today",
            remedy="leave was out where nothing was renamed",
        )  # fmt: skip


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
    was : str or None
        What the column was called in tables that were told before, which are then read under the name of today.

    Raises
    ------
    SpaceError
        For limits that are not finite numbers or not in order, a log scale that reaches zero, a step of which no
        multiple lies between the limits, or an old name that is none.
    """

    name: str
    lower: float
    upper: float
    log: bool = False
    step: float | None = None
    whole: bool = False
    was: str | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, "continuous parameter")
        _check_was(self.was, self.name)
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

    @property
    def renamed(self) -> dict[str, str]:
        """Column -> what it was called."""
        return {} if self.was is None else {self.name: self.was}


@dataclass(frozen=True)
class Discrete:
    """A number that has one of some listed values.

    Attributes
    ----------
    name : str
        The column; its name carries the unit.
    values : sequence of float
        At least two values, in the unit that the name carries; stored as a tuple in ascending order.
    log : bool
        Whether to measure distances between values, and encode them, on a log scale (needs positive values).
    was : str or None
        What the column was called in tables that were told before, which are then read under the name of today.

    Raises
    ------
    SpaceError
        For fewer than two values, a repeated value, one that is not a finite number, a log scale that reaches zero,
        or an old name that is none.
    """

    name: str
    values: Sequence[float]
    log: bool = False
    was: str | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, "discrete parameter")
        _check_was(self.was, self.name)
        values = tuple(sorted(finite(value, "a value", self.name) for value in self.values))
        object.__setattr__(self, "values", values)
        if len(values) < 2:
            raise SpaceError(
                "fewer than two values",
                where=self.name,
                value=list(values),
                limit="at least two",
                remedy="leave a quantity that cannot vary out of the space",
            )
        if len(set(values)) != len(values):
            repeated = next(value for value in values if values.count(value) > 1)
            raise SpaceError("a value is given twice", where=self.name, value=repeated)
        if self.log and values[0] <= 0:
            raise SpaceError(
                "a log scale cannot reach zero",
                where=self.name,
                value=values[0],
                limit="values > 0",
                remedy="leave that value out or set log=False",
            )

    @property
    def lower(self) -> float:
        """The smallest value."""
        return float(self.values[0])

    @property
    def upper(self) -> float:
        """The largest value."""
        return float(self.values[-1])

    @property
    def step(self) -> None:
        """No resolution: only the listed values can be set."""
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns of this parameter."""
        return (self.name,)

    @property
    def renamed(self) -> dict[str, str]:
        """Column -> what it was called."""
        return {} if self.was is None else {self.name: self.was}


@dataclass(frozen=True)
class Categorical:
    """One of several named values; their order carries no meaning.

    Attributes
    ----------
    name : str
        The column.
    values : sequence of str or float
        The values, numbers kept as given; stored as a tuple.
    was : str or None
        What the column was called in tables that were told before, which are then read under the name of today.
    values_were : mapping, optional
        Value -> what it was called in such tables.

    Raises
    ------
    SpaceError
        If there is no value, a value is repeated, or a value is neither text nor a finite number; for an old name of
        what is no value, or that is a value of today or the old name of another.
    """

    name: str
    values: Sequence[Any]
    was: str | None = None
    values_were: Mapping[Any, Any] | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, "categorical parameter")
        _check_was(self.was, self.name)
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

        self._check_old_values()

    def _check_old_values(self) -> None:
        """Refuse old names of values that there are not, or that could mean another value."""
        old = list((self.values_were or {}).values())
        for today, was in (self.values_were or {}).items():
            if self.code(today) < 0:
                raise SpaceError(
                    "an old name of what is no value", where=self.name, value=today, limit=self.allowed,
                    remedy="give the value of today first: values_were={today: old}",
                )  # fmt: skip
            if self.code(was) >= 0 or old.count(was) > 1:
                raise SpaceError(
                    "an old name that means another value too", where=self.name, value=was,
                    remedy="give each value an old name of its own, which is no value of today",
                )  # fmt: skip

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

    @property
    def renamed(self) -> dict[str, str]:
        """Column -> what it was called."""
        return {} if self.was is None else {self.name: self.was}


@dataclass(frozen=True)
class Simplex:
    """Amounts, a column for each part, that have a given sum (a mixture).

    Attributes
    ----------
    name : str
        What the mixture is called in messages.
    parts : sequence of str
        The columns of the amounts.
    lower, upper : mapping of str to float, sequence of float, or None
        Limits of the parts, as a mapping (parts left out: 0 and the total) or in the parts' order; stored as
        tuples.
    step : float or None
        The resolution of every amount, of which the total has to be a multiple; None: any value.
    total : float
        What the parts sum to, in their unit: 1 for fractions, 100 for per cent.
    at_most : int or None
        How many parts may differ from zero; None: all of them.
    least : float, mapping of str to float, sequence of float, or None
        A part is zero or at least that much (parts left out of a mapping: any amount); stored as a tuple.
    was : mapping of str to str, optional
        Part -> what its column was called in tables that were told before.

    Raises
    ------
    SpaceError
        For fewer than two parts, repeated parts, an old name of what is no part, a total that is no multiple of the
        step, or limits, a number of parts or smallest amounts under which no mixture has the total.
    """

    name: str
    parts: Sequence[str]
    lower: Mapping[str, float] | Sequence[float] | None = None
    upper: Mapping[str, float] | Sequence[float] | None = None
    step: float | None = None
    total: float = 1.0
    at_most: int | None = None
    least: float | Mapping[str, float] | Sequence[float] | None = None
    was: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        _check_name(self.name, "simplex")
        parts = tuple(self.parts)
        for part, was in (self.was or {}).items():
            if part not in parts:
                raise SpaceError(
                    "an old name of what is no part", where=self.name, value=part, limit=", ".join(parts),
                    remedy="give the part of today first: was={part: old}",
                )  # fmt: skip
            _check_was(was, part)
        object.__setattr__(self, "parts", parts)
        if isinstance(self.parts, str) or len(parts) < 2 or len(set(parts)) != len(parts):
            raise SpaceError(
                "a simplex needs at least two different parts", where=self.name, value=list(parts)
            )
        for part in parts:
            _check_name(part, f"part of {self.name}")
        object.__setattr__(self, "total", finite(self.total, "total", self.name))
        if self.total <= 0.0:
            raise SpaceError("the total is not positive", where=self.name, value=self.total, limit="> 0")
        object.__setattr__(self, "lower", self._limits(self.lower, 0.0, "lower"))
        object.__setattr__(self, "upper", self._limits(self.upper, self.total, "upper"))
        object.__setattr__(self, "step", _check_step(self.step, self.name))
        self._check_limits()
        self._check_grid()
        self._check_sparse()

    def _check_limits(self) -> None:
        """Refuse limits out of order, or under which no mixture has the total."""
        for part, (low, high) in self.limits.items():
            if not 0.0 <= low <= high <= self.total:
                raise SpaceError(
                    "limits of a fraction are not in order",
                    where=f"{self.name}, part {part}",
                    value=(low, high),
                    limit=f"0 <= lower <= upper <= {self.total:g}",
                )
        least = math.fsum(low for low, _ in self.limits.values())
        most = math.fsum(high for _, high in self.limits.values())
        slack = _SUM_TOLERANCE * max(1.0, self.total)
        if least > self.total + slack or most < self.total - slack:
            raise SpaceError(
                f"no mixture within these limits sums to {self.total:g}",
                where=self.name,
                value=(least, most),
                limit=f"sum of the lower limits <= {self.total:g} <= sum of the upper limits",
            )

    def _check_grid(self) -> None:
        """Refuse a step of which no multiples have the total."""
        if self.step is None:
            return
        slack = _SUM_TOLERANCE * max(1.0, self.total)
        if abs(round(self.total / self.step) * self.step - self.total) > slack:
            raise SpaceError(
                f"{self.total:g} is not a multiple of the step",
                where=self.name,
                value=self.step,
                limit=f"for instance {0.01 * self.total:g} or {0.05 * self.total:g}",
            )
        ends = [_settable(low, high, self.step) for low, high in self.limits.values()]
        low, high = math.fsum(low for low, _ in ends), math.fsum(high for _, high in ends)
        if low > self.total + slack or high < self.total - slack:
            raise SpaceError(
                f"no multiples of the step within the limits sum to {self.total:g}",
                where=self.name,
                value=(low, high),
                limit=f"step {self.step:g}, sums of the smallest and of the largest multiples",
                remedy="choose a finer step, or limits that are multiples of it",
            )

    def _check_sparse(self) -> None:
        """Refuse a number of parts and smallest amounts that no mixture has."""
        if self.at_most is not None:
            whole = isinstance(self.at_most, int | np.integer) and not isinstance(self.at_most, bool)
            if not whole or self.at_most < 1:
                raise SpaceError(
                    "at_most is not a number of parts", where=self.name, value=self.at_most, limit="1 or more"
                )
            object.__setattr__(self, "at_most", int(self.at_most))
        if self.least is not None:
            one_for_all = not isinstance(self.least, Mapping | Sequence)
            given = (self.least,) * len(self.parts) if one_for_all else self.least
            object.__setattr__(self, "least", self._limits(given, 0.0, "least"))
        if not self.is_sparse:
            return
        for part, least, (_, high) in zip(self.parts, self.smallest, self.limits.values(), strict=True):
            if least < 0.0:
                raise SpaceError("least is negative", where=f"{self.name}, part {part}", value=least)
            if high > 0.0 and least > high * (1.0 + _SUM_TOLERANCE):
                raise SpaceError(
                    "the smallest amount of a part exceeds its upper limit",
                    where=f"{self.name}, part {part}",
                    value=least,
                    limit=f"at most {high:g}" + (f", in steps of {self.step:g}" if self.step else ""),
                    remedy="lower least or raise the upper limit",
                )
        self._check_support()

    def _check_support(self) -> None:
        """Refuse what leaves no set of parts: too many that have to be there, too little or too much in all."""
        most, slack = self.most_parts, _SUM_TOLERANCE * max(1.0, self.total)
        needed = [part for part, (low, _) in self.limits.items() if low > 0.0]
        if len(needed) > most:
            raise SpaceError(
                "more parts have a lower limit than may be present",
                where=self.name,
                value=", ".join(needed),
                limit=f"at most {most} parts",
                remedy="raise at_most or drop lower limits",
            )
        highs = {part: high for part, (_, high) in self.limits.items()}
        if self.step is not None:
            highs = {part: _settable(low, high, self.step)[1] for part, (low, high) in self.limits.items()}
        rest = sorted((high for part, high in highs.items() if part not in needed), reverse=True)
        reach = math.fsum([*(highs[part] for part in needed), *rest[: most - len(needed)]])
        if reach < self.total - slack:
            raise SpaceError(
                f"at most {most} parts cannot sum to {self.total:g}",
                where=self.name,
                value=reach,
                limit=f"the upper limits of {most} parts sum to {self.total:g} or more",
                remedy="raise at_most or the upper limits",
            )
        lows = [max(least, low) for least, (low, _) in zip(self.smallest, self.limits.values(), strict=True)]
        if not _some_support(lows, list(highs.values()), [p in needed for p in self.parts], self.total, most):
            raise SpaceError(
                f"no parts with these smallest amounts sum to {self.total:g}",
                where=self.name,
                value=list(self.smallest),
                limit=f"at most {most} parts, each within its smallest amount and its upper limit",
                remedy="lower least, raise the upper limits or raise at_most",
            )

    def _limits(self, given: Any, default: float, what: str) -> tuple[float, ...]:
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
        lower, upper = self._limits(self.lower, 0.0, "lower"), self._limits(self.upper, self.total, "upper")
        return {part: (lower[i], upper[i]) for i, part in enumerate(self.parts)}

    @property
    def most_parts(self) -> int:
        """How many parts may differ from zero."""
        return len(self.parts) if self.at_most is None else min(self.at_most, len(self.parts))

    @property
    def smallest(self) -> tuple[float, ...]:
        """The smallest amount of each part that is present, on the grid of the step; 0: any amount."""
        given = self.least if isinstance(self.least, tuple) else (0.0,) * len(self.parts)
        if self.step is None:
            return given
        return tuple(round(grid_counts(least, least, self.step)[0] * self.step, 12) for least in given)

    @property
    def is_sparse(self) -> bool:
        """Whether some parts may have to be zero."""
        return self.most_parts < len(self.parts) or any(self.smallest)

    @property
    def columns(self) -> tuple[str, ...]:
        """The table columns of this parameter."""
        return tuple(self.parts)

    @property
    def renamed(self) -> dict[str, str]:
        """Column -> what it was called."""
        return dict(self.was or {})


def _settable(low: float, high: float, step: float) -> tuple[float, float]:
    """Smallest and largest multiple of a step within limits; the limits where there is none, or they are equal."""
    least, most = grid_counts(low, high, step)
    return (low, high) if least > most or low == high else (least * step, most * step)


def _some_support(lows: list[float], highs: list[float], needed: list[bool], total: float, most: int) -> bool:
    """Say whether some parts, at most so many and those needed, can have a sum, each zero or within low and high."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # late: only mixtures of few parts need it

    size, eye = len(lows), np.eye(len(lows))
    rows = [
        LinearConstraint(np.hstack([eye, -np.diag(highs)]), -np.inf, 1e-9 * total),
        LinearConstraint(np.hstack([-eye, np.diag(lows)]), -np.inf, 1e-9 * total),
        LinearConstraint(np.append(np.ones(size), np.zeros(size)), total, total),
        LinearConstraint(np.append(np.zeros(size), np.ones(size)), 0, most),
    ]
    bounds = Bounds(np.append(np.zeros(size), np.array(needed, dtype=float)), np.append(highs, np.ones(size)))
    found = milp(np.zeros(2 * size), integrality=np.repeat([0, 1], size), bounds=bounds, constraints=rows)
    return found.status != 2  # 2: infeasible


Parameter = Continuous | Discrete | Categorical | Simplex
