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
    from surrogate.files.tables import read_table
    from surrogate.hosts.columns import TEXT_COLUMNS
    from surrogate.library.design_tables import designs_of

    names = None if campaign is None else campaign.own_names
    given, read_notes = read_table(path, text=TEXT_COLUMNS, error=DesignError, names=names)
    complete, extra, notes = designs_of(given, path.name, campaign)
    print_notes([*read_notes, *notes])
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
