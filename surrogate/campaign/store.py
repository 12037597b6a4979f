"""The campaign store: measured cells and proposed batches of one campaign, kept beside its file.

A SQLite file by default, any SQLAlchemy address otherwise (one campaign a database). Rows are only ever
added, each call in one transaction. SQLite keeps its rollback journal (not WAL), so between two commands
FILE.db alone is the whole store and can be copied; a process killed half way leaves a journal that the next
one rolls back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

import surrogate
from surrogate.campaign import store_schema as t
from surrogate.errors import LihostError, RecordError, StoreError
from surrogate.files.output import plain
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

RESULT_COLUMNS = (
    *c.DESIGN_COLUMNS,
    *c.TARGETS,
    *(f"{target}_censored" for target in c.TARGETS),
    *(f"{target}_upper_bound" for target in c.TARGETS),
    "replicate",
    "failed",
    "note",
)


class CampaignStore:
    """Measured cells and proposed batches of one campaign. Made by :meth:`open`.

    Reading a store that does not exist yet gives empty tables and makes no file; the first write makes it.
    """

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self._engine, self.path = engine, path

    @classmethod
    def open(cls, path_or_url: str | Path) -> CampaignStore:
        """Open the store in a file or a database.

        Parameters
        ----------
        path_or_url : str or Path
            A file, or an address such as ``postgresql://host/database``.

        Returns
        -------
        CampaignStore

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
        return str(self.path) if self.path else self._engine.url.render_as_string(hide_password=True)

    def prepare(self) -> None:
        """Make the store if need be, so that a long run does not find at its end that it cannot be written.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        with self._writing():
            pass

    def add_observations(
        self,
        observations: pd.DataFrame,
        source: str,
        *,
        repeated: Literal["refuse", "add", "skip"] = "refuse",
    ) -> int:
        """Add measured cells, all or none.

        Parameters
        ----------
        observations : DataFrame
            ``RESULT_COLUMNS`` (absent columns are empty), a row for each cell.
        source : str
            The file they came from.
        repeated : "refuse", "add" or "skip"
            What to do with cells that are stored already, the same to the last digit (their notes aside).

        Returns
        -------
        int
            How many were added.

        Raises
        ------
        RecordError
            When there are such cells and they are refused.
        StoreError
            When the store cannot be written.
        """
        records = [
            {name: plain(row.get(name)) for name in RESULT_COLUMNS} for row in observations.to_dict("records")
        ]
        digests = [_digest(record) for record in records]
        with self._writing() as connection:
            known = set(connection.scalars(sa.select(t.RESULTS.c.digest)))
            again = [k for k, digest in enumerate(digests) if digest in known]
            if again and repeated == "refuse":
                raise _stored_already(again, len(records), source)
            kept = [k for k in range(len(records)) if repeated == "add" or digests[k] not in known]
            now = _now()
            for k in kept:
                record = records[k]
                connection.execute(
                    sa.insert(t.RESULTS).values(
                        told_at=now,
                        source=source,
                        position=k + 1,
                        digest=digests[k],
                        row=json.dumps(record),
                        **t.shown(record),
                    )
                )
        return len(kept)

    def observations(self) -> pd.DataFrame:
        """Return all measured cells as they were added: ``RESULT_COLUMNS``, then ``source`` and ``told_at``."""
        columns = [t.RESULTS.c.row, t.RESULTS.c.source, t.RESULTS.c.told_at]
        rows = self._rows(sa.select(*columns).order_by(t.RESULTS.c.id))
        cells = [{**json.loads(row.row), "source": row.source, "told_at": row.told_at} for row in rows]
        frame = pd.DataFrame(cells, columns=[*RESULT_COLUMNS, "source", "told_at"])

        for column in RESULT_COLUMNS:
            if column.endswith("_censored") or column == "failed":
                bounds = frame[column].map(_flag).astype(object)
                frame[column] = bounds if (bounds == BELOW).any() else bounds.astype(bool)
            elif column in t.NUMERIC or column in c.TARGETS or column.endswith("_upper_bound"):
                frame[column] = frame[column].astype(float)
        return frame

    def digest(self) -> str:
        """Return a short text that changes with any measured cell (times and notes aside)."""
        rows = self._rows(sa.select(t.RESULTS.c.digest).order_by(t.RESULTS.c.id))
        digests = [str(row.digest) for row in rows]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def add_pending(self, batch: pd.DataFrame, seed: int, key: str) -> pd.DataFrame:
        """Record a proposed batch under its key and return what is stored there.

        A batch that another process has recorded under the same key meanwhile is kept and returned instead.

        Parameters
        ----------
        batch : DataFrame
            Proposals.
        seed : int
            Of the search.
        key : str
            From ``batch_key``.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        shape = json.dumps([[str(name), _kind(batch[name])] for name in batch.columns])
        records = [
            {str(name): plain(value) for name, value in row.items()} for row in batch.to_dict("records")
        ]
        with self._writing() as connection:
            if connection.scalar(sa.select(t.BATCHES.c.id).where(t.BATCHES.c.key == key)) is None:
                made = connection.execute(
                    sa.insert(t.BATCHES).values(key=key, seed=seed, proposed_at=_now(), columns=shape)
                )
                assert made.inserted_primary_key is not None
                number = made.inserted_primary_key[0]
                for k, record in enumerate(records):
                    connection.execute(
                        sa.insert(t.PENDING).values(batch_id=number, position=k + 1, row=json.dumps(record))
                    )
        stored = self.batch(key)
        if stored is None:
            raise StoreError(
                "the batch was written and cannot be found", where=self.where, remedy="check the disk"
            )
        return stored

    def batch(self, key: str) -> pd.DataFrame | None:
        """Return the batch recorded under a key, exactly as it was.

        Parameters
        ----------
        key : str
            From ``batch_key``.

        Returns
        -------
        DataFrame or None
            None when there is none.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        query = (
            sa.select(t.BATCHES.c.columns, t.PENDING.c.row)
            .join(t.PENDING, t.PENDING.c.batch_id == t.BATCHES.c.id)
            .where(t.BATCHES.c.key == key)
            .order_by(t.PENDING.c.position)
        )
        rows = self._rows(query)
        if not rows:
            return None
        records = [json.loads(row.row) for row in rows]
        kinds = dict(json.loads(rows[0].columns))
        frame = pd.DataFrame(records, columns=list(kinds), dtype=object)
        return frame.astype({name: _DTYPES[kind] for name, kind in kinds.items()})

    def pending(self) -> pd.DataFrame:
        """Return proposed hosts without a measured cell yet.

        A measured cell answers a proposal of the same framework and agent whose numbers it meets as closely as a
        laboratory can be expected to make them (``store_schema.MADE_TO_WITHIN``).

        Returns
        -------
        DataFrame
            Design columns, then ``seed`` and ``proposed_at``.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        query = (
            sa.select(t.PENDING.c.row, t.BATCHES.c.seed, t.BATCHES.c.proposed_at)
            .join(t.BATCHES, t.PENDING.c.batch_id == t.BATCHES.c.id)
            .order_by(t.PENDING.c.id)
        )
        proposed = [
            {**json.loads(row.row), "seed": row.seed, "proposed_at": row.proposed_at}
            for row in self._rows(query)
        ]
        cells = [json.loads(row.row) for row in self._rows(sa.select(t.RESULTS.c.row))]
        left = [row for row in proposed if not any(t.answers(cell, row) for cell in cells)]
        columns = [name for name in c.DESIGN_COLUMNS if not left or name in left[0]]
        frame = pd.DataFrame(left, columns=[*columns, "seed", "proposed_at"])
        numeric = [name for name in columns if name in t.NUMERIC]
        frame[numeric] = frame[numeric].astype(float)
        return frame

    def _rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        if self.path is not None and not self.path.exists():
            return []
        with self._guarded("cannot be read"), self._engine.connect() as connection:
            return list(connection.execute(query)) if t.is_made(connection) else []

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction with the tables in place; it waits for other writers, and an error undoes it."""
        engine = self._engine.execution_options(writes=True)
        with self._guarded("cannot be written"), engine.begin() as connection:
            t.make(connection)
            yield connection

    def _check(self) -> None:
        if self.path is None or self.path.exists():
            with self._guarded("cannot be read"), self._engine.connect() as connection:
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


def batch_key(campaign_text: str, seed: int, n: int, results_digest: str, model_version: str) -> str:
    """Return the key under which a batch is kept: equal whenever the same question is asked again.

    Parameters
    ----------
    campaign_text : str
        The campaign file.
    seed : int
        Seed of the search.
    n : int
        Number of proposals.
    results_digest : str
        From :meth:`CampaignStore.digest`.
    model_version : str
        Version of the champion.

    Returns
    -------
    str
    """
    parts = [surrogate.__version__, campaign_text, seed, n, results_digest, model_version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _stored_already(again: list[int], total: int, source: str) -> RecordError:
    rows = ", ".join(str(k + 1) for k in again[:10]) + (", ..." if len(again) > 10 else "")
    if len(again) == total:
        what = "all of its cells are stored already"
        remedy = "nothing needs to be done; if these are new cells with the same numbers, add --again"
    else:
        what = f"{len(again)} of its {total} cells are stored already (rows {rows})"
        remedy = f"add --new to take only the other {total - len(again)}, or --again to take all as new cells"
    return RecordError(what, where=source, limit="each measured cell is stored once", remedy=remedy)


def _digest(record: dict[str, Any]) -> str:
    """Hash a cell; a neutral value in a column younger than the cell does not change the hash."""
    plain_ones: dict[str, tuple[object, ...]] = dict.fromkeys(c.TORTUOSITY_ENDS, (None,))
    plain_ones |= {name: (None, default) for name, default in c.COLUMNS.neutral.items()}
    for target in c.TARGETS:
        plain_ones[f"{target}_upper_bound"] = (None,)
    plain_ones |= {"coulombic_efficiency_pct": (None,), "coulombic_efficiency_pct_censored": (None, False)}
    content = {
        name: record.get(name)
        for name in RESULT_COLUMNS
        if name != "note" and record.get(name) not in plain_ones.get(name, ())
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _flag(given: object) -> bool | str:
    """Return what a stored flag says; a cell that is older than the column has none."""
    return BELOW if given == BELOW else given is not None and given == given and bool(given)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_DTYPES = {"bool": "bool", "int": "int64", "float": "float64", "text": "object"}


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "int"
    return "float" if pd.api.types.is_float_dtype(column.dtype) else "text"
