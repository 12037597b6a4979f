"""Everything that knows MLflow: which store, runs, the registered model, and stores that were moved.

    describe_store()                 one line for every command: where runs and models are kept
    run("train default", "train")    a run to log parameters, metrics, tables, figures and files to
    register(run, folder, ...)       a saved HostModel folder becomes a version of the registered model
    load_champion()                  the HostModel behind the alias ``champion``

No other module imports mlflow (the script that MLflow itself runs, ``serving/pyfunc_model.py``, aside), and
mlflow is only imported when a store is really opened.
"""

from __future__ import annotations

from surrogate.tracking.lineage import record_champion
from surrogate.tracking.mlflow_page import ui_command
from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.registry import (
    ALIAS,
    CHALLENGER,
    Champion,
    challenge,
    champion,
    load_champion,
    promote,
    register,
)
from surrogate.tracking.runs import Run, StoreWarning, logged_table, run
from surrogate.tracking.store import describe_store
from surrogate.tracking.store_location import DEFAULT_URI, Store, current_store

__all__ = [
    "ALIAS",
    "CHALLENGER",
    "DEFAULT_URI",
    "REGISTERED_MODEL",
    "Champion",
    "Run",
    "Store",
    "StoreWarning",
    "challenge",
    "champion",
    "current_store",
    "describe_store",
    "load_champion",
    "logged_table",
    "promote",
    "record_champion",
    "register",
    "run",
    "ui_command",
]
