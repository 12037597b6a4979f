"""Tables of the campaign store as this version of the program has them; ``store_migrations`` leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from surrogate.campaign.store_checksums import CHECKSUM, read_records, with_checksum
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

# The newest revision in ``store_migrations/versions``. 1 had no efficiency, and showed lower bounds only; 2 had no
# cells with ids, and no statements; 3 no standard errors; 4 no checksums.
SCHEMA_VERSION = 5
PRODUCT = "lihost campaign store"

METADATA = sa.MetaData()
# What programs from before alembic look at: they refuse a store of a later version than they know.
VERSION = sa.Table(
    "schema_version",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("product", sa.Text, nullable=False),
)
# Alembic's own. Not under its usual name, so that another program's tables in one database are told apart.
REVISION_TABLE = "lihost_alembic_version"
REVISION = sa.Table(REVISION_TABLE, METADATA, sa.Column("version_num", sa.String(32), primary_key=True))
# ``row`` (JSON) is what is read; the columns beside it are for people who look with a database browser. Of a target
# they show the two ends of what is known: "at most" has its upper bound alone.
_UPPER_BOUNDS = tuple(f"{target}_upper_bound" for target in c.TARGETS)
_SEMS = tuple(f"{target}_sem" for target in c.TARGETS)
_FLAGS = tuple(f"{target}_censored" for target in c.TARGETS)
RESULTS = sa.Table(
    "results",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("told_at", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, index=True),
    sa.Column("statement", sa.Integer),
    sa.Column("cell", sa.Text),
    sa.Column("framework", sa.Text),
    sa.Column("agent", sa.Text),
    *(sa.Column(target, sa.Float) for target in c.TARGETS),
    *(sa.Column(flag, sa.Boolean) for flag in _FLAGS),
    *(sa.Column(column, sa.Float) for column in (*_UPPER_BOUNDS, *_SEMS)),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column(CHECKSUM, sa.Text),
)
BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("proposed_at", sa.Text, nullable=False),
    sa.Column("columns", sa.Text, nullable=False),
    sa.Column(CHECKSUM, sa.Text),
)
PENDING = sa.Table(
    "pending",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
    sa.Column(CHECKSUM, sa.Text),
)

# What was said, each command one row; the cells of a told file are the rows of ``results`` with its number.
# ``content`` (JSON) holds what a correction changes.
STATEMENTS = sa.Table(
    "statements",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("said_at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column(CHECKSUM, sa.Text),
)

_DATA = (BATCHES, PENDING, STATEMENTS, RESULTS)

NUMERIC = frozenset(c.COLUMNS.numbers)
MADE_OTHERWISE = ("layers", "stacking", "doping", "skin_coverage")
# How closely a made host meets the proposed numbers: relative, plus absolute for fractions (assumed).
MADE_TO_WITHIN = (0.05, 0.02)


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the table shows of a measured cell beside its ``row``.

    Parameters
    ----------
    record : mapping of str to object
        A measured cell.

    Returns
    -------
    dict
        Column -> value.
    """
    out = {name: record.get(name) for name in ("framework", "agent", *c.TARGETS, *_UPPER_BOUNDS, *_SEMS)}
    for target, flag in zip(c.TARGETS, _FLAGS, strict=True):
        out[flag] = bool(record.get(flag))
        if record.get(flag) == BELOW:
            out[target], out[f"{target}_upper_bound"] = None, record.get(target)
    return out


def answers(cell: Mapping[str, Any], proposed: Mapping[str, Any]) -> bool:
    """Test whether a measured cell is the proposed host, as closely as a laboratory can be expected to make it.

    A layered, doped or skinned cell is not a host that was proposed without these.

    Parameters
    ----------
    cell : mapping of str to object
        A measured cell.
    proposed : mapping of str to object
        A proposal.

    Returns
    -------
    bool
    """
    for name in MADE_OTHERWISE:
        if cell.get(name) not in (None, proposed.get(name, c.COLUMNS.neutral[name])):
            return False
    for name in c.CHOICES:
        wanted, made = proposed.get(name), cell.get(name)
        if wanted is None or made is None:
            continue
        if name not in NUMERIC:
            if wanted != made:
                return False
            continue
        relative, absolute = MADE_TO_WITHIN
        if abs(float(wanted) - float(made)) > relative * abs(float(wanted)) + absolute:
            return False
    return True


def next_id(connection: Connection, table: sa.Table) -> int:
    """Return the id of the next row of a table: one more than the last.

    The sequences of PostgreSQL count writers that gave up as well, and would leave gaps in the ids of proposals.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction that other writers wait for.
    table : sqlalchemy.Table
        With a column ``id``.
    """
    return 1 + int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0)


def after_all(connection: Connection, at: str) -> str:
    """Return a time, or the next microsecond after the last that is stored: what comes later is never earlier.

    A clock that was put back, or that of another machine, would let a cell be told before it was proposed.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction that other writers wait for.
    at : str
        ISO time, UTC, as the clock has it.

    Returns
    -------
    str
        ISO time; as text such times are in their order too.
    """
    columns = (STATEMENTS.c.said_at, BATCHES.c.proposed_at, RESULTS.c.told_at)
    last = [
        connection.scalar(sa.select(column).order_by(column.table.c.id.desc()).limit(1)) for column in columns
    ]
    latest = max(filter(None, last), default="")
    if at > latest:
        return at
    return (datetime.fromisoformat(latest) + timedelta(microseconds=1)).isoformat()


def read_told(connection: Connection) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Read the rows of statements and of results, checked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    statements, results : list of sqlalchemy.Row
        In the order of their ids.

    Raises
    ------
    DamagedRecordError
        For one that is not as it was written.
    """
    return read_records(connection, STATEMENTS, RESULTS, "statement")


def read_proposed(connection: Connection) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Read the rows of batches and of proposals, checked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    batches, pending : list of sqlalchemy.Row
        In the order of their ids.

    Raises
    ------
    DamagedRecordError
        For one that is not as it was written.
    """
    return read_records(connection, BATCHES, PENDING, "batch_id")


def rows_of_tables(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the tables of results, batches, proposals and statements, checked.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    dict
        Name of the table -> its rows, column -> value.

    Raises
    ------
    DamagedRecordError
        For one that is not as it was written.
    """
    statements, results = read_told(connection)
    batches, pending = read_proposed(connection)
    tables = zip(_DATA, (batches, pending, statements, results), strict=True)
    return {table.name: [dict(row._mapping) for row in rows] for table, rows in tables}


def fill_tables(connection: Connection, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows as :func:`rows_of_tables` of this version or an earlier one returned them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    tables : mapping
        Name of the table -> rows.
    """
    for heads, parts, link in ((BATCHES, PENDING, "batch_id"), (STATEMENTS, RESULTS, "statement")):
        rows = [with_checksum(parts, row) for row in tables.get(parts.name, ())]
        own: dict[Any, list[str]] = {}
        for row in rows:
            own.setdefault(row[link], []).append(row[CHECKSUM])
        records = [with_checksum(heads, row, own.get(row["id"], ())) for row in tables.get(heads.name, ())]
        for table, filled in ((heads, records), (parts, rows)):
            for row in filled:
                connection.execute(sa.insert(table).values(**row))
