"""What to do when cells are tested: the command that tells them, the table to fill in, the ids on the pouches."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from surrogate.campaign.ids import cell_of
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import given, records

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

TEMPLATE = "results-template.csv"


@dataclass(frozen=True)
class Next:
    """How the answers of a batch come back.

    Attributes
    ----------
    command : str
        To copy into a terminal; for a batch without a campaign file the one that makes such a file.
    template : str
        Path of the table to fill in; empty without a campaign file.
    cell_ids : mapping of str to tuple of str
        Proposal (and control) -> what to write on its pouches.
    text : str
    """

    command: str
    template: str
    cell_ids: Mapping[str, tuple[str, ...]]
    text: str


def next_of(
    batch: pd.DataFrame, campaign: Campaign, folder: Path | None = None, template: str = TEMPLATE
) -> Next:
    """Say how the answers of a batch come back.

    Parameters
    ----------
    batch : DataFrame
        Proposals and their control.
    campaign : Campaign
        Its file.
    folder : Path, optional
        Where the batch is written; None: the table is named without its folder.
    template : str
        Name of the table there.

    Returns
    -------
    Next
    """
    rows = records(batch)
    ids = {
        name: tuple(cell_of(name, number) for number in range(int(given(row, "cells_to_make") or 1)))
        for name, row in zip(names_of(rows), rows, strict=True)
    }
    if campaign.path is None or folder is None:
        command = "optimize init mine.toml"
        text = (
            "Nothing is kept of this batch, as no campaign file was given. Run the command, write your cell into the "
            "file, and propose again with --campaign mine.toml: that batch comes with a table to fill in"
        )
        return Next(command, "", ids, text)
    table = str(folder / template)
    command = f"optimize tell --campaign {shlex.quote(str(campaign.path))} {shlex.quote(table)}"
    first = next(iter(ids.values()))[0]
    text = (
        f"Write the ids on the pouches ({first} is the first cell). Fill in {table}, or the .xlsx beside it, as soon "
        "as a cell runs, and run the command; tell it again whenever more is known. Then run optimize --campaign "
        f"{shlex.quote(str(campaign.path))} for the next batch"
    )
    return Next(command, table, ids, text)
