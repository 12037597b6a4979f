"""When the reports of one cell were true: by their dates, by cycles, or as they were told.

Reports with a date are in the order of their dates, and those without one in the order of their cycles, then as they
were told. A report without a date is later than a dated one if it has come further, or, where cycles cannot tell, if
it was told later. Whatever the order of telling, a cell runs before it ends: where neither dates nor cycles say
otherwise, what it was while it ran comes before what it was when it had stopped or failed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surrogate.campaign.reports import FAILED, LIFE, LOST, NOT_MADE, RUNNING, STOPPED, Report, ends_of

_ENDED = (STOPPED, FAILED, LOST, NOT_MADE)
_FOR_GOOD = (FAILED, LOST, NOT_MADE)


@dataclass(frozen=True)
class Timed:
    """A report at its time.

    Parameters
    ----------
    day : str
        Its date or, of a report without one, the last date before it; empty where there is none.
    cycles : float
        What the cell had come to; infinite where it has ended.
    number : int
        The statement that told it.
    report : mapping
        Column -> value.
    """

    day: str
    cycles: float
    number: int
    report: Report

    @property
    def dated(self) -> bool:
        """Whether the report has a date of its own."""
        return bool(self.report.get("date"))

    @property
    def time(self) -> tuple[str, float, bool, int]:
        """What reports are sorted by."""
        return self.day, self.cycles, self.ended, self.number

    @property
    def ended(self) -> bool:
        """Whether the report is of a cell that runs no more."""
        return _ended(self.report)


def in_time(reports: Sequence[tuple[int, Report]]) -> list[Timed]:
    """Sort the reports of one cell by time.

    Parameters
    ----------
    reports : sequence of (int, mapping)
        The number of the statement that told it, and the report; in any order.

    Returns
    -------
    list of Timed
    """
    dated = [
        Timed(str(one["date"]), progress(one), number, one) for number, one in reports if one.get("date")
    ]
    undated = sorted(
        (
            (_come_to(one, number, reports), _ended(one), number, one)
            for number, one in reports
            if not one.get("date")
        ),
        key=lambda one: one[:3],
    )
    found, day = list(dated), ""
    for cycles, _, number, report in undated:
        day = max([day, *(one.day for one in dated if _not_after(one, report, number))])
        found.append(Timed(day, cycles, number, report))
    return sorted(found, key=lambda one: one.time)


def goes_on(after: Timed, before: Timed) -> bool:
    """Test whether a report of a running cell is later than one that it had stopped: by date, or else by cycles."""
    if after.dated and before.dated:
        return after.day > before.day
    return progress(after.report) > progress(before.report)


def progress(report: Report) -> float:
    """Return the cycles that a cell had come to, as far as a report says; infinite where it has ended.

    Parameters
    ----------
    report : mapping
        Column -> value; one that says nothing of the life gives minus infinity, unless its cell runs no more.
    """
    ends, state = ends_of(report, LIFE), report.get("state")
    if state in _FOR_GOOD or (ends is None and state == STOPPED):
        return math.inf
    if ends is None:
        return -math.inf
    return math.inf if ends[0] == ends[1] else ends[0]


def _come_to(report: Report, number: int, reports: Sequence[tuple[int, Report]]) -> float:
    """Return the cycles of a report, or where it says none those that earlier statements had told."""
    own = progress(report)
    if own > -math.inf:
        return own
    earlier = (progress(one) for told, one in reports if told < number)
    if report.get("state") == RUNNING:
        earlier = (cycles for cycles in earlier if cycles < math.inf)
    return max(earlier, default=own)


def _ended(report: Report) -> bool:
    return report.get("state") in _ENDED


def _not_after(dated: Timed, report: Report, number: int) -> bool:
    """Whether a report without a date, of this statement, is not before a dated one."""
    cycles = progress(report)
    unknown = min(dated.cycles, cycles) == -math.inf
    runs = RUNNING in (report.get("state"), dated.report.get("state"))
    if unknown and runs and _ended(report) != dated.ended:
        return _ended(report)
    if unknown or dated.cycles == cycles == math.inf:
        return dated.number < number
    return dated.cycles <= cycles
