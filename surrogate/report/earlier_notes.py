"""Notes of cells that were written before the last that is known of the cell: "still running" of one that has failed.

Data flow: ``CampaignStore.history`` -> for each cell its last note, and whether a state or a value was told after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from surrogate.campaign.reports import is_empty
from surrogate.hosts.columns import TARGETS

_SAYS_MORE = ("state", "failed", *TARGETS, *(f"{target}_censored" for target in TARGETS))


def earlier_notes(history: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Find the notes that are older than what is known of their cell.

    Parameters
    ----------
    history : iterable of mapping
        Rows as ``CampaignStore.history`` returns them, in their order.

    Returns
    -------
    dict of str to str
        Cell -> ISO date on which its note was written; no entry where nothing was told of the cell since.
    """
    written, earlier = dict[str, str](), dict[str, str]()
    for row in history:
        cell, said = str(row["about"]), row["said"]
        if row["taken_back"] or not said:
            continue
        if not is_empty(said.get("note")):
            written[cell] = str(row["said_at"])[:10]
            earlier.pop(cell, None)
        elif cell in written and any(not is_empty(said.get(name)) for name in _SAYS_MORE):
            earlier[cell] = written[cell]
    return earlier
