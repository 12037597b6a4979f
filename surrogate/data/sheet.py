"""From the bytes of a CSV file to its header and rows of text, without guessing.

Data flow: bytes -> text (encoding) -> records (delimiter) -> a header of distinct names, rows of its width.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from surrogate.errors import InputError, RecordError

MOST_BYTES = 256 * 2**20  # about a million designs; held in memory several times over while it is read
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}

_REMEDY = 'save it as "CSV UTF-8" and give that file'
_SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True)
class Complaint:
    """How a file is complained about: its name in messages and the class of error to raise."""

    where: str
    error: type[InputError] = RecordError

    def refuse(
        self,
        what: str,
        *,
        value: object = None,
        limit: str = "",
        remedy: str = "",
        row: int | None = None,
        column: str | None = None,
    ) -> NoReturn:
        """Raise the error; ``row`` counts from 0."""
        raise self.error(
            what, where=self.where, value=value, limit=limit, remedy=remedy, row=row, column=column
        )


@dataclass(frozen=True)
class Sheet:
    """Distinct column names; for each the stripped cells below it; a sentence for each thing interpreted."""

    header: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def read_sheet(path: Path, complain: Complaint) -> Sheet:
    """Read a CSV file. Comma, semicolon and tab are told apart by the header; UTF-8 and UTF-16 by their
    bytes, with Windows-1252 as the last resort (noted).

    Raises the complaint's error: file missing, empty, too large or not text; header only; a column twice or
    without a name; a row that is cut short or too long.
    """
    text, notes = _decoded(_bytes_of(path, complain), complain)
    header, rows = _records(text, complain)
    columns = list(zip(*rows, strict=True))
    kept = _kept(header, columns, complain, notes)
    return Sheet(tuple(header[k] for k in kept), tuple(columns[k] for k in kept), tuple(notes))


def _bytes_of(path: Path, complain: Complaint) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            complain.refuse(
                "the file is too large",
                value=f"{size / 2**20:.0f} MiB",
                limit=f"{MOST_BYTES / 2**20:.0f} MiB",
                remedy="split it into several files",
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        complain.refuse("no such file", value=str(path), remedy="check the path")
    except IsADirectoryError:
        complain.refuse("is a folder", value=str(path), remedy="give the name of a CSV file")
    except OSError as cause:
        complain.refuse(
            f"cannot be read: {cause.strerror or cause}", value=str(path), remedy="check its rights"
        )
    if not raw.strip(b" \t\r\n\xef\xbb\xbf"):
        complain.refuse(
            "the file is empty", limit="a header line and at least one row", remedy="check the file"
        )
    return raw


def _decoded(raw: bytes, complain: Complaint) -> tuple[str, list[str]]:
    for signature, kind in _SIGNATURES.items():
        if raw.startswith(signature):
            complain.refuse(f"is {kind}, not a CSV", remedy=_REMEDY)
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    notes = []
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as cause:
        line = raw[: cause.start].count(b"\n") + 1
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            complain.refuse(
                f"line {line} is not text in a known encoding",
                value=raw[cause.start : cause.start + 1],
                limit="UTF-8, UTF-16 or Windows-1252",
                remedy=_REMEDY,
            )
        notes.append(f"{complain.where} is not UTF-8 (line {line}); read as Windows-1252")
    if "\x00" in text:
        complain.refuse("is not a text file", remedy=_REMEDY)
    return text, notes


def _records(text: str, complain: Complaint) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The header and the rows below it, each as wide as the header; rows with nothing in them left out."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\s*", first, re.IGNORECASE)  # Excel's own hint
    delimiter = told.group(1) if told else _delimiter(text, complain)
    reader = csv.reader(
        io.StringIO(rest if told else text, newline=""),
        delimiter=delimiter,
        strict=True,
        skipinitialspace=True,
    )
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    try:
        for cells in reader:
            stripped = tuple(map(str.strip, cells))  # a tuple of text costs the garbage collector nothing
            if not any(stripped):
                continue
            if header:
                rows.append(_as_wide(stripped, header, len(rows), reader.line_num, delimiter, complain))
            else:
                header = stripped
    except csv.Error as cause:
        complain.refuse(
            f"line {reader.line_num} is not valid CSV: {cause}", remedy="check its quotation marks"
        )
    if not rows:
        complain.refuse(
            "the file has a header and no rows",
            limit="at least one row",
            remedy="add the rows below the header",
        )
    return header, rows


def _delimiter(text: str, complain: Complaint) -> str:
    """The delimiter that splits the header into most columns; names of columns hold none of them."""
    line = next(line for line in text.splitlines() if line.strip())
    best = max(DELIMITERS, key=line.count)
    if line.count(best) == 0 and len(re.split(r"[|\s]+", line.strip())) > 1:
        complain.refuse(
            "the columns cannot be told apart",
            value=line[:60],
            limit=", ".join(DELIMITERS.values()),
            remedy="separate the columns by commas",
        )
    return best


def _as_wide(
    row: tuple[str, ...], header: tuple[str, ...], index: int, line: int, delimiter: str, complain: Complaint
) -> tuple[str, ...]:
    width = len(header)
    if len(row) == width:
        return row
    if len(row) > width and not any(row[width:]):
        return row[:width]
    if len(row) < width:
        remedy = f"the file may have been cut short; complete the row from column {header[len(row)]!r} on"
    elif delimiter == ",":
        remedy = "a comma inside a number has to be a point, a text with a comma needs quotation marks"
    else:
        remedy = "remove the extra cells"
    return complain.refuse(
        f"wrong number of cells in line {line}",
        value=len(row),
        limit=f"{width}, as the header has",
        remedy=remedy,
        row=index,
    )


def _kept(
    header: tuple[str, ...], columns: list[tuple[str, ...]], complain: Complaint, notes: list[str]
) -> list[int]:
    """Positions of the columns to keep: those with a name. Empty nameless ones are dropped."""
    kept: list[int] = []
    for position, name in enumerate(header):
        if name and name in header[:position]:
            complain.refuse(
                f"column {name!r} appears twice", limit="each column once", remedy="keep one", column=name
            )
        if name:
            kept.append(position)
            continue
        cells = columns[position]
        if position == 0 and _counts(cells):
            notes.append(f"{complain.where}: the first column has no name and only counts the rows; not used")
        elif any(cells):
            complain.refuse(
                f"column {position + 1} has no name", value=next(filter(None, cells)), remedy="name it"
            )
    return kept


def _counts(cells: tuple[str, ...]) -> bool:
    """True for 0, 1, 2, ... or 1, 2, 3, ..., as a table's index is written."""
    return any(cells == tuple(str(start + k) for k in range(len(cells))) for start in (0, 1))
