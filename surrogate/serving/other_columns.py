"""What the designs of a body hold beside the columns of a design, sorted before they are checked.

Data flow: designs as they were sent -> names of samples (kept, for the answer), earlier answers such as the
predictions in ``candidates.json`` (left out, with a note), quantities in other units (converted as the commands do,
with a note) -> designs with columns of the registry and those that nobody knows, which the schema then refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import UnitError
from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.report.earlier_answers import answer_columns, left_out
from surrogate.serving.shown import it_is
from surrogate.units import convert_columns, written_unit

#: Names that people and the campaign's own files give to a sample; they come back beside its prediction.
IDENTIFIERS = ("sample_id", "cell_id", "proposal_id")
LONGEST_NAME = 200  # characters of a name
_MOST_LONG = 80  # characters of an unknown column in which a known one is looked for
_MOST_UNITS = 200  # columns in other units in one body; the schema refuses any more


@dataclass(frozen=True)
class Refused:
    """A column that cannot be used: place of the design in the body, column, and why."""

    design: int
    column: str
    why: str


@dataclass(frozen=True)
class Sorted:
    """Designs of a body, with what stood beside them apart.

    Parameters
    ----------
    designs : list
        n designs as they are to be checked; what was no object is as it was.
    names : list of dict
        Of each design the ``IDENTIFIERS`` that it has.
    notes : list of str
        A sentence for each kind of thing left out, and for each conversion.
    refused : list of Refused
        What cannot be used.
    """

    designs: list[Any]
    names: list[dict[str, str | int]]
    notes: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def sort_columns(designs: Sequence[Any]) -> Sorted:
    """Take apart what the designs of a body hold.

    Parameters
    ----------
    designs : sequence
        n designs as JSON has them.

    Returns
    -------
    Sorted
    """
    earlier, refused = answer_columns(), list[Refused]()
    kept, names, dropped = list[Any](), list[dict[str, str | int]](), dict[str, None]()
    for k, design in enumerate(designs):
        names.append({})
        if not isinstance(design, Mapping):
            kept.append(design)
            continue
        kept.append({})
        for column, value in design.items():
            if column in IDENTIFIERS:
                names[k] |= _name(k, column, value, refused)
            elif column in earlier and column not in COLUMNS:
                dropped[column] = None
            elif not (value == "" and column in COLUMNS and COLUMNS[column].kind == "number"):
                kept[k][column] = value  # an empty cell of a table is an absent number
    notes = left_out(list(dropped), [])[1] + _convert(kept, refused)
    return Sorted(kept, names, notes, sorted(refused, key=lambda one: one.design))


def nearest(column: str) -> str:
    """Say what was perhaps meant by a column that nobody knows.

    Parameters
    ----------
    column : str
        Its name.
    """
    near = get_close_matches(column[:_MOST_LONG], [*c.DESIGN_COLUMNS, *IDENTIFIERS], n=1)
    begins = [name for name in c.DESIGN_COLUMNS if name.startswith(f"{column}_")]
    if begins and not (near and near[0] in begins):
        near = begins
    return f"did you mean {near[0]}?" if near else "GET /space names every column of a design"


def _name(design: int, column: str, value: Any, refused: list[Refused]) -> dict[str, str | int]:
    """Return a name as it was given, an empty one not at all."""
    if value is None or value == "":
        return {}
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > LONGEST_NAME:
        why = f"a name is text of at most {LONGEST_NAME} characters, or a whole number{it_is(value)}"
        refused.append(Refused(design, column, why))
        return {}
    return {column: value}


def _convert(designs: list[Any], refused: list[Refused]) -> list[str]:
    """Convert, in place, numbers whose column is that of a design in another unit; return a note for each column."""
    others: dict[str, list[int]] = {}
    for k, design in enumerate(designs):
        for column in design if isinstance(design, dict) else ():
            if column not in COLUMNS and written_unit(column)[1] is not None:
                others.setdefault(column, []).append(k)
    notes: list[str] = []
    for column, rows in islice(others.items(), _MOST_UNITS):
        numbers = [_number(designs[k][column]) for k in rows]
        given = pd.DataFrame({column: [np.nan if one is None else one for one in numbers]})
        try:
            table, said = convert_columns(given, c.DESIGN_COLUMNS)
        except UnitError as error:
            why = str(error).removeprefix(f"column {column}: ")
            refused += [Refused(k, column, why) for k in rows if designs[k].pop(column, None) is not None]
            continue
        target = str(table.columns[0])
        if target == column:
            continue  # no quantity of a design: the schema refuses it
        notes += said
        for k, number, value in zip(rows, numbers, table[target].tolist(), strict=True):
            as_given = designs[k].pop(column)
            if number is not None and designs[k].get(target) is None:
                designs[k][target] = value
            elif number is not None:
                why = f"gives the same quantity as {target}{it_is(as_given)}. To mend it: keep one of the two"
                refused.append(Refused(k, column, why))
            elif as_given is not None and as_given != "":
                why = f"Input should be a valid number{it_is(as_given)}"
                refused.append(Refused(k, column, why))
    return notes


def _number(value: Any) -> float | None:
    """Return a number of JSON as a float, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")
