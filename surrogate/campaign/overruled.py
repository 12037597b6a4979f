"""What a file tells again, word for word, though something else was told or corrected since: it stays corrected.

Data flow: a row that was told before, and what is known of its cell -> what the row says of targets that are known
to be otherwise -> the command that makes it so again.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from surrogate.campaign.cells import Report, ends_of, written
from surrogate.hosts import columns as c


def overruled(record: Report, cell: Report | None) -> dict[str, Any] | None:
    """Return what a row says of targets that are known to be otherwise.

    Parameters
    ----------
    record : mapping
        The row.
    cell : mapping, optional
        What is known of its cell; None: it was taken out.

    Returns
    -------
    dict or None
        Column -> value, empty for a cell that was taken out; None where nothing is otherwise.
    """
    if cell is None:
        return {}
    found: dict[str, Any] = {}
    for target in c.TARGETS:
        told, known = ends_of(record, target), ends_of(cell, target)
        if told is not None and known is not None and not told[0] <= known[0] <= known[1] <= told[1]:
            found |= written(target, told)
    return found or None


def way_back(cell: str, says: Mapping[str, Any], campaign: str = "FILE.toml") -> str:
    """Write the command by which a cell is again what a row says.

    Parameters
    ----------
    cell : str
        Its id.
    says : mapping
        Of :func:`overruled`, not empty.
    campaign : str
        The campaign file.
    """
    changes = " ".join(f"{name}={_written(value)}" for name, value in says.items() if value is not None)
    return f"optimize amend --campaign {shlex.quote(campaign)} --cell {shlex.quote(cell)} {changes}"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)
