"""The work of ``surrogate literature`` and ``surrogate literature check``."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, print_message, print_result
from surrogate.cli.progress import progress
from surrogate.errors import InputError, RecordError

if TYPE_CHECKING:
    from surrogate.literature.checks import CheckReport
    from surrogate.literature.statements import Judged


WIDTH = 80


def overview() -> None:
    """Count the shipped records and print what they cover.

    Raises
    ------
    RecordError
        Naming row and column of the first fault.
    """
    report(statements=False)


def check(text: Path | None) -> None:
    """Judge the shipped tables as for publication, and look their numbers up in source texts.

    Parameters
    ----------
    text : Path, optional
        Folder of source texts.

    Raises
    ------
    RecordError
        Naming row and column of the first fault, or, when all is printed, saying how many numbers were neither
        found nor explained.
    InputError
        For a missing folder.
    """
    warnings = report(statements=True, text=text)
    if text is not None and warnings:
        raise unexplained(warnings, text)


def report(*, statements: bool, text: Path | None = None) -> int:
    """Print what :func:`overview` or :func:`check` prints.

    Parameters
    ----------
    statements : bool
        Whether to judge the tables of constants and of statements without a record, too.
    text : Path, optional
        Folder of source texts.

    Returns
    -------
    int
        How many numbers were neither found in the texts nor explained.

    Raises
    ------
    RecordError
        Naming row and column of the first fault.
    InputError
        For a missing folder.
    """
    require_folder(text)
    from surrogate.literature import citations, coverage, documents, records
    from surrogate.literature import statements as judging

    kinds = (judging.CONSTANTS, judging.OMITTED) if statements else ()
    stages = 1 + len(kinds)
    with progress() as done:
        done("checking the literature", 0, stages)
        judged = records.check(records.records_path(), text_dir=text)
        beside: list[Judged] = []
        for kind in kinds:
            done("checking the literature", 1 + len(beside), stages)
            beside.append(judging.check(kind, text_dir=text))
        works = (len(documents.load()), len(citations.load())) if statements else ()
        done("checking the literature", stages, stages)
    print_result(f"{judged.rows} records of {judged.papers} papers in {judged.sources} documents: no faults.")
    for name, table_of in zip(("constants", "statements without a record"), beside, strict=False):
        print_result(f"{table_of.rows} {name} of {table_of.sources} documents: no faults.")
    if works:
        print_result(f"{works[0]} documents and {works[1]} works that they cite: no faults.")
    for note in judged.notes:
        print_message(f"Note: {note}")
    loaded = records.load()
    for heading, text_of, legend in (
        ("Records by strategy and what they report", coverage.summary_text, coverage.SUMMARY_LEGEND),
        (
            "Records that measure a target, by strategy and electrolyte",
            coverage.coverage_text,
            coverage.LEGEND,
        ),
        ("Records beside their controls", coverage.pairs_text, coverage.PAIRS_LEGEND),
    ):
        print_result(f"\n{heading}\n\n{text_of(loaded)}\n\n{textwrap.fill(legend, WIDTH)}")
    return _show_located(judged, beside, text) if text is not None else 0


def require_folder(text: Path | None) -> None:
    """Raise InputError for a folder of source texts that is missing."""
    if text is not None and not text.is_dir():
        raise InputError("no such folder of source texts", where=str(text), remedy="check --text")


def unexplained(warnings: int, text: Path) -> RecordError:
    """Make the error for numbers that were neither found in the texts nor explained.

    Parameters
    ----------
    warnings : int
        How many.
    text : Path
        Folder of source texts.

    Returns
    -------
    RecordError
    """
    return RecordError(
        f"{count(warnings, 'unexplained warning')}, listed above",
        where=str(text),
        limit="every number stands in its text, or its row says how it is printed",
        remedy="correct or explain the numbers, or complete the folder",
    )


def _show_located(judged: CheckReport, beside: list[Judged], text: Path) -> int:
    """Print where the numbers were found, and a warning for each neither found nor explained; return how many."""
    print_result(f"Looked up in {text}")
    for status, number in judged.located_counts.items():
        print_result(f"  records: {status}: {number}")
    warnings = [
        f"{judged.name}, row {item.row + 1}: {item.status}"
        + (f": {', '.join(item.missing)}" if item.missing else "")
        for item in judged.located
        if item.warns
    ]
    for table_of in beside:
        for place, number in table_of.places.items():
            print_result(f"  numbers of {table_of.name}: {place}: {number}")
        warnings += [
            f"{table_of.name}, row {item.row + 1}, column value: {item.place} ({item.value:g})"
            for item in table_of.traced
            if item.warns
        ]
    for warning in warnings:
        print_result(f"Warning: {warning}")
    print_result(f"{len(warnings)} unexplained warnings")
    return len(warnings)
