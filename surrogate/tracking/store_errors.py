"""Errors of a store that cannot be used: one StoreError with the place, the reason and the remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from surrogate.errors import StoreError
from surrogate.tracking.store_location import DEFAULT_URI, VARIABLE, Store

_LONGEST_REASON = 240  # characters; urllib3 tells a whole story of a server that does not answer
_LIBRARIES = frozenset({"mlflow", "sqlalchemy", "alembic", "requests", "urllib3", "filelock"})


@contextmanager
def guarded(store: Store, what: str) -> Iterator[None]:
    """Turn what MLflow, the database and the disk raise into one StoreError with a remedy.

    The library's exceptions are recognised by the module they come from, so that mlflow and SQLAlchemy need
    not be imported to look for them.

    Parameters
    ----------
    store : Store
        Which is used in the block.
    what : str
        What could not be done, for the message.

    Raises
    ------
    StoreError
        In place of the exceptions of libraries; all others pass.
    """
    try:
        yield
    except Exception as error:
        library = type(error).__module__.partition(".")[0]
        if not isinstance(error, OSError | sqlite3.Error) and library not in _LIBRARIES:
            raise
        reason = _reason(error)
        raise StoreError(f"{what}: {reason}", where=store.where, remedy=_remedy(str(error), store)) from error


def _reason(error: BaseException) -> str:
    """One line: the message of the database or the disk itself, without what the libraries above it add."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError | sqlite3.Error):
            error = cause
        cause = cause.__cause__ or cause.__context__
    return " ".join(str(error).split("\n")[0].split())[:_LONGEST_REASON] or type(error).__name__


def _remedy(reason: str, store: Store) -> str:
    text = reason.lower()
    if "no space left" in text or "disk is full" in text or "quota" in text:
        return "free some space on that disk and run the command again"
    if "i/o error" in text or "input/output error" in text:
        return "check that disk, its quota among them, and run the command again"
    if "out-of-date" in text or "upgrade" in text:
        return f"make a copy, then run: mlflow db upgrade {store.uri if store.database else store.shown}"
    if "locked" in text or "could not be acquired" in text:
        return "another process is writing to it; wait for it and run the command again"
    if store.database is None:
        return f"check that the address in {VARIABLE} is right and answers, or unset it to use {DEFAULT_URI}"
    if "readonly" in text or "read-only" in text or "permission" in text or "unable to open" in text:
        return f"make the folder writable, or set {VARIABLE} to a store that is"
    return (
        "make sure that it is an MLflow database, put a copy from your backup in its place, or move "
        f"{store.database.parent} away to start a new store"
    )
