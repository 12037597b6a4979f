"""Applicability domain: how far a design lies from everything that the surrogates have learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from surrogate.shapes import Float

Array = NDArray[np.float64]
# Quantile of the rows' own nearest-neighbour distances, up to which a design is inside.
INSIDE_QUANTILE = 0.95
# Multiple of that distance from which a design is outside.
OUTSIDE_FACTOR = 2.0
# Share of a parameter's range, past its limit, from which a design is outside (assumed).
BEYOND = 0.5


@dataclass(frozen=True)
class Domain:
    """The designs that were learned from, and how near to them a design has to be.

    Encoded columns all run over about 0 to 1, so that the Euclidean distance weighs them alike.

    Attributes
    ----------
    rows : ndarray, shape (n, d)
        Encoded designs.
    inside : float
        Distance up to which the extrapolation score is 0, in encoded units.
    """

    rows: Float[Array, "n d"]
    inside: float

    @classmethod
    def of(cls, rows: Float[Array, "n d"]) -> Domain:
        """Make the domain that some designs span.

        Parameters
        ----------
        rows : ndarray, shape (n, d)
            Encoded designs; with fewer than two of them every other design is outside.

        Returns
        -------
        Domain
        """
        if len(rows) < 2:
            return cls(rows, 0.0)
        own = cKDTree(rows).query(rows, k=2)[0][:, 1]
        return cls(rows, float(np.quantile(own, INSIDE_QUANTILE)))

    @cached_property
    def _tree(self) -> cKDTree:
        """Of the rows: to grow it takes longer than to ask it about one design."""
        return cKDTree(self.rows)

    def extrapolation(self, X: Float[Array, "m d"]) -> Float[Array, " m"]:
        """Score how far designs lie from the nearest row.

        Parameters
        ----------
        X : ndarray, shape (m, d)
            Encoded designs.

        Returns
        -------
        ndarray, shape (m,)
            0 inside what was learned, 1 outside, smooth in between.
        """
        if not len(self.rows):
            return np.ones(len(X))
        distance = self._tree.query(X, k=1)[0]
        reach = max(self.inside, 1e-9)
        t = np.clip((distance / reach - 1.0) / (OUTSIDE_FACTOR - 1.0), 0.0, 1.0)
        return np.asarray(t * t * (3.0 - 2.0 * t))

    def beyond(self, X: Float[Array, "m d"]) -> Float[Array, " m"]:
        """Score how far a number of a design lies past its range, relative to its nearest row.

        A single number out of range hardly moves a distance in dozens of dimensions, so it counts by itself.

        Parameters
        ----------
        X : ndarray, shape (m, d)
            Designs scaled to 0 to 1 within the range of each number.

        Returns
        -------
        ndarray, shape (m,)
            0 within the ranges, 1 from BEYOND past a range on, for the worst number of each design.
        """
        if not len(self.rows):
            return np.ones(len(X))
        nearest = self._tree.query(X, k=1)[1]
        past = np.where((X < 0.0) | (X > 1.0), np.abs(X - self.rows[nearest]), 0.0).max(axis=1, initial=0.0)
        t = np.clip(past / BEYOND, 0.0, 1.0)
        return np.asarray(t * t * (3.0 - 2.0 * t))
