"""Decimal commas where cells are separated by something else, read as points where they can be nothing else.

Data flow: a sheet of text -> are there numbers with a comma, and none with a point, in the columns of numbers? ->
each column in which the comma can only be a decimal one is rewritten with points, and noted. What could be thousands
(one comma, three digits after it, in a column that no other number decides) stays, and is refused where it is read.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from surrogate.files.number_text import DECIMAL_COMMA, NUMBER, TWOFOLD, in_one_way
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.units import UNIT_SPELLINGS, written_unit

_SIGNS = re.compile(r"[<>=≤≥⩽⩾~≈\s]+|\+$")  # of bounds, which are read later
_WORDS = frozenset({"", "nan", "na", "n/a", "#n/a", "null", "-", "pending", "tbd"})  # decide nothing


def points_for_commas(
    sheet: Sheet,
    complain: Complaint,
    *,
    numbers: Collection[str],
    text: Collection[str] = (),
    missing: Collection[str] = _WORDS,
) -> Sheet:
    """Read decimal commas as points.

    Parameters
    ----------
    sheet
        A person's table.
    complain
        Makes the message for it.
    numbers
        Columns that hold numbers although their name carries no unit.
    text
        Columns that stay as they are.
    missing
        What a cell without a number may hold, in lower case.

    Returns
    -------
    Sheet
        The same sheet where its cells are separated by commas, or where commas and points both stand in its numbers.

    Raises
    ------
    InputError
        Of the complaint's class, with row and column: for 1.200 where other numbers have decimal commas.
    """
    if sheet.delimiter == ",":
        return sheet
    named = [
        name not in text and (name in numbers or written_unit(name)[1] in UNIT_SPELLINGS)
        for name in sheet.header
    ]
    given = [cells for cells, of_numbers in zip(sheet.columns, named, strict=True) if of_numbers]
    proven = any(_only_decimal(cells) for cells in given)
    pointed = [cell for cells in given for cell in cells.distinct if _has_point(cell)]
    if pointed:
        if proven and all(TWOFOLD.fullmatch(_bare(cell)) for cell in pointed):
            _refuse_points(sheet, named, complain)
        return sheet
    columns = list(sheet.columns)
    changed = []
    for place, (name, cells) in enumerate(zip(sheet.header, sheet.columns, strict=True)):
        free = proven and name not in text and _all_numbers(cells, missing)
        if _only_decimal(cells) and (named[place] or free):
            columns[place] = cells.changed(_with_point)
            changed.append(name)
    if not changed:
        return sheet
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    note = f"decimal commas read as points, in column {changed[0]}{more}"
    return replace(sheet, columns=tuple(columns), notes=(*sheet.notes, note))


def _refuse_points(sheet: Sheet, named: list[bool], complain: Complaint) -> None:
    """Refuse 1.200 beside decimal commas: as a decimal number it would be a thousandth of what was perhaps meant."""
    for name, cells, of_numbers in zip(sheet.header, sheet.columns, named, strict=True):
        for row in cells.all([cell for cell in cells.distinct if of_numbers and _has_point(cell)]):
            bare = _bare(cells.text(row))
            complain.refuse(
                "a point in a number, where other numbers have decimal commas",
                value=cells.text(row),
                limit="one way of writing numbers in a file",
                remedy=f"write {bare.replace('.', '')} if the point separates thousands, else "
                f"{in_one_way(float(bare)).replace('.', ',')}",
                row=row,
                column=name,
            )


def _bare(cell: str) -> str:
    return _SIGNS.sub("", cell)


def _has_point(cell: str) -> bool:
    bare = _bare(cell)
    return "." in bare and NUMBER.fullmatch(bare) is not None


def _only_decimal(cells: Cells) -> bool:
    """Whether a column has decimal commas, at least one of which can be nothing else."""
    with_comma = [bare for bare in map(_bare, cells.distinct) if DECIMAL_COMMA.fullmatch(bare)]
    return any(TWOFOLD.fullmatch(bare.replace(",", ".")) is None for bare in with_comma)


def _all_numbers(cells: Cells, missing: Collection[str]) -> bool:
    """Whether a column that may hold anything has only numbers, and none with a point."""
    return not any(map(_has_point, cells.distinct)) and all(
        cell.lower() in missing or NUMBER.fullmatch(_bare(cell)) or DECIMAL_COMMA.fullmatch(_bare(cell))
        for cell in cells.distinct
    )


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(_bare(cell)) else cell
