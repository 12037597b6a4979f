"""Scores of the champion on measured cells: the shipped literature, or any table in its schema."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate import tracking
from surrogate.data import featurize, literature
from surrogate.errors import RecordError
from surrogate.evaluation.metrics import as_frame, scores
from surrogate.models.bundle import HostModel


def evaluate(
    records: str | Path | pd.DataFrame | None = None,
    *,
    model: HostModel | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """One row a target: crps, rmse_log10, coverage90 (see ``evaluation.metrics``), and what was scored.

    records: a CSV or table in the literature schema; None takes the shipped one, which the champion has
    learned from: its scores are then of the fit, and ``split`` says so. model: None takes the champion.

    Raises RecordError for a table that cannot be used or has nothing to score, ModelError without a champion.
    """
    model = model or tracking.load_champion()
    if progress is not None:
        progress("scoring", 0, 1)
    table = literature.load() if records is None else literature.read(records)[0]
    designs = featurize.to_designs(table)
    rows: list[dict[str, object]] = []
    for target, process in model.objective_models().items():
        values = designs[target].to_numpy(dtype=float)
        known = np.isfinite(values) & (values > 0)
        if not known.any():
            continue
        mean, variance = process.predictive(model.encoder.encode(designs[known]))
        censored = designs[f"{target}_censored"].to_numpy(dtype=bool)[known]
        result = scores(mean, variance + process.published_noise(), np.log(values[known]), censored)
        split = "seen in training" if records is None else "given records"
        rows.append({"target": target, "entrant": "champion", **result, "split": split})
    if not rows:
        raise RecordError(
            "no row has a target that can be scored", limit="cycles or hours, ccd, overpotential"
        )
    if progress is not None:
        progress("scoring", 1, 1)
    frame = as_frame(rows)
    return frame.astype({"n": int, "n_censored": int})
