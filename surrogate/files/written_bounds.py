"""Bounds as people write them into the cell of a number: ``> 500``, ``500+``, ``> 0.40 and < 0.85``, ``~ 20``.

Data flow: a sheet of text, and where a kind of table keeps the bounds of each quantity (``BoundColumns``) -> the
number stays in its column; the sign goes to the column of the bound, the upper end to the column of the upper end,
``~`` to that of approximate numbers. Nothing else of the sheet changes; what was read is noted. A range such as
``0.4 - 0.85`` says not whether its ends are bounds, values or a spread: it is refused as any other text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from surrogate.errors import InputError, refuse_rows
from surrogate.files.header import known_as
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.units import split_unit, written_unit

_DIGITS = r"(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)"
_BELOW, _ABOVE = r"(?:<=?|≤|⩽)", r"(?:>=?|≥|⩾)"
_ONE = re.compile(rf"({_BELOW}|{_ABOVE}|[~≈])\s*{_DIGITS}", re.ASCII)
_PLUS = re.compile(rf"{_DIGITS}\s*\+", re.ASCII)
_BOTH = re.compile(rf"{_ABOVE}\s*{_DIGITS}\s*(?:and|but|,|;|&)\s*{_BELOW}\s*{_DIGITS}", re.ASCII)


def _as_it_stands(word: str) -> str:
    return word


@dataclass(frozen=True)
class BoundColumns:
    """Where a table keeps what is known of a quantity beside its number.

    Parameters
    ----------
    bound
        The column that says whether the number is a bound.
    lower, upper
        What it then says.
    upper_end
        The column of the upper end of an interval; empty where there is none.
    interval
        What ``bound`` says beside an interval.
    approximate
        The column that is true of ``~ 20``; empty where there is none.
    hint
        What is said besides to whoever wrote a bound.
    meaning
        What a cell of ``bound`` says, in the words of ``lower`` and ``upper``; empty where it says nothing.
    """

    bound: str
    lower: str
    upper: str
    upper_end: str = ""
    interval: str = ""
    approximate: str = ""
    hint: str = ""
    meaning: Callable[[str], str] = _as_it_stands


def read_bounds(sheet: Sheet, complain: Complaint, quantities: Mapping[str, BoundColumns]) -> Sheet:
    """Move the signs of measured quantities to the columns that hold bounds.

    Parameters
    ----------
    sheet
        A person's table.
    complain
        Makes the messages for it.
    quantities
        Measured quantity -> its columns. It may be given in another unit.

    Returns
    -------
    Sheet
        With plain numbers, and a note of what was read; columns of bounds are added where they are needed.

    Raises
    ------
    InputError
        Of the complaint's class, with row and column: for a sign where the column of the bound says something else,
        and for two bounds of a quantity that has no column for the upper end.
    """
    columns, notes = dict(zip(sheet.header, sheet.columns, strict=True)), list(sheet.notes)
    for name in sheet.header:
        known = known_as(name, quantities)
        if not known:
            continue
        written = [cell for cell in columns[name].distinct if _is_bound(cell, quantities[known])]
        if written:
            columns |= _split(name, known, columns, quantities[known], complain)
            notes.append(_note(name, known, written, quantities[known]))
    return replace(sheet, header=tuple(columns), columns=tuple(columns.values()), notes=tuple(notes))


def _is_bound(cell: str, to: BoundColumns) -> bool:
    one = _ONE.fullmatch(cell)
    if one and one[1] in "~≈":
        return bool(to.approximate)
    return bool(one or _PLUS.fullmatch(cell) or _BOTH.fullmatch(cell))


def _note(name: str, known: str, written: list[str], to: BoundColumns) -> str:
    """Say how the first cell of a column was read, and where that stands."""
    cell = written[0]
    more = f" (and {len(written) - 1} more such cells)" if len(written) > 1 else ""
    one = _ONE.fullmatch(cell)
    if one and one[1] in "~≈":
        said = f"{one[2]} with {to.approximate} = true"
    elif both := _BOTH.fullmatch(cell):
        said = f"{both[1]} to {both[2]} ({known} and {to.upper_end})"
    else:
        number, bound = _number_and_bound(cell, to)
        said = f"{number} with {to.bound} = {bound}"
    return f"{name}: {cell!r} read as {said}{more}" + (f"; {to.hint}" if to.hint else "")


def _number_and_bound(cell: str, to: BoundColumns) -> tuple[str, str]:
    plus, one = _PLUS.fullmatch(cell), _ONE.fullmatch(cell)
    if plus:
        return plus[1], to.lower
    return (one[2] if one else cell), (to.lower if re.match(_ABOVE, cell) else to.upper)


def _split(
    name: str, known: str, columns: dict[str, Cells], to: BoundColumns, complain: Complaint
) -> dict[str, Cells]:
    """Return the columns that change: the number's own, that of its bound, of its upper end, and of ``~``."""
    upper_name = _in_unit_of(name, known, to.upper_end)
    given = columns[name]
    texts = list(given.take(given.distinct, object))
    bounds, uppers, about = (
        _texts(column, columns, len(texts)) for column in (to.bound, upper_name, to.approximate)
    )
    conflicts: dict[int, InputError] = {}
    for row, cell in enumerate(texts):
        if not _is_bound(cell, to):
            continue
        one, both = _ONE.fullmatch(cell), _BOTH.fullmatch(cell)
        if one and one[1] in "~≈":
            texts[row], about[row] = one[2], "true"
            continue
        number, bound = (both[1], to.interval) if both else _number_and_bound(cell, to)
        if both and not upper_name:
            conflicts[row] = complain.error_at(
                "two bounds of a quantity that takes one", value=cell, limit=f"a number, and {to.bound}",
                remedy=f"give them in {known} and {to.upper_end}" if to.upper_end else "give one of the two",
                row=row, column=name,
            )  # fmt: skip
            continue
        if to.meaning(bounds[row]) not in ("", bound) or (both and uppers[row]):
            conflicts[row] = complain.error_at(
                "a bound that another column of the row contradicts", value=cell,
                limit=f"{to.bound} empty" + (f" or {bound}" if bound else ""),
                remedy="give the bound once", row=row, column=name,
            )  # fmt: skip
            continue
        texts[row], bounds[row] = number, bound
        if both:
            uppers[row] = both[2]
    refuse_rows(conflicts, lambda row: conflicts[row])
    changed = {name: texts, to.bound: bounds, upper_name: uppers, to.approximate: about}
    return {column: Cells.of(cells) for column, cells in changed.items() if column and any(cells)}


def _in_unit_of(name: str, known: str, upper_end: str) -> str:
    """Name the column of the upper end, in the unit in which the number is given; empty where it cannot be given."""
    own, unit = split_unit(known)[1], written_unit(name)[1]
    if not upper_end or own is None or unit in (own, None):
        return upper_end
    quantity, of_the_end = split_unit(upper_end)
    return f"{quantity}_{unit}" if of_the_end == own else ""


def _texts(column: str, columns: dict[str, Cells], rows: int) -> list[str]:
    return list(columns[column].take(columns[column].distinct, object)) if column in columns else [""] * rows
