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
from surrogate.learning.ageing.judge import ALL_CELLS, LAW, LIFE, LOSS, MEDIAN, judge
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
        run.tags({"recipe": name})
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
        run.table(table, "constants")
        run.table(scorecard, "scorecard")
        _record_scores(run, scorecard[scorecard["class"] == ALL_CELLS])
        if out is not None:
            write_json(content(table, about), out)
        return AgeingResult(fitted, table, scorecard, about, run.id)


def _record_scores(run: tracking.Run, scores: pd.DataFrame) -> None:
    """Record the law's scores on papers it has not seen as metrics, each entrant's as a child, and an overview."""
    crps = {(row["entrant"], row["quantity"]): float(row["crps"]) for row in scores.to_dict("records")}
    run.metrics(
        {
            f"skill_vs_median/{_name(quantity)}": 1.0 - score / crps[MEDIAN, quantity]
            for (entrant, quantity), score in crps.items()
            if entrant == LAW
        },
        dataset="literature",
    )
    for entrant, part in scores.groupby("entrant", sort=False):
        values = {
            f"{score}/{_name(row['quantity'])}": float(row[score])
            for row in part.to_dict("records")
            for score in ("crps", "fold_error", "bound_probability")
        }
        tracking.add_part(run, str(entrant), "entrant", {"entrant": entrant}, values)
    columns = ["quantity", "entrant", "fold_error", "crps", "papers"]
    rows = [[_shown(row[name]) for name in columns] for row in scores.to_dict("records")]
    page = tracking.overview_page(
        run.name,
        [
            "Each paper predicted from all others; fold error of values, CRPS in natural logarithms, lower is better."
        ],
        [
            ("On papers that it has not seen", [[name.replace("_", " ") for name in columns], *rows]),
            (
                "What else is here",
                [["tables/constants: the fitted constants"], ["tables/scorecard: every class"]],
            ),
        ],
    )
    run.text(page, tracking.OVERVIEW)


def _name(quantity: object) -> str:
    return {LOSS: "lost_charge", LIFE: "cycle_life"}[str(quantity)]


def _shown(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


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
