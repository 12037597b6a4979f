"""Which version a campaign store has, and how an older one is brought up to date, by alembic.

A store says its version in the table of alembic; one from before alembic says it in ``schema_version``, which is
taken over as it is. Writing to an older store brings it up to date first, in the transaction that writes; a SQLite
file is copied before. Reading changes nothing: what is read is a copy in memory that was brought up to date.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from surrogate.campaign import store_schema as t
from surrogate.campaign.store_faults import DAMAGED
from surrogate.errors import StoreError

_MIGRATIONS = Path(__file__).parent / "store_migrations"
_NEWEST = str(t.SCHEMA_VERSION)
_ONE = threading.Lock()  # alembic's context is one for all threads


def version_of(connection: Connection) -> str | None:
    """Return the version of a store; None where there are no tables.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    """
    return _version(connection, sa.inspect(connection).get_table_names())


def _version(connection: Connection, names: Collection[str]) -> str | None:
    if t.REVISION.name in names:
        return str(connection.scalar(sa.select(t.REVISION.c.version_num)))
    if t.VERSION.name in names:
        return str(connection.scalar(sa.select(t.VERSION.c.version)))
    return None


def is_older(version: str) -> bool:
    """Test whether a store has to be brought up to date before its tables can be used as they are."""
    return version != _NEWEST


def check(connection: Connection, where: str) -> None:
    """Check that the database is empty or a whole store of this version or an earlier one.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    where : str
        What the message calls the store.

    Raises
    ------
    StoreError
        When the file is damaged, belongs to another program, or was made by a later version.
    """
    on_server = connection.dialect.name != "sqlite"
    if not on_server:
        found = " ".join(str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()).split())
        if found != "ok":
            raise StoreError(f"the campaign store is damaged: {found}", where=where, remedy=DAMAGED)
    names = set(sa.inspect(connection).get_table_names())
    if not names:
        return
    if t.VERSION.name not in names or connection.scalar(sa.select(t.VERSION.c.product)) != t.PRODUCT:
        raise StoreError(
            "is a database of another program",
            where=where,
            value=", ".join(sorted(names)[:5]),
            limit=f"a {t.PRODUCT}",
            remedy="make a database for this campaign alone (createdb NAME), and write its name into the address"
            if on_server
            else "move that file away, or give the campaign file another name",
        )
    versions = {str(connection.scalar(sa.select(t.VERSION.c.version))), str(_version(connection, names))}
    for version in versions:
        refuse_newer(version, where)
    missing = sorted({t.RESULTS.name, t.BATCHES.name, t.PENDING.name} - names)
    if missing or len(versions) > 1:
        what = (
            f"it has no table {missing[0]}"
            if missing
            else f"its versions are {' and '.join(sorted(versions))}"
        )
        raise StoreError(f"the campaign store is damaged: {what}", where=where, remedy=DAMAGED)


def refuse_newer(version: str | None, where: str) -> None:
    """Refuse a store of a later version than this program knows.

    Parameters
    ----------
    version : str, optional
        From :func:`version_of`.
    where : str
        What the message calls the store.

    Raises
    ------
    StoreError
        For such a version.
    """
    if version is not None and not (version.isdecimal() and 1 <= int(version) <= t.SCHEMA_VERSION):
        raise StoreError(
            "the campaign store was made by a later version of lihost", where=where, value=version,
            limit=f"schema version 1 to {t.SCHEMA_VERSION}", remedy="update lihost",
        )  # fmt: skip


def make(connection: Connection, where: str, path: Path | None) -> None:
    """Make the tables inside the running transaction, unless they exist, and bring older ones up to date.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction that other writers wait for.
    where : str
        What messages call the store.
    path : Path, optional
        Where it is a file, which is copied before it is brought up to date.

    Raises
    ------
    StoreError
        For a store of a later version.
    OSError, sqlite3.Error
        When the copy cannot be written; nothing is changed then.
    """
    names = sa.inspect(connection).get_table_names()
    version = _version(connection, names)
    refuse_newer(version, where)
    if version is None:
        t.METADATA.create_all(connection, checkfirst=False)
        connection.execute(sa.insert(t.VERSION).values(version=t.SCHEMA_VERSION, product=t.PRODUCT))
        connection.execute(sa.insert(t.REVISION).values(version_num=_NEWEST))
        return
    if is_older(version) and path is not None:
        keep_copy(path, version)
    if t.REVISION.name not in names:
        t.REVISION.create(connection, checkfirst=False)
        connection.execute(sa.insert(t.REVISION).values(version_num=version))
    if is_older(version):
        upgrade(connection)
        connection.execute(sa.update(t.VERSION).values(version=t.SCHEMA_VERSION))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables of a store to a version, inside the running transaction.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction; without tables it is brought there from the beginning.
    to : str
        Revision in ``store_migrations/versions``.
    """
    from alembic import command  # late: hardly any store is older
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE:
        command.upgrade(config, to)


@contextmanager
def upgraded_copy(connection: Connection, version: str) -> Iterator[Connection]:
    """Give a connection to a copy of an older store, in memory, that was brought up to date.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of the older store, of which nothing changes.
    version : str
        That it has.

    Yields
    ------
    sqlalchemy.Connection
    """
    older = sa.MetaData()
    older.reflect(connection)
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as copy:
        upgrade(copy, to=version)
        for name in sa.inspect(copy).get_table_names():
            if name in older.tables and name not in (t.VERSION.name, t.REVISION.name):
                columns = [column.name for column in older.tables[name].columns]
                into = sa.table(name, *map(sa.column, columns))
                rows = [row._asdict() for row in connection.execute(sa.select(older.tables[name]))]
                if rows:
                    copy.execute(sa.insert(into), rows)
        upgrade(copy)
        yield copy
    engine.dispose()


def keep_copy(path: Path, version: str) -> Path:
    """Copy a SQLite file beside itself, whole or not at all, before it is brought up to date.

    Parameters
    ----------
    path : Path
        The file; nobody else may be writing to it.
    version : str
        That it has.

    Returns
    -------
    Path
        ``FILE.version-N.db``; with a number behind where there is another file of that name.
    """
    unfinished = path.with_name(f".{path.stem}.version-{version}-{os.getpid()}{path.suffix}")
    try:
        # SQLite's own copy: to open and close the file by other means would take its locks away (fcntl).
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
        shutil.copymode(path, unfinished)
        kept, number = path.with_name(f"{path.stem}.version-{version}{path.suffix}"), 1
        while kept.exists() and kept.read_bytes() != unfinished.read_bytes():
            number += 1
            kept = path.with_name(f"{path.stem}.version-{version}-{number}{path.suffix}")
        unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)
    return kept
