"""Which cells of a paper are controls: what the paper compares with, not what it proposes."""

from __future__ import annotations

import pandas as pd

from surrogate.literature.pairs import paper_of

_BASELINE = "planar_baseline"


def is_control(records: pd.DataFrame) -> pd.Series:
    """Say of each record whether it is a control.

    Parameters
    ----------
    records
        A typed table, n rows.

    Returns
    -------
    pandas.Series
        Shape (n,): the strategy is that of a plain foil or pellet, or another record of the paper names the system as
        its control. No measured value is looked at.
    """
    paper = paper_of(records)
    named = records["control_of"].notna()
    compared = set(zip(paper[named], records.loc[named, "control_of"], strict=True))
    is_named = [pair in compared for pair in zip(paper, records["system"], strict=True)]
    return (records["strategy"].fillna("") == _BASELINE) | pd.Series(
        is_named, index=records.index, dtype=bool
    )
