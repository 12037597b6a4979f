"""Bounds as people write them into a cell of a number: ``> 500``, ``<= 0.85``, ``> 0.40 and < 0.85``, ``~ 20``.

Data flow: a sheet of text -> the number stays in its column; the sign goes to the column of the bound, the upper end
to the column of the upper end, ``~`` to ``approximate``. Nothing else of the sheet changes. A range such as
``0.4 - 0.85`` says not whether its ends are bounds, values or a spread: it is refused as any other text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from surrogate.errors import InputError, refuse_rows
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.literature.schema import BOUND_OF, FIELDS, MEASURED, UPPER_END
from surrogate.units import split_unit, written_unit

_DIGITS = r"(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
_BELOW, _ABOVE = r"(?:<=?|≤|⩽)", r"(?:>=?|≥|⩾)"
_ONE = re.compile(rf"({_BELOW}|{_ABOVE}|[~≈])\s*{_DIGITS}", re.ASCII)
_BOTH = re.compile(rf"{_ABOVE}\s*{_DIGITS}\s*(?:and|but|,|;|&)\s*{_BELOW}\s*{_DIGITS}", re.ASCII)
_APPROXIMATE = "approximate"


def read_bounds(sheet: Sheet, complain: Complaint) -> Sheet:
    """Move the signs of measured quantities to the columns that hold bounds.

    Parameters
    ----------
    sheet
        A person's file of records.
    complain
        Makes the messages for it.

    Returns
    -------
    Sheet
        With plain numbers; columns of bounds are added where they are needed.

    Raises
    ------
    RecordError
        With row and column: for a sign where the column of the bound says something else, and for two bounds of a
        quantity that has no column for the upper end.
    """
    columns = dict(zip(sheet.header, sheet.columns, strict=True))
    for name in sheet.header:
        known = name if name in FIELDS else _known(name)
        if known in MEASURED and any(
            _ONE.fullmatch(cell) or _BOTH.fullmatch(cell) for cell in columns[name].distinct
        ):
            columns |= _split(name, known, columns, complain)
    return replace(sheet, header=tuple(columns), columns=tuple(columns.values()))


def _known(name: str) -> str:
    """Return the measured quantity that a column gives in another unit; empty where there is none."""
    quantity, _ = written_unit(name)
    return next((column for column in MEASURED if split_unit(column)[0] == quantity), "")


def _split(name: str, known: str, columns: dict[str, Cells], complain: Complaint) -> dict[str, Cells]:
    """Return the columns that change: the number's own, that of its bound, of its upper end, and ``approximate``."""
    bound_name = next(bound for bound, of in BOUND_OF.items() if known in of)
    upper_name = _in_unit_of(name, known) if known in UPPER_END else ""
    given = columns[name]
    texts = list(given.take(given.distinct, object))
    bounds, uppers, about = (
        _texts(column, columns, len(texts)) for column in (bound_name, upper_name, _APPROXIMATE)
    )
    conflicts: dict[int, InputError] = {}
    for row, cell in enumerate(texts):
        one, both = _ONE.fullmatch(cell), _BOTH.fullmatch(cell)
        if not (one or both):
            continue
        if one and one[1] in "~≈":
            texts[row], about[row] = one[2], "true"
            continue
        bound = "lower" if both or re.match(_ABOVE, cell) else "upper"
        if both and not upper_name:
            conflicts[row] = complain.error_at(
                "two bounds of a quantity that takes one", value=cell, limit=f"a number, and {bound_name}",
                remedy="give one of the two", row=row, column=name,
            )  # fmt: skip
            continue
        if bounds[row] not in ("", bound) or (both and uppers[row]):
            conflicts[row] = complain.error_at(
                "a bound that another column of the row contradicts", value=cell,
                limit=f"{bound_name} empty or {bound}", remedy="give the bound once", row=row, column=name,
            )  # fmt: skip
            continue
        bounds[row] = bound
        texts[row] = both[1] if both else one[2] if one else cell
        if both:
            uppers[row] = both[2]
    refuse_rows(conflicts, lambda row: conflicts[row])
    changed = {name: texts, bound_name: bounds, upper_name: uppers, _APPROXIMATE: about}
    return {column: Cells.of(cells) for column, cells in changed.items() if column and any(cells)}


def _in_unit_of(name: str, known: str) -> str:
    """Name the column of the upper end, in the unit in which the number is given."""
    quantity, unit = split_unit(UPPER_END[known])
    return UPPER_END[known] if unit is None or name == known else f"{quantity}_{written_unit(name)[1]}"


def _texts(column: str, columns: dict[str, Cells], rows: int) -> list[str]:
    return list(columns[column].take(columns[column].distinct, object)) if column in columns else [""] * rows
