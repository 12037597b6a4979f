"""Faults of a body as the answer has them: field, value, limit and remedy; the first are listed, the rest counted.

Data flow: an error, or what pydantic found -> ``loc``, ``msg`` and ``type`` -> the faults of the rows of a field, in
the order of the rows.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from surrogate.errors import InputError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.completion import solids_of

MOST_LISTED = 20  # faults of rows in one answer; the others are counted
ALLOWED, TO_MEND = "Allowed: ", "To mend it: "

Fault = dict[str, Any]


class BadBodyError(Exception):
    """What a body holds cannot be used; ``faults`` says where and why, in the form of the answer."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faulty fields")
        self.faults = faults


class FoundFaults:
    """The faults found in the rows of a field.

    Parameters
    ----------
    field
        Of the body that holds the rows.
    noun
        What a row is: a design, or a cell.
    one
        Whether the field holds a single row in place of a list.

    Attributes
    ----------
    complete : bool
        Whether every row was looked at.
    """

    def __init__(self, field: str, noun: str = "design", *, one: bool = False) -> None:
        self.field, self.noun, self.one = field, noun, one
        self.complete = True
        self._found: defaultdict[int, list[Fault]] = defaultdict(list)

    @property
    def rows(self) -> set[int]:
        """The places of the rows with a fault."""
        return set(self._found)

    def put(self, row: int, column: str | None, what: str, kind: str) -> None:
        """Keep a fault of a row.

        Parameters
        ----------
        row
            Its place in the field.
        column
            As it was sent; None for the row as a whole.
        what
            Value, limit and remedy.
        kind
            Of the fault.
        """
        place: list[int | str] = [] if self.one else [row]
        place += [] if column is None else [column]
        self._found[row].append({"loc": ["body", self.field, *place], "msg": what, "type": kind})

    def put_whole(self, error: InputError, before: int) -> None:
        """Keep a fault of the whole field, listed before those of a row."""
        self._found[before].insert(0, fault_of(error, self.field))

    def listed(self) -> list[Fault]:
        """Return the first ``MOST_LISTED`` faults in the order of the rows, and how many more there are."""
        every = [one for row in sorted(self._found) for one in self._found[row]]
        if len(every) <= MOST_LISTED:
            return every
        rows = [row for row in sorted(self._found) for _ in self._found[row]][MOST_LISTED:]
        more = f"{'' if self.complete else 'at least '}{len(every) - MOST_LISTED:,}"
        where = f"{self.noun} {rows[0]}" if rows[0] == rows[-1] else f"{self.noun}s {rows[0]} to {rows[-1]}"
        what = (
            f"{more} more faults, in {where} (counted from 0). {ALLOWED}{MOST_LISTED} are listed in one answer. "
            f"{TO_MEND}mend those that are listed and send it again"
        )
        return [*every[:MOST_LISTED], {"loc": ["body", self.field], "msg": what, "type": "more_faults"}]


def fault_of(error: InputError, field: str) -> Fault:
    """Make a fault of an error about no single row."""
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
        Of a row, or any other name.
    """
    parts = [what if what.endswith("...") else what.rstrip(".")]
    allowed = allowed_in(column)
    if ALLOWED not in what and allowed:
        parts.append(f"{ALLOWED}{allowed}")
    if TO_MEND not in what:
        remedy = "leave it out" if column not in COLUMNS else _REMEDIES[COLUMNS[column].kind]
        parts.append(f"{TO_MEND}{remedy}")
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
