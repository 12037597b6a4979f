"""From the bytes of an Excel workbook (.xlsx) to the lines of its tabs as text.

Data flow: bytes -> tabs with anything in them -> cells as text. A number is written so that it can be read in one
way only, a date as ISO 8601, a per cent cell as its number or, under a name in per cent, as what the sheet shows. A
formula counts as the value that was saved with it.
"""

from __future__ import annotations

import html
import io
import re
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, NoReturn

from surrogate.errors import InputError
from surrogate.files.formula import as_given
from surrogate.files.rows import COMMENT, Cells, Spared, refuse_header
from surrogate.files.text import MOST_BYTES, Complaint
from surrogate.files.typed_cells import MOST_DIGITS, text_of
from surrogate.units import written_unit

_SHEETS = "xl/worksheets/"
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,500}?\bref=[\"']([^\"']{1,100})[\"']")
_MOST_LINES, _MOST_COLUMNS = 1_048_576, 16_384  # of a tab, as Excel has it
MOST_CELLS = 5_000_000  # of a tab from its first to its last filled cell, gaps included
SIGNATURE = b"PK\x03\x04"
_REMEDY = 'open it in Excel, save it again as .xlsx or as "CSV UTF-8", and give that file'


@dataclass(frozen=True)
class Tab:
    """A tab of a workbook.

    Parameters
    ----------
    name
        What its tab says.
    lines
        The cells of each row as text, as many in each.
    per_cent
        (row, column) of the cells whose number the sheet shows in per cent.
    formulas
        (row, column) of the cells with a formula of which no value was saved.
    merged
        Each range of merged cells with anything in it: first and last row, first and last column, and its name.
    """

    name: str
    lines: tuple[tuple[str, ...], ...]
    per_cent: frozenset[tuple[int, int]]
    formulas: frozenset[tuple[int, int]]
    merged: tuple[tuple[int, int, int, int, str], ...] = ()

    def refuse_merged(self, above: int, complain: Complaint) -> None:
        """Refuse the first range of merged cells below the header: its value stands in one of its cells only.

        Parameters
        ----------
        above
            Lines above the header.
        complain
            Makes the message.

        Raises
        ------
        InputError
            Of the complaint's class, with the range.
        """
        header = next(line for line in range(above, len(self.lines)) if any(self.lines[line]))
        named = {column for column, text in enumerate(self.lines[header]) if text}
        for first, last, left, right, name in sorted(self.merged):
            columns = len(named & set(range(left, right + 1)))
            about = self.lines[first][left].startswith(COMMENT) and first == last
            if last > header and not about and (columns > 1 or (columns and last > max(first, header + 1))):
                complain.refuse(
                    f"the cells {name} of the tab {self.name!r} are merged: their value belongs to the first only",
                    limit="a value in each cell",
                    remedy="unmerge them, write the value into each cell that it is true of, and save the file",
                )

    def refuse_formulas(self, above: int, complain: Complaint) -> None:
        """Refuse the first formula below the header of which no value was saved.

        Parameters
        ----------
        above
            Lines above the header.
        complain
            Makes the message.

        Raises
        ------
        InputError
            Of the complaint's class, with the cell.
        """
        from openpyxl.utils import get_column_letter  # late: only workbooks need it

        for line, column in sorted(self.formulas):
            if line >= above:
                complain.refuse(
                    f"cell {get_column_letter(column + 1)}{line + 1} of the tab {self.name!r} holds a "
                    "formula, and no value was saved with it",
                    remedy="open the file in Excel and save it, or write the value",
                )

    def table(
        self, above: int, complain: Complaint, spared: Spared | None
    ) -> tuple[tuple[str, ...], list[Cells]]:
        """Return the header and the columns below it; rows with nothing in them are left out.

        Parameters
        ----------
        above
            Lines above the header.
        complain
            Makes the messages.
        spared
            Takes the lines of the rows.

        Returns
        -------
        header : tuple of str
            Column names, some of which may be empty or repeated.
        columns : list of Cells
            The cells of each column.

        Raises
        ------
        InputError
            Of the complaint's class: no rows, or too many columns.
        """
        start = next(line for line in range(above, len(self.lines)) if any(self.lines[line]))
        header = self.lines[start]
        refuse_header(header, complain)
        places = [line for line in range(start + 1, len(self.lines)) if any(self.lines[line])]
        if not places:
            complain.refuse(
                f"the tab {self.name!r} has a header and no rows",
                limit="at least one row",
                remedy="add the rows below the header",
            )
        if spared is not None:
            spared.lines.extend(line + 1 for line in places)
        columns = []
        for column, name in enumerate(header):
            shown = written_unit(name)[1] == "pct"
            columns.append(
                Cells.of(
                    [
                        _shown(self.lines[line][column])
                        if shown and (line, column) in self.per_cent
                        else self.lines[line][column]
                        for line in places
                    ]
                )
            )
        return header, columns


# What zipfile raises of an archive that is damaged, encrypted or packed in a way of its own.
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, struct.error)


def read_tabs(raw: bytes, complain: Complaint) -> list[Tab]:
    """Read the tabs of a workbook that have anything in them.

    Parameters
    ----------
    raw
        The file.
    complain
        Makes the messages.

    Returns
    -------
    list of Tab
        At least one, in the order of the workbook.

    Raises
    ------
    InputError
        Of the complaint's class, for a file that is damaged, empty, too large, or another zip archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            workbook = "xl/workbook.xml" in archive.namelist()
            sheets = [name for name in archive.namelist() if _SHEETS in name] if size <= MOST_BYTES else []
            merges, merged = False, 0
            for name in sheets:
                content = archive.read(name)
                merges = merges or _MERGE.search(content) is not None
                merged += sum(map(_area, _MERGED.finditer(content)))
    except _DAMAGED as cause:
        _refuse_damaged(complain, cause)
    if not workbook:
        complain.refuse("is a zip archive and no Excel workbook", limit=".xlsx or CSV", remedy=_REMEDY)
    if size > MOST_BYTES:
        complain.refuse(
            "the workbook is too large",
            value=f"{size / 2**20:.0f} MiB",
            limit=f"{MOST_BYTES / 2**20:.0f} MiB",
            remedy="split it into several files",
        )
    if merged > MOST_CELLS:
        complain.refuse(
            "the merged cells of the workbook are too many",
            value=f"{merged:,}",
            limit=f"{MOST_CELLS:,}",
            remedy="unmerge them, and save the file",
        )
    import openpyxl  # late: only workbooks need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and drop-down lists that are not read
            values = openpyxl.load_workbook(io.BytesIO(raw), read_only=not merges, data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(raw), read_only=not merges)
        tabs = [_tab(sheet, formulas[sheet.title], complain) for sheet in values.worksheets]
    except InputError:
        raise
    except Exception as cause:  # openpyxl raises whatever its parsers do
        _refuse_damaged(complain, cause)
    filled = [tab for tab in tabs if any(map(any, tab.lines))]
    if not filled:
        complain.refuse(
            "the file is empty", limit="a header line and at least one row", remedy="write them into it"
        )
    return filled


def _refuse_damaged(complain: Complaint, cause: Exception) -> NoReturn:
    raise complain.error_at(
        "is a damaged Excel workbook, or another zip archive that was cut short", remedy=_REMEDY
    ) from cause


def _area(found: re.Match[bytes]) -> int:
    """Return how many cells a merged range has, whole rows and columns among them; 0 where it is no range."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(html.unescape(found[1].decode("utf-8")).upper())
    except (ValueError, TypeError):  # openpyxl refuses it too
        return 0
    columns = 1 + (right or _MOST_COLUMNS) - (left or 1)  # None: whole rows, or whole columns
    return int(columns * (1 + (bottom or _MOST_LINES) - (top or 1)))


def _refuse_far(lines: int, width: int, title: str, complain: Complaint) -> None:
    """Refuse a tab with a cell so far from the others that its gaps would fill the memory."""
    if lines > _MOST_LINES or lines * width > MOST_CELLS:
        complain.refuse(
            f"a cell of the tab {title!r} stands too far from the others",
            value=f"{lines:,} lines and {width:,} columns",
            limit=f"{MOST_CELLS:,} cells from the first to the last that is filled",
            remedy="delete the rows and columns behind the table, and save the file",
        )


def _tab(sheet: Any, formulas: Any, complain: Complaint) -> Tab:
    """Read a tab twice over: the values that were saved, and the formulas."""
    for one in (sheet, formulas):
        if hasattr(one, "reset_dimensions"):  # read in turn; some programs write them wrong
            one.reset_dimensions()
        else:  # all cells are there
            _refuse_far(one.max_row, one.max_column, sheet.title, complain)
    lines: list[tuple[str, ...]] = []
    per_cent, without = set(), set()
    for line, (cells, written) in enumerate(zip(sheet.iter_rows(), formulas.iter_rows(), strict=True)):
        texts = [as_given(text_of(cell.value)) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        lines.append(tuple(texts))
        _refuse_far(len(lines), len(texts), sheet.title, complain)
        for column, (cell, formula) in enumerate(zip(cells, written, strict=True)):
            if isinstance(cell.value, int | float) and "%" in str(cell.number_format):
                per_cent.add((line, column))
            if cell.value is None and formula.value is not None:
                without.add((line, column))
    while lines and not lines[-1]:
        lines.pop()
    width = max(map(len, lines), default=0)
    _refuse_far(len(lines), width, sheet.title, complain)
    wide = tuple(texts + ("",) * (width - len(texts)) for texts in lines)
    ranges = getattr(getattr(formulas, "merged_cells", None), "ranges", ())
    merged = [
        (one.min_row - 1, one.max_row - 1, one.min_col - 1, one.max_col - 1, one.coord)
        for one in ranges
        if one.min_row <= len(wide) and one.min_col <= width and wide[one.min_row - 1][one.min_col - 1]
    ]
    return Tab(sheet.title, wide, frozenset(per_cent), frozenset(without), tuple(merged))


def _shown(cell: str) -> str:
    """Write a share as the per cent that the sheet shows of it: 0.985 is 98.5."""
    return text_of(float(f"{float(cell) * 100:.{MOST_DIGITS - 1}g}"))
