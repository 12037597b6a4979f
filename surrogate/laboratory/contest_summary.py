"""What a contest has shown: means over seeds with their uncertainty, and experiments to equal quality."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CHECKPOINTS = (24, 36, 48, 60)
OURS, WITH_PHYSICS = "lihost", "lihost_physics"
RESAMPLES = 2000
LEVEL = 0.9  # of intervals
Array = NDArray[np.float64]


def curves(results: pd.DataFrame) -> pd.DataFrame:
    """Average hypervolume over seeds, by experiment.

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them.

    Returns
    -------
    DataFrame
        ``task``, ``contender``, ``experiments``, ``seeds``, the mean ``hypervolume`` and the ends ``lower`` and
        ``upper`` of its central 90 % bootstrap interval over seeds (NaN for one seed). Numbers of experiments that
        not all of a contender's seeds have reached are left out.
    """
    rows: list[dict[str, Any]] = []
    for (task, contender), runs in results.groupby(["task", "contender"], sort=False):
        seeds = runs["seed"].nunique()
        for experiments, at in runs.groupby("experiments"):
            if len(at) == seeds:
                lower, upper = interval(at["hypervolume"].to_numpy(dtype=float))
                rows.append(
                    {"task": task, "contender": contender, "experiments": experiments, "seeds": seeds,
                     "hypervolume": float(at["hypervolume"].mean()), "lower": lower, "upper": upper}
                )  # fmt: skip
    names = ["task", "contender", "experiments", "seeds", "hypervolume", "lower", "upper"]
    return pd.DataFrame(rows, columns=names)


def ours_among(contenders: Iterable[str]) -> str:
    """Return the contender that the others are compared with: the one with physics where it takes part."""
    return WITH_PHYSICS if WITH_PHYSICS in set(contenders) else OURS


def summary(results: pd.DataFrame) -> pd.DataFrame:
    """Summarize a contest by task and contender.

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them; half runs count as far as they are.

    Returns
    -------
    DataFrame
        A row for each task and contender: ``seeds``; ``experiments``, as many as all its seeds have; there the mean
        ``hypervolume`` with its central 90 % bootstrap interval over seeds (``_lower``, ``_upper``) and its ``worst``
        seed; ``share``, the mean hypervolume over that of the best known front (:func:`best_known`; NaN without one);
        the means of ``best``, ``regret`` and ``picks_to_top`` (NaN unless all seeds hit one); ``seconds_per_batch``
        (mean over all batches), ``memory_mb`` (the most); and, for each number N of ``CHECKPOINTS``,
        ``ours_to_match_N``: the experiments after which the mean hypervolume of ours (:func:`ours_among` the
        contenders of the task) reached that of the contender after N experiments, between batches by linear
        interpolation. NaN where the contender made fewer than N, infinite where ours never did.
    """
    mean, front = curves(results), best_known(results)
    rows: list[dict[str, Any]] = []
    for (task, contender), runs in results.groupby(["task", "contender"], sort=False):
        on_task = mean[mean["task"] == task]
        curve = on_task[on_task["contender"] == contender]
        if not len(curve):
            continue
        end = runs[runs["experiments"] == curve["experiments"].max()]
        batches = runs[runs["experiments"] > runs.groupby("seed")["experiments"].transform("min")]
        last, best = curve.iloc[-1], front[str(task)]
        own = on_task[on_task["contender"] == ours_among(on_task["contender"])]
        rows.append(
            {
                "task": task, "contender": contender, "seeds": int(last["seeds"]),
                "experiments": int(last["experiments"]), "hypervolume": last["hypervolume"],
                "hypervolume_lower": last["lower"], "hypervolume_upper": last["upper"],
                "worst": end["hypervolume"].min(), "share": last["hypervolume"] / best if best > 0.0 else math.nan,
                "best": end["best"].mean(), "regret": end["regret"].mean(),
                "picks_to_top": end["picks_to_top"].mean(skipna=False),
                "seconds_per_batch": batches["seconds"].mean(), "memory_mb": runs["memory_mb"].max(),
                **{f"ours_to_match_{n}": to_match(own, curve, n) for n in CHECKPOINTS},
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def best_known(results: pd.DataFrame) -> dict[str, float]:
    """Take the best there is of each task: the true front, or what a run found where that is more.

    The search for a front may be long without being endless, so that a run may find more. Its regret is then 0.

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them.

    Returns
    -------
    dict
        Task -> hypervolume (of one objective: distance from the reference); NaN where no front is known.
    """
    volume, task = results["hypervolume"], results["task"]
    # Regret exceeds what is missing where the best of one objective is still worse than the reference.
    true = (volume + results["regret"]).groupby(task).min()
    best = true.clip(lower=volume.groupby(task).max())
    return {str(name): float(value) for name, value in best.items()}


def to_match(own: pd.DataFrame, other: pd.DataFrame, n: int) -> float:
    """Count the experiments that one mean curve needs to reach another's value after n experiments.

    Parameters
    ----------
    own, other : DataFrame
        Rows of :func:`curves` of one task and contender each, by rising experiments.
    n : int
        Experiments of the other.

    Returns
    -------
    float
        NaN where the other made fewer than n or there is no own curve; infinite where the value was not reached.
    """
    if not len(own) or not len(other) or not other["experiments"].min() <= n <= other["experiments"].max():
        return math.nan
    value = np.interp(n, other["experiments"], other["hypervolume"])
    made, reached = own["experiments"].to_numpy(dtype=float), own["hypervolume"].to_numpy(dtype=float)
    there = np.flatnonzero(reached >= value)
    if not len(there):
        return math.inf
    k = int(there[0])
    if k == 0:
        return float(made[0])
    share = (value - reached[k - 1]) / (reached[k] - reached[k - 1])
    return float(made[k - 1] + share * (made[k] - made[k - 1]))


def interval(values: Sequence[float] | Array) -> tuple[float, float]:
    """Bootstrap the central 90 % interval of a mean (percentiles; Efron and Tibshirani 1993).

    Parameters
    ----------
    values : sequence of n floats
        One for each seed.

    Returns
    -------
    lower, upper : float
        NaN for a single value, which has no spread. The same resamples are drawn for equal n.
    """
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return math.nan, math.nan
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    lower, upper = np.quantile(values[drawn].mean(axis=1), [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(lower), float(upper)
