"""From a file or frame in the literature schema to a typed frame; nothing is judged here but types.

Units are converted at the edge, optional columns are completed, every cell gets its column's type.
``surrogate.literature.checks`` judges the result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.errors import RecordError, refuse_rows
from surrogate.files.ambiguous_numbers import refuse_twofold
from surrogate.files.decimal_commas import points_for_commas
from surrogate.files.near_names import refuse_near_names
from surrogate.files.rows import Spared
from surrogate.files.sheet import Sheet, read_sheet
from surrogate.files.tables import FALSE, TRUE, as_table, named, unknown_columns
from surrogate.files.text import Complaint
from surrogate.files.written_bounds import read_bounds
from surrogate.literature.schema import ADDED_FIELDS, FIELDS, MEASURED, NUMBERS, REQUIRED, Field
from surrogate.literature.vocabulary import BOUNDS, MAGNITUDES, NAMES, TEXT, WANTED
from surrogate.units import convert_columns


def read_typed(table: str | Path | pd.DataFrame, where: str = "") -> tuple[pd.DataFrame, list[str], str]:
    """Read a table in the literature schema.

    Parameters
    ----------
    table
        A file or a frame; columns may be in other units, optional columns may be missing.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    records : pandas.DataFrame
        Every column of the schema, typed. The index counts the rows of the table from 0, rows with nothing in them
        left out.
    notes : list of str
        A sentence for each thing that was done to it.
    name : str
        What messages call the table.

    Raises
    ------
    RecordError
        For a file that is no table, a missing required column or a cell of the wrong type.
    UnitError
        For a wrong unit.
    """
    if isinstance(table, pd.DataFrame):
        name, notes = where or "records", list[str]()
        raw = from_frame(table, name)
    else:
        complain = Complaint(where or named(table))
        raw, notes = from_sheet(open_sheet(table, complain), complain)
        name = complain.where
    records, more = typed(raw, name)
    return records, [*notes, *more], name


def open_sheet(path: str | Path, complain: Complaint, spared: Spared | None = None) -> Sheet:
    """Open a person's file of records.

    Parameters
    ----------
    path
        The file.
    complain
        Makes the messages for it.
    spared
        Takes the rows that cannot be read, as ``read_sheet`` does.

    Returns
    -------
    Sheet
        Decimal commas read as points where they can be nothing else.

    Raises
    ------
    RecordError
        For a file that is no table.
    """
    return points_for_commas(
        read_sheet(Path(path), complain, spared, WANTED), complain, numbers=NUMBERS, text=TEXT
    )


def from_sheet(sheet: Sheet, complain: Complaint) -> tuple[pd.DataFrame, list[str]]:
    """Make a table of the text of a person's file: bounds in columns of their own, numbers as numbers.

    Parameters
    ----------
    sheet
        The file.
    complain
        Makes the messages for it.

    Returns
    -------
    table : pandas.DataFrame
        Rows with nothing in them are left out.
    notes : list of str
        A sentence for each interpretation that was made.

    Raises
    ------
    RecordError
        With row and column, for a cell that cannot be read, or in two ways.
    """
    plain = read_bounds(sheet, complain, BOUNDS)
    if not set(ADDED_FIELDS) <= set(sheet.header):  # which this package writes, in one way only
        refuse_twofold(plain, complain, MAGNITUDES)
    table = as_table(plain, complain, numbers=NUMBERS, text=TEXT, text_type="string")
    return _filled(table), list(plain.notes)


def read_exactly(
    table: str | Path | pd.DataFrame,
    fields: Mapping[str, Field],
    where: str = "",
    *,
    optional: Collection[str] = (),
) -> pd.DataFrame:
    """Read a table that has exactly these columns; for tables that the package keeps itself.

    Parameters
    ----------
    table
        A file or a frame.
    fields
        Its columns.
    where
        What messages call it; default: the file's name.
    optional
        Columns that it may lack: they are then empty in every row.

    Returns
    -------
    pandas.DataFrame
        The columns of ``fields``, typed, in their order.

    Raises
    ------
    RecordError
        As :func:`read_typed`, also for a column that is missing or unknown.
    """
    numbers = [column for column, field in fields.items() if field.kind == "number"]
    text = [column for column in fields if column not in numbers]
    if isinstance(table, pd.DataFrame):
        name, raw = where or "table", from_frame(table, where or "table")
    else:
        complain = Complaint(where or named(table))
        sheet = points_for_commas(read_sheet(Path(table), complain), complain, numbers=numbers, text=text)
        name = complain.where
        raw = _filled(as_table(sheet, complain, numbers=numbers, text=text, text_type="string"))
    _require(raw, [column for column in fields if column not in optional], name)
    for column in raw.columns:
        if column not in fields:
            raise RecordError("unknown column", where=name, column=str(column), limit=", ".join(fields))
    return in_types(raw, fields, name)


def from_frame(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Strip the cells of a frame and leave out rows with nothing in them; the index counts its rows from 0."""
    raw = table.reset_index(drop=True)
    twice = raw.columns[raw.columns.duplicated()]
    if len(twice):
        raise RecordError("column given twice", where=name, column=str(twice[0]), remedy="keep one")
    return _filled(raw.map(lambda cell: (cell.strip() or None) if isinstance(cell, str) else cell))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Select the rows with anything in them."""
    filled = np.zeros(len(table), dtype=bool)
    for name in table.columns:
        filled |= table[name].notna().to_numpy(dtype=bool)
        if filled.all():
            return table
    return table[filled]


def typed(raw: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    """Give a table the columns and types of the schema.

    Parameters
    ----------
    raw
        Cells as they were read; columns may be in other units.
    name
        What messages call the table.

    Returns
    -------
    records : pandas.DataFrame
        Every column of the schema; index as ``raw``.
    notes : list of str
        A sentence for each thing that was done to it.

    Raises
    ------
    RecordError, UnitError
        As :func:`read_typed`.
    """
    table, notes = convert_columns(raw, NUMBERS, name)
    extra = [str(column) for column in table.columns if column not in FIELDS and column not in ADDED_FIELDS]
    refuse_near_names(extra, set(table.columns), name, NAMES)
    _require(table, REQUIRED, name)
    if not set(MEASURED) & set(table.columns):
        raise RecordError("no column holds a measured quantity", where=name, limit=", ".join(MEASURED))
    notes += unknown_columns(extra, FIELDS, f"{name}: columns that are not used")
    return in_types(table, FIELDS, name), notes


def _require(table: pd.DataFrame, required: Collection[str], name: str) -> None:
    for column in required:
        if column not in table.columns:
            raise RecordError("column is missing", where=name, column=column, remedy="add it")


def in_types(table: pd.DataFrame, fields: Mapping[str, Field], name: str) -> pd.DataFrame:
    """Give every cell the type of its column.

    Parameters
    ----------
    table
        Cells as they were read.
    fields
        The columns wanted; one that is not there is empty.
    name
        What messages call the table.

    Returns
    -------
    pandas.DataFrame
        The columns of ``fields``: numbers as float64, flags as bool, the others as string.

    Raises
    ------
    RecordError
        With row and column, for a cell of another type.
    """
    out = {}
    for column, field in fields.items():
        if column not in table.columns:
            out[column] = _absent(field, table.index)
        elif field.kind == "number":
            out[column] = _numbers(table[column].rename(column), field, name)
        elif field.kind == "flag":
            out[column] = _flags(table[column].rename(column), field, name)
        else:
            out[column] = table[column].astype("string")
    return pd.DataFrame(out, index=table.index)


def _absent(field: Field, index: pd.Index) -> pd.Series:
    if field.kind == "number":
        return pd.Series(np.nan, index=index, dtype="float64")
    if field.kind == "flag":
        return pd.Series(field.default, index=index, dtype="bool")
    return pd.Series(pd.NA, index=index, dtype="string")


def _numbers(given: pd.Series, field: Field, name: str) -> pd.Series:
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    bad = given[(given.notna() & ~np.isfinite(numbers)).to_numpy(dtype=bool)]
    refuse_rows(
        bad.index,
        lambda row: RecordError(
            "not a number", where=name, value=bad[row], limit=field.limit,
            remedy="write the number alone; a file may also hold bounds, such as > 0.4 or > 0.4 and < 0.85",
            row=row, column=str(given.name),
        ),
    )  # fmt: skip
    return numbers


def _flags(given: pd.Series, field: Field, name: str) -> pd.Series:
    """As booleans; an empty cell takes the column's own default (``censored`` is true unless stated)."""
    text = given.astype("string").fillna("").str.strip().str.lower()
    unknown = given[(~text.isin(TRUE | FALSE | {""})).to_numpy(dtype=bool)]
    refuse_rows(
        unknown.index,
        lambda row: RecordError(
            "neither true nor false", where=name, value=unknown[row], limit=field.limit,
            remedy="write true or false, or leave it empty",
            row=row, column=str(given.name),
        ),
    )  # fmt: skip
    return (text.isin(TRUE) | ((text == "") & field.default)).astype(bool)
