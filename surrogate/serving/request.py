"""From the rows of a body to a complete table, or to every field that is wrong; faults in the form of answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pandas as pd

from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.design_faults import DesignFaults, Fault, kind_of, without_place
from surrogate.serving.other_columns import Refused, sort_columns
from surrogate.serving.shown import it_is

MOST_FAULTS = 100  # listed in one answer
MOST_OF_TYPES = (
    500  # faults of the types of designs that are looked at: names like an unknown one take a millisecond
)
MOST_KINDS = 12  # of them, by column and kind
MOST_DESIGNS = 1_000  # in one request

WHERE = "designs"

Read = TypeVar("Read")


class BadBodyError(Exception):
    """What a body holds cannot be used; ``faults`` says where and why, in the form of the answer."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faulty fields")
        self.faults = faults


def complete_designs(designs: Sequence[Mapping[str, Any]], field: str = WHERE) -> CompleteDesigns:
    """Complete the designs of a body.

    Parameters
    ----------
    designs
        Column -> value for each design.
    field
        Of the body; other than ``designs`` it holds a single one.

    Returns
    -------
    CompleteDesigns
        With an index from 0; its notes say which defaults were taken.

    Raises
    ------
    BadBodyError
        With every fault of every design, as ``DesignFaults.listed`` has them.
    """
    try:
        return CompleteDesigns.of(pd.DataFrame([dict(design) for design in designs]), where=field)
    except InputError as error:
        faults = DesignFaults(field, one=field != WHERE)
        faults.look(dict(enumerate(designs)))
        raise BadBodyError(faults.listed()) from error


def table_of(rows: Sequence[Mapping[str, Any]], field: str) -> pd.DataFrame:
    """Make a table of rows of a body whose values were not looked at yet.

    Parameters
    ----------
    rows
        Column -> value, as JSON has them.
    field
        Of the body.

    Returns
    -------
    DataFrame
        A row each, with an index from 0.

    Raises
    ------
    BadBodyError
        For what JSON can write and a table cannot hold: lists, half of a character, numbers of 309 digits.
    """
    faults: list[Fault] = []
    for place, row in enumerate(rows):
        for column, value in row.items():
            where = [] if _beyond_tables(column) else [column]
            for one in (column, value):
                if what := _beyond_tables(one):
                    loc = ["body", field, place, *where]
                    faults.append({"loc": loc, "msg": what + it_is(one), "type": "record_error"})
    if faults:
        raise BadBodyError(faults[:MOST_FAULTS])
    return pd.DataFrame([dict(row) for row in rows])


def _beyond_tables(value: Any) -> str:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return "half of a character that takes two is no text: write both, or leave it out"
    elif isinstance(value, list | dict):
        return f"a {type(value).__name__} is no value of a column: give text, a number, or nothing"
    elif isinstance(value, int) and abs(value) > sys.float_info.max:
        return f"larger than any number here, {sys.float_info.max:.2g}: check the value and its unit"
    return ""


def every_fault(table: pd.DataFrame, read: Callable[[pd.DataFrame], Read], field: str) -> Read:
    """Read a table of a body, and where rows of it are faulty list all of them, not the first.

    Parameters
    ----------
    table
        n rows, with an index from 0.
    read
        Reads the table, or raises an ``InputError`` with the place of the faulty row in it.
    field
        Of the body.

    Returns
    -------
    What ``read`` returns of the whole table.

    Raises
    ------
    BadBodyError
        With the first fault of each faulty row; at most ``MOST_FAULTS`` of them, of at most ``MOST_KINDS``
        different columns or kinds.
    """
    faults: list[Fault] = []
    for _ in range(MOST_KINDS):  # each round looks at the whole table again
        try:
            found = read(table)
        except InputError as error:
            if error.row is None:
                faults.append(fault(error, None, field))
                break
            same = [error, *error.also]
            rows = [table.index[found.row] for found in same if found.row is not None]
            faults += [fault(found, int(row), field) for found, row in zip(same, rows, strict=True)]
            table = table.drop(index=rows)
            if table.empty or len(faults) >= MOST_FAULTS:
                break
        else:
            break
    if faults:
        raise BadBodyError(sorted(faults, key=_place)[:MOST_FAULTS])
    return found


def every_fault_in(
    body: Mapping[str, Any], faults: Sequence[Fault], field: str, more: Sequence[Mapping[str, Any]] = ()
) -> list[Fault]:
    """Add to what has the wrong type in a body all else that is wrong with its designs.

    Parameters
    ----------
    body
        As it was sent.
    faults
        Of the types, in the order of the designs.
    field
        That holds the designs; ``designs`` may have more in them than columns.
    more
        Further faults of the types, which are not told: designs from the first of them on are not looked at.

    Returns
    -------
    list of Fault
        As :func:`every_fault_of_designs` has them.
    """
    given = body.get(field)
    if not isinstance(given, list):
        return list(faults[:MOST_FAULTS]) if more else every_fault_of_designs(given, faults, field)
    if len(given) > MOST_DESIGNS or field != WHERE:
        return list(faults[:MOST_FAULTS])
    beside = sort_columns(given)
    until = min((one["loc"][2] for one in more if len(one["loc"]) > 2), default=len(given))
    return every_fault_of_designs(beside.designs[:until], faults, field, beside.refused, complete=not more)


def every_fault_of_designs(
    given: object,
    faults: Sequence[Fault],
    field: str,
    refused: Sequence[Refused] = (),
    *,
    complete: bool = True,
) -> list[Fault]:
    """Add to what has the wrong type in designs of a body all else that is wrong with them.

    Parameters
    ----------
    given
        What the field of the body holds, whatever that is, without what may stand beside the columns of a design.
    faults
        Those of the types, of the whole body.
    field
        That holds the designs.
    refused
        Of what stood beside the columns.
    complete
        Whether these are all there are of their kind.

    Returns
    -------
    list of Fault
        Those that are about no design, then those of the designs, as ``DesignFaults.listed`` has them.
    """
    one = isinstance(given, Mapping)
    found, others = DesignFaults(field, one=one), list[Fault]()
    designs = dict(enumerate([given] if one else given if isinstance(given, list) else []))
    for told in faults:
        inside = told["loc"][1:2] == [field]
        place = [0, *told["loc"][2:]] if one else list(told["loc"][2:])
        if inside and len(place) > 1 and isinstance(place[1], str):
            found.add(place[0], place[1], told["msg"], told["type"])
            continue
        others.append(told)
        if inside:  # the list itself, or a design that is none
            designs = {key: value for key, value in designs.items() if place and key != place[0]}
    for column in refused:
        found.add(column.design, column.column, column.why, "design_error")
    found.look({place: design for place, design in designs.items() if isinstance(design, Mapping)})
    found.complete = found.complete and complete
    return [*others[:MOST_FAULTS], *found.listed()]


def fault(error: InputError, row: int | None, field: str = WHERE) -> Fault:
    """Make one fault of the answer.

    Parameters
    ----------
    error
        What is wrong.
    row
        Place in the list of the body; None for the whole field.
    field
        Of the body.

    Returns
    -------
    dict
        ``loc``, ``msg`` and ``type``.
    """
    loc: list[str | int] = ["body", field]
    loc += [row] if row is not None else []
    loc += [error.column] if error.column is not None else []
    return {"loc": loc, "msg": without_place(error, field), "type": kind_of(error)}


@contextmanager
def in_field(field: str) -> Iterator[None]:
    """Let an error about a field of the body be answered as such.

    Parameters
    ----------
    field
        Its name.

    Raises
    ------
    BadBodyError
        For an ``InputError`` within.
    """
    try:
        yield
    except InputError as error:
        raise BadBodyError([fault(error, error.row, field)]) from error


def _place(listed: Fault) -> int:
    design = listed["loc"][2] if len(listed["loc"]) > 2 else -1
    return design if isinstance(design, int) else -1
