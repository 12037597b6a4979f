"""Leave-one-out predictions of a Gaussian process in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Float

Array = NDArray[np.float64]


def leave_one_out_densities(
    covariance: Float[Array, "n n"], residual: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Return the logarithm of the density of each observation given all others.

    Parameters
    ----------
    covariance : ndarray (n, n)
        Of the observations, noise included.
    residual : ndarray (n,)
        Observations less the prior mean.

    Returns
    -------
    ndarray (n,)
        Rasmussen & Williams 2006, eq. 5.10 to 5.12.
    """
    inverse = np.linalg.inv(covariance)
    variance = 1.0 / np.diag(inverse)
    error = (inverse @ residual) * variance
    return np.asarray(-0.5 * np.log(2.0 * np.pi * variance) - 0.5 * error**2 / variance)
