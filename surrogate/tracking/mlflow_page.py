"""How MLflow's own page is started on the current store."""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

from surrogate.errors import StoreError
from surrogate.tracking.store import SETTINGS, open_store
from surrogate.tracking.store_location import current_store


def ui_command(port: int, host: str = "127.0.0.1") -> tuple[list[str], dict[str, str], str]:
    """Return what shows the current store in MLflow's web page.

    Parameters
    ----------
    port : int
        Port to listen on.
    host : str
        Address to listen on.

    Returns
    -------
    list of str
        The command.
    dict
        Its environment.
    str
        Address of the list of experiments.

    Raises
    ------
    StoreError
        When the store cannot be opened.
    """
    store = current_store()
    if urlsplit(store.uri).scheme in ("http", "https"):
        raise StoreError(
            "this store is a server with a page of its own",
            where=store.shown,
            remedy="open that address in a browser",
        )
    open_store(make=True)
    command = [sys.executable, "-m", "mlflow", "server"]
    if store.database:
        command += ["--default-artifact-root", str(store.database.parent)]
    command += ["--host", host, "--port", str(port), "--workers", "1"]
    # MLflow's page starts in its view of traces; this is the one of trained models.
    return (
        command,
        # The address may hold a password, and everybody on a machine sees the words of a command.
        {**os.environ, **SETTINGS, "MLFLOW_BACKEND_STORE_URI": store.uri},
        f"http://{host}:{port}/#/experiments?workflowType=machine_learning",
    )
