"""Pools of normal predictions: what a mixture of models says of a design, and how such a prediction is scored.

A linear pool has the distribution function F = sum_k w_k F_k (Stone, Ann. Math. Stat. 32 (1961) 1339). Its continuous
ranked probability score is a quadratic form of the weights, with bounds as without: what is not known of a
measured value, inside its interval, has no weight (``evaluation.metrics``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from surrogate.shapes import Float

Array = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)
_PEAK = 1.0 / np.sqrt(2.0 * np.pi)  # of the standard normal density
_TAIL = 9.0  # standard deviations beyond which a normal distribution is 0 or 1 in double precision
_MOST_STEPS = 100  # of Newton's method and halvings together; five or six do
_SETTLED = (
    2.5e-16  # of a probability, and of the components' largest quantile: what is less is lost in rounding
)


@dataclass(frozen=True)
class Pool:
    """Weighted normal predictions of z.

    Parameters
    ----------
    means, variances : Array
        Of each component, (n, k), z and z^2.
    weights : Array
        Of each component, (n, k), not negative, 1 in all for each row.
    """

    means: Float[Array, "n k"]
    variances: Float[Array, "n k"]
    weights: Float[Array, "n k"]

    def moments(self) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
        """Return mean (n,) and variance (n,) of the pool, z and z^2."""
        mean = (self.weights * self.means).sum(axis=1)
        second = (self.weights * (self.variances + (self.means - mean[:, None]) ** 2)).sum(axis=1)
        return mean, second

    def cdf(self, z: Float[Array, " n"]) -> Float[Array, " n"]:
        """Return the probability (n,) of less than z (n,)."""
        inside = ndtr((z[:, None] - self.means) / np.sqrt(self.variances))
        return np.asarray((self.weights * inside).sum(axis=1))

    def quantiles(self, level: float) -> Float[Array, " n"]:
        """Return the quantile (n,) of a level between 0 and 1; see :meth:`several_quantiles`."""
        return self.several_quantiles((level,))[:, 0]

    def several_quantiles(self, levels: Sequence[float]) -> Float[Array, "n {len(levels)}"]:
        """Return the quantiles (n, m) of m levels between 0 and 1, to rounding.

        Newton's method between the least and the largest quantile of the components, which bound the pool's; where a
        step would leave what is known to hold the root, that is halved.
        """
        wanted, spread = np.asarray(levels, dtype=float), np.sqrt(self.variances)
        of_each = self.means[:, None, :] + ndtri(wanted)[:, None] * spread[:, None, :]
        low, high = of_each.min(axis=2), of_each.max(axis=2)
        z = (self.weights[:, None, :] * of_each).sum(axis=2)
        if self.means.shape[1] == 1:
            return np.asarray(z)
        settled = _SETTLED * np.maximum(np.abs(low), np.abs(high))
        means, narrow, weights = self.means[:, None, :], 1.0 / spread[:, None, :], self.weights[:, None, :]
        for _ in range(_MOST_STEPS):
            away = (z[:, :, None] - means) * narrow
            over = (weights * ndtr(away)).sum(axis=2) - wanted
            low, high = np.where(over < 0.0, z, low), np.where(over < 0.0, high, z)
            density = _PEAK * (weights * narrow * np.exp(-0.5 * away * away)).sum(axis=2)
            newton = z - over / np.maximum(density, 1e-300)
            moved = np.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))
            moved = np.where(np.abs(over) <= _SETTLED, z, moved)
            done = np.abs(moved - z) <= settled
            z = moved
            if done.all():
                break
        return np.asarray(z)

    def stretched(self, factor: Float[Array, " n"]) -> Pool:
        """Return the pool with all quantiles ``factor`` (n,) times as far from the median."""
        middle = self.quantiles(0.5)[:, None]
        wide = factor[:, None]
        return Pool(middle + wide * (self.means - middle), self.variances * wide**2, self.weights)

    def crps(self, lower: Float[Array, " n"], upper: Float[Array, " n"]) -> Float[Array, " n"]:
        """Score the pool at what is known of each z.

        Parameters
        ----------
        lower, upper : Array
            Ends (n,) between which z lies: equal where known, infinite where open.

        Returns
        -------
        Array
            Scores (n,) in the unit of z; lower is better.
        """
        terms = crps_terms(self.means, self.variances, lower, upper)
        return np.asarray(np.einsum("nk,nkl,nl->n", self.weights, terms, self.weights))

    @classmethod
    def stacked(cls, pools: Sequence[Pool]) -> Pool:
        """Return the rows of several pools one below the other; components that a pool lacks weigh nothing."""
        most = max(pool.means.shape[1] for pool in pools)

        def filled(parts: Sequence[Array], *, idle: bool) -> Array:
            blocks = []
            for part in parts:
                lacking = most - part.shape[1]
                repeated = np.zeros((len(part), lacking)) if idle else np.repeat(part[:, :1], lacking, axis=1)
                blocks.append(np.concatenate([part, repeated], axis=1))
            return np.concatenate(blocks)

        means, variances = (
            filled([p.means for p in pools], idle=False),
            filled([p.variances for p in pools], idle=False),
        )
        return cls(means, variances, filled([p.weights for p in pools], idle=True))

    def take(self, rows: NDArray[np.int_] | NDArray[np.bool_]) -> Pool:
        """Return the pool of some rows only."""
        return Pool(self.means[rows], self.variances[rows], self.weights[rows])


def crps_terms(
    means: Float[Array, "n k"],
    variances: Float[Array, "n k"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
) -> Float[Array, "n k k"]:
    """Return A (n, k, k), so that the score of a pool with weights w (k,) in row i is w' A_i w.

    Parameters
    ----------
    means, variances : Array
        Of the components, (n, k).
    lower, upper : Array
        Ends (n,) between which z lies.

    Returns
    -------
    Array
        Integrals of F_k F_l below the lower end and of (1 - F_k)(1 - F_l) above the upper, by Gauss and Legendre.
    """
    reach = _TAIL * np.sqrt(variances)
    first, last = (means - reach).min(axis=1), (means + reach).max(axis=1)
    below = _integral(means, variances, np.minimum(first, lower), lower, 1.0)
    above = _integral(means, variances, upper, np.maximum(last, upper), -1.0)
    return below + above


def _integral(means: Array, variances: Array, start: Array, end: Array, sign: float) -> Array:
    """Integrate products of F_k (sign 1) or of 1 - F_k (sign -1) between the ends; 0 where an end is open."""
    closed = np.isfinite(start) & np.isfinite(end)
    start, end = np.where(closed, start, 0.0), np.where(closed, end, 0.0)
    half = 0.5 * (end - start)
    points = start[:, None] + half[:, None] * (_NODES + 1.0)
    shares = ndtr(sign * (points[:, None, :] - means[:, :, None]) / np.sqrt(variances)[:, :, None])
    weighted = shares * (half[:, None] * _WEIGHTS)[:, None, :]
    return np.asarray(weighted @ shares.transpose(0, 2, 1))
