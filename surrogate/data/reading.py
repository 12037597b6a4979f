"""From a file or frame in the literature schema to a typed frame; nothing is judged here but types.

Units are converted at the edge, optional columns are completed, every cell gets its column's type.
``surrogate.data.checks`` judges the result.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.data.schema import COLUMNS, FIELDS, FLAGS, MEASURED, NUMBERS, REQUIRED, TEXTS
from surrogate.data.tables import FALSE, TRUE, read_table
from surrogate.errors import RecordError
from surrogate.units import convert_columns


def read_typed(table: str | Path | pd.DataFrame, where: str = "") -> tuple[pd.DataFrame, list[str], str]:
    """(typed frame with every column of the schema, notes, the table's name in messages).

    The index counts the rows of the table from 0, rows with nothing in them left out.

    Raises RecordError for a file that is no table, a missing required column or a cell of the wrong type,
    UnitError for a wrong unit.
    """
    notes: list[str] = []
    if isinstance(table, pd.DataFrame):
        name = where or "records"
        raw = table.reset_index(drop=True)
    else:
        name = where or Path(table).name
        raw, notes = read_table(table, numbers=NUMBERS, text=(*TEXTS, *FLAGS))
    typed, more = _typed(raw, name)
    return typed, [*notes, *more], name


def _typed(raw: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[str]]:
    twice = raw.columns[raw.columns.duplicated()]
    if len(twice):
        raise RecordError("column given twice", where=name, column=str(twice[0]), remedy="keep one")
    blank = raw.map(lambda cell: (cell.strip() or None) if isinstance(cell, str) else cell)
    table, notes = convert_columns(blank.dropna(how="all"), NUMBERS, name)
    for column in REQUIRED:
        if column not in table.columns:
            raise RecordError("column is missing", where=name, column=column, remedy="add it")
    if not set(MEASURED) & set(table.columns):
        raise RecordError("no column holds a measured quantity", where=name, limit=", ".join(MEASURED))
    extra = [str(column) for column in table.columns if column not in FIELDS]
    if extra:
        notes.append(f"{name}: columns that are not used: {', '.join(extra)}")
    out = pd.DataFrame(index=table.index)
    for column in COLUMNS:
        given = table[column] if column in table.columns else pd.Series(None, index=table.index, dtype=object)
        given = given.rename(column)
        if column in NUMBERS:
            out[column] = _numbers(given, name)
        elif column in FLAGS:
            out[column] = _flags(given, name)
        else:
            out[column] = given.map(lambda cell: None if pd.isna(cell) else str(cell)).astype("string")
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
    """As booleans; an empty cell takes the column's own default (``censored`` is true unless stated)."""
    column = str(given.name)
    text = given.map(lambda cell: "" if pd.isna(cell) else str(cell).strip().lower())
    unknown = (~text.isin(TRUE | FALSE | {""})).to_numpy(dtype=bool)
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
    return (text.isin(TRUE) | ((text == "") & FIELDS[column].default)).astype(bool)
