"""What is known of a cell: its reports put together, whatever the order in which they came.

A cell that runs is told of again and again: at least 800 cycles, at least 900, failed at 905. That is one cell of 905
cycles. All reports of a cell are put together at once: sorted by their dates, or by how far the cell had come, or as
they were told. Of each target the bounds are intersected, a value takes the place of bounds that it keeps, and of two
values the later counts, which is how a slip is corrected. What cannot be true together is refused.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Collection, Mapping, Sequence
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
#: Of a table of cells, in its order.
RESULT_COLUMNS = (
    *ID_COLUMNS,
    *c.DESIGN_COLUMNS,
    *c.TARGETS,
    *(f"{target}_censored" for target in c.TARGETS),
    *(f"{target}_upper_bound" for target in c.TARGETS),
    *(f"{target}_sem" for target in c.TARGETS),
    "replicate",
    "failed",
    "note",
)
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
        if (ends := _ends_together(in_time, target, where, dated=dated)) is not None:
            found |= written(target, ends)
        found[f"{target}_sem"] = _error(in_time, target, ends)
    found["state"] = _state(in_time, found, dated=dated)
    if found["state"] == NOT_MADE and (
        measured := [target for target in c.TARGETS if ends_of(found, target) is not None]
    ):
        raise RecordError(
            f"cell {found.get('cell_id')} cannot be {NOT_MADE}: it has values", where=where, column="state",
            value=NOT_MADE, limit=", ".join(measured),
            remedy="give this cell an id of its own, or correct what is stored: optimize amend --campaign FILE.toml "
            f"--cell {shlex.quote(str(found.get('cell_id')))} state=failed {measured[0]}=VALUE",
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
            raise _contradiction(cell, target, (low, high), ends, where, _correction(in_time, target))
        else:
            low, high = max(low, ends[0]), min(high, ends[1])
    if not values:
        return None if math.isinf(low) and math.isinf(high) else (low, high)
    latest, number, value = max(values, key=lambda one: one[0])
    for other, _, another in values:
        if other == latest and another != value:
            first, then = sorted((another, value))
            raise _contradiction(cell, target, (first, first), (then, then), where, "")
    if not low <= value <= high:
        raise _contradiction(cell, target, (low, high), (value, value), where, _correction(in_time, target))
    return value, value


def bounds_of(reports: Sequence[Report], target: str) -> Ends:
    """Return between which ends the bounds in some reports put a target; values are left aside.

    Parameters
    ----------
    reports : sequence of mapping
        Of one cell.
    target : str
        One of ``TARGETS``.
    """
    known = [ends for one in reports if (ends := ends_of(one, target)) is not None and ends[0] < ends[1]]
    return max((low for low, _ in known), default=-math.inf), min(
        (high for _, high in known), default=math.inf
    )


def refuse_against_bounds(
    cell: str, reports: Sequence[Report], corrected: Report, meant: Collection[str], where: str
) -> None:
    """Refuse a correction of a value that earlier bounds of the cell do not allow.

    Parameters
    ----------
    cell : str
        Its id.
    reports : sequence of mapping
        What was told of it since it was corrected last.
    corrected : mapping
        What is to be known of it.
    meant : collection of str
        Columns that were named in the correction: a target whose bounds are among them is corrected with its bounds.
    where : str
        The campaign's store, for messages.

    Raises
    ------
    RecordError
        It says how to correct the bound with the value.
    """
    for target in c.TARGETS:
        ends, low_high = ends_of(corrected, target), bounds_of(reports, target)
        flag = f"{target}_censored"
        if ends is None or ends[0] < ends[1] or {flag, f"{target}_upper_bound"} & set(meant):
            continue
        if not low_high[0] <= ends[0] <= low_high[1]:
            raise RecordError(
                f"cell {cell} was told of with a bound that this value does not keep",
                where=where, column=target, value=f"{in_words(low_high)}, and {in_words(ends)}",
                remedy=f"if the bound was wrong, correct it with the value: add {flag}=false to the command; if the "
                "cell is another one, tell it under an id of its own; optimize undo takes the last statement back",
            )  # fmt: skip


def _correction(in_time: Sequence[tuple[int, Report]], target: str) -> str:
    """Write how what is stored of a target is corrected: the end of an amendment; empty where nothing is stored."""
    newest = max(number for number, _ in in_time)
    stored = [report for number, report in in_time if number < newest]
    if not stored:
        return ""
    state = max((report.get("state") for report in stored), key=lambda one: _FINAL[one])
    # Of a cell in one of these states the life is a bound whatever is written.
    is_bound = target == LIFE and state in (RUNNING, STOPPED, LOST)
    return f"{target}=VALUE" + ("" if is_bound else f" {target}_censored=false")


def _contradiction(
    cell: object, target: str, first: Ends, then: Ends, where: str, correction: str
) -> RecordError:
    name = f"cell {cell}" if cell else "this cell"
    return RecordError(
        f"{name} is told of in two ways that cannot both be true",
        where=where,
        column=target,
        value=f"{in_words(first)}, and {in_words(then)}",
        remedy="give different cells different ids in the column cell_id, or "
        + (
            f"correct what is stored: optimize amend --campaign FILE.toml --cell {shlex.quote(str(cell))} "
            f"{correction}"
            if correction and cell
            else "keep the row that is right; a column date says which is later"
        ),
    )


def in_words(ends: Ends) -> str:
    """Say what is known of a target by its two ends: "905", "at least 800", "300 to 400"."""
    low, high = ends
    if low == high:
        return f"{low:g}"
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def written(target: str, ends: Ends) -> dict[str, Any]:
    """Write the ends of a target in the columns of a table of cells.

    Parameters
    ----------
    target : str
        One of ``TARGETS``.
    ends : (float, float)
        In its unit; infinite where open.

    Returns
    -------
    dict
        ``T``, ``T_censored`` and ``T_upper_bound``.
    """
    low, high = ends
    interval = low < high and not (math.isinf(low) or math.isinf(high))
    return {
        target: high if math.isinf(low) else low,
        f"{target}_censored": BELOW if math.isinf(low) else math.isinf(high),
        f"{target}_upper_bound": high if interval else None,
    }


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
