"""Columns and categories that had another name when they were told: taken under the name of today.

Data flow: a table and the space, whose parameters say what they were called (``was``) -> the table with the names of
today, each old column merged into the new one where it was given beside it.
"""

from __future__ import annotations

import pandas as pd

from surrogate.errors import DesignError
from surrogate.space import Categorical, Space


def with_names_of_today(space: Space, table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return a table whose columns and categories have the names that they have in the space.

    Parameters
    ----------
    space : Space
        Its parameters say what they were called.
    table : DataFrame
        n rows of designs.
    where : str
        What messages call the table.

    Returns
    -------
    DataFrame
        The same rows; the table itself where nothing was renamed.

    Raises
    ------
    DesignError
        For a row that has a value under both names.
    """
    for parameter in space.parameters:
        for today, was in parameter.renamed.items():
            if was not in table.columns:
                continue
            if today not in table.columns:
                table = table.rename(columns={was: today})
                continue
            both = (table[today].notna() & table[was].notna()).to_numpy()
            if both.any():
                row = int(both.argmax())
                raise DesignError(
                    f"a value here and under the old name {was}",
                    where=where, row=row, column=today, value=(table[today].iloc[row], table[was].iloc[row]),
                    limit="one of them", remedy=f"empty one of the two, or leave the column {was} out",
                )  # fmt: skip
            table = table.assign(**{today: table[today].where(table[today].notna(), table[was])})
            table = table.drop(columns=was)
        if isinstance(parameter, Categorical) and parameter.values_were and parameter.name in table.columns:
            today_of = {old: new for new, old in parameter.values_were.items()}
            said = table[parameter.name].map(lambda value, names=today_of: names.get(value, value))
            table = table.assign(**{parameter.name: said})
    return table
