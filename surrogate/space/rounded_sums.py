"""Sums that rounding or weighing broke: 100.09 or 0.9989 for the total, and thirds of 0.33."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PUT_RIGHT = 0.01  # share of the total: weighing and rounding break a sum by less, thirds of 0.33 by just that
EXACT = 1e-6  # share of the total: files and single-precision numbers carry no more digits
_SLACK = 1e-9


def near(ratio: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Test whether rounding or weighing can have broken sums.

    Parameters
    ----------
    ratio : array, (n,)
        Of what was found to what is wanted.

    Returns
    -------
    array of bool, (n,)
        Within ``PUT_RIGHT``. Too little by just that is near, as three thirds of 0.33 are; too much by that is not.
    """
    return np.asarray((ratio >= 1.0 - PUT_RIGHT - _SLACK) & (ratio < 1.0 + PUT_RIGHT - _SLACK))
