"""The campaign store: what was told of cells, and the proposed batches, of one campaign, kept beside its file.

A SQLite file by default, any SQLAlchemy address otherwise (one campaign a database). Rows are only ever
added, each call in one transaction: a statement (``statements``) and the rows of its cells, from which what is known
follows. SQLite keeps its rollback journal (not WAL), so between two commands
FILE.db alone is the whole store and can be copied; a process killed half way leaves a journal that the next
one rolls back.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

import surrogate
from surrogate.campaign import statements as said
from surrogate.campaign import store_schema as t
from surrogate.campaign.contradictions import refuse_against_bounds, refuse_contradictions
from surrogate.campaign.identity import Identities
from surrogate.campaign.ids import known_cell, known_proposal, proposal_ids
from surrogate.campaign.reports import RESULT_COLUMNS
from surrogate.campaign.telling import Repeated, telling_of
from surrogate.campaign.told_before import Told, compared, digest_of
from surrogate.errors import LihostError, RecordError, StoreError
from surrogate.files.output import plain
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

_T = TypeVar("_T")
_MARK = 16  # digits


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

    def tell(
        self,
        observations: pd.DataFrame,
        source: str,
        *,
        repeated: Repeated = "refuse",
        yes: bool = False,
    ) -> Told:
        """Add what was measured of cells, all or none.

        Parameters
        ----------
        observations : DataFrame
            ``RESULT_COLUMNS`` (absent columns are empty), a row for each report of a cell.
        source : str
            The file they came from.
        repeated : "refuse", "add" or "skip"
            What to do with rows that name no cell and are stored already, the same to the last digit (their notes
            aside). A row that names its cell and says nothing new of it changes nothing.
        yes : bool
            Whether a running cell may be told to have come less far at a later date: then that count is taken.

        Returns
        -------
        Told

        Raises
        ------
        RecordError
            When there are such rows and they are refused, for what cannot be true of one cell, and, unless
            ``repeated`` is "add", for rows that name no cell and may be about a known one.
        StoreError
            When the store cannot be written.
        """
        records = [
            {name: plain(row.get(name)) for name in RESULT_COLUMNS} for row in observations.to_dict("records")
        ]
        with self._writing() as connection:
            before = self._statements(connection)
            known = said.known_after(before)
            found = telling_of(records, before, known, self._proposals(connection), source, repeated)
            number = 1 + max((one.number for one in before), default=0)
            statement = said.Statement(number, _now(), _who(), said.TELL, source=source, rows=found.rows)
            now = said.known_after([*before, statement])
            for cell in dict.fromkeys(cell for cell, _ in found.rows):
                refuse_contradictions(cell, now.counting(cell), now.cells[cell], source, yes=yes)
            told = compared(known, now, found.rows, found.as_before)
            if found.rows:
                self._say(connection, statement, found.positions)
        return told

    def amend(
        self, cell: str, changes: Mapping[str, Any], source: str = "", meant: Collection[str] | None = None
    ) -> dict[str, Any]:
        """Correct what is known of a cell.

        Parameters
        ----------
        cell : str
            Its id.
        changes : mapping
            Column of ``RESULT_COLUMNS`` -> value; None empties it.
        source : str
            Where the correction comes from.
        meant : collection of str, optional
            Columns that were named by whoever corrects; others follow from them. None: those of ``changes``.

        Returns
        -------
        dict
            What was known of it before.

        Raises
        ------
        RecordError
            For an unknown cell, and for a value that an earlier bound of the cell does not allow, unless the bound is
            corrected too.
        StoreError
            When the store cannot be written.
        """
        plain_changes = {name: plain(value) for name, value in changes.items()}
        return self._about_cell(cell, said.AMEND, source, plain_changes, changes if meant is None else meant)

    def forget(self, cell: str) -> dict[str, Any]:
        """Take a cell out: nothing is learned from it any more. What was said of it stays in the history.

        Parameters
        ----------
        cell : str
            Its id.

        Returns
        -------
        dict
            What was known of it.

        Raises
        ------
        RecordError, StoreError
            As :meth:`amend`.
        """
        return self._about_cell(cell, said.FORGET, "", {})

    def _about_cell(
        self, cell: str, kind: str, source: str, changes: dict[str, Any], meant: Collection[str] = ()
    ) -> dict[str, Any]:
        with self._writing() as connection:
            before = self._statements(connection)
            known = said.known_after(before)
            name = known_cell(cell, known.cells)
            was = known.cells[name]
            if kind == said.AMEND:
                refuse_against_bounds(name, known.counting(name), was | changes, meant, self.where)
            rows = [(name, changes)] if changes else []
            self._say(connection, said.Statement(0, _now(), _who(), kind, name, source, rows))
        return was

    def withdraw(self, proposals: Sequence[str]) -> list[str]:
        """Say that proposals will not be made, all or none; those withdrawn before stay so.

        Parameters
        ----------
        proposals : sequence of str
            Their ids.

        Returns
        -------
        list of str
            The ids as the campaign writes them.

        Raises
        ------
        RecordError
            For a proposal that there is not, or that has a cell already.
        StoreError
            When the store cannot be written.
        """
        with self._writing() as connection:
            known = said.known_after(self._statements(connection))
            there = self._proposals(connection)
            meant = [known_proposal(one, there) for one in proposals]
            for proposal in meant:
                made = [name for name, cell in known.cells.items() if cell.get("proposal_id") == proposal]
                if made:
                    raise RecordError(
                        f"a cell of it is told already: {', '.join(made)}", value=proposal,
                        remedy="leave it out; optimize forget takes a cell out",
                    )  # fmt: skip
            meant = list(dict.fromkeys(meant))
            new = [one for one in meant if one not in known.withdrawn]
            if new:
                self._say(connection, said.Statement(0, _now(), _who(), said.WITHDRAW, " ".join(new)))
        return meant

    def undo(self) -> said.Statement:
        """Take back the last statement that has not been taken back.

        Returns
        -------
        Statement
            That was taken back.

        Raises
        ------
        RecordError
            When there is none.
        StoreError
            When the store cannot be written.
        """
        with self._writing() as connection:
            last = said.to_take_back(self._statements(connection))
            if last is None:
                raise said.nothing_to_take_back(self.where)
            self._say(connection, said.Statement(0, _now(), _who(), said.UNDO, str(last.number)))
        return last

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table as it is stored: name of the table -> rows."""
        return self._read(t.rows_of_tables, {})

    def restore(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Fill an empty store with the rows of another.

        Parameters
        ----------
        tables : mapping
            Of :meth:`tables`.

        Raises
        ------
        StoreError
            When there is something in it, or it cannot be written.
        """
        with self._writing() as connection:
            if any(t.rows_of_tables(connection).values()):
                raise StoreError(
                    "the store holds cells or batches already", where=self.where,
                    remedy="give the campaign file another name",
                )  # fmt: skip
            t.fill_tables(connection, tables)

    def history(self) -> list[dict[str, Any]]:
        """Return what was said, in its order: see ``statements.history``."""
        return said.history(self._reading())

    def identities(self) -> Identities:
        """Return the cells and proposals by their ids."""
        known = said.known_after(self._reading())
        return Identities(known.cells, self.proposals(), known.used)

    def proposals(self) -> dict[str, dict[str, Any]]:
        """Return all proposals that were ever made: id -> row."""
        return self._read(self._proposals, {})

    def observations(self) -> pd.DataFrame:
        """Return what is known of each cell: ``RESULT_COLUMNS``, ``source`` and ``told_at`` of its last report."""
        cells = said.known_after(self._reading()).cells.values()
        frame = pd.DataFrame(list(cells), columns=[*RESULT_COLUMNS, "source", "told_at"])

        for column in RESULT_COLUMNS:
            if column.endswith("_censored") or column == "failed":
                bounds = frame[column].map(_flag).astype(object)
                frame[column] = bounds if (bounds == BELOW).any() else bounds.astype(bool)
            elif column in t.NUMERIC or column in c.TARGETS or column.endswith(("_upper_bound", "_sem")):
                frame[column] = frame[column].astype(float)
            else:
                frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
        return frame

    def _reading(self) -> list[said.Statement]:
        return self._read(self._statements, [])

    def _read(self, query: Callable[[Connection], _T], nothing: _T) -> _T:
        if self.path is not None and not self.path.exists():
            return nothing
        with self._guarded("cannot be read"), self._engine.connect() as connection:
            return query(connection) if t.is_made(connection) else nothing

    def _statements(self, connection: Connection) -> list[said.Statement]:
        """Read all statements; cells of before statements were kept come first, each as one of its own."""
        there = t.has_statements(connection)
        columns = [t.RESULTS.c.row, t.RESULTS.c.source, t.RESULTS.c.told_at]
        if there:
            columns += [t.RESULTS.c.statement, t.RESULTS.c.cell]
        rows = connection.execute(sa.select(*columns).order_by(t.RESULTS.c.id)).all()
        found: list[said.Statement] = []
        told: dict[int, list[tuple[str, dict[str, Any]]]] = {}
        for row in rows:
            number = row.statement if there else None
            record = json.loads(row.row)
            if number is None:
                cell = f"C{len(found) + 1}"
                found.append(
                    said.Statement(0, row.told_at, "", said.TELL, source=row.source, rows=[(cell, record)])
                )
            else:
                told.setdefault(number, []).append((row.cell, record))
        for one in connection.execute(sa.select(t.STATEMENTS).order_by(t.STATEMENTS.c.id)) if there else ():
            changes = json.loads(one.content)
            of_cells = told.get(one.id, [(one.about, changes)] if changes else [])
            found.append(
                said.Statement(one.id, one.said_at, one.who, one.kind, one.about, one.source, of_cells)
            )
        return found

    def _say(self, connection: Connection, statement: said.Statement, positions: Sequence[int] = ()) -> None:
        """Write a statement, and the rows of a told file."""
        amended = dict(statement.rows[0][1]) if statement.kind == said.AMEND else {}
        made = connection.execute(
            sa.insert(t.STATEMENTS).values(
                said_at=statement.said_at, who=statement.who, kind=statement.kind, about=statement.about,
                source=statement.source, content=json.dumps(amended),
            )
        )  # fmt: skip
        assert made.inserted_primary_key is not None
        for (cell, record), position in zip(statement.rows, positions, strict=False):
            connection.execute(
                sa.insert(t.RESULTS).values(
                    told_at=statement.said_at, source=statement.source, position=position,
                    digest=digest_of(record), statement=made.inserted_primary_key[0], cell=cell,
                    row=json.dumps(record), **t.shown(record),
                )
            )  # fmt: skip

    def _proposals(self, connection: Connection) -> dict[str, dict[str, Any]]:
        query = (
            sa.select(t.PENDING.c.row, t.PENDING.c.batch_id, t.BATCHES.c.seed, t.BATCHES.c.proposed_at)
            .join(t.BATCHES, t.PENDING.c.batch_id == t.BATCHES.c.id)
            .order_by(t.PENDING.c.id)
        )
        batches: dict[int, list[dict[str, Any]]] = {}
        for row in connection.execute(query):
            record = {**json.loads(row.row), "seed": row.seed, "proposed_at": row.proposed_at}
            batches.setdefault(row.batch_id, []).append(record)
        return {
            name: {**record, "proposal_id": name}
            for number, records in batches.items()
            for name, record in zip(
                proposal_ids(number, (record.get("role") for record in records)), records, strict=True
            )
        }

    def digest(self) -> str:
        """Return a short text that changes with what is known of any cell or proposal (times and notes aside)."""
        known = said.known_after(self._reading())
        digests = [*sorted(map(digest_of, known.cells.values())), *sorted(known.withdrawn)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def mark(self) -> str:
        """Return a short text by which a store is known wherever it is moved to; empty before its first batch.

        It follows from the first batch, which is never changed: copies and exports have the same.
        """
        query = sa.select(t.BATCHES.c.key, t.BATCHES.c.proposed_at).order_by(t.BATCHES.c.id).limit(1)
        return "".join(
            hashlib.sha256(f"{row.key} {row.proposed_at}".encode()).hexdigest()[:_MARK]
            for row in self._rows(query)
        )

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
        """Return the batch recorded under a key, exactly as it was, with the id of each proposal first.

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
            sa.select(t.BATCHES.c.columns, t.PENDING.c.batch_id, t.PENDING.c.row)
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
        frame = frame.astype({name: _DTYPES[kind] for name, kind in kinds.items()})
        roles = frame["role"] if "role" in frame.columns else [None] * len(frame)
        frame.insert(0, "proposal_id", proposal_ids(rows[0].batch_id, roles))
        return frame

    def pending(self) -> pd.DataFrame:
        """Return proposed hosts that were not withdrawn and have no told cell yet.

        A cell answers the proposal that it names, however it turned out. One that names none answers a proposal of
        the same framework and agent whose numbers it meets as closely as a laboratory can be expected to make them
        (``store_schema.MADE_TO_WITHIN``).

        Returns
        -------
        DataFrame
            Design columns, then ``proposal_id``, ``seed`` and ``proposed_at``.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        known = said.known_after(self._reading())
        named = {cell.get("proposal_id") for cell in known.cells.values()} | known.withdrawn
        own = [cell for cell in known.cells.values() if cell.get("proposal_id") is None]
        left = [
            row
            for name, row in self.proposals().items()
            if name not in named
            and not any(t.answers(cell, row) for cell in own if not _told_before(cell, row))
        ]
        columns = [name for name in c.DESIGN_COLUMNS if not left or name in left[0]]
        frame = pd.DataFrame(left, columns=[*columns, "proposal_id", "seed", "proposed_at"])
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


def _told_before(cell: Mapping[str, Any], proposal: Mapping[str, Any]) -> bool:
    """Whether a cell was told before its host was proposed to be made again, so that it cannot answer that."""
    return bool(proposal.get("repeat_of")) and str(cell["told_at"]) <= str(proposal["proposed_at"])


def batch_key(
    campaign_text: str,
    seed: int,
    n: int,
    results_digest: str,
    model_version: str,
    repeats: Sequence[str] = (),
) -> str:
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
    repeats : sequence of str
        Cells or proposals that are made again.

    Returns
    -------
    str
    """
    parts = [surrogate.__version__, campaign_text, seed, n, results_digest, model_version, *repeats]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _who() -> str:
    """Return the name of the user, as far as the system knows one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


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
