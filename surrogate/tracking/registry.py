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

from surrogate.errors import ModelError
from surrogate.tracking.model_folder import FOLDER, REGISTERED_MODEL, refuse_pickles, write_model_folder
from surrogate.tracking.relocation import local_path
from surrogate.tracking.runs import Run
from surrogate.tracking.store import OpenStore, bound, open_store
from surrogate.tracking.store_errors import guarded
from surrogate.tracking.store_location import current_store

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.models.bundle import HostModel

ALIAS, CHALLENGER = "champion", "challenger"
_LONGEST_TAG = 5000
_TRAIN = "train one here with: surrogate train"
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
    card: str = "",
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
    card : str
        Its description, in Markdown.

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
        return _new_version(opened, logged.model_id, run.id, tags, card)


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
    _point(ALIAS, version, {"promoted_because": because, "promoted_over": _version_of(ALIAS)})


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


def _version_of(alias: str) -> str:
    """Return the version that an alias points to; empty where there is none."""
    opened = open_store(make=False)
    if opened is None:
        return ""
    from mlflow.exceptions import MlflowException

    try:
        return str(opened.client.get_model_version_by_alias(REGISTERED_MODEL, alias).version)
    except MlflowException:
        return ""


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
    from mlflow.exceptions import MlflowException

    with guarded(opened.store, "the champion cannot be looked up"):
        try:
            found = opened.client.get_model_version_by_alias(REGISTERED_MODEL, ALIAS)
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise
        location = str(opened.client.get_model_version_download_uri(REGISTERED_MODEL, found.version))
    folder = _local(opened, location) / "artifacts" / FOLDER
    if not folder.is_dir():
        raise ModelError(
            f"the files of {REGISTERED_MODEL} version {found.version} are gone",
            where=str(folder),
            remedy=_TRAIN,
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
    now = recorded.info.start_time
    scores = [
        Metric(key, value, now, 0, model_id=logged.model_id) for key, value in recorded.data.metrics.items()
    ]
    if scores:
        opened.client.log_batch(run.id, metrics=scores)
    return logged


def _new_version(opened: OpenStore, model_id: str, run_id: str, tags: Mapping[str, str], card: str) -> str:
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
        description=card[:5000],
        model_id=model_id,
    ).version
    # The link from the run's page to the registry, as MLflow's own log_model leaves it.
    named = json.dumps([{"name": REGISTERED_MODEL, "version": version}])
    client.set_logged_model_tags(model_id, {"mlflow.modelVersions": named})
    return str(version)


def _local(opened: OpenStore, location: str) -> Path:
    """Return the model folder on this disk, downloaded first when the store keeps it elsewhere."""
    if opened.store.database is not None:
        return local_path(location)
    import mlflow.artifacts

    with guarded(opened.store, "the champion cannot be fetched"):
        return Path(mlflow.artifacts.download_artifacts(artifact_uri=location, tracking_uri=opened.store.uri))


_DESCRIPTION = (
    "Cycle life, critical current density and overpotential of porous lithium-metal hosts, with central 90 % "
    "predictive intervals. The alias champion is what commands use."
)
