"""What a campaign was told, statement by statement, and what is known after all of them.

Nothing that was told is erased. A statement is one command: cells of a file, a correction, a cell taken out, a
proposal withdrawn, or that the statement before is taken back. What is known follows from them in their order:
statements that were taken back left out, the reports of each cell put together (``cells``) but for what was corrected
by hand (``amendments``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from surrogate.campaign.amendments import Amendment, counting
from surrogate.campaign.cells import together
from surrogate.campaign.reports import Report
from surrogate.errors import RecordError

TELL, AMEND, FORGET, WITHDRAW, UNDO = KINDS = ("tell", "amend", "forget", "withdraw", "undo")


@dataclass(frozen=True)
class Statement:
    """One command that told the campaign something.

    Parameters
    ----------
    number : int
        Place among all statements, from 1; 0: cells of before statements were kept.
    said_at : str
        ISO time, UTC.
    who : str
        Name of the user.
    kind : str
        One of ``KINDS``.
    about : str
        Cell, proposal or statement; empty for cells of a file.
    source : str
        The file, where there is one.
    rows : sequence of (str, dict)
        Cell id and report, of a file or a correction.
    """

    number: int
    said_at: str
    who: str
    kind: str
    about: str = ""
    source: str = ""
    rows: Sequence[tuple[str, dict[str, Any]]] = ()


@dataclass
class Known:
    """What is known after some statements.

    Parameters
    ----------
    cells : dict
        Cell id -> what is known of it, with ``source`` and ``told_at`` of its last report; in the order first told.
    withdrawn : set of str
        Proposals that will not be made.
    used : set of str
        Every cell id that was given by a statement that counts, those of cells that were taken out among them.
    undone : set of int
        Statements that were taken back.
    reports : dict
        Cell id -> its reports, with the numbers of their statements.
    amendments : dict
        Cell id -> how it was corrected by hand.
    """

    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    reports: dict[str, list[tuple[int, Report]]] = field(default_factory=dict)
    amendments: dict[str, list[Amendment]] = field(default_factory=dict)

    def counting(self, cell: str) -> list[tuple[int, Report]]:
        """Return the reports of a cell that count, its amendments among them, each with its statement."""
        return counting(self.reports[cell], self.amendments.get(cell, ()))


def known_after(statements: Sequence[Statement]) -> Known:
    """Return what is known after statements.

    Parameters
    ----------
    statements : sequence of Statement
        In their order.

    Returns
    -------
    Known
    """
    known = Known(undone={int(one.about) for one in statements if one.kind == UNDO})
    told: dict[str, dict[str, Any]] = {}
    for one in statements:
        if one.number not in known.undone or one.number == 0:
            _take(known, one, told)
    known.cells = {cell: together(known.counting(cell)) | told[cell] for cell in known.reports}
    return known


def with_told(known: Known, one: Statement) -> Known:
    """Return what is known after a told file more: that of all other cells is as it was.

    Parameters
    ----------
    known : Known
        After the statements before, from :func:`known_after`; it is not changed.
    one : Statement
        Of the kind ``TELL``.

    Returns
    -------
    Known
        As :func:`known_after` gives it.
    """
    cells = dict.fromkeys(cell for cell, _ in one.rows)
    after = replace(
        known, cells=dict(known.cells), used=set(known.used),
        reports=known.reports | {cell: list(known.reports.get(cell, ())) for cell in cells},
    )  # fmt: skip
    told: dict[str, dict[str, Any]] = {}
    _take(after, one, told)
    after.cells.update({cell: together(after.counting(cell)) | told[cell] for cell in cells})
    return after


def to_take_back(statements: Sequence[Statement]) -> Statement | None:
    """Return the last statement that has not been taken back; None where there is none that can be.

    Parameters
    ----------
    statements : sequence of Statement
        In their order.
    """
    undone = {int(one.about) for one in statements if one.kind == UNDO}
    left = [one for one in statements if one.kind != UNDO and one.number and one.number not in undone]
    return left[-1] if left else None


def _take(known: Known, one: Statement, told: dict[str, dict[str, Any]]) -> None:
    """Take in a statement: ``told`` is what its cells are known by of it."""
    known.used.update(cell for cell, _ in one.rows)
    about = {"source": one.source, "told_at": one.said_at}
    if one.kind == TELL:
        for cell, report in one.rows:
            known.reports.setdefault(cell, []).append((one.number, {**report, "cell_id": cell}))
            told[cell] = about
    elif one.kind == AMEND:
        for cell, changes in one.rows:
            if cell in known.reports:
                amendment = Amendment.of(one.number, changes, together(known.counting(cell)))
                known.amendments.setdefault(cell, []).append(amendment)
                told[cell] = about
    elif one.kind == FORGET:
        known.reports.pop(one.about, None)
        known.amendments.pop(one.about, None)
    elif one.kind == WITHDRAW:
        known.withdrawn.update(one.about.split(" "))


def history(statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Return what was said, a row for each cell or proposal that a statement is about.

    Parameters
    ----------
    statements : sequence of Statement
        In their order.

    Returns
    -------
    list of dict
        ``statement``, ``said_at``, ``who``, ``kind``, ``about``, ``source``, ``said`` (column -> value, of a file or
        a correction) and ``taken_back``.
    """
    undone = {int(one.about) for one in statements if one.kind == UNDO}
    rows = []
    for one in statements:
        abouts = one.about.split(" ") if one.kind == WITHDRAW else [one.about]
        for about, said in one.rows or [(about, {}) for about in abouts]:
            rows.append(
                {
                    "statement": one.number,
                    "said_at": one.said_at,
                    "who": one.who,
                    "kind": one.kind,
                    "about": about,
                    "source": one.source,
                    "said": said,
                    "taken_back": one.number in undone and one.number > 0,
                }
            )
    return rows


def nothing_to_take_back(where: str) -> RecordError:
    """Make the error for a campaign that was told nothing that could be taken back."""
    return RecordError(
        "there is nothing to take back",
        where=where,
        remedy="optimize history shows what was said; optimize forget takes out a cell that was told before "
        "statements were kept",
    )
