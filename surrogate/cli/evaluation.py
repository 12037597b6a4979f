"""The work of ``surrogate train`` and ``surrogate evaluate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import notes, result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd


_SHOWN = {
    "crps": "CRPS",
    "rmse_log10": "RMSE",
    "coverage90": "in 90 %",
    "bound_probability": "bounds",
    "n": "rows",
    "n_censored": "censored",
    "papers": "papers",
}
_LEGEND = (
    "CRPS and RMSE of log10, lower is better; in 90 %: share of failed cells inside their interval; bounds: mean "
    "probability given to lower bounds; * proposes"
)


def train(recipe: str, seed: int, records: Path | None) -> None:
    """Simulate, fit, judge and register; print the scorecard. records: a table to learn from beside the shipped one.

    Raises RecipeError, RecordError, StoreError and other LihostErrors.
    """
    if records is not None and not records.is_file():
        raise RecordError("no such file", where=str(records), remedy="check --records")
    from surrogate import tracking

    say(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        done = learning.train(recipe, seed=seed, progress=report, records=records)
    show_scorecard(done.scorecard)
    result(f"Registered: version {done.version} (MLflow run {done.run_id})")


def evaluate(records: Path | None) -> None:
    """Score the champion and print the scorecard.

    Raises RecordError for a bad table, ModelError when there is no champion.
    """
    if records is not None and not records.is_file():
        raise RecordError("no such file", where=str(records), remedy="check --records")
    from surrogate import tracking

    say(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        scores = learning.evaluate(records, progress=report)
    show_scorecard(scores)
    seen = scores.attrs.get("seen", [])
    if records is not None and seen:
        notes([f"the champion was trained on {len(seen)} of these papers: {', '.join(seen)}"])


def show_scorecard(scores: pd.DataFrame) -> None:
    """Entrants as rows under their target and split, the champion marked; fits 80 columns."""
    from surrogate.report.quantities import label, number

    rows: list[list[str]] = []
    for (target, split), part in scores.groupby(["target", "split"], sort=False):
        rows += [[""] * (len(_SHOWN) + 1)] if rows else []
        rows.append([f"{label(str(target))}, {split}".upper(), *("" for _ in _SHOWN)])
        for entry in part.to_dict("records"):
            mark = " *" if entry.get("champion") else ""
            values = [_shown(entry.get(name), number) for name in _SHOWN]
            rows.append([f"{entry['entrant']}{mark}", *values])
    show(table(["Entrant", *_SHOWN.values()], rows, "Scorecard", tight=True))
    result(_LEGEND)


def _shown(value: object, number: Callable[[float], str]) -> str:
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else str(value)
