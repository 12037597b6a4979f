"""The scorecard: the scores of every entrant for every target, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.evaluation.metrics import as_frame, scores
from surrogate.shapes import Float

SPLIT = "leave-one-paper-out"
# Share of rows that have to be values, not bounds, for crps to decide.
FEWEST_VALUES = 0.2


def build_scorecard(predictions: pd.DataFrame) -> pd.DataFrame:
    """Score the predictions of every entrant for every target.

    Parameters
    ----------
    predictions : DataFrame
        Columns target, entrant, paper, mean and variance of z, lower and upper (ends of the measured z);
        and where predictions are not normal the scores of each row, as ``learning.contest.row_scores`` gives them.

    Returns
    -------
    DataFrame
        A row for each target and entrant: target, entrant, the scores of :func:`surrogate.evaluation.metrics.scores`,
        papers, split.
    """
    rows: list[dict[str, object]] = []
    for (target, entrant), part in predictions.groupby(["target", "entrant"], sort=False):
        columns = ("mean", "variance", "lower", "upper")
        result = scores(*(part[name].to_numpy(dtype=float) for name in columns))
        if "inside" in part.columns:
            result |= mean_scores(part)
        rows.append(
            {
                "target": target,
                "entrant": entrant,
                **result,
                "papers": part["paper"].nunique(),
                "split": SPLIT,
            }
        )
    return as_frame(rows)


def mean_scores(part: pd.DataFrame) -> dict[str, float]:
    """Average the scores of rows, of predictions of any form.

    Parameters
    ----------
    part : DataFrame
        Columns lower, upper and those of ``learning.contest.row_scores``.

    Returns
    -------
    dict
        crps, crps_as_values, coverage90 (of values) and bound_probability (of bounds).
    """
    known = (part["lower"] == part["upper"]).to_numpy()
    return {
        "crps": float(part["crps"].mean()),
        "crps_as_values": float(part["crps_as_values"].mean()),
        "coverage90": float(part.loc[known, "inside"].mean()),
        "bound_probability": float(part.loc[~known, "probability"].mean()),
    }


def deciding_score(table: pd.DataFrame) -> str:
    """Choose the score that decides a target.

    A score made of lower bounds alone is lowest for the entrant that promises most, so it cannot decide.

    Parameters
    ----------
    table : DataFrame
        Scorecard rows of the target.

    Returns
    -------
    str
        ``crps``, or ``crps_as_values`` where fewer than FEWEST_VALUES of the rows are values.
    """
    seen = 1.0 - table["n_censored"].sum() / max(table["n"].sum(), 1)
    return "crps" if seen >= FEWEST_VALUES else "crps_as_values"


def values_decide(lower: Float[NDArray[np.float64], " n"], upper: Float[NDArray[np.float64], " n"]) -> bool:
    """Say whether enough of n rows are values for the score with bounds to decide; ends of z, equal where known."""
    return bool(np.mean(lower == upper) >= FEWEST_VALUES) if len(lower) else True
