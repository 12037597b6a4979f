"""What is known of a cell: its reports put together, whatever the order in which they came.

A cell that runs is told of again and again: at least 800 cycles, at least 900, failed at 905. That is one cell of 905
cycles. All reports of a cell are put together at once, sorted by time (``report_times``). Of each target the bounds
are intersected, a value takes the place of bounds that it keeps, and of two values the later counts, which is how a
slip is corrected. The design is as the latest report tells it that tells any, not one that was only completed or
prefilled. What cannot be true together is refused when it is told (``contradictions``); of what was accepted
all the same the later counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from surrogate.campaign.report_times import Timed, goes_on, in_time
from surrogate.campaign.reports import (
    FAILED,
    FINAL,
    LIFE,
    RUNNING,
    STOPPED,
    TAKEN_OVER,
    Ends,
    Report,
    ends_of,
    is_empty,
    taken_over,
    written,
)
from surrogate.hosts import columns as c


def together(reports: Sequence[tuple[int, Report]]) -> dict[str, Any]:
    """Put the reports of one cell together, whatever the order in which they came.

    Parameters
    ----------
    reports : sequence of (int, mapping)
        At least one: the number of the statement that told it, and the report. Those of one statement were
        told at once, so that none corrects another.

    Returns
    -------
    dict
        One report.
    """
    ordered = in_time(reports)
    found = _latest(ordered)
    for target in c.TARGETS:
        ends = ends_together(ordered, target)
        if ends is not None:
            found |= written(target, ends)
        found[f"{target}_sem"] = _error(ordered, target, ends)
    found["state"] = _state(ordered, found)
    return found


def _latest(ordered: Sequence[Timed]) -> dict[str, Any]:
    """Return of each column what the latest report says that says anything of it itself."""
    told, assumed = dict[str, Any](), dict[str, Any]()
    for one in ordered:
        own = set(one.report) - taken_over(one.report) - {TAKEN_OVER}
        for name in set(one.report) - {TAKEN_OVER}:
            known, value = told if name in own else assumed, one.report[name]
            if name not in known or not is_empty(value):
                known[name] = value
    return assumed | {
        name: value for name, value in told.items() if name not in assumed or not is_empty(value)
    }


def ends_together(ordered: Sequence[Timed], target: str) -> Ends | None:
    """Return between which ends all reports put a target; None where none says anything of it.

    Parameters
    ----------
    ordered : sequence of Timed
        Sorted by time.
    target : str
        One of ``TARGETS``.
    """
    values = [
        ends for one in ordered if (ends := ends_of(one.report, target)) is not None and ends[0] == ends[1]
    ]
    return values[-1] if values else bounds_together(ordered, target)


def bounds_together(ordered: Sequence[Timed], target: str) -> Ends | None:
    """Return between which ends the bounds in some reports put a target, values left aside; None where there is none.

    Parameters
    ----------
    ordered, target
        As for :func:`ends_together`.
    """
    steps = list(bounds_in_turn(ordered, target))
    return steps[-1][2] if steps else None


def bounds_in_turn(ordered: Sequence[Timed], target: str) -> Iterator[tuple[Ends, Ends, Ends]]:
    """Go through the bounds of a target: each with what all before it say together, and with what it makes of them.

    A bound that those before do not allow takes their place, and so does a count of cycles that is lower at a later
    date.

    Parameters
    ----------
    ordered, target
        As for :func:`ends_together`.

    Yields
    ------
    bound, before, after : (float, float)
        Infinite where open.
    """
    low, high = -math.inf, math.inf
    last: Timed | None = None  # that counted cycles at a date
    for one in ordered:
        ends = ends_of(one.report, target)
        if ends is None or ends[0] == ends[1]:
            continue
        before = low, high
        low, high = max(low, ends[0]), min(high, ends[1])
        if low > high:
            low, high = ends
        if target == LIFE and math.isinf(ends[1]) and one.dated:
            if last is not None and falls(last, one):
                low = ends[0]
            last = one
        yield ends, before, (low, high)


def falls(before: Timed, after: Timed) -> bool:
    """Test whether a cell is told to have come less far at a later date; both say "at least" of its life."""
    first, then = (ends_of(one.report, LIFE) for one in (before, after))
    assert first is not None
    assert then is not None
    return before.dated and after.dated and before.day < after.day and then[0] < first[0]


def _error(ordered: Sequence[Timed], target: str, ends: Ends | None) -> float | None:
    """Return the standard error of a value by the latest report of this value that has one; a bound has none."""
    if ends is None or ends[0] != ends[1]:
        return None
    told = [one.report.get(f"{target}_sem") for one in ordered if ends_of(one.report, target) in (ends, None)]
    known = [float(error) for error in told if error is not None and not is_empty(error)]
    return known[-1] if known else None


def _state(ordered: Sequence[Timed], found: Report) -> str | None:
    """Return the state of a cell: what ends it counts, however late it is told."""
    told = [(one, one.report.get("state")) for one in ordered]
    final = max((state for _, state in told), key=lambda state: FINAL[state])
    ends = ends_of(found, LIFE)
    if final in (RUNNING, STOPPED) and ends is not None and ends[0] == ends[1]:
        return FAILED
    if final == STOPPED:
        stopped = [one for one, state in told if state == STOPPED]
        runs = [one for one, state in told if state == RUNNING]
        if any(all(goes_on(after, before) for before in stopped) for after in runs):
            return RUNNING
    return final
