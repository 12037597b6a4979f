"""The contest: every entrant predicts each paper from all others (leave-one-paper-out).

It is nested: an entrant that has to choose something, as a mixture its weights and the width of its intervals, sees
the other papers only and chooses by folds of those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from surrogate.evaluation.bounds import as_values
from surrogate.evaluation.metrics import LN10, scores
from surrogate.evaluation.pools import Pool
from surrogate.evaluation.scorecard import build_scorecard, mean_scores
from surrogate.evaluation.splits import leave_one_group_out
from surrogate.execution import Here, Workers
from surrogate.models.contract import Array, Entrant, TargetData
from surrogate.models.inputs import Inputs
from surrogate.optimization.threads import single_thread


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
    by: Workers | None = None,
) -> pd.DataFrame:
    """Predict every measured row of each target; a paper is absent from its own prediction.

    Parameters
    ----------
    rivals : sequence of Entrant
        The ways of fitting that are compared.
    data : mapping
        Target -> its published rows.
    seed : int
        Of the fits.
    progress : callable, optional
        Called with ("cross-validation", entrants and targets done, in all).
    by : Workers, optional
        Who fits and predicts, an entrant and a target at a time; default: this process.

    Returns
    -------
    DataFrame
        Columns: target, entrant, row (place among the rows of the target), paper, mean and variance of z, lower and
        upper (ends of the measured z), unnamed (predicted median of z as if no cell were a control), and the scores
        of each row (:func:`row_scores`).
    """
    pieces = [(rival, target, rows) for target, rows in data.items() for rival in rivals]
    tables: dict[int, pd.DataFrame] = {}
    if progress is not None:
        progress("cross-validation", 0, len(pieces))
    for place, table in (by or Here()).results(partial(_predicted, seed), pieces):
        tables[place] = table
        if progress is not None:
            progress("cross-validation", len(tables), len(pieces))
    return pd.concat([tables[place] for place in range(len(pieces))], ignore_index=True)


def _predicted(seed: int, piece: tuple[Entrant, str, TargetData]) -> pd.DataFrame:
    with single_thread():  # also where another process does it
        return _held_out(*piece, seed)


def _held_out(rival: Entrant, target: str, rows: TargetData, seed: int) -> pd.DataFrame:
    inputs, papers = Inputs.of_rows(rows), [str(name) for name in rows.papers]
    parts: list[pd.DataFrame] = []
    for paper, train, held in leave_one_group_out(papers):
        fitted = rival.fit(rows.take(train), target, seed=seed)
        pool = fitted.pool(inputs.take(held))
        # Who is the control is the answer where a pair is asked about: its direction is judged without.
        unnamed = replace(inputs.take(held), control=np.zeros(len(held), dtype=bool))
        mean, variance = pool.moments()
        lower, upper = rows.lower[held], rows.upper[held]
        part = pd.DataFrame({"row": held, "paper": paper, "mean": mean, "variance": variance})
        part["unnamed"] = fitted.pool(unnamed).quantiles(0.5)
        parts.append(part.assign(lower=lower, upper=upper, **row_scores(pool, lower, upper)))
    found = pd.concat(parts, ignore_index=True).sort_values("row", ignore_index=True)
    found.insert(0, "entrant", rival.name)
    found.insert(0, "target", target)
    return found


def row_scores(pool: Pool, lower: Array, upper: Array) -> dict[str, Array]:
    """Score predictions row by row.

    Parameters
    ----------
    pool : Pool
        Predictions of n rows.
    lower, upper : array, (n,)
        Ends between which the measured z lie.

    Returns
    -------
    dict
        crps and crps_as_values (log10), inside (1 where the value, a bound taken as one, lies in the central 90 %
        interval, else 0), probability (of what is known), low, middle and high (quantiles of 5, 50 and 95 %, z); (n,)
        each.
    """
    value = as_values(lower, upper)
    low, middle, high = (pool.quantiles(level) for level in (0.05, 0.5, 0.95))
    return {
        "crps": pool.crps(lower, upper) / LN10,
        "crps_as_values": pool.crps(value, value) / LN10,
        "inside": ((value >= low) & (value <= high)).astype(float),
        "probability": pool.cdf(upper) - pool.cdf(lower),
        "low": low,
        "middle": middle,
        "high": high,
    }


def pool_scores(pool: Pool, lower: Array, upper: Array) -> dict[str, float]:
    """Score predictions of any form.

    Parameters
    ----------
    pool : Pool
        Predictions of n rows.
    lower, upper : array, (n,)
        Ends between which the measured z lie.

    Returns
    -------
    dict
        As ``evaluation.metrics.scores`` gives them.
    """
    mean, variance = pool.moments()
    rows = pd.DataFrame({"lower": lower, "upper": upper, **row_scores(pool, lower, upper)})
    return scores(mean, variance, lower, upper) | mean_scores(rows)
