"""The registered model: a saved HostModel folder becomes a version of ``lihost``; one is ``champion``.

The folder is wrapped as an MLflow pyfunc from code: MLflow keeps a copy of the small script
``surrogate/serving/pyfunc_model.py`` and the folder (safetensors and JSON), and no pickle. Requirements are
given, not inferred, so that registering runs no pip and needs no network.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from surrogate.errors import ModelError
from surrogate.tracking.model_folder import FOLDER, REGISTERED_MODEL, refuse_pickles, write_model_folder
from surrogate.tracking.relocation import local_path
from surrogate.tracking.runs import Run
from surrogate.tracking.store import ARTIFACT_ROOT, OpenStore, bound, open_store
from surrogate.tracking.store_errors import guarded
from surrogate.tracking.store_location import current_store

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models.bundle import HostModel

ALIAS, CHALLENGER = "champion", "challenger"
_LONGEST_TAG = 5000
_TRAIN = "train one here with: surrogate train"
_SHARE = (
    f"let {ARTIFACT_ROOT} name a folder that all machines of the team have, before the first training "
    "(docs/teams.md), and train one: surrogate train"
)
_MOST_PARAMS = 100


@dataclass(frozen=True)
class Champion:
    """The version behind the alias ``champion``.

    Parameters
    ----------
    version : str
        Its number.
    run_id : str
        The run that made it.
    folder : Path
        Its files.
    facts : mapping
        The tags it was registered with.
    """

    version: str
    run_id: str
    folder: Path
    facts: Mapping[str, str]

    def load(self) -> HostModel:
        """Load the HostModel of this version.

        Raises
        ------
        ModelError
            When its files do not fit this version of the package.
        """
        from surrogate.models.bundle import HostModel

        return HostModel.load(self.folder)


def register(
    run: Run,
    folder: Path,
    *,
    example: pd.DataFrame,
    facts: Mapping[str, object] | None = None,
    description: str = "",
) -> str:
    """Record a saved HostModel folder as a new version of the registered model.

    Parameters
    ----------
    run : Run
        That made the model.
    folder : Path
        What ``HostModel.save`` wrote.
    example : DataFrame
        A few design rows, kept with the model as its input example.
    facts : mapping, optional
        Tags of the version (data hashes, scores).
    description : str
        What MLflow's page says of it, in Markdown: a few lines.

    Returns
    -------
    str
        The version's number.

    Raises
    ------
    StoreError
        When the store cannot be written.
    ModelError
        When the run is not recorded, or the folder holds a pickle or cannot be loaded.
    """
    if run.opened is None:
        raise ModelError("a model can only be registered from a run that is recorded")
    opened = run.opened
    refuse_pickles(folder)
    from surrogate.models.bundle import HostModel

    # Reading it back proves that it can be served, and gives the version that its predictions will carry.
    saved = HostModel.load(folder)
    tags = {"model_version": saved.version, **{key: str(value) for key, value in (facts or {}).items()}}
    where = opened.store
    with (
        guarded(where, "the model cannot be registered"),
        bound(where),
        tempfile.TemporaryDirectory() as scratch,
    ):
        logged = _logged_model(opened, run)
        packed = Path(scratch) / "model"
        write_model_folder(packed, folder, example, model_id=logged.model_id, run_id=run.id)
        refuse_pickles(packed)
        opened.client.log_model_artifacts(logged.model_id, str(packed))
        opened.client.finalize_logged_model(logged.model_id, "READY")
        return _new_version(opened, logged.model_id, run.id, tags, description)


def promote(version: str, because: str = "") -> None:
    """Let the alias ``champion`` point to a version; the reason and the champion before are kept as its tags.

    Parameters
    ----------
    version : str
        A registered version. To take a promotion back, promote the version that the tag ``promoted_over`` names.
    because : str
        The reason.

    Raises
    ------
    ModelError
        For a version that is not registered.
    StoreError
        When the store cannot be written.
    """
    before = champion_origin()
    _point(ALIAS, version, {"promoted_because": because, "promoted_over": before[0] if before else ""})
    opened = open_store(make=False)
    if opened is not None:
        with guarded(opened.store, "the challenger cannot be looked up"):
            aliases = opened.client.get_registered_model(REGISTERED_MODEL).aliases
            if str(aliases.get(CHALLENGER, "")) == version:  # it is one no longer
                opened.client.delete_registered_model_alias(REGISTERED_MODEL, CHALLENGER)


def challenge(version: str, because: str) -> None:
    """Let the alias ``challenger`` point to a version that does not become champion, and keep the reason as its tag.

    Raises
    ------
    ModelError
        For a version that is not registered.
    StoreError
        When the store cannot be written.
    """
    _point(CHALLENGER, version, {"challenger_because": because})


def _point(alias: str, version: str, tags: Mapping[str, str]) -> None:
    opened = open_store(make=True)
    if opened is None:
        return
    from mlflow.exceptions import MlflowException

    with guarded(opened.store, f"version {version} cannot be made {alias}"):
        try:
            opened.client.get_model_version(REGISTERED_MODEL, version)
        except MlflowException as error:
            if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise
            raise ModelError(
                f"{REGISTERED_MODEL} has no such version", value=version, limit="a registered version",
                remedy="surrogate ui shows them; train one here with: surrogate train",
            ) from None  # fmt: skip
        for name, value in tags.items():
            if value:
                opened.client.set_model_version_tag(REGISTERED_MODEL, version, name, value[:_LONGEST_TAG])
        opened.client.set_registered_model_alias(REGISTERED_MODEL, alias, version)


def champion_origin() -> tuple[str, str] | None:
    """Return version and run of the present champion, whether or not its files can be used; None without one.

    Raises
    ------
    StoreError
        When the store cannot be read.
    """
    opened = open_store(make=False)
    found = _of_alias(opened) if opened is not None else None
    return (str(found.version), str(found.run_id)) if found is not None else None


def _of_alias(opened: OpenStore) -> Any:
    """Return MLflow's entry of the champion; None where there is none."""
    from mlflow.exceptions import MlflowException

    with guarded(opened.store, "the champion cannot be looked up"):
        try:
            return opened.client.get_model_version_by_alias(REGISTERED_MODEL, ALIAS)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise


def champion() -> Champion | None:
    """Look the present champion up.

    Returns
    -------
    Champion
        Its files on this machine; None when there is no champion.

    Raises
    ------
    StoreError
        When the store cannot be read.
    ModelError
        When the champion's files are gone.
    """
    opened = open_store(make=False)
    if opened is None:
        return None
    found = _of_alias(opened)
    if found is None:
        return None
    with guarded(opened.store, "the champion cannot be looked up"):
        location = str(opened.client.get_model_version_download_uri(REGISTERED_MODEL, found.version))
    folder = _local(opened, location) / "artifacts" / FOLDER
    if not folder.is_dir():
        raise ModelError(
            f"the files of {REGISTERED_MODEL} version {found.version} are gone",
            where=str(folder),
            remedy=_TRAIN if opened.store.database else _SHARE,
        )
    return Champion(str(found.version), str(found.run_id), folder, dict(found.tags))


def load_champion() -> HostModel:
    """Load the champion straight from its folder.

    Returns
    -------
    HostModel

    Raises
    ------
    ModelError
        When there is no champion, when its files are gone, or when they do not fit this version of the package.
    StoreError
        When the store cannot be read.
    """
    found = champion()
    if found is None:
        raise ModelError("there is no champion yet", where=current_store().where, remedy=_TRAIN)
    return found.load()


def _logged_model(opened: OpenStore, run: Run) -> Any:
    """Return the entry of the model in MLflow, linked to its run, with the run's parameters and metrics."""
    from mlflow.entities import LoggedModelOutput, Metric

    recorded = opened.client.get_run(run.id)
    params = dict(list(recorded.data.params.items())[:_MOST_PARAMS])
    logged = opened.client.create_logged_model(
        opened.experiment_id, name=REGISTERED_MODEL, source_run_id=run.id, params=params
    )
    opened.client.log_outputs(run.id, [LoggedModelOutput(logged.model_id, step=0)])
    # The very entries of the run, so that it has each number once.
    scores = [
        Metric(one.key, one.value, one.timestamp, one.step, logged.model_id, **run.dataset_of(key))
        for key in recorded.data.metrics
        for one in opened.client.get_metric_history(run.id, key)
    ]
    if scores:
        opened.client.log_batch(run.id, metrics=scores)
    return logged


def _new_version(
    opened: OpenStore, model_id: str, run_id: str, tags: Mapping[str, str], description: str
) -> str:
    from mlflow.exceptions import MlflowException

    client = opened.client
    try:
        client.create_registered_model(REGISTERED_MODEL, description=_DESCRIPTION)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = client.create_model_version(
        REGISTERED_MODEL,
        f"models:/{model_id}",
        run_id=run_id,
        tags=dict(tags),
        description=description[:_LONGEST_TAG],
        model_id=model_id,
    ).version
    # The link from the run's page to the registry, as MLflow's own log_model leaves it.
    named = json.dumps([{"name": REGISTERED_MODEL, "version": version}])
    client.set_logged_model_tags(model_id, {"mlflow.modelVersions": named})
    return str(version)


def _local(opened: OpenStore, location: str) -> Path:
    """Return the model folder on this disk, downloaded first when the store keeps it elsewhere."""
    if opened.store.database is not None or urlsplit(location).scheme in ("", "file"):
        return local_path(location)
    import mlflow.artifacts

    with guarded(opened.store, "the champion cannot be fetched"):
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=location, tracking_uri=opened.store.uri))


_DESCRIPTION = (
    "Cycle life, critical current density, overpotential and coulombic efficiency of porous lithium-metal hosts, "
    "with central 90 % predictive intervals. Commands use the alias `champion`; `challenger` is the last that "
    "did not win. A version becomes champion by the rule of `surrogate train` or, with a reason, by "
    "`surrogate train --promote`: its tags `promoted_because` and `promoted_over` say which and why."
)
