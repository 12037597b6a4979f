"""Measured cells as a person gives them -> rows that the campaign store takes.

Data flow: a file, read by ``told_table`` in the one way in which it can be read -> conditions of the campaign where
the row has none -> complete designs -> targets and flags checked. The first fault is raised with the file, the row
and the column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from surrogate.campaign.conditions import take_conditions
from surrogate.campaign.identity import Identities
from surrogate.campaign.reports import FAILED, ID_COLUMNS, RESULT_COLUMNS, TAKEN_OVER
from surrogate.campaign.told_columns import refuse_other_names
from surrogate.campaign.told_rows import fill_in, take_dates, take_states
from surrogate.campaign.told_table import ToldTable, read_told, refuse_implausible
from surrogate.errors import RecordError
from surrogate.files.bounds import kind, standard_errors, z_ends
from surrogate.files.tables import booleans
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

_NOT_GIVEN = re.compile(r" not given(?: in \d+ row\(s\))?: ")


def read_observations(
    given: str | Path | pd.DataFrame,
    campaign: Campaign,
    known: Identities | None = None,
    *,
    where: str = "table",
    yes: bool = False,
) -> tuple[pd.DataFrame, list[str]]:
    """Read measured cells from a CSV file, an Excel workbook or a script's table.

    Parameters
    ----------
    given
        The file or table. Columns: ``cell_id`` or ``proposal_id`` (they stand for the design, which may be given
        beside them as it was made), or what the design needs; ``state`` (``cells.STATES``), ``date``; any target T in
        the unit of its name, ``T_censored`` (``true``, as where the cell had not failed: at least T; ``below``: at
        most T), ``T_upper_bound`` (of an interval that begins at T), ``T_sem`` (the known standard error of T, in its
        unit), ``replicate``, ``failed`` (true: the state failed; may come without any target), ``note``.
    campaign
        Gives the conditions that the file does not give.
    known
        The cells and proposals that the file may name; default: none.
    where
        What messages call a script's table; a file has its name.
    yes
        Whether to take targets outside the range that cells give, parts of a cycle, and dates to come.

    Returns
    -------
    cells : pandas.DataFrame
        Shape (n, columns), columns ``RESULT_COLUMNS`` and ``reports.TAKEN_OVER``; the index is the row in the
        file, from 0.
    notes : list of str
        A sentence for each thing assumed.

    Raises
    ------
    RecordError, DesignError, MaterialError, UnitError
        Naming the file, row and column of the first fault.
    """
    told = read_told(given, campaign.own_names, where=where)
    with told.named_as_in_the_file():
        return _rows(told, campaign, known or Identities({}, {}), yes=yes)


def _rows(
    told: ToldTable, campaign: Campaign, known: Identities, *, yes: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Make the campaign's rows (n, ``RESULT_COLUMNS`` and ``TAKEN_OVER``) of what was told."""
    where, table, notes = told.where, told.table, list(told.notes)
    predicted = [f"{target}{end}" for target in c.TARGETS for end in ("_lower", "_upper")]
    for column in predicted:
        if column in table.columns:
            raise RecordError(
                "the file holds predictions, not measurements",
                where=where,
                limit=f"no column {column}",
                remedy="fill in results-template.csv, or remove the predictions and write what was measured",
                column=column,
            )

    notes += refuse_other_names([str(name) for name in table.columns], RESULT_COLUMNS, where)
    take_dates(table, where)
    alone = take_states(table, where)
    filled, own = fill_in(table, known, where)
    words = [told.split() if isinstance(told, str) else [] for told in table[TAKEN_OVER]]
    table[TAKEN_OVER] = [
        " ".join([*told, *unsaid.split()]) or None for told, unsaid in zip(words, alone, strict=True)
    ]
    notes += filled
    without_value = ("failed",) if table["state"].isna().all() else ("failed", "state")
    if not any(name in table.columns for name in (*c.TARGETS, *without_value)):
        raise RecordError(
            "no column holds a measured target", where=where, limit=", ".join(c.TARGETS),
            remedy="add a column of what was measured, or state = failed for a cell that gave nothing",
        )  # fmt: skip
    notes += take_conditions(table, campaign)
    designs = CompleteDesigns.of(table, where=where)
    out = designs.frame.reset_index(drop=True)
    for target in c.TARGETS:
        z_ends(table, target, where=where)  # refuses what is no measurement, or contradicts itself
        out[target], out[f"{target}_upper_bound"] = (
            _numbers(table, column) for column in (target, f"{target}_upper_bound")
        )
        out[f"{target}_censored"] = _kinds(table, f"{target}_censored")
        out[f"{target}_sem"] = standard_errors(table, target, where=where)
    if not yes:
        refuse_implausible(table, where)
    out["replicate"], out["note"] = _text(table, "replicate"), _text(table, "note")
    out["failed"] = _flags(table, "failed", where)
    for column in (*ID_COLUMNS, TAKEN_OVER):
        out[column] = _text(table, column)
    out["state"] = out["state"].where(out["state"].notna() | ~out["failed"], FAILED)
    _check_something_measured(out, where)
    out.index = pd.Index(told.rows)
    return out[[*RESULT_COLUMNS, TAKEN_OVER]], [*notes, *_defaults_together(designs.notes, own=own)]


def informative(results: pd.DataFrame) -> pd.DataFrame:
    """Select the measured cells that a model can learn from: those with at least a target."""
    return results[results[list(c.TARGETS)].notna().any(axis=1)]


def _defaults_together(notes: Sequence[str], *, own: bool) -> list[str]:
    """Put the notes of defaults into one; leave them out where proposals gave the designs, which never say them."""
    defaults = [note for note in notes if _NOT_GIVEN.search(note)]
    said = "; ".join(_NOT_GIVEN.sub(" = ", note) for note in defaults)
    rest = [note for note in notes if note not in defaults]
    return [*rest, f"not given and taken by default: {said}"] if own and defaults else rest


def _numbers(table: pd.DataFrame, column: str) -> pd.Series:
    if column not in table.columns:
        return pd.Series(np.nan, index=range(len(table)), dtype=float)
    return pd.to_numeric(table[column]).astype(float).reset_index(drop=True)


def _kinds(table: pd.DataFrame, column: str) -> pd.Series:
    """Return False, True or "below" (n,) of checked cells."""
    if column not in table.columns:
        return pd.Series(False, index=range(len(table)), dtype=bool)
    found = pd.Series([kind(given) for given in table[column]], dtype=object)
    return found.astype(bool) if all(isinstance(one, bool) for one in found) else found


def _flags(table: pd.DataFrame, column: str, where: str) -> pd.Series:
    if column not in table.columns:
        return pd.Series(False, index=range(len(table)), dtype=bool)
    return booleans(table[column], where=where).reset_index(drop=True)


def _text(table: pd.DataFrame, column: str) -> pd.Series:
    if column not in table.columns:
        return pd.Series([None] * len(table), dtype=object)
    return table[column].reset_index(drop=True)


def _check_something_measured(out: pd.DataFrame, where: str) -> None:
    nothing = (out[list(c.TARGETS)].isna().all(axis=1) & out["state"].isna()).to_numpy()
    if nothing.any():
        raise RecordError(
            "no target was measured",
            where=where,
            limit=f"at least one of {', '.join(c.TARGETS)}, or a state, such as failed",
            remedy="fill in a target, or leave the row out until the cell is measured",
            row=int(nothing.argmax()),
        )
