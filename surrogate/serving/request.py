"""From the rows of a body to a complete table, or to every field that is wrong; faults in the form of answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pandas as pd
from pydantic import BaseModel

from surrogate.errors import InputError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.faults import BadBodyError, Fault, kind_of, without_place
from surrogate.serving.other_columns import Refused, sort_columns
from surrogate.serving.row_faults import RowFaults
from surrogate.serving.shown import it_is

MOST_FAULTS = 100  # listed in one answer
MOST_OF_TYPES = (
    500  # faults of the types of designs that are looked at: names like an unknown one take a millisecond
)
MOST_DESIGNS = 1_000  # in one request

WHERE = "designs"

Read = TypeVar("Read")


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
        With every fault of every design, as ``FoundFaults.listed`` has them.
    """
    try:
        return _complete(field)(pd.DataFrame([dict(design) for design in designs]))
    except InputError as error:
        faults = RowFaults(field, _complete(field), one=field != WHERE)
        faults.look(_known_columns(dict(enumerate(designs))))
        raise BadBodyError(faults.listed()) from error


def _complete(field: str) -> Callable[[pd.DataFrame], CompleteDesigns]:
    return lambda table: CompleteDesigns.of(table, where=field)


def _known_columns(designs: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    return {
        place: {column: value for column, value in design.items() if column in COLUMNS}
        for place, design in designs.items()
    }


def rows_of(given: Sequence[Any]) -> dict[int, Mapping[str, Any]]:
    """Return the rows of a field by their place, without what is no object, which the types of the body refuse."""
    return {place: row for place, row in enumerate(given) if isinstance(row, Mapping)}


def read_rows(
    rows: Mapping[int, Mapping[str, Any]], read: Callable[[pd.DataFrame], Read], found: RowFaults
) -> Read:
    """Read rows of a body whose values were not looked at yet.

    Parameters
    ----------
    rows
        Place in the body -> column -> value, as JSON has them.
    read
        Reads a table of them, with an index from 0, or raises an ``InputError`` with the place of the faulty row.
    found
        Gets every fault of every row; it reads rows by ``read`` or by what refuses the same.

    Returns
    -------
    What ``read`` returns of the whole table.

    Raises
    ------
    BadBodyError
        For a faulty row, with what ``found`` lists then.
    """
    for place, row in rows.items():
        for column, value in row.items():
            where = None if _beyond_tables(column) else column
            for one in (column, value):
                if what := _beyond_tables(one):
                    found.add(place, where, what + it_is(one), "record_error")
    if not found.rows:
        try:
            return read(pd.DataFrame([dict(row) for row in rows.values()]))
        except InputError:
            pass  # it is found again, with all others
    can_be_read = {
        place: {column: value for column, value in row.items() if not _beyond_tables(column)}
        for place, row in rows.items()
    }
    found.look(can_be_read, at_once=max(1, len(rows)))
    raise BadBodyError(found.listed())


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
        Those that are about no design, then those of the designs, as ``FoundFaults.listed`` has them.
    """
    one = isinstance(given, Mapping)
    found, others = RowFaults(field, _complete(field), one=one), list[Fault]()
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
    found.look(_known_columns({k: design for k, design in designs.items() if isinstance(design, Mapping)}))
    found.complete = found.complete and complete
    return [*others[:MOST_FAULTS], *found.listed()]


def every_fault_beside(
    body: Mapping[str, Any], faults: Sequence[Fault], model: type[BaseModel], read: Callable[[Any], object]
) -> list[Fault]:
    """Add to what has the wrong type in a body all else that ``read`` finds wrong with it.

    Parameters
    ----------
    body
        As it was sent.
    faults
        Of the types.
    model
        Of the body: its fields with their defaults.
    read
        Reads a body whose types were checked, or raises a ``BadBodyError``.
    """
    in_rows = {place for one in faults if len(place := tuple(one["loc"])) > 2 and isinstance(place[2], int)}
    wrong = {one["loc"][1] for one in faults if tuple(one["loc"]) not in in_rows and len(one["loc"]) > 1}
    fields = model.model_fields
    given = {
        name: field.get_default(call_default_factory=True)
        for name, field in fields.items()
        if not field.is_required()
    }
    given |= {name: body[name] for name in fields if name in body and name not in wrong}
    if given.keys() != fields.keys() or "campaign" in wrong:
        return list(faults)
    try:
        read(given)
    except BadBodyError as error:
        return [*faults, *error.faults]
    return list(faults)


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
def all_of(faults: list[Fault]) -> Iterator[None]:
    """Put the faults that are raised within beside others, and go on.

    Parameters
    ----------
    faults
        Gets those of a ``BadBodyError``.
    """
    try:
        yield
    except BadBodyError as error:
        faults += error.faults


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
