"""Leave-one-out predictions of a Gaussian process in closed form, and how likely what was told is under them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtrtri
from scipy.special import log_ndtr

from surrogate.shapes import Float

Array = NDArray[np.float64]


def left_out(
    covariance: Float[Array, "n n"], residual: Float[Array, " n"]
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Return how far each observation lies from what all others predict of it, and the variance of that.

    Parameters
    ----------
    covariance : ndarray (n, n)
        Of the observations, noise included.
    residual : ndarray (n,)
        Observations less the prior mean.

    Returns
    -------
    error, variance : ndarray
        (n,) each. Rasmussen & Williams 2006, eq. 5.12.
    """
    root, failed = dtrtri(np.linalg.cholesky(covariance), lower=1)  # of the inverse
    assert not failed, "a Cholesky factor has an inverse"
    variance = 1.0 / np.square(root).sum(axis=0)
    return (root.T @ (root @ residual)) * variance, variance


def log_likelihood(
    left: tuple[Float[Array, " n"], Float[Array, " n"]],
    sites: tuple[Float[Array, " n"], Float[Array, " n"]],
    ends: tuple[Float[Array, " n"], Float[Array, " n"]],
    noise: Float[Array, " n"],
) -> Float[Array, " n"]:
    """Return how likely each row is as all others predict it.

    Two processes have pseudo-observations of their own in place of a bound, whose densities cannot be compared; the
    probability of what was told can.

    Parameters
    ----------
    left : pair of ndarray (n,)
        Of :func:`left_out`, with the variances of the sites in the covariance.
    sites : pair of ndarray (n,)
        Values and variances: of a value itself and its noise, of a bound the pseudo-observation in its place.
    ends : pair of ndarray (n,)
        Between which each row lies: equal where it is a value, infinite where open.
    noise : ndarray (n,)
        Variance of a cell about what its design is worth.

    Returns
    -------
    ndarray
        (n,): the logarithm of a density for a value, of the probability between its ends for a bound.
    """
    (error, variance), (values, site), (lower, upper) = left, sites, ends
    density = -0.5 * np.log(2.0 * np.pi * variance) - 0.5 * error**2 / variance
    spread = np.sqrt(np.maximum(variance - site, 0.0) + noise)
    low, high = ((end - (values - error)) / spread for end in (lower, upper))
    above = low > 0.0  # there both probabilities are nearly 1: from the other side they are not
    low, high = np.where(above, -high, low), np.where(above, -low, high)
    with np.errstate(divide="ignore"):
        inside = log_ndtr(high) + np.log(-np.expm1(np.minimum(log_ndtr(low) - log_ndtr(high), 0.0)))
    return np.asarray(np.where(lower == upper, density, inside))
