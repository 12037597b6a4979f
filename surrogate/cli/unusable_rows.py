"""The rows of a table of records that were not used, as the terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from surrogate.cli.console import count, print_result

if TYPE_CHECKING:
    from surrogate.literature.usable import Unusable

MOST_LISTED = 200  # rows that are listed one by one


def show_unusable(
    used: int,
    did: str,
    unusable: Sequence[Unusable],
    others: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Print how many rows were used, and every other row with its line and the reason.

    Parameters
    ----------
    used : int
        How many rows were used.
    did : str
        What was done with them ("scored").
    unusable : sequence of Unusable
        The rows that cannot be used.
    others : mapping, optional
        Reason -> lines of rows that can be used and were not.
    """
    others = others or {}
    rows = used + len(unusable) + sum(map(len, others.values()))
    print_result(f"{count(rows, 'row')}: {used:,} {did}, {rows - used:,} not.")
    if unusable:
        print_result(f"Rows that cannot be used ({len(unusable):,}):")
    for found in unusable[:MOST_LISTED]:
        print_result(f"  line {found.line}: {found.reason}")
    if len(unusable) > MOST_LISTED:
        print_result(f"  and {len(unusable) - MOST_LISTED:,} more")
    for reason, lines in others.items():
        print_result(f"Not {did}, as {reason} ({len(lines):,}): {_ranges(lines)}")


def _ranges(lines: Sequence[int]) -> str:
    """Write lines as "line 4" or "lines 4, 7-9"."""
    runs = [[line for _, line in run] for _, run in groupby(enumerate(lines), lambda at: at[1] - at[0])]
    texts = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(texts)}"
