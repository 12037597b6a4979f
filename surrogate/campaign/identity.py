"""Which proposal and which cell a told row is about.

A row says which cell it is by its ``cell_id``, by its ``proposal_id``, or by being of the same design and replicate
as a cell that is known; ``ids`` has how ids are made and understood.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from surrogate.campaign.ids import (
    LETTERS,
    cell_of,
    cell_understood,
    checked_id,
    known_name,
    known_proposal,
    plainly,
    refuse_date,
    stem_of,
    understood,
)
from surrogate.campaign.reports import RUNNING, Report
from surrogate.errors import RecordError, Remedy
from surrogate.hosts import columns as c

_OWN = re.compile(r"c(\d+)")
#: What a cell is made of cannot change while its numbers may turn out otherwise.
_SAME = ("framework", "agent", "electrolyte")


class Identities:
    """The cells and proposals of a campaign by their ids.

    Parameters
    ----------
    cells : mapping of str to mapping
        Cell id -> what is known of it.
    proposals : mapping of str to mapping
        Proposal id -> its row.
    used : iterable of str
        Cell ids that were given once, those of forgotten cells among them.
    """

    def __init__(
        self, cells: Mapping[str, Report], proposals: Mapping[str, Report], used: Iterable[str] = ()
    ) -> None:
        self.cells, self.proposals = dict(cells), dict(proposals)
        self._used = {name.lower() for name in (*used, *cells)}  # ids are understood in any case
        self._of_design = {
            key: name for name, cell in self.cells.items() if (key := _design_and_replicate(cell)) is not None
        }
        self._claimed: set[str] = set()
        # Id without signs, leading zeros and case -> the first that reads so.
        self._cell_like, self._proposal_like = (
            {plainly(name): name for name in reversed(ids)} for ids in (self.cells, self.proposals)
        )

    def known(self, row: Report, position: int, where: str) -> Report:
        """Return the cell or proposal that a row names, for what it leaves out; empty where it names none.

        Parameters
        ----------
        row : mapping
            With ``cell_id`` or ``proposal_id``, or neither.
        position : int
            Of the row, from 0, for messages.
        where : str
            The file, for messages.

        Raises
        ------
        RecordError
            For an id that cannot be used, or a proposal that there is not.
        """
        cell, proposal = self.cell_named(row, position, where), self.proposal_of(row, position, where)
        if cell in self.cells:
            return self.cells[cell]
        if cell and not proposal:
            self._refuse_near(cell, position, where)
        return self.proposals[proposal] if proposal else {}

    def refuse_unknown(self, name: str, position: int, where: str) -> None:
        """Refuse a cell of which nothing is known, in a row that does not say of what host it is.

        Parameters
        ----------
        name : str
            Its id.
        position, where
            As for :meth:`known`.

        Raises
        ------
        RecordError
            Always; it names the nearest id of a cell, or of a cell of a proposal.
        """
        both = [*self.cells, *(cell_of(one, 0) for one in self.proposals), *self.proposals]
        near = get_close_matches(name, both, n=1)
        raise RecordError(
            "no such cell, and its row says nothing of its host", where=where, row=position, column="cell_id",
            value=name, limit=", ".join(both[-12:]) or "nothing is stored yet",
            remedy=(f"did you mean {near[0]!r}? Else " if near else "") + "fill in the design of its host as well",
        )  # fmt: skip

    def of_design(self, row: Report) -> str | None:
        """Return the cell of the same design and replicate as a row; None where there is none, or no replicate.

        A proposal that makes the host of a known cell again has cells of its own.

        Parameters
        ----------
        row : mapping
            A complete row.
        """
        key = _design_and_replicate(row)
        found = self._of_design.get(key) if key is not None else None
        return None if found is None or self._repeats(row.get("proposal_id"), found) else found

    def cell_named(self, row: Report, position: int, where: str) -> str | None:
        """Return the id of the cell that a row names, as the campaign writes it; None where it names none.

        The id of a proposal that no cell has names the proposal, wherever it stands: see :meth:`proposal_of`.

        Parameters
        ----------
        row, position, where
            As for :meth:`known`.

        Raises
        ------
        RecordError
            For an id that cannot be used.
        """
        name = checked_id(row.get("cell_id"), "cell_id", position, where)
        if name is None or self._as_proposal(name) is not None:
            return None
        known = cell_understood(name, self.cells, self.proposals)
        if known not in self.cells:
            refuse_date(known, "cell_id", position, where)
        return known

    def proposal_of(self, row: Report, position: int, where: str) -> str | None:
        """Return the id of the proposal that a row answers; None where it names none.

        Parameters
        ----------
        row, position, where
            As for :meth:`known`.

        Raises
        ------
        RecordError
            As for :meth:`known`.
        """
        named = checked_id(row.get("proposal_id"), "proposal_id", position, where)
        in_cell_id = self._as_proposal(str(row.get("cell_id") or ""))
        if named:
            proposal = known_proposal(named, self.proposals, where, position)
            if in_cell_id not in (None, proposal):
                raise RecordError(
                    f"the row names the proposal {in_cell_id} in cell_id and another one in proposal_id",
                    where=where, row=position, column="proposal_id", value=proposal, limit=str(in_cell_id),
                    remedy="write the id of the cell, or nothing, in cell_id",
                )  # fmt: skip
            return proposal
        if in_cell_id is not None:
            return in_cell_id
        stem = stem_of(self.cell_named(row, position, where) or "")
        return stem if stem in self.proposals else None

    def _as_proposal(self, name: str) -> str | None:
        """Return the proposal whose id stands where that of a cell belongs; None for the id of a cell."""
        return None if understood(name, self.cells) is not None else understood(name, self.proposals)

    def name(self, row: Report, position: int, where: str, *, another: bool = False) -> str:
        """Return the id of the cell that a row is about, a new one where it is new.

        Parameters
        ----------
        row : mapping
            A complete row.
        position, where
            As for :meth:`known`.
        another : bool
            Whether a row that names no cell is about a new one, whatever it looks like.

        Raises
        ------
        RecordError
            Where it may be about several cells, or is of another host than the cell that it names.
        """
        found = self._found(row, position, where, another=another)
        cell = self.cells.get(found)
        self._refuse_another_proposal(found, cell, row, position, where)
        if cell is None:
            self._refuse_another_framework(row, position, where)
        for column in _SAME if cell else ():
            assert cell is not None
            if row.get(column) is not None and cell.get(column) is not None and row[column] != cell[column]:
                raise RecordError(
                    f"cell {found} is of another host", where=where, row=position, column=column,
                    value=row[column], limit=str(cell[column]),
                    remedy=Remedy(
                        "give this cell an id of its own, or correct the stored one: optimize amend --campaign "
                        f"FILE.toml --cell {shlex.quote(found)} {column}=VALUE",
                        f"give this cell an id of its own, or write one {column} into all its rows",
                    ),
                )  # fmt: skip
        self.cells.setdefault(found, row)
        self._cell_like.setdefault(plainly(found), found)
        self._used.add(found.lower())
        key = _design_and_replicate(row)
        if key is not None:
            self._of_design.setdefault(key, found)
        return found

    def reserve(self, rows: Iterable[Report]) -> None:
        """Keep the cell ids that rows name from being given to other rows.

        Parameters
        ----------
        rows : iterable of mapping
            Of a file.
        """
        self._used.update(str(row["cell_id"]).lower() for row in rows if row.get("cell_id"))

    def _refuse_another_proposal(
        self, name: str, cell: Report | None, row: Report, position: int, where: str
    ) -> None:
        """Refuse a cell that is said to be of one proposal and is known, or named, as one of another."""
        stem = stem_of(name)
        known = cell.get("proposal_id") if cell else stem if stem in self.proposals else None
        told = row.get("proposal_id")
        if known and told and known != told:
            raise RecordError(
                f"cell {name} is of the proposal {known}", where=where, row=position, column="proposal_id",
                value=told, limit=str(known),
                remedy=f"write proposal_id {known} or leave it empty, or give the cell an id of its own",
            )  # fmt: skip

    def _refuse_another_framework(self, row: Report, position: int, where: str) -> None:
        """Refuse a new cell whose framework is not that of its proposal: ids repeat from campaign to campaign."""
        proposal = self.proposals.get(str(row.get("proposal_id")), {})
        asked, made = proposal.get("framework"), row.get("framework")
        if asked is not None and made is not None and asked != made:
            raise RecordError(
                f"proposal {row['proposal_id']} of this campaign is of another framework", where=where,
                row=position, column="framework", value=made, limit=str(asked),
                remedy="if the file is of another campaign, name that one with --campaign; if the host was made of "
                f"another framework than proposed, give the cell an id of its own, such as {self.next_own()}, and "
                "leave proposal_id empty",
            )  # fmt: skip

    def _refuse_near(self, name: str, position: int, where: str) -> None:
        """Refuse a new id that differs from a known one in signs, leading zeros or case alone."""
        if stem_of(name) in self.proposals:
            return
        plain = plainly(name)
        near = self._cell_like.get(plain)
        stem, _, letter = plain.rpartition("-")
        like = self._proposal_like.get(stem)
        near = f"{like}-{letter}" if near is None and like is not None else near
        if near is not None and near != name:
            raise RecordError(
                "nearly the id of another", where=where, row=position, column="cell_id", value=name,
                limit=near, remedy=f"write {near} if it is the same, or an id that cannot be mistaken for it",
            )  # fmt: skip

    def _found(self, row: Report, position: int, where: str, *, another: bool) -> str:
        named = self.cell_named(row, position, where)
        if named:
            if named not in self.cells:
                self._refuse_near(named, position, where)
            return named
        proposal = row.get("proposal_id")
        if another:
            return self.next_of(proposal)
        found = self.of_design(row)
        if found is not None:
            return found
        if not proposal:
            return self.next_own()
        running = [
            name
            for name, cell in self.cells.items()
            if cell.get("proposal_id") == proposal
            and cell.get("state") == RUNNING
            and name not in self._claimed
            and row.get("replicate") in (None, "")
        ]
        if len(running) > 1:
            raise RecordError(
                f"{len(running)} cells of {proposal} are running", where=where, row=position,
                column="cell_id", value="empty", limit=", ".join(running),
                remedy="write one of them in its column cell_id",
            )  # fmt: skip
        name = running[0] if running else self.next_of(proposal)
        self._claimed.add(name)
        return name

    def next_own(self) -> str:
        """Return the id that the next cell of a host that nobody proposed gets."""
        taken = [int(match[1]) for name in self._used if (match := _OWN.fullmatch(name))]
        return f"C{max(taken, default=0) + 1}"

    def next_of(self, proposal: str | None) -> str:
        """Return the id that the next cell of a proposal gets; None: of a host that nobody proposed."""
        if not proposal:
            return self.next_own()
        return next(
            name
            for number in range(len(LETTERS))
            if (name := cell_of(proposal, number)).lower() not in self._used
        )

    def _repeats(self, proposal: str | None, cell: str) -> bool:
        """Whether a proposal makes the host of a known cell again, so that its cells are others than that one."""
        again = proposal is not None and self.proposals.get(proposal, {}).get("repeat_of")
        return bool(again) and self.cells[cell].get("proposal_id") != proposal


def design_of(cell: Report) -> str:
    """Write the design and conditions of a cell as a text that is the same for the same design.

    Parameters
    ----------
    cell : mapping
        Column -> value; what is neutral may be left out.
    """
    design = {
        name: cell.get(name)
        for name in c.DESIGN_COLUMNS
        if cell.get(name) not in (None, c.COLUMNS.neutral.get(name))
    }
    return json.dumps(design, sort_keys=True, default=str)


def _design_and_replicate(cell: Report) -> str | None:
    """Say of which design and replicate a cell is; None where the replicate is not told."""
    replicate = cell.get("replicate")
    if replicate in (None, ""):
        return None
    said = str(replicate).strip()
    said = (
        said.removesuffix(".0") if said.removesuffix(".0").isdigit() else said
    )  # a workbook writes 1 as 1.0
    return json.dumps([design_of(cell), plainly(said)])  # 1 and 01 are one, and so are a and A


def told_host(name: str, known: Identities) -> dict[str, Any]:
    """Return the host of a told cell, or of a proposal of which a cell was told.

    Parameters
    ----------
    name : str
        Id of the cell or of the proposal.
    known : Identities
        The campaign's cells and proposals.

    Returns
    -------
    dict
        Its choices, as made where a cell is named and as proposed where a proposal is, and ``repeat_of``, the id.

    Raises
    ------
    RecordError
        For an id that is neither, with the nearest; for a proposal of which no cell was told.
    """
    name = known_name("no such cell or proposal to repeat", name, [*known.cells, *known.proposals])
    found = known.cells.get(name) or known.proposals[name]
    if name not in known.cells and not any(cell.get("proposal_id") == name for cell in known.cells.values()):
        told = [
            one
            for one in known.proposals
            if any(cell.get("proposal_id") == one for cell in known.cells.values())
        ]
        raise RecordError(
            "no cell of this proposal was told yet, so that there is nothing to repeat", value=name,
            limit=", ".join([*known.cells, *told][-12:]) or "no cell is stored yet",
            remedy="make it first, and tell its cells; it is pending",
        )  # fmt: skip
    return {column: found[column] for column in c.CHOICES if found.get(column) is not None} | {
        "repeat_of": name
    }
