"""The work of ``surrogate train``: the surrogates by a training recipe."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_message, print_result
from surrogate.cli.progress import progress
from surrogate.cli.scorecard_table import show_comparison, show_scorecard, show_skill, show_trends
from surrogate.errors import RecordError


def train(
    recipe: str, seed: int, records: Path | None, count: int | None = None, cluster: str | None = None
) -> None:
    """Simulate, fit, judge and register; print the scorecard.

    Parameters
    ----------
    recipe : str
        Name or file of a training recipe.
    seed : int
        Of all random numbers.
    records : Path, optional
        Table in the literature schema to learn from beside the shipped table.
    count : int, optional
        Processes that predict papers from the others.
    cluster : str, optional
        ``"local"`` or the address of a Dask scheduler whose workers do.

    Raises
    ------
    InputError
        For workers that cannot be had.
    RecipeError, RecordError
        For a recipe or table that cannot be used.
    StoreError
        When nothing can be kept.
    """
    if records is not None and not records.is_file():
        raise RecordError("no such file", where=str(records), remedy="check --records")
    from surrogate import tracking
    from surrogate.execution import workers

    print_message(tracking.describe_store())
    with progress() as report, workers(count, cluster) as who:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        trained = learning.train(recipe, seed=seed, progress=report, records=records, by=who)
    show_scorecard(trained.scorecard)
    show_skill(trained.skill)
    show_trends(trained.trends)
    print_result(f"Registered: version {trained.version} (MLflow run {trained.run_id})")
    show_comparison(trained.comparison)
    print_result(f"Version {trained.version} {trained.verdict}")


def promote(version: str, because: str) -> None:
    """Make a registered version champion by hand.

    Parameters
    ----------
    version : str
        Its number.
    because : str
        The reason, kept with it.

    Raises
    ------
    ModelError
        Without a reason, or for a version that is not registered.
    StoreError
        When the store cannot be written.
    """
    from surrogate import tracking
    from surrogate.learning.promotion import promote_by_hand

    print_message(tracking.describe_store())
    decision = promote_by_hand(version, because)
    show_comparison(decision.comparison)
    print_result(f"Champion: version {version}, {decision.verdict.reasons[0]}")
    if decision.against:
        print_result(f'To take it back: surrogate train --promote {decision.against} --because "..."')
