"""The table in which a laboratory writes what it measured: the input of ``optimize tell``.

Results come first, then what was really made, filled in as it was proposed. The last line says what columns mean.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from surrogate.campaign.ids import cell_of
from surrogate.campaign.reports import MEANINGS
from surrogate.campaign.told_columns import DEFINITIONS
from surrogate.hosts import columns as c
from surrogate.units import split_unit

RESULTS = (
    "cell_id",
    "proposal_id",
    "state",
    *(f"{target}{end}" for target in c.TARGETS for end in ("", "_censored", "_upper_bound", "_sem")),
    "date",
    "replicate",
    "note",
)


def template(batch: pd.DataFrame) -> pd.DataFrame:
    """Return the proposed hosts with empty columns for what will be measured.

    Parameters
    ----------
    batch : DataFrame, n rows
        Proposals with their ``proposal_id``.

    Returns
    -------
    DataFrame
        ``RESULTS``, choices and conditions: a row for each cell to make of a proposal (``cells_to_make``, one where
        the batch does not say), then one that begins with a hash and says what columns mean.
    """
    each = (
        [int(number) for number in batch["cells_to_make"]] if "cells_to_make" in batch else [1] * len(batch)
    )
    batch = batch.loc[batch.index.repeat(each)].reset_index(drop=True)
    table = pd.DataFrame("", index=range(len(batch)), columns=list(RESULTS), dtype=object)
    table["proposal_id"] = batch["proposal_id"].to_numpy()
    of_host = batch.groupby("proposal_id").cumcount()
    table["cell_id"] = [
        cell_of(name, number) for name, number in zip(batch["proposal_id"], of_host, strict=True)
    ]
    made = batch[[name for name in (*c.CHOICES, *c.CONDITIONS) if name in batch.columns]]
    table = pd.concat([table, made.reset_index(drop=True).astype(object)], axis=1)
    line = dict.fromkeys(table.columns, "") | {"cell_id": DEFINITIONS, "note": in_a_line()}
    return pd.concat([table, pd.DataFrame([line])], ignore_index=True)


def in_a_line() -> str:
    """Say in one line what the columns mean."""
    return " ".join(f"{name}: {about}." for name, about in definitions().items())


def definitions() -> dict[str, str]:
    """Say of each column that a person fills in what it means: column -> text."""
    states = "; ".join(f"{name} = {about}" for name, about in MEANINGS.items())
    return {
        "cell_id": "what is written on the pouch; another cell of the same host ends in the next letter; tell the "
        "same id again when more is known",
        "state": states,
        "TARGET": "what was measured, in the unit of its name; empty = not yet. Targets are "
        + ", ".join(map(_in_words, c.TARGETS)),
        "TARGET_censored": "true = at least this; below = at most this",
        "TARGET_upper_bound": "upper end of an interval that begins at the value",
        "TARGET_sem": "known standard error of the value, in its unit, such as that of a mean over cycles; it counts "
        "beside the spread between cells",
        "date": "year-month-day of the report; with a time (2026-03-09 14:30) where it matters",
        "note": "anything",
        "other columns": "as proposed; write over them what was really made",
    }


def _in_words(target: str) -> str:
    quantity, unit = split_unit(target)
    return f"{target} ({quantity.replace('_', ' ')}, {unit})" if unit else target


def write_template(table: pd.DataFrame, path: Path) -> None:
    """Write the template as a workbook: a sheet to fill in, and one that says what columns mean.

    Parameters
    ----------
    table : DataFrame
        Of :func:`template`.
    path : Path
        The file.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "cells"
    sheet.append(list(table.columns))
    for row in table.iloc[:-1].itertuples(index=False, name=None):
        sheet.append([None if value == "" else value for value in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.data_type = (
                "s" if cell.data_type == "f" else cell.data_type
            )  # no note of a person is a formula
    for k, name in enumerate(table.columns, 1):
        sheet.cell(1, k).font = Font(bold=name in RESULTS)
        sheet.column_dimensions[get_column_letter(k)].width = max(10, len(str(name)) + 2)
    sheet.freeze_panes = "D2"
    about = book.create_sheet("what to write")
    for name, text in definitions().items():
        about.append([name, text])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 110
    book.save(path)
