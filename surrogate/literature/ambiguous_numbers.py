"""Numbers of a person's file of records that may be read in two ways: 1.200 is perhaps 1200."""

from __future__ import annotations

import re

from surrogate.errors import InputError, refuse_rows
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.literature.schema import ADDED_FIELDS, COUNTS, FIELDS, NUMBERS
from surrogate.units import written_unit

SEVERAL = 2  # cells of the form 1.200 in a column make it doubtful that the point is a decimal one
_TWOFOLD = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)


def refuse_twofold(sheet: Sheet, complain: Complaint) -> None:
    """Refuse the first number of a sheet whose point may separate thousands.

    In a column of counts one is enough, in another it takes SEVERAL that would be within the column's limits as
    thousands. Any other number with a point in the column, such as 35.5, shows that the point is a decimal point.
    Tables that this package keeps write numbers in one way only and are not doubted.

    Parameters
    ----------
    sheet
        A person's file of records.
    complain
        Makes the messages for it.

    Raises
    ------
    RecordError
        With row and column.
    """
    if set(ADDED_FIELDS) <= set(sheet.header):
        return
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        known = name if name in FIELDS else written_unit(name)[0]
        if known in NUMBERS:
            _refuse_twofold(name, cells, known, complain)


def _refuse_twofold(name: str, cells: Cells, known: str, complain: Complaint) -> None:
    pointed = [cell for cell in cells.distinct if "." in cell]
    doubtful = [cell for cell in pointed if _TWOFOLD.fullmatch(cell)]
    if not doubtful or len(doubtful) < len(pointed):
        return
    rows = cells.all(doubtful)
    most = FIELDS[known].high or 0.0
    if known not in COUNTS and (len(rows) < SEVERAL or max(float(cell) * 1000 for cell in doubtful) > most):
        return
    more = f" (and {len(rows) - 1} more of this column)" if len(rows) > 1 else ""
    refuse_rows(rows, lambda row: _twofold(name, cells.text(row), row, more, complain))


def _twofold(name: str, cell: str, row: int, more: str, complain: Complaint) -> InputError:
    return complain.error_at(
        f"thousands or a decimal point?{more}",
        value=cell,
        limit="digits without a thousands separator",
        remedy=f"write {cell.replace('.', '')} or {_plainly(cell)}",
        row=row,
        column=name,
    )


def _plainly(cell: str) -> str:
    """Write the decimal number in a form that is not doubted."""
    short = repr(float(cell))
    return f"{cell}0" if _TWOFOLD.fullmatch(short) else short
