"""Which of very many observations a process rests on: those that say most of where the best designs are.

A process costs the cube of its observations, and what the ten thousandth says is nearly all known from the others.
Half of what is kept are the best by each objective and by all together, so that the front is known as well as it
can be; the other half lie as far from each other as they may (farthest-point sampling; Gonzalez, Theor. Comput. Sci.
38 (1985) 293), so that no part of the space is forgotten. Inducing points are placed by the same two wishes in
high-throughput optimization (Moss et al., Inducing Point Allocation for Sparse Gaussian Processes in High-Throughput
Bayesian Optimisation, AISTATS 2023).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Float, Int

#: Observations that processes rest on at most.
MOST = 1000
_BEST = 0.5  # share of them that are the best


def telling_rows(
    encoded: Float[NDArray[np.float64], "n d"],
    gains: Sequence[Float[NDArray[np.float64], " n"]],
    most: int = MOST,
) -> Int[NDArray[np.int_], " k"]:
    """Choose the observations that say most, in their order: all of up to ``most``.

    Parameters
    ----------
    encoded : ndarray (n, d)
        Encoded designs.
    gains : sequence of ndarray (n,)
        Of each objective what was measured, more being better; NaN where it was not.
    most : int
        How many, at least 2.

    Returns
    -------
    ndarray of int (k,)
        Positions, ascending; k is the less of n and ``most``.
    """
    n = len(encoded)
    if n <= most:
        return np.arange(n)
    chosen = np.zeros(n, dtype=bool)
    ranks = [_rank(gain) for gain in gains]
    orders = [np.argsort(-rank, kind="stable") for rank in (*ranks, np.mean(ranks, axis=0))]
    for row in np.stack(orders, axis=1).ravel().tolist():
        if chosen.sum() >= int(_BEST * most):
            break
        chosen[row] = True
    away = np.full(n, np.inf)
    for row in np.flatnonzero(chosen).tolist():
        away = np.minimum(away, _distance(encoded, row))
    while chosen.sum() < most:
        farthest = int(np.argmax(np.where(chosen, -1.0, away)))
        chosen[farthest] = True
        away = np.minimum(away, _distance(encoded, farthest))
    return np.flatnonzero(chosen)


def _rank(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank what was measured from 0 to 1, 1 the best; what was not is the worst."""
    order = np.argsort(np.nan_to_num(gain, nan=-np.inf), kind="stable")
    rank = np.empty(len(gain))
    rank[order] = np.linspace(0.0, 1.0, len(gain))
    return rank


def _distance(encoded: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    return np.asarray(((encoded - encoded[row]) ** 2).sum(axis=1))
