"""Every fault of every design of a body, found by mending each as it is found and looking again.

Data flow: designs as they were sent, without what has no type of its column -> ``CompleteDesigns.of``, which raises
the first fault of a column and the rows that share it -> these are noted, the column is given a value that is
allowed, and the rest is looked at again -> faults in the order of the designs, the first of them listed, the others
counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from surrogate.errors import MOST_ROWS, InputError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.completion import solids_of
from surrogate.hosts.designs import CompleteDesigns
from surrogate.units import written_unit

MOST_LISTED = 20  # faults of designs in one answer; the others are counted
_MOST_LOOKS = 100  # at parts of a table: two seconds; what is not looked at then is told to be more
_A_FRAMEWORK = "carbon_fiber"  # stands where none is named that is known
_MEANT = re.compile(r"did you mean (\w+)\?")
_ALLOWED, _TO_MEND = "Allowed: ", "To mend it: "
_ENDS = {name: parts for parts in COLUMNS.simplexes.values() for name in parts}
_BESIDE = {"electrolyte_recipe": ("electrolyte", "additives")}  # what a column is held against

Fault = dict[str, Any]


class DesignFaults:
    """The faults of the designs of a body.

    Parameters
    ----------
    field
        Of the body that holds the designs.
    one
        Whether it holds a single design in place of a list.
    """

    def __init__(self, field: str, *, one: bool = False) -> None:
        self.field, self.one = field, one
        self.complete = True
        self._found: defaultdict[int, list[Fault]] = defaultdict(list)
        # Of each design the columns whose fault is known, and those that another name may stand for.
        self._replaced: defaultdict[int, set[str]] = defaultdict(set)
        self._meant: defaultdict[int, set[str]] = defaultdict(set)

    def add(self, design: int, column: str, what: str, kind: str) -> None:
        """Note a fault of a column, once.

        Parameters
        ----------
        design
            Its place in the body.
        column
            As it was sent.
        what
            Value, limit and remedy, as far as they are known.
        kind
            Of the fault.
        """
        place = [] if self.one else [design]
        one = {"loc": ["body", self.field, *place, column], "msg": explained(what, column), "type": kind}
        self._found[design].append(one)
        self._replaced[design].add(column)
        meant = _MEANT.search(what)
        self._meant[design].update([*_columns_of(column), *(meant.groups() if meant else ())])

    def look(self, designs: Mapping[int, Mapping[str, Any]]) -> None:
        """Note what is wrong with the values of designs.

        Parameters
        ----------
        designs
            Place in the body -> column -> value, of the type of its column; columns of which a fault is known
            already may be there or not.
        """
        left = [(place, self._without_faults(place, design)) for place, design in designs.items()]
        looks = _MOST_LOOKS
        for first in range(0, len(left), MOST_ROWS):  # so many rows with one fault are told at once
            rows = dict(left[first : first + MOST_ROWS])
            while rows and looks:
                looks -= 1
                error = self._first(rows)
                if error is None:
                    break
                self._note(error, rows)
            else:
                self.complete = self.complete and not rows
        self._replaced.clear()
        self._meant.clear()

    def listed(self) -> list[Fault]:
        """Return the first ``MOST_LISTED`` faults in the order of the designs, and how many more there are."""
        every = [one for design in sorted(self._found) for one in self._found[design]]
        if len(every) <= MOST_LISTED:
            return every
        designs = [design for design in sorted(self._found) for _ in self._found[design]][MOST_LISTED:]
        more = f"{'' if self.complete else 'at least '}{len(every) - MOST_LISTED:,}"
        where = (
            f"design {designs[0]}" if designs[0] == designs[-1] else f"designs {designs[0]} to {designs[-1]}"
        )
        what = (
            f"{more} more faults, in {where} (counted from 0). {_ALLOWED}{MOST_LISTED} are listed in one answer. "
            f"{_TO_MEND}mend those that are listed and send it again"
        )
        return [*every[:MOST_LISTED], {"loc": ["body", self.field], "msg": what, "type": "more_faults"}]

    def _first(self, rows: Mapping[int, Mapping[str, Any]]) -> InputError | None:
        try:
            CompleteDesigns.of(pd.DataFrame([dict(row) for row in rows.values()]), where=self.field)
        except InputError as error:
            return error
        return None

    def _note(self, error: InputError, rows: dict[int, dict[str, Any]]) -> None:
        """Note a fault and the same of other rows; mend what it is about, or leave the row out."""
        places = list(rows)
        for one in (error, *error.also):
            if one.row is None or one.column is None:
                self._found[places[one.row or 0]].append(fault_of(one, self.field))
                rows.clear()
                return
            place, column = places[one.row], one.column
            parts = _ENDS.get(column, ())
            of_a_sum = bool(parts) and " + ".join(parts) in str(one)
            beside = parts if of_a_sum else (column, *_BESIDE.get(column, ()))
            if self._replaced[place].isdisjoint(beside):  # else it follows from another
                self.add(place, column, without_place(one, self.field), kind_of(one))
            elif column not in COLUMNS or not (of_a_sum or column in _BESIDE):
                del rows[place]
                continue
            if of_a_sum:
                rows[place].update({part: float(part == parts[0]) for part in parts})
            else:
                _mend(rows[place], column)

    def _without_faults(self, place: int, design: Mapping[str, Any]) -> dict[str, Any]:
        """Return a design in which each column of which a fault is known has a value that is allowed."""
        row = {column: value for column, value in design.items() if column in COLUMNS}
        lacking = [column for column in self._meant[place] if row.get(column) is None]
        for column in [*self._replaced[place], *lacking]:
            if column in COLUMNS:
                _mend(row, column)
        return row


def _columns_of(name: str) -> list[str]:
    """Return the columns that a name in another unit may stand for; none where it is a column itself."""
    if name in COLUMNS:
        return []
    quantity = written_unit(name)[0]
    return [column for column, fact in COLUMNS.items() if fact.quantity == quantity]


def _mend(row: dict[str, Any], column: str) -> None:
    """Put a value that is allowed in place of a faulty one."""
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
    else:
        row.pop(column, None)


def fault_of(error: InputError, field: str) -> Fault:
    """Make a fault of an error about no single column."""
    return {"loc": ["body", field], "msg": without_place(error, field), "type": kind_of(error)}


def kind_of(error: InputError) -> str:
    """Return the kind of an error as answers name it, such as ``design_error``."""
    return type(error).__name__.removesuffix("Error").lower() + "_error"


def without_place(error: InputError, field: str) -> str:
    """Return the message of an error as a client can follow it, without the place, which ``loc`` has.

    Parameters
    ----------
    error
        What is wrong; the row in its message counts only those of the table that was looked at.
    field
        Of the body, by which the message names the table.
    """
    place = [field] + ([f"row {error.row + 1}"] if error.row is not None else [])
    place += [f"column {error.column}"] if error.column is not None else []
    return error.over_http().removeprefix(f"{', '.join(place)}: ")


def explained(what: str, column: str) -> str:
    """Add to what is wrong with a column what is allowed and what to do, where that is not said.

    Parameters
    ----------
    what
        What is wrong, and the value.
    column
        Of a design, or any other name.
    """
    parts = [what if what.endswith("...") else what.rstrip(".")]
    allowed = allowed_in(column)
    if _ALLOWED not in what and allowed:
        parts.append(f"{_ALLOWED}{allowed}")
    if _TO_MEND not in what:
        remedy = "leave it out" if column not in COLUMNS else _REMEDIES[COLUMNS[column].kind]
        parts.append(f"{_TO_MEND}{remedy}")
    text = ". ".join(parts)
    return text if text.endswith("?") else f"{text}."


_REMEDIES = {
    "number": "give a number within these limits, without quotes and without a unit",
    "identifier": "give one of these names",
    "text": "correct the text, or leave it out",
}


def allowed_in(column: str) -> str:
    """Say what a column of a design may hold; empty for any other name."""
    if column not in COLUMNS:
        return ""
    fact = COLUMNS[column]
    if fact.kind == "number":
        return fact.allowed
    if fact.kind == "text":
        return "1 M LiTFSI in DOL:DME (1:1 v/v), for example"
    return ", ".join(fact.identifiers or solids_of(fact.phase))
