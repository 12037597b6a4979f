"""Leave-one-out predictions of a Gaussian process in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
    inverse = np.linalg.inv(covariance)
    variance = 1.0 / np.diag(inverse)
    return (inverse @ residual) * variance, variance
