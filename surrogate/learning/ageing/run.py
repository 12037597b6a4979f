"""Recipe -> cells -> fit -> judge -> an MLflow run, and the file of constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import surrogate
from surrogate import tracking
from surrogate.errors import RecipeError
from surrogate.files.output import output_file, write_json
from surrogate.learning.ageing.data import cells
from surrogate.learning.ageing.fit import Fitted, fit
from surrogate.learning.ageing.judge import ALL_CELLS, judge
from surrogate.learning.ageing_recipe import load_ageing_recipe
from surrogate.literature import additions as adding
from surrogate.literature import documents
from surrogate.literature import records as literature
from surrogate.literature.records import records_path
from surrogate.physics.ageing.fitted import SCHEMA_VERSION
from surrogate.resources import resource
from surrogate.tracking.provenance import file_hash

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class AgeingResult:
    """What a fit of the ageing law gave.

    Attributes
    ----------
    fitted
        The fit.
    constants
        ``Fitted.table``.
    scorecard
        See :func:`surrogate.learning.ageing.judge.judge`.
    about
        What the fit was made from.
    run_id
        In MLflow.
    """

    fitted: Fitted
    constants: pd.DataFrame
    scorecard: pd.DataFrame
    about: dict[str, Any]
    run_id: str


def fit_ageing(
    recipe: str | Path = "ageing",
    *,
    seed: int = 0,
    out: Path | None = None,
    progress: Progress | None = None,
    records: str | Path | None = None,
) -> AgeingResult:
    """Fit the ageing law to the shipped records, judge it paper by paper, and log it.

    Parameters
    ----------
    recipe
        Name of a shipped recipe, or the path of a file.
    seed
        Of the draws.
    out
        A JSON file for the constants, as ``physics.ageing.fitted`` reads them.
    progress
        Called with what is under way, how much is done, and of how much.
    records
        A person's own table (``surrogate literature add``), learned from beside the shipped table.

    Raises
    ------
    RecipeError
        For a bad recipe.
    RecordError
        For bad records.
    StoreError
        When nothing can be kept.
    """
    name, settings = load_ageing_recipe(recipe)
    if out is not None:
        output_file(out)
    with tracking.run(f"fit ageing, {name}, seed {seed}", "ageing", seed=seed) as run:
        run.params({"recipe": name, "draws": settings.data.draws, "documents": settings.data.documents})
        published = records_of(settings.data.documents)
        shipped_rows = len(published)
        if records is not None:
            published = adding.with_own(published, records)
        about: dict[str, Any] = {
            "recipe": name, "seed": seed, "draws": settings.data.draws,
            "documents": settings.data.documents, **input_hashes(),
            "version": surrogate.__version__, "date": datetime.now(UTC).date().isoformat(),
        }  # fmt: skip
        run.dataset(
            "literature", about["records"], source="datasets/literature/records.csv", rows=shipped_rows
        )
        if records is not None:
            about["added"] = file_hash(Path(records))
            run.dataset("added", about["added"], source=str(records), rows=len(published) - shipped_rows)
        published_cells = cells(published, settings.data.draws, seed, progress)
        about |= {
            "cells": len(published_cells.loss),
            "papers": len(set(published_cells.paper)),
            "efficiencies": int(pd.notna(published_cells.loss).sum()),
            "lives": int(pd.notna(published_cells.life).sum()),
            "failures": int(
                (pd.notna(published_cells.life) & ~published_cells.bound & ~published_cells.upper).sum()
            ),
            "upper_bounds": int((pd.notna(published_cells.life) & published_cells.upper).sum()),
            "described": int(published_cells.described.sum()),
        }
        if progress is not None:
            progress("fitting the ageing law", 0, 1)
        fitted = fit(published_cells, settings.prior, widths=True)
        if progress is not None:
            progress("fitting the ageing law", 1, 1)
        scorecard = judge(published_cells, settings.prior, fitted, progress)
        table = fitted.table()
        run.table(table, "constants.json")
        run.table(scorecard, "scorecard.json")
        run.metrics({f"constant.{row['constant']}": float(row["value"]) for row in table.to_dict("records")})
        run.metrics(
            {
                f"{str(row['quantity']).replace(' ', '')}.{row['entrant']}.{score}".replace(" ", "_"): float(
                    row[score]
                )
                for row in scorecard[scorecard["class"] == ALL_CELLS].to_dict("records")
                for score in ("fold_error", "crps", "crps_as_values", "bound_probability")
                if pd.notna(row[score])
            }
        )
        if out is not None:
            write_json(content(table, about), out)
        return AgeingResult(fitted, table, scorecard, about, run.id)


def records_of(which: str) -> pd.DataFrame:
    """Load the shipped records that a recipe asks for.

    Parameters
    ----------
    which
        ``read_in_full`` or ``all``: of which documents.

    Raises
    ------
    RecipeError
        Where there are none.
    """
    published = literature.load()
    if which == "all":
        return published
    kinds = {name: one.kind for name, one in documents.documents().items()}
    chosen = published[published["source"].map(kinds).isin(documents.READ_IN_FULL)]
    if chosen.empty:
        raise RecipeError(
            "no record is of a document that was read in full",
            where="data.documents",
            value=which,
            limit="all",
        )
    return chosen


def input_hashes() -> dict[str, str]:
    """SHA-256 of the shipped tables that the fit rests on, by what they hold."""
    return {
        "records": file_hash(records_path()),
        "priors": file_hash(resource("datasets/literature/priors.toml")),
        "host_words": file_hash(resource("datasets/literature/host_words.toml")),
        "electrolytes": file_hash(resource("datasets/materials/electrolytes.toml")),
        "additives": file_hash(resource("datasets/materials/additives.toml")),
        "solvents": file_hash(resource("datasets/electrolytes/solvents.toml")),
        "salts": file_hash(resource("datasets/electrolytes/salts.toml")),
        "planar_efficiencies": file_hash(resource("datasets/electrolytes/efficiencies.csv")),
    }


def content(table: pd.DataFrame, about: dict[str, Any]) -> dict[str, Any]:
    """Arrange the constants as their file holds them."""
    rows = {
        str(row["constant"]): {k: float(f"{v:.6g}") for k, v in row.items() if k != "constant"}
        for row in table.to_dict("records")
    }
    spreads = {name: rows.pop(name) for name in list(rows) if name.endswith("_spread")}
    return {"schema_version": SCHEMA_VERSION, "made_by": about, "constants": rows, "spreads": spreads}
