"""A contest in virtual laboratories, over all laboratories of a kind: one laboratory is one observation.

Hypervolumes of laboratories cannot be averaged as they are; their shares of each true front can, and so can the
experiments that one contender needs for what another has reached in the same laboratory.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.laboratory.contest_summary import CHECKPOINTS, RESAMPLES, curves, interval, to_match
from surrogate.laboratory.virtual_task import PREFIX

WITH_PHYSICS = "lihost_physics"
Array = NDArray[np.float64]


def kind_of(task: str) -> str:
    """Return the kind of laboratory that a task is of, such as ``lab-ether`` of ``lab-ether:3``; "": none."""
    kind, _, number = task.partition(":")
    return kind if task.startswith(f"{PREFIX}-") and number.isdigit() else ""


def across_laboratories(results: pd.DataFrame, ours: str = WITH_PHYSICS) -> pd.DataFrame:
    """Summarize a contest by kind of laboratory, contender and number of experiments.

    Parameters
    ----------
    results : DataFrame
        As ``Contest.results`` gives them.
    ours : str
        The contender whose experiments to equal quality are counted.

    Returns
    -------
    DataFrame
        A row for each kind, contender and N of ``CHECKPOINTS``: ``laboratories``, their number; ``share``, the mean
        over laboratories of the hypervolume (mean over seeds) in that of the true front, or of what a run found where
        that is more, with its central 90 % bootstrap interval over laboratories (``share_lower``, ``share_upper``);
        ``worst``, the least share; and ``ratio``, the median over laboratories of the experiments after which
        ``ours`` had reached in the same laboratory what the contender had after N, over N, with ``ratio_lower`` and
        ``ratio_upper`` likewise. Infinite where ours did not reach it, NaN without ours. Empty without laboratories.
    """
    found = results.assign(kind=results["task"].map(kind_of))
    # Regret is 0 where a run found more than the search for the front: then that is the best that is known.
    front = (results["hypervolume"] + results["regret"]).groupby(results["task"]).max()
    rows: list[dict[str, object]] = []
    for (kind, contender), runs in found[found["kind"] != ""].groupby(["kind", "contender"], sort=False):
        mean = curves(runs)
        own = curves(found[(found["kind"] == kind) & (found["contender"] == ours)])
        for n in CHECKPOINTS:
            shares, ratios = [], []
            for task, curve in mean.groupby("task", sort=False):
                if not curve["experiments"].min() <= n <= curve["experiments"].max():
                    continue
                reached = float(np.interp(n, curve["experiments"], curve["hypervolume"]))
                shares.append(reached / front[task] if front[task] > 0.0 else math.nan)
                ratios.append(to_match(own[own["task"] == task], curve, n) / n)
            if not shares:
                continue
            lower, upper = interval(shares)
            least, most = _interval_of_median(np.array(ratios))
            rows.append(
                {
                    "kind": kind, "contender": contender, "experiments": n, "laboratories": len(shares),
                    "share": float(np.mean(shares)), "share_lower": lower, "share_upper": upper,
                    "worst": float(np.min(shares)),
                    "ratio": float(np.median(ratios)), "ratio_lower": least, "ratio_upper": most,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _interval_of_median(values: Array) -> tuple[float, float]:
    """Bootstrap the central 90 % interval of a median; values may be infinite, which no quantile interpolates to."""
    if len(values) < 2 or np.isnan(values).any():
        return math.nan, math.nan
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    medians = np.sort(np.median(values[drawn], axis=1))
    return float(medians[round(0.05 * RESAMPLES)]), float(medians[round(0.95 * RESAMPLES) - 1])
