"""Reading any table that a person gives, and writing tables; nothing else in the package opens a user's table.

What can be understood in only one way is accepted and noted; what could be read in two ways, such as 1,200, is
refused with its row and column. Row 1 is the first row below the header that is not empty.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import pandas as pd

from surrogate.errors import InputError, RecordError, refuse_rows
from surrogate.files.decimal_commas import points_for_commas
from surrogate.files.header import Wanted
from surrogate.files.number_text import DECIMAL_COMMA, NUMBER, THOUSANDS, as_decimal
from surrogate.files.output import (
    output_file,
    output_folder,
    plain,
    replacing,
    write_csv,
    write_json,
    write_text,
)
from surrogate.files.own_names import with_known_names
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet, read_sheet
from surrogate.files.text import MOST_BYTES, Complaint
from surrogate.hosts import columns as c
from surrogate.units import UNIT_SPELLINGS, written_unit

__all__ = [
    "MOST_BYTES",
    "NUMBERS",
    "as_table",
    "booleans",
    "named",
    "output_file",
    "output_folder",
    "plain",
    "read_table",
    "replacing",
    "unknown_columns",
    "write_csv",
    "write_json",
    "write_text",
]

MISSING = frozenset({"", "nan", "na", "n/a", "#n/a", "null"})
TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})

# Columns that hold numbers although their name carries no unit.
NUMBERS = frozenset(
    {*c.COLUMNS.numbers}
    | {f"{target}{end}" for target in c.TARGETS for end in ("", "_lower", "_upper", "_upper_bound", "_sem")}
)

_MOST_NAMED = 30  # columns in one sentence
_NUMBER_LIMIT = "digits with a decimal point and no thousands separators, such as 1250.5"


def read_table(
    path: str | Path,
    *,
    numbers: Collection[str] = NUMBERS,
    text: Collection[str] = (),
    error: type[InputError] = RecordError,
    wanted: Wanted | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV file or an Excel workbook as a table.

    A column in ``numbers``, or a column whose name ends in a unit, has to hold numbers (empty cells are NaN); a
    column in ``text`` stays text (empty cells are None); any other column becomes numbers if every cell of it is a
    number. Delimiter and encoding are detected: see ``surrogate.files.sheet``.

    Parameters
    ----------
    path : str or Path
        The file.
    numbers : collection of str
        Columns that have to hold numbers although their name carries no unit.
    text : collection of str
        Columns that stay text.
    error : type of InputError
        The class of error to raise.
    wanted : Wanted, optional
        What is expected of the table, as ``read_sheet`` takes it.
    names : mapping of str to str, optional
        Names that a laboratory gave to columns -> the known columns that they are.

    Returns
    -------
    table : DataFrame
        The table, in the units of its column names.
    notes : list of str
        A sentence for each interpretation that was made.

    Raises
    ------
    InputError
        Of the class ``error``, naming the file, and row and column where there are any: a file that is
        missing, empty, too large, not text or cut short; a column twice; a cell that should be a number and is
        not, a decimal comma beside points, thousands separators.
    """
    path = Path(path)
    complain = Complaint(named(path), error)
    sheet = with_known_names(read_sheet(path, complain, wanted=wanted), names or {}, complain)
    sheet = points_for_commas(sheet, complain, numbers=numbers, text=text)
    return as_table(sheet, complain, numbers=numbers, text=text), list(sheet.notes)


def named(path: str | Path) -> str:
    """Return the name by which messages call a file.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    str
    """
    return Path(path).name or str(path)


def as_table(
    sheet: Sheet,
    complain: Complaint,
    *,
    numbers: Collection[str],
    text: Collection[str],
    text_type: Literal["O", "string"] = "O",
) -> pd.DataFrame:
    """Convert the columns of a sheet to their types, by the rules of :func:`read_table`.

    Parameters
    ----------
    sheet : Sheet
        The file as text.
    complain : Complaint
        How to refuse it.
    numbers : collection of str
        Columns that have to hold numbers although their name carries no unit.
    text : collection of str
        Columns that stay text.
    text_type : {"O", "string"}
        The pandas type of text columns.

    Returns
    -------
    DataFrame

    Raises
    ------
    InputError
        Of the complaint's class, with row and column, for a cell that should be a number and is not.
    """
    columns = {}
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        must = name in numbers or written_unit(name)[1] in UNIT_SPELLINGS
        columns[name] = _words(cells, text_type) if name in text else _column(name, cells, must, complain)
    return pd.DataFrame(columns)


def booleans(column: pd.Series, *, where: str, error: type[InputError] = RecordError) -> pd.Series:
    """Convert true/false, yes/no or 1/0 to booleans; an empty cell is False.

    Parameters
    ----------
    column : Series
        n cells of any type.
    where : str
        What the message calls the table.
    error : type of InputError
        The class of error to raise.

    Returns
    -------
    Series of bool
        n rows.

    Raises
    ------
    InputError
        Of the class ``error``, with the row, for any other cell.
    """
    cells = column.map(lambda value: "" if pd.isna(value) else str(value).strip().lower())
    unknown = (~cells.isin(TRUE | FALSE | MISSING)).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        Complaint(where, error).refuse(
            "neither true nor false",
            value=str(column.iloc[row]),
            limit="true or false (or yes/no, 1/0); empty is false",
            remedy="write one of them",
            row=row,
            column=str(column.name),
        )
    return cells.isin(TRUE)


def unknown_columns(
    columns: Sequence[str], known: Collection[str], what: str = "columns that are not used"
) -> list[str]:
    """Name the columns that nothing reads, and what was perhaps meant.

    Parameters
    ----------
    columns : sequence of str
        The columns of a table.
    known : collection of str
        The columns that are read.
    what : str
        What they are called in the sentence.

    Returns
    -------
    list of str
        A single sentence; empty when all columns are known.
    """
    mentions = []
    unknown = [column for column in columns if column not in known]
    for column in unknown[:_MOST_NAMED]:
        near = get_close_matches(column, sorted(known), n=1, cutoff=0.8)
        mentions.append(f"{column} (did you mean {near[0]}?)" if near else column)
    if not mentions:
        return []
    more = len(unknown) - len(mentions)
    return [f"{what}: {', '.join(mentions)}" + (f" and {more} more" if more else "")]


def _column(name: str, cells: Cells, must: bool, complain: Complaint) -> pd.Series:
    filled = [cell for cell in cells.distinct if cell.lower() not in MISSING]
    odd = {cell for cell in filled if NUMBER.fullmatch(cell) is None}
    if must and odd:
        refuse_rows(cells.all(odd), lambda row: _not_a_number(cells.text(row), row, name, complain))
    if odd or not (must or filled):
        return _words(cells, "O")
    numbers = dict.fromkeys(cells.distinct, float("nan")) | {cell: float(cell) for cell in filled}
    return pd.Series(cells.take(list(numbers.values()), float), dtype=float)


def _words(cells: Cells, kind: Literal["O", "string"]) -> pd.Series:
    """Text, missing where a cell is empty."""
    words = pd.array([cell or None for cell in cells.distinct], dtype=kind)
    return pd.Series(words.take(cells.of_row), dtype=kind)


def _not_a_number(cell: str, row: int, column: str, complain: Complaint) -> InputError:
    what, remedy = (
        "not a number",
        "write the number alone, in the unit of the column's name, or leave it empty",
    )
    if THOUSANDS.fullmatch(cell):
        what, remedy = "a thousands separator or a decimal comma", "write the digits without separators"
        if re.fullmatch(r"[+-]?\d{1,3},\d{3}", cell):
            remedy += f": {cell.replace(',', '')} or {as_decimal(float(cell.replace(',', '.')))}"
    elif DECIMAL_COMMA.fullmatch(cell):
        what, remedy = "a decimal comma", f"write {cell.replace(',', '.')}"
    elif row == 0 and not re.match(r"[+\-−.]?\d", cell):
        remedy = "write the number alone, or leave it empty; remove a row of units or names"
    return complain.error_at(what, value=cell, limit=_NUMBER_LIMIT, remedy=remedy, row=row, column=column)
