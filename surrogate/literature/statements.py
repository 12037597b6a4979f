"""The two tables beside the records: constants, and statements of the documents that became no record.

``constants.csv``: one number of a material, method or cell that is no measured life, current or voltage of a
cell. ``omitted.csv``: what was read and has no record, with the reason; its value is a number, a range such as
"5 to 75", or empty. In both a unit is in pint's spelling ("1" for a pure number), and ``printed`` says why a
document does not print the number in digits (``statement_check.EXPLANATIONS``). A ``note`` is for people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from surrogate.errors import RecordError, UnitError
from surrogate.literature.documents import unknown_documents
from surrogate.literature.faults import Fault, each, raise_first, repeated, schema_faults
from surrogate.literature.reader import read_exactly
from surrogate.literature.schema import BOUNDS, Field
from surrogate.literature.statement_check import EXPLANATIONS, PLACES, Traced, trace
from surrogate.resources import resource
from surrogate.units import convert

_FOLDER = "datasets/literature"
_VALUE = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?( to -?\d+(\.\d+)?(e-?\d+)?)?", re.ASCII)
_PRINTED = Field("choice", "how the document prints the number; empty: in digits", tuple(EXPLANATIONS))
_NO_PART = ("approximate", "reason", "locator", "note", "bound", "printed")  # of what makes two rows the same


def _text(about: str) -> Field:
    return Field("text", about)


@dataclass(frozen=True)
class Kind:
    """One of the two tables.

    Parameters
    ----------
    file
        Its name in ``datasets/literature``.
    fields
        Its columns.
    required
        Columns that are never empty.
    named
        The column that names what a row is about.
    """

    file: str
    fields: dict[str, Field]
    required: tuple[str, ...]
    named: str

    @property
    def path(self) -> Path:
        """The shipped table.

        Raises
        ------
        ResourceError
            When it is not installed.
        """
        return resource(f"{_FOLDER}/{self.file}")

    @property
    def identity(self) -> tuple[str, ...]:
        """Two rows that agree in all of these columns are one statement."""
        return tuple(column for column in self.fields if column not in _NO_PART)


CONSTANTS = Kind(
    "constants.csv",
    {
        "property": _text("what the number is of"),
        "symbol": _text("the document's symbol for it"),
        "value": Field("number", "the number, in ``unit``", low=-1e9, high=1e9),
        "unit": _text("in pint's spelling; 1 for a pure number"),
        "material": _text("of which material, electrode or cell"),
        "conditions": _text("under which conditions, or which end of a range"),
        "source": _text("DOI or file stem of the document"),
        "ref": _text("number of the cited work in the document"),
        "approximate": Field("flag", "marked or known as approximate, or a bound"),
        "locator": _text("where exactly it stands"),
        "note": _text("remarks for people"),
        "bound": Field("choice", "the number is a lower or an upper bound; empty: the value itself", BOUNDS),
        "printed": _PRINTED,
    },
    ("property", "value", "unit", "source", "locator"),
    "material",
)
OMITTED = Kind(
    "omitted.csv",
    {
        "source": _text("DOI or file stem of the document"),
        "ref": _text("number of the cited work in the document"),
        "system": _text("what the statement is about"),
        "quantity": _text("what is stated of it"),
        "value": _text("number, range or empty"),
        "unit": _text("in pint's spelling; empty where there is no value or the unit is lost"),
        "reason": _text("why it is no record, and where it stands instead"),
        "locator": _text("where exactly it stands"),
        "note": _text("remarks for people"),
        "printed": _PRINTED,
    },
    ("source", "system", "quantity", "reason", "locator"),
    "system",
)


@dataclass(frozen=True)
class Judged:
    """A table without faults.

    Parameters
    ----------
    name
        The table, as messages call it.
    rows, sources
        How many rows of how many documents it has.
    traced
        Where each of its numbers was found; empty when they were not looked up.
    """

    name: str
    rows: int
    sources: int
    traced: tuple[Traced, ...] = ()

    @property
    def places(self) -> dict[str, int]:
        """Place -> how many numbers were found there; empty when they were not looked up."""
        counted = Counter(number.place for number in self.traced)
        return {place: counted[place] for place in PLACES if self.traced}


def constants() -> pd.DataFrame:
    """Load the shipped constants, typed and checked.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    return _judged(CONSTANTS, CONSTANTS.path, "")[0]


def omitted() -> pd.DataFrame:
    """Load the shipped statements without a record, typed and checked.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    return _judged(OMITTED, OMITTED.path, "")[0]


def check(
    kind: Kind,
    table: str | Path | pd.DataFrame | None = None,
    text_dir: str | Path | None = None,
    where: str = "",
) -> Judged:
    """Check a table of a kind, and look its numbers up in the documents.

    Parameters
    ----------
    kind
        ``CONSTANTS`` or ``OMITTED``.
    table
        A CSV file or a frame; default: the shipped table.
    text_dir
        The documents as text; without it no number is looked up.
    where
        What messages call the table; default: the file's name.

    Returns
    -------
    Judged
        What the table holds.

    Raises
    ------
    RecordError
        For the first fault, with its row and column.
    """
    given, name = _judged(kind, kind.path if table is None else table, where)
    found = tuple(trace(given, kind.named, text_dir)) if text_dir is not None else ()
    return Judged(name, len(given), int(given["source"].nunique()), found)


def _judged(kind: Kind, table: str | Path | pd.DataFrame, where: str) -> tuple[pd.DataFrame, str]:
    name = where or (kind.file if isinstance(table, pd.DataFrame) else Path(table).name)
    given = read_exactly(table, kind.fields, name)
    if given.empty:
        raise RecordError("the table has no rows", where=name, remedy="add at least one")
    raise_first(_faults(kind, given), name, list(kind.fields))
    return given, name


def _faults(kind: Kind, table: pd.DataFrame) -> Iterator[Fault]:
    yield from schema_faults(table, kind.fields, kind.required)
    yield from repeated(table, kind.identity)
    yield from unknown_documents(table)
    yield from each(
        table,
        table["unit"].notna() & ~table["unit"].fillna("1").map(_is_unit),
        "unit",
        "unknown unit",
        limit="a unit in pint's spelling, such as mA/cm^2; 1 for a pure number",
        remedy="check its spelling",
    )
    if kind is OMITTED:
        number = table["value"].fillna("0").map(lambda value: _VALUE.fullmatch(str(value)) is not None)
        yield from each(
            table, ~number, "value", "neither a number nor a range", limit='such as 0.5, "5 to 75" or empty'
        )


@cache
def _is_unit(unit: str) -> bool:
    try:
        convert(1.0, unit, unit)
    except UnitError:
        return False
    return True
