"""The scorecard: the scores of every entrant for every target, side by side, and which entrant is the champion."""

from __future__ import annotations

import pandas as pd

from surrogate.evaluation.metrics import as_frame, scores

SPLIT = "leave-one-paper-out"
FEWEST_VALUES = 0.2  # share of rows that are values and not bounds, for crps to decide


def build_scorecard(predictions: pd.DataFrame) -> pd.DataFrame:
    """One row for each target and entrant: crps, crps_as_values, rmse_log10, coverage90, bound_probability,
    n, n_censored, papers, split, proposes.
    """
    rows: list[dict[str, object]] = []
    for (target, entrant, proposes), part in predictions.groupby(
        ["target", "entrant", "proposes"], sort=False
    ):
        mean, variance, value = (part[name].to_numpy(dtype=float) for name in ("mean", "variance", "value"))
        result = scores(mean, variance, value, part["censored"].to_numpy(dtype=bool))
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
    """For each target the entrant with the lowest CRPS among those that may propose (see :func:`deciding_score`)."""
    best = {}
    for target, table in scorecard[scorecard["proposes"]].groupby("target", sort=False):
        best[str(target)] = str(table.sort_values(deciding_score(table), kind="stable")["entrant"].iloc[0])
    return best


def deciding_score(table: pd.DataFrame) -> str:
    """Which score deciding_score a target: ``crps``, or ``crps_as_values`` where hardly any row is a value.

    A score made of lower bounds alone is lowest for whoever promises most, so it cannot choose.
    """
    seen = 1.0 - table["n_censored"].sum() / max(table["n"].sum(), 1)
    return "crps" if seen >= FEWEST_VALUES else "crps_as_values"
