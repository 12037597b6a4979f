"""What is known of a cell: its reports put together, whatever the order in which they came.

A cell that runs is told of again and again: at least 800 cycles, at least 900, failed at 905. That is one cell of 905
cycles. All reports of a cell are put together at once: sorted by their dates, or by how far the cell had come, or as
they were told. Of each target the bounds are intersected, a value takes the place of bounds that it keeps, and of two
values the later counts, which is how a slip is corrected. What cannot be true together is refused.
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
_FINAL = {None: 0, RUNNING: 1, STOPPED: 2, LOST: 3, FAILED: 4, NOT_MADE: 5}
_LATEST = ("replicate", "note", "date", "failed")  # of the latest report that has one

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


def together(
    reports: Sequence[tuple[int, Report]], where: str, known: Report | None = None
) -> dict[str, Any]:
    """Put the reports of one cell together, whatever the order in which they came.

    Parameters
    ----------
    reports : sequence of (int, mapping)
        At least one: the number of the statement that told it, above 0, and the report. Those of one statement were
        told at once, so that none corrects another.
    where : str
        The file, for messages.
    known : mapping, optional
        What was known before all of them, where it was corrected by hand.

    Returns
    -------
    dict
        One report.

    Raises
    ------
    RecordError
        Where they contradict each other; it says how to correct either.
    """
    told = [*([(0, known)] if known is not None else []), *reports]
    dated = all(report.get("date") for _, report in told)
    in_time = sorted(told, key=lambda one: _time(one, dated))
    found: dict[str, Any] = {}
    for _, report in sorted(in_time, key=lambda one: one[0]):
        found |= {name: value for name, value in report.items() if name not in found or not _is_empty(value)}
    for _, report in in_time:
        found |= {name: report[name] for name in _LATEST if not _is_empty(report.get(name))}
    for target in c.TARGETS:
        known_ends = _ends_together(in_time, target, where, dated=dated)
        _write(found, target, known_ends)
        found[f"{target}_sem"] = _error(in_time, target, known_ends)
    found["state"] = _state(in_time, found, dated=dated)
    if found["state"] == NOT_MADE and (
        measured := [target for target in c.TARGETS if ends_of(found, target) is not None]
    ):
        raise RecordError(
            f"cell {found.get('cell_id')} cannot be {NOT_MADE}: it has values", where=where, column="state",
            value=NOT_MADE, limit=", ".join(measured), remedy="give this cell an id of its own, or another state",
        )  # fmt: skip
    return found


def _time(one: tuple[int, Report], dated: bool) -> tuple[str, float, int]:
    """Sort reports by date where all have one, by how far the cell had come, by when they were told."""
    number, report = one
    return str(report["date"]) if dated else "", _progress(report), number


def _ends_together(
    in_time: Sequence[tuple[int, Report]], target: str, where: str, *, dated: bool
) -> Ends | None:
    """Return the ends of a target by all reports, which are sorted by time."""
    low, high = -math.inf, math.inf
    values: list[tuple[tuple[Any, ...], int, float]] = []
    cell = in_time[0][1].get("cell_id")
    for one in in_time:
        ends = ends_of(one[1], target)
        if ends is None:
            continue
        if ends[0] == ends[1]:
            day, progress, number = _time(one, dated)
            values.append(((day, number) if target == LIFE else (day, progress, number), number, ends[0]))
        elif ends[0] > high or ends[1] < low:
            raise _contradiction(
                cell, target, (low, high), ends, where, stored=len({n for n, _ in in_time}) > 1
            )
        else:
            low, high = max(low, ends[0]), min(high, ends[1])
    if not values:
        return None if math.isinf(low) and math.isinf(high) else (low, high)
    latest, number, value = max(values, key=lambda one: one[0])
    for other, _, another in values:
        if other == latest and another != value:
            first, then = sorted((another, value))
            raise _contradiction(cell, target, (first, first), (then, then), where, stored=False)
    if not low <= value <= high:
        stored = len({n for n, _ in in_time}) > 1
        raise _contradiction(cell, target, (low, high), (value, value), where, stored=stored)
    return value, value


def _contradiction(
    cell: object, target: str, first: Ends, then: Ends, where: str, *, stored: bool
) -> RecordError:
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


def _error(in_time: Sequence[tuple[int, Report]], target: str, ends: Ends | None) -> float | None:
    """Return the standard error of a value by the latest report of this value that has one; a bound has none."""
    if ends is None or ends[0] != ends[1]:
        return None
    told = [report.get(f"{target}_sem") for _, report in in_time if ends_of(report, target) == ends]
    known = [float(error) for error in told if error is not None and not math.isnan(error)]
    return known[-1] if known else None


def _state(in_time: Sequence[tuple[int, Report]], found: Report, *, dated: bool) -> str | None:
    """Return the state of a cell: what ends it counts, however late it is told."""
    told = [(one, one[1].get("state")) for one in in_time]
    final = max((state for _, state in told), key=lambda state: _FINAL[state])
    ends = ends_of(found, LIFE)
    if final in (RUNNING, STOPPED) and ends is not None and ends[0] == ends[1]:
        return FAILED
    if final == STOPPED:
        stopped = [one for one, state in told if state == STOPPED]
        runs = [one for one, state in told if state == RUNNING]
        if any(all(_goes_on(after, before, dated) for before in stopped) for after in runs):
            return RUNNING
    return final


def _goes_on(after: tuple[int, Report], before: tuple[int, Report], dated: bool) -> bool:
    """Whether one report is of a later time than another: by date, by cycles where both have them, or as told."""
    if dated:
        return str(after[1]["date"]) > str(before[1]["date"])
    cycles = _progress(after[1]), _progress(before[1])
    return after[0] > before[0] if math.isinf(min(cycles)) else cycles[0] > cycles[1]


def _progress(report: Report) -> float:
    """Cycles that a cell had come to, as far as is known; infinite where it has ended."""
    ends = ends_of(report, LIFE)
    if ends is None:
        return -math.inf
    return math.inf if ends[0] == ends[1] else ends[0]


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value is False or (isinstance(value, float) and math.isnan(value))
