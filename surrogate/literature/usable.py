"""The rows of a table that can be used, and every other row with its line, its value, the limit and a remedy.

Other people's tables hold rows that break the schema; one of them does not refuse the table. Data flow: the file ->
rows that can be split into cells -> rows whose cells can be read -> rows without a fault (``checks``). What is set
aside on the way is kept with the line of the file in which it begins. A fault of the table itself (a column without a
unit, no column of a measured quantity) still refuses it, as does a table of which no row can be used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError, RecordError
from surrogate.files.rows import Spared
from surrogate.files.tables import named
from surrogate.files.text import Complaint
from surrogate.literature.checks import faults
from surrogate.literature.pairs import paper_of
from surrogate.literature.reader import from_frame, from_sheet, open_sheet, typed
from surrogate.literature.schema import COMPARISON

Rows = NDArray[np.int_]
Read = TypeVar("Read")
_SAME = re.compile(r"^(column \w+: the same record as )row (\d+)(?= |\.|$)(?! of)")


@dataclass(frozen=True)
class Unusable:
    """A row that cannot be used.

    Parameters
    ----------
    line
        The line of the file in which it begins, from 1; of a frame the row, from 1.
    reason
        What is wrong: column, value, limit and remedy.
    """

    line: int
    reason: str


@dataclass(frozen=True)
class Usable:
    """What can be used of a table.

    Parameters
    ----------
    records
        The typed rows that can be used, ``group`` filled; the index counts the rows of the table from 0.
    unusable
        The others, in the order of their lines.
    lines
        Row of the table -> its line.
    notes
        A sentence for each thing that was done to the table.
    name
        What messages call it.
    """

    records: pd.DataFrame
    unusable: tuple[Unusable, ...]
    lines: dict[int, int]
    notes: tuple[str, ...]
    name: str


def read_usable(
    table: str | Path | pd.DataFrame,
    *,
    judge: Callable[[pd.DataFrame, str], Iterable[InputError]] | None = None,
) -> Usable:
    """Read what can be used of a table in the literature schema.

    A record whose control is not there, or that does not say what it differs in, is read without its control (noted).

    Parameters
    ----------
    table
        A file or a frame, as ``records.read`` takes it.
    judge
        Finds further errors of a typed table, each with its row; called with the table and its name.

    Returns
    -------
    Usable

    Raises
    ------
    RecordError
        For a table that cannot be read at all, with a column missing, or without any row that can be used.
    UnitError
        For a column in a wrong unit.
    """
    aside = _Aside()
    if isinstance(table, pd.DataFrame):
        name, notes, lines = "records", list[str](), {row: row + 1 for row in range(len(table))}
        raw = from_frame(table, name)
    else:
        spared, complain = Spared(), Complaint(named(table))
        sheet = open_sheet(table, complain, spared)
        name, lines = complain.where, dict(enumerate(spared.lines))
        aside.found += [Unusable(line, _reason(error, name)) for line, error in spared.refused]

        def read(rows: Rows) -> tuple[pd.DataFrame, list[str]]:
            read_rows, notes = from_sheet(sheet.rows(rows), complain)
            return read_rows.rename(index=dict(enumerate(rows.tolist()))), notes

        raw, notes = aside.retry(np.arange(len(lines)), read, by_position=True)
    records, more = aside.retry(raw.index.to_numpy(), lambda rows: typed(raw.loc[rows], name))
    notes += more
    aside.given_as = {
        after: before for before, _, after in (note.partition(" converted to ") for note in more) if after
    }
    while True:
        found = list(faults(records))
        compared = [fault for fault in found if fault.column in COMPARISON]
        errors: list[InputError] = []
        for fault in found:
            errors += fault.errors(name) if fault.column not in COMPARISON else ()
        if judge is not None and not errors:
            errors += judge(records, name)
        if not errors:
            break
        aside.take(errors)
        records = records.drop(index=list(aside.reasons), errors="ignore")
    for fault in compared:
        notes += [
            f"line {lines[row]}: {fault.what}: {fault.column}; read without its control" for row in fault.rows
        ]
        records.loc[list(fault.rows), ["control_of", "differs_in"]] = pd.NA
    unusable = tuple(sorted((*aside.found, *aside.listed(lines, name)), key=lambda row: row.line))
    if records.empty:
        raise RecordError(
            f"none of its {len(unusable)} rows can be used; line {unusable[0].line}, {unusable[0].reason}",
            where=name,
        )
    records["group"] = paper_of(records)
    return Usable(records, unusable, lines, tuple(notes), name)


@dataclass
class _Aside:
    """The rows that were set aside while a table is read."""

    found: list[Unusable] = field(default_factory=list)
    reasons: dict[int, InputError] = field(default_factory=dict)
    given_as: dict[str, str] = field(default_factory=dict)

    def retry(self, rows: Rows, read: Callable[[Rows], Read], *, by_position: bool = False) -> Read:
        """Read some rows, again without those that cannot be read; their errors count places among the rows given."""
        while True:
            left = rows[~np.isin(rows, list(self.reasons))]
            try:
                return read(left)
            except InputError as error:
                if error.row is None or len(left) == 1:
                    raise
                self.take([error, *error.also], left if by_position else None)

    def take(self, errors: Iterable[InputError], places: Rows | None = None) -> None:
        """Set the row of each error aside; the first error of a row is kept."""
        for error in errors:
            if error.row is None:
                raise error
            self.reasons.setdefault(int(error.row if places is None else places[error.row]), error)

    def listed(self, lines: Mapping[int, int], name: str) -> Iterator[Unusable]:
        """Return what was set aside, by its line."""
        for row, error in self.reasons.items():
            reason = _SAME.sub(lambda same: f"{same[1]}line {lines[int(same[2]) - 1]}", _reason(error, name))
            if error.column in self.given_as:
                reason = reason.replace(":", f", given as {self.given_as[error.column]}:", 1)
            yield Unusable(lines[row], reason)


def _reason(error: InputError, name: str) -> str:
    """Say what is wrong without the name of the table and the row: a list gives them."""
    place = [name] + ([f"row {error.row + 1}"] if error.row is not None else [])
    text = str(error)
    for part in place:
        text = text.removeprefix(part).removeprefix(", ").removeprefix(": ")
    return text
