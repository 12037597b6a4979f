"""A person's table of designs -> complete designs, and what stands beside them.

Data flow: a table, from a file or a script -> units converted -> names that are nearly known refused -> the
campaign's conditions where a row states none -> complete designs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from surrogate.campaign.conditions import designs_under
from surrogate.campaign.told_columns import refuse_near_designs
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.earlier_answers import answer_columns
from surrogate.units import convert_columns

if TYPE_CHECKING:
    from surrogate.campaign.file import Campaign


def designs_of(
    given: pd.DataFrame, where: str, campaign: Campaign | None = None
) -> tuple[CompleteDesigns, pd.DataFrame, list[str]]:
    """Complete the designs of a table.

    Parameters
    ----------
    given : DataFrame, n rows
        Columns as a person names them.
    where : str
        What messages call the table.
    campaign : Campaign, optional
        Whose conditions the designs are under: a row takes those that it does not state.

    Returns
    -------
    designs : CompleteDesigns
        The n designs.
    beside : DataFrame, n rows
        The table's columns that are no design columns.
    notes : list of str
        A sentence for each thing assumed.

    Raises
    ------
    DesignError, MaterialError, UnitError
        Naming the row and column; also where a row states another condition than the campaign's.
    RecordError
        For a column whose name is nearly that of a column of designs.
    """
    table, unit_notes = convert_columns(given, c.DESIGN_COLUMNS, where, c.COLUMNS.fractions)
    names = list(map(str, table.columns))
    foreign = [name for name in names if name not in c.DESIGN_COLUMNS and name not in answer_columns()]
    refuse_near_designs(foreign, names, where)
    if campaign is None:
        designs = CompleteDesigns.of(table, where=where)
        notes = list(designs.notes)
    else:
        designs, notes = designs_under(table, campaign, where=where)
    beside = table[[name for name in table.columns if name not in c.DESIGN_COLUMNS]]
    return designs, beside, [*unit_notes, *notes]
