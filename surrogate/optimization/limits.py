"""Values at a limit of a space: which they are, and the same design with some of them moved back.

What a model knows no cost of it drives to a limit, where only the limit, and nothing that is known, stopped it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from surrogate.space import Space
from surrogate.space.region import Region

_SAME = 1e-6  # share of a range


def at_limit(space: Space, row: pd.DataFrame) -> list[str]:
    """List the numbers of a design that could not go further one way.

    Parameters
    ----------
    space : Space
        Its limits under the design's categories count, on the grid of the steps.
    row : DataFrame
        One row of the space's columns.

    Returns
    -------
    list of str
        Numeric columns, parts of a mixture included, in the order of the space; none that the categories fix.
    """
    region = _region(space, row)
    least, most = region.grid()
    stepped = np.isfinite(least)
    steps = np.where(stepped, region.steps, 0.0)
    low = np.where(stepped, np.nan_to_num(least) * steps, region.lower)
    high = np.where(stepped, np.nan_to_num(most) * steps, region.upper)
    values = row[list(region.columns)].to_numpy(dtype=float)[0]
    slack = _SAME * (region.upper - region.lower)
    reached = (values <= low + slack) | (values >= high - slack)
    return [region.columns[i] for i in region.free if reached[i]]


def moved_back(space: Space, row: pd.DataFrame, names: Sequence[str], share: float) -> pd.DataFrame:
    """Move values towards the middle of their ranges, on a log scale where the column has one.

    Parameters
    ----------
    space : Space
        Its limits under the design's categories are the ends of the ranges.
    row : DataFrame
        One row of the space's columns.
    names : sequence of str
        Numeric columns, no part of a mixture.
    share : float
        Of the way, 0 to 1.

    Returns
    -------
    DataFrame
        One row, not rounded; whether it is allowed is not asked.
    """
    region = _region(space, row)
    moved = row.copy()
    for name in names:
        i = region.columns.index(name)
        ends = np.array([region.lower[i], region.upper[i], float(row[name].iloc[0])])
        low, high, value = np.log(ends) if region.log[i] else ends
        to = value + share * (0.5 * (low + high) - value)
        moved[name] = float(np.exp(to)) if region.log[i] else float(to)
    return moved


def _region(space: Space, row: pd.DataFrame) -> Region:
    return space.subspace({name: row[name].iloc[0] for name in space.categorical}, row).region
