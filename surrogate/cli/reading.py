"""The work of ``surrogate literature``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


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
    """Count the shipped records; with ``check`` validate them as for publication, with ``export`` write them.

    Raises RecordError naming row and column of the first fault; InputError for a missing folder.
    """
    if text is not None and not check:
        raise InputError("--text needs --check", remedy="add --check")
    if text is not None and not text.is_dir():
        raise InputError("no such folder of source texts", where=str(text), remedy="check --text")
    from surrogate.data import literature as records
    from surrogate.data.writing import output_file, write_csv

    if export is not None:
        output_file(export)
    with progress() as report:
        report("checking the literature records", 0, 1)
        judged = records.check(records.records_path(), text_dir=text)
        report("checking the literature records", 1, 1)
    result(f"{judged.rows} records of {judged.papers} papers in {judged.sources} documents: no faults.")
    for note in judged.notes:
        say(f"Note: {note}")
    _show_counts(judged.counts)
    for status, count in judged.located_counts.items():
        result(f"Looked up in {text}: {status}: {count}")
    for item in judged.located:
        if item.missing:
            result(f"  row {item.row + 1}: not found: {', '.join(item.missing)}")
    if export is not None:
        loaded = records.load()
        write_csv(loaded, export)
        result(f"Written: {export} ({len(loaded)} rows)")


def _show_counts(counts: pd.DataFrame) -> None:
    """Strategies as rows, short headings: the table fits 80 columns."""
    headings = [_SHORT.get(str(name), str(name)) for name in counts.columns]
    rows = [
        [str(index).replace("_", " ") or "not given", *(str(value) for value in row)]
        for index, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    show(table(["strategy", *headings], rows, "Records by strategy and what they report", tight=True))
    result(_LEGEND)
