"""Runs that have ended: what they recorded is read back, and what is decided about them later is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surrogate.tracking.run_tables import recorded_table
from surrogate.tracking.runs import Run
from surrogate.tracking.store import open_store
from surrogate.tracking.store_errors import guarded

if TYPE_CHECKING:
    import pandas as pd


def earlier_run(run_id: str) -> Run:
    """Return a run that has ended, to record more in it; its state stays.

    Parameters
    ----------
    run_id : str
        Of the run.

    Returns
    -------
    Run
        What it cannot record costs a warning.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    return Run(run_id, required=False, opened=open_store(make=False), id=run_id)


def logged_table(run_id: str, path: str) -> pd.DataFrame | None:
    """Read a table back that a run has recorded.

    Parameters
    ----------
    run_id : str
        Of the run.
    path : str
        As given to :meth:`Run.table`.

    Returns
    -------
    DataFrame or None
        None where the run or the table is gone, and, with a warning, where it is not what was recorded.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    opened = open_store(make=False)
    if opened is None:
        return None
    with guarded(opened.store, f"{path} cannot be read"):
        return recorded_table(opened, run_id, path)
