"""Everything that knows MLflow: which store, runs, the registered model, and stores that were moved.

    describe_store()                 one line for every command: where runs and models are kept
    run("train default", "train")    a run to log parameters, metrics, tables, figures and files to
    register(run, folder, ...)       a saved HostModel folder becomes a version of the registered model
    load_champion()                  the HostModel behind the alias ``champion``

No other module imports mlflow (the script that MLflow itself runs, ``serving/pyfunc_model.py``, aside), and
mlflow is only imported when a store is really opened.
"""

from __future__ import annotations

from surrogate.tracking.campaign_runs import CELLS, STEP, CampaignRun, campaign_run
from surrogate.tracking.champion_lock import deciding
from surrogate.tracking.earlier_runs import earlier_run, logged_table
from surrogate.tracking.experiments import BENCHMARK, SEARCH, TRAIN, campaign_experiment
from surrogate.tracking.lineage import record_champion
from surrogate.tracking.mlflow_page import ui_command
from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.nested import MOST_METRICS, add_part
from surrogate.tracking.overview import overview_page
from surrogate.tracking.registry import (
    ALIAS,
    CHALLENGER,
    Champion,
    challenge,
    champion,
    champion_origin,
    load_champion,
    promote,
    register,
)
from surrogate.tracking.run_tables import TABLES, DamagedTableWarning
from surrogate.tracking.runs import OVERVIEW, Run, StoreWarning, run
from surrogate.tracking.store import describe_store
from surrogate.tracking.store_location import DEFAULT_URI, Store, current_store

__all__ = [
    "ALIAS",
    "BENCHMARK",
    "CELLS",
    "CHALLENGER",
    "DEFAULT_URI",
    "MOST_METRICS",
    "OVERVIEW",
    "REGISTERED_MODEL",
    "SEARCH",
    "STEP",
    "TABLES",
    "TRAIN",
    "CampaignRun",
    "Champion",
    "DamagedTableWarning",
    "Run",
    "Store",
    "StoreWarning",
    "add_part",
    "campaign_experiment",
    "campaign_run",
    "challenge",
    "champion",
    "champion_origin",
    "current_store",
    "deciding",
    "describe_store",
    "earlier_run",
    "load_champion",
    "logged_table",
    "overview_page",
    "promote",
    "record_champion",
    "register",
    "run",
    "ui_command",
]
