"""Which MLflow store is used: ``MLFLOW_TRACKING_URI`` when that is set, else a file below the working directory.

The local store is named by its absolute path: MLflow keeps one database connection per address, so a relative one
would follow the first working directory it was used in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from surrogate.passwords import without_credentials

VARIABLE = "MLFLOW_TRACKING_URI"
DEFAULT_URI = "sqlite:///mlruns/mlflow.db"


@dataclass(frozen=True)
class Store:
    """An MLflow store.

    Parameters
    ----------
    uri : str
        Its address.
    shown : str
        Its address without credentials.
    origin : str
        Why it is this one.
    database : Path, optional
        The file of the local default store, None for any other.
    """

    uri: str
    shown: str
    origin: str
    database: Path | None

    @property
    def where(self) -> str:
        """For messages: the file of a local store, else the address."""
        return str(self.database) if self.database else self.shown


def current_store() -> Store:
    """Return the store that commands run here use; nothing is opened or made."""
    database = Path.cwd() / "mlruns" / "mlflow.db"
    given = os.environ.get(VARIABLE, "").strip()
    if not given or _is_file(given, database):
        origin = f"set by {VARIABLE}" if given else f"of {Path.cwd()}"
        return Store(sqlite_uri(database), DEFAULT_URI, origin, database)
    return Store(given, without_credentials(given), f"set by {VARIABLE}", None)


def sqlite_uri(database: Path) -> str:
    """Return the absolute address of a database file; % and ? would be read as parts of it."""
    return "sqlite:///" + str(database).replace("%", "%25").replace("?", "%3F")


def _is_file(uri: str, path: Path) -> bool:
    prefix = "sqlite:///"
    return uri.startswith(prefix) and (Path.cwd() / uri.removeprefix(prefix)).resolve() == path.resolve()
