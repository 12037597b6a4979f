"""Runs that do not reach their end: interrupted, terminated in order, or killed and put in order by a later command.

A run that makes a model leaves either all of it or nothing. What decides is the alias: once ``champion`` or
``challenger`` points to the run's version, the run has done its work; before that its version, its model and their
files are taken back. Each step can be repeated, and the state of the run is changed last, so that a command that is
killed here leaves the rest to the next one.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from surrogate.tracking.experiments import own_experiments
from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.processes import is_gone
from surrogate.tracking.relocation import local_path
from surrogate.tracking.store import OpenStore

_STAGING = ".artifact.uploading."  # what MLflow calls a file that it has not written in full
_AGAIN_S = 0.05
_GONE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")


def close_abandoned(opened: OpenStore) -> None:
    """End the runs whose process was killed (memory, power) and could not do it itself: KILLED, or FINISHED.

    Runs of other machines and of living processes are left alone.

    Parameters
    ----------
    opened : OpenStore
        The store.
    """
    for other in opened.client.search_runs(own_experiments(opened.client), "attributes.status = 'RUNNING'"):
        if is_gone(str(other.data.tags.get("process", ""))):
            end_early(opened, other.info.run_id, "KILLED")


def end_early(opened: OpenStore, run_id: str, status: str) -> None:
    """End a run that did not reach its end, and take back the model that it was about to register.

    Parameters
    ----------
    opened : OpenStore
        The store.
    run_id : str
        Of the run.
    status : {"FAILED", "KILLED"}
        What becomes of it; a run whose version an alias points to is FINISHED all the same.
    """
    client = opened.client
    run = client.get_run(run_id).info
    versions = [
        client.get_model_version(REGISTERED_MODEL, found.version)  # a search does not tell aliases
        for found in client.search_model_versions(f"name = '{REGISTERED_MODEL}' and run_id = '{run_id}'")
    ]
    done = any(version.aliases for version in versions)
    if not done:
        for version in versions:
            with _already_done():
                client.delete_model_version(REGISTERED_MODEL, version.version)
        for logged in client.search_logged_models([run.experiment_id], f"source_run_id = '{run_id}'"):
            _take_back(opened, logged)
    _remove_staging(opened, run.artifact_uri)
    client.set_terminated(run_id, "FINISHED" if done else status)


def _take_back(opened: OpenStore, logged: Any) -> None:
    """Delete a model that no version refers to, with its files where they are on this machine."""
    if opened.store.database is not None:
        # <model id>/artifacts: the folder is the model's own
        shutil.rmtree(local_path(logged.artifact_location).parent, ignore_errors=True)
    with _already_done():
        opened.client.delete_logged_model(logged.model_id)


def _remove_staging(opened: OpenStore, location: str) -> None:
    if opened.store.database is not None:
        for left in Path(local_path(location)).rglob(f"{_STAGING}*"):
            left.unlink(missing_ok=True)


@contextmanager
def _already_done() -> Iterator[None]:
    """Let another command have been first."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        if error.error_code not in _GONE:
            raise


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end the run in order, where nothing else handles it; only in the main thread.

    A callback of the interpreter (of a weak reference, of an object that goes) can raise nothing: where the signal
    fell into one, what ends the run is raised again.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    hook, swallowed = sys.unraisablehook, list[threading.Timer]()

    def end(_number: int, _frame: object) -> None:
        raise _Terminated(128 + signal.SIGTERM)

    def again(lost: sys.UnraisableHookArgs) -> None:
        if not isinstance(lost.exc_value, _Terminated):
            hook(lost)
            return
        swallowed.append(threading.Timer(_AGAIN_S, os.kill, (os.getpid(), signal.SIGTERM)))
        swallowed[-1].start()

    signal.signal(signal.SIGTERM, end)
    sys.unraisablehook = again
    try:
        yield
        if swallowed:
            end(signal.SIGTERM, None)
    finally:
        for timer in swallowed:
            timer.cancel()
        sys.unraisablehook = hook
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


class _Terminated(SystemExit):
    """The end of a command that was told to end."""
