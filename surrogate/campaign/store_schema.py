"""Tables of the campaign store, its version, and the messages for a file that is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from surrogate.errors import StoreError
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

# 1 had no efficiency, and showed lower bounds only; 2 had no cells with ids, and no statements; 3 no standard errors.
SCHEMA_VERSION = 4
_READABLE = (1, 2, 3, SCHEMA_VERSION)
_BUSY_S = 300.0  # how long one process waits for others that are writing; SQLite lets them in no order
PRODUCT = "lihost campaign store"

_METADATA = sa.MetaData()
VERSION = sa.Table(
    "schema_version",
    _METADATA,
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("product", sa.Text, nullable=False),
)
# ``row`` (JSON) is what is read; the columns beside it are for people who look with a database browser. Of a target
# they show the two ends of what is known: "at most" has its upper bound alone.
_UPPER_BOUNDS = tuple(f"{target}_upper_bound" for target in c.TARGETS)
_SEMS = tuple(f"{target}_sem" for target in c.TARGETS)
_FLAGS = tuple(f"{target}_censored" for target in c.TARGETS)
RESULTS = sa.Table(
    "results",
    _METADATA,
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
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("proposed_at", sa.Text, nullable=False),
    sa.Column("columns", sa.Text, nullable=False),
)
PENDING = sa.Table(
    "pending",
    _METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("batch_id", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("row", sa.Text, nullable=False),
)

# What was said, each command one row; the cells of a told file are the rows of ``results`` with its number.
# ``content`` (JSON) holds what a correction changes.
STATEMENTS = sa.Table(
    "statements",
    _METADATA,
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


def address(text: str) -> sa.URL:
    """Parse the address of a database.

    Parameters
    ----------
    text : str
        Such as ``postgresql://user@host/database``.

    Returns
    -------
    sqlalchemy.URL

    Raises
    ------
    StoreError
        When it is not an address; the message repeats no password.
    """
    try:
        url = sa.make_url(text)
        url.get_dialect()
    except (sa.exc.SQLAlchemyError, ImportError, ValueError) as error:
        raise StoreError(
            "not an address of a database",
            where=text.partition("://")[0] + "://...",
            limit="sqlite:///FILE.db, postgresql://user@host/database and the like",
            remedy="check the address, and that the driver of that database is installed",
        ) from error
    return url


def is_file(url: sa.URL) -> bool:
    """Test whether the database is a single SQLite file.

    Parameters
    ----------
    url : sqlalchemy.URL
        Its address.

    Returns
    -------
    bool
    """
    return url.get_backend_name() == "sqlite" and bool(url.database)


def engine(url: sa.URL) -> Engine:
    """Make an engine that keeps no connection open between calls.

    Parameters
    ----------
    url : sqlalchemy.URL
        Address of the database.

    Returns
    -------
    sqlalchemy.Engine

    Raises
    ------
    StoreError
        For an address that the driver refuses, or a driver that is not installed.
    """
    shown = url.render_as_string(hide_password=True)
    try:
        if not is_file(url):
            # Two writers at once: the database makes one of them fail rather than mix their rows.
            return sa.create_engine(url, isolation_level="SERIALIZABLE", poolclass=sa.NullPool)
        made = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": _BUSY_S})
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        reason = str(error).split("\n")[0]
        raise StoreError(
            f"the database cannot be reached: {reason}",
            where=shown,
            remedy="check the address and its driver",
        ) from error
    _explicit_transactions(made)
    return made


def _explicit_transactions(engine: Engine) -> None:
    """Make SQLite begin transactions explicitly, and a writer take the lock before it reads.

    Python's driver would begin them late and commit before some statements (SQLAlchemy documentation of the
    pysqlite dialect, "Serializable isolation / savepoints / transactional DDL").
    """

    @sa.event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_made(connection: Connection) -> bool:
    """Test whether the tables exist.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    bool
    """
    return sa.inspect(connection).has_table(VERSION.name)


def has_statements(connection: Connection) -> bool:
    """Test whether the store keeps statements: those of before version 3 do not, until they are written to.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.

    Returns
    -------
    bool
    """
    return sa.inspect(connection).has_table(STATEMENTS.name)


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
    there = set(sa.inspect(connection).get_table_names())
    found = {}
    for table in _DATA:
        known = (
            {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            if (table.name in there)
            else set()
        )
        columns = [column for column in table.columns if column.name in known]
        rows = connection.execute(sa.select(*columns).order_by(table.c.id)).mappings() if columns else ()
        found[table.name] = [dict(row) for row in rows]
    return found


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


def make(connection: Connection) -> None:
    """Make the tables inside the running transaction, unless they exist, and bring older ones up to date.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    """
    if not is_made(connection):
        _METADATA.create_all(connection)
        connection.execute(sa.insert(VERSION).values(version=SCHEMA_VERSION, product=PRODUCT))
    elif connection.scalar(sa.select(VERSION.c.version)) != SCHEMA_VERSION:
        _bring_up_to_date(connection)


def _bring_up_to_date(connection: Connection) -> None:
    """Bring an older store up to date: columns are added, what is there does not change."""
    STATEMENTS.create(connection, checkfirst=True)
    there = {column["name"] for column in sa.inspect(connection).get_columns(RESULTS.name)}
    for column in RESULTS.columns:
        if column.name not in there:
            kind = column.type.compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {RESULTS.name} ADD COLUMN {column.name} {kind}")
    connection.execute(sa.update(VERSION).values(version=SCHEMA_VERSION))


def check(connection: Connection, where: str) -> None:
    """Check that the database is empty or a whole store of this version.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    where : str
        What the message calls the store.

    Raises
    ------
    StoreError
        When the file is damaged, belongs to another program, or was made by another version.
    """
    if connection.dialect.name == "sqlite":
        found = " ".join(str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()).split())
        if found != "ok":
            raise StoreError(
                f"the campaign store is damaged: {found}", where=where, remedy=remedy("database is malformed")
            )
    names = sa.inspect(connection).get_table_names()
    if not names:
        return
    ours = VERSION.name in names and set(_METADATA.tables) - {STATEMENTS.name} <= set(names)
    row = connection.execute(sa.select(VERSION)).first() if ours else None
    if row is None or row.product != PRODUCT:
        raise StoreError(
            "is a database of another program",
            where=where,
            value=", ".join(sorted(names)[:5]),
            limit=f"a {PRODUCT}",
            remedy="move that file away, or give the campaign file another name",
        )
    if row.version not in _READABLE:
        raise StoreError(
            "the campaign store was made by another version of lihost",
            where=where,
            value=row.version,
            limit=f"schema version {' or '.join(map(str, _READABLE))}",
            remedy="update lihost",
        )


def remedy(reason: str) -> str:
    """Advise what to do about an error of the database.

    Parameters
    ----------
    reason : str
        The database's own message.

    Returns
    -------
    str
    """
    text = reason.lower()
    if "not a database" in text:
        return "that file is something else; move it away, or give the campaign file another name"
    if "malformed" in text or "corrupt" in text or "damaged" in text:
        return "put a copy from your backup in its place, or move it away and store the results again"
    if "full" in text or "no space" in text:
        return "free some space on that disk and run the command again"
    if "locked" in text or "serialize" in text:
        return "another process is writing to it; wait for it and run the command again"
    if "readonly" in text or "read-only" in text or "permission" in text:
        return "make the file and its folder writable"
    if "unable to open" in text:
        return "check that it is a file in an existing folder that you may write to"
    return "check the file or the address"
