"""The rows of a told file: the cells that they are about, those that say nothing new, those that are asked back.

Data flow: rows -> ids as the campaign writes them -> rows that were told before, to the word (``told_before``) ->
rows in doubt asked back (``continuing``) -> the cell of each other row (``identity``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from surrogate.campaign import statements as said
from surrogate.campaign.continuing import Asking, differs, refuse_doubtful, refuse_renamed
from surrogate.campaign.identity import Identities
from surrogate.campaign.overruled import overruled
from surrogate.campaign.reports import TAKEN_OVER, taken_over
from surrogate.campaign.told_before import (
    counting,
    digest_of,
    names_a_cell,
    said_of,
    stored_already,
)

Repeated = Literal["refuse", "add", "skip"]


@dataclass
class Telling:
    """What becomes of the rows of a file.

    Parameters
    ----------
    rows : list of (str, dict)
        Cell id and report of each row that is a report more.
    positions : list of int
        Their rows in the file, from 1.
    as_before : list of (str, dict)
        Cell id and row of each that was told before.
    """

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    as_before: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def telling_of(
    records: Sequence[dict[str, Any]],
    statements: Sequence[said.Statement],
    known: said.Known,
    proposals: Mapping[str, Mapping[str, Any]],
    source: str,
    repeated: Repeated,
    places: Sequence[int] | None = None,
) -> Telling:
    """Find which cell each row of a file is about.

    Parameters
    ----------
    records : sequence of dict
        ``RESULT_COLUMNS`` of each row; ids are completed in place.
    statements : sequence of Statement
        That were made before.
    known : Known
        After them.
    proposals : mapping of str to mapping
        By id.
    source : str
        The file, for messages.
    repeated : "refuse", "add" or "skip"
        What to do with rows that name no cell and are stored already; with "add" every row without a ``cell_id`` that
        may be about a known cell is a new one. Unless with "refuse" a new id is taken for a new cell.
    places : sequence of int, optional
        (n,) Row of each record in the file, from 0, for messages; None: as they stand.

    Returns
    -------
    Telling

    Raises
    ------
    RecordError
        For rows that are stored already and refused, those in doubt, and ids that cannot be used.
    """
    own, named = counting(statements, known)
    names = Identities(known.cells, proposals, known.used)
    at = range(len(records)) if places is None else places
    for k, record in enumerate(records):
        record["cell_id"], record["proposal_id"] = (
            names.cell_named(record, at[k], source),
            names.proposal_of(record, at[k], source),
        )
    again = _told_before(records, own)
    if again and repeated == "refuse":
        otherwise = _otherwise(again, records, known)
        raise stored_already([at[k] for k in again], len(records), source, otherwise)
    names.reserve(records)
    before = dict[int, str]()
    others = set[int]()
    for k, record in enumerate(records):
        if repeated == "add" and not record["cell_id"] and _is_another(record, k in again, named, names):
            others.add(k)
        elif names_a_cell(record) and named.get(key := said_of(record)):
            before[k] = named[key].pop()  # word for word as it was told before
        elif k in again and repeated == "skip":
            before[k] = again[k]
    if repeated != "add":
        doubtful = [(at[k], one) for k, one in enumerate(records) if k not in before and not one["cell_id"]]
        by_id = {one["cell_id"] for one in records if one["cell_id"]}
        asking = Asking(names, source, again=repeated == "refuse" and not before)
        refuse_doubtful(doubtful, set(before.values()), by_id, asking)
    if repeated == "refuse":
        new = [
            (at[k], one)
            for k, one in enumerate(records)
            if k not in before and one["cell_id"] and one["cell_id"] not in known.cells
        ]
        refuse_renamed(new, _unnamed(known) - by_id - set(before.values()), asking)
    for record in records:
        if not record["cell_id"]:
            record[TAKEN_OVER] = f"{record.get(TAKEN_OVER) or ''} cell_id".strip()
    found = Telling(as_before=[(cell, records[k]) for k, cell in before.items()])
    for k, record in enumerate(records):
        if k not in before:
            cell = names.name(record, at[k], source, another=k in others)
            found.rows.append((cell, record | {"cell_id": cell}))
            found.positions.append(at[k] + 1)
    return found


def _unnamed(known: said.Known) -> set[str]:
    """Return the cells that no row has named: the campaign gave them their ids."""
    return {
        cell
        for cell, reports in known.reports.items()
        if all("cell_id" in taken_over(report) for _, report in reports)
    }


def _told_before(records: Sequence[Mapping[str, Any]], own: Mapping[str, Sequence[str]]) -> dict[int, str]:
    """Find the rows that name no cell and are stored already: position -> cell.

    Each cell stands for one row, so that of three equal rows the third is new where two cells are stored; but rows of
    one replicate are about the same cell.
    """
    left = {digest: list(cells) for digest, cells in own.items()}
    found = dict[int, str]()
    for k, one in enumerate(records):
        cells = [] if names_a_cell(one) else left.get(digest_of(one), [])
        if cells:
            found[k] = cells[0] if one["replicate"] not in (None, "") else cells.pop(0)
    return found


def _is_another(
    record: Mapping[str, Any], stored: bool, named: Mapping[tuple[Any, ...], list[str]], names: Identities
) -> bool:
    """Whether a row without a cell_id is of a new cell where that is asked for."""
    if stored or record["replicate"] is None or said_of(record) in named:
        return True
    name = names.of_design(record)
    return name is not None and differs(record, names.cells[name]) is not None


def _otherwise(
    again: Mapping[int, str], records: Sequence[Mapping[str, Any]], known: said.Known
) -> dict[str, dict[str, Any]]:
    """Return what repeated rows say of cells that were corrected since, or taken out: cell -> column -> value."""
    found = {cell: overruled(records[k], cell, known) for k, cell in again.items()}
    return {cell: one for cell, one in found.items() if one is not None}
