"""The work of ``surrogate literature``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import count, result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import InputError, RecordError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.literature.checks import CheckReport
    from surrogate.literature.statements import Judged

_SHORT = {
    "cycle_life": "life",
    "overpotential": "mV",
    "ccd": "CCD",
    "efficiency": "CE",
    "retention": "kept",
    "full_cell": "full",
}
_LEGEND = (
    "life: cycle life, of which failed (the others are lower bounds); mV: overpotential; CCD: critical "
    "current density; CE: coulombic efficiency; kept: capacity retention; full: full cells"
)


def literature(*, check: bool, text: Path | None, export: Path | None) -> None:
    """Count the shipped records and what they cover; with ``check`` check all tables as for publication, with
    ``text`` also look their numbers up, with ``export`` write the records.

    Raises RecordError naming row and column of the first fault, or, when all is done, saying how many numbers were
    neither found nor explained; InputError for a missing folder.
    """
    if text is not None and not check:
        raise InputError("--text needs --check", remedy="add --check")
    if text is not None and not text.is_dir():
        raise InputError("no such folder of source texts", where=str(text), remedy="check --text")
    from surrogate.files.output import output_file, write_csv
    from surrogate.literature import citations, coverage, documents, records, statements

    if export is not None:
        output_file(export)
    kinds = (statements.CONSTANTS, statements.OMITTED) if check else ()
    with progress() as report:
        report("checking the literature", 0, 1 + len(kinds))
        judged = records.check(records.records_path(), text_dir=text)
        beside: list[Judged] = []
        for kind in kinds:
            report("checking the literature", 1 + len(beside), 1 + len(kinds))
            beside.append(statements.check(kind, text_dir=text))
        works = (len(documents.load()), len(citations.load())) if check else ()
        report("checking the literature", 1 + len(kinds), 1 + len(kinds))
    loaded = records.load()
    result(f"{judged.rows} records of {judged.papers} papers in {judged.sources} documents: no faults.")
    for told, one in zip(("constants", "statements without a record"), beside, strict=False):
        result(f"{one.rows} {told} of {one.sources} documents: no faults.")
    if works:
        result(f"{works[0]} documents and {works[1]} works that they cite: no faults.")
    for note in judged.notes:
        say(f"Note: {note}")
    _show_counts(judged.counts)
    result("Records that measure a target, by strategy and electrolyte\n")
    result(coverage.coverage_text(loaded))
    result()
    result(coverage.LEGEND)
    warnings = _show_located(judged, beside, text) if text is not None else 0
    if export is not None:
        write_csv(loaded, export)
        result(f"Written: {export} ({len(loaded)} rows)")
    if warnings:
        raise RecordError(
            f"{count(warnings, 'unexplained warning')}, listed above",
            where=str(text),
            limit="every number stands in its text, or its row says how it is printed",
            remedy="correct or explain the numbers, or complete the folder",
        )


def _show_located(judged: CheckReport, beside: list[Judged], text: Path) -> int:
    """Where the numbers of the tables were found in the texts, and a warning for each that was neither found nor
    explained; how many."""
    result(f"Looked up in {text}")
    for status, number in judged.located_counts.items():
        result(f"  records: {status}: {number}")
    warnings = [
        f"{judged.name}, row {item.row + 1}: {item.status}"
        + (f": {', '.join(item.missing)}" if item.missing else "")
        for item in judged.located
        if item.warns
    ]
    for table_of in beside:
        for place, number in table_of.places.items():
            result(f"  numbers of {table_of.name}: {place}: {number}")
        warnings += [
            f"{table_of.name}, row {item.row + 1}, column value: {item.place} ({item.value:g})"
            for item in table_of.traced
            if item.warns
        ]
    for warning in warnings:
        result(f"Warning: {warning}")
    result(f"{len(warnings)} unexplained warnings")
    return len(warnings)


def _show_counts(counts: pd.DataFrame) -> None:
    """Strategies as rows, short headings: the table fits 80 columns."""
    headings = [_SHORT.get(str(name), str(name)) for name in counts.columns]
    rows = [
        [str(index).replace("_", " ") or "not given", *(str(value) for value in row)]
        for index, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    show(table(["strategy", *headings], rows, "Records by strategy and what they report", tight=True))
    result(_LEGEND)
