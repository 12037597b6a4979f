"""Axes of the drawings in the pages: where a value of a target stands, and which ticks are named.

Every target has a logarithmic axis on which greater values lie to the right; of an efficiency the lost share is
drawn. Pages are drawn in user units that are pixels at the width of a telephone, so that text stays readable there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate.hosts.targets import LEAST_LOSS, SCALES
from surrogate.report.quantities import is_missing, rounded

WIDTH = 340.0  # px, of every drawing: that of a telephone's screen less its margins
TEXT = 12.0  # px, of every text in a drawing
_LETTER = 6.6  # px, more than a digit of this size takes
# Round values of a decade, and of every how many decades: the densest that has room is used.
_STEPS: tuple[tuple[tuple[float, ...], int], ...] = (
    ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9), 1), ((1, 1.5, 2, 3, 5, 7), 1), ((1, 2, 5), 1), ((1, 3), 1),
    ((1,), 1), ((1,), 2), ((1,), 3),
)  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """The logarithmic axis of a target.

    Parameters
    ----------
    target : str
        A target column.
    low, high : float
        Its ends in decades, as :func:`position` counts them.
    left, right : float
        Where they lie, px; ``left`` may be the greater, as on an axis that goes up.
    """

    target: str
    low: float
    high: float
    left: float
    right: float

    def place(self, value: float) -> float:
        """Return where a value in the unit of the target lies, px; beyond an end, at the end."""
        share = (position(value, self.target) - self.low) / (self.high - self.low)
        return self.left + (self.right - self.left) * min(max(share, 0.0), 1.0)

    def ticks(self, *, apart: float = 0.0) -> list[tuple[float, str]]:
        """Return as many round values as can be named without touching each other.

        Parameters
        ----------
        apart : float
            Least distance of two ticks, px; 0: as the width of their labels asks.

        Returns
        -------
        list of (float, str)
            Place, px, and label, from the low end.
        """
        named: list[tuple[float, str]] = []
        for steps, every in _STEPS:
            named = [(self.place(value), rounded(value, self.target)) for value in self._round(steps, every)]
            if len(_kept_apart(named, apart)) == len(named):
                return named
        return _kept_apart(named, apart)

    def _round(self, steps: tuple[float, ...], every: int) -> list[float]:
        """Round values between the ends, from the low end."""
        scale = SCALES[self.target]
        low, high = (-self.high, -self.low) if scale.decreasing else (self.low, self.high)
        powers = [p for p in range(math.floor(low) - 1, math.ceil(high) + 1) if p % every == 0]
        values = [step * 10.0**power for power in powers for step in steps]
        if scale.decreasing:
            values = [scale.most * (1.0 - lost) for lost in reversed(values) if LEAST_LOSS <= lost < 1.0]
        return [value for value in values if self.low <= position(value, self.target) <= self.high]


def position(value: float, target: str) -> float:
    """Place a value on a target's logarithmic axis, decades; greater values lie to the right.

    Parameters
    ----------
    value : float
        Above 0.
    target : str
        A target column; of an efficiency the logarithm of the lost share is drawn.

    Returns
    -------
    float
    """
    scale = SCALES[target]
    return float(scale.to_z(value)) / math.log(10.0) * (-1.0 if scale.decreasing else 1.0)


def log_range(frame: Sequence[Mapping[str, Any]], target: str) -> tuple[float, float] | None:
    """Find the decades that hold every value and interval of a target.

    The drawings of a page share them, so that they can be compared.

    Parameters
    ----------
    frame : sequence of mapping
        Rows with the target and, where there are any, its interval and the simulated value.
    target : str
        A target column.

    Returns
    -------
    tuple of float or None
        Lower and upper end, as :func:`position` places them, with a margin; None where there is no positive value.
    """
    names = (target, f"{target}_lower", f"{target}_upper", f"{target}_physics", f"{target}_upper_bound")
    values = [
        position(float(row[name]), target)
        for row in frame
        for name in names
        if is_drawn(row.get(name), target)
    ]
    if not values:
        return None
    low, high = min(values), max(values)
    margin = max(0.04 * (high - low), 0.05)
    return low - margin, high + margin


def is_drawn(value: Any, target: str) -> bool:
    """Test whether a value has a place on the axis of a target.

    Parameters
    ----------
    value : object
        A number in the unit of the target, or a missing value.
    target : str
        A target column.

    Returns
    -------
    bool
    """
    return not is_missing(value) and bool(SCALES[target].is_measurable(float(value)))


def _kept_apart(named: Sequence[tuple[float, str]], apart: float) -> list[tuple[float, str]]:
    """Leave out what would touch the one before."""
    kept: list[tuple[float, str]] = []
    for one in named:
        if not kept or abs(one[0] - kept[-1][0]) >= _needed(kept[-1], one, apart):
            kept.append(one)
    return kept


def _needed(first: tuple[float, str], second: tuple[float, str], apart: float) -> float:
    return apart or 0.5 * _LETTER * (len(first[1]) + len(second[1])) + 8.0
