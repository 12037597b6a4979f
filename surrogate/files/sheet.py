"""From the bytes of a CSV file or an Excel workbook to its header and rows of text, without guessing.

Data flow: bytes -> text (encoding) -> records (delimiter) -> a header of distinct names, columns below it. A workbook
gives its records itself. Where the known columns are given, lines above the header are left out, and a cycler's
record is refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.files.header import MOST_ABOVE, Wanted, header_place, names_known, refuse_record
from surrogate.files.rows import DELIMITERS, Cells, Spared, read_rows, refuse_header
from surrogate.files.text import Complaint, decode_text, read_bytes
from surrogate.files.typed_cells import text_of
from surrogate.files.workbook import SIGNATURE, read_tabs

_DECLARED_DELIMITERS = (*DELIMITERS, "|", ":")  # understood where a sep= line names them


@dataclass(frozen=True)
class Sheet:
    """A table as text.

    Attributes
    ----------
    header : tuple of str
        Distinct column names.
    columns : tuple of Cells
        The cells below each name.
    notes : tuple of str
        A sentence for each interpretation that was made.
    delimiter : str
        What separated the cells; a comma where nothing did.
    """

    header: tuple[str, ...]
    columns: tuple[Cells, ...]
    notes: tuple[str, ...]
    delimiter: str = ","

    def rows(self, kept: np.ndarray) -> Sheet:
        """Return the same columns with some of the rows, of shape (n,) bool or the positions of those wanted."""
        return replace(self, columns=tuple(cells.rows(kept) for cells in self.columns))


def read_sheet(
    path: Path, complain: Complaint, spared: Spared | None = None, wanted: Wanted | None = None
) -> Sheet:
    """Read a CSV file or an Excel workbook.

    Comma, semicolon and tab are distinguished by the header; UTF-8 and UTF-16 by their bytes, with Windows-1252 as
    the last resort (noted). Of a workbook the first tab is read that has a header with known columns (noted).

    Parameters
    ----------
    path : Path
        The file.
    complain : Complaint
        How to refuse the file.
    spared : Spared, optional
        Takes the rows that cannot be read, which then do not refuse the file, and the lines of the others.
    wanted : Wanted, optional
        What is expected of the table: then lines above its header are left out (noted), and a cycler's record is
        refused as such.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        Of the complaint's class: file missing, empty, damaged, too large or not text; header only; a column twice or
        without a name; a row that is cut short or too long.
    """
    raw = read_bytes(path, complain)
    if raw.startswith(SIGNATURE):
        return _of_workbook(raw, complain, spared, wanted)
    text, notes = decode_text(raw, complain, nul_below=spared is not None)
    above = 0
    if wanted is not None:
        refuse_record(_split_each_way(text), complain, wanted)
        above, text = _below(text, wanted, complain, notes)
    first, _, below = text.partition("\n")
    declared = first[:4].lower() == "sep="  # the first line as Excel writes it
    delimiter = first[4:].strip("\r") if declared else _delimiter(text, complain)
    if delimiter not in _DECLARED_DELIMITERS:
        complain.refuse(
            "an unknown separator", value=first[:60], remedy="remove the line and separate by commas"
        )
    header, columns = read_rows(
        below if declared else text, delimiter, complain, before=above + int(declared), spared=spared
    )
    columns = _without_header(header, columns, complain, spared)
    return _named(header, columns, complain, notes, delimiter)


def sheet_of(table: pd.DataFrame, complain: Complaint) -> Sheet:
    """Write a script's table as text, to be understood as that of a file; its index is left out.

    Parameters
    ----------
    table : DataFrame, (n, columns)
        Any values; numbers are written so that they are read in one way only.
    complain : Complaint
        How to refuse the table.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        Of the complaint's class: no rows, or a column twice or without a name.
    """
    if table.empty or not any(str(name).strip() for name in table.columns):
        complain.refuse(
            "the table is empty",
            limit="at least one row and one named column",
            remedy="give what was measured",
        )
    header = tuple(str(name).strip() for name in table.columns)
    refuse_header(header, complain)
    columns = [Cells.of([text_of(value) for value in table.iloc[:, k]]) for k in range(table.shape[1])]
    return _named(header, columns, complain, [])


def _of_workbook(raw: bytes, complain: Complaint, spared: Spared | None, wanted: Wanted | None) -> Sheet:
    """Read the first tab of a workbook that has a header with known columns; else the first with anything in it."""
    tabs = read_tabs(raw, complain)
    places = [header_place(tab.lines[: MOST_ABOVE + 1], wanted) for tab in tabs]
    known = [
        wanted is not None and names_known(tab.lines[place], wanted.known) > 0
        for tab, place in zip(tabs, places, strict=True)
    ]
    at = known.index(True) if any(known) else 0
    tab, above = tabs[at], places[at]
    if not any(known):
        for one in tabs:
            refuse_record(one.lines[: MOST_ABOVE + 1], complain, wanted)
    notes = []
    if len(tabs) > 1:
        others = ", ".join(repr(other.name) for other in tabs if other is not tab)
        notes.append(f"{complain.where}: the tab {tab.name!r} is read; not {others}")
    if above:
        notes.append(_left_out(complain, above))
    tab.refuse_formulas(above, complain)
    tab.refuse_merged(above, complain)
    header, columns = tab.table(above, complain, spared)
    columns = _without_header(header, columns, complain, spared)
    return _named(header, columns, complain, notes)


def _split_each_way(text: str) -> Iterator[list[str]]:
    """Split each of the first lines of a text by the delimiter that gives most cells."""
    for found, _ in zip(re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|$)", text), range(MOST_ABOVE + 1), strict=False):
        line = found.group().strip("\r\n")
        delimiter = max(DELIMITERS, key=line.count)
        try:
            yield next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:  # refused where its rows are read
            yield [line]


def _below(text: str, wanted: Wanted, complain: Complaint, notes: list[str]) -> tuple[int, str]:
    """Leave out the lines above the header; returns their number, and the text from the header on."""
    above = header_place(_split_each_way(text), wanted)
    if not above or text[:4].lower() == "sep=":
        return 0, text
    notes.append(_left_out(complain, above))
    place = 0
    for _ in range(above):
        found = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)").match(text, place)
        place = found.end() if found else place
    return above, text[place:]


def _left_out(complain: Complaint, above: int) -> str:
    lines = (
        "line 1 stands above the header and is"
        if above == 1
        else f"lines 1 to {above} stand above the header and are"
    )
    return f"{complain.where}: {lines} not read"


def _without_header(
    header: tuple[str, ...], columns: list[Cells], complain: Complaint, spared: Spared | None
) -> list[Cells]:
    """Refuse a row that repeats the header; spare it where rows are spared."""
    repeated = np.ones(len(columns[0].of_row), dtype=bool)
    for name, column in zip(header, columns, strict=True):
        repeated &= column.take([cell == name for cell in column.distinct], bool)
        if not repeated.any():
            return columns
    error = complain.error_at(
        "the row repeats the header",
        limit="the header once",
        remedy="remove that line",
        row=int(repeated.argmax()),
    )
    if spared is None or repeated.all():
        raise error
    spared.refused.extend((spared.lines[row], error.moved(int(row))) for row in np.flatnonzero(repeated))
    spared.lines[:] = [line for line, again in zip(spared.lines, repeated, strict=True) if not again]
    return [cells.rows(~repeated) for cells in columns]


def _delimiter(text: str, complain: Complaint) -> str:
    """Find the delimiter that splits the header into most columns; column names hold no delimiter."""
    line, *more = (
        found.group() for found, _ in zip(re.finditer(r"\S[^\r\n]*", text), range(2), strict=False)
    )
    best = max(DELIMITERS, key=line.count)
    below = more[0] if more and '"' not in more[0] else ""
    if line.count(best) == 0 and max(map(below.count, DELIMITERS)) > 1:
        complain.refuse(
            "the first line is no header: it has one cell, the next line several",
            value=line[:60],
            remedy="remove the lines above the header",
        )
    if line.count(best) == 0 and len(re.split(r"[|:\s]+", line.strip())) > 1:
        complain.refuse(
            "the columns cannot be distinguished",
            value=line[:60],
            limit=", ".join(DELIMITERS.values()),
            remedy="separate the columns by commas",
        )
    return best


def _named(
    header: tuple[str, ...], columns: list[Cells], complain: Complaint, notes: list[str], delimiter: str = ","
) -> Sheet:
    """Make a sheet of the columns with a name."""
    kept = _kept(header, columns, complain, notes)
    return Sheet(tuple(header[k] for k in kept), tuple(columns[k] for k in kept), tuple(notes), delimiter)


def _kept(header: tuple[str, ...], columns: list[Cells], complain: Complaint, notes: list[str]) -> list[int]:
    """Find the columns to keep, those with a name; empty columns without a name are dropped."""
    kept: list[int] = []
    seen: set[str] = set()
    for position, name in enumerate(header):
        if name in seen:
            complain.refuse(
                f"column {name!r} appears twice",
                limit="each column once",
                remedy="keep one of them",
                column=name,
            )
        if name:
            seen.add(name)
            kept.append(position)
            continue
        cells = columns[position]
        if position == 0 and _counts(cells):
            notes.append(f"{complain.where}: the first column has no name and only counts the rows; not used")
        elif any(cells.distinct):
            complain.refuse(
                f"column {position + 1} has no name",
                value=next(filter(None, cells.distinct)),
                remedy="name it; where the first line is a title, remove the lines above the header",
            )
    return kept


def _counts(cells: Cells) -> bool:
    """Test for 0, 1, 2, ... or 1, 2, 3, ..., as the index of a table is written."""
    rows = len(cells.of_row)
    return any(cells.distinct == tuple(str(start + k) for k in range(rows)) for start in (0, 1))
