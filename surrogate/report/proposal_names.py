"""What the rows of a batch are called wherever people read of them: by the ids that stand on the pouches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from surrogate.campaign.ids import proposal_ids
from surrogate.report.quantities import is_missing


def names_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each row of a batch.

    Parameters
    ----------
    rows : sequence of n mappings
        Proposals, and the control where there is one.

    Returns
    -------
    list of n str
        ``proposal_id``, such as B02-3 or B02-C; without it that of a batch which is not recorded.
    """
    others = proposal_ids(0, [row.get("role") for row in rows])
    told = [row.get("proposal_id") for row in rows]
    return [other if is_missing(name) else str(name) for name, other in zip(told, others, strict=True)]


def marks_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Shorten the name of each row to what tells it from the others of its batch, such as 3 or C.

    Parameters
    ----------
    rows : sequence of n mappings
        As of :func:`names_of`.

    Returns
    -------
    list of n str
    """
    return [name.rpartition("-")[2] for name in names_of(rows)]
