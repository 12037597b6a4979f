"""The work of ``surrogate sensitivity``: two tables in a folder, and a summary of them in the terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

LEAST_TRAJECTORIES, MOST_TRAJECTORIES = 2, 1000
TOP = 4  # constants shown for each output
NAMED = 3  # constants shown for each pair


def sensitivity(
    out: Path, trajectories: int, seed: int, count: int | None = None, cluster: str | None = None
) -> None:
    """Screen the constants of the simulator and find those that reverse a ranking of hosts.

    Parameters
    ----------
    out : Path
        Folder to write to.
    trajectories : int
        Of Morris's method, 2 to 1000.
    seed : int
        Of the trajectories.
    count : int, optional
        Processes that simulate; default: one a core.
    cluster : str, optional
        ``"local"`` or the address of a Dask scheduler whose workers do.

    Raises
    ------
    InputError
        For a number of trajectories outside the limits, or workers that cannot be had.
    StoreError
        For a folder that cannot be written to.
    """
    if not LEAST_TRAJECTORIES <= trajectories <= MOST_TRAJECTORIES:
        raise InputError(
            "cannot be used", where="--trajectories", value=trajectories,
            limit=f"{LEAST_TRAJECTORIES} to {MOST_TRAJECTORIES}", remedy="10 give a ranking, 50 a figure for print",
        )  # fmt: skip
    from surrogate.execution import workers
    from surrogate.files.output import output_folder, write_csv

    output_folder(out)
    if cluster is None and count is None:
        count = os.cpu_count()
    with progress() as report, workers(count, cluster) as who:
        from surrogate.physics.uncertainty import constants
        from surrogate.sensitivity import reversals, screening
        from surrogate.sensitivity.cases import CONDITIONS, representative_hosts
        from surrogate.sensitivity.runs import Simulator

        designs = representative_hosts()
        moved = constants(designs)
        simulate = Simulator(designs, who)
        screened = screening(simulate, moved, trajectories=trajectories, seed=seed, report=report)
        reversed_ = reversals(simulate, moved, report=report)
    write_csv(screened, out / "sensitivity.csv")
    write_csv(reversed_, out / "reversals.csv")
    where = "{current_density_mA_cm2:g} mA/cm2, {areal_capacity_mAh_cm2:g} mAh/cm2, {temperature_C:g} C"
    print_result(
        f"{len(moved)} constants, {len(designs)} hosts at {where.format(**CONDITIONS)}; {trajectories} trajectories."
    )
    _show_screening(screened)
    _show_verdicts(reversed_)
    _show_reversals(reversed_)
    print_result(
        f"Written: {out}/sensitivity.csv ({len(screened)} rows), {out}/reversals.csv ({len(reversed_)} rows)"
    )


def _show_screening(screened: pd.DataFrame) -> None:
    """Show the constants that move each output most, by the mean of mu_star over the hosts."""
    rows = []
    for output, part in screened.groupby("output", sort=False):
        means = (
            part.groupby("constant", sort=False)["mu_star"].mean().sort_values(ascending=False, kind="stable")
        )
        unit = part["effect_unit"].iloc[0]
        named = "; ".join(f"{_short(key)} {size:.2g}" for key, size in means.head(TOP).items() if size > 0)
        rows.append([str(output), "" if unit == "1" else str(unit), named])
    title = "Constants with the largest effects (mu*, mean over the hosts; ln: of the ratio over the range)"
    print_table(make_table(["output", "unit", "constants"], rows, title, right=False, tight=True))


def _show_verdicts(reversed_: pd.DataFrame) -> None:
    pairs = reversed_.drop_duplicates(["output", "better", "worse"])
    verdicts = ("robust", "reversed", "tied")
    rows = [
        [str(output), *(str(int((part["verdict"] == verdict).sum())) for verdict in verdicts)]
        for output, part in pairs.groupby("output", sort=False)
    ]
    title = "Pairs of hosts: ranking robust to every constant alone, reversed by some constant, or tied"
    print_table(make_table(["output", *verdicts], rows, title))


def _show_reversals(reversed_: pd.DataFrame) -> None:
    """For each pair that is reversed, the constants that need to move least (of their present value)."""
    turned = reversed_[reversed_["verdict"] == "reversed"]
    rows = []
    for (output, better, worse), part in turned.groupby(["output", "better", "worse"], sort=False):
        near = (part["reverses_at"] - part["value"]).abs() / part["value"].abs().clip(lower=1e-300)
        nearest = part.loc[near.sort_values(kind="stable").index]
        named = [
            f"{_short(row.constant)} {row.value:.3g} -> {row.reverses_at:.3g}"
            for row in nearest.head(NAMED).itertuples()
        ]
        more = [f"and {len(part) - NAMED} more"] if len(part) > NAMED else []
        rows.append([str(output), f"{better} > {worse}", "; ".join([*named, *more])])
    title = "Rankings that a constant reverses, and at which value (units and all others in reversals.csv)"
    print_table(make_table(["output", "ranking", "reversed by"], rows, title, right=False, tight=True))


def _short(key: object) -> str:
    """Without the module or table."""
    return str(key).partition(".")[2].replace(".", " ")
