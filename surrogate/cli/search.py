"""The work of ``surrogate search``: settings of the literature mixture, by trials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_message, print_result, print_table
from surrogate.cli.progress import progress

if TYPE_CHECKING:
    from surrogate.learning.search import SearchResult


def search(recipe: str, trials: int, seed: int, storage: str, out: Path | None) -> None:
    """Search, or go on with a search; print the settings that were found and write them as a recipe where asked.

    Parameters
    ----------
    recipe : str
        Name or file of a training recipe.
    trials : int
        That are finished in all when it ends.
    seed : int
        Of all random numbers.
    storage : str
        Address of the database that keeps the trials; empty: the local one.
    out : Path, optional
        Recipe file to write.

    Raises
    ------
    InputError, RecipeError
        For a number of trials, a file or a recipe that cannot be used.
    StoreError
        When nothing can be kept.
    """
    from surrogate import tracking

    print_message(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate.learning.search import search as run

        report("loading libraries", 1, 1)
        found = run(recipe, trials=trials, seed=seed, storage=storage, out=out, progress=report)
    _show(found)
    if out is not None:
        print_result(f"Written: {out}")
        print_result(f"Train it, and let it meet the champion: surrogate train --recipe {out}")
    print_result(f"MLflow run {found.run_id}")


def _show(found: SearchResult) -> None:
    before, after = found.begun.model_dump(), found.settings.model_dump()
    rows = [[name.replace("_", " "), _told(before[name]), _told(after[name])] for name in after]
    print_table(make_table(["setting", "recipe", "best trial"], rows, "Settings of the mixture", tight=True))
    pruned = int((found.trials["state"] == "pruned").sum())
    print_result(
        f"{len(found.trials)} trials, {pruned} pruned. Score on the {len(found.papers)} searched papers (CRPS as a "
        f"share of the plain median's, averaged over targets): {found.score:.4f}; of the recipe "
        f"{found.begun_score:.4f}. The other papers, which it has not seen, decide when it is trained."
    )


def _told(value: bool | float) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else f"{value:.3g}"
