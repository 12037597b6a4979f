"""Why a batch tests one idea only: what each part of its mechanism is worth, taken back alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import geometric_mean
from typing import Any

from surrogate.report.quantities import given, number

#: Word of a mechanism -> the groups of choices by whose worth it is judged.
_JUDGED_BY = {
    "agent": ("agent",),
    "graded composition": ("composition",),
    "graded pores": ("porosity", "pore_size"),
    "pattern": ("pattern",),
}


def one_mechanism(proposals: Sequence[Mapping[str, Any]]) -> str:
    """Say why all proposals of a batch work by the same mechanism.

    Parameters
    ----------
    proposals : sequence of mapping
        Rows of a batch with ``mechanism`` and ``worth_GROUP``, without the control.

    Returns
    -------
    str
        A sentence; empty for a single proposal, and where there are several mechanisms or none is told.
    """
    words = {str(row.get("mechanism", "")) for row in proposals}
    if len(proposals) < 2 or len(words) > 1 or words == {""}:
        return ""
    (only,) = words
    said = []
    for part, groups in _JUDGED_BY.items():
        if part not in only.split(" + "):
            continue
        told = [given(row, f"worth_{group}") for row in proposals for group in groups]
        worths = [float(one) for one in told if one is not None]
        if worths:
            said.append(f"{part} × {number(geometric_mean(worths), 2)}")
    named = only.replace("_", " ")
    why = (
        f" Alone and on average its parts are worth, in the first objective: {', '.join(said)}."
        if said
        else ""
    )
    other, ratio = given(proposals[0], "otherwise"), given(proposals[0], "otherwise_worth")
    if other is None or ratio is None:
        return f"all proposals work by one mechanism ({named}); no drawn host works otherwise.{why}"
    worth = f"is worth {number(float(ratio), 2)} of the best proposal (geometric mean of the objectives)"
    best = f"the best of the drawn hosts that work otherwise ({str(other).replace('_', ' ')}) {worth}"
    return f"all proposals work by one mechanism ({named}); {best}.{why}"
