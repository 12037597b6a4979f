"""What was corrected of a cell by hand, and stays so: column by column, until it is told otherwise on purpose.

Data flow: reports of a cell and its amendments -> reports without what the amendments take the place of. That is what
was told of a corrected column before, and what a file tells again of it, the same as before: a file that has grown by
a column or a note is no decision against the correction. Other values, and other columns, count as ever.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate.campaign.reports import Report, ends_of, is_empty
from surrogate.hosts import columns as c

#: Columns that say one thing together, under its name.
_TOGETHER = {target: (target, f"{target}_censored", f"{target}_upper_bound") for target in c.TARGETS} | {
    "state": ("state", "failed")
}
_THING_OF = {column: thing for thing, columns in _TOGETHER.items() for column in columns}


def thing_of(column: str) -> str:
    """Return what a column is about: a target, the state, or the column itself."""
    return _THING_OF.get(column, column)


def columns_of(thing: str) -> tuple[str, ...]:
    """Return the columns that say a thing."""
    return _TOGETHER.get(thing, (thing,))


def says(report: Report, thing: str) -> Any:
    """Return what a report says of a thing, to be compared; None where it says nothing."""
    if thing in c.TARGETS:
        return ends_of(report, thing)
    said = tuple(None if is_empty(report.get(column)) else report[column] for column in columns_of(thing))
    return None if all(one is None for one in said) else said


@dataclass(frozen=True)
class Amendment:
    """A correction of a cell by hand.

    Parameters
    ----------
    number : int
        The statement.
    now : mapping
        All columns of what it corrects -> value as it is to be known.
    was : mapping
        The same columns -> value as it was known before.
    date : str, optional
        The date of what was known: the correction is of that time.
    """

    number: int
    now: Mapping[str, Any]
    was: Mapping[str, Any]
    date: str | None = None

    @classmethod
    def of(cls, number: int, changes: Mapping[str, Any], known: Report) -> Amendment:
        """Complete a correction by the columns that say something only together with those that it changes.

        Parameters
        ----------
        number : int
            The statement.
        changes : mapping
            Column -> value.
        known : mapping
            What was known of the cell before.
        """
        things = dict.fromkeys(map(thing_of, changes))
        columns = [column for thing in things for column in columns_of(thing)]
        now, was = ({column: one.get(column) for column in columns} for one in ({**known, **changes}, known))
        return cls(number, now, was, known.get("date"))

    @property
    def report(self) -> Report:
        """The correction as a report of its time."""
        return {"date": self.date, **self.now}

    @property
    def things(self) -> tuple[str, ...]:
        """What it corrects."""
        return tuple(dict.fromkeys(map(thing_of, self.now)))


def counting(
    reports: Sequence[tuple[int, Report]], amendments: Sequence[Amendment]
) -> list[tuple[int, Report]]:
    """Return what counts of the reports of a cell, and its amendments as reports.

    Parameters
    ----------
    reports : sequence of (int, mapping)
        Number of the statement, and report, in the order told.
    amendments : sequence of Amendment
        In the order told.

    Returns
    -------
    list of (int, dict)
        Of each thing that was corrected neither what was told before, nor the same told again.
    """
    if not amendments:
        return list(reports)
    last = {thing: one for one in amendments for thing in one.things}
    all_of_them: list[tuple[int, Report]] = [*reports, *((one.number, one.report) for one in amendments)]
    old = {
        thing: {says(report, thing) for number, report in reports if number < one.number}
        for thing, one in last.items()
    }
    found: list[tuple[int, Report]] = []
    for number, report in all_of_them:
        set_aside = {
            thing
            for thing, one in last.items()
            if thing != "date"
            and (number < one.number or (number > one.number and says(report, thing) in old[thing]))
        }
        kept = _without(report, set_aside)
        found.append((number, _with_date(kept, number, last["date"]) if "date" in last else kept))
    return found


def told_again(
    report: Report, reports: Sequence[tuple[int, Report]], amendments: Sequence[Amendment]
) -> tuple[str, ...]:
    """Return the things of which a new report says what was told before they were corrected, and is not known now.

    Parameters
    ----------
    report : mapping
        Of a cell.
    reports, amendments
        As for :func:`counting`: those of the cell.
    """
    last = {thing: one for one in amendments for thing in one.things}
    return tuple(
        thing
        for thing, one in last.items()
        if (said := says(report, thing)) is not None
        and said != says(one.now, thing)
        and any(says(told, thing) == said for number, told in reports if number < one.number)
    )


def _without(report: Report, things: Collection[str]) -> Report:
    """Leave out what a report says of some things; an error belongs to its value."""
    if not things:
        return report
    left_out = {column for thing in things for column in columns_of(thing)}
    left_out |= {f"{thing}_sem" for thing in things if thing in c.TARGETS}
    return {name: value for name, value in report.items() if name not in left_out}


def _with_date(report: Report, number: int, amendment: Amendment) -> Report:
    """Put a report at its time where the date of its cell was corrected.

    The date that was known is the one that was wrong, in whatever report; no report that was told before is later
    than the date which is right.
    """
    date, was, now = (one.get("date") for one in (report, amendment.was, amendment.now))
    if number == amendment.number or not date:
        return report
    if date == was or (number < amendment.number and (not now or str(date) > str(now))):
        return {**report, "date": now}
    return report
