"""What is learned of a host, and on which scale: the one place that says so of each target.

Models see z, a natural logarithm, so that an error is a factor: ln y for a life, a critical current and an
overpotential, and ln(1 - y/100) for a coulombic efficiency in per cent, the logarithm of the share that is lost. That
scale decreases: more efficiency is less z, the lower bound of one is the upper bound of the other, and the ends of an
interval change places.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
Goal = Literal["max", "min"]

# Share of the charge: no efficiency is told from 100 % by less. A charger built for it measured efficiencies to about
# 0.01 % (Smith, Burns & Dahn, J. Electrochem. Soc. 157 (2010) A196), an ordinary one no better; half of it (assumed).
LEAST_LOSS = 5e-5
# Share of the charge. "100 %" as people write it is rounded, and a table of numbers does not keep whether to whole
# per cent or to tenths: what was lost is at most half a per cent, the coarser of the two.
ROUNDED_LOSS = 5e-3
MOST_FRACTION = 1.0  # of a number given in per cent: hardly ever 1 or less, so that a fraction is meant
BELOW = "below"  # what T_censored says of an upper bound; true says it of a lower one
_MOST_LOG = 60.0  # beyond it exp only overflows or vanishes
_LEAST_LOG_LOSS = -30.0  # 1e-13 of the charge: less is no longer told from 100 % in double precision


@dataclass(frozen=True)
class Target:
    """A target and its scale.

    Parameters
    ----------
    name : str
        Its column, unit included.
    unit : str
        Of the values y.
    goal : {"max", "min"}
        What is wanted of it.
    least, most : float
        Limits of y, in ``unit``; no measured value reaches either.
    decreasing : bool
        Whether z falls as y rises: z = ln(1 - y / most). Else z = ln y.
    plausible : (float, float)
        What cells have given, with a margin, in ``unit``; a number beyond is asked back.
    reason : str
        Why these.
    counted : bool
        Whether it is counted, so that a number that is not whole is asked back.
    """

    name: str
    unit: str
    goal: Goal
    least: float = 0.0
    most: float = float("inf")
    decreasing: bool = False
    plausible: tuple[float, float] = (0.0, float("inf"))
    reason: str = ""
    counted: bool = False

    @property
    def limit(self) -> str:
        """The limits of a measured value in words."""
        if math.isinf(self.most):
            return f"a finite number above {self.least:g}"
        return f"a number above {self.least:g} and below {self.most:g}"

    @property
    def rounded_most(self) -> float:
        """What a value told as ``most`` is at least, in ``unit``: half a per cent less, as it is rounded.

        No digits are known of it. One that was read to tenths is at least 99.95 %, and told as that bound.
        """
        return self.most * (1.0 - ROUNDED_LOSS)

    @property
    def remedy(self) -> str:
        """What to do about a value beyond the limits."""
        if math.isinf(self.most):
            return "leave it empty if it was not measured; a cell that gave nothing has failed = true"
        tenths = self.most * (1.0 - 0.1 * ROUNDED_LOSS)
        return (
            f"write the mean after formation, in per cent; {self.most:g} is a rounded number, and at least "
            f"{self.rounded_most:g} ({tenths:g} if it was read to tenths): write that, and "
            f"{self.name}_censored = true"
        )

    def is_fraction(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Say of values (n,) given in ``unit`` whether each is a fraction written where per cent are expected."""
        import numpy as np  # late: the commands need the names alone

        y = np.asarray(values, dtype=float)
        return np.asarray((self.unit == "%") & (y > 0.0) & (y <= MOST_FRACTION))

    def is_measurable(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Say of values (n,) in ``unit`` whether each lies between the limits; NaN does not."""
        import numpy as np  # late: the commands need the names alone

        y = np.asarray(values, dtype=float)
        return np.asarray(np.isfinite(y) & (y > self.least) & (y < self.most))

    def to_z(self, values: ArrayLike) -> Array:
        """Scale values for a model.

        Parameters
        ----------
        values : array, (n,)
            In ``unit``. The simulator may say ``most`` itself, which counts as losing ``LEAST_LOSS``.

        Returns
        -------
        array, (n,)
            z; NaN where there is no value, or none inside the limits.
        """
        import numpy as np  # late: the commands need the names alone

        y = np.asarray(values, dtype=float)
        inside = (y > self.least) & (y <= self.most)
        if self.decreasing:
            return np.log(np.maximum(np.where(inside, 1.0 - y / self.most, np.nan), LEAST_LOSS))
        return np.log(np.where(inside, y, np.nan))

    def from_z(self, z: ArrayLike) -> Array:
        """Return values in ``unit`` (n,) of z (n,); nothing is less than ``least``, nor as much as ``most``."""
        import numpy as np  # late: the commands need the names alone

        given = np.asarray(z, dtype=float)
        if self.decreasing:
            return np.asarray(-self.most * np.expm1(np.clip(given, _LEAST_LOG_LOSS, 0.0)))
        return np.asarray(np.exp(np.clip(given, -_MOST_LOG, _MOST_LOG)))

    def ends_to_z(self, lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array]:
        """Scale what is known of values: each lies between two ends, which are equal where it is known.

        Parameters
        ----------
        lower, upper : array, (n,)
            In ``unit``; -inf and inf: nothing is known on that side. NaN: not measured.

        Returns
        -------
        lower, upper : array, (n,)
            Of z.
        """
        import numpy as np  # late: the commands need the names alone

        low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        below = np.where(np.isneginf(low), -np.inf, self.to_z(np.where(np.isneginf(low), np.nan, low)))
        above = np.where(np.isposinf(high), np.inf, self.to_z(np.where(np.isposinf(high), np.nan, high)))
        if self.decreasing:
            return np.where(np.isinf(above), -np.inf, above), np.where(np.isinf(below), np.inf, below)
        return below, above

    def ends_from_z(self, lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array]:
        """Return the ends of intervals in ``unit`` (n,), the lower first, of their ends in z (n,)."""
        ends = self.from_z(lower), self.from_z(upper)
        return (ends[1], ends[0]) if self.decreasing else ends

    def direction(self, goal: str) -> Goal:
        """Return what a goal for y asks of z."""
        if self.decreasing:
            return "min" if goal == "max" else "max"
        return "max" if goal == "max" else "min"


# The plausible ranges are assumed, wide enough for every cell of the shipped records; beyond them another unit, or a
# separator of thousands, is the likelier reading.
_ALL = (
    Target(
        "cycle_life_cycles", "cycles", "max", plausible=(1.0, 50_000.0),
        reason="50,000 cycles of an hour take six years", counted=True,
    ),
    Target(
        "ccd_mA_cm2", "mA cm-2", "max", plausible=(0.001, 200.0),
        reason="no design takes a plating current above 200, and tests begin above 0.001",
    ),
    Target(
        "overpotential_mV", "mV", "min", plausible=(0.1, 5000.0),
        reason="a cycler reads to about 0.1 mV, and stops at 5 V",
    ),
    # Of a half cell, after formation. At 100 and above it is no measurement at all.
    Target(
        "coulombic_efficiency_pct", "%", "max", most=100.0, decreasing=True, plausible=(0.0, 101.0),
        reason="an efficiency, with the error of a cycler",
    ),
)  # fmt: skip

#: Every target by its name, in the order of tables and figures.
SCALES: Mapping[str, Target] = MappingProxyType({target.name: target for target in _ALL})

#: The names alone.
TARGETS = tuple(SCALES)

#: What is wanted where a campaign does not say it; an efficiency counts only where it is named.
OBJECTIVES: Mapping[str, Goal] = MappingProxyType({name: SCALES[name].goal for name in TARGETS[:3]})
