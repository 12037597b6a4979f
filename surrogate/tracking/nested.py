"""Runs of many parts: a part stands under its parent, and work that was interrupted goes on in the run it began.

A part that is known from beginning to end (:func:`add_part`) is recorded in three requests.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from surrogate.tracking.processes import process_tag
from surrogate.tracking.store import OpenStore

if TYPE_CHECKING:
    from surrogate.tracking.runs import Run


MOST_METRICS = 12  # of one run, whatever the number of steps: a table holds what few will ever compare


def refuse_many(metrics: Collection[str], run: str) -> None:
    """Refuse more metrics than a person looks at; a mistake of the program.

    Raises
    ------
    ValueError
        For more than ``MOST_METRICS`` names.
    """
    if len(metrics) > MOST_METRICS:
        raise ValueError(f"{len(metrics)} metrics of run {run!r}, {MOST_METRICS} at most")


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


def add_part(
    parent: Run, name: str, kind: str, params: Mapping[str, object], metrics: Mapping[str, float]
) -> None:
    """Record a finished run under its parent.

    Parameters
    ----------
    parent : Run
        Under which MLflow's page shows it; in its experiment.
    name, kind : str
        As MLflow's page shows it; what it is (a tag).
    params : mapping
        Name -> setting.
    metrics : mapping
        Name -> number; those that are missing (NaN) are left out.

    Raises
    ------
    ValueError
        For more than ``MOST_METRICS`` of them.
    """
    refuse_many(metrics, name)

    def record(opened: OpenStore) -> None:
        from mlflow.entities import Metric, Param

        now = int(time.time() * 1000)
        tags = {"kind": kind, "process": process_tag(os.getpid()), "mlflow.source.name": f"lihost {kind}"}
        tags |= parent_tag(parent)
        part = opened.client.create_run(opened.experiment_id, tags=tags, run_name=name).info.run_id
        opened.client.log_batch(
            part,
            metrics=[Metric(key, float(value), now, 0) for key, value in metrics.items() if value == value],
            params=[Param(key, str(value)) for key, value in params.items()],
        )
        opened.client.set_terminated(part)

    parent.record(f"{kind} {name}", record)
