"""Ids of proposals and cells: how they are made, and what is meant by one that somebody wrote.

A batch is B01, its hosts are B01-1, B01-2, ..., its control is B01-C; the cells made to a host are B01-1-a, B01-1-b
and so on, and cells of hosts that nobody proposed are C1, C2, ... Any other word of a laboratory's own is the id of a
cell as well. Ids are understood in any case.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from string import ascii_lowercase

from surrogate.errors import RecordError, Remedy

CONTROL = "C"
#: What the cells of a proposal end in, in their order.
LETTERS = (*ascii_lowercase, *(a + b for a in ascii_lowercase for b in ascii_lowercase))
_LONGEST = 64
_WRITTEN = re.compile(r"[\w.+/#-][\w .+/#-]*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")
_MOST_NAMED = 12


def proposal_ids(batch: int, roles: Iterable[object]) -> list[str]:
    """Name the proposals of a batch.

    Parameters
    ----------
    batch : int
        Its number; 0: one that is not recorded.
    roles : iterable of str
        Of each proposal; "control" is the control.

    Returns
    -------
    list of str
    """
    ids, number = [], 0
    for role in roles:
        number += role != "control"
        ids.append(f"B{batch:02d}-{CONTROL if role == 'control' else number}")
    return ids


def cell_of(proposal: str, number: int) -> str:
    """Name a cell made to a proposal; ``number`` from 0."""
    return f"{proposal}-{LETTERS[number]}"


def stem_of(cell: str) -> str:
    """Return what a cell's id begins with, which is its proposal if there is one of that id."""
    return cell.rpartition("-")[0]


def checked_id(given: object, column: str, position: int, where: str) -> str | None:
    """Return an id as it is written, if it can be used as one; None where none is given.

    Parameters
    ----------
    given : object
        Of a row.
    column : str
        Where it stands.
    position : int
        The row, from 0.
    where : str
        The file, for messages.

    Raises
    ------
    RecordError
        For what cannot be an id.
    """
    if given is None:
        return None
    text = str(given)
    if len(text) > _LONGEST or not _WRITTEN.fullmatch(text):
        refuse_date(text, column, position, where)
        raise RecordError(
            "not an id", where=where, row=position, column=column, value=text,
            limit=f"letters, digits and - . + / # _ , at most {_LONGEST}", remedy="write such as B02-3-a",
        )  # fmt: skip
    return text


def refuse_date(name: str, column: str, position: int, where: str) -> None:
    """Refuse a date as an id that nobody gave yet.

    Parameters
    ----------
    name : str
        The id.
    column : str
        Where it stands.
    position : int
        The row, from 0.
    where : str
        The file, for messages.

    Raises
    ------
    RecordError
        For a date, which most likely was an id before a spreadsheet read it.
    """
    if _DATE.fullmatch(name):
        raise RecordError(
            "a date, which spreadsheets make of ids such as 3-1 by themselves", where=where, row=position,
            column=column, value=name, limit="an id that is no date",
            remedy="give the column the format of text and write the id again; if the date is meant, add a letter, "
            f"such as {name[:10]}-a",
        )  # fmt: skip


def understood(name: str, ids: Collection[str]) -> str | None:
    """Return the id that is meant by a name in any case; None where there is none.

    Parameters
    ----------
    name : str
        As somebody wrote it.
    ids : collection of str
        Those that there are.
    """
    if name in ids:
        return name
    alike = [one for one in ids if one.lower() == name.lower()]
    return alike[0] if len(alike) == 1 else None


def cell_understood(name: str, cells: Collection[str], proposals: Collection[str]) -> str:
    """Return the id of the cell that is meant by a name, which may be a new one.

    Parameters
    ----------
    name : str
        As somebody wrote it.
    cells, proposals : collection of str
        Ids that there are.
    """
    known = understood(name, cells)
    if known is None and (
        whole := re.fullmatch(r"(\d+)(?:\.0+)?", name)
    ):  # a column of numbers has 12 as 12.0
        known = next((one for one in cells if re.fullmatch(rf"{whole[1]}(?:\.0+)?", one)), None)
    if known is not None:
        return known
    proposal, letter = understood(stem_of(name), proposals), name.rpartition("-")[2]
    if proposal is None:
        return name
    return f"{proposal}-{letter.lower() if letter.lower() in LETTERS else letter}"


def plainly(name: str) -> str:
    """Return an id without case and leading zeros, and with one sign between its parts."""
    return re.sub(r"0*(\d+)", r"\1", re.sub(r"[\s_.-]+", "-", name.lower()))


def nearest(name: str, ids: Iterable[str]) -> str | None:
    """Return the id that somebody most likely meant; None where none is near."""
    there = list(ids)
    same = [one for one in there if plainly(one) == plainly(name)]
    near = same or get_close_matches(name, [one for one in there if not one.endswith(f"-{CONTROL}")], n=1)
    return near[0] if near else None


def known_proposal(
    name: str, proposals: Mapping[str, object], where: str = "", position: int | None = None
) -> str:
    """Find a proposal.

    Parameters
    ----------
    name : str
        Its id, in any case.
    proposals : mapping of str
        By id.
    where : str
        The file, for messages.
    position : int, optional
        The row, from 0.

    Returns
    -------
    str
        The id.

    Raises
    ------
    RecordError
        When there is none; it names the nearest.
    """
    instead = "leave proposal_id empty and fill in the design"
    seen = Remedy(f"see optimize status, or {instead}" if where else "see optimize status", instead)
    return _known("no such proposal", name, proposals, "there are no proposals yet", seen, (where, position))


def known_cell(name: str, cells: Mapping[str, object]) -> str:
    """Find a cell.

    Parameters
    ----------
    name : str
        Its id, in any case.
    cells : mapping of str
        By id.

    Returns
    -------
    str
        The id.

    Raises
    ------
    RecordError
        When there is none; it names the nearest.
    """
    return _known("no such cell", name, cells, "no cell is stored yet", "optimize history lists the cells")


def known_name(what: str, name: str, ids: Collection[str]) -> str:
    """Find a cell or proposal.

    Parameters
    ----------
    what : str
        What the message says where there is none.
    name : str
        Its id, in any case.
    ids : collection of str
        Of cells and proposals.

    Returns
    -------
    str
        The id.

    Raises
    ------
    RecordError
        When there is none; it names the nearest.
    """
    return _known(what, name, ids, "nothing is stored yet", "optimize history lists the cells")


def _known(
    what: str,
    name: str,
    ids: Collection[str],
    nothing: str,
    instead: str | Remedy,
    place: tuple[str, int | None] = ("", None),
) -> str:
    """Find an id, or refuse the name with the nearest; ``place`` is the file and row of a proposal_id."""
    found = understood(name, ids)
    if found is not None:
        return found
    where, row = place
    near = nearest(name, ids)
    raise RecordError(
        what, where=where, row=row, column="proposal_id" if where else None, value=name,
        limit=", ".join(list(ids)[-_MOST_NAMED:]) or nothing,
        remedy=f"did you mean {near!r}?" if near is not None else instead,
    )  # fmt: skip
