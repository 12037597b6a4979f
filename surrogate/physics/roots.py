"""Roots of many functions at once, each between two ends of unlike sign, in as few evaluations as may be.

Chandrupatla's method (Advances in Engineering Software 28 (1997) 145): inverse quadratic interpolation where that is
safe, else a halving. SciPy has it as ``scipy.optimize.elementwise.find_root``, step for step the same; its handling
of a single row takes a millisecond, a tenth of a prediction, and half a second to import.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from surrogate.shapes import Float

Array = NDArray[np.float64]
Rows = NDArray[np.int_]


def find_roots(
    function: Callable[[Array, Rows], Array],
    ends: Float[Array, "n 2"],
    values: Float[Array, "n 2"],
    *,
    close: float,
    most_rounds: int,
    progress: Callable[[int], None] | None = None,
) -> Float[Array, " n"]:
    """Find a root of each of n functions.

    Parameters
    ----------
    function : callable
        Called with places (m,) and the rows (m,) that they are for; returns their values (m,).
    ends, values : ndarray (n, 2)
        Between which the roots lie, and the values there, of unlike sign.
    close : float
        A search ends where the value, or what is left between its ends, is no more.
    most_rounds : int
        Evaluations of each, after which the best that was found is returned.
    progress : callable, optional
        Called with the number of rows that are done after each round.

    Returns
    -------
    ndarray (n,)
        Of the two ends that are left of each the one with the smaller value.
    """
    found, rows = np.empty(len(ends)), np.arange(len(ends))
    (x1, x2), (f1, f2) = ends.T.copy(), values.T.copy()
    x3, f3 = x2.copy(), f2.copy()
    share = np.full(len(rows), 0.5)
    for done in range(most_rounds + 1):
        if done:
            x = x1 + share * (x2 - x1)
            f = function(x, rows)
            same = np.sign(f) == np.sign(f1)
            x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
            x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
            x1, f1 = x, f
        nearer = np.abs(f1) < np.abs(f2)
        found[rows] = np.where(nearer, x1, x2)
        width = np.abs(x2 - x1)
        left = np.flatnonzero((np.minimum(np.abs(f1), np.abs(f2)) > close) & (width >= close))
        if progress is not None:
            progress(len(found) - len(left))
        if not len(left):
            break
        rows = rows[left]
        x1, x2, x3, f1, f2, f3, width = (one[left] for one in (x1, x2, x3, f1, f2, f3, width))
        share = np.full(len(rows), 0.5)
        if done:
            share = _interpolated(x1, x2, x3, f1, f2, f3)
        least = 0.5 * close / width
        share = np.clip(share, least, 1.0 - least)
    return found


def _interpolated(x1: Array, x2: Array, x3: Array, f1: Array, f2: Array, f3: Array) -> Array:
    """Share of the way from x1 to x2 at which inverse quadratic interpolation has its root; a half where unsafe."""
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = ((1.0 - np.sqrt(1.0 - xi)) < phi) & (phi < np.sqrt(xi))
        first = f1 / (f1 - f2) * f3 / (f3 - f2)
        second = (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f2 - f3)
    return np.where(safe, first - second, 0.5)
