"""The work of ``surrogate train``: the surrogates by a training recipe."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_message, print_result
from surrogate.cli.progress import progress
from surrogate.cli.scorecard_table import show_scorecard
from surrogate.errors import RecordError


def train(recipe: str, seed: int, records: Path | None) -> None:
    """Simulate, fit, judge and register; print the scorecard.

    Parameters
    ----------
    recipe : str
        Name or file of a training recipe.
    seed : int
        Of all random numbers.
    records : Path, optional
        Table in the literature schema to learn from beside the shipped table.

    Raises
    ------
    RecipeError, RecordError
        For a recipe or table that cannot be used.
    StoreError
        When nothing can be kept.
    """
    if records is not None and not records.is_file():
        raise RecordError("no such file", where=str(records), remedy="check --records")
    from surrogate import tracking

    print_message(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        trained = learning.train(recipe, seed=seed, progress=report, records=records)
    show_scorecard(trained.scorecard)
    print_result(f"Registered: version {trained.version} (MLflow run {trained.run_id})")
