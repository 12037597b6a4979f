"""Applicability domain: how far a design lies from everything the surrogates have learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from surrogate.shapes import Float

Array = NDArray[np.float64]
INSIDE_QUANTILE = 0.95  # of the rows' own nearest-neighbour distances: up to there a design is inside
BEYOND = 0.5  # share of a parameter's range, past its limit, from which a design is outside (assumed)
OUTSIDE_FACTOR = 2.0  # times that distance: from there it is outside


@dataclass(frozen=True)
class Domain:
    """rows (n, d): encoded designs learned from. inside: distance up to which extrapolation is 0.

    Encoded columns all run over about 0 to 1, so the Euclidean distance weighs them alike.
    """

    rows: Float[Array, "n d"]
    inside: float

    @classmethod
    def of(cls, rows: Float[Array, "n d"]) -> Domain:
        """The domain spanned by rows (n, d); with fewer than two rows everything else is outside."""
        if len(rows) < 2:
            return cls(rows, 0.0)
        own = cKDTree(rows).query(rows, k=2)[0][:, 1]
        return cls(rows, float(np.quantile(own, INSIDE_QUANTILE)))

    def extrapolation(self, X: Float[Array, "m d"]) -> Float[Array, " m"]:
        """0 inside what was learned, 1 outside, smooth in between: (m,) for designs X (m, d)."""
        if not len(self.rows):
            return np.ones(len(X))
        distance = cKDTree(self.rows).query(X, k=1)[0]
        reach = max(self.inside, 1e-9)
        t = np.clip((distance / reach - 1.0) / (OUTSIDE_FACTOR - 1.0), 0.0, 1.0)
        return np.asarray(t * t * (3.0 - 2.0 * t))

    def beyond(self, X: Float[Array, "m d"]) -> Float[Array, " m"]:
        """0 to 1, (m,): how far one number of a unit-scaled design lies past its range, off its nearest row.

        One number out of range hardly moves a distance in dozens of dimensions, so it counts alone.
        """
        if not len(self.rows):
            return np.ones(len(X))
        nearest = cKDTree(self.rows).query(X, k=1)[1]
        past = np.where((X < 0.0) | (X > 1.0), np.abs(X - self.rows[nearest]), 0.0).max(axis=1, initial=0.0)
        t = np.clip(past / BEYOND, 0.0, 1.0)
        return np.asarray(t * t * (3.0 - 2.0 * t))
