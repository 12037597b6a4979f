"""From the bytes of a CSV file to its header and rows of text, without guessing.

Data flow: bytes -> text (encoding) -> records (delimiter) -> a header of distinct names, columns below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from surrogate.files.rows import DELIMITERS, Cells, Spared, read_rows
from surrogate.files.text import Complaint, read_text

_DECLARED_DELIMITERS = (*DELIMITERS, "|", ":")  # understood where a sep= line names them


@dataclass(frozen=True)
class Sheet:
    """A CSV file as text.

    Attributes
    ----------
    header : tuple of str
        Distinct column names.
    columns : tuple of Cells
        The cells below each name.
    notes : tuple of str
        A sentence for each interpretation that was made.
    """

    header: tuple[str, ...]
    columns: tuple[Cells, ...]
    notes: tuple[str, ...]

    def rows(self, kept: np.ndarray) -> Sheet:
        """Return the same columns with some of the rows, of shape (n,) bool or the positions of those wanted."""
        return replace(self, columns=tuple(cells.rows(kept) for cells in self.columns))


def read_sheet(path: Path, complain: Complaint, spared: Spared | None = None) -> Sheet:
    """Read a CSV file.

    Comma, semicolon and tab are distinguished by the header; UTF-8 and UTF-16 by their bytes, with Windows-1252 as
    the last resort (noted).

    Parameters
    ----------
    path : Path
        The file.
    complain : Complaint
        How to refuse the file.
    spared : Spared, optional
        Takes the rows that cannot be read, which then do not refuse the file, and the lines of the others.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        Of the complaint's class: file missing, empty, too large or not text; header only; a column twice or
        without a name; a row that is cut short or too long.
    """
    text, notes = read_text(path, complain, nul_below=spared is not None)
    first, _, below = text.partition("\n")
    declared = first[:4].lower() == "sep="  # the first line as Excel writes it
    delimiter = first[4:].strip("\r") if declared else _delimiter(text, complain)
    if delimiter not in _DECLARED_DELIMITERS:
        complain.refuse(
            "an unknown separator", value=first[:60], remedy="remove the line and separate by commas"
        )
    header, columns = read_rows(
        below if declared else text, delimiter, complain, before=int(declared), spared=spared
    )
    columns = _without_header(header, columns, complain, spared)
    kept = _kept(header, columns, complain, notes)
    return Sheet(tuple(header[k] for k in kept), tuple(columns[k] for k in kept), tuple(notes))


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
