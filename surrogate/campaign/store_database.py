"""The database of a campaign store: opened and checked, read, and written one transaction at a time.

A transaction on a server can lose its connection. What was read is read again. What was being written is written
again from its beginning where it is known not to have been stored: the connection was lost before COMMIT was sent,
or the server, asked again, says that the transaction was aborted (``pg_xact_status``). Where it says that it was
committed, the work is done, though the answer to COMMIT was lost. Where it cannot be asked, nothing is written
again, and the message says that the outcome is not known.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from surrogate.campaign import store_engine as e
from surrogate.campaign.store_address import address, file_of, shown
from surrogate.campaign.store_checksums import DamagedRecordError
from surrogate.campaign.store_faults import DAMAGED, lost_connection, may_be_repeated, reason_of, remedy
from surrogate.campaign.store_versions import check, is_older, make, refuse_newer, upgraded_copy, version_of
from surrogate.errors import LihostError, StoreError

_T = TypeVar("_T")

RECONNECT_S = 30.0  # how long a server that was reached before is waited for
_PAUSE_S = (0.1, 2.0)  # between two attempts: the first, and the longest


class StoreDatabase:
    """A file or a database with the tables of a campaign store. Made by :meth:`open`.

    Reading one that does not exist yet gives nothing and makes no file; the first write makes it.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        For its connections.
    path : Path, optional
        Where it is a file.
    """

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine, self.path = engine, path
        self._reached = False  # whether the server has answered before

    @classmethod
    def open(cls, path_or_url: str | Path) -> Self:
        """Open the store in a file or a database.

        Parameters
        ----------
        path_or_url : str or Path
            A file, or an address such as ``postgresql://user@host/database``.

        Returns
        -------
        StoreDatabase

        Raises
        ------
        StoreError
            When the file is damaged, is something else, or was made by a later version.
        """
        is_url = isinstance(path_or_url, str) and "://" in path_or_url
        url = address(str(path_or_url)) if is_url else sa.URL.create("sqlite", database=str(path_or_url))
        store = cls(e.engine_of(url), file_of(url))
        store._check()
        return store

    @property
    def where(self) -> str:
        """The file, or the address without its password, for messages."""
        return str(self.path) if self.path else shown(self.engine.url)

    def read(self, query: Callable[[Connection], _T], nothing: _T) -> _T:
        """Return what a query of a connection gives; ``nothing`` where there are no tables yet.

        Parameters
        ----------
        query : callable
            Takes the connection; it may be called again, where the connection is lost.
        nothing : object
            The answer of an empty store.

        Raises
        ------
        StoreError
            When it cannot be read.
        """
        if self.path is not None and not self.path.exists():
            return nothing

        def attempt() -> _T:
            with e.for_reading(self.engine).connect() as connection:
                version = version_of(connection)
                refuse_newer(version, self.where)
                if version is None:
                    return nothing
                if not is_older(version):
                    return query(connection)
                with upgraded_copy(connection, version) as copy:
                    return query(copy)

        with self._guarded("cannot be read"):
            return self._repeated(attempt)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """Do something in one transaction with the tables in place; it waits for other writers, an error undoes it.

        Parameters
        ----------
        work : callable
            Takes the connection; it may be called again, where nothing of the first call was stored.

        Returns
        -------
        object
            Of the work, which is stored.

        Raises
        ------
        StoreError
            When it cannot be written; nothing is stored then, unless the message says that this is not known.
        """
        if self.path is not None and not self.path.exists():
            with self._guarded("cannot be made"):
                self._make_file(self.path)

        def attempt() -> _T:
            with e.for_writing(self.engine).connect() as connection:
                e.lock(connection)
                make(connection, self.where, self.path)
                done = work(connection)
                transaction = e.transaction_id(connection)
                try:
                    connection.commit()
                except sa.exc.DBAPIError as error:
                    if not lost_connection(error) or transaction is None:
                        raise
                    if not self._was_stored(transaction, error):
                        raise
                return done

        with self._guarded("cannot be written"):
            return self._repeated(attempt)

    def _make_file(self, path: Path) -> None:
        """Make the file with its tables at once: an empty file is what is left of a store that was cut short.

        Where the folder has no hard links it is made by whoever writes to it first.
        """
        unfinished = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
        try:
            with e.for_writing(
                e.engine_of(sa.URL.create("sqlite", database=str(unfinished)))
            ).begin() as made:
                make(made, self.where, None)
            with suppress(OSError):  # another process has made it, or there are no hard links here
                path.hardlink_to(unfinished)
        finally:
            unfinished.unlink(missing_ok=True)

    def _repeated(self, attempt: Callable[[], _T]) -> _T:
        """Make an attempt, and make it again while the server restarts or asks for it."""
        lost_at, pause = None, _PAUSE_S[0]
        while True:
            try:
                answer = attempt()
            except sa.exc.DBAPIError as error:
                now = time.monotonic()
                lost_at = lost_at or now
                if not (self._reached and may_be_repeated(error)) or now - lost_at > RECONNECT_S:
                    raise
            else:
                self._reached = self.path is None
                return answer
            time.sleep(pause)
            pause = min(2 * pause, _PAUSE_S[1])

    def _was_stored(self, transaction: str, lost: sa.exc.DBAPIError) -> bool:
        """Find out whether a transaction was committed whose connection was lost while it was."""

        def ended() -> str | None:
            with self.engine.connect() as connection:
                return e.transaction_status(connection, transaction)

        began = time.monotonic()
        status: str | None = None
        try:
            while (status := self._repeated(ended)) == "in progress":
                if time.monotonic() - began > RECONNECT_S:
                    break
                time.sleep(_PAUSE_S[0])
        except sa.exc.DBAPIError:
            status = None
        if status not in ("committed", "aborted"):
            raise StoreError(
                f"the connection was lost while this was being stored, and whether it was stored is not known: "
                f"{reason_of(lost)}",
                where=self.where,
                remedy="wait until the server answers, and see what optimize history says before you tell it again",
            ) from lost
        return status == "committed"

    def _check(self) -> None:
        def attempt() -> None:
            with self.engine.connect() as connection:
                check(connection, self.where)

        if self.path is not None and not self.path.exists():
            return
        if self.path is not None and self.path.is_file() and not self.path.stat().st_size:
            raise StoreError(
                "the campaign store is empty: it was cut short, or whoever was making it was stopped",
                where=self.where,
                remedy="put a copy from your backup in its place; where nothing was told yet, remove the file",
            )  # fmt: skip
        with self._guarded("cannot be read"):
            self._repeated(attempt)

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        try:
            yield
        except LihostError:
            raise
        except DamagedRecordError as error:
            raise StoreError(
                f"the campaign store {what}: {error}", where=self.where, remedy=DAMAGED
            ) from error
        except (json.JSONDecodeError, UnicodeDecodeError) as error:  # of what its rows hold
            raise StoreError(
                f"the campaign store {what}: a row of it is damaged: {error}",
                where=self.where,
                remedy=DAMAGED,
            ) from error
        except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
            reason = reason_of(error)
            raise StoreError(
                f"the campaign store {what}: {reason}", where=self.where, remedy=remedy(error)
            ) from error
