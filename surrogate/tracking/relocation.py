"""MLflow writes absolute artifact paths into its database; here they follow a store that was moved.

The place where a local store was made needs no extra file: the project's own experiments always keep their
artifacts in ``<mlruns>/artifacts``, so the database itself says what ``<mlruns>`` was. When that differs from
where the database is found now, every path under the old folder is rewritten in one transaction; a process
killed half way leaves the old paths, and the next command repairs them.

Only the paths that begin with the old folder are touched, so artifacts kept elsewhere (S3, another disk) and
paths of another store stay as they are.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from surrogate.tracking.experiments import ROOT

ARTIFACTS = "artifacts"  # of mlruns/, where the experiments keep the files of their runs
BUSY_S = 30.0  # how long to wait for another process that is writing

# Every column in which MLflow 3 keeps an absolute artifact location: (table, column, condition).
# A test scans all columns of a real store, so that a new one in a later MLflow cannot be missed.
PATH_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("experiments", "artifact_location", ""),
    ("runs", "artifact_uri", ""),
    ("logged_models", "artifact_location", ""),
    ("model_versions", "source", ""),
    ("model_versions", "storage_location", ""),
    ("workspaces", "default_artifact_root", ""),
    ("workspaces", "trace_archival_location", ""),
    ("trace_tags", "value", "key = 'mlflow.artifactLocation'"),
    ("experiment_tags", "value", "key = 'mlflow.artifactLocation'"),
)


def original_folder(database: Path) -> Path | None:
    """Return the folder that held the database when its paths were written.

    Parameters
    ----------
    database : Path
        SQLite file of MLflow.

    Returns
    -------
    Path
        None for a store without an experiment of this project.

    Raises
    ------
    sqlite3.Error
        When the file is no database.
    """
    try:
        return _looked_up(database, "ro")  # looking needs no right to write
    except sqlite3.OperationalError as error:
        # A process was killed while it wrote: what it had begun is taken back by the first that may write.
        if (error.sqlite_errorcode & 0xFF) not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
            raise
        return _looked_up(database, "rw")


def _looked_up(database: Path, mode: str) -> Path | None:
    # Neither mode makes the file.
    with closing(
        sqlite3.connect(f"file:{quote(str(database))}?mode={mode}", uri=True, timeout=BUSY_S)
    ) as connection:
        return _original_folder(connection)


def relocate(database: Path) -> Path | None:
    """Rewrite the paths of a moved store.

    Parameters
    ----------
    database : Path
        SQLite file of MLflow, where it is now.

    Returns
    -------
    Path
        The old folder; None when the store was not moved.

    Raises
    ------
    sqlite3.Error
        When the database cannot be written.
    """
    new = database.parent.resolve()
    with closing(sqlite3.connect(database, timeout=BUSY_S, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")  # a second process waits here and then finds nothing to do
        old = _original_folder(connection)
        if old is None or old == new:
            connection.execute("ROLLBACK")
            return None
        for table, column, condition in PATH_COLUMNS:
            if column in _columns(connection, table):
                # A file: address where this package made it, a plain path where MLflow did.
                _replace(connection, table, column, condition, str(old), str(new))
                _replace(connection, table, column, condition, old.as_uri(), new.as_uri())
        connection.execute("COMMIT")
    return old


def _original_folder(connection: sqlite3.Connection) -> Path | None:
    if not _columns(connection, "experiments"):
        return None
    query = "SELECT artifact_location FROM experiments WHERE name = ? OR substr(name, 1, ?) = ? ORDER BY name"
    for (location,) in connection.execute(query, (ROOT, len(ROOT) + 1, f"{ROOT}/")):
        path = local_path(str(location or ""))
        if path.is_absolute() and path.name == ARTIFACTS:
            return path.parent
    return None


def local_path(location: str) -> Path:
    """Turn a location as MLflow keeps it, a ``file:`` address or a plain path, into a path."""
    return Path(url2pathname(urlsplit(location).path) if location.startswith("file:") else location)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}


def _replace(
    connection: sqlite3.Connection, table: str, column: str, condition: str, old: str, new: str
) -> None:
    """Replace the start of paths in a column.

    The names come from PATH_COLUMNS, the values are bound; ``substr`` because LIKE would read % and _.
    """
    connection.execute(
        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
        f"WHERE ({column} = ? OR substr({column}, 1, ?) = ?)" + (f" AND {condition}" if condition else ""),
        (new, len(old) + 1, old, len(old) + 1, old + "/"),
    )
