"""How good a prediction of a measured value is; all on the log10 scale, where an error is a factor.

Of an efficiency the factor is that of the lost share (``hosts.targets``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from surrogate.evaluation.bounds import as_values
from surrogate.shapes import Float

Array = NDArray[np.float64]

LN10 = float(np.log(10.0))
NINETY = float(norm.ppf(0.95))  # half width of the central 90 % interval, in standard deviations
_FAR = 40.0  # standard deviations


def crps_gaussian(
    mean: Float[Array, " n"], deviation: Float[Array, " n"], value: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Compute the continuous ranked probability score of normal predictions at measured values.

    Closed form of Gneiting & Raftery, J. Am. Stat. Assoc. 102 (2007) 359.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the predictions.
    value : ndarray, shape (n,)
        Measured values, in the same unit.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    z = (value - mean) / deviation
    score = z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / np.sqrt(np.pi)
    return np.asarray(deviation * score)


def crps_lower_bound(
    mean: Float[Array, " n"], deviation: Float[Array, " n"], bound: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Compute the continuous ranked probability score where only ``y >= bound`` is known.

    It is the integral of F(x)^2 up to the bound: the threshold-weighted score with all weight below the bound
    (Gneiting & Ranjan, J. Bus. Econ. Stat. 29 (2011) 411). It uses nothing that a running cell does not reveal, is
    proper, and is 0 for certainty above the bound. By parts, with z = (bound - mean)/deviation, it is
    deviation (z Phi(z)^2 + 2 phi(z) Phi(z) - Phi(sqrt(2) z)/sqrt(pi)).

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the normal predictions.
    bound : ndarray, shape (n,)
        Lower bounds, in the same unit; -inf: nothing is known, the score is 0.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    z = np.maximum(
        (bound - mean) / deviation, -_FAR
    )  # below it the score is no number above 0 in double precision
    below = norm.cdf(z)
    score = z * below**2 + 2.0 * norm.pdf(z) * below - norm.cdf(np.sqrt(2.0) * z) / np.sqrt(np.pi)
    return np.asarray(deviation * np.maximum(score, 0.0))


def crps_upper_bound(
    mean: Float[Array, " n"], deviation: Float[Array, " n"], bound: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Compute the continuous ranked probability score where only ``y <= bound`` is known.

    It is the integral of (1 - F(x))^2 above the bound: :func:`crps_lower_bound` in the mirror.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the normal predictions.
    bound : ndarray, shape (n,)
        Upper bounds, in the same unit; inf: nothing is known, the score is 0.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    return crps_lower_bound(-mean, deviation, -bound)


def crps(
    mean: Float[Array, " n"],
    deviation: Float[Array, " n"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
) -> Float[Array, " n"]:
    """Score each prediction at what is known: a value, a bound or an interval.

    The weight of the score lies outside the interval; for a value, an interval without width, that is the whole
    score.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the normal predictions.
    lower, upper : ndarray, shape (n,)
        Ends between which the measured values lie, in the same unit: equal where known, infinite where open.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    outside = crps_lower_bound(mean, deviation, lower) + crps_upper_bound(mean, deviation, upper)
    return np.where(lower == upper, crps_gaussian(mean, deviation, as_values(lower, upper)), outside)


def scores(
    mean_z: Float[Array, " n"],
    variance_z: Float[Array, " n"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
) -> dict[str, float]:
    """Score normal predictions of z, the natural logarithm by which a target is learned.

    Parameters
    ----------
    mean_z, variance_z : ndarray, shape (n,)
        Mean and variance of the predicted z.
    lower, upper : ndarray, shape (n,)
        Ends between which the measured z lie: equal where known, infinite where open.

    Returns
    -------
    dict of str to float
        crps (log10 units), crps_as_values (the same with every bound taken as the value, an interval as its middle),
        rmse_log10 and coverage90 (rows with a value; coverage of the central 90 % interval), bound_probability (mean
        probability of what the bounds and intervals say: "at least", "at most", "between"), n, n_censored (bounds
        and intervals); NaN where nothing can be scored.
    """
    mean, deviation = mean_z / LN10, np.sqrt(variance_z) / LN10
    low, high = lower / LN10, upper / LN10
    value, known = as_values(low, high), low == high
    inside = np.abs(value - mean) <= NINETY * deviation
    between = _probability((low - mean) / deviation, (high - mean) / deviation)
    return {
        "crps": _mean(crps(mean, deviation, low, high)),
        "crps_as_values": _mean(crps_gaussian(mean, deviation, value)),
        "rmse_log10": float(np.sqrt(_mean((value - mean)[known] ** 2))),
        "coverage90": _mean(inside[known]),
        "bound_probability": _mean(between[~known]),
        "n": float(len(low)),
        "n_censored": float((~known).sum()),
    }


def _mean(values: NDArray[Any]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _probability(lower: Array, upper: Array) -> Array:
    """Probability (n,) that the standard normal distribution gives to each interval, without loss in its tails."""
    right = lower > 0.0  # there from the right end, where the numbers are small
    return np.asarray(norm.cdf(np.where(right, -lower, upper)) - norm.cdf(np.where(right, -upper, lower)))


def as_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Make a table of scorecard rows, with target and entrant as its first columns.

    Parameters
    ----------
    rows : list of dict
        Column -> value.

    Returns
    -------
    DataFrame
    """
    table = pd.DataFrame(rows)
    first = [name for name in ("target", "entrant") if name in table.columns]
    return table[[*first, *(name for name in table.columns if name not in first)]]
