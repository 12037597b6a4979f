"""What is wanted of an outcome: as much or as little as possible, a value, a band, or no more than a limit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from numbers import Real
from typing import Any, Literal

from surrogate.errors import InputError
from surrogate.optimization.settings import Direction

TOLD = ("_censored", "_upper_bound", "_sem")  # of an outcome, beside its value


@dataclass(frozen=True)
class Maximize:
    """As much as possible.

    Parameters
    ----------
    reference : float, optional
        The worst value that counts, in the objective's unit: with several objectives, what lies beyond it adds
        nothing. None: it is inferred from what is known.
    """

    reference: float | None = None

    def __post_init__(self) -> None:
        _finite(self.reference, "reference")


@dataclass(frozen=True)
class Minimize:
    """As little as possible.

    Parameters
    ----------
    reference : float, optional
        As of :class:`Maximize`.
    """

    reference: float | None = None

    def __post_init__(self) -> None:
        _finite(self.reference, "reference")


@dataclass(frozen=True)
class Match:
    """As near to a value as possible.

    Parameters
    ----------
    target : float
        The value, in the objective's unit.
    """

    target: float

    def __post_init__(self) -> None:
        _finite(self.target, "target", needed=True)


@dataclass(frozen=True)
class Within:
    """Anywhere in a band: inside it all values are equally good, outside it the nearer to it the better.

    Parameters
    ----------
    low, high : float
        Ends of the band, in the objective's unit; ``low`` below ``high``.

    Raises
    ------
    InputError
        For ends that are no finite numbers, or not in this order.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _finite(self.low, "low end of a band", needed=True)
        _finite(self.high, "high end of a band", needed=True)
        if not self.low < self.high:
            raise InputError(
                "a band that is empty", value=f"{self.low:g} to {self.high:g}", limit="the lower end first",
                remedy="exchange the ends; of a single value: Match(value)",
            )  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """A bound on an outcome; its own value is not improved.

    Parameters
    ----------
    name : str
        Column of the observations.
    side : {"<=", ">="}
        On which side of the bound the outcome has to be.
    bound : float
        In the outcome's unit.
    """

    name: str
    side: Literal["<=", ">="]
    bound: float

    def __post_init__(self) -> None:
        if self.side not in ("<=", ">="):
            raise InputError(
                "unknown side", where=f"limit of {self.name}", value=self.side, limit='"<=" or ">="'
            )
        _finite(self.bound, f"limit of {self.name}", needed=True)


Goal = Maximize | Minimize | Match | Within


def read_goals(objectives: Mapping[str, Direction | Goal], columns: Sequence[str]) -> dict[str, Goal]:
    """Read what is wanted of each objective.

    Parameters
    ----------
    objectives : mapping
        Objective -> "max", "min", or a goal.
    columns : sequence of str
        Of the space.

    Raises
    ------
    InputError
        Without objectives, for one that has the name of a parameter, and for what is no goal.
    """
    if not isinstance(objectives, Mapping) or not objectives:
        raise InputError("no objective", value=objectives, limit='for instance {"cycle_life_cycles": "max"}')
    goals: dict[str, Goal] = {}
    for name, wanted in objectives.items():
        if wanted == "max":
            goals[name] = Maximize()
        elif wanted == "min":
            goals[name] = Minimize()
        elif isinstance(wanted, Maximize | Minimize | Match | Within):
            goals[name] = wanted
        else:
            raise InputError(
                "unknown direction", where=f"objective {name}", value=wanted,
                limit='"max" or "min", Maximize(), Minimize(), Match(value) or Within(low, high)',
            )  # fmt: skip
        if name in columns:
            raise InputError("an objective has the name of a parameter", where=f"objective {name}")
    _refuse_what_is_told(goals, columns)
    return goals


def read_limits(limits: Sequence[Limit], columns: Sequence[str]) -> list[Limit]:
    """Check limits on outcomes.

    Raises
    ------
    InputError
        For what is no limit, and one on a parameter.
    """
    for one in [limits] if isinstance(limits, Limit) else limits:
        if not isinstance(one, Limit) or isinstance(limits, Limit):
            raise InputError(
                "not a limit", where="limits", value=one, limit='for instance [Limit("eta", "<=", 50)]'
            )
        if one.name in columns:
            raise InputError(
                "a limit on a parameter", where=f"limit of {one.name}",
                remedy="narrow the parameter's own limits, or add a constraint to the space",
            )  # fmt: skip
    _refuse_what_is_told([one.name for one in limits], columns)
    for one, other in permutations(limits, 2):
        if one.name == other.name and (one.side, other.side) == (">=", "<=") and one.bound > other.bound:
            raise InputError(
                "two limits that nothing can keep", where=f"limits of {one.name}",
                value=f">= {one.bound:g} and <= {other.bound:g}", remedy="lower the first or raise the second",
            )  # fmt: skip
    return list(limits)


def _refuse_what_is_told(names: Iterable[str], columns: Sequence[str]) -> None:
    """Refuse a parameter that has the name of what is told of an outcome beside its value."""
    for name in names:
        for suffix in TOLD:
            if f"{name}{suffix}" in columns:
                raise InputError(
                    "a parameter has the name of what is told of an outcome", where=f"parameter {name}{suffix}",
                    remedy=f"rename the parameter: {name}{suffix} is read as something of {name}",
                )  # fmt: skip


def _finite(value: Any, what: str, *, needed: bool = False) -> None:
    if value is None and not needed:
        return
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise InputError("not a finite number", where=what, value=value)
