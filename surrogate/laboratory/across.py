"""A contest in virtual laboratories, over all laboratories of a kind: one laboratory is one observation.

Hypervolumes of laboratories cannot be averaged as they are; their shares of each best known front can, and so can
what two contenders reached in the same laboratory: the difference of their shares, and the experiments that one needs
for what the other has reached.

Data flow: results -> means over seeds (``contest_summary.curves``) and, beside them, the best that was reached
without physics -> one value a laboratory -> mean or median over laboratories, its interval by drawing laboratories.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.laboratory.ask_tell import CONTENDERS
from surrogate.laboratory.contest_summary import (
    LEVEL,
    RESAMPLES,
    WITH_PHYSICS,
    best_known,
    curves,
    interval,
    to_match,
)
from surrogate.laboratory.virtual_task import PREFIX

#: A row of the table that is no contender: in each laboratory and after each experiment the best of those that
#: neither know physics nor begin from it.
COLD = "best cold start"
EXPERIMENTS = (24, 32, 36, 48, 60)
Array = NDArray[np.float64]


def kind_of(task: str) -> str:
    """Return the kind of laboratory that a task is of, such as ``lab-ether`` of ``lab-ether:3``; "": none."""
    kind, _, number = task.partition(":")
    return kind if task.startswith(f"{PREFIX}-") and number.isdigit() else ""


def across_laboratories(results: pd.DataFrame) -> pd.DataFrame:
    """Summarize a contest by kind of laboratory, contender and number of experiments, compared with ``WITH_PHYSICS``.

    Seeds are averaged within each laboratory first. Laboratories where nothing better than the reference is known
    are left out. Intervals are central 90 % bootstrap intervals over laboratories (``_lower``, ``_upper``).

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them.

    Returns
    -------
    DataFrame
        A row for each kind, contender (:data:`COLD` among them) and N of ``EXPERIMENTS``:

        * ``laboratories``, their number; ``share``, the mean over them of the hypervolume in that of the best known
          front, with its interval, and ``worst``, the least share;
        * ``compared``, the number of laboratories in which ours has made N experiments as well;
        * ``ratio``, over these: the median of the experiments after which ours had reached what the contender had
          after N, over N, with its interval; infinite where ours did not reach it;
        * ``ahead``, over these: the median of our share less that of the contender, both after N, with its interval,
          and ``ahead_worst``, the least.

        What compares is NaN where ours took part in none of them. Empty without laboratories.
    """
    found = results[results["task"].map(kind_of) != ""]
    front = best_known(found)
    mean = curves(found)
    if not len(mean):
        return pd.DataFrame()
    mean = pd.concat([mean, best_cold_start(mean)], ignore_index=True)
    mean["share"] = mean["hypervolume"] / mean["task"].map(front)  # NaN where the front is worth nothing
    own = {str(task): curve for task, curve in mean[mean["contender"] == WITH_PHYSICS].groupby("task")}
    rows: list[dict[str, object]] = []
    for (kind, contender), part in mean.groupby([mean["task"].map(kind_of), "contender"], sort=False):
        by_task = {str(task): curve for task, curve in part.groupby("task", sort=False)}
        for n in EXPERIMENTS:
            shares = {task: share_after(curve, n) for task, curve in by_task.items()}
            shares = {task: share for task, share in shares.items() if not math.isnan(share)}
            if not shares:
                continue
            our_shares = {task: share_after(own[task], n) for task in shares if task in own}
            both = [task for task, share in our_shares.items() if not math.isnan(share)]
            ratios = np.array([to_match(own[task], by_task[task], n) / n for task in both])
            ahead = np.array([our_shares[task] - shares[task] for task in both])
            values = np.array(list(shares.values()))
            rows.append(
                {
                    "kind": kind, "contender": contender, "experiments": n, "laboratories": len(values),
                    **_with_interval("share", float(values.mean()), interval(values)), "worst": float(values.min()),
                    "compared": len(both),
                    **_with_interval("ratio", *_median(ratios)), **_with_interval("ahead", *_median(ahead)),
                    "ahead_worst": float(ahead.min()) if both else math.nan,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def best_cold_start(mean: pd.DataFrame) -> pd.DataFrame:
    """Take the best of the contenders that neither know physics nor begin from it, as if it were one contender.

    Which of them is best is chosen anew in each task and after each experiment, by the mean over seeds: nobody
    could choose so well in advance.

    Parameters
    ----------
    mean : DataFrame
        As ``contest_summary.curves`` gives them.

    Returns
    -------
    DataFrame
        The same columns, a row for each task and number of experiments that one of them has made.
    """
    physics = [name for name, contender in CONTENDERS.items() if contender.physics]
    cold = mean[~mean["contender"].isin(physics)]
    best = cold.groupby(["task", "experiments"], sort=False)["hypervolume"].idxmax()
    return mean.loc[best].assign(contender=COLD).sort_values(["task", "experiments"], kind="stable")


def share_after(curve: pd.DataFrame, n: int) -> float:
    """Read the share of the front after n experiments from a curve; NaN where it does not reach so far."""
    experiments = curve["experiments"]
    if not experiments.min() <= n <= experiments.max():
        return math.nan
    return float(np.interp(n, experiments, curve["share"]))


def _with_interval(name: str, value: float, ends: tuple[float, float]) -> dict[str, float]:
    return {name: value, f"{name}_lower": ends[0], f"{name}_upper": ends[1]}


def _median(values: Array) -> tuple[float, tuple[float, float]]:
    """Return a median and its bootstrap interval; values may be infinite, which no quantile interpolates to."""
    if len(values) < 2:
        return float(values[0]) if len(values) else math.nan, (math.nan, math.nan)
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    medians = np.sort(np.median(values[drawn], axis=1))
    tail = round((1.0 - LEVEL) / 2.0 * RESAMPLES)
    return float(np.median(values)), (float(medians[tail]), float(medians[RESAMPLES - tail - 1]))
