"""Tables of a run: MLflow's own JSON in the run's artifacts, and its hash among the run's tags.

A table that decides something later (which of two models is champion) is only used as it was recorded.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from typing import TYPE_CHECKING, Any

from surrogate.errors import LihostWarning
from surrogate.tracking.store import OpenStore

if TYPE_CHECKING:
    import pandas as pd

TABLES = "tables"  # folder of the run's artifacts
_HASH = "sha256"  # what the tag of a table begins with


class DamagedTableWarning(LihostWarning):
    """A table of a run is not what was recorded, and is not used."""


def record_table(opened: OpenStore, run_id: str, table: pd.DataFrame, path: str) -> None:
    """Record a table and its hash.

    Parameters
    ----------
    opened : OpenStore
        The store.
    run_id : str
        Of the run.
    table : DataFrame
        To record; it is added to what is there under the same name.
    path : str
        Inside ``TABLES``, without ending.
    """
    opened.client.log_table(run_id, table, f"{TABLES}/{path}.json")
    text = _text(opened, run_id, f"{TABLES}/{path}.json")
    if text is not None:
        opened.client.set_tag(run_id, f"{_HASH}.{path}", _sha256(text))


def recorded_table(opened: OpenStore, run_id: str, path: str) -> pd.DataFrame | None:
    """Read a table back.

    Parameters
    ----------
    opened : OpenStore
        The store.
    run_id : str
        Of the run.
    path : str
        As it was recorded.

    Returns
    -------
    DataFrame or None
        None where the run or the table is gone, and, with a warning, where it is not what was recorded.
    """
    import pandas as pd

    for folder in (f"{TABLES}/", ""):  # runs of before kept tables beside everything else
        text = _text(opened, run_id, f"{folder}{path}.json")
        if text is None:
            continue
        tags: Any = opened.client.get_run(run_id).data.tags
        try:
            if tags.get(f"{_HASH}.{path}", _sha256(text)) == _sha256(text):
                content = json.loads(text)
                return pd.DataFrame(content["data"], columns=content["columns"])
        except (ValueError, KeyError, TypeError):  # of before there were hashes
            pass
        warnings.warn(
            f"The table {path} of the MLflow run {run_id} was damaged or edited since it was recorded, and is not "
            "used.",
            DamagedTableWarning,
            stacklevel=3,
        )
        return None
    return None


def _text(opened: OpenStore, run_id: str, path: str) -> str | None:
    """Return the text of an artifact; None where run or artifact are gone, or it is no text any more."""
    import mlflow.artifacts
    from mlflow.exceptions import MlflowException

    try:
        place = opened.client.get_run(run_id).info.artifact_uri
        return str(mlflow.artifacts.load_text(f"{place}/{path}"))
    except (MlflowException, OSError):
        return None
    except UnicodeDecodeError as error:
        return f"{error}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
