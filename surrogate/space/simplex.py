"""Mixtures: the parameter of a search space whose parts have a given sum, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from surrogate.errors import SpaceError
from surrogate.space.checks import check_name, check_step, check_was, finite, grid_counts

# On the sum of a mixture, relative to its total (at least 1).
_SUM_TOLERANCE = 1e-9


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
        check_name(self.name, "simplex")
        if isinstance(self.parts, str):
            raise SpaceError(
                "the parts of a simplex are a list", where=self.name, value=self.parts,
                remedy=f'write Simplex("{self.name}", ["{self.parts}", ...])',
            )  # fmt: skip
        parts = tuple(self.parts)
        for part, was in (self.was or {}).items():
            if part not in parts:
                raise SpaceError(
                    "an old name of what is no part", where=self.name, value=part, limit=", ".join(parts),
                    remedy="give the part of today first: was={part: old}",
                )  # fmt: skip
            check_was(was, part)
        object.__setattr__(self, "parts", parts)
        if len(parts) < 2 or len(set(parts)) != len(parts):
            raise SpaceError(
                "a simplex needs at least two different parts", where=self.name, value=list(parts)
            )
        for part in parts:
            check_name(part, f"part of {self.name}")
        object.__setattr__(self, "total", finite(self.total, "total", self.name))
        if self.total <= 0.0:
            raise SpaceError("the total is not positive", where=self.name, value=self.total, limit="> 0")
        object.__setattr__(self, "lower", self._limits(self.lower, 0.0, "lower"))
        object.__setattr__(self, "upper", self._limits(self.upper, self.total, "upper"))
        object.__setattr__(self, "step", check_step(self.step, self.name))
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
