"""The kinds of parameter of a search space but for mixtures; all are frozen and checked when they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate.errors import SpaceError
from surrogate.space.checks import check_name, check_step, check_was, finite, grid_counts
from surrogate.space.simplex import Simplex


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
        check_name(self.name, "continuous parameter")
        check_was(self.was, self.name)
        object.__setattr__(self, "lower", finite(self.lower, "lower limit", self.name))
        object.__setattr__(self, "upper", finite(self.upper, "upper limit", self.name))
        step = 1.0 if self.whole and self.step is None else self.step
        object.__setattr__(self, "step", check_step(step, self.name))
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
        check_name(self.name, "discrete parameter")
        check_was(self.was, self.name)
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
        check_name(self.name, "categorical parameter")
        check_was(self.was, self.name)
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


Parameter = Continuous | Discrete | Categorical | Simplex
