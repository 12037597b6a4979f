"""The work of ``surrogate train`` and ``surrogate evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import RecordError

if TYPE_CHECKING:
    import pandas as pd


def train(recipe: str, seed: int) -> None:
    """Simulate, fit, judge and register; print the scorecard.

    Raises RecipeError, StoreError and other LihostErrors.
    """
    from surrogate import tracking

    say(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        done = learning.train(recipe, seed=seed, progress=report)
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


def show_scorecard(scores: pd.DataFrame) -> None:
    """Any table of scores, numbers to three digits."""
    from surrogate.report.quantities import number

    rows = [
        [number(value) if isinstance(value, float) else str(value) for value in row]
        for row in scores.astype(object).to_numpy().tolist()
    ]
    show(table([str(name).replace("_", " ") for name in scores.columns], rows, "Scorecard"))
