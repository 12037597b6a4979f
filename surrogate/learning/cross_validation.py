"""Cross-validation: every entrant predicts each paper from all others (leave-one-paper-out)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from surrogate.evaluation.scorecard import build_scorecard
from surrogate.evaluation.splits import leave_one_group_out
from surrogate.models.contract import Entrant, Predictor, TargetData


def cross_validate(
    rivals: Sequence[Entrant],
    data: Mapping[str, TargetData],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Score every entrant on papers that it has not seen.

    Parameters
    ----------
    rivals, data, seed, progress
        As for :func:`held_out_predictions`.

    Returns
    -------
    DataFrame
        One row a target and entrant, as ``evaluation.scorecard.build_scorecard`` makes it.
    """
    return build_scorecard(held_out_predictions(rivals, data, seed=seed, progress=progress))


def held_out_predictions(
    rivals: Sequence[Entrant],
    data: Mapping[str, TargetData],
    *,
    seed: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Predict every measured row of each target; a paper is absent from its own prediction.

    A rival is fitted to the simulated rows once, for hyperparameters to start from; each fold then fits
    them to all rows but the held-out paper's.

    Parameters
    ----------
    rivals : sequence of Entrant
        The ways of fitting that are compared.
    data : mapping
        Target -> its measured and simulated rows.
    seed : int
        Of the fits.
    progress : callable, optional
        Called with ("cross-validation", entrants and targets done, in all).

    Returns
    -------
    DataFrame
        Columns: target, entrant, proposes, paper, mean and variance (of z), lower and upper
        (ends of the measured z).
    """
    tables: list[pd.DataFrame] = []
    total = len(rivals) * len(data)
    for target, table in data.items():
        for rival in rivals:
            if progress is not None:
                progress("cross-validation", len(tables), total)
            tables.append(_predicted(rival, target, table, seed))
    if progress is not None:
        progress("cross-validation", total, total)
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
            "lower": table.lower[measured],
            "upper": table.upper[measured],
        }
    )
