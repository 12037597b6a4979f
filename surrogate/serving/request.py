"""From the rows of a body to a complete table, or to every field that is wrong; faults in the form of answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pandas as pd

from surrogate.errors import InputError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.serving.other_columns import Refused
from surrogate.serving.shown import it_is

MOST_FAULTS = 100  # listed in one answer
_NO_VALUE = (
    "missing",
    "json_invalid",
    "extra_forbidden",
)  # faults of a field that is not there, or should not be
MOST_KINDS = 12  # of them, by column and kind

WHERE = "designs"

Fault = dict[str, Any]
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
        With the first fault of each faulty design; at most ``MOST_FAULTS`` of them, of at most ``MOST_KINDS``
        different columns or kinds.
    """
    table = pd.DataFrame([dict(design) for design in designs])
    return every_fault(table, lambda rows: CompleteDesigns.of(rows, where=field), field, one=field != WHERE)


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


def every_fault(
    table: pd.DataFrame, read: Callable[[pd.DataFrame], Read], field: str, *, one: bool = False
) -> Read:
    """Read a table of a body, and where rows of it are faulty list all of them, not the first.

    Parameters
    ----------
    table
        n rows, with an index from 0.
    read
        Reads the table, or raises an ``InputError`` with the place of the faulty row in it.
    field
        Of the body.
    one
        Whether the field holds a single row in place of a list.

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
            faults += [
                fault(found, None if one else int(row), field) for found, row in zip(same, rows, strict=True)
            ]
            table = table.drop(index=rows)
            if table.empty or len(faults) >= MOST_FAULTS:
                break
        else:
            break
    if faults:
        raise BadBodyError(sorted(faults, key=_place)[:MOST_FAULTS])
    return found


def refuse(refused: Sequence[Refused]) -> None:
    """Refuse columns that cannot be used.

    Parameters
    ----------
    refused
        What cannot be used; may be empty.

    Raises
    ------
    BadBodyError
        With at most ``MOST_FAULTS`` of them, if there is any.
    """
    if refused:
        raise BadBodyError([
            {"loc": ["body", "designs", one.design, one.column], "msg": one.why, "type": "design_error"}
            for one in refused[:MOST_FAULTS]
        ])  # fmt: skip


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
    # loc says where; the row in the message counts only those that were still in the table
    place = [field] + ([f"row {error.row + 1}"] if error.row is not None else [])
    place += [f"column {error.column}"] if error.column is not None else []
    message = error.over_http().removeprefix(f"{', '.join(place)}: ")
    return {"loc": loc, "msg": message, "type": type(error).__name__.removesuffix("Error").lower() + "_error"}


def value_of(fault: Mapping[str, Any]) -> str:
    """Return what pydantic leaves out of its message: the value, if it is a plain one and there is one.

    Parameters
    ----------
    fault
        As pydantic lists it.

    Returns
    -------
    str
        To stand behind the message; empty where the field itself is what is wrong.
    """
    return "" if fault["type"] in _NO_VALUE else it_is(fault.get("input"))


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
