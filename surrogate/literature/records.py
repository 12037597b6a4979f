"""The literature records: the shipped table, and any other table in its schema."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.checks import CheckReport, check, raise_first_fault, summary
from surrogate.literature.pairs import paper_of
from surrogate.literature.reader import read_typed
from surrogate.resources import resource

__all__ = ["CheckReport", "check", "find", "load", "read", "records_path", "summary"]


def records_path() -> Path:
    """Return the path of the shipped table.

    Raises
    ------
    ResourceError
        When it is not installed.
    """
    return resource("datasets/literature/records.csv")


def load() -> pd.DataFrame:
    """Load the shipped records, typed and validated, ``group`` filled (default ``source#ref``)."""
    return _shipped(*version()).copy()


def version() -> tuple[Path, int]:
    """Return where the shipped table is and when it was last written (ns): what follows from it is kept so long."""
    path = records_path()
    return path, path.stat().st_mtime_ns


@lru_cache(maxsize=1)
def _shipped(path: Path, written: int) -> pd.DataFrame:
    return read(path)[0]


def read(table: str | Path | pd.DataFrame, where: str = "") -> tuple[pd.DataFrame, list[str]]:
    """Read a table in the literature schema.

    Parameters
    ----------
    table
        A file or a frame. Columns may be in other units (``current_density_A_m2``), optional columns may be missing,
        others are left out and named in the notes.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    records : pandas.DataFrame
        All columns, typed, ``group`` filled. The index counts the rows of the table from 0.
    notes : list of str
        A sentence for each thing that was done to it.

    Raises
    ------
    RecordError
        With row and column, for anything that breaks the schema.
    UnitError
        For a wrong unit.
    """
    records, notes, name = read_typed(table, where)
    raise_first_fault(records, name)
    records["group"] = paper_of(records)
    return records, notes


def find(system: str, records: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find the records whose system, host or group contains a text.

    Parameters
    ----------
    system
        The text; case and spaces do not matter.
    records
        A typed table; default: the shipped table.

    Raises
    ------
    RecordError
        When nothing matches, with examples of what there is.
    """
    records = load() if records is None else records
    wanted = _squeeze(system)
    hit = np.zeros(len(records), dtype=bool)
    for column in ("system", "host_material", "group"):
        hit |= records[column].fillna("").map(_squeeze).str.contains(wanted, regex=False).to_numpy(dtype=bool)
    if not wanted or not hit.any():
        some = ", ".join(records["system"].dropna().unique()[:8])
        raise RecordError("no record mentions this system", value=system, limit=f"for example {some}")
    return records[hit]


def _squeeze(text: str) -> str:
    return "".join(str(text).lower().split())
