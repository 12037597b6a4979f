"""The MLflow model folder: a script, the saved HostModel, signature, example and requirements; no pickle."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surrogate.errors import ModelError
from surrogate.hosts.columns import DESIGN_COLUMNS, TARGETS
from surrogate.tracking.provenance import package_versions

if TYPE_CHECKING:
    import pandas as pd

REGISTERED_MODEL = "lihost"
FOLDER = "host_model"  # of the model's artifacts: what HostModel.save wrote
_PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".pt", ".pth", ".dill", ".ckpt"})


def write_model_folder(
    packed: Path, folder: Path, example: pd.DataFrame, *, model_id: str, run_id: str
) -> None:
    """Write the MLflow model folder: script, HostModel folder, signature, example and requirements.

    Parameters
    ----------
    packed : Path
        Folder to write; its parent exists.
    folder : Path
        What ``HostModel.save`` wrote.
    example : DataFrame
        A few design rows.
    model_id, run_id : str
        MLflow's identifiers of the model and of the run that made it.
    """
    import mlflow.pyfunc
    from mlflow.models import Model

    source = packed.parent / FOLDER  # MLflow keeps the folder's own name
    shutil.copytree(folder, source)
    mlflow.pyfunc.save_model(
        path=str(packed),
        python_model=str(Path(__file__).parents[1] / "serving" / "pyfunc_model.py"),
        artifacts={FOLDER: str(source)},
        # A relative name: an absolute one would be wrong after a move.
        mlflow_model=Model(
            artifact_path=REGISTERED_MODEL, run_id=run_id, model_uuid=model_id, model_id=model_id
        ),
        signature=signature(),
        input_example=example,
        pip_requirements=[
            f"{name}=={number.partition('+')[0]}" for name, number in package_versions().items()
        ],
    )
    for cache in packed.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)


def signature() -> Any:
    """Return MLflow's signature of the model.

    Inputs are all design columns, outputs the columns of a prediction. Inputs are optional and have MLflow's type
    *any*: it refuses whole numbers in a column of doubles and an empty column of text, both of which CSV files have,
    and what it refuses it tells in many lines. The units are in the names, and the model itself checks that there is
    a framework, and every value.
    """
    from mlflow.models import ModelSignature
    from mlflow.types.schema import AnyType, ColSpec, Schema

    inputs = [ColSpec(AnyType(), name, required=False) for name in DESIGN_COLUMNS]
    numbers = [f"{target}{part}" for target in TARGETS for part in ("", "_lower", "_upper")]
    outputs = [ColSpec("double", name) for name in [*numbers, "extrapolation"]]
    return ModelSignature(Schema(inputs), Schema([*outputs, ColSpec("string", "nearest_literature")]))


def refuse_pickles(folder: Path) -> None:
    """Make sure that no file under a folder is a pickle by its name or its first bytes.

    A pickle runs code when it is opened; a model that is passed between groups must not.

    Raises
    ------
    ModelError
        Naming the file.
    """
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        with path.open("rb") as handle:
            head = handle.read(2)
        # Protocol 2 and later begin with 0x80 and the protocol's number.
        if path.suffix.lower() in _PICKLES or (len(head) == 2 and head[0] == 0x80 and head[1] <= 5):
            raise ModelError(
                "the model folder holds a pickle", where=str(path), remedy="save it as safetensors and JSON"
            )
