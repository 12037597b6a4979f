"""Columns under the names that a laboratory gave them: read as the known columns that they are.

Data flow: a table as text and the laboratory's names -> the same table under the known names; units in names stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.units import allowed_units, split_unit, written_unit

_EMPTY = frozenset({"", "nan", "na", "n/a"})


def known_name(own: str, known: str) -> str:
    """Return the name under which a column is read: the known one, in the unit that the laboratory's name carries.

    Parameters
    ----------
    own : str
        The laboratory's name, such as ``felt_mm``.
    known : str
        The known column, such as ``thickness_um``.

    Returns
    -------
    str
        Such as ``thickness_mm``; the known column where the name carries no unit that fits.
    """
    unit = written_unit(own)[1]
    return f"{split_unit(known)[0]}_{unit}" if unit is not None and unit in allowed_units(known) else known


def with_known_names(sheet: Sheet, names: Mapping[str, str], complain: Complaint) -> Sheet:
    """Read columns under known names.

    Parameters
    ----------
    sheet : Sheet
        A table of n rows.
    names : mapping of str to str
        The laboratory's name -> the known column.
    complain : Complaint
        How to refuse the table.

    Returns
    -------
    Sheet
        With a note of the names that were read so.

    Raises
    ------
    InputError
        Of the complaint's class, for a row with a value under both names.
    """
    columns, said = dict[str, Cells](), list[str]()
    today = {own: known_name(own, known) for own, known in names.items()}
    given = dict(zip(sheet.header, sheet.columns, strict=True))
    for own, cells in given.items():
        name = today.get(own, own)
        if name != own:
            said.append(f"{own} as {name}")
        if name in columns:
            other = next(one for one, known in today.items() if known == name and one in given)
            cells = _merged(columns[name], cells, name, other, complain)
        columns[name] = cells
    if not said:
        return sheet
    note = f"read under the names of the campaign: {', '.join(said)}"
    return replace(sheet, header=tuple(columns), columns=tuple(columns.values()), notes=(*sheet.notes, note))


def _merged(first: Cells, second: Cells, name: str, own: str, complain: Complaint) -> Cells:
    """Put two columns of one name together, of which at least one is empty in each row."""
    texts = [(first.text(row), second.text(row)) for row in range(len(first.of_row))]
    both = np.flatnonzero([all(text.lower() not in _EMPTY for text in pair) for pair in texts])
    if len(both):
        complain.refuse(
            f"a value here and under the campaign's other name {own}",
            value=" and ".join(texts[both[0]]),
            limit="one of them",
            remedy=f"empty one of the two, or remove the column {own}",
            row=int(both[0]),
            column=name,
        )
    return Cells.of([a if a.lower() not in _EMPTY else b for a, b in texts])
