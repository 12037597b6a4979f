"""Proposals as a table: properties as rows, proposals as columns, as many side by side as fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from surrogate.cli.console import result, show, stdout, table
from surrogate.report import summary
from surrogate.report.papers import citations
from surrogate.report.quantities import records

if TYPE_CHECKING:
    import pandas as pd

_LABEL_WIDTH = 22  # columns of the screen for the names of the properties
_CELL_WIDTH = 19  # at least, for one proposal: "(90 %: 22 to 200)" on one line
_SECTIONS: tuple[tuple[str, Callable[[Mapping[str, Any]], list[summary.Line]]], ...] = (
    ("What to make", summary.what_to_make),
    ("Predicted for one cell", summary.what_is_predicted),
    ("Plating simulation", summary.what_physics_says),
)


def show_proposals(batch: pd.DataFrame) -> None:
    """Print the batch: what to make, what is predicted, what the physics says, the nearest papers."""
    rows = records(batch)
    width = stdout().width
    beside = max(1, (width - _LABEL_WIDTH) // _CELL_WIDTH)
    blocks = -(-len(rows) // beside)
    each = -(-len(rows) // blocks)  # 4 proposals where 3 fit: two and two
    for start in range(0, len(rows), each):
        _show_block(rows[start : start + each], start)
    _show_papers(rows)


def _show_block(rows: Sequence[Mapping[str, Any]], start: int) -> None:

    lines: list[list[str]] = []
    for title, describe in _SECTIONS:
        described = [dict(describe(row)) for row in rows]
        labels = merged([list(one) for one in described])
        if labels:
            if lines:
                lines += [[""] * (len(rows) + 1), [title.upper(), *("" for _ in rows)]]
            lines += [[label, *(broken(one.get(label, "–")) for one in described)] for label in labels]
    headings = ["WHAT TO MAKE", *(f"Proposal {start + k + 1}" for k in range(len(rows)))]
    show(table(headings, lines, right=False))


def broken(text: str) -> str:
    """Lines where a reader would break them: the interval below its median, each material on its own."""
    return re.sub(r"(\d % [^,]+),\s", r"\1,\n", text.replace(" (90 %", "\n(90 %"))


def merged(sequences: Sequence[Sequence[str]]) -> list[str]:
    """Every label once, each sequence's own order kept as far as the earlier ones allow."""
    out: list[str] = []
    for sequence in sequences:
        position = 0
        for label in sequence:
            if label in out:
                position = out.index(label) + 1
            else:
                out.insert(position, label)
                position += 1
    return out


def _show_papers(rows: Sequence[Mapping[str, Any]]) -> None:
    """Each paper once, with the proposals that it is near to."""
    near: dict[str, list[str]] = {}
    for k, row in enumerate(rows, 1):
        for citation in citations(row.get("nearest_literature")):
            near.setdefault(citation.text, []).append(str(k))
    if near:
        result("Nearest in the literature:")
    for text, proposals in near.items():
        result(f"  {text}: proposal{'s' if len(proposals) > 1 else ''} {', '.join(proposals)}")
