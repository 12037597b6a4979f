"""The work of ``surrogate evaluate --study``."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.cli.console import make_table, print_message, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

STUDIES = ("ablation", "retrospective", "pairs")
_RANKS = (
    "rank of a host by predicted cycle life among 1,000 random feasible hosts under its own conditions, by a model "
    "that has not seen its paper; 1 is the best, about 500 is no skill"
)

_PAIRS = (
    "simulator, conditions: per cent of directions that each gets right, with 95 % of a bootstrap over papers; a "
    "coin gets 50. ties: per cent that the simulator does not see, counted half. fold: median factor between the "
    "simulator's ratio and the published one, or its bound; then that of conditions and of a coin. {without} more "
    "pairs have no design or no simulation."
)


def study(name: str, out: Path | None, seed: int) -> None:
    """Run a study and print its table; write it where asked.

    Parameters
    ----------
    name : str
        One of ``STUDIES``.
    out : Path, optional
        CSV file to write.
    seed : int
        Of all random numbers.

    Raises
    ------
    InputError
        For another name.
    ModelError
        Without a champion.
    StoreError
        For a path that cannot be written to.
    """
    if name not in STUDIES:
        raise InputError("unknown study", where="--study", value=name, limit=" or ".join(STUDIES))
    from surrogate import tracking
    from surrogate.files.output import output_file, write_csv

    if out is not None:
        output_file(out)
    if name == "pairs":
        _pairs(out, seed)
        return
    print_message(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate.learning import studies

        report("loading libraries", 1, 1)
        found = (studies.ablation if name == "ablation" else studies.retrospective)(
            seed=seed, progress=report
        )
    if name == "ablation":
        from surrogate.cli.scorecard_table import show_scorecard

        show_scorecard(found)
    else:
        _show_ranks(found)
    if out is not None:
        write_csv(found, out)
        print_result(f"Written: {out} ({len(found)} rows)")


def _show_ranks(found: pd.DataFrame) -> None:
    ranks = [str(name) for name in found.columns if str(name).startswith("rank")]
    rows = [
        [
            str(row["system"]), f"{row['current_density_mA_cm2']:g}, {row['areal_capacity_mAh_cm2']:g}",
            f"{row['cycles']:.0f}", *(str(row[name]) for name in ranks),
        ]
        for row in found.to_dict("records")
    ]  # fmt: skip
    rows.append(["median", "", "", *(f"{found[name].median():.0f}" for name in ranks)])
    heads = ["Host", "mA, mAh/cm²", "Cycles", *(name.removeprefix("rank, ") for name in ranks)]
    print_table(make_table(heads, rows, "Published hosts among random hosts", tight=True))
    print_result(_RANKS)


def _pairs(out: Path | None, seed: int) -> None:
    """Score the directions and ratios of published pairs; it needs no champion."""
    from surrogate.files.output import write_csv

    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate.learning.pair_study import pair_study

        report("loading libraries", 1, 1)
        scores, compared = pair_study(seed=seed, progress=report)
    heads, *rows = pair_rows(scores)
    print_table(make_table(heads, rows, "Directions and ratios of published pairs", tight=True))
    print_result(_PAIRS.format(without=int(compared["simulator"].isna().sum())))
    if out is not None:
        from surrogate.literature import records
        from surrogate.report.literature_figures import pairs_figure, records_figure, write_figures

        write_csv(scores, out)
        print_result(f"Written: {out} ({len(scores)} rows)")
        figures = {
            "literature-records": records_figure(records.load()),
            "literature-pairs": pairs_figure(scores),
        }
        for path in write_figures(figures, out.parent):
            print_result(f"Written: {path}")


def pair_rows(scores: pd.DataFrame) -> list[list[str]]:
    """Write the scores of pairs as the cells of a table, its heading first.

    Parameters
    ----------
    scores : DataFrame
        Of ``learning.pair_study.pair_study``.
    """
    rows = [["differs in", "pairs", "papers", "simulator", "ties", "conditions", "fold", "cond.", "coin"]]
    for name, part in scores.groupby("differs_in", sort=False):
        by = {str(row["predictor"]): row for row in part.to_dict("records")}
        own = by["simulator"]
        folds = [f"{by[one]['fold_error']:.1f}" for one in ("simulator", "conditions", "coin")]
        counts = [f"{own['pairs']}", f"{own['papers']}"]
        ties = f"{100 * own['ties']:.0f}"
        rows.append([str(name), *counts, _share(own), ties, _share(by["conditions"]), *folds])
    return rows


def _share(row: dict[Hashable, Any]) -> str:
    """Write a share of right directions in per cent, with its interval where it has a width."""
    share, low, high = (f"{100 * row[name]:.0f}" for name in ("right", "right_low", "right_high"))
    return share if low == high else f"{share} ({low}-{high})"
