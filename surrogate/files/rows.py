"""From the text of a CSV file and its delimiter to the header and the cells of every column.

A tidy file is read by columns, which is fast; any other file row by row, so that an error names its place.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow
from pyarrow import csv as arrow

from surrogate.errors import InputError
from surrogate.files.formula import as_given
from surrogate.files.text import Complaint

MOST_COLUMNS = 1000  # columns with a name
_NUMBER = re.compile(r"[<>=≤≥~+\-−]*\s*\d[\d.,'\s]*(?:[eE][+-]?\d+)?\+?")
COMMENT = "# "  # how a line below the header begins that is no row
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Cells:
    """The stripped cells of a column: the distinct texts, and which of them stands in each row.

    Attributes
    ----------
    distinct : tuple of str
        Each different text once.
    of_row : ndarray of int, shape (n,)
        Position of each row's text among them.
    """

    distinct: tuple[str, ...]
    of_row: np.ndarray

    def take(self, values: Sequence[object], dtype: type) -> np.ndarray:
        """Spread values of the distinct texts over the rows.

        Parameters
        ----------
        values : sequence
            A value for each distinct text.
        dtype : type
            Type of the result.

        Returns
        -------
        ndarray, shape (n,)
        """
        return np.array(values, dtype=dtype)[self.of_row]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Cells:
        """Make the cells of a column from the text of each row."""
        of_row, distinct = pd.factorize(np.array(texts, dtype=object))
        return cls(tuple(distinct), of_row)

    def changed(self, change: Callable[[str], str]) -> Cells:
        """Return the cells with another text for each distinct one; texts that become equal are one."""
        return Cells.of(self.take(list(map(change, self.distinct)), object).tolist())

    def rows(self, kept: np.ndarray) -> Cells:
        """Return some of the rows, of shape (n,) bool or the positions of those wanted."""
        return Cells.of(self.take(self.distinct, object)[kept].tolist())

    def text(self, row: int) -> str:
        """Return the text of a row."""
        return self.distinct[self.of_row[row]]

    def all(self, wanted: Collection[str]) -> list[int]:
        """Find the rows, counted from 0, with one of some texts."""
        return np.flatnonzero(self.take([cell in wanted for cell in self.distinct], bool)).tolist()


@dataclass(frozen=True)
class Spared:
    """What is learned of the rows when a file is read though some of them cannot be read; filled while reading.

    Attributes
    ----------
    lines : list of int
        The line of the file in which each row that was read begins, from 1.
    refused : list of (int, InputError)
        The line, and the error, of each row that could not be read.
    """

    lines: list[int] = field(default_factory=list)
    refused: list[tuple[int, InputError]] = field(default_factory=list)


def read_rows(
    text: str, delimiter: str, complain: Complaint, *, before: int = 0, spared: Spared | None = None
) -> tuple[tuple[str, ...], list[Cells]]:
    """Read the header and the columns below it; empty rows and comments (``COMMENT``) are left out.

    Parameters
    ----------
    text : str
        The text of the file, from the header on.
    delimiter : str
        What separates the cells.
    complain : Complaint
        How to refuse the file.
    before : int
        Lines of the file above ``text``.
    spared : Spared, optional
        Takes the rows that cannot be read, which then do not refuse the file, and the lines of the others.

    Returns
    -------
    header : tuple of str
        Stripped column names, some of which may be empty or repeated.
    columns : list of Cells
        The cells of each column.

    Raises
    ------
    InputError
        Of the complaint's class: no rows, a row of another width than the header, misplaced quotation marks,
        or too many columns.
    """
    lines = _Lines(text)
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []  # the garbage collector need not follow tuples of text
    for line, cells in _split(lines, delimiter, complain, before, spared):
        if not header:
            header = tuple(map(str.strip, cells))
            refuse_header(header, complain)
            columns = [] if spared else _quickly(text[lines.place :], len(header), delimiter)
            if columns:
                return header, columns
            continue
        if _is_comment(cells, len(header)):
            continue
        try:
            if any("\x00" in cell for cell in cells):
                complain.refuse(
                    "NUL bytes in the row: the file was damaged or not written to its end",
                    limit="text",
                    remedy="write the row again",
                )
            wide = tuple(cells)
            if len(cells) != len(header):
                wide = _as_wide(cells, header, len(rows), line, delimiter, complain)
        except InputError as error:
            if spared is None:
                raise
            spared.refused.append((line, error))
            continue
        rows.append(wide)
        if spared is not None:
            spared.lines.append(line)
    if not rows:
        if spared is not None and spared.refused:
            raise spared.refused[0][1]
        complain.refuse(
            "the file has a header and no rows",
            limit="at least one row",
            remedy="add the rows below the header",
        )
    return header, [_cells(*pd.factorize(column)) for column in np.array(rows, dtype=object, order="F").T]


def _is_comment(cells: Sequence[str], width: int) -> bool:
    """Test for a line that begins as a comment and holds no row: nothing else, or another width and no number."""
    if not cells[0].lstrip().startswith(COMMENT):
        return False
    rest = [cell.strip() for cell in cells[1:] if cell.strip()]
    return not rest or (len(cells) != width and not any(map(_NUMBER.fullmatch, rest)))


def _split(
    lines: _Lines, delimiter: str, complain: Complaint, before: int, spared: Spared | None
) -> Iterator[tuple[int, list[str]]]:
    """Split the rows that have anything in them, each with the line in which it begins."""
    first = before + 1  # the line at which the reader below begins
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        begins, place = first, lines.place
        try:
            for cells in reader:
                if any(map(str.strip, cells)):
                    yield begins, cells
                begins, place = first + reader.line_num, lines.place
            return
        except csv.Error as cause:
            limit = "quotation marks around whole cells, doubled within them"
            if spared is None:
                what = f"line {first + reader.line_num - 1} is not valid CSV: {cause}"
                complain.refuse(what, remedy="check its quotation marks")
            error = complain.error_at(
                f"not valid CSV: {cause}", limit=limit, remedy="check the quotation marks of the row"
            )
            spared.refused.append((begins, error))
        lines.place = place  # go on below the line in which that row begins
        next(lines)
        first = begins + 1


class _Lines:
    """The lines of a text with their line breaks; ``place`` is where the next line begins."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = _LINE.match(self.text, self.place)
        if found is None:
            raise StopIteration
        self.place = found.end()
        return found.group()


def _quickly(below: str, width: int, delimiter: str) -> list[Cells]:
    """Read the columns below the header of a tidy file, in a third of the time.

    The list is empty where the rows have to be read in turn: a row of another width or without content, a cell beyond
    the limit of length, or doubtful quotation marks.
    """
    names = [str(k) for k in range(width)]
    quotes = '"' in below
    try:
        table = arrow.read_csv(
            io.BytesIO(below.encode()),
            read_options=arrow.ReadOptions(column_names=names),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter, quote_char=quotes and '"', newlines_in_values=quotes
            ),
            convert_options=arrow.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string())),
        )
    except pyarrow.ArrowInvalid:
        return []
    if not table.num_rows or (quotes and not _widths(below, delimiter) <= {0, width}):
        return []
    encoded = [column.dictionary_encode().combine_chunks() for column in table.columns]
    given = [column.dictionary.to_pylist() for column in encoded]
    if any(map(_doubtful, itertools.chain(*given))):
        return []
    columns = [_cells(column.indices.to_numpy(), cells) for column, cells in zip(encoded, given, strict=True)]
    return columns if _every_row_has_something(columns) else []


def _widths(text: str, delimiter: str) -> set[int]:
    """Count the cells of each row; -1 where the text is not valid CSV."""
    reader = csv.reader(_Lines(text), delimiter=delimiter, strict=True)
    try:
        return set(map(len, reader))
    except csv.Error:
        return {-1}


def _doubtful(cell: str) -> bool:
    """Test for a cell that is too long, may begin a comment, or has blanks before an opening quotation mark."""
    blanks_before_quote = cell[:1] == " " and cell.lstrip(" ")[:1] == '"'
    return cell.lstrip().startswith(COMMENT) or len(cell) > csv.field_size_limit() or blanks_before_quote


def _every_row_has_something(columns: list[Cells]) -> bool:
    something = np.zeros(len(columns[0].of_row), dtype=bool)
    for column in columns:
        something |= column.take(list(map(bool, column.distinct)), bool)
        if something.all():
            return True
    return False


def _cells(of_row: np.ndarray, given: Sequence[str]) -> Cells:
    stripped = [as_given(cell.strip()) for cell in given]
    if stripped == list(given):
        return Cells(tuple(stripped), of_row)
    merged, distinct = pd.factorize(np.array(stripped, dtype=object))
    return Cells(tuple(distinct), merged[of_row])


def _as_wide(
    row: list[str], header: tuple[str, ...], index: int, line: int, delimiter: str, complain: Complaint
) -> tuple[str, ...]:
    """Drop surplus empty cells from a row; refuse any other row of the wrong width."""
    width = len(header)
    if len(row) > width and not any(map(str.strip, row[width:])):
        return tuple(row[:width])
    others = [name for mark, name in DELIMITERS.items() if mark != delimiter and mark in row[0]]
    if len(row) == 1 and others:
        remedy = f"separate its cells as those of the header, not by {others[0]}"
    elif len(row) < width:
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


def refuse_header(header: tuple[str, ...], complain: Complaint) -> None:
    """Refuse a header of too many columns, or one that holds all of them in a cell.

    Parameters
    ----------
    header : tuple of str
        The names.
    complain : Complaint
        How to refuse the file.

    Raises
    ------
    InputError
        Of the complaint's class.
    """
    if len(header) == 1 and max(map(header[0].count, DELIMITERS)) > 1:
        complain.refuse(
            "the columns cannot be distinguished",
            value=header[0][:60],
            limit=", ".join(DELIMITERS.values()),
            remedy="remove the quotation marks around whole lines, and a wrong sep= line",
        )
    named = sum(map(bool, header))
    if named > MOST_COLUMNS:
        complain.refuse(
            "too many columns", value=named, limit=f"{MOST_COLUMNS}", remedy="keep those that are needed"
        )
