"""Values that are allowed, put in place of faulty ones, so that the other faults of a row show themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from surrogate.campaign.told_columns import KNOWN
from surrogate.files.header import known_as
from surrogate.hosts.columns import CHOICES, COLUMNS, CONDITIONS
from surrogate.hosts.targets import SCALES
from surrogate.units import written_unit

_A_FRAMEWORK = "carbon_fiber"  # stands where none is named that is known
_ENDS = {name: parts for parts in COLUMNS.simplexes.values() for name in parts}
_BESIDE = {"electrolyte_recipe": ("electrolyte", "additives")}  # what a column is held against
_TOLD = dict.fromkeys(KNOWN)


def of_a_sum(column: str, what: str) -> tuple[str, ...]:
    """Return the parts of a solid whose sum a message is about; none where it is about something else.

    Parameters
    ----------
    column
        Of the fault.
    what
        Its message.
    """
    parts = _ENDS.get(column, ())
    return parts if parts and " + ".join(parts) in what else ()


def held_against(column: str) -> tuple[str, ...]:
    """Return a column and those that a fault of it may follow from."""
    return (column, *_BESIDE.get(column, ()))


def columns_of(name: str) -> list[str]:
    """Return the columns that a name in another unit may stand for; none where it is a column itself."""
    if name in COLUMNS:
        return []
    quantity = written_unit(name)[0]
    return [column for column, fact in COLUMNS.items() if fact.quantity == quantity]


def stands_for_a_design(row: Mapping[str, Any], column: str) -> bool:
    """Whether a row names its design by a column and gives none, so that nothing is known of it without that name."""
    return column in ("cell_id", "proposal_id") and not any(row.get(name) for name in CHOICES)


def as_sent(row: Mapping[str, Any], column: str, own_names: Mapping[str, str]) -> str:
    """Return the name by which a row gives a column: its own, one in another unit, or a laboratory's."""
    names = [name for name in (column, *_given(row, column, own_names)[1]) if row.get(name) not in (None, "")]
    return names[0] if names else column


def _given(row: Mapping[str, Any], column: str, own_names: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the known column that a name stands for, and all names by which a row gives it."""
    meant = own_names.get(column) or known_as(column, _TOLD) or column
    return meant, [name for name in row if (own_names.get(name) or known_as(name, _TOLD)) == meant]


def mend_sum(row: dict[str, Any], parts: tuple[str, ...]) -> None:
    """Let the solid of one end be of its first part alone, in place."""
    row.update({part: float(part == parts[0]) for part in parts})


def mend(row: dict[str, Any], column: str, own_names: Mapping[str, str]) -> list[str]:
    """Put a value that is allowed in place of a faulty one, in place.

    Parameters
    ----------
    row
        Column -> value, as it was sent.
    column
        That is faulty, by a name that the row has, or by that of the column which it gives.
    own_names
        A laboratory's names -> the known columns.

    Returns
    -------
    list of str
        The columns whose value is now another.
    """
    meant, given = _given(row, column, own_names)
    for name in {*given, column}:
        row.pop(name, None)
    if meant in SCALES:
        row[meant] = SCALES[meant].plausible[0]
    elif (
        meant in COLUMNS and meant not in CONDITIONS
    ):  # a condition that is absent is the campaign's, or usual
        _mend_choice(row, meant)
    return [column, meant, *given]


def _mend_choice(row: dict[str, Any], column: str) -> None:
    fact = COLUMNS[column]
    if fact.kind == "number":
        row[column] = fact.limits[0]
    elif fact.required:
        row[column] = _A_FRAMEWORK
        for name, one in COLUMNS.items():  # which of them it needs is not known
            if one.required_if_porous and row.get(name) is None:
                row[name] = one.limits[0]
        for parts in COLUMNS.simplexes.values():
            if not any(row.get(part) for part in parts):
                row[parts[0]] = 1.0
    elif fact.identifiers and fact.default == fact.identifiers[0] == "none":
        row[column] = fact.identifiers[1]  # one that is there: else its fractions would not act
