"""Parts of a mixture that a table does not give, as one that was told before a part was added: they were not there.

An empty part is zero where the parts that are given already make the total; elsewhere nobody can know it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.space import Simplex, Space
from surrogate.space.rounded_sums import PUT_RIGHT


def with_absent_parts(space: Space, table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Write 0 for parts that are not given, where the other parts make the total of the mixture.

    Parameters
    ----------
    space : Space
        Its mixtures are looked at.
    table : DataFrame
        n rows of designs.
    where : str
        What notes call the table.

    Returns
    -------
    table : DataFrame
        The same rows; the table itself where nothing was filled in.
    notes : list of str
        A sentence for each part that was filled in.
    """
    notes = []
    for mixture in space.parameters:
        if not isinstance(mixture, Simplex):
            continue
        given = table.reindex(columns=list(mixture.parts)).apply(pd.to_numeric, errors="coerce")
        total = given.sum(axis=1).to_numpy(dtype=float)
        whole = np.abs(total - mixture.total) < PUT_RIGHT * mixture.total
        for part in mixture.parts:
            empty = (
                table[part].isna().to_numpy() if part in table.columns else np.ones(len(table), dtype=bool)
            )
            zero = empty & whole
            if not zero.any() or (part not in table.columns and not zero.all()):
                continue
            known = table[part] if part in table.columns else pd.Series(np.nan, index=table.index)
            table = table.assign(**{part: known.mask(zero, 0.0)})
            rows = "1 row" if zero.sum() == 1 else f"{zero.sum():,} rows"
            notes.append(
                f"{where}: {part} is not given in {rows} in which the other parts make {mixture.total:g}: 0 taken"
            )
    return table, notes
