"""When two designs are the same: once columns without effect stand at their null and numbers are rounded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.space.layout import Codes, Layout
from surrogate.space.polytope import Floats, Indices
from surrogate.space.regions import Regions
from surrogate.space.rounding import snap

# Share of a parameter's range: numbers closer than this are the same setting.
_SAME = 1e-6
_NULL = -1e6  # stands for the logarithm of what is not positive

Parsed = tuple[Codes, Floats]


@dataclass(frozen=True, eq=False)
class Sameness:
    """Compares designs of a space: codes of categories (n, q) and numbers (n, k) in natural units.

    Parameters
    ----------
    layout : Layout
        Of the space.
    regions : Regions
        What is allowed, and where, under the restrictions of the space.
    """

    layout: Layout
    regions: Regions

    def canonical(self, codes: Codes, values: Floats) -> Floats:
        """Apply nulls and rounding to numbers (n, k), as far as the row's combination is allowed."""
        fixed, held = self.regions.fixed(codes)
        values = np.where(held, fixed, values)
        for acting, rows in self.regions.groups(codes):
            if not self.regions.is_empty(acting):
                values[rows] = snap(self.regions.region(acting), values[rows], clip=False)
        return values

    def matches(self, first: Parsed, second: Parsed) -> NDArray[np.bool_]:
        """Test which of n designs are the same as which of m (n, m); an unknown category matches nothing."""
        sides = (first, second)
        (left, _), (right, _) = sides
        alike = np.logical_and.reduce(
            [(a[:, None] == b[None, :]) & (a[:, None] >= 0) for a, b in zip(left.T, right.T, strict=True)]
        )
        matched = np.broadcast_to(alike, (len(left), len(right))).copy()
        # Rounding costs most: only what it can bring together is rounded.
        for take, reach in ((self._placed, self._rounded_away), (self._rounded, 0.0)):
            rows, columns = np.nonzero(matched)
            a, b = (
                take(codes, values, at) for (codes, values), at in zip(sides, (rows, columns), strict=True)
            )
            near = np.abs(a - b) <= reach + _SAME * self.layout.width
            matched[rows, columns] = near.all(axis=1)
        return matched

    def by_scale(self, values: Floats) -> Floats:
        """Logarithms of numbers (n, k) on a log scale: a factor of ten is as far at either end; nulls stay apart."""
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(values > 0.0, np.log(values), _NULL)
        return np.where(self.layout.log, logs, values)

    def _placed(self, codes: Codes, values: Floats, at: Indices) -> Floats:
        """Take rows (m) of numbers (n, k), columns without effect at their null, on their scales; not rounded."""
        fixed, held = self.regions.fixed(codes)
        return self.by_scale(np.where(held, fixed, values))[at]

    def _rounded(self, codes: Codes, values: Floats, at: Indices) -> Floats:
        """Take rows (m) of numbers (n, k), columns without effect at their null, rounded and on their scales."""
        different, places = np.unique(at, return_inverse=True)
        return self.by_scale(self.canonical(codes[different], values[different]))[places]

    @cached_property
    def _rounded_away(self) -> Floats:
        """How far rounding may bring two numbers together on their scales (k,): by a step each, or to any extent."""
        steps = np.nan_to_num(self.layout.steps, nan=0.0)
        return np.where(self.layout.log & (steps > 0.0), np.inf, 2.02 * steps)
