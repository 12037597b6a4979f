"""Lower bounds in a Gaussian process, by expectation propagation.

A cell stopped before it failed says y >= b. With Gaussian cell-to-cell spread sigma its likelihood is
Phi((f - b)/sigma), a probit site; expectation propagation (Minka 2001; Rasmussen & Williams 2006, sec. 3.6)
replaces each by a Gaussian pseudo-observation whose moments agree. This is the documented approximation by
which bounds enter: exact for no bound, close for many, and a bound far below what is believed changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

Array = NDArray[np.float64]

MOST_SWEEPS = 60
DAMPING = 0.7
CONVERGED = 1e-6
LEAST_PRECISION, MOST_PRECISION = 1e-8, 1e6


def bound_sites(
    mean: Array, covariance: Array, values: Array, noise: Array, censored: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Gaussian pseudo-observations for the censored rows.

    mean (n,), covariance (n, n): the prior at all rows. values (n,): what was observed, or the bound. noise
    (n,): variance of an observation given the design's own value. censored (n,).

    Returns pseudo-values (n,) and pseudo-variances (n,); at uncensored rows the values and noise themselves.
    """
    if not censored.any():
        return values.copy(), noise.copy()
    at = np.flatnonzero(censored)
    precision = np.where(censored, LEAST_PRECISION, 1.0 / noise)
    shifted = np.where(censored, LEAST_PRECISION * mean, values / noise)  # precision x mean of each site
    for _ in range(MOST_SWEEPS):
        post_mean, post_variance = _posterior(mean, covariance, precision, shifted)
        cavity_precision = np.maximum(1.0 / post_variance[at] - precision[at], 1e-10)
        cavity_mean = (post_mean[at] / post_variance[at] - shifted[at]) / cavity_precision
        tilted_mean, tilted_variance = _tilted(cavity_mean, 1.0 / cavity_precision, values[at], noise[at])
        new_precision = np.clip(1.0 / tilted_variance - cavity_precision, LEAST_PRECISION, MOST_PRECISION)
        new_shifted = tilted_mean * (new_precision + cavity_precision) - cavity_mean * cavity_precision
        change = np.max(np.abs(new_precision - precision[at]) / (1.0 + precision[at]))
        precision[at] += DAMPING * (new_precision - precision[at])
        shifted[at] += DAMPING * (new_shifted - shifted[at])
        if change < CONVERGED:
            break
    return np.where(censored, shifted / precision, values), np.where(censored, 1.0 / precision, noise)


def _posterior(mean: Array, covariance: Array, precision: Array, shifted: Array) -> tuple[Array, Array]:
    """Marginal means and variances (n,) given Gaussian sites."""
    root = np.sqrt(precision)
    inner = np.eye(len(mean)) + root[:, None] * covariance * root[None, :]
    lower = np.linalg.cholesky(inner)
    half = np.linalg.solve(lower, root[:, None] * covariance)
    variance = np.maximum(np.diag(covariance) - np.einsum("ij,ij->j", half, half), 1e-12)
    residual = shifted - precision * mean
    solved = np.linalg.solve(lower, root * (covariance @ residual))
    posterior = mean + covariance @ residual - half.T @ solved
    return posterior, variance


def _tilted(mean: Array, variance: Array, bound: Array, noise: Array) -> tuple[Array, Array]:
    """Mean and variance of N(f; mean, variance) Phi((f - bound)/sigma), element by element."""
    total = np.sqrt(variance + noise)
    z = (mean - bound) / total
    # phi/Phi without overflow far below the bound.
    ratio = np.exp(-0.5 * z**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z))
    shift = variance / total * ratio
    shrink = variance**2 / total**2 * ratio * (z + ratio)
    return mean + shift, np.maximum(variance - shrink, 1e-3 * variance)
