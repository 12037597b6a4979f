"""A campaign's conditions in the tables of people: taken where a row states none, and compared where it states some.

Data flow: a table with its units converted -> the campaign's conditions where a row has none -> complete designs. A
measured cell may state conditions of its own; designs that a campaign's model is asked about may not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, Remedy, refuse_rows
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign

# A row that states one of these for itself does not take the campaign's other one.
_TOGETHER = {"additives": "electrolyte_recipe", "electrolyte_recipe": "additives"}
_EQUAL = 1e-9  # relative: what the conversion of a unit leaves of a number


def take_conditions(table: pd.DataFrame, campaign: Campaign) -> list[str]:
    """Fill the conditions that rows of a table do not state, in place.

    Parameters
    ----------
    table : DataFrame
        Rows as a person gives them, units converted; gets every condition as a column.
    campaign : Campaign
        Whose conditions they take.

    Returns
    -------
    list of str
        A sentence that says which were taken; empty where none was.
    """
    values = campaign.conditions.as_dict()
    taken = []
    for column in c.CONDITIONS:  # the electrolyte is the first of them
        if column not in table.columns:
            table[column] = pd.Series(np.nan, index=table.index, dtype=object)
        empty = ~_given(table, column)
        if c.COLUMNS[column].of_the_electrolyte:
            empty &= _states(table["electrolyte"], values["electrolyte"])
        if column in _TOGETHER and (other := _TOGETHER[column]) in table.columns:
            empty &= ~_given(table, other) | _states(table[other], values[other])
        if values[column] == "":
            continue
        if empty.any():
            table[column] = table[column].astype(object).where(~empty, values[column])
            taken.append(column)
    return [f"taken from the campaign: {', '.join(taken)}"] if taken else []


def designs_under(
    table: pd.DataFrame, campaign: Campaign, where: str = "designs"
) -> tuple[CompleteDesigns, list[str]]:
    """Complete designs under a campaign's conditions.

    Parameters
    ----------
    table : DataFrame
        n rows as a person gives them, units converted; conditions that a row lacks are the campaign's.
    campaign : Campaign
        Its conditions.
    where : str
        The table's name, for messages.

    Returns
    -------
    designs : CompleteDesigns
        The n designs.
    notes : list of str
        A sentence for each thing assumed.

    Raises
    ------
    DesignError
        For a row that states another condition than the campaign's, and as ``CompleteDesigns.of`` does.
    MaterialError, UnitError
        As ``CompleteDesigns.of`` does.
    """
    filled = table.copy()
    notes = take_conditions(filled, campaign)
    designs = CompleteDesigns.of(filled, where=where)
    for column, wanted in campaign.conditions.as_dict().items():
        # Only where a row states it: a recipe implies additives, and beside other additives no recipe is taken.
        other = _given(table, column).to_numpy() & _differs(designs.arrays[column], wanted)
        refuse_rows(np.flatnonzero(other).tolist(), _other(designs, column, wanted, where))
    return designs, [*notes, *designs.notes]


def _other(designs: CompleteDesigns, column: str, wanted: Any, where: str) -> Callable[[int], DesignError]:
    return lambda row: DesignError(
        "another condition than the campaign's, and its model answers for that one only",
        where=where,
        value=designs.arrays[column][row],
        limit=f"{_in_words(wanted)}, as in the campaign",
        remedy=Remedy(
            f"remove the column {column}, or predict without --campaign",
            f"remove the column {column}, or change the conditions of the campaign",
        ),
        row=row,
        column=column,
    )


def _given(table: pd.DataFrame, column: str) -> pd.Series:
    """Whether each row states something in a column (n,)."""
    if column not in table.columns:
        return pd.Series(False, index=table.index)
    blank = table[column].map(lambda cell: isinstance(cell, str) and not cell.strip()).astype(bool)
    return table[column].notna() & ~blank


def _differs(values: NDArray[Any], wanted: Any) -> NDArray[np.bool_]:
    if values.dtype == object:
        return np.asarray(values != wanted, dtype=bool)
    return ~np.isclose(values.astype(float), wanted, rtol=_EQUAL, atol=0.0)


def _states(column: pd.Series, value: str) -> pd.Series:
    """Whether each cell of a column of text says this, whatever its case and the blanks around it (n,)."""
    return column.map(lambda cell: isinstance(cell, str) and cell.strip().lower() == value.lower()).astype(
        bool
    )


def _in_words(value: Any) -> str:
    if value == "":
        return "none"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
