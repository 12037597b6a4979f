"""The work of ``surrogate train`` with a recipe that fits the ageing law."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import result, say, show, table
from surrogate.cli.progress import progress

if TYPE_CHECKING:
    import pandas as pd

_CONSTANTS = (
    "90 %: interval after the fit; learned: share of the prior's variance that the records took away, 0 where they "
    "say nothing and the prior stands"
)
_SCORES = (
    "fold: median fold error of values; RMSE, CRPS of log10, lower is better (as values: bounds taken as values); in "
    "90 %: share of values inside their interval; bounds: mean probability given to lower bounds; each paper is "
    "predicted from all others"
)


def fit(recipe: str, seed: int, out: Path | None, records: Path | None = None) -> None:
    """Fit, judge and log; print constants and scores, write the constants.

    records: a person's own table, learned from beside the shipped one.

    Raises RecipeError, RecordError, StoreError.
    """
    from surrogate import tracking

    say(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate.learning.ageing import fit_ageing

        report("loading libraries", 1, 1)
        done = fit_ageing(recipe, seed=seed, out=out, progress=report, records=records)
    about = done.about
    result(
        f"{about['cells']} cells of {about['papers']} papers: {about['efficiencies']} efficiencies, "
        f"{about['lives']} lives, of which {about['failures']} failed, {about['upper_bounds']} lasted less than told "
        f"and the others are lower bounds. The law is fitted to the {about['described']} that it describes."
    )
    _show_constants(done.constants)
    _show_scores(done.scorecard)
    if out is not None:
        result(f"Written: {out}")
    result(f"MLflow run {done.run_id}")


def _show_constants(constants: pd.DataFrame) -> None:
    rows = [
        [
            str(one["constant"]).replace("_", " "), f"{one['value']:.3g}", f"{one['low']:.2g} to {one['high']:.2g}",
            f"{one['prior_median']:g} ({one['prior_low']:.2g} to {one['prior_high']:.2g})",
            f"{100.0 * one['learned']:.0f} %",
        ]
        for one in constants.to_dict("records")
    ]  # fmt: skip
    show(
        table(
            ["constant", "value", "90 %", "prior", "learned"], rows, "Constants of the ageing law", tight=True
        )
    )
    result(_CONSTANTS)


def _show_scores(scores: pd.DataFrame) -> None:
    shown = {"fold_error": "fold", "rmse_log10": "RMSE", "crps": "CRPS", "crps_as_values": "as values",
             "coverage90": "in 90 %", "bound_probability": "bounds", "n": "rows"}  # fmt: skip
    rows: list[list[str]] = []
    for (quantity, kind), part in scores.groupby(["quantity", "class"], sort=False):
        rows += [[""] * (len(shown) + 1)] if rows else []
        rows.append([f"{quantity}, {kind}".upper(), *("" for _ in shown)])
        rows += [
            [str(one["entrant"]), *(_number(one[name]) for name in shown)] for one in part.to_dict("records")
        ]
    show(table(["Entrant", *shown.values()], rows, "Leave one paper out", tight=True))
    result(_SCORES)


def _number(value: float) -> str:
    return "–" if value != value else f"{value:.3g}"
