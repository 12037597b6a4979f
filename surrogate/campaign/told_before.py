"""Rows that were told before: which they are, and what came of telling a file.

Data flow: statements and what is known from them -> digests of the rows that were told -> rows of a file that repeat
them, to the word; what was known before and after -> cells that are new, known better, or as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate.campaign import statements as said
from surrogate.campaign.overruled import overruled, set_aside, way_back
from surrogate.campaign.reports import LIFE, RESULT_COLUMNS, Report, ends_of
from surrogate.errors import RecordError
from surrogate.hosts import columns as c

_ASIDE = ("note", "cell_id", "proposal_id", "date")  # that make no cell another one
_TOLD = tuple(name for name in RESULT_COLUMNS if name not in _ASIDE)


def _neutral() -> dict[str, tuple[object, ...]]:
    """Return the values of columns that are younger than some cells which say what an absent one does."""
    found: dict[str, tuple[object, ...]] = dict.fromkeys(c.TORTUOSITY_ENDS, (None,))
    found |= {name: (None, default) for name, default in c.COLUMNS.neutral.items()}
    for target in c.TARGETS:
        found[f"{target}_upper_bound"] = found[f"{target}_sem"] = (None,)
    return found | {
        "state": (None,),
        "coulombic_efficiency_pct": (None,),
        "coulombic_efficiency_pct_censored": (None, False),
    }


_NEUTRAL = _neutral()


@dataclass(frozen=True)
class Told:
    """What came of telling cells.

    Parameters
    ----------
    new : tuple of str
        Ids of cells that were not known.
    updated : tuple of str
        Of cells of which more is known now.
    unchanged : tuple of str
        Of cells of which nothing new was said.
    overruled : tuple of (str, dict)
        Cells of which a row says what was told before, though something else was told or corrected since, with what
        the row says (column -> value); empty for a cell that was taken out.
    fewer : tuple of (str, float, float)
        Running cells of which a row counts fewer cycles than are known, and does not say that it is earlier: cycles
        of the row, and known.
    notes : tuple of str
        A sentence for each thing that was understood of the table; empty where it was not read here.
    """

    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    overruled: tuple[tuple[str, dict[str, Any]], ...] = ()
    fewer: tuple[tuple[str, float, float], ...] = ()
    notes: tuple[str, ...] = ()


def stored_already(
    again: list[int], total: int, source: str, otherwise: Mapping[str, Mapping[str, Any]]
) -> RecordError:
    """Make the error for rows that name no cell and are stored.

    Parameters
    ----------
    again : list of int
        Their positions, from 0.
    total : int
        Rows of the file.
    source : str
        The file, for messages.
    otherwise : mapping
        Id of a cell that was corrected since -> what the row says of it; empty for one that was taken out.
    """
    rows = ", ".join(str(k + 1) for k in again[:10]) + (", ..." if len(again) > 10 else "")
    if len(again) == total:
        what = "all of its cells are stored already"
        remedy = "nothing needs to be done; if these are new cells with the same numbers, add --again"
    else:
        what = f"{len(again)} of its {total} cells are stored already (rows {rows})"
        remedy = f"add --new to take only the other {total - len(again)}, or --again to take all as new cells"
    if otherwise:
        cell, says = next(iter(otherwise.items()))
        remedy += (
            f". Cell {cell} was corrected since and stays so; to go back: {way_back(cell, says)}"
            if says
            else f". Cell {cell} was taken out and stays out"
        )
    return RecordError(what, where=source, limit="each measured cell is stored once", remedy=remedy)


def names_a_cell(record: Mapping[str, Any]) -> bool:
    """Whether a row says which cell or proposal it is about."""
    return record["cell_id"] is not None or record["proposal_id"] is not None


def said_of(record: Mapping[str, Any], digest: str = "") -> tuple[Any, ...]:
    """Return what a row that names its cell says, to the word; its digest is found where it is not given."""
    about = record.get("cell_id") or record.get("proposal_id")
    return about, digest or digest_of(record), record.get("date"), record.get("note")


def counting(
    statements: Sequence[said.Statement], known: said.Known
) -> tuple[dict[str, list[str]], dict[tuple[Any, ...], list[str]]]:
    """Return what was told and not taken back: digests of rows with their cells, and rows that named a cell.

    The latter by what they say, under the id of the cell and under that of its proposal, with the cells that said so.
    """
    own, named = dict[str, list[str]](), dict[tuple[Any, ...], list[str]]()
    for one in statements:
        if one.kind != said.TELL or (one.number and one.number in known.undone):
            continue
        for cell, report in one.rows:
            digest = digest_of(report)
            cells = own.setdefault(digest, [])
            if cell not in cells:
                cells.append(cell)
            named.setdefault(said_of({**report, "cell_id": cell}, digest), []).append(cell)
            if report.get("proposal_id"):
                named.setdefault(said_of({**report, "cell_id": None}, digest), []).append(cell)
    return own, named


def compared(
    before: said.Known,
    now: said.Known,
    rows: Sequence[tuple[str, dict[str, Any]]],
    as_before: Sequence[tuple[str, dict[str, Any]]],
) -> Told:
    """Say which of the told cells are new, known better, or as they were.

    Parameters
    ----------
    before, now : Known
        Without the file, and with it.
    rows, as_before : sequence of (str, dict)
        Cell and report of the rows that are reports more, and of those that were told before.

    Returns
    -------
    Told
    """
    new, updated, unchanged = list[str](), list[str](), list(dict.fromkeys(cell for cell, _ in as_before))
    for cell in dict.fromkeys(cell for cell, _ in rows):
        if cell not in before.cells:
            new.append(cell)
            continue
        was, is_now = (
            {
                name: value
                for name, value in one.cells[cell].items()
                if name not in ("source", "told_at") and value not in (None, False)
            }
            for one in (before, now)
        )
        (unchanged if was == is_now else updated).append(cell)
    told = {*new, *updated}
    unchanged = [one for one in dict.fromkeys(unchanged) if one not in told]
    otherwise = {
        cell: (overruled if cell in unchanged else set_aside)(record, cell, now) for cell, record in as_before
    }
    otherwise |= {cell: one for cell, record in rows if (one := set_aside(record, cell, before)) is not None}
    return Told(
        tuple(new),
        tuple(updated),
        tuple(unchanged),
        tuple((cell, one) for cell, one in otherwise.items() if one is not None),
        tuple(_fewer(before, rows)),
    )


def _fewer(before: said.Known, rows: Sequence[tuple[str, Report]]) -> Iterator[tuple[str, float, float]]:
    """Find rows that count fewer cycles of a running cell than are known, and neither repeat it nor are earlier."""
    for cell, report in rows:
        known, told = (ends_of(one, LIFE) for one in (before.cells.get(cell, {}), report))
        if known is None or told is None or known[0] == known[1] or told[0] == told[1] or told[0] >= known[0]:
            continue
        dates = [str(one.get("date") or "") for one in (report, before.cells[cell])]
        earlier = all(dates) and dates[0] < dates[1]
        if not earlier and all(ends_of(one, LIFE) != told for _, one in before.reports[cell]):
            yield cell, told[0], known[0]


def digest_of(record: Mapping[str, Any]) -> str:
    """Hash a cell; a neutral value in a column younger than the cell does not change the hash."""
    content = {name: record.get(name) for name in _TOLD if record.get(name) not in _NEUTRAL.get(name, ())}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
