"""What is known of a cell: its reports put together, whatever the order in which they came.

A cell that runs is told of again and again: at least 800 cycles, at least 900, failed at 905. That is one cell of 905
cycles. Of each target the reports' ends are intersected, a value takes the place of bounds that it keeps, and of two
values the one told later counts, which is how a slip is corrected. What cannot be true together is refused.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from surrogate.errors import RecordError
from surrogate.files.bounds import kind
from surrogate.hosts import columns as c
from surrogate.hosts.targets import BELOW

RUNNING, STOPPED, FAILED, LOST, NOT_MADE = STATES = ("running", "stopped", "failed", "lost", "not_made")
#: What each state means, for the template and for messages.
MEANINGS = {
    RUNNING: "still cycling: its cycles so far are at least its life",
    STOPPED: "ended by choice before it failed: its cycles are at least its life",
    FAILED: "ended by a failure; without any value: made, and gave none",
    LOST: "ended by a mishap that says nothing of the host; values before it count",
    NOT_MADE: "could not be made",
}
LIFE = "cycle_life_cycles"
ID_COLUMNS = ("cell_id", "proposal_id", "state", "date")
_FINAL = {None: 0, RUNNING: 1, STOPPED: 2, LOST: 3, FAILED: 4, NOT_MADE: 4}
_KEPT_WHERE_LATER = ("replicate", "note", "date", "failed")

Report = Mapping[str, Any]
Ends = tuple[float, float]


def ends_of(report: Report, target: str) -> Ends | None:
    """Return the two ends between which a report puts a target; None where it says nothing.

    Parameters
    ----------
    report : mapping
        Column -> value of a cell.
    target : str
        One of ``TARGETS``.
    """
    value, flag, upper = (report.get(f"{target}{end}") for end in ("", "_censored", "_upper_bound"))
    if value is None:
        return None
    known = kind(flag)
    if known == BELOW:
        return -math.inf, float(value)
    if upper is not None:
        return float(value), float(upper)
    return float(value), math.inf if known else float(value)


def together(reports: Sequence[Report], where: str) -> dict[str, Any]:
    """Put the reports of one cell together that came in one file, in no particular order.

    Parameters
    ----------
    reports : sequence of mapping
        At least one; rows of the file.
    where : str
        The file, for messages.

    Returns
    -------
    dict
        One report.

    Raises
    ------
    RecordError
        Where they contradict each other.
    """
    first, *rest = sorted(reports, key=_order)
    found = dict(first)
    for report in rest:
        found = after(found, report, where, at_once=_order(found)[0] == _order(report)[0], stored=False)
    return found


def after(
    known: Report, report: Report, where: str, *, at_once: bool = False, stored: bool = True
) -> dict[str, Any]:
    """Return what is known of a cell after a further report.

    Parameters
    ----------
    known, report : mapping
        What was known, and what is told now.
    where : str
        The file, for messages.
    at_once : bool
        Whether both are told at once, so that neither corrects the other.
    stored : bool
        Whether what was known is stored, so that it can be corrected there.

    Returns
    -------
    dict

    Raises
    ------
    RecordError
        Where they contradict each other; it says how to correct either.
    """
    late = _is_late(known, report)
    found = dict(known)
    for name, value in report.items():
        told = value is not None and not (isinstance(value, float) and math.isnan(value))
        kept = late and name in _KEPT_WHERE_LATER and found.get(name) not in (None, "", False)
        if told and not kept and name.removesuffix("_censored") not in c.TARGETS:
            found[name] = value
    for target in c.TARGETS:
        _write(found, target, _both(known, report, target, where, late=late, at_once=at_once, stored=stored))
    found["state"] = _state(known, report, found, late=late)
    return found


def _both(
    known: Report, report: Report, target: str, where: str, *, late: bool, at_once: bool, stored: bool
) -> Ends | None:
    """Return the ends of a target by two reports."""
    first, then = ends_of(known, target), ends_of(report, target)
    if first is None or then is None:
        return then if first is None else first
    if first == then:
        return first
    values = first[0] == first[1], then[0] == then[1]
    if all(values):
        if at_once and (target == LIFE or _progress(known) == _progress(report)):
            raise _contradiction(known, target, first, then, where, stored=False)
        return first if late and target != LIFE else then
    low, high = max(first[0], then[0]), min(first[1], then[1])
    if low > high:
        raise _contradiction(known, target, first, then, where, stored=stored)
    return low, high


def _contradiction(
    known: Report, target: str, first: Ends, then: Ends, where: str, *, stored: bool
) -> RecordError:
    cell = known.get("cell_id")
    name = f"cell {cell}" if cell else "this cell"
    return RecordError(
        f"{name} is told of in two ways that cannot both be true",
        where=where,
        column=target,
        value=f"{_said(first)}, and {_said(then)}",
        remedy="give different cells different ids in the column cell_id, or "
        + (
            f"correct what is stored: optimize amend --campaign FILE.toml --cell {shlex.quote(str(cell))} "
            f"{target}=VALUE"
            if stored and cell
            else "keep the row that is right; a column date says which is later"
        ),
    )


def _said(ends: Ends) -> str:
    low, high = ends
    if low == high:
        return f"{low:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def _write(record: dict[str, Any], target: str, ends: Ends | None) -> None:
    """Put the ends of a target into a record, in the columns of a table of cells."""
    if ends is None:
        return
    low, high = ends
    record[target] = high if math.isinf(low) else low
    record[f"{target}_censored"] = BELOW if math.isinf(low) else math.isinf(high)
    record[f"{target}_upper_bound"] = (
        high if low < high and not (math.isinf(low) or math.isinf(high)) else None
    )


def _state(known: Report, report: Report, found: Report, *, late: bool) -> str | None:
    """Return the state of a cell: what ends it counts, however late it is told."""
    before, now = known.get("state"), report.get("state")
    if now is None and before in (RUNNING, STOPPED):
        ends = ends_of(found, LIFE)
        return FAILED if ends is not None and ends[0] == ends[1] else before
    goes_on = before == STOPPED and now == RUNNING and not late
    resumed = goes_on and _progress(report) > _progress(known)
    return now if resumed or _FINAL[now] >= _FINAL[before] else before


def _progress(report: Report) -> float:
    """Cycles that a cell had come to, as far as is known."""
    ends = ends_of(report, LIFE)
    return -math.inf if ends is None else ends[0]


def _order(report: Report) -> tuple[str, float]:
    return str(report.get("date") or ""), _progress(report)


def _is_late(known: Report, report: Report) -> bool:
    """Whether a report is of a time before what is known already."""
    days = known.get("date"), report.get("date")
    if all(days) and days[0] != days[1]:
        return str(days[1]) < str(days[0])
    bound = ends_of(report, LIFE)
    return bound is not None and bound[0] < bound[1] and bound[0] < _progress(known)
