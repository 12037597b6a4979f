"""Bounds in a Gaussian process, by expectation propagation.

Of a cell stopped before it failed it is known that y >= a, of others that y <= b, or both. With Gaussian
cell-to-cell spread sigma the likelihood of that is Phi((b - f)/sigma) - Phi((a - f)/sigma), a probit site for one
bound; expectation propagation (Minka 2001; Rasmussen & Williams 2006, sec. 3.6) replaces each by a Gaussian
pseudo-observation whose moments agree. This is the documented approximation by which bounds enter: exact for
no bound, close for many, and a bound far from what is believed, on the side where nothing was excluded, changes
nothing. An interval without width is a value with its noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, solve_triangular

from surrogate.shapes import Float

Array = NDArray[np.float64]

MOST_SWEEPS = 60
DAMPING = 0.8
CONVERGED = 1e-5
LEAST_PRECISION, MOST_PRECISION = 1e-8, 1e6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_NEGLIGIBLE = 80.0  # twice the natural logarithm by which a density has fallen where an integral ends


def bound_sites(
    mean: Float[Array, " n"],
    covariance: Float[Array, "n n"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
    noise: Float[Array, " n"],
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Return Gaussian pseudo-observations in place of the rows that are bounds.

    Parameters
    ----------
    mean, covariance : Array
        The prior at all rows, (n,) and (n, n), z and its square.
    lower, upper : Array
        Ends (n,) between which an observation lies, z: equal where it is known, -inf and inf where open.
    noise : Array
        Variance (n,) of an observation given the design's own value, z squared.

    Returns
    -------
    values, variances : Array
        (n,) each; at rows that are values these and the noise themselves.
    """
    bounded = lower != upper
    if not bounded.any():
        return lower.copy(), noise.copy()
    at = np.flatnonzero(bounded)
    prior_mean, prior = _given_exact(mean, covariance, lower, noise, bounded)
    ends, spread = (lower[at], upper[at]), noise[at]
    precision = np.full(len(at), LEAST_PRECISION)
    shifted = precision * prior_mean  # precision x mean of each site
    for _ in range(MOST_SWEEPS):
        post_mean, post_variance = _posterior(prior_mean, prior, precision, shifted)
        cavity_precision = np.maximum(1.0 / post_variance - precision, 1e-10)
        cavity_mean = (post_mean / post_variance - shifted) / cavity_precision
        tilted_mean, tilted_variance = _tilted(cavity_mean, 1.0 / cavity_precision, *ends, spread)
        new_precision = np.clip(1.0 / tilted_variance - cavity_precision, LEAST_PRECISION, MOST_PRECISION)
        new_shifted = tilted_mean * (new_precision + cavity_precision) - cavity_mean * cavity_precision
        change = np.max(np.abs(new_precision - precision) / (1.0 + precision))
        precision = precision + DAMPING * (new_precision - precision)
        shifted = shifted + DAMPING * (new_shifted - shifted)
        if change < CONVERGED:
            break
    pseudo_values, pseudo_noise = lower.copy(), noise.copy()
    pseudo_values[at], pseudo_noise[at] = shifted / precision, 1.0 / precision
    return pseudo_values, pseudo_noise


def _given_exact(
    mean: Array, covariance: Array, values: Array, noise: Array, bounded: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Mean (m,) and covariance (m, m) at the m rows that are bounds, given the others: exact, done once."""
    at, seen = np.flatnonzero(bounded), np.flatnonzero(~bounded)
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


def _tilted(mean: Array, variance: Array, lower: Array, upper: Array, noise: Array) -> tuple[Array, Array]:
    """Mean and variance (n,) of N(f; mean, variance) with an observation f + noise between the ends, row by row.

    The observation is N(mean, variance + noise) cut off at the ends; f given it is Gaussian.
    """
    total = np.sqrt(variance + noise)
    centre, width = _cut_off((lower - mean) / total, (upper - mean) / total)
    gain = variance / (variance + noise)
    return mean + gain * total * centre, (1.0 - gain) * variance + gain * variance * width


def _cut_off(lower: Array, upper: Array) -> tuple[Array, Array]:
    """Mean and variance (n,) of the standard normal distribution between two ends, in both tails and of any width.

    By quadrature about the highest point: differences of Phi lose all digits in a tail, and so do those of
    moments where the ends are close; here every term is positive.
    """
    top = np.clip(0.0, lower, upper)
    # From the top the exponent falls by (t^2 + 2 top t)/2 at a distance t; to where nothing is left of the density.
    far = _NEGLIGIBLE / (np.sqrt(top**2 + _NEGLIGIBLE) + np.abs(top))
    near = np.sqrt(top**2 + _NEGLIGIBLE) + np.abs(top)
    start = np.maximum(lower - top, -np.where(top > 0.0, near, far))
    end = np.minimum(upper - top, np.where(top < 0.0, near, far))
    half = 0.5 * (end - start)
    at = start[:, None] + half[:, None] * (_NODES + 1.0)
    density = np.exp(-0.5 * at**2 - top[:, None] * at) * _WEIGHTS
    weight = density / density.sum(axis=1, keepdims=True)
    shift = (weight * at).sum(axis=1)
    return top + shift, (weight * (at - shift[:, None]) ** 2).sum(axis=1)
