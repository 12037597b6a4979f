"""When the reports of one cell were true: by their dates, by cycles, or as they were told.

Reports with a date are in the order of their dates, and those without one in the order of their cycles, then as they
were told. A report without a date is later than a dated one if it has come further, or, where cycles cannot tell, if
it was told later.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from surrogate.campaign.reports import LIFE, Report, ends_of


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
    def time(self) -> tuple[str, float, int]:
        """What reports are sorted by."""
        return self.day, self.cycles, self.number


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
        ((_come_to(one, number, reports), number, one) for number, one in reports if not one.get("date")),
        key=lambda one: one[:2],
    )
    found, day = list(dated), ""
    for cycles, number, report in undated:
        own = progress(report)
        day = max([day, *(one.day for one in dated if _not_after(one, own, number))])
        found.append(Timed(day, cycles, number, report))
    return sorted(found, key=lambda one: one.time)


def goes_on(after: Timed, before: Timed) -> bool:
    """Test whether one report is later than another: by date, by cycles where both have them, or as told."""
    if after.dated and before.dated:
        return after.day > before.day
    cycles = progress(after.report), progress(before.report)
    return after.number > before.number if math.isinf(min(cycles)) else cycles[0] > cycles[1]


def progress(report: Report) -> float:
    """Return the cycles that a cell had come to, as far as a report says; infinite where it has ended.

    Parameters
    ----------
    report : mapping
        Column -> value; one that says nothing of the life gives minus infinity.
    """
    ends = ends_of(report, LIFE)
    if ends is None:
        return -math.inf
    return math.inf if ends[0] == ends[1] else ends[0]


def _come_to(report: Report, number: int, reports: Sequence[tuple[int, Report]]) -> float:
    """Return the cycles of a report, or where it says none those that earlier statements had told."""
    own = progress(report)
    if own > -math.inf:
        return own
    return max((progress(one) for told, one in reports if told < number), default=own)


def _not_after(dated: Timed, cycles: float, number: int) -> bool:
    """Whether a report without a date, of so many cycles and this statement, is not before a dated one."""
    if min(dated.cycles, cycles) == -math.inf or dated.cycles == cycles == math.inf:
        return dated.number < number
    return dated.cycles <= cycles
