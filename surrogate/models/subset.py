"""Which of many cells hyperparameters are fitted to: the cost of a step of the fit is the cube of their number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Int

#: Cells that a dozen hyperparameters are fitted to at most; the process is conditioned on all cells all the same. In
#: 1,000 cells of the ether campaign a fit to all took a minute for each target.
FITTED = 200


def fitted_rows(n: int) -> Int[NDArray[np.int_], " k"]:
    """Return which of n cells are fitted to: all of up to ``FITTED``, else as many at random, always the same.

    Parameters
    ----------
    n : int
        Number of cells.
    """
    if n <= FITTED:
        return np.arange(n)
    return np.sort(np.random.default_rng(0).permutation(n)[:FITTED])
