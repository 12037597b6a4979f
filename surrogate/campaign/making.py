"""Which hosts a laboratory can make, learned from those that it could not.

Data flow: measured cells, and cells that gave no value -> encoded hosts, each with whether it gave a value ->
``optimization.making``, as for any other space -> a limit on the search for hosts, and the chance that a proposed
host can be made.

Of the cells without a value those count that could not be made and those that failed: both say something of the host,
the former most plainly. A lost cell does not count: it was an accident of handling, and its host was made.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.campaign.reports import LOST
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.optimization.making import Making
from surrogate.optimization.threads import single_thread

CAN_BE_MADE = "p_can_be_made"
FEWEST_FAILURES = 2  # below which nothing is said of hosts: one may be an accident of the laboratory


def learned_making(measured: pd.DataFrame | None, tried: pd.DataFrame | None) -> Making | None:
    """Learn the chance that a host can be made and gives a value.

    Parameters
    ----------
    measured : DataFrame, optional
        Measured cells, each with at least a target: their hosts could be made.
    tried : DataFrame, optional
        Cells without a value, with their ``state``; those that were lost say nothing.

    Returns
    -------
    Making or None
        None where too few hosts failed to learn from: all are then taken to be makeable.
    """
    if tried is None:
        return None
    failed = tried[tried["state"] != LOST] if "state" in tried.columns else tried
    if len(failed) < FEWEST_FAILURES:
        return None
    tables = [failed] if measured is None else [failed, measured]
    hosts = np.concatenate([host_encoder().encode(designs_of(one).frame) for one in tables])
    made = np.repeat([False, True], [len(failed), len(hosts) - len(failed)])
    with single_thread():
        return Making.fit(host_encoder(), hosts, made)


def chances(making: Making | None, designs: CompleteDesigns) -> pd.DataFrame:
    """Tabulate the chance that designs can be made.

    Parameters
    ----------
    making : Making or None
        Of :func:`learned_making`.
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    DataFrame
        n rows: ``p_can_be_made``, 0 to 1; no column where nothing was learned.
    """
    index = pd.RangeIndex(len(designs))
    if making is None:
        return pd.DataFrame(index=index)
    return pd.DataFrame({CAN_BE_MADE: making.chance(host_encoder().encode(designs.frame))}, index=index)


def designs_of(table: pd.DataFrame) -> CompleteDesigns:
    """Complete the designs of told or proposed hosts.

    Parameters
    ----------
    table : DataFrame
        Columns of designs, with any others.
    """
    return CompleteDesigns.of(
        table[[name for name in c.DESIGN_COLUMNS if name in table.columns]].dropna(axis="columns", how="all")
    )
