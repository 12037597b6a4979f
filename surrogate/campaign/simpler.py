"""Hosts with fewer phases than a proposal: every phase has to earn its place.

Data flow: a proposed host -> hosts that lack some of its minor phases -> the search, which takes one in the
proposal's place if it is worth as much.
"""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from surrogate import materials
from surrogate.hosts import columns as c

_HARDEST_FIRST = (
    "ion_conductor",
    "dielectric",
    "agent",
)  # a ceramic in a felt before a coating before a seed layer


def with_fewer_phases(host: pd.DataFrame) -> pd.DataFrame:
    """Take out minor phases of a host, the fewest first: every phase has to earn its place.

    Left out at both ends are all subsets of the phases but the framework's own, those hardest to make first; what
    stays keeps its proportions. A host without its agent has the agent ``none``.

    Parameters
    ----------
    host
        A single row.

    Returns
    -------
    pandas.DataFrame
        A row for each simpler host.
    """
    framework = materials.framework(str(host["framework"].iloc[0]))
    minor = [
        phase for phase in _HARDEST_FIRST
        if phase != framework.phase and (host[[f"{phase}_top", f"{phase}_bottom"]] > 0.0).any(axis=None)
    ]  # fmt: skip
    if framework.phase == "none":
        return host.iloc[:0]
    rows = []
    for size in range(len(minor), 0, -1):
        for left_out in combinations(minor, size):
            row = host.copy()
            for parts in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM):
                row[[column for column in parts if column.rsplit("_", 1)[0] in left_out]] = 0.0
                row[list(parts)] = row[list(parts)].div(row[list(parts)].sum(axis=1), axis=0)
            if "agent" in left_out:
                row["agent"] = "none"
            rows.append(row)
    table = pd.concat(rows, ignore_index=True) if rows else host.iloc[:0]
    return table.dropna(subset=[*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM])
