"""Lower bounds in a Gaussian process, by expectation propagation.

Of a cell stopped before it failed it is known that y >= b. With Gaussian cell-to-cell spread sigma its likelihood
is Phi((f - b)/sigma), a probit site; expectation propagation (Minka 2001; Rasmussen & Williams 2006, sec. 3.6)
replaces each by a Gaussian pseudo-observation whose moments agree. This is the documented approximation by
which bounds enter: exact for no bound, close for many, and a bound far below what is believed changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import log_ndtr, ndtr

from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]

MOST_SWEEPS = 60
DAMPING = 0.8
CONVERGED = 1e-5
LEAST_PRECISION, MOST_PRECISION = 1e-8, 1e6


def bound_sites(
    mean: Float[Array, " n"],
    covariance: Float[Array, "n n"],
    values: Float[Array, " n"],
    noise: Float[Array, " n"],
    censored: Bool[NDArray[np.bool_], " n"],
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Return Gaussian pseudo-observations in place of the censored rows.

    Parameters
    ----------
    mean, covariance : Array
        The prior at all rows, (n,) and (n, n), ln target and its square.
    values : Array
        Observations or lower bounds (n,), ln target.
    noise : Array
        Variance (n,) of an observation given the design's own value, (ln target)^2.
    censored : ndarray of bool
        Whether a row is a lower bound, (n,).

    Returns
    -------
    values, variances : Array
        (n,) each; at uncensored rows the values and the noise themselves.
    """
    if not censored.any():
        return values.copy(), noise.copy()
    at = np.flatnonzero(censored)
    prior_mean, prior = _given_exact(mean, covariance, values, noise, censored)
    bounds, spread = values[at], noise[at]
    precision = np.full(len(at), LEAST_PRECISION)
    shifted = precision * prior_mean  # precision x mean of each site
    for _ in range(MOST_SWEEPS):
        post_mean, post_variance = _posterior(prior_mean, prior, precision, shifted)
        cavity_precision = np.maximum(1.0 / post_variance - precision, 1e-10)
        cavity_mean = (post_mean / post_variance - shifted) / cavity_precision
        tilted_mean, tilted_variance = _tilted(cavity_mean, 1.0 / cavity_precision, bounds, spread)
        new_precision = np.clip(1.0 / tilted_variance - cavity_precision, LEAST_PRECISION, MOST_PRECISION)
        new_shifted = tilted_mean * (new_precision + cavity_precision) - cavity_mean * cavity_precision
        change = np.max(np.abs(new_precision - precision) / (1.0 + precision))
        precision = precision + DAMPING * (new_precision - precision)
        shifted = shifted + DAMPING * (new_shifted - shifted)
        if change < CONVERGED:
            break
    pseudo_values, pseudo_noise = values.copy(), noise.copy()
    pseudo_values[at], pseudo_noise[at] = shifted / precision, 1.0 / precision
    return pseudo_values, pseudo_noise


def surprise(
    mean: Float[Array, " n"],
    covariance: Float[Array, "n n"],
    values: Float[Array, " n"],
    noise: Float[Array, " n"],
    censored: Bool[NDArray[np.bool_], " n"],
    own: Bool[NDArray[np.bool_], " n"],
) -> Float[Array, " m"]:
    """Return the share (m,) with which each of the bounds in question counts, 0 to 1.

    0 where the bound was 95 % sure anyway, 1 where it was 85 % sure or less, linear between.

    Parameters
    ----------
    mean, covariance, values, noise, censored
        As for :func:`bound_sites`, n rows.
    own : ndarray of bool
        The m bounds in question, flags (n,).

    Notes
    -----
    A bound below the 5 % quantile is hardly news, but the Gaussian in its place would still move the median by a
    tenth of a standard deviation. Judged given everything but the bounds in question, so that their order does
    not matter.
    """
    rest, at = np.flatnonzero(~own), np.flatnonzero(own)
    known = bound_sites(mean[rest], covariance[np.ix_(rest, rest)], values[rest], noise[rest], censored[rest])
    seen, spread = values.copy(), noise.copy()
    seen[rest], spread[rest] = known
    expected, posterior = _given_exact(mean, covariance, seen, spread, own)
    total = np.sqrt(np.maximum(np.diag(posterior), 1e-12) + noise[at])
    return np.asarray(np.clip((ndtr((values[at] - expected) / total) - 0.05) / 0.10, 0.0, 1.0))


def _given_exact(
    mean: Array, covariance: Array, values: Array, noise: Array, censored: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Mean (m,) and covariance (m, m) at the m censored rows, given the others: exact, done once."""
    at, seen = np.flatnonzero(censored), np.flatnonzero(~censored)
    if not len(seen):
        return mean[at], covariance[np.ix_(at, at)]
    cross = covariance[np.ix_(seen, at)]
    factor = cho_factor(covariance[np.ix_(seen, seen)] + np.diag(noise[seen] + 1e-8), lower=True)
    solved = cho_solve(factor, cross)
    posterior = covariance[np.ix_(at, at)] - cross.T @ solved
    return mean[at] + solved.T @ (values[seen] - mean[seen]), 0.5 * (posterior + posterior.T)


def _posterior(mean: Array, covariance: Array, precision: Array, shifted: Array) -> tuple[Array, Array]:
    """Marginal means and variances (n,) given Gaussian sites."""
    root = np.sqrt(precision)
    inner = np.eye(len(mean)) + root[:, None] * covariance * root[None, :]
    lower = np.linalg.cholesky(inner)
    half = solve_triangular(lower, root[:, None] * covariance, lower=True)
    variance = np.maximum(np.diag(covariance) - np.einsum("ij,ij->j", half, half), 1e-12)
    moved = covariance @ (shifted - precision * mean)
    return mean + moved - half.T @ solve_triangular(lower, root * moved, lower=True), variance


def _tilted(mean: Array, variance: Array, bound: Array, noise: Array) -> tuple[Array, Array]:
    """Mean and variance of N(f; mean, variance) Phi((f - bound)/sigma), element by element."""
    total = np.sqrt(variance + noise)
    z = (mean - bound) / total
    # phi/Phi without overflow far below the bound.
    ratio = np.exp(-0.5 * z**2 - 0.5 * np.log(2.0 * np.pi) - log_ndtr(z))
    shift = variance / total * ratio
    shrink = variance**2 / total**2 * ratio * (z + ratio)
    return mean + shift, np.maximum(variance - shrink, 1e-3 * variance)
