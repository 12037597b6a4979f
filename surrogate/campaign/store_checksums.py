"""A checksum of each record of a campaign store, by which one that a disk has changed is noticed and refused.

A record is what is said at once: a statement with the cells of its file, a batch with its proposals. The checksum of
a row is of all of its columns but those that are empty, so that a column which a later version adds changes none;
that of a statement or batch is of the checksums of its rows as well, so that a row which is lost is missed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row, RowMapping

CHECKSUM = "checksum"
_DIGITS = 32
_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


class DamagedRecordError(ValueError):
    """A record that is not as it was written."""


def checksum_of(table: sa.Table, row: Mapping[str, Any] | RowMapping, of_its_rows: Sequence[str] = ()) -> str:
    """Return the checksum of a row.

    Parameters
    ----------
    table : sqlalchemy.Table
        That it stands in.
    row : mapping of str to object
        Column -> value.
    of_its_rows : sequence of str
        The checksums of the rows that belong to it.

    Returns
    -------
    str
        Hexadecimal.
    """
    content = {name: value for name, value in row.items() if value is not None and name != CHECKSUM}
    for name, as_stored in _numbers(table):
        value = content.get(name)
        if isinstance(value, int | float):  # not text, which a damaged number may have become
            content[name] = as_stored(value)
    text = _ENCODER.encode([table.name, content, list(of_its_rows)])
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


@cache
def _numbers(table: sa.Table) -> tuple[tuple[str, type], ...]:
    """Return the columns whose values come back in another type than they may be given in, and that type."""
    kinds = {column.name: column.type for column in table.columns}
    floats = [(name, float) for name, kind in kinds.items() if isinstance(kind, sa.Float)]
    return (*floats, *((name, bool) for name, kind in kinds.items() if isinstance(kind, sa.Boolean)))


def with_checksum(table: sa.Table, row: Mapping[str, Any], of_its_rows: Sequence[str] = ()) -> dict[str, Any]:
    """Return a row with its checksum: see :func:`checksum_of`."""
    return {**row, CHECKSUM: checksum_of(table, row, of_its_rows)}


def read_records(
    connection: Connection, heads: sa.Table, parts: sa.Table, link: str
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Read all records of a kind, each of which has to be as it was written.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    heads : sqlalchemy.Table
        Of statements or batches.
    parts : sqlalchemy.Table
        Of the rows that belong to these.
    link : str
        Column of ``parts`` with the id of the head; empty in rows that belong to none.

    Returns
    -------
    heads, parts : list of sqlalchemy.Row
        In the order of their ids.

    Raises
    ------
    DamagedRecordError
        For the first that is not as it was written.
    """
    own: dict[Any, list[str]] = {}
    rows = list(connection.execute(sa.select(parts).order_by(parts.c.id)))
    for row in rows:
        _check(parts, row, ())
        if (head := getattr(row, link)) is not None:
            own.setdefault(head, []).append(row.checksum)
    records = list(connection.execute(sa.select(heads).order_by(heads.c.id)))
    for record in records:
        _check(heads, record, own.pop(record.id, ()))
    if own:
        lost = next(iter(own))
        raise DamagedRecordError(
            f"row {lost} of the table {heads.name} is lost, and what belongs to it is not"
        )
    return records, rows


def _check(table: sa.Table, row: Row[Any], of_its_rows: Sequence[str]) -> None:
    if checksum_of(table, row._mapping, of_its_rows) == row.checksum:
        return
    about = {name: row._mapping[name] for name in ("cell", "about", "source") if row._mapping.get(name)}
    named = f" ({', '.join(f'{name} {value}' for name, value in about.items())})" if about else ""
    lost = " or a row that belongs to it is lost" if of_its_rows else ""
    raise DamagedRecordError(f"row {row.id} of the table {table.name}{named} is not what was written{lost}")
