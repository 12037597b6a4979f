"""How an MLflow store is opened: made whole or not at all, followed where it was moved, and kept quiet."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from uuid import uuid4

from surrogate.tracking.experiments import TRAIN, experiment_tags
from surrogate.tracking.made_alone import alone_at
from surrogate.tracking.relocation import ARTIFACTS, BUSY_S, original_folder, relocate
from surrogate.tracking.store_errors import guarded
from surrogate.tracking.store_location import VARIABLE, Store, current_store, sqlite_uri

_ANSWER_S = 5.0  # a server that takes longer to be connected to is taken to be out of reach
_PORTS = {
    "http": 80,
    "https": 443,
    "postgresql": 5432,
    "mysql": 3306,
    "mssql": 1433,
}  # where an address names none
# Where a team's database has the files of runs and models: MLflow's own variable for its server.
ARTIFACT_ROOT = "MLFLOW_DEFAULT_ARTIFACT_ROOT"
_LOCK_S = 120.0  # making a database takes MLflow about 3 s; a second process waits for the first

# No network, no progress bars over the command's own, no hints for other tools, and a dead server refused
# clearly instead of after minutes of retries. A value that the user has set wins.
SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True)
class OpenStore:
    """A store that was reached: an MLflow client bound to it, and the id of an experiment (empty: not made yet)."""

    store: Store
    client: Any
    experiment_id: str


def describe_store() -> str:
    """Describe the current store in one line for a command to print.

    The paths of a local store that was moved are repaired first, and the line says so.

    Raises
    ------
    StoreError
        When the local store cannot be read.
    """
    store = current_store()
    line = f"MLflow store: {store.shown} ({store.origin})"
    moved = follow_move(store)
    return f"{line}; moved here from {moved.parent}, its artifact paths were updated" if moved else line


def follow_move(store: Store) -> Path | None:
    """Rewrite the artifact paths of a local store that was moved.

    Returns
    -------
    Path
        Its old folder; None when it was not moved.

    Raises
    ------
    StoreError
        When they have to be rewritten and cannot be.
    """
    database = store.database
    if database is None or not database.is_file():
        return None
    with guarded(store, "the MLflow store cannot be read"):
        old = original_folder(database)
    if old is None or old == database.parent.resolve():
        return None
    with guarded(store, f"the MLflow store was moved from {old} and its artifact paths cannot be updated"):
        return relocate(database)


def open_store(*, make: bool, experiment: str = TRAIN) -> OpenStore | None:
    """Open the current store.

    Parameters
    ----------
    make : bool
        Whether a store, or an experiment in it, is made where there is none.
    experiment : str
        Name of the experiment that runs are in.

    Returns
    -------
    OpenStore
        None where there is no store and none was made.

    Raises
    ------
    StoreError
        When it cannot be opened.
    """
    store = current_store()
    _quieten()
    _give_a_home()
    if store.database and not store.database.is_file() and not make:
        return None
    follow_move(store)
    with guarded(store, "the MLflow store cannot be opened"), _database_made_once(store, experiment):
        _probe(store, write=make)
        return _opened(store, make, experiment)


def _give_a_home() -> None:
    """Name a home that does not exist where the user has none, as in a container: MLflow's import asks for it."""
    try:
        Path.home()
    except RuntimeError:  # of pathlib, for a user whom the system does not know
        os.environ["HOME"] = "/nonexistent"


def _probe(store: Store, *, write: bool) -> None:
    """Fail at once on a local database that cannot be used; MLflow would try again for 100 s."""
    if store.database is None:
        _probe_server(store.uri)
        return
    with closing(sqlite3.connect(store.database, timeout=BUSY_S, isolation_level=None)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if write:  # only a real write finds out about a read-only or full disk
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"PRAGMA user_version = {int(version)}")
            connection.execute("ROLLBACK")


def _probe_server(uri: str) -> None:
    """Fail within seconds where nothing listens; MLflow tries a server for 15 s and a database for minutes."""
    parts = urlsplit(uri)
    try:
        port = parts.port or _PORTS.get(parts.scheme.partition("+")[0])
    except ValueError:  # MLflow says what is wrong with it
        return
    host = parts.hostname or ""
    behind_proxy = parts.scheme in getproxies() and not proxy_bypass(host)
    if (
        port is None or not host or "," in host or behind_proxy
    ):  # a socket file, several servers, no direct way
        return
    with socket.create_connection((host, port), timeout=_ANSWER_S):
        pass


def _opened(store: Store, make: bool, name: str) -> OpenStore:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient(store.uri, os.environ.get("MLFLOW_REGISTRY_URI", store.uri))
    experiment = client.get_experiment_by_name(name)
    if experiment is None and make:
        try:
            client.create_experiment(name, artifact_location=_artifacts(store), tags=experiment_tags(name))
        except MlflowException:  # another process was first
            if client.get_experiment_by_name(name) is None:
                raise
        experiment = client.get_experiment_by_name(name)
    return OpenStore(store, client, experiment.experiment_id if experiment else "")


def _artifacts(store: Store) -> str | None:
    """Return where the files of a new experiment are kept; None leaves it to an MLflow server."""
    given = os.environ.get(ARTIFACT_ROOT, "").strip()
    if store.database is not None:
        folder = store.database.parent.resolve() / ARTIFACTS
    elif not given or "://" in given or given.startswith("file:"):
        return given or None
    else:
        folder = Path(given).expanduser().resolve()
    return folder.as_uri()  # MLflow reads # and % in a plain path as parts of an address


@contextmanager
def _database_made_once(store: Store, experiment: str) -> Iterator[None]:
    """Make the database if there is none, one process at a time; a local one all of it or nothing.

    MLflow's migrations tolerate neither a second process nor being killed half way: the database could never be
    opened again. So they run on a scratch file, whose content is then taken over in one transaction.
    """
    database = store.database
    if database is None:
        with alone_at(store.uri):
            yield
        return
    if _is_made(database):
        _remove_scratch(database.parent)
        yield
        return
    from filelock import FileLock

    folder = database.parent
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".making.lock", timeout=_LOCK_S):
        if not database.is_file() or not database.stat().st_size:
            _remove_scratch(folder)
            scratch = folder / f".making-{uuid4().hex}.db"
            _opened(replace(store, uri=sqlite_uri(scratch)), True, experiment)
            with closing(sqlite3.connect(scratch)) as made, closing(sqlite3.connect(database)) as target:
                made.backup(target)
            _remove_scratch(folder)
        yield


def _remove_scratch(folder: Path) -> None:
    """Remove the scratch files of databases that are made, or were being made by a process that was killed."""
    for left in folder.glob(".making-*.db*"):
        with suppress(OSError):  # Windows does not delete a file that is still open
            left.unlink()


def _is_made(database: Path) -> bool:
    try:
        return database.is_file() and original_folder(database) is not None
    except sqlite3.Error:
        return False


@contextmanager
def bound(store: Store) -> Iterator[None]:
    """Make MLflow's module-level functions use a store inside the block, and restore what was set before.

    MLflow's SQL registry looks a logged model up through the module-level address whatever the client's own
    is, and setting that address also writes it into the environment.
    """
    import mlflow

    before = os.environ.get(VARIABLE)
    address = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(store.uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(None if address == before else address)
        if before is not None:
            os.environ[VARIABLE] = before
        else:
            os.environ.pop(VARIABLE, None)


# What these say below the level is either no news or comes as an exception as well.
_LOUD = {
    "alembic": logging.WARNING,
    "mlflow.pyfunc": logging.WARNING,
    "mlflow.store.db": logging.CRITICAL,
    "urllib3.connectionpool": logging.ERROR,
}


@cache
def _quieten() -> None:
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)
