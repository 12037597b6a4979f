"""What a store of MLflow holds that belongs to nothing, and whether what its aliases point to can be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate import tracking
from surrogate.hosts.targets import TARGETS
from surrogate.models.bundle import HostModel
from surrogate.tracking.relocation import local_path
from surrogate.tracking.store import OpenStore


def usable(opened: OpenStore, version: Any, designs: pd.DataFrame) -> bool:
    """Whether the files of a version are whole: its model loads and predicts."""
    location = opened.client.get_model_version_download_uri(tracking.REGISTERED_MODEL, version.version)
    try:
        predicted = HostModel.load(local_path(location) / "artifacts" / "host_model").predict(designs)
    except Exception:  # whatever is wrong with it: that is what is asked
        return False
    return bool(np.isfinite(predicted[list(TARGETS)].to_numpy()).all())


def aliases(opened: OpenStore, designs: pd.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Version of each alias, and what is wrong with those that they point to."""
    from mlflow.exceptions import MlflowException

    found, wrong = {}, []
    for alias in (tracking.ALIAS, tracking.CHALLENGER):
        try:
            version = opened.client.get_model_version_by_alias(tracking.REGISTERED_MODEL, alias)
        except MlflowException:
            continue
        found[alias] = str(version.version)
        if not usable(opened, version, designs):
            wrong.append(f"{alias} {version.version} does not predict")
    return found, wrong


def orphans(opened: OpenStore, folder: Path, designs: pd.DataFrame) -> list[str]:
    """List all in a store that belongs to nothing, or lacks what belongs to it; and what temporary files are left."""
    client, wrong, kept = opened.client, [], set()
    for version in client.search_model_versions(f"name = '{tracking.REGISTERED_MODEL}'"):
        status = client.get_run(version.run_id).info.status
        if status != "FINISHED":
            wrong.append(f"version {version.version} of a run that is {status}")
        if not usable(opened, version, designs):
            wrong.append(f"version {version.version} does not predict")
        kept.add(version.source.removeprefix("models:/"))
    logged = client.search_logged_models([opened.experiment_id])
    wrong += [f"model entry without version ({one.status})" for one in logged if one.model_id not in kept]
    running = client.search_runs([opened.experiment_id], "attributes.status = 'RUNNING'")
    wrong += ["a run that is RUNNING"] * len(running)
    made = folder / "mlruns" / "artifacts" / "models"
    wrong += ["files of a model without version"] * sum(path.name not in kept for path in made.glob("*"))
    wrong += ["a half-written file"] * sum(1 for _ in (folder / "mlruns").rglob(".artifact.uploading.*"))
    wrong += [f"a temporary {path.name[:10]}" for path in (folder / "mlruns").glob(".making-*")]
    wrong += [f"a temporary {path.name[:10]}" for path in (folder / "tmp").iterdir()]
    wrong += [path.name for path in (folder / "mlruns").glob("*-journal")]
    return wrong
