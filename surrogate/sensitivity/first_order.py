"""Effects of inputs from a given sample: the share of a target's variance that an input explains.

The first-order Sobol index is Var(E[y|x]) / Var(y). It is estimated from any sample of designs, by the means of y in
classes of x: Plischke, Borgonovo and Smith, Eur. J. Oper. Res. 226 (2013) 536. Unlike the designs of Saltelli's
estimator, which ``SALib`` has, the sample may come from dependent inputs, such as the parts of a composition and what
a rule fixes; a share then includes what an input explains because it goes together with others.

The plain ratio of the variance between classes to all variance is too large by about (classes - 1)/(rows - 1). That
is taken out as in an adjusted coefficient of determination (Kelley, Proc. Natl. Acad. Sci. USA 21 (1935) 554), so
that an input without effect has an expected share of 0 and not more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

CLASSES = 10  # of a number, with equally many rows
LEAST_ROWS = 60  # below it no share is given
LEAST_PAIRS = 20
RESAMPLES = 300
LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """A first-order or total index with its interval.

    Attributes
    ----------
    value, low, high : float
        Estimate, not below 0, and the ends of its bootstrapped 95 % interval; NaN where there are too few rows.
    rows : int
        Rows with a target.
    """

    value: float
    low: float
    high: float
    rows: int


def classes_of(values: NDArray[np.float64] | NDArray[np.object_]) -> Codes:
    """Sort an input into classes: each identifier is one, a number has ``CLASSES`` with about equally many rows.

    Parameters
    ----------
    values : ndarray (n,)
        Numbers, or identifiers. Rows of one number stay in one class, so that a value that many rows have in common
        is a class of its own.

    Returns
    -------
    ndarray of int (n,)
        From 0.
    """
    if values.dtype == object:
        return np.unique(values.astype(str), return_inverse=True)[1]
    edges = np.unique(np.quantile(values, np.linspace(0.0, 1.0, CLASSES + 1)[1:-1]))
    # A value that fills the class below an edge belongs to it, and what exceeds it to the next.
    return np.unique(np.searchsorted(edges, values, side="left"), return_inverse=True)[1]


def first_order(classes: Codes, target: Array, seed: int) -> Share:
    """Estimate the share of the target's variance that lies between classes.

    Parameters
    ----------
    classes : ndarray of int (n,)
        As :func:`classes_of` makes them.
    target : ndarray (n,)
        Rows without a finite value are left out.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Share
        Its interval is the bootstrap's spread about its own mean, put at the estimate: the resampled means of classes
        scatter once more, which would shift plain percentiles upwards.
    """
    there = np.isfinite(target)
    codes, y = classes[there], target[there]
    n = len(y)
    if n < LEAST_ROWS or float(np.var(y)) == 0.0 or len(np.unique(codes)) < 2:
        return Share(np.nan, np.nan, np.nan, n)  # nothing that varies, or nothing that it varies with
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    estimate = _adjusted(codes, y)
    drawn = [_adjusted(codes[rows], y[rows]) for rows in rng.integers(0, n, size=(RESAMPLES, n))]
    around = np.quantile(drawn, [0.5 * (1.0 - LEVEL), 0.5 * (1.0 + LEVEL)]) - np.mean(drawn)
    low, high = np.clip(estimate + around, 0.0, 1.0)
    return Share(max(estimate, 0.0), float(low), float(high), n)


def total_effect(before: Array, after: Array, among: Array, seed: int) -> Share:
    """Estimate the share of the target's variance that changes with an input, the others staying as they are.

    Half the mean square of the change over the variance (Jansen, Comput. Phys. Commun. 117 (1999) 35).

    Parameters
    ----------
    before, after : ndarray (m,)
        The target of designs, and of the same designs with the input of another; rows without either are left out.
    among : ndarray (n,)
        The target of all designs, whose variance it is a share of.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Share
        With the percentiles of the bootstrap.
    """
    square = 0.5 * (after - before) ** 2
    square = square[np.isfinite(square)]
    variance = float(np.nanvar(among)) if np.isfinite(among).any() else 0.0
    n = len(square)
    if n < LEAST_PAIRS or variance == 0.0:
        return Share(np.nan, np.nan, np.nan, n)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = square[rng.integers(0, n, size=(RESAMPLES, n))].mean(axis=1) / variance
    low, high = np.quantile(drawn, [0.5 * (1.0 - LEVEL), 0.5 * (1.0 + LEVEL)])
    return Share(float(square.mean()) / variance, float(low), float(high), n)


def exchange_effect(before: Array, after: Array, seed: int) -> Share:
    """Estimate the share of the target's variance that goes with what two designs of a pair do not share.

    The total index of some inputs where pairs differ in these alone, and 1 less the first-order index of some inputs
    where pairs share these alone. As :func:`total_effect`, with the variance of the pairs themselves, which is that
    of both columns together: the index then stays between 0 and 1 where not every pair can be made (Janon, Klein,
    Lagnoux, Nodet and Prieur, ESAIM Probab. Stat. 18 (2014) 342, eq. 6, of which it is the complement).

    Parameters
    ----------
    before, after : ndarray (m,)
        The target of both designs of each pair; pairs without either are left out.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Share
        With the percentiles of the bootstrap over pairs. A sample may say more than 1, where pairs differ more than
        strangers do: the estimate is then 1, and the percentiles move with it, so that they keep their distances to
        it. The ends are bounded to 0 and 1 last of all: noise beyond the bound is no certainty.
    """
    there = np.isfinite(before) & np.isfinite(after)
    pairs = np.stack([before[there], after[there]])
    n = pairs.shape[1]
    if n < LEAST_PAIRS or float(np.var(pairs)) == 0.0:
        return Share(np.nan, np.nan, np.nan, n)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn = _unshared(pairs[:, rng.integers(0, n, size=(RESAMPLES, n))])
    plain = float(_unshared(pairs))
    value = min(plain, 1.0)
    percentiles = np.quantile(drawn, [0.5 * (1.0 - LEVEL), 0.5 * (1.0 + LEVEL)])
    low, high = np.clip(percentiles + (value - plain), 0.0, 1.0)
    return Share(value, float(low), float(high), n)


def _unshared(pairs: Array) -> Array:
    """Half the mean square of the difference of pairs (2, ..., m) over the variance of both: 0 to 2."""
    square = 0.5 * ((pairs[0] - pairs[1]) ** 2).mean(axis=-1)
    return np.asarray(square / np.maximum(np.var(pairs, axis=(0, -1)), 1e-300))


def _adjusted(codes: Codes, y: Array) -> float:
    """1 - (variance within classes / variance), each over its degrees of freedom."""
    counts = np.bincount(codes)
    used = int((counts > 0).sum())
    if used < 2 or len(y) <= used:
        return 0.0
    centred = y - y.mean()
    sums = np.bincount(codes, weights=centred, minlength=len(counts))
    total = float(centred @ centred)
    if total == 0.0:
        return 0.0
    between = float((sums**2 / np.maximum(counts, 1)).sum())
    within = (total - between) / (len(y) - used)
    return 1.0 - within / (total / (len(y) - 1))
