"""Every fault of every row of a body, found by mending each as it is found and looking again.

Data flow: designs or cells as they were sent, without what has no type of its column -> their reader, which raises
the first fault of a column and the rows that share it -> these are noted, the column is given a value that is
allowed (``mending``), and the rest is looked at again -> faults in the order of the rows, the first of them listed,
the others counted (``faults``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from surrogate.errors import MOST_ROWS, InputError
from surrogate.hosts.columns import COLUMNS
from surrogate.serving.faults import FoundFaults, explained, kind_of, without_place
from surrogate.serving.mending import (
    as_sent,
    columns_of,
    held_against,
    mend,
    mend_sum,
    of_a_sum,
    stands_for_a_design,
)
from surrogate.serving.shown import it_is

_MOST_LOOKS = 100  # at parts of a table: two seconds; what is not looked at then is told to be more
_FEWEST_LOOKS = 12  # at a table of a thousand rows
_MEANT = re.compile(r"did you mean (\w+)\?")

Reader = Callable[[pd.DataFrame], object]


class RowFaults(FoundFaults):
    """The faults of the rows of a body.

    Parameters
    ----------
    field
        Of the body that holds the rows.
    read
        Reads a table of rows, or raises an ``InputError`` with the place of the faulty row in it.
    noun
        What a row is: a design, or a cell.
    one
        Whether the field holds a single row in place of a list.
    own_names
        A laboratory's names of columns -> the known columns.
    """

    def __init__(
        self,
        field: str,
        read: Reader,
        noun: str = "design",
        *,
        one: bool = False,
        own_names: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(field, noun, one=one)
        self._read, self._own_names = read, own_names or {}
        # Of each row the columns whose fault is known, and those that another name may stand for.
        self._replaced: defaultdict[int, set[str]] = defaultdict(set)
        self._meant: defaultdict[int, set[str]] = defaultdict(set)

    def add(self, row: int, column: str | None, what: str, kind: str) -> None:
        """Note a fault of a row, before it is looked at.

        Parameters
        ----------
        row
            Its place in the field.
        column
            As it was sent; None for the row as a whole.
        what
            Value, limit and remedy, as far as they are known.
        kind
            Of the fault.
        """
        self.put(row, column, explained(what, column or ""), kind)
        if column is None:
            return
        self._replaced[row].add(column)
        meant = _MEANT.search(what)
        self._meant[row].update([*columns_of(column), *(meant.groups() if meant else ())])

    def look(self, rows: Mapping[int, Mapping[str, Any]], *, at_once: int = MOST_ROWS) -> None:
        """Note what is wrong with the values of rows.

        Parameters
        ----------
        rows
            Place in the field -> column -> value.
        at_once
            Rows that are read at once; so many with one fault are told at once at most.
        """
        left = [(place, self._mended(place, row)) for place, row in rows.items()]
        looks = max(_FEWEST_LOOKS, _MOST_LOOKS * MOST_ROWS // max(MOST_ROWS, at_once))
        for first in range(0, len(left), at_once):
            some = dict(left[first : first + at_once])
            while some and looks:
                looks -= 1
                error = self._first(some)
                if error is None:
                    break
                self._note(error, some)
            else:
                self.complete = self.complete and not some
        self._replaced.clear()
        self._meant.clear()

    def _first(self, rows: Mapping[int, Mapping[str, Any]]) -> InputError | None:
        try:
            self._read(pd.DataFrame([dict(row) for row in rows.values()]))
        except InputError as error:
            return error
        return None

    def _note(self, error: InputError, rows: dict[int, dict[str, Any]]) -> None:
        """Note a fault and the same of other rows; mend what it is about, or leave the row out."""
        places = list(rows)
        if error.row is None:
            self._note_without_row(error, rows)
            return
        for one in (error, *error.also):
            place = places[one.row or 0]
            what = without_place(one, self.field)
            if one.column is None:  # what is left of a row that was mended may well be nothing
                if not self._replaced[place]:
                    self.add(place, None, what, kind_of(one))
                del rows[place]
                continue
            parts = of_a_sum(one.column, what)
            if self._replaced[place].isdisjoint(parts or held_against(one.column)):
                sent = as_sent(rows[place], one.column, self._own_names)
                if sent != one.column:
                    shown = it_is(rows[place][sent]).removeprefix("; it is ")
                    what = f"{shown} {sent}, read as {one.column}: {what}"
                self.add(place, sent, what, kind_of(one))
            elif not parts and len(held_against(one.column)) == 1:  # it follows from another
                if rows[place].pop(one.column, None) is None:
                    del rows[place]
                continue
            if stands_for_a_design(rows[place], one.column):
                del rows[place]
            elif parts:
                mend_sum(rows[place], parts)
            else:
                self._mend(rows, place, one.column)

    def _note_without_row(self, error: InputError, rows: dict[int, dict[str, Any]]) -> None:
        """Note a fault of a whole column where it is first given, or of every row where none gives it."""
        column = error.column
        given = [place for place, row in rows.items() if column in row]
        about = given or (list(rows) if column in COLUMNS else [])
        new = [place for place in about if column not in self._replaced[place]]
        if column is None or not new:
            if not any(self._replaced[place] for place in rows):
                self.put_whole(error, min(rows))
            rows.clear()
            return
        for place in new[:1] if given else new:
            what, stop, rest = without_place(error, self.field).partition(". ")
            value = it_is(rows[place].get(column))
            self.add(place, column, f"{what}{value}{stop}{rest}", kind_of(error))
        for place in about:
            self._mend(rows, place, column)

    def _mend(self, rows: dict[int, dict[str, Any]], place: int, column: str) -> None:
        self._replaced[place].update(mend(rows[place], column, self._own_names))

    def _mended(self, place: int, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row in which each column of which a fault is known has a value that is allowed."""
        other = dict(row)
        lacking = [column for column in self._meant[place] if other.get(column) is None]
        for column in [*self._replaced[place], *lacking]:
            mend(other, column, self._own_names)
        return other
