"""What a file tells again though something else was told or corrected since: it stays as it was corrected.

Data flow: a row that says what was told before, and what is known of its cell -> what the row says of things that are
known to be otherwise -> the command that makes it so again.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from surrogate.campaign.amendments import Amendment, columns_of, says, thing_of, told_again
from surrogate.campaign.reports import Report, ends_of, is_empty, written
from surrogate.campaign.statements import Known
from surrogate.hosts import columns as c


def overruled(record: Report, cell: str, known: Known) -> dict[str, Any] | None:
    """Return what a row that was told before says of things that are known to be otherwise.

    Parameters
    ----------
    record : mapping
        The row.
    cell : str
        The id of its cell.
    known : Known
        What is known now.

    Returns
    -------
    dict or None
        Column -> value as it has to be amended, empty for a cell that was taken out; None where nothing is otherwise.
    """
    if cell not in known.cells:
        return {}
    found = set_aside(record, cell, known) or {}
    for target in c.TARGETS if not record.get("date") else ():
        if target not in found and _is_otherwise(record, known.cells[cell], target):
            found |= _of_target(record, target)
    return found or None


def set_aside(record: Report, cell: str, known: Known) -> dict[str, Any] | None:
    """Return what a row says, as before, of things that were corrected by hand since.

    Parameters
    ----------
    record, cell, known
        As for :func:`overruled`.

    Returns
    -------
    dict or None
        As from :func:`overruled`; None as well for an unknown cell.
    """
    if cell not in known.cells:
        return None
    amendments = known.amendments.get(cell, [])
    things = told_again(record, known.reports[cell], amendments)
    otherwise = [thing for thing in things if _is_otherwise(record, known.cells[cell], thing)]
    return _as_before(record, otherwise, amendments) or None


def way_back(cell: str, changes: Mapping[str, Any], campaign: str = "FILE.toml") -> str:
    """Write the command by which a cell is again what a row says.

    Parameters
    ----------
    cell : str
        Its id.
    changes : mapping
        Of :func:`overruled`, not empty.
    campaign : str
        The campaign file.
    """
    said = " ".join(shlex.quote(f"{name}={_written(value)}") for name, value in changes.items())
    return f"optimize amend --campaign {shlex.quote(campaign)} --cell {shlex.quote(cell)} {said}"


def _is_otherwise(record: Report, now: Report, thing: str) -> bool:
    """Whether a thing is not known as a row says it; a target may be known better, between the ends of the row."""
    told, known = says(record, thing), says(now, thing)
    if told is None or told == known:
        return False
    return known is None or thing not in c.TARGETS or not told[0] <= known[0] <= known[1] <= told[1]


def _as_before(record: Report, things: Iterable[str], amendments: Iterable[Amendment]) -> dict[str, Any]:
    """Return how a cell is amended to be as before the corrections of some things.

    What was corrected in one command with them goes back with them: as the row says, or as it was known before.
    """
    wanted = set(things)
    found: dict[str, Any] = {}
    for amendment in amendments:
        if not wanted & set(amendment.things):
            continue
        for thing in amendment.things:
            report = record if says(record, thing) is not None else amendment.was
            new = _of_target(report, thing) if thing in c.TARGETS else _of_columns(report, thing)
            found = new | found if thing not in map(thing_of, found) else found
    return found


def _of_columns(report: Report, thing: str) -> dict[str, Any]:
    """Return the columns that say a thing; ``failed`` only where it is set, for it follows from the state else."""
    return {
        column: None if is_empty(report.get(column)) else report[column]
        for column in columns_of(thing)
        if column != "failed" or not is_empty(report.get(column))
    }


def _of_target(report: Report, target: str) -> dict[str, Any]:
    """Return the columns that say what a report does of a target, those that are empty left out beside a value."""
    ends = ends_of(report, target)
    if ends is None:
        return {target: None}
    said = {**written(target, ends), f"{target}_sem": report.get(f"{target}_sem")}
    # A flag that is not set is named: only so is a bound taken back with its value.
    return {name: value for name, value in said.items() if value is False or not is_empty(value)}


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) and float(f"{value:.12g}") == value else str(value)
