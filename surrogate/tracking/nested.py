"""Runs of many parts: a part stands under its parent, and work that was interrupted goes on in the run it began."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from surrogate.tracking.processes import process_tag
from surrogate.tracking.store import OpenStore

if TYPE_CHECKING:
    from surrogate.tracking.runs import Run


def parent_tag(parent: Run | None) -> dict[str, str]:
    """Return the tag by which MLflow's page shows a run under its parent; none without one that is recorded."""
    return {"mlflow.parentRunId": parent.id} if parent is not None and parent.recorded else {}


def reopened(opened: OpenStore, run_id: str) -> bool:
    """Let a run that has ended go on in this process.

    Parameters
    ----------
    opened : OpenStore
        The store.
    run_id : str
        Of the run; may be empty.

    Returns
    -------
    bool
        False where the store does not hold it, or it was deleted: nothing is done.
    """
    from mlflow.entities import LifecycleStage
    from mlflow.exceptions import MlflowException

    if not run_id:
        return False
    try:
        found = opened.client.get_run(run_id).info
    except MlflowException:
        return False
    if found.experiment_id != opened.experiment_id or found.lifecycle_stage == LifecycleStage.DELETED:
        return False
    opened.client.set_tag(run_id, "process", process_tag(os.getpid()))
    opened.client.update_run(run_id, status="RUNNING")
    return True
