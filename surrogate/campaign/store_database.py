"""The database of a campaign store: opened and checked, read, and written one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from surrogate.campaign import store_schema as t
from surrogate.errors import LihostError, StoreError

_T = TypeVar("_T")


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

    @classmethod
    def open(cls, path_or_url: str | Path) -> Self:
        """Open the store in a file or a database.

        Parameters
        ----------
        path_or_url : str or Path
            A file, or an address such as ``postgresql://host/database``.

        Returns
        -------
        StoreDatabase

        Raises
        ------
        StoreError
            When the file is damaged, is something else, or was made by another version.
        """
        is_url = isinstance(path_or_url, str) and "://" in path_or_url
        url = t.address(str(path_or_url)) if is_url else sa.URL.create("sqlite", database=str(path_or_url))
        store = cls(t.engine(url), Path(url.database) if t.is_file(url) and url.database else None)
        store._check()
        return store

    @property
    def where(self) -> str:
        """The file, or the address without its password, for messages."""
        return str(self.path) if self.path else self.engine.url.render_as_string(hide_password=True)

    def read(self, query: Callable[[Connection], _T], nothing: _T) -> _T:
        """Return what a query of a connection gives; ``nothing`` where there are no tables yet.

        Parameters
        ----------
        query : callable
            Takes the connection.
        nothing : object
            The answer of an empty store.

        Raises
        ------
        StoreError
            When it cannot be read.
        """
        if self.path is not None and not self.path.exists():
            return nothing
        with self._guarded("cannot be read"), self.engine.connect() as connection:
            return query(connection) if t.is_made(connection) else nothing

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin one transaction with the tables in place; it waits for other writers, and an error undoes it.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        engine = self.engine.execution_options(writes=True)
        with self._guarded("cannot be written"), engine.begin() as connection:
            t.make(connection)
            yield connection

    def _check(self) -> None:
        if self.path is None or self.path.exists():
            with self._guarded("cannot be read"), self.engine.connect() as connection:
                t.check(connection, self.where)

    @contextmanager
    def _guarded(self, what: str) -> Iterator[None]:
        try:
            yield
        except LihostError:
            raise
        except (sa.exc.SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).split("\n")[0]
            raise StoreError(
                f"the campaign store {what}: {reason}", where=self.where, remedy=t.remedy(reason)
            ) from error
