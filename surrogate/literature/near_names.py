"""Columns of records whose name is nearly that of a known column: left out, they would be lost in silence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from surrogate.errors import RecordError, UnitError
from surrogate.literature.schema import FIELDS, NUMBERS, REMARKS
from surrogate.units import allowed_units, split_unit, written_unit

CLOSE = 0.8  # of difflib's measure of how alike two names are
_FIRST_WORDS = {
    "ce": "coulombic_efficiency_pct",
    "cycle": "cycles",
    "cycles": "cycles",
    "life": "cycles",
    "lifetime": "hours",
    "duration": "hours",
}
_AGAIN = re.compile(r"(.+?)[._ ]\d{1,2}")  # how programs rename the second column of a name


def refuse_near_names(extra: Iterable[str], given: Collection[str], where: str) -> None:
    """Refuse the first unknown column that is probably a known column.

    One that resembles a column that is given too is only refused when it is the same but for case and signs.

    Parameters
    ----------
    extra
        The unknown columns.
    given
        All columns of the table.
    where
        What messages call the table.

    Raises
    ------
    UnitError
        For a known quantity without a unit, or with an unknown unit.
    RecordError
        For any other.
    """
    for column in extra:
        _refuse_lost_unit(column, given, where)
        again = _AGAIN.fullmatch(column)
        for twin in FIELDS:
            if twin in given and (_plain(twin) == _plain(column) or (again and again[1] == twin)):
                raise RecordError(
                    f"{twin} is given twice",
                    where=where,
                    column=column,
                    remedy="keep one, or name it quite differently if it holds something else",
                )
        known = meant(column)
        if known is not None and known not in given:
            raise RecordError(
                "unknown column",
                where=where,
                column=column,
                remedy=f"did you mean {known}? Name it so, or quite differently if it holds something else",
            )


def meant(column: str) -> str | None:
    """Find the known column that an unknown column probably is.

    Parameters
    ----------
    column
        The unknown column.

    Returns
    -------
    str or None
        None where it resembles none, or only a column for remarks.
    """
    quantity, unit = written_unit(column)
    names = [_plain(column), _plain(quantity)]
    if names[0].split("_")[0] in _FIRST_WORDS:
        return _FIRST_WORDS[names[0].split("_")[0]]
    spelled = {_plain(name): known for known in FIELDS for name in (split_unit(known)[0], known)}
    for name in names:
        near = get_close_matches(name, spelled, n=1, cutoff=CLOSE)
        if near:
            return None if spelled[near[0]] in REMARKS else spelled[near[0]]
    return next((known for known in NUMBERS if _part_of(names[1], unit, known)), None)


def _part_of(quantity: str, unit: str | None, known: str) -> bool:
    """Whether a quantity ends a known quantity (pressure), or is in a unit that fits its beginning (current)."""
    whole, own = split_unit(known)
    if whole.endswith(f"_{quantity}"):
        return unit is None or unit in allowed_units(known)
    return own is not None and whole.startswith(f"{quantity}_") and unit in allowed_units(known)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _refuse_lost_unit(column: str, given: Collection[str], where: str) -> None:
    for known in NUMBERS:
        quantity, unit = split_unit(known)
        if unit is None or known in given:
            continue
        if column == quantity or column.startswith(f"{quantity}_"):
            raise UnitError(
                "no unit, or an unknown one, at the end of this column's name",
                where=where,
                column=column,
                limit=", ".join(allowed_units(known)),
                remedy=f"name it {known}, or quite differently if it holds something else",
            )
