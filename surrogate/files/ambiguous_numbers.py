"""Numbers of a person's table that may be read in two ways: 1.200 is perhaps 1200.

Data flow: a sheet of text, and how large the numbers of each column may be -> the first cell that could be either is
refused with its row. Tables that this package writes itself are not brought here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from surrogate.errors import InputError, refuse_rows
from surrogate.files.header import known_as
from surrogate.files.number_text import TWOFOLD, in_one_way
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.units import UNIT_SPELLINGS, convert, split_unit, written_unit

SEVERAL = 2  # cells of the form 1.200 in a column make it doubtful that the point is a decimal one


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

    In a column of counts one is enough, in another it takes SEVERAL; where the column takes none of them as
    thousands, they are decimal numbers. Any other number with a point in the column, such as 35.5, shows that the
    point is a decimal point.

    Parameters
    ----------
    sheet
        A person's table.
    complain
        Makes the messages for it.
    columns
        The known columns of numbers.

    Raises
    ------
    InputError
        Of the complaint's class, with row and column.
    """
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        known = known_as(name, columns)
        if known:
            most = columns[known].most * _scale(known, name)
            _refuse_twofold(name, cells, Magnitude(most, columns[known].count), complain)


def _scale(known: str, name: str) -> float:
    """Return how much of the unit that a column is given in makes one of its known unit; 1 where none converts."""
    own, unit = split_unit(known)[1], written_unit(name)[1]
    if own is None or unit not in UNIT_SPELLINGS or unit == own or unit in ("C", "K"):
        return 1.0
    try:
        return convert(1.0, UNIT_SPELLINGS[own], UNIT_SPELLINGS[unit])
    except InputError:  # refused with a better message where units are converted
        return 1.0


def _refuse_twofold(name: str, cells: Cells, magnitude: Magnitude, complain: Complaint) -> None:
    pointed = [cell for cell in cells.distinct if "." in cell]
    doubtful = [cell for cell in pointed if TWOFOLD.fullmatch(cell)]
    if not doubtful or len(doubtful) < len(pointed):
        return
    rows = cells.all(doubtful)
    thousands = [abs(float(cell)) * 1000 for cell in doubtful]
    if magnitude.count:
        if min(thousands) > magnitude.most:
            return
    elif len(rows) < SEVERAL or max(thousands) > magnitude.most:
        return
    more = f" (and {len(rows) - 1} more of this column)" if len(rows) > 1 else ""
    refuse_rows(rows, lambda row: _twofold(name, cells.text(row), row, more, complain))


def _twofold(name: str, cell: str, row: int, more: str, complain: Complaint) -> InputError:
    return complain.error_at(
        f"thousands or a decimal point?{more}",
        value=cell,
        limit="digits without a thousands separator",
        remedy=f"write {cell.replace('.', '')} or {in_one_way(float(cell))}",
        row=row,
        column=name,
    )
