"""The connections of a campaign store, and what SQLite and PostgreSQL have to be asked for differently.

Writers come one after the other in both. SQLite locks its file (``BEGIN IMMEDIATE``). In PostgreSQL a writer takes an
advisory lock for its transaction before it reads anything, and at READ COMMITTED each of its statements sees what
the writers before it stored; so the order of statements, the ids of proposals and those of cells are as they are in a
file, and no transaction fails because another was faster. Readers wait for nobody: they see the store as it was
at one moment (REPEATABLE READ).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from surrogate.campaign.store_address import file_of, shown
from surrogate.errors import StoreError

BUSY_S = 300  # how long one writer waits for others; SQLite lets them in no order. Longer pauses end a writer
_LOCK = 1_819_898_995  # of PostgreSQL's advisory locks: "lihs" in ASCII; the second key is the schema
# A laptop that was closed, or a cable that was pulled out, is noticed after half a minute (libpq's own settings).
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms
}
_READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def engine_of(url: sa.URL) -> Engine:
    """Make an engine that keeps no connection open between calls, so that none is found dead at the next.

    Parameters
    ----------
    url : sqlalchemy.URL
        Address of a SQLite file or a PostgreSQL database.

    Returns
    -------
    sqlalchemy.Engine

    Raises
    ------
    StoreError
        For an address that the driver refuses, or another database.
    """
    file = file_of(url)
    try:
        if file is None:
            settings = {"client_encoding": "utf8", "application_name": "lihost", **_PATIENCE}
            settings = {name: value for name, value in settings.items() if name not in url.query}
            return sa.create_engine(
                url, isolation_level="READ COMMITTED", poolclass=sa.NullPool,
                connect_args={**settings, "prepare_threshold": None},
            )  # fmt: skip
        made = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"timeout": BUSY_S})
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        reason = str(error).split("\n")[0]
        raise StoreError(
            f"the database cannot be reached: {reason}",
            where=shown(url),
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
        # What is no UTF-8 is damaged, and the checksum of its record says which it is.
        connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def for_reading(engine: Engine) -> Engine:
    """Return the engine for a transaction that reads the store as it was at one moment."""
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(**_READING)


def for_writing(engine: Engine) -> Engine:
    """Return the engine for a transaction that writes, which begins with :func:`lock`."""
    return engine.execution_options(writes=True)


def lock(connection: Connection) -> None:
    """Wait until no other writer is left, for the rest of the transaction; SQLite did that when it began.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Of :func:`for_writing`, on which nothing was read yet.
    """
    if connection.dialect.name == "sqlite":
        return
    wait = f"{BUSY_S}s"
    connection.execute(
        sa.select(
            sa.func.set_config("lock_timeout", wait, True),
            sa.func.set_config("idle_in_transaction_session_timeout", wait, True),
        )
    )
    schema = sa.func.hashtext(sa.func.current_schema())
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, schema)))


def now(connection: Connection) -> str:
    """Return the time as ISO text, UTC: that of the server, where several machines write to one store.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        An open connection.
    """
    at = datetime.now(UTC)
    if connection.dialect.name != "sqlite":
        at = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one().astimezone(UTC)
    return at.isoformat(timespec="seconds")


def transaction_id(connection: Connection) -> str | None:
    """Return by what PostgreSQL knows the running transaction; None where it wrote nothing, and in SQLite.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        A connection in a transaction.
    """
    if connection.dialect.name == "sqlite":
        return None
    return connection.scalar(sa.select(sa.cast(sa.func.pg_current_xact_id_if_assigned(), sa.Text)))


def transaction_status(connection: Connection, transaction: str) -> str | None:
    """Return what became of a transaction: ``committed``, ``aborted`` or ``in progress``; None: long ago.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Another connection to the same database.
    transaction : str
        From :func:`transaction_id`.
    """
    status = sa.text("SELECT pg_xact_status(CAST(CAST(:xid AS text) AS xid8))")
    return connection.scalar(status, {"xid": transaction})
