"""A person's own records: checked, converted, merged into a table of their own, and joined to the shipped records.

Data flow: FILE.csv -> typed and judged as any table in the literature schema -> compared with the shipped records
and with those added before -> appended with where and when it came from -> the table takes its new content in one
step. Whatever fails, the table on the disk is the old table.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from surrogate.errors import InputError, RecordError
from surrogate.files.output import csv_text, locked, output_file, write_csv, write_text
from surrogate.literature import records as literature
from surrogate.literature.checks import IDENTITY, raise_first_fault
from surrogate.literature.faults import same_rows
from surrogate.literature.reader import read_exactly, read_typed
from surrogate.literature.schema import ADDED_FIELDS, COLUMNS, FIELDS, OPTIONAL
from surrogate.literature.usable import Usable, read_usable
from surrogate.resources import resource

DEFAULT = "records-added.csv"
# A paper may be grouped differently in two tables; the same numbers of the same cell are one record.
_SAME = tuple(column for column in IDENTITY if column != "group")


@dataclass(frozen=True)
class Added:
    """What was added.

    Parameters
    ----------
    added
        Rows of the file.
    total
        Rows that the table has now.
    into
        The table.
    notes
        A sentence for each thing that was interpreted.
    """

    added: int
    total: int
    into: Path
    notes: tuple[str, ...]


def add(file: str | Path, into: str | Path = DEFAULT) -> Added:
    """Append the records of a CSV file to a table of added records, all or none.

    Parameters
    ----------
    file
        Columns as in the literature schema, in any unit that fits; others are left out and named in the notes.
    into
        The table of added records; made when it is missing.

    Returns
    -------
    Added
        How many rows were added.

    Raises
    ------
    RecordError
        With row and column, for anything that breaks the schema and for a record that is shipped or was added
        before.
    UnitError
        For a wrong unit.
    InputError
        For a place that cannot be used.
    StoreError
        When the table cannot be written.
    """
    file, into = Path(file), Path(into)
    _refuse_shipped(output_file(into))
    if file.exists() and not file.is_file() and not file.is_dir():
        raise InputError(
            "is a device or pipe; the name and hash of a file are kept with its records",
            where=str(file),
            remedy="save the records in a file and give its name",
        )
    new, notes, name = read_typed(file)
    raise_first_fault(new, name)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    shipped = literature.load()
    _refuse_known(new, name, shipped, literature.records_path().name)
    with locked(into):
        old = read_added(into) if into.exists() else None
        if old is not None:
            _refuse_known(new, name, old, into.name)
        today = datetime.now(UTC).date().isoformat()
        new = new.assign(added_from=file.name, added_sha256=sha256, added_on=today)
        if old is None:
            write_csv(new, into)
        else:
            write_text(_as_text(old, into) + csv_text(new, header=False), into)
    return Added(len(new), len(new) + (0 if old is None else len(old)), into, tuple(notes))


def dry_run(file: str | Path, into: str | Path = DEFAULT) -> Usable:
    """Say what :func:`add` would add and what it would refuse, row by row; nothing is written.

    Parameters
    ----------
    file, into
        As for :func:`add`; ``into`` need not exist.

    Returns
    -------
    Usable
        The rows that could be added, and every other row with the reason.

    Raises
    ------
    RecordError, UnitError
        For a table that cannot be read at all, with a column missing or in a wrong unit, or without any row that
        can be used.
    InputError
        For a place to which records are not added.
    """
    into = Path(into)
    _refuse_shipped(into)
    known = [(literature.load(), literature.records_path().name)]
    if into.exists():
        known.append((read_added(into), into.name))

    def judge(records: pd.DataFrame, name: str) -> list[InputError]:
        return [error for table, table_name in known for error in _known(records, name, table, table_name)]

    return read_usable(file, judge=judge)


def _as_text(table: pd.DataFrame, path: Path) -> str:
    """Write the table: its file's own text, unless a person saved it in another form."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    as_written = (
        text.startswith(f"{','.join(table.columns)}\n") and text.endswith("\n") and "\ufffd" not in text
    )
    return text if as_written else csv_text(table)


def read_added(path: str | Path) -> pd.DataFrame:
    """Read a table of added records, typed and checked.

    Parameters
    ----------
    path
        A table that :func:`add` has written. Columns of ``OPTIONAL`` may be missing.

    Returns
    -------
    pandas.DataFrame
        The columns of the schema and ``ADDED_FIELDS``.

    Raises
    ------
    RecordError
        For any other table, or a table that breaks the schema.
    """
    name = Path(path).name
    try:
        table = read_exactly(path, {**FIELDS, **ADDED_FIELDS}, name, optional=OPTIONAL)
    except RecordError as error:
        if error.row is None and error.column is not None:
            raise RecordError(
                "is not a table of added records",
                where=name,
                limit=f"the columns of the literature schema and {', '.join(ADDED_FIELDS)}",
                remedy="give another place with --into",
            ) from error
        raise
    raise_first_fault(table[list(COLUMNS)], name)
    return table


def with_own(records: pd.DataFrame, own: str | Path) -> pd.DataFrame:
    """Put the rows of a person's own table below the shipped records; its rows count on.

    Parameters
    ----------
    records
        The shipped records, typed, ``group`` filled.
    own
        A table of added records, or any file in the literature schema.

    Returns
    -------
    pandas.DataFrame
        Both, in the columns of the schema. A paper that the shipped records group keeps its group, so that it is
        never judged by a model that has learned from it.

    Raises
    ------
    RecordError
        As :func:`add`.
    UnitError
        For a wrong unit.
    """
    more, _, name = read_typed(own)
    raise_first_fault(more, name)
    _refuse_known(more, name, records, literature.records_path().name)
    paper = records["source"] + "#" + records["ref"].fillna("")
    groups = dict(zip(paper, records["group"], strict=True))
    own_paper = more["source"] + "#" + more["ref"].fillna("")
    more["group"] = more["group"].fillna(own_paper.map(groups)).fillna(own_paper)
    return pd.concat([records, more], ignore_index=True)


def _refuse_shipped(into: Path) -> None:
    if into.exists() and not into.is_file():
        raise InputError("is not a file", where=str(into), remedy="give the name of a file with --into")
    if into.resolve().is_relative_to(resource("datasets").resolve()):
        raise InputError(
            "records are not added to a table that ships with the package",
            where=str(into),
            remedy=f"give another place with --into, or leave it out for {DEFAULT} in this folder",
        )


def _refuse_known(new: pd.DataFrame, name: str, known: pd.DataFrame, known_name: str) -> None:
    """Raise RecordError for the first row that ``known`` holds already, naming both rows."""
    found = _known(new, name, known, known_name)
    more = f" (and {len(found) - 1} more such rows)" if len(found) > 1 else ""
    for error in _known(new, name, known, known_name, more)[:1]:
        raise error


def _known(
    new: pd.DataFrame, name: str, known: pd.DataFrame, known_name: str, more: str = ""
) -> list[RecordError]:
    """Find the rows that ``known`` holds already."""
    both = pd.concat([known[list(_SAME)], new[list(_SAME)]], ignore_index=True)
    return [
        RecordError(
            f"the same record as row {known.index[first] + 1} of {known_name}{more}",
            where=name,
            remedy="remove it from the file; nothing was added",
            row=int(new.index[at - len(known)]),
            column="source",
        )
        for at, first in same_rows(both, _SAME).items()
        if at >= len(known) > first
    ]
