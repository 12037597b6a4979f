"""Statements in the tables of a campaign store, and what is known of its cells as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from surrogate.campaign import statements as said
from surrogate.campaign import store_schema as t
from surrogate.campaign.reports import RESULT_COLUMNS
from surrogate.campaign.store_checksums import CHECKSUM, with_checksum
from surrogate.campaign.told_before import digest_of
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW


def read_statements(connection: Connection) -> list[said.Statement]:
    """Read all statements; cells of before statements were kept come first, each as one of its own.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    list of Statement
        In their order.

    Raises
    ------
    DamagedRecordError
        For a record that is not as it was written.
    """
    statements, rows = t.read_told(connection)
    found: list[said.Statement] = []
    told: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for row in rows:
        number = row.statement
        record = json.loads(row.row)
        if number is None:
            cell = f"C{len(found) + 1}"
            found.append(
                said.Statement(0, row.told_at, "", said.TELL, source=row.source, rows=[(cell, record)])
            )
        else:
            told.setdefault(number, []).append((row.cell, record))
    for one in statements:
        changes = json.loads(one.content)
        of_cells = told.get(one.id, [(one.about, changes)] if changes else [])
        found.append(said.Statement(one.id, one.said_at, one.who, one.kind, one.about, one.source, of_cells))
    return found


def write_statement(connection: Connection, statement: said.Statement, positions: Sequence[int] = ()) -> None:
    """Write a statement, and the rows of a told file.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    statement : Statement
        Its number and those of its rows follow on the last that are there.
    positions : sequence of int
        Rows of the file, from 1, of its rows.
    """
    amended = dict(statement.rows[0][1]) if statement.kind == said.AMEND else {}
    number, first = t.next_id(connection, t.STATEMENTS), t.next_id(connection, t.RESULTS)
    told = zip(statement.rows, positions, strict=False)
    rows = [
        with_checksum(t.RESULTS, {
            "id": place, "told_at": statement.said_at, "source": statement.source, "position": position,
            "digest": digest_of(record), "statement": number, "cell": cell, "row": json.dumps(record),
            **t.shown(record),
        })
        for place, ((cell, record), position) in enumerate(told, first)
    ]  # fmt: skip
    head = {
        "id": number, "said_at": statement.said_at, "who": statement.who, "kind": statement.kind,
        "about": statement.about, "source": statement.source, "content": json.dumps(amended),
    }  # fmt: skip
    head = with_checksum(t.STATEMENTS, head, [row[CHECKSUM] for row in rows])
    connection.execute(sa.insert(t.STATEMENTS).values(**head))
    for row in rows:
        connection.execute(sa.insert(t.RESULTS).values(**row))


def table_of_cells(cells: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table of cells.

    Parameters
    ----------
    cells : iterable of mapping
        What is known of each.

    Returns
    -------
    DataFrame
        ``RESULT_COLUMNS``, ``source`` and ``told_at`` of the last report; numbers, flags and text each as such.
    """
    records = list(cells)
    columns = {name: [one.get(name) for one in records] for name in (*RESULT_COLUMNS, "source", "told_at")}
    return pd.DataFrame({name: _typed(name, values) for name, values in columns.items()})


def _typed(column: str, values: list[Any]) -> np.ndarray | pd.Series:
    """Return the values of a column of a cell in its type; that of source and time is what pandas has for text."""
    if column.endswith("_censored") or column == "failed":
        flags = list(map(_flag, values))
        return pd.Series(flags, dtype=object) if BELOW in flags else np.array(flags, dtype=bool)
    if column in t.NUMERIC or column in c.TARGETS or column.endswith(("_upper_bound", "_sem")):
        return np.array(values, dtype=float)
    if column in RESULT_COLUMNS or not values:
        return pd.Series([None if one != one else one for one in values], dtype=object)
    return pd.Series(values)


def _flag(given: object) -> bool | str:
    """Return what a stored flag says; a cell that is older than the column has none."""
    return BELOW if given == BELOW else given is not None and given == given and bool(given)
