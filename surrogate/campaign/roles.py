"""What each host of a batch is made for: for what it promises, or for what is learned from it.

Data flow: medians of the proposals, of their control and of the measured hosts, and the spread between cells of one
design -> gains -> ``exploit`` for a proposal that no other host is expected to beat by more than that spread, else
``explore``. The search has chosen them by then; a role changes nothing of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Float

Array = NDArray[np.float64]
EXPLOIT, EXPLORE = "exploit", "explore"
#: Column of a batch -> by which model a host was searched for.
SEARCHED_BY, ALL_KNOWN, CELLS_ALONE = "searched_by", "all that is known", "own cells alone"


def promising(
    values: Float[Array, "n m"], kept: NDArray[np.bool_], noise: Float[Array, " m"], control: int
) -> NDArray[np.bool_]:
    """Say of n hosts whether each is expected to do as well as any other, to the spread between cells.

    Parameters
    ----------
    values : ndarray (n, m)
        Gains in m objectives, z.
    kept : ndarray of bool (n,)
        Whether its medians keep all limits; a host that breaks one promises nothing and rivals none.
    noise : ndarray (m,)
        Standard deviation between cells of one design, z.
    control : int
        Row of the control.

    Returns
    -------
    ndarray of bool (n,)
        Whether no rival is better in an objective by more than the noise and worse by more than it in none, and the
        control, if it is a rival, is not ahead in the mean of the objectives by more than the noise of such a mean:
        a little less of one target does not make up for the loss of nearly all of another.
    """
    beaten = beaten_beyond_noise(values, noise)[:, kept].any(axis=1)
    behind = (values[control] - values).mean(axis=1) > float(np.sqrt(np.sum(noise**2))) / len(noise)
    return np.asarray(kept & ~beaten & ~(behind & kept[control]))


def beaten_beyond_noise(values: Float[Array, "n m"], noise: Float[Array, " m"]) -> NDArray[np.bool_]:
    """Say of n hosts which others are expected to do better than it beyond the spread between cells.

    Parameters
    ----------
    values, noise : ndarray (n, m), (m,)
        As for :func:`promising`.

    Returns
    -------
    ndarray of bool (n, n)
        Whether the host of a column is better than that of a row in an objective by more than the noise, and worse by
        more than it in none.
    """
    ahead = values - values[:, None]
    return np.asarray(np.all(ahead >= -noise, axis=2) & np.any(ahead > noise, axis=2))
