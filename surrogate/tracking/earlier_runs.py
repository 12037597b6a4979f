"""Runs that have ended: what they recorded is read back, and what is decided about them later is added."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from surrogate.tracking.runs import TABLES, Run
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
        None where the run or the table is gone.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    opened = open_store(make=False)
    if opened is None:
        return None
    import mlflow.artifacts
    import pandas as pd
    from mlflow.exceptions import MlflowException

    with guarded(opened.store, f"{path} cannot be read"):
        for folder in (f"{TABLES}/", ""):  # runs of before kept tables beside everything else
            try:
                place = opened.client.get_run(run_id).info.artifact_uri
                text = mlflow.artifacts.load_text(f"{place}/{folder}{path}.json")
            except (MlflowException, OSError):
                continue
            content = json.loads(text)
            return pd.DataFrame(content["data"], columns=content["columns"])
    return None
