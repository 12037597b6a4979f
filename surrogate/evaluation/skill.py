"""Whether a model has skill on papers that it has not seen, with intervals from a bootstrap over papers.

Rows of one paper stand or fall together, so that papers are drawn and not rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.evaluation.scorecard import deciding_score

Array = NDArray[np.float64]

RESAMPLES = 2000
INTERVAL = (0.05, 0.95)  # of the bootstrap, 90 %
FEWEST_FOR_COVERAGE = 20  # rows with a value; with fewer a share says nothing, and bounds count as values
SIMPLEST = "median"
TIE = 1e-6  # of z, below which a model sees no difference
# Names of the tables of ``judged_rows`` and ``skill`` in the run of a registered model.
ROWS_TABLE, SKILL_TABLE = "served-rows", "skill"
KEY = ("target", "paper", "known", "copy")  # of text and whole numbers: a store keeps ten digits of others


@dataclass(frozen=True)
class Estimate:
    """A mean over rows and its interval.

    Parameters
    ----------
    value, low, high : float
        The mean, and the ends of its 90 % interval over papers.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return the three numbers, such as ``-0.021 (-0.034 to -0.009)``."""
        return f"{self.value:+.3f} ({self.low:+.3f} to {self.high:+.3f})"


def over_papers(values: Array, papers: Sequence[str], seed: int = 0) -> Estimate:
    """Estimate a mean over rows, with an interval from a bootstrap over papers.

    Parameters
    ----------
    values : array, (n,)
        One number a row.
    papers : sequence of str
        (n,).
    seed : int
        Of the bootstrap.

    Returns
    -------
    Estimate
    """
    _, place = np.unique(np.asarray(papers, dtype=str), return_inverse=True)
    count, total = np.bincount(place).astype(float), np.bincount(place, weights=values)
    drawn = np.random.default_rng(seed).integers(len(count), size=(RESAMPLES, len(count)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, INTERVAL)
    return Estimate(float(np.mean(values)), float(low), float(high))


def judged_rows(predictions: pd.DataFrame, entrant: str) -> pd.DataFrame:
    """Return what the rule needs of an entrant, row by row; a registered model keeps this table.

    Parameters
    ----------
    predictions : DataFrame
        As ``learning.contest.held_out_predictions`` gives them, of the entrant and of the plain median.
    entrant : str
        Which.

    Returns
    -------
    DataFrame
        Columns of ``KEY`` (what is known of the row; equal rows of a paper are numbered), lower, upper, score (by the
        score that decides its target, log10), median (that of the plain median), inside (1 where the value lies in
        the 90 % interval, else 0) and unnamed (predicted median of z as if no cell were a control).
    """
    parts = []
    for target, table in predictions.groupby("target", sort=False):
        known = (table["lower"] == table["upper"]).mean()
        sizes = pd.DataFrame({"n": [len(table)], "n_censored": [len(table) * (1.0 - known)]})
        score = deciding_score(sizes)
        own = table[table["entrant"] == entrant].sort_values("row")
        simple = table[table["entrant"] == SIMPLEST].set_index("row")[score]
        part = own[["target", "row", "paper", "lower", "upper", "inside", "unnamed"]].copy()
        part["score"], part["median"] = own[score], own["row"].map(simple)
        ends = zip(part["lower"], part["upper"], strict=True)
        part["known"] = [f"{low:.6g} to {high:.6g}" for low, high in ends]
        part["copy"] = part.groupby(["paper", "known"]).cumcount()
        parts.append(part.assign(target=str(target)))
    return pd.concat(parts, ignore_index=True)


def skill(rows: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Score an entrant against the plain median.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`judged_rows`.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        A row for each target: target, crps, difference (to the median; negative is better) with difference_low and
        difference_high, skill_vs_median (1 - crps over that of the median), coverage (:func:`coverage`), n, papers.
    """
    found = []
    for target, part in rows.groupby("target", sort=False):
        away = over_papers(
            (part["score"] - part["median"]).to_numpy(dtype=float), part["paper"].tolist(), seed
        )
        found.append(
            {
                "target": target, "crps": part["score"].mean(), "difference": away.value,
                "difference_low": away.low, "difference_high": away.high,
                "skill_vs_median": 1.0 - part["score"].mean() / part["median"].mean(),
                "coverage": coverage(part), "n": len(part), "papers": part["paper"].nunique(),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def standing(predictions: pd.DataFrame, entrant: str, seed: int = 0) -> pd.DataFrame:
    """Compare an entrant with every rival on the same rows.

    Parameters
    ----------
    predictions : DataFrame
        As ``learning.contest.held_out_predictions`` gives them, the plain median among them.
    entrant : str
        Which.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        A row for each target and rival: target, rival, crps (of the rival, by the score that decides), coverage, and
        the difference of the entrant's score (negative is better) with difference_low and difference_high.
    """
    own, found = judged_rows(predictions, entrant), []
    for name in predictions["entrant"].unique():
        both = own.merge(judged_rows(predictions, str(name)), on=["target", "row"], suffixes=("", "_rival"))
        for target, part in both.groupby("target", sort=False):
            away = over_papers(
                (part["score"] - part["score_rival"]).to_numpy(dtype=float), part["paper"].tolist(), seed
            )
            found.append(
                {
                    "target": target, "rival": name, "crps": part["score_rival"].mean(),
                    "coverage": coverage(part.assign(inside=part["inside_rival"])), "difference": away.value,
                    "difference_low": away.low, "difference_high": away.high,
                }
            )  # fmt: skip
    return pd.DataFrame(found).sort_values(["target", "crps"], kind="stable", ignore_index=True)


def coverage(rows: pd.DataFrame) -> float:
    """Return the share of values inside their 90 % interval; with hardly a value, of bounds taken as such."""
    known = rows[rows["lower"] == rows["upper"]]
    return float((known if len(known) >= FEWEST_FOR_COVERAGE else rows)["inside"].mean())


def signs(
    rows: pd.DataFrame, records: pd.Series, pairs: pd.DataFrame, better: Mapping[str, float]
) -> pd.DataFrame:
    """Say of each published pair whether its direction is predicted by a model that has not seen the paper.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`judged_rows`.
    records : Series
        Index (target, row) -> place in the table of records.
    pairs : DataFrame
        As ``literature.pairs.pairs`` gives them.
    better : mapping
        Target -> 1 where more z is better, else -1.

    Returns
    -------
    DataFrame
        Columns target, paper, record, control, right: 1, or 0.5 where no difference is predicted, or 0.
    """
    asked = pairs[pairs["quantity"].isin(list(better)) & (pairs["told"] != 0)]
    where = records.loc[pd.MultiIndex.from_frame(rows[["target", "row"]])].to_numpy()
    middle = dict(zip(zip(rows["target"], where, strict=True), rows["unnamed"], strict=True))
    found = []
    for pair in asked.itertuples(index=False):
        ends = [middle.get((pair.quantity, place)) for place in (pair.record, pair.control)]
        if ends[0] is None or ends[1] is None:
            continue
        away = ends[0] - ends[1]
        right = 0.5 + 0.5 * np.sign(away if abs(away) > TIE else 0.0) * better[str(pair.quantity)] * pair.told
        named = (pair.quantity, pair.paper, pair.record, pair.control)
        found.append((*named, float(right)))
    return pd.DataFrame(found, columns=["target", "paper", "record", "control", "right"])
