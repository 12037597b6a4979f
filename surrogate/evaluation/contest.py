"""The contest: every entrant predicts each paper from all others, and the scores are laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from surrogate.evaluation.metrics import as_frame, scores
from surrogate.evaluation.splits import leave_one_group_out
from surrogate.models.base import Entrant, Predictor, TargetData

SPLIT = "leave-one-paper-out"
FEWEST_VALUES = 0.2  # share of rows that are values and not bounds, for crps to decide


def run(
    rivals: Sequence[Entrant],
    data: Mapping[str, TargetData],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """One row for each target and entrant: the scores of :func:`predict`'s rows (see :func:`scorecard`)."""
    return scorecard(predict(rivals, data, seed=seed, progress=progress))


def predict(
    rivals: Sequence[Entrant],
    data: Mapping[str, TargetData],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """What each rival says about every measured row of each target; a paper is absent from its own prediction.

    A rival is fitted to the simulated rows once, for hyperparameters to start from; each fold then fits
    them to all rows but the held-out paper's. Columns: target, entrant, proposes, paper, mean and variance
    (of ln target), value (ln), censored.
    """
    tables: list[pd.DataFrame] = []
    total = len(rivals) * len(data)
    for target, table in data.items():
        for rival in rivals:
            if progress is not None:
                progress("contest", len(tables), total)
            tables.append(_predicted(rival, target, table, seed))
    if progress is not None:
        progress("contest", total, total)
    return pd.concat(tables, ignore_index=True)


def scorecard(predictions: pd.DataFrame) -> pd.DataFrame:
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


def _predicted(rival: Entrant, target: str, table: TargetData, seed: int) -> pd.DataFrame:
    measured = np.flatnonzero(table.measured)
    simulated = np.flatnonzero(~table.measured)
    warm = rival.fit(table.take(simulated), target, seed=seed)
    mean, variance = np.full(len(measured), np.nan), np.full(len(measured), np.nan)
    spread = np.zeros(len(table.z)) if table.spread is None else table.spread
    papers = [str(name) for name in table.papers[measured]]
    for _, train, held in leave_one_group_out(papers):
        kept = np.concatenate([simulated, measured[train]])
        fitted: Predictor = rival.fit(table.take(kept), target, seed=seed, warm=warm)
        mean[held], variance[held] = fitted.predictive(table.X[measured[held]])
        variance[held] += fitted.published_noise(spread[measured[held]])
    return pd.DataFrame(
        {
            "target": target,
            "entrant": rival.name,
            "proposes": rival.proposes,
            "paper": papers,
            "mean": mean,
            "variance": variance,
            "value": table.z[measured],
            "censored": table.censored[measured],
        }
    )


def champions(scorecard: pd.DataFrame) -> dict[str, str]:
    """For each target the entrant with the lowest CRPS among those that may propose (see :func:`decides`)."""
    best = {}
    for target, table in scorecard[scorecard["proposes"]].groupby("target", sort=False):
        best[str(target)] = str(table.sort_values(decides(table), kind="stable")["entrant"].iloc[0])
    return best


def decides(table: pd.DataFrame) -> str:
    """Which score decides a target: ``crps``, or ``crps_as_values`` where hardly any row is a value.

    A score made of lower bounds alone is lowest for whoever promises most, so it cannot choose.
    """
    seen = 1.0 - table["n_censored"].sum() / max(table["n"].sum(), 1)
    return "crps" if seen >= FEWEST_VALUES else "crps_as_values"
