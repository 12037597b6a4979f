"""The work of ``surrogate evaluate``: scores of the champion."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_message, print_notes
from surrogate.cli.progress import progress
from surrogate.cli.scorecard_table import show_scorecard
from surrogate.cli.unusable_rows import show_unusable
from surrogate.errors import RecordError


def evaluate(records: Path | None) -> None:
    """Score the champion and print the scorecard.

    Parameters
    ----------
    records : Path, optional
        Table in the literature schema; None: the shipped table.

    Raises
    ------
    RecordError
        For a table that cannot be used.
    ModelError
        Without a champion.
    """
    if records is not None and not records.is_file():
        raise RecordError("no such file", where=str(records), remedy="check --records")
    from surrogate import tracking

    print_message(tracking.describe_store())
    with progress() as report:
        report("loading libraries", 0, 1)
        from surrogate import learning

        report("loading libraries", 1, 1)
        scores = learning.evaluate(records, progress=report)
    show_scorecard(scores.table)
    if records is not None and scores.seen:
        print_notes(
            [f"the champion was trained on {len(scores.seen)} of these papers: {', '.join(scores.seen)}"]
        )
    if records is not None:
        print_notes(scores.notes)
        show_unusable(scores.scored, "scored", scores.unusable, scores.unscored)
