"""The ageing law against what needs no physics: each paper is predicted by a fit to all others.

Rivals: the median of the electrolyte's class, and a regression on current and capacity. Both take bounds as values
(nothing else identifies them); their spread is that of their residuals. Everyone predicts every cell; the law learns
from the cells that it describes, its rivals from all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.evaluation.metrics import as_frame, scores
from surrogate.evaluation.splits import leave_one_group_out
from surrogate.learning.ageing.data import Cells
from surrogate.learning.ageing.fit import Fitted, fit, predicted_life, predicted_loss
from surrogate.learning.ageing_recipe import AgeingPrior

Array = NDArray[np.float64]

LAW, MEDIAN, REGRESSION = "ageing law", "class median", "current and capacity"
LOSS, LIFE = "1 - CE", "cycle life"
ALL_CELLS = "all"
LEAST_PAPERS = 5  # over which a rank correlation is taken


def judge(
    cells: Cells,
    priors: Mapping[str, AgeingPrior],
    whole: Fitted,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Judge the ageing law by predicting each paper from all others.

    Upper bounds of a life and lower bounds of an efficiency are not scored.

    Parameters
    ----------
    cells
        Published cells.
    priors
        Constant or spread -> its prior.
    whole
        A fit to all cells, to start from.
    progress
        Called with what is under way, how much is done, and of how much.

    Returns
    -------
    pandas.DataFrame
        A row for each quantity, class and entrant, with fold_error (median, of values), rank (Spearman's correlation
        of predicted and published, means over the values of each paper; NaN below ``LEAST_PAPERS``), papers and the
        scores of ``evaluation.metrics.scores``. Classes: ``all``, ``described`` by the law, its electrolytes,
        and ``not described``.
    """
    entrants = (LAW, MEDIAN, REGRESSION)
    n = len(cells.loss)
    mean = {(q, e): np.full(n, np.nan) for q in (LOSS, LIFE) for e in entrants}
    variance = {place: np.full(n, np.nan) for place in mean}
    papers = list(dict.fromkeys(cells.paper.tolist()))
    for done, (_, train, held) in enumerate(leave_one_group_out(cells.paper.tolist())):
        if progress is not None:
            progress("judging the ageing law", done, len(papers))
        fitted = fit(cells.take(train), priors, start=whole.theta)
        part = cells.take(held)
        for (quantity, draws), spread in zip(_of_law(part, fitted), fitted.spreads, strict=True):
            mean[quantity, LAW][held] = np.nanmean(draws, axis=1)
            variance[quantity, LAW][held] = np.nanvar(draws, axis=1) + spread**2
        for quantity, measured in ((LOSS, cells.loss), (LIFE, cells.life)):
            for entrant, rival in ((MEDIAN, _median), (REGRESSION, _regression)):
                found = rival(cells, measured, train, held)
                mean[quantity, entrant][held], variance[quantity, entrant][held] = found
    if progress is not None:
        progress("judging the ageing law", len(papers), len(papers))
    rows: list[dict[str, object]] = []
    for quantity, measured in ((LOSS, cells.loss), (LIFE, cells.life)):
        bound = cells.bound & (quantity == LIFE)
        scored = np.isfinite(measured) & ~(cells.upper if quantity == LIFE else cells.loss_bound)
        for kind, alike in _classes(cells).items():
            chosen = scored & alike
            for entrant in entrants:
                place = (quantity, entrant)
                rows.append(
                    {
                        "quantity": quantity, "class": kind, "entrant": entrant,
                        **_scored(mean[place][chosen], variance[place][chosen], measured[chosen], bound[chosen]),
                        "rank": _rank(mean[place], measured, cells.paper, chosen & ~bound),
                        "papers": len(set(cells.paper[chosen])),
                    }
                )  # fmt: skip
    return as_frame(rows)


def _of_law(cells: Cells, fitted: Fitted) -> tuple[tuple[str, Array], tuple[str, Array]]:
    return (LOSS, predicted_loss(cells, fitted.constants)), (LIFE, predicted_life(cells, fitted.constants))


def _classes(cells: Cells) -> dict[str, NDArray[np.bool_]]:
    kinds = {kind: cells.described & (cells.kind == kind) for kind in dict.fromkeys(cells.kind.tolist())}
    everything = np.ones(len(cells.loss), dtype=bool)
    return {ALL_CELLS: everything, "described": cells.described, **kinds, "not described": ~cells.described}


def _scored(mean: Array, variance: Array, measured: Array, bound: NDArray[np.bool_]) -> dict[str, float]:
    if not len(measured):
        return {}
    result = scores(mean, variance, measured, np.where(bound, np.inf, measured))
    values = ~bound
    fold = float(np.exp(np.median(np.abs(mean - measured)[values]))) if values.any() else float("nan")
    return {"fold_error": fold, **result}


def _rank(mean: Array, measured: Array, paper: NDArray[np.object_], chosen: NDArray[np.bool_]) -> float:
    """Spearman's correlation over papers of the means of their values."""
    papers = pd.DataFrame({"predicted": mean[chosen], "measured": measured[chosen], "paper": paper[chosen]})
    means = papers.groupby("paper").mean()
    constant = means.nunique().min() < 2 if len(means) else True
    if len(means) < LEAST_PAPERS or constant:
        return float("nan")
    return float(means["predicted"].corr(means["measured"], method="spearman"))


def _median(
    cells: Cells, measured: Array, train: NDArray[np.int_], held: NDArray[np.int_]
) -> tuple[Array, Array]:
    """Median and mean squared deviation of the class (of all, where the class has fewer than three)."""
    mean, variance = np.full(len(held), np.nan), np.full(len(held), np.nan)
    known = train[np.isfinite(measured[train])]
    for at, row in enumerate(held):
        alike = known[cells.kind[known] == cells.kind[row]]
        chosen = measured[alike if len(alike) >= 3 else known]
        mean[at] = np.median(chosen)
        variance[at] = np.mean((chosen - mean[at]) ** 2)
    return mean, variance


def _regression(
    cells: Cells, measured: Array, train: NDArray[np.int_], held: NDArray[np.int_]
) -> tuple[Array, Array]:
    """Least squares on ln current and ln capacity."""
    inputs = np.column_stack([np.ones(len(measured)), np.log(cells.current), np.log(cells.capacity)])
    known = train[np.isfinite(measured[train])]
    weights = np.linalg.lstsq(inputs[known], measured[known], rcond=None)[0]
    residual = measured[known] - inputs[known] @ weights
    variance = float(residual @ residual) / max(len(known) - 3, 1)
    return inputs[held] @ weights, np.full(len(held), variance)
