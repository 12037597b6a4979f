"""The campaign store: what was told of cells, and the proposed batches, of one campaign, kept beside its file.

A SQLite file by default, or a PostgreSQL database by its address (one campaign a database or schema). Rows are only
ever added, each call in one transaction: a statement (``statements``) and the rows of its cells, from which what is
known follows. SQLite keeps its rollback journal (not WAL), so between two commands FILE.db alone is the whole store
and can be copied; a process killed half way leaves a journal that the next one rolls back.
"""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy.engine import Connection

from surrogate.campaign import statements as said
from surrogate.campaign import store_schema as t
from surrogate.campaign.contradictions import refuse_against_bounds, refuse_contradictions
from surrogate.campaign.identity import Identities
from surrogate.campaign.ids import known_cell, known_proposal
from surrogate.campaign.reports import RESULT_COLUMNS, TAKEN_OVER
from surrogate.campaign.store_batches import pending_of, read_batch, read_mark, read_proposals, write_batch
from surrogate.campaign.store_database import StoreDatabase
from surrogate.campaign.store_engine import now
from surrogate.campaign.store_statements import read_statements, table_of_cells, write_statement
from surrogate.campaign.telling import Repeated, telling_of
from surrogate.campaign.told_before import Told, compared, digest_of
from surrogate.errors import CampaignError, RecordError, StoreError
from surrogate.files.output import plain

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign


class CampaignStore:
    """Measured cells and proposed batches of one campaign. Made by :meth:`open`.

    Reading a store that does not exist yet gives empty tables and makes no file; the first write makes it.
    """

    def __init__(self, database: StoreDatabase) -> None:
        self._database, self.path = database, database.path

    @classmethod
    def open(cls, path_or_url: str | Path) -> CampaignStore:
        """Open the store in a file or a database.

        Parameters
        ----------
        path_or_url : str or Path
            A file, or an address such as ``postgresql://user@host/database``.

        Returns
        -------
        CampaignStore

        Raises
        ------
        StoreError
            When the file is damaged, is something else, or was made by a later version.
        """
        return cls(StoreDatabase.open(path_or_url))

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignStore:
        """Open the store of a campaign.

        Parameters
        ----------
        campaign : Campaign
            Read from a file.

        Returns
        -------
        CampaignStore

        Raises
        ------
        CampaignError
            For a campaign that was not read from a file.
        StoreError
            As :meth:`open`.
        """
        if campaign.store_address is None:
            raise CampaignError(
                "a campaign that was not read from a file keeps no cells",
                where=campaign.name,
                remedy="write its text to a file and read that: Campaign.load(path)",
            )
        return cls.open(campaign.store_address)

    @property
    def where(self) -> str:
        """The file, or the address without its password, for messages."""
        return self._database.where

    def prepare(self) -> None:
        """Make the store if need be, so that a long run does not find at its end that it cannot be written.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        self._database.write(lambda connection: None)

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
            ``RESULT_COLUMNS`` and ``reports.TAKEN_OVER`` (absent columns are empty), a row for each report of a cell.
            The index is the row in the file, from 0, for messages.
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
            {name: plain(row.get(name)) for name in RESULT_COLUMNS}
            | {name: row[name] for name in (TAKEN_OVER,) if row.get(name)}
            for row in observations.to_dict("records")
        ]
        places = [int(place) for place in observations.index]

        def work(connection: Connection) -> Told:
            before = read_statements(connection)
            known = said.known_after(before)
            found = telling_of(records, before, known, read_proposals(connection), source, repeated, places)
            number = 1 + max((one.number for one in before), default=0)
            statement = said.Statement(
                number, _now(connection), _who(), said.TELL, source=source, rows=found.rows
            )
            after = said.with_told(known, statement)
            for cell in dict.fromkeys(cell for cell, _ in found.rows):
                refuse_contradictions(cell, after.counting(cell), after.cells[cell], source, yes=yes)
            told = compared(known, after, found.rows, found.as_before)
            if found.rows:
                write_statement(connection, statement, found.positions)
            return told

        return self._database.write(work)

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
        def work(connection: Connection) -> dict[str, Any]:
            before = read_statements(connection)
            known = said.known_after(before)
            name = known_cell(cell, known.cells)
            was = known.cells[name]
            if kind == said.AMEND:
                refuse_against_bounds(name, known.counting(name), was | changes, meant, self.where)
            rows = [(name, changes)] if changes else []
            statement = said.Statement(0, _now(connection), _who(), kind, name, source, rows)
            write_statement(connection, statement)
            return was

        return self._database.write(work)

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

        def work(connection: Connection) -> list[str]:
            known = said.known_after(read_statements(connection))
            there = read_proposals(connection)
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
                statement = said.Statement(0, _now(connection), _who(), said.WITHDRAW, " ".join(new))
                write_statement(connection, statement)
            return meant

        return self._database.write(work)

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

        def work(connection: Connection) -> said.Statement:
            last = said.to_take_back(read_statements(connection))
            if last is None:
                raise said.nothing_to_take_back(self.where)
            statement = said.Statement(0, _now(connection), _who(), said.UNDO, str(last.number))
            write_statement(connection, statement)
            return last

        return self._database.write(work)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table as it is stored: name of the table -> rows."""
        return self._database.read(t.rows_of_tables, {})

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

        def work(connection: Connection) -> None:
            if any(t.rows_of_tables(connection).values()):
                raise StoreError(
                    "the store holds cells or batches already", where=self.where,
                    remedy="give the campaign file another name",
                )  # fmt: skip
            t.fill_tables(connection, tables)

        self._database.write(work)

    def history(self) -> list[dict[str, Any]]:
        """Return what was said, in its order: see ``statements.history``."""
        return said.history(self._reading())

    def identities(self) -> Identities:
        """Return the cells and proposals by their ids."""
        known = said.known_after(self._reading())
        return Identities(known.cells, self.proposals(), known.used)

    def proposals(self) -> dict[str, dict[str, Any]]:
        """Return all proposals that were ever made: id -> row."""
        return self._database.read(read_proposals, {})

    def observations(self) -> pd.DataFrame:
        """Return what is known of each cell: ``RESULT_COLUMNS``, ``source`` and ``told_at`` of its last report."""
        return table_of_cells(said.known_after(self._reading()).cells.values())

    def _reading(self) -> list[said.Statement]:
        return self._database.read(read_statements, [])

    def digest(self) -> str:
        """Return a short text that changes with what is known of any cell or proposal (times and notes aside)."""
        known = said.known_after(self._reading())
        digests = [*sorted(map(digest_of, known.cells.values())), *sorted(known.withdrawn)]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def mark(self) -> str:
        """Return a short text by which a store is known wherever it is moved to; empty before its first batch.

        It follows from the first batch, which is never changed: copies and exports have the same.
        """
        return self._database.read(read_mark, "")

    def add_pending(
        self, batch: pd.DataFrame, seed: int, key: str, seen: Collection[str] | None = None
    ) -> pd.DataFrame | None:
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
        seen : collection of str, optional
            The proposals that it was made beside; default: whatever there is.

        Returns
        -------
        DataFrame or None
            None, and nothing is stored, where others were recorded meanwhile, whose hosts it may propose as well.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        wrote = self._database.write(
            lambda connection: write_batch(connection, batch, seed, key, _now(connection), seen)
        )
        stored = self.batch(key)
        if stored is None and wrote:
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
        return self._database.read(lambda connection: read_batch(connection, key), None)

    def pending(self) -> pd.DataFrame:
        """Return proposed hosts that were not withdrawn and have no told cell yet: see ``store_batches.pending_of``.

        Returns
        -------
        DataFrame
            Design columns, then ``proposal_id``, ``seed`` and ``proposed_at``.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return pending_of(self.proposals(), said.known_after(self._reading()))


def _now(connection: Connection) -> str:
    """Return the time, later than all that is stored."""
    return t.after_all(connection, now(connection))


def _who() -> str:
    """Return the name of the user, as far as the system knows one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
