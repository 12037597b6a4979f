"""How good a prediction of a measured value is; all on the log10 scale, where an error is a fold error."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

LN10 = float(np.log(10.0))
NINETY = float(norm.ppf(0.95))
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


def crps_gaussian(
    mean: Float[Array, " n"], deviation: Float[Array, " n"], value: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Continuous ranked probability score of N(mean, deviation^2) at observed values, (n,), lower is better.

    Closed form of Gneiting & Raftery, J. Am. Stat. Assoc. 102 (2007) 359, in the unit of the values.
    """
    z = (value - mean) / deviation
    score = z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / np.sqrt(np.pi)
    return np.asarray(deviation * score)


def crps_lower_bound(
    mean: Float[Array, " n"], deviation: Float[Array, " n"], bound: Float[Array, " n"]
) -> Float[Array, " n"]:
    """The same when only y >= bound is known: the integral of F(x)^2 up to the bound, (n,).

    Threshold-weighted CRPS with all weight below the bound (Gneiting & Ranjan, J. Bus. Econ. Stat. 29 (2011)
    411), which needs nothing that a cell still running does not tell; proper, and 0 for certainty above it.
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
    """Score of each row: of the value, or of the bound where ``censored``."""
    return np.where(censored, crps_lower_bound(mean, deviation, value), crps_gaussian(mean, deviation, value))


def scores(
    mean_ln: Float[Array, " n"],
    variance_ln: Float[Array, " n"],
    z: Float[Array, " n"],
    censored: Bool[Bools, " n"],
) -> dict[str, float]:
    """Scores of predictions N(mean_ln, variance_ln) of ln targets z (n,), NaN where nothing can be scored.

    crps (log10 units), crps_as_values (the same with every bound taken as the value),
    rmse_log10 and coverage90 (uncensored rows; coverage of the central 90 % interval),
    bound_probability (mean probability given to "at least" for bounds), n, n_censored.
    """
    mean, deviation, value = mean_ln / LN10, np.sqrt(variance_ln) / LN10, z / LN10
    seen = ~censored
    inside = np.abs(value - mean) <= NINETY * deviation
    above = norm.sf((value - mean) / deviation)
    return {
        "crps": float(np.mean(crps(mean, deviation, value, censored))) if len(z) else float("nan"),
        "crps_as_values": float(np.mean(crps_gaussian(mean, deviation, value))) if len(z) else float("nan"),
        "rmse_log10": float(np.sqrt(np.mean((value - mean)[seen] ** 2))) if seen.any() else float("nan"),
        "coverage90": float(np.mean(inside[seen])) if seen.any() else float("nan"),
        "bound_probability": float(np.mean(above[censored])) if censored.any() else float("nan"),
        "n": float(len(z)),
        "n_censored": float(censored.sum()),
    }


def as_frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Scorecard rows as a table, entrants and targets first."""
    table = pd.DataFrame(rows)
    first = [name for name in ("target", "entrant") if name in table.columns]
    return table[[*first, *(name for name in table.columns if name not in first)]]
