"""Tables of designs as commands read and write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import print_notes
from surrogate.errors import DesignError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.campaign.file import Campaign
    from surrogate.hosts.designs import CompleteDesigns


def read_designs(path: Path, campaign: Campaign | None = None) -> tuple[CompleteDesigns, pd.DataFrame]:
    """Read a CSV file of designs and print what was assumed.

    Parameters
    ----------
    path : Path
        CSV file with n rows.
    campaign : Campaign, optional
        Whose conditions the designs are under: a row takes those that it does not state.

    Returns
    -------
    CompleteDesigns
        The n designs.
    DataFrame, n rows
        The file's columns that are no design columns.

    Raises
    ------
    DesignError, MaterialError, UnitError
        Naming the file, row and column; also where a row states another condition than the campaign's.
    RecordError
        For a column whose name is nearly that of a column of designs.
    """
    from surrogate.campaign.conditions import designs_under
    from surrogate.campaign.told_columns import refuse_near_designs
    from surrogate.files.tables import read_table
    from surrogate.hosts import columns as c
    from surrogate.hosts.designs import CompleteDesigns
    from surrogate.report.earlier_answers import answer_columns
    from surrogate.units import convert_columns

    names = None if campaign is None else campaign.own_names
    given, read_notes = read_table(path, text=c.TEXT_COLUMNS, error=DesignError, names=names)

    converted, unit_notes = convert_columns(given, c.DESIGN_COLUMNS, path.name, c.COLUMNS.fractions)
    names_given = list(map(str, converted.columns))
    foreign = [name for name in names_given if name not in c.DESIGN_COLUMNS and name not in answer_columns()]
    refuse_near_designs(foreign, names_given, path.name)
    if campaign is None:
        complete = CompleteDesigns.of(converted, where=path.name)
        notes = list(complete.notes)
    else:
        complete, notes = designs_under(converted, campaign, where=path.name)
    extra = converted[[name for name in converted.columns if name not in c.DESIGN_COLUMNS]]
    print_notes([*read_notes, *unit_notes, *notes])
    return complete, extra


def beside(extra: pd.DataFrame, *parts: pd.DataFrame) -> pd.DataFrame:
    """Put tables next to each other; a column name that appears again is taken once.

    Parameters
    ----------
    extra : DataFrame, n rows
        Columns of the user's table that are no design columns; they come first, and their names are printed.
    *parts : DataFrame, n rows each
        Designs and results.

    Returns
    -------
    DataFrame, n rows
    """
    import pandas as pd

    from surrogate.files.tables import unknown_columns
    from surrogate.hosts.columns import DESIGN_COLUMNS

    computed = {str(name) for part in parts for name in part.columns}

    own = extra[[name for name in extra.columns if str(name) not in computed]]
    print_notes(unknown_columns(list(own.columns), DESIGN_COLUMNS, "columns that are copied and not used"))
    joined = pd.concat([own, *parts], axis=1)
    return joined.loc[:, ~joined.columns.duplicated()]
