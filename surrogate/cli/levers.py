"""The work of ``surrogate levers``: a table of what each design column explains, and a summary in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from surrogate.cli.console import make_table, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError
from surrogate.resources import resource

if TYPE_CHECKING:
    import pandas as pd

SEVEN = ("ether", "ether-5", "carbonate", "gel", "garnet", "argyrodite", "peo")
LEAST_SAMPLES, MOST_SAMPLES = 100, 100_000


def levers(campaigns: Sequence[Path], out: Path | None, samples: int, seed: int) -> None:
    """Tabulate the share of each target's variance that each design column explains, in each campaign.

    Parameters
    ----------
    campaigns : sequence of Path
        Campaign files; none: the seven that are shipped.
    out : Path or None
        CSV file to write.
    samples : int
        Designs of each campaign, 100 to 100,000.
    seed : int
        Of the designs.

    Raises
    ------
    InputError
        For a number of samples outside the limits, or campaigns of one name.
    CampaignError, SpaceError
        For a campaign that cannot be used.
    StoreError
        For a file that cannot be written.
    """
    if not LEAST_SAMPLES <= samples <= MOST_SAMPLES:
        raise InputError(
            "cannot be used", where="--samples", value=samples, limit=f"{LEAST_SAMPLES} to {MOST_SAMPLES}",
            remedy="1500 tell shares of a per cent apart",
        )  # fmt: skip
    from surrogate.campaign.file import Campaign
    from surrogate.campaign.host_search import can_be_made
    from surrogate.files.output import output_file, write_csv
    from surrogate.sensitivity.levers import Cell, explaining_nothing, levers

    # Of the shipped campaigns what hosts can do at all, whether or not a method makes them.
    chosen = [Campaign.load(path) for path in campaigns] or [
        Campaign.load(resource(f"training/campaigns/{name}.toml")).without_methods() for name in SEVEN
    ]
    names = [campaign.name for campaign in chosen]
    if len(set(names)) < len(names):
        raise InputError(
            "two campaigns of one name", where="--campaign", value=names, remedy="rename one of them"
        )
    if out is not None:
        output_file(out)
    cells = [Cell(campaign.name, campaign.conditions, campaign.space) for campaign in chosen]
    with progress() as report:
        table = levers(cells, can_be_made, samples=samples, seed=seed, report=report)
    _show(table)
    idle = explaining_nothing(table)
    print_result(
        f"Explaining less than 1 % of every target in every campaign (equal in all that is known): "
        f"{', '.join(idle) or 'none'}."
    )
    if out is not None:
        write_csv(table, out)
        print_result(f"Written: {out} ({len(table)} rows)")


def _show(table: pd.DataFrame) -> None:
    """Show the largest share of each column over the campaigns, for each target, and in which campaign it is."""
    rows = []
    for column, part in table.groupby("column", sort=False):
        cells = [str(column)]
        for _, of in part.groupby("target", sort=False):
            shares = of["total"].fillna(of["first_order"]).to_numpy(dtype=float)
            if np.isnan(shares).all():
                cells.append("-")
                continue
            largest = int(np.nanargmax(shares))
            cells.append(f"{100.0 * shares[largest]:.1f} % ({of['campaign'].iloc[largest]})")
        rows.append(cells)
    targets = [str(target) for target in table["target"].unique()]
    title = "Largest share of the variance among designs in which the column acts (total effect, else first order)"
    print_table(make_table(["column", *targets], rows, title, right=False, tight=True))
