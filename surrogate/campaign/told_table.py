"""A person's table of measured cells -> a table whose names and numbers can be read in one way only.

Data flow: file -> sheet of text (lines above the header, tabs and decimal commas: ``surrogate.files``) -> rows that
are not measured yet are left out -> signs of bounds move to ``T_censored`` -> words and numbers that could be read in
two ways are refused -> units converted -> names that are nearly known refused. ``surrogate.campaign.observations``
makes the campaign's rows of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.campaign.reports import or_as_it_is
from surrogate.campaign.told_columns import (
    BOUNDS,
    CENSORED,
    DEFINITIONS,
    MAGNITUDES_OF_DESIGNS,
    MAGNITUDES_TOLD,
    PENDING,
    SEMS,
    TEXT,
    UPPER_BOUNDS,
    WANTED,
)
from surrogate.errors import InputError, RecordError, refuse_rows
from surrogate.files.ambiguous_numbers import refuse_twofold
from surrogate.files.bounds import FRACTION
from surrogate.files.decimal_commas import points_for_commas
from surrogate.files.header import known_as
from surrogate.files.number_text import DECIMAL_COMMA, NUMBER, THOUSANDS
from surrogate.files.own_names import with_known_names
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet, read_sheet, sheet_of
from surrogate.files.tables import FALSE, MISSING, NUMBERS, as_table, named
from surrogate.files.text import Complaint
from surrogate.files.written_bounds import read_bounds
from surrogate.hosts import columns as c
from surrogate.hosts.targets import MOST_FRACTION, SCALES
from surrogate.units import convert_columns, written_unit

_SAYS_SOMETHING = ("state", "failed")  # without any target, such a row is told all the same
_MOST_NAMED = 10
EARLIEST_DATE = (
    "1970-01-01"  # a date before is a slip of the year, or what an empty cell of a workbook reads as
)
_ROUNDED = 0.01  # of a sum of parts that were rounded


@dataclass(frozen=True)
class ToldTable:
    """What a person's table of measured cells says.

    Parameters
    ----------
    table
        Shape (n, columns): the rows with anything measured, units converted.
    rows
        (n,) Their rows in the file, counted from 0.
    notes
        A sentence for each thing that was understood.
    where
        What messages call the file.
    """

    table: pd.DataFrame
    rows: tuple[int, ...]
    notes: tuple[str, ...]
    where: str

    @contextmanager
    def named_as_in_the_file(self) -> Iterator[None]:
        """Let errors about the rows of ``table`` name the rows of the file.

        Raises
        ------
        InputError
            What is raised within.
        """
        with _in_rows(self.rows):
            yield


def read_told(
    given: str | Path | pd.DataFrame, names: Mapping[str, str] | None = None, *, where: str = "table"
) -> ToldTable:
    """Read a table of measured cells as a person gives it.

    Parameters
    ----------
    given
        A CSV file, an Excel workbook, or a script's table, which is understood as that of a file.
    names
        Names that a laboratory gave to columns -> the known columns that they are.
    where
        What messages call a script's table; a file has its name.

    Returns
    -------
    ToldTable

    Raises
    ------
    RecordError, UnitError
        With row and column, for what cannot be read, or in two ways; for a column whose name is nearly known.
    """
    complain = Complaint(where if isinstance(given, pd.DataFrame) else named(given))
    wanted = replace(WANTED, known=WANTED.known.union(names or ()))
    sheet = (
        sheet_of(given, complain)
        if isinstance(given, pd.DataFrame)
        else read_sheet(Path(given), complain, wanted=wanted)
    )
    sheet = with_known_names(sheet, names or {}, complain)
    sheet = points_for_commas(sheet, complain, numbers=NUMBERS, text=TEXT, missing=PENDING)
    sheet, rows = _measured(sheet)
    with _in_rows(rows):
        sheet = read_bounds(sheet, complain, BOUNDS)
        _refuse_words(sheet, complain)
        refuse_doubtful(sheet, complain)
        table = as_table(sheet, complain, numbers=NUMBERS, text=TEXT)
        _refuse_fractions(table, complain)
        columns = [*c.DESIGN_COLUMNS, *c.TARGETS, *UPPER_BOUNDS.values(), *SEMS.values()]
        table, conversions = convert_columns(table, columns, complain.where, c.COLUMNS.fractions)
    return ToldTable(table, rows, (*sheet.notes, *conversions), complain.where)


def refuse_doubtful(sheet: Sheet, complain: Complaint) -> None:
    """Refuse the first number of a table of cells that may be read in two ways, such as 1.200.

    Parameters
    ----------
    sheet
        The table as text.
    complain
        Makes the messages for it.

    Raises
    ------
    RecordError
        With row and column.
    """
    for of_one_hand in (MAGNITUDES_OF_DESIGNS, MAGNITUDES_TOLD):
        refuse_twofold(sheet, complain, of_one_hand)


def refuse_implausible(table: pd.DataFrame, where: str) -> None:
    """Ask about targets that hardly any cell gives, and dates on which hardly any was measured.

    Parameters
    ----------
    table
        Numbers in the units of the columns' names, dates as year-month-day.
    where
        What messages call it.

    Raises
    ------
    RecordError
        With row and column, for the first date that is to come or long past, or the first number outside the
        plausible range of its target, or not whole where that is counted.
    """
    if "date" in table.columns:
        _refuse_implausible_dates(table["date"].tolist(), where)
    for target in c.TARGETS:
        low, high = SCALES[target].plausible
        for column in (target, UPPER_BOUNDS[target]):
            if column not in table.columns:
                continue
            values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            wrong = np.flatnonzero((values < low) | (values > high))
            refuse_rows(wrong.tolist(), _implausible(target, column, values, where))
            if SCALES[target].counted:
                broken = np.flatnonzero(np.isfinite(values) & (values != np.rint(values)))
                refuse_rows(broken.tolist(), _not_whole(target, column, values, where))


def _refuse_implausible_dates(dates: Sequence[object], where: str) -> None:
    """Ask about dates (n,) as year-month-day that are still to come, whatever the time zone, or long past."""
    latest = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    for row, date in enumerate(dates):
        if isinstance(date, str) and date and not EARLIEST_DATE <= date[: len(latest)] <= latest:
            raise RecordError(
                "hardly the date of a measurement", where=where, row=row, column="date", value=date,
                limit=f"{EARLIEST_DATE} to {latest}, a day after today",
                remedy=or_as_it_is("write the day on which the cell was as the row says; if it is right, "),
            )  # fmt: skip


def _implausible(
    target: str, column: str, values: NDArray[np.float64], where: str
) -> Callable[[int], InputError]:
    scale = SCALES[target]
    low, high = scale.plausible
    return lambda row: RecordError(
        "hardly a measured value",
        where=where,
        value=float(values[row]),
        limit=f"{low:,g} to {high:,g} {scale.unit} ({scale.reason})",
        remedy=or_as_it_is("check the number and its unit; if it is right, "),
        row=row,
        column=column,
    )


def _not_whole(
    target: str, column: str, values: NDArray[np.float64], where: str
) -> Callable[[int], InputError]:
    def refused(row: int) -> InputError:
        value = float(values[row])
        thousands = round(1000.0 * value, 6)
        as_thousands = (
            f"{thousands:.0f} where the point separates thousands, "
            if thousands.is_integer() and thousands <= SCALES[target].plausible[1]
            else ""
        )
        return RecordError(
            "not a whole number",
            where=where,
            value=value,
            limit=f"full {SCALES[target].unit}, as they are counted",
            remedy=or_as_it_is(f"write {as_thousands}{value:.0f} where it was rounded; if it is right, "),
            row=row,
            column=column,
        )

    return refused


@contextmanager
def _in_rows(rows: tuple[int, ...]) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        if error.row is None or rows[error.row] == error.row:
            raise
        raise error.moved(rows[error.row]) from error


def _measured(sheet: Sheet) -> tuple[Sheet, tuple[int, ...]]:
    """Leave out the rows that are not measured yet, and blank the words for "not yet" in those that are.

    A line that says what columns mean (``DEFINITIONS``), as the last of a template does, is no row. A table with
    nothing measured at all is left whole, for whoever refuses it.
    """
    count = len(sheet.columns[0].of_row)
    something, about, noted = np.zeros((3, count), dtype=bool)
    columns = []
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        of_a_target = bool(
            known_as(name, dict.fromkeys((*c.TARGETS, *UPPER_BOUNDS.values(), *SEMS.values())))
        )
        if of_a_target or name in CENSORED.values() or name in _SAYS_SOMETHING:
            nothing = PENDING | FALSE if not of_a_target and name != "state" else PENDING
            something |= cells.take([cell.lower() not in nothing for cell in cells.distinct], bool)
        if name == "note":
            noted |= cells.take([cell.lower() not in PENDING for cell in cells.distinct], bool)
        about |= cells.take([cell.strip() == DEFINITIONS for cell in cells.distinct], bool)
        if of_a_target:
            cells = cells.changed(_without_pending)
        columns.append(cells)
    blanked = Sheet(sheet.header, tuple(columns), sheet.notes, sheet.delimiter)
    told = ~about
    something &= told
    waiting = int(told.sum() - something.sum())
    if not something.any():  # left whole, for whoever refuses it
        return blanked.rows(told), tuple(np.flatnonzero(told).tolist())
    if not waiting:
        return blanked.rows(something), tuple(np.flatnonzero(something).tolist())
    said = "1 row is" if waiting == 1 else f"{waiting:,} rows are"
    rest = blanked.rows(something)
    notes = [f"{said} not measured yet and left out", *_lost_notes(np.flatnonzero(told & ~something & noted))]
    return Sheet(rest.header, rest.columns, (*rest.notes, *notes), rest.delimiter), tuple(
        np.flatnonzero(something).tolist()
    )


def _lost_notes(rows: NDArray[np.intp]) -> list[str]:
    """Say of which rows, from 0, the notes are left out with them; nothing where there are none."""
    if not len(rows):
        return []
    places = ", ".join(str(row + 1) for row in rows[:_MOST_NAMED]) + (
        ", ..." if len(rows) > _MOST_NAMED else ""
    )
    which = (
        f"the note of row {places} is left out with it"
        if len(rows) == 1
        else f"the notes of rows {places} are left out with them"
    )
    return [f"{which}; write a state as well, such as running, to keep a note"]


def _without_pending(cell: str) -> str:
    return "" if cell.lower() in PENDING else cell


def _refuse_fractions(table: pd.DataFrame, complain: Complaint) -> None:
    """Refuse a porosity, or parts of a solid, that are at most 1 in all where the columns' names say per cent."""
    in_per_cent: dict[str, str] = {}
    for name in map(str, table.columns):
        quantity, unit = written_unit(name)
        if unit == "pct" and quantity in c.COLUMNS.fractions:
            in_per_cent[quantity] = name
    groups = [*c.COLUMNS.simplexes.values(), *((name,) for name in c.COLUMNS.fractions)]
    whole = [group for group in groups if len(group) > 1 or not c.COLUMNS[group[0]].simplex]
    for group in whole:
        columns = [in_per_cent[name] for name in group if name in in_per_cent]
        if not columns or any(name in table.columns for name in group):
            continue
        sums = table[columns].apply(pd.to_numeric, errors="coerce").sum(axis=1).to_numpy(dtype=float)
        wrong = np.flatnonzero((sums > 0.0) & (sums <= MOST_FRACTION + _ROUNDED))
        refuse_rows(wrong.tolist(), _fraction(columns[0], table[columns[0]].tolist(), complain))


def _fraction(column: str, given: list[object], complain: Complaint) -> Callable[[int], InputError]:
    return lambda row: complain.error_at(
        FRACTION,
        value=given[row],
        limit="per cent, as the name ends in _pct",
        remedy=f"write 90 for 0.9, or name the column {written_unit(column)[0]}",
        row=row,
        column=column,
    )


def _refuse_words(sheet: Sheet, complain: Complaint) -> None:
    """Refuse a word in the column of a target, and say where it belongs."""
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        target = known_as(name, dict.fromkeys(c.TARGETS))
        if not target:
            continue
        forms = (NUMBER, DECIMAL_COMMA, THOUSANDS)
        words = [cell for cell in cells.distinct if cell and not any(form.fullmatch(cell) for form in forms)]
        words = [cell for cell in words if cell.lower() not in MISSING]
        refuse_rows(cells.all(words), _word(cells, name, target, complain))


def _word(cells: Cells, name: str, target: str, complain: Complaint) -> Callable[[int], InputError]:
    return lambda row: complain.error_at(
        "not a number",
        value=cells.text(row),
        limit="digits with a decimal point and nothing between thousands, a bound such as >=500 or <50, or empty",
        remedy=f"write the number alone, in the unit of the column's name; of a cell that still runs, what it has "
        f"reached and {CENSORED[target]} = true (state = running); of one that gave nothing, failed = true"
        + (
            "; remove a row of units or names"
            if row == 0 and len(cells.of_row) > 1 and not re.match(r"[+\-−.]?\d", cells.text(row))
            else ""
        ),
        row=row,
        column=name,
    )
