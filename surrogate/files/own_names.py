"""Columns under the names that a laboratory gave them: read as the known columns that they are.

Data flow: a table as text and the laboratory's names -> the same table under the known names; units in names stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from surrogate.files.near_names import plainly
from surrogate.files.rows import Cells
from surrogate.files.sheet import Sheet
from surrogate.files.text import Complaint
from surrogate.hosts import columns as c
from surrogate.units import allowed_units, heading_unit, split_unit

_EMPTY = frozenset({"", "nan", "na", "n/a"})
_OF_TARGETS = ("_upper_bound", "_sem")


def fitting_units(known: str) -> tuple[str, ...]:
    """List the units in which a laboratory's column may give a known one.

    Parameters
    ----------
    known : str
        The known column.

    Returns
    -------
    tuple of str
        Spellings of units, its own first; empty for a pure number or a text.
    """
    if known in c.COLUMNS.fractions:
        return ("fraction", "pct")
    for end in _OF_TARGETS:
        if known.endswith(end):  # converted by nothing
            return tuple(filter(None, [split_unit(known.removesuffix(end))[1]]))
    return tuple(allowed_units(known))


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
    unit = heading_unit(own)[1]
    if unit is None or unit not in fitting_units(known) or known.endswith(_OF_TARGETS):
        return known
    return f"{known if known in c.COLUMNS.fractions else split_unit(known)[0]}_{unit}"


def own_name(heading: str, names: Mapping[str, str]) -> str:
    """Find the laboratory's name that a heading is, perhaps in other signs, other case or another unit.

    Parameters
    ----------
    heading : str
        Of a column, such as ``Felt (um)``.
    names : mapping of str to str
        The laboratory's name, such as ``felt_mm`` -> the known column.

    Returns
    -------
    str
        Empty where it is none, or may be several. Single letters are only themselves: T is not t.
    """
    if heading in names:
        return heading
    quantity, unit = heading_unit(heading)
    whole, in_a_unit = list[str](), list[str]()
    for own, known in names.items():
        its_quantity, its_unit = heading_unit(own)
        if len(plainly(its_quantity)) == 1:
            continue
        if plainly(heading) == plainly(own) and unit in (None, its_unit):
            whole.append(own)
        elif plainly(quantity) == plainly(its_quantity) and unit in fitting_units(known):
            in_a_unit.append(own)
    found = whole or in_a_unit
    return found[0] if len({names[own] for own in found}) == 1 else ""


def read_as(heading: str, names: Mapping[str, str]) -> str:
    """Return the name under which a heading is read.

    Parameters
    ----------
    heading, names
        As for :func:`own_name`.

    Returns
    -------
    str
        Of :func:`known_name`; the heading itself where it is no name of the laboratory.
    """
    own = own_name(heading, names)
    if not own:
        return heading
    of_unit = own if heading_unit(heading)[1] is None else heading  # lost in other case, as in FELT_MM
    return known_name(of_unit, names[own])


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
        Of the complaint's class, for a row with a value under both names, and for a name without its unit.
    """
    columns, said = dict[str, Cells](), list[str]()
    given = dict(zip(sheet.header, sheet.columns, strict=True))
    of = {heading: own_name(heading, names) for heading in given}
    of = {heading: own for heading, own in of.items() if own and (own == heading or own not in given)}
    today = {heading: read_as(heading, names) for heading in of}
    _refuse_lost_units(given, set(of.values()), names, complain)
    for heading, cells in given.items():
        name = today.get(heading, heading)
        if name != heading:
            said.append(f"{heading} as {name}")
        if name in columns:
            other = next(one for one, known in today.items() if known == name)
            cells = _merged(columns[name], cells, name, other, complain)
        columns[name] = cells
    if not said:
        return sheet
    note = f"read under the names of the campaign: {', '.join(said)}"
    return replace(sheet, header=tuple(columns), columns=tuple(columns.values()), notes=(*sheet.notes, note))


def _refuse_lost_units(
    given: Collection[str], read: Collection[str], names: Mapping[str, str], complain: Complaint
) -> None:
    """Refuse a column that is called as a name of the laboratory without its unit: left out, it would be lost."""
    for own, known in names.items():
        quantity, unit = heading_unit(own)
        if unit is None or own in read or known in given or len(plainly(quantity)) == 1:
            continue
        for heading in given:
            if plainly(heading) == plainly(quantity) and heading not in names:
                complain.refuse(
                    f"the campaign's name for {known} without its unit",
                    value=heading,
                    limit=", ".join(fitting_units(known)),
                    remedy=f"did you mean {own}? Then name it so, or quite differently if it holds something else",
                    column=heading,
                )


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
