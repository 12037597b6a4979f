"""The contest: every entrant predicts each paper from all others, and the scores are laid side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from surrogate.evaluation.scorecard import build_scorecard
from surrogate.evaluation.splits import leave_one_group_out
from surrogate.models.contract import Entrant, Predictor, TargetData


def run(
    rivals: Sequence[Entrant],
    data: Mapping[str, TargetData],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """One row for each target and entrant: the scores of :func:`predict`'s rows (``evaluation.scorecard``)."""
    return build_scorecard(predict(rivals, data, seed=seed, progress=progress))


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
