"""The work of ``surrogate train --recipe ageing``: the ageing law fitted to published cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_message, print_result, print_table
from surrogate.cli.progress import progress

if TYPE_CHECKING:
    import pandas as pd

_CONSTANTS = (
    "90 %: interval after the fit; learned: share of the prior's variance that the records removed, 0 where they "
    "hold no information and the prior stands"
)
_SCORES = (
    "fold: median fold error of values; RMSE, CRPS of log10, lower is better (as values: bounds taken as values); in "
    "90 %: share of values inside their interval; bounds: mean probability given to lower bounds; rank: "
    "correlation of predicted and published over papers; each paper is predicted from all others"
)


def fit(recipe: str, seed: int, out: Path | None, records: Path | None = None) -> None:
    """Fit the law, judge it and log the run; print constants and scores, write the constants.

    Parameters
    ----------
    recipe : str
        Name or file of a recipe of the ageing law.
    seed : int
        Of the designs drawn for each record.
    out : Path, optional
        JSON file of the constants to write.
    records : Path, optional
        Table in the literature schema to learn from beside the shipped table.

    Raises
    ------
    RecipeError, RecordError
        For a recipe or table that cannot be used.
    StoreError
        When nothing can be kept.
    """
    from surrogate import tracking

    print_message(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate.learning.ageing import fit_ageing

        report("loading libraries", 1, 1)
        fitted = fit_ageing(recipe, seed=seed, out=out, progress=report, records=records)
    about = fitted.about
    print_result(
        f"{about['cells']} cells of {about['papers']} papers: {about['efficiencies']} efficiencies, "
        f"{about['lives']} lives (failures: {about['failures']}, upper bounds: {about['upper_bounds']}, the others "
        f"lower bounds). The law is fitted to the {about['described']} that it describes."
    )
    _show_constants(fitted.constants)
    _show_scores(fitted.scorecard)
    if out is not None:
        print_result(f"Written: {out}")
    print_result(f"MLflow run {fitted.run_id}")


def _show_constants(constants: pd.DataFrame) -> None:
    rows = [
        [
            str(row["constant"]).replace("_", " "), f"{row['value']:.3g}", f"{row['low']:.2g} to {row['high']:.2g}",
            f"{row['prior_median']:g} ({row['prior_low']:.2g} to {row['prior_high']:.2g})",
            f"{100.0 * row['learned']:.0f} %",
        ]
        for row in constants.to_dict("records")
    ]  # fmt: skip
    print_table(
        make_table(
            ["constant", "value", "90 %", "prior", "learned"], rows, "Constants of the ageing law", tight=True
        )
    )
    print_result(_CONSTANTS)


def _show_scores(scores: pd.DataFrame) -> None:
    shown = {"fold_error": "fold", "rmse_log10": "RMSE", "crps": "CRPS", "crps_as_values": "as values",
             "coverage90": "in 90 %", "bound_probability": "bounds", "rank": "rank", "n": "rows"}  # fmt: skip
    rows: list[list[str]] = []
    for (quantity, kind), part in scores.groupby(["quantity", "class"], sort=False):
        rows += [[""] * (len(shown) + 1)] if rows else []
        rows.append([f"{quantity}, {kind}".upper(), *("" for _ in shown)])
        rows += [
            [str(row["entrant"]), *(_number(row[name]) for name in shown)] for row in part.to_dict("records")
        ]
    print_table(make_table(["Entrant", *shown.values()], rows, "Leave one paper out", tight=True))
    print_result(_SCORES)


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3g}"
