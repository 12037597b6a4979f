"""From a file or frame in the literature schema to a typed frame; nothing is judged here but types.

Cells are read as text, units are converted at the edge, optional columns are completed, every cell gets its
column's type. ``surrogate.data.checks`` judges the result.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.data.schema import COLUMNS, FIELDS, FLAGS, MEASURED, NUMBERS, REQUIRED, TEXTS
from surrogate.errors import RecordError
from surrogate.units import convert_columns

_TRUE = {"true", "1", "yes", "y", "t"}
_FALSE = {"false", "0", "no", "n", "f"}


def read_typed(table: str | Path | pd.DataFrame, where: str = "") -> tuple[pd.DataFrame, list[str], str]:
    """(typed frame with every column of the schema, notes, the table's name in messages).

    The index counts the rows of the table from 0; empty rows are left out.

    Raises RecordError for a file that is no table, a missing required column or a cell of the wrong type,
    UnitError for a wrong unit.
    """
    if isinstance(table, pd.DataFrame):
        name, raw = where or "records", table.reset_index(drop=True)
    else:
        path = Path(table)
        name = where or path.name
        raw = _read_csv(path, name)
    return *_typed(raw, name), name


def _read_csv(path: Path, name: str) -> pd.DataFrame:
    """All cells as text; byte-order marks and either line ending are fine."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RecordError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise RecordError("not UTF-8 text", where=name, remedy="save the table as CSV (UTF-8)") from error
    try:
        cells = pd.read_csv(io.StringIO(text), header=None, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise RecordError(f"not a CSV table: {error}", where=name, remedy="save the table as CSV") from error
    header = [str(cell).strip() for cell in cells.iloc[0]]
    if len(header) == 1 and ";" in header[0]:
        raise RecordError("cells are separated by semicolons", where=name, remedy="save with commas")
    table = cells.iloc[1:].reset_index(drop=True)
    table.columns = pd.Index(header)
    return table


def _typed(raw: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    twice = raw.columns[raw.columns.duplicated()]
    if len(twice):
        raise RecordError("column given twice", where=name, column=str(twice[0]), remedy="keep one")
    blank = raw.map(lambda cell: cell.strip() if isinstance(cell, str) else cell).replace("", pd.NA)
    blank = blank.dropna(how="all")
    table, notes = convert_columns(blank, NUMBERS)
    for column in REQUIRED:
        if column not in table.columns:
            raise RecordError("column is missing", where=name, column=column, remedy="add it")
    if not set(MEASURED) & set(table.columns):
        raise RecordError("no column holds a measured quantity", where=name, limit=", ".join(MEASURED))
    extra = [str(column) for column in table.columns if column not in FIELDS]
    if extra:
        notes.append(f"{name}: columns left out: {', '.join(extra)}")
    out = pd.DataFrame(index=table.index)
    for column in COLUMNS:
        given = table[column] if column in table.columns else pd.Series(pd.NA, index=table.index, dtype=object)
        if column in NUMBERS:
            out[column] = _numbers(given, name)
        elif column in FLAGS:
            out[column] = _flags(given, name)
        elif column in TEXTS:
            out[column] = given.map(lambda cell: cell if pd.isna(cell) else str(cell)).astype("string")
    return out, notes


def _numbers(given: pd.Series, name: str) -> pd.Series:
    numbers = pd.to_numeric(given, errors="coerce").astype("float64")
    bad = (given.notna() & ~np.isfinite(numbers)).to_numpy(dtype=bool)
    if bad.any():
        at = int(bad.argmax())
        column = str(given.name)
        raise RecordError(
            "not a number",
            where=name,
            value=given.iloc[at],
            limit=FIELDS[column].limit,
            remedy="put signs such as > or ~ into approximate and note",
            row=int(given.index[at]),
            column=column,
        )
    return numbers


def _flags(given: pd.Series, name: str) -> pd.Series:
    column = str(given.name)
    text = given.map(lambda cell: "" if pd.isna(cell) else str(cell).strip().lower().removesuffix(".0"))
    unknown = (~text.isin(_TRUE | _FALSE | {""})).to_numpy(dtype=bool)
    if unknown.any():
        at = int(unknown.argmax())
        raise RecordError(
            "neither true nor false",
            where=name,
            value=given.iloc[at],
            limit=FIELDS[column].limit,
            row=int(given.index[at]),
            column=column,
        )
    return (text.isin(_TRUE) | ((text == "") & FIELDS[column].default)).astype(bool)
