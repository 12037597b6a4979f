"""How well the model of losses predicts: by leaving references out, or on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from surrogate.materials.efficiency.model import INPUTS, LossModel
from surrogate.materials.efficiency.rows import PROTOCOL, TARGET


@dataclass(frozen=True)
class Score:
    """How well losses are predicted.

    Attributes
    ----------
    rmse : float
        Root mean square error of log10(1 - CE).
    coverage : float
        Share of the rows inside their central 90 % interval; NaN for a rival without intervals.
    """

    rmse: float
    coverage: float


def left_out(rows: pd.DataFrame, inputs: Sequence[str] = INPUTS) -> pd.DataFrame:
    """Predict each row from the rows of all other references, hyperparameters fitted anew.

    Parameters
    ----------
    rows
        n rows as ``shipped_rows`` gives them.
    inputs
        Of the model.

    Returns
    -------
    DataFrame
        n rows, same index: ``predicted``, ``lower``, ``upper`` and ``median`` of log10(1 - CE), ``extrapolates``.
    """
    made = pd.DataFrame(index=rows.index, columns=["predicted", "lower", "upper", "median", "extrapolates"])
    for reference in pd.unique(rows["reference"]):
        out = (rows["reference"] == reference).to_numpy()
        made.loc[out] = _beside(rows[~out], rows[out], inputs).to_numpy()
    return made.astype({**dict.fromkeys(made.columns[:4], float), "extrapolates": bool})


def elsewhere(fitted_to: pd.DataFrame, rows: pd.DataFrame, inputs: Sequence[str] = INPUTS) -> pd.DataFrame:
    """Predict rows from others.

    Parameters
    ----------
    fitted_to
        m rows that the model learns from.
    rows
        n rows that it predicts.
    inputs
        Of the model.

    Returns
    -------
    DataFrame
        n rows, as :func:`left_out`.
    """
    return _beside(fitted_to, rows, inputs)


def scores(rows: pd.DataFrame, by_all: pd.DataFrame, by_protocol: pd.DataFrame) -> dict[str, Score]:
    """Score the model beside its rivals.

    Parameters
    ----------
    rows
        n measured rows.
    by_all, by_protocol
        n predictions each, by all inputs and by the protocol alone.

    Returns
    -------
    dict of str to Score
        ``composition and protocol``, ``protocol alone``, ``median``.
    """
    measured = rows[TARGET].to_numpy(dtype=float)

    def score(made: pd.DataFrame, column: str = "predicted") -> Score:
        error = made[column].to_numpy(dtype=float) - measured
        inside = (made["lower"] <= measured) & (measured <= made["upper"])
        coverage = float(inside.mean()) if column == "predicted" else float("nan")
        return Score(float(np.sqrt(np.mean(error**2))), coverage)

    return {
        "composition and protocol": score(by_all),
        "protocol alone": score(by_protocol),
        "median": score(by_all, "median"),
    }


def judged(rows: pd.DataFrame, others: pd.DataFrame | None = None) -> tuple[pd.DataFrame, dict[str, Score]]:
    """Predict rows by composition and by protocol alone, and score both.

    Parameters
    ----------
    rows
        Rows that the model learns from.
    others
        Rows to score; None: ``rows`` themselves, leaving references out.

    Returns
    -------
    predictions : DataFrame
        By all inputs, with ``row``, ``reference`` and the measured ``log10_loss``.
    scores : dict of str to Score
    """
    if others is None:
        measured, by_all, by_protocol = rows, left_out(rows), left_out(rows, PROTOCOL)
    else:
        measured, by_all = others, elsewhere(rows, others)
        by_protocol = elsewhere(rows, others, PROTOCOL)
    table = pd.concat([measured[["row", "reference", TARGET]], by_all], axis=1)
    return table, scores(measured, by_all, by_protocol)


def _beside(fitted_to: pd.DataFrame, rows: pd.DataFrame, inputs: Sequence[str]) -> pd.DataFrame:
    found = LossModel.fit(fitted_to, inputs).predict(rows)
    return pd.DataFrame(
        {
            "predicted": found.log10_loss, "lower": found.lower, "upper": found.upper,
            "median": float(fitted_to[TARGET].median()), "extrapolates": found.extrapolates,
        },
        index=rows.index,
    )  # fmt: skip
