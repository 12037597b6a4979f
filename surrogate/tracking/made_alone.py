"""One process at a time makes the tables of a library in PostgreSQL.

MLflow and Optuna make theirs at the first use. Two processes at once would both begin, and one of them would fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = 1_819_898_989  # of PostgreSQL's advisory locks, which all programs of a database share: drawn once
_LONGEST_WAIT = "120s"


@contextmanager
def alone_at(uri: str, lock: int = _LOCK) -> Iterator[None]:
    """Keep other processes of this package from opening a database in PostgreSQL inside the block.

    Parameters
    ----------
    uri : str
        Address of a database; nothing is done for any other than PostgreSQL.
    lock : int
        Of PostgreSQL's advisory locks: what is kept from others; default: opening.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError
        When the database cannot be reached.
    StoreError
        Where its driver is not installed.
    """
    if not uri.startswith("postgres"):
        yield
        return
    import sqlalchemy as sa  # late: hardly anybody needs it

    from surrogate.campaign.store_address import address

    engine = sa.create_engine(address(uri), poolclass=sa.NullPool)
    with engine.connect() as connection:  # its end is the end of the lock
        connection.execute(sa.select(sa.func.set_config("lock_timeout", _LONGEST_WAIT, False)))
        connection.execute(sa.select(sa.func.pg_advisory_lock(lock)))
        yield
