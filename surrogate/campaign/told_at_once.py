"""Cells that are told at once and not kept: the reports of each put together, as a store would.

Data flow: rows as ``read_observations`` returns them -> the cell of each (``telling``) -> what is known of each cell
(``statements``), refused where it cannot all be true -> a table of cells.
"""

from __future__ import annotations

import pandas as pd

from surrogate.campaign import statements as said
from surrogate.campaign.contradictions import refuse_contradictions
from surrogate.campaign.reports import RESULT_COLUMNS, TAKEN_OVER
from surrogate.campaign.store_statements import table_of_cells
from surrogate.campaign.telling import telling_of
from surrogate.files.output import plain


def told_at_once(rows: pd.DataFrame, where: str, *, yes: bool = False) -> pd.DataFrame:
    """Put reports together by their cells.

    Parameters
    ----------
    rows : DataFrame
        n reports, ``RESULT_COLUMNS`` and ``reports.TAKEN_OVER``; the index is the row, from 0, for messages.
    where : str
        What messages call the table.
    yes : bool
        Whether a count of cycles may fall, and a life that stands alone be that of a cell which was running.

    Returns
    -------
    DataFrame
        A row for each cell, in the order in which they were first told; one without an id is a cell of its own.

    Raises
    ------
    RecordError
        For what cannot be true of one cell, and ids that cannot be used.
    """
    records = [
        {str(name): plain(value) for name, value in row.items() if name in (*RESULT_COLUMNS, TAKEN_OVER)}
        for row in rows.to_dict("records")
    ]
    places = [int(place) for place in rows.index]
    told = telling_of(records, [], said.Known(), {}, where, "add", places)
    statement = said.Statement(1, "", "", said.TELL, source=where, rows=told.rows)
    known = said.known_after([statement])
    for cell in known.cells:
        refuse_contradictions(cell, known.counting(cell), known.cells[cell], where, yes=yes)
    return table_of_cells(known.cells.values())
