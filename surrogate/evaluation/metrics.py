"""How good a prediction of a measured value is; all on the log10 scale, where an error is a factor."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

LN10 = float(np.log(10.0))
NINETY = float(norm.ppf(0.95))  # half width of the central 90 % interval, in standard deviations
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


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
    proper, and is 0 for certainty above the bound.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the normal predictions.
    bound : ndarray, shape (n,)
        Lower bounds, in the same unit.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    lowest = np.minimum(mean - 8.0 * deviation, bound)
    width = bound - lowest
    points = lowest[:, None] + 0.5 * width[:, None] * (_NODES + 1.0)
    below = norm.cdf((points - mean[:, None]) / deviation[:, None])
    return np.asarray(0.5 * width * (below**2 @ _WEIGHTS))


def crps(
    mean: Float[Array, " n"],
    deviation: Float[Array, " n"],
    value: Float[Array, " n"],
    censored: Bool[Bools, " n"],
) -> Float[Array, " n"]:
    """Score each prediction at the value, or at the lower bound where it is censored.

    Parameters
    ----------
    mean, deviation : ndarray, shape (n,)
        Mean and standard deviation of the normal predictions.
    value : ndarray, shape (n,)
        Measured values or lower bounds, in the same unit.
    censored : ndarray of bool, shape (n,)
        Whether the value is a lower bound.

    Returns
    -------
    ndarray, shape (n,)
        Scores in that unit; lower is better.
    """
    return np.where(censored, crps_lower_bound(mean, deviation, value), crps_gaussian(mean, deviation, value))


def scores(
    mean_ln: Float[Array, " n"],
    variance_ln: Float[Array, " n"],
    z: Float[Array, " n"],
    censored: Bool[Bools, " n"],
) -> dict[str, float]:
    """Score normal predictions of logarithms of a target.

    Parameters
    ----------
    mean_ln, variance_ln : ndarray, shape (n,)
        Mean and variance of the predicted ln target.
    z : ndarray, shape (n,)
        ln of the measured values or lower bounds.
    censored : ndarray of bool, shape (n,)
        Whether the value is a lower bound.

    Returns
    -------
    dict of str to float
        crps (log10 units), crps_as_values (the same with every bound taken as the value), rmse_log10 and coverage90
        (uncensored rows; coverage of the central 90 % interval), bound_probability (mean probability of "at
        least" for the bounds), n, n_censored; NaN where nothing can be scored.
    """
    mean, deviation, value = mean_ln / LN10, np.sqrt(variance_ln) / LN10, z / LN10
    uncensored = ~censored
    inside = np.abs(value - mean) <= NINETY * deviation
    above = norm.sf((value - mean) / deviation)
    return {
        "crps": float(np.mean(crps(mean, deviation, value, censored))) if len(z) else float("nan"),
        "crps_as_values": float(np.mean(crps_gaussian(mean, deviation, value))) if len(z) else float("nan"),
        "rmse_log10": float(np.sqrt(np.mean((value - mean)[uncensored] ** 2)))
        if uncensored.any()
        else float("nan"),
        "coverage90": float(np.mean(inside[uncensored])) if uncensored.any() else float("nan"),
        "bound_probability": float(np.mean(above[censored])) if censored.any() else float("nan"),
        "n": float(len(z)),
        "n_censored": float(censored.sum()),
    }


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
