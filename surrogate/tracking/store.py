"""Which MLflow store is used, how it is opened, and what is said when it cannot be.

The store is ``MLFLOW_TRACKING_URI`` when that is set, else ``sqlite:///mlruns/mlflow.db`` of the working
directory with artifacts under ``mlruns/``. The local store is opened by its absolute path: MLflow keeps one
database connection per address, so a relative one would follow the first working directory it was used in.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from surrogate.errors import StoreError
from surrogate.tracking.reroot import ARTIFACTS, BUSY_S, EXPERIMENT, made_in, reroot
from surrogate.tracking.store_errors import DEFAULT_URI, VARIABLE, Store, guarded

_LOCK_S = 120.0  # making a database takes MLflow about 3 s; a second process waits for the first

# No network, no progress bars over the command's own, no hints for other tools, and a dead server refused
# clearly instead of after minutes of retries. A value that the user has set wins.
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "GIT_PYTHON_REFRESH": "quiet",
}


@dataclass(frozen=True)
class OpenStore:
    """A store that was reached: an MLflow client bound to it and the id of the project's experiment."""

    store: Store
    client: Any
    experiment_id: str


def current_store() -> Store:
    """The store that commands run here use; nothing is opened or made."""
    database = Path.cwd() / "mlruns" / "mlflow.db"
    given = os.environ.get(VARIABLE, "").strip()
    if not given or _is_file(given, database):
        origin = f"set by {VARIABLE}" if given else f"of {Path.cwd()}"
        return Store(_sqlite_uri(database), DEFAULT_URI, origin, database)
    return Store(given, _without_credentials(given), f"set by {VARIABLE}", None)


def describe_store() -> str:
    """One line for every command. A local store that was moved is put in order first, and the line says so.

    Raises StoreError when the local store cannot be read.
    """
    store = current_store()
    line = f"MLflow store: {store.shown} ({store.origin})"
    moved = follow_move(store)
    return f"{line}; moved here from {moved.parent}, its artifact paths were updated" if moved else line


def follow_move(store: Store) -> Path | None:
    """Rewrite the artifact paths of a local store that was moved; its old folder if it was.

    Raises StoreError when they have to be rewritten and cannot be.
    """
    database = store.database
    if database is None or not database.is_file():
        return None
    with guarded(store, "the MLflow store cannot be read"):
        old = made_in(database)
    if old is None or old == database.parent.resolve():
        return None
    with guarded(store, f"the MLflow store was moved from {old} and its artifact paths cannot be updated"):
        return reroot(database)


def open_store(*, make: bool) -> OpenStore | None:
    """Open the current store. Where there is none it is made, or without ``make`` the answer is None.

    Raises StoreError when it cannot be opened.
    """
    store = current_store()
    _quieten()
    if store.database and not store.database.is_file() and not make:
        return None
    follow_move(store)
    with guarded(store, "the MLflow store cannot be opened"), _made_once(store):
        _probe(store, write=make)
        return _opened(store, make)


def _probe(store: Store, *, write: bool) -> None:
    """Fail at once on a local database that cannot be used; MLflow would try again for 100 s."""
    if store.database is None:
        return
    with closing(sqlite3.connect(store.database, timeout=BUSY_S, isolation_level=None)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if write:  # only a real write finds out about a read-only or full disk
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"PRAGMA user_version = {int(version)}")
            connection.execute("ROLLBACK")


def _opened(store: Store, make: bool) -> OpenStore | None:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient(store.uri, os.environ.get("MLFLOW_REGISTRY_URI", store.uri))
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None and make:
        # As a file: address, because MLflow reads # and % in a plain path as parts of an address.
        location = (store.database.parent.resolve() / ARTIFACTS).as_uri() if store.database else None
        try:
            client.create_experiment(EXPERIMENT, artifact_location=location, tags=_EXPERIMENT_TAGS)
        except MlflowException:  # another process was first
            if client.get_experiment_by_name(EXPERIMENT) is None:
                raise
        experiment = client.get_experiment_by_name(EXPERIMENT)
    return OpenStore(store, client, experiment.experiment_id) if experiment else None


# What MLflow's page says of the experiment, and that it holds trained models rather than traces.
_EXPERIMENT_TAGS = {
    "mlflow.note.content": (
        "Porous lithium-metal hosts. Runs of kind `train` fit, judge and register the surrogates; runs of kind "
        "`propose` hold the hosts that `optimize` proposed, with the champion they come from."
    ),
    "mlflow.experimentKind": "custom_model_development",
}


@contextmanager
def _made_once(store: Store) -> Iterator[None]:
    """Make the local database if there is none, one process at a time and all of it or nothing.

    MLflow's migrations bear neither a second process nor being killed half way: the database could never be
    opened again. So they run on a scratch file, whose content is then taken over in one transaction.
    """
    database = store.database
    if database is None or _is_made(database):
        yield
        return
    from filelock import FileLock

    folder = database.parent
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".making.lock", timeout=_LOCK_S):
        if not database.is_file() or not database.stat().st_size:
            for left in folder.glob(".making-*.db*"):  # by a process that was killed here
                left.unlink(missing_ok=True)
            scratch = folder / f".making-{uuid4().hex}.db"
            _opened(replace(store, uri=_sqlite_uri(scratch)), make=True)
            with closing(sqlite3.connect(scratch)) as made, closing(sqlite3.connect(database)) as target:
                made.backup(target)
            with suppress(OSError):  # Windows does not delete a file that is still open
                scratch.unlink()
        yield


def _is_made(database: Path) -> bool:
    try:
        return database.is_file() and made_in(database) is not None
    except sqlite3.Error:
        return False


def ui_command(port: int, host: str = "127.0.0.1") -> tuple[list[str], dict[str, str], str]:
    """The command and the environment that show the current store in MLflow's web page, and the address of
    the project's runs there.

    Raises StoreError when the store cannot be opened.
    """
    store = current_store()
    if urlsplit(store.uri).scheme in ("http", "https"):
        raise StoreError(
            "this store is a server with a page of its own",
            where=store.shown,
            remedy="open that address in a browser",
        )
    opened = open_store(make=True)
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", store.uri]
    if store.database:
        command += ["--default-artifact-root", str(store.database.parent)]
    command += ["--host", host, "--port", str(port), "--workers", "1"]
    # MLflow's page starts in its view of traces; this is the one of trained models.
    runs = f"experiments/{opened.experiment_id}/runs?workflowType=machine_learning" if opened else ""
    return command, {**os.environ, **_SETTINGS}, f"http://{host}:{port}/#/{runs}"


@contextmanager
def bound(store: Store) -> Iterator[None]:
    """Make the store the one of MLflow's module-level functions for a while, and leave no trace of it.

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
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)


def _sqlite_uri(database: Path) -> str:
    """The absolute address; % and ? would be read as parts of it."""
    return "sqlite:///" + str(database).replace("%", "%25").replace("?", "%3F")


def _is_file(uri: str, path: Path) -> bool:
    prefix = "sqlite:///"
    return uri.startswith(prefix) and (Path.cwd() / uri.removeprefix(prefix)).resolve() == path.resolve()


def _without_credentials(uri: str) -> str:
    """The address with a user's name and password left out; they never belong on a screen or in a log."""
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return parts._replace(netloc="***@" + parts.netloc.rpartition("@")[2]).geturl()
