"""Tables of the campaign store as this version of the program has them; ``store_migrations`` leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

# The newest revision in ``store_migrations/versions``. 1 had no efficiency, and showed lower bounds only; 2 had no
# cells with ids, and no statements; 3 no standard errors.
SCHEMA_VERSION = 4
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
)
BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("proposed_at", sa.Text, nullable=False),
    sa.Column("columns", sa.Text, nullable=False),
)
PENDING = sa.Table(
    "pending",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
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


def rows_of_tables(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the tables of results, batches, proposals and statements.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    dict
        Name of the table -> its rows, column -> value.
    """
    return {
        table.name: [
            dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()
        ]
        for table in _DATA
    }


def fill_tables(connection: Connection, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Insert rows as :func:`rows_of_tables` returned them.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    tables : mapping
        Name of the table -> rows.
    """
    for table in _DATA:
        for row in tables.get(table.name, ()):
            connection.execute(sa.insert(table).values(**row))
