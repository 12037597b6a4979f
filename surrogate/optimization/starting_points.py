"""From which designs of a scored pool a gradient ascent starts: good designs that differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from torch import Tensor

_APART = 0.05  # of the square root of the number of encoded columns: least distance of two starts


def diverse_starts(order: np.ndarray[Any, Any], codes: pd.DataFrame, points: Tensor, count: int) -> list[int]:
    """Choose the best rows with different categories; then, if they are too few, rows that lie apart.

    Parameters
    ----------
    order : array of int, (n,)
        Rows from best to worst.
    codes : DataFrame, n rows
        The categorical columns.
    points : Tensor, (n, d)
        Encoded designs.
    count : int
        How many rows to choose.

    Returns
    -------
    list of int
        At most ``count`` rows.
    """
    chosen: list[int] = []
    seen: set[tuple[Any, ...]] = set()
    rows = list(codes.itertuples(index=False, name=None)) if codes.shape[1] else [()] * len(codes)
    for i in order:
        if rows[i] not in seen:
            seen.add(rows[i])
            chosen.append(int(i))
        if len(chosen) == count:
            return chosen
    apart = _APART * points.shape[1] ** 0.5
    for i in order:
        if (points[chosen] - points[i]).norm(dim=1).min() > apart:
            chosen.append(int(i))
        if len(chosen) == count:
            break
    return chosen
