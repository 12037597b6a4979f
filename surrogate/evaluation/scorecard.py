"""The scorecard: the scores of every entrant for every target, side by side, and which entrant is the champion."""

from __future__ import annotations

import pandas as pd

from surrogate.evaluation.metrics import as_frame, scores

SPLIT = "leave-one-paper-out"
# Share of rows that have to be values, not bounds, for crps to decide.
FEWEST_VALUES = 0.2


def build_scorecard(predictions: pd.DataFrame) -> pd.DataFrame:
    """Score the predictions of every entrant for every target.

    Parameters
    ----------
    predictions : DataFrame
        Columns target, entrant, proposes, paper, mean and variance of z, lower and upper (ends of the measured z).

    Returns
    -------
    DataFrame
        A row for each target and entrant: target, entrant, the scores of :func:`surrogate.evaluation.metrics.scores`,
        papers, split, proposes.
    """
    rows: list[dict[str, object]] = []
    for (target, entrant, proposes), part in predictions.groupby(
        ["target", "entrant", "proposes"], sort=False
    ):
        columns = ("mean", "variance", "lower", "upper")
        result = scores(*(part[name].to_numpy(dtype=float) for name in columns))
        rows.append(
            {
                "target": target,
                "entrant": entrant,
                **result,
                "papers": part["paper"].nunique(),
                "split": SPLIT,
                "proposes": bool(proposes),
            }
        )
    return as_frame(rows)


def champions(scorecard: pd.DataFrame) -> dict[str, str]:
    """Choose for each target the entrant with the lowest score among those that may propose.

    Parameters
    ----------
    scorecard : DataFrame
        As :func:`build_scorecard` makes it.

    Returns
    -------
    dict of str to str
        Target -> entrant, by the score of :func:`deciding_score`.
    """
    best = {}
    for target, table in scorecard[scorecard["proposes"]].groupby("target", sort=False):
        best[str(target)] = str(table.sort_values(deciding_score(table), kind="stable")["entrant"].iloc[0])
    return best


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
