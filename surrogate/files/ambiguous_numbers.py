"""Numbers of a person's table that may be read in two ways: 1.200 is perhaps 1200.

Data flow: a sheet of text, and how large the numbers of each column may be -> the first cell that could be either is
refused with its row. What shows that a point is a decimal one, such as 35.5 or 0.125 or a critical current of 1.200
(none reaches 1200), shows it for all columns that one hand has written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surrogate.errors import InputError, refuse_rows
from surrogate.files.header import known_as
from surrogate.files.number_text import NUMBER, TWOFOLD, as_decimal
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.units import UNIT_SPELLINGS, convert, split_unit, written_unit


@dataclass(frozen=True)
class Magnitude:
    """How large the numbers of a column are.

    Parameters
    ----------
    most
        The largest that it takes, in the unit of its name.
    count
        Whether they are mostly whole numbers.
    """

    most: float
    count: bool = False


def refuse_twofold(sheet: Sheet, complain: Complaint, columns: Mapping[str, Magnitude]) -> None:
    """Refuse the first number of a sheet whose point may separate thousands.

    A point is a decimal one in all these columns where any of them has a number that can be nothing else: 35.5,
    0.125, or one that as thousands would be more than its column takes. In a column of counts, where decimal numbers
    are rare, only the column itself shows it.

    Parameters
    ----------
    sheet
        A person's table.
    complain
        Makes the messages for it.
    columns
        The known columns of numbers, as far as one hand writes them.

    Raises
    ------
    InputError
        Of the complaint's class, with row and column.
    """
    found = []
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        known = known_as(name, columns)
        if known:
            most = columns[known].most * _scale(known, name)
            found.append((name, cells, Magnitude(most, columns[known].count)))
    decimal = any(_has_decimal_point(cells, magnitude) for _, cells, magnitude in found)
    for name, cells, magnitude in found:
        if not (_has_decimal_point(cells, magnitude) if magnitude.count else decimal):
            _refuse_doubtful(name, cells, complain)


def _scale(known: str, name: str) -> float:
    """Return how much of the unit that a column is given in makes one of its known unit; 1 where none converts."""
    own, unit = split_unit(known)[1], written_unit(name)[1]
    if own is None or unit not in UNIT_SPELLINGS or unit == own or unit in ("C", "K"):
        return 1.0
    try:
        return convert(1.0, UNIT_SPELLINGS[own], UNIT_SPELLINGS[unit])
    except InputError:  # refused with a better message where units are converted
        return 1.0


def _has_decimal_point(cells: Cells, magnitude: Magnitude) -> bool:
    """Whether a number has a point that separates no thousands; of counts of the form 1.200, whether every one."""
    pointed = [cell for cell in cells.distinct if "." in cell and NUMBER.fullmatch(cell)]
    too_many = [abs(float(cell)) * 1000 > magnitude.most for cell in pointed if TWOFOLD.fullmatch(cell)]
    if len(too_many) < len(pointed):
        return True
    return all(too_many) and bool(too_many) if magnitude.count else any(too_many)


def _refuse_doubtful(name: str, cells: Cells, complain: Complaint) -> None:
    rows = cells.all([cell for cell in cells.distinct if TWOFOLD.fullmatch(cell)])
    more = f" (and {len(rows) - 1} more of this column)" if len(rows) > 1 else ""
    refuse_rows(rows, lambda row: _twofold(name, cells.text(row), row, more, complain))


def _twofold(name: str, cell: str, row: int, more: str, complain: Complaint) -> InputError:
    return complain.error_at(
        f"thousands or a decimal point?{more}",
        value=cell,
        limit="digits without a thousands separator",
        remedy=f"write {cell.replace('.', '')} or {as_decimal(float(cell))}",
        row=row,
        column=name,
    )
