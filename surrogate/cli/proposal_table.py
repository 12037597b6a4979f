"""Proposals as a table: properties as rows, proposals as columns, as many side by side as fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from surrogate.cli.console import make_table, print_result, print_table, stdout
from surrogate.report import summary
from surrogate.report.nearest_papers import citations
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import records

if TYPE_CHECKING:
    import pandas as pd

_LABEL_WIDTH = 22  # columns of the screen for the names of the properties
_CELL_WIDTH = 19  # at least, for one proposal: "(90 %: 22 to 200)" on one line
_SECTIONS: tuple[tuple[str, Callable[[Mapping[str, Any]], list[summary.Line]]], ...] = (
    ("What to make", summary.what_to_make),
    ("Predicted for one cell", summary.what_is_predicted),
    ("Plating simulation", summary.what_is_simulated),
)


def show_proposals(batch: pd.DataFrame) -> None:
    """Print a batch: what to make, what is predicted, what the simulation shows, the nearest papers.

    Parameters
    ----------
    batch : DataFrame
        Proposals.
    """
    rows = records(batch)
    names = names_of(rows)
    width = stdout().width
    beside = max(1, (width - _LABEL_WIDTH) // _CELL_WIDTH)
    blocks = -(-len(rows) // beside)
    each = -(-len(rows) // blocks)  # 4 proposals where 3 fit: two and two
    for start in range(0, len(rows), each):
        _show_block(rows[start : start + each], names[start : start + each])
    _show_papers(rows, names)


def _show_block(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    lines: list[list[str]] = []
    for title, describe in _SECTIONS:
        described = [dict(describe(row)) for row in rows]
        labels = merge_labels([list(lines_of) for lines_of in described])
        if labels:
            if lines:
                lines += [[""] * (len(rows) + 1), [title.upper(), *("" for _ in rows)]]
            lines += [
                [label, *(break_lines(lines_of.get(label, "–")) for lines_of in described)]
                for label in labels
            ]
    headings = [
        "WHAT TO MAKE",
        *(
            f"{name} (control)" if summary.is_control(row) else name
            for name, row in zip(names, rows, strict=True)
        ),
    ]
    print_table(make_table(headings, lines, right=False))


def break_lines(text: str) -> str:
    """Break lines where a reader would: the interval below its median, each material on its own line."""
    return re.sub(r"(\d % [^,]+),\s", r"\1,\n", text.replace(" (90 %", "\n(90 %"))


def merge_labels(sequences: Sequence[Sequence[str]]) -> list[str]:
    """Return every label once, each sequence's own order kept as far as the earlier sequences allow."""
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


def _show_papers(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Each paper once, with the proposals that it is near to."""
    near: dict[str, list[str]] = {}
    for name, row in zip(names, rows, strict=True):
        for citation in citations(None if summary.is_control(row) else row.get("nearest_literature")):
            near.setdefault(citation.text, []).append(name)
    if near:
        print_result("Nearest in the literature:")
    for text, proposals in near.items():
        print_result(f"  {text}: {', '.join(proposals)}")
