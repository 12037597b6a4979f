"""What is known of a measured number: that it lies between two ends.

Equal ends are a value. An open end is infinite: of a cell that was stopped before it failed, ``[b, inf]`` is known,
and of what is told as "below b", ``[-inf, b]``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Float

Array = NDArray[np.float64]


def as_values(lower: Float[Array, " n"], upper: Float[Array, " n"]) -> Float[Array, " n"]:
    """Return the number that stands for each row where bounds are taken as values.

    Parameters
    ----------
    lower, upper : Array
        Ends (n,), one of them finite.

    Returns
    -------
    Array
        The end that is known, or the middle between two (n,).
    """
    low, high = np.where(np.isinf(lower), upper, lower), np.where(np.isinf(upper), lower, upper)
    return np.asarray(np.where(low == high, low, 0.5 * (low + high)))
