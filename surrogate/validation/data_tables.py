"""Reading tables of published numbers (``datasets/validation``): each number with its document and its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.documents import unknown_documents
from surrogate.literature.faults import Fault, repeated, schema_faults
from surrogate.literature.reader import read_exactly
from surrogate.literature.schema import Field

FOLDER = "datasets/validation"
TRACE: dict[str, Field] = {  # the last columns of every table
    "source": Field("text", "the document: source or stem of datasets/literature/documents.csv"),
    "locator": Field("text", "where exactly it stands"),
    "note": Field("text", "remarks"),
}


def text(about: str) -> Field:
    """Describe a column of text."""
    return Field("text", about)


def number(low: float, high: float, about: str, *, above: bool = False) -> Field:
    """Describe a column of numbers within limits; with ``above``, ``low`` itself is refused."""
    return Field("number", about, low=low, high=high, above=above)


def read_table(
    table: str | Path | pd.DataFrame, fields: Mapping[str, Field], where: str
) -> tuple[pd.DataFrame, str]:
    """Read a table with exactly these columns.

    Parameters
    ----------
    table
        A CSV file or a frame.
    fields
        Its columns.
    where
        What messages call it; empty: the file's name.

    Returns
    -------
    table : pandas.DataFrame
        The columns of ``fields``, typed.
    name : str
        What messages call it.

    Raises
    ------
    RecordError
        For a file that is no table, a missing or unknown column, a cell of another type, a table without rows.
    """
    name = where or ("published numbers" if isinstance(table, pd.DataFrame) else Path(table).name)
    given = read_exactly(table, fields, name)
    if given.empty:
        raise RecordError("the table has no rows", where=name, remedy="add at least one")
    return given, name


def table_faults(
    table: pd.DataFrame, fields: Mapping[str, Field], required: tuple[str, ...], identity: tuple[str, ...]
) -> Iterator[Fault]:
    """Faults that any table of published numbers may have.

    Parameters
    ----------
    table
        A typed table with a column ``source``.
    fields
        Its columns.
    required
        Columns that are never empty.
    identity
        Two rows that agree in all of these columns are the same.

    Yields
    ------
    Fault
        Empty cells, values outside their limits, repeated rows, unknown documents.
    """
    yield from schema_faults(table, fields, required)
    yield from repeated(table, identity, identity[0])
    yield from unknown_documents(table)
