"""The work of ``surrogate literature add``."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import count, print_notes, print_result
from surrogate.cli.unusable_rows import show_unusable


def add(file: Path, into: Path | None) -> None:
    """Add a file of records to the user's own table, all or none, and say how to use it.

    Parameters
    ----------
    file : Path
        CSV file in the literature schema.
    into : Path, optional
        The user's table; None: ``records-added.csv``.

    Raises
    ------
    RecordError
        With row and column of the first fault.
    UnitError
        For a column in a unit that cannot be converted.
    StoreError
        For a table that cannot be written to.
    """
    from surrogate.literature import additions

    done = additions.add(file, into if into is not None else additions.DEFAULT)
    print_notes(done.notes)
    print_result(f"Added: {count(done.added, 'record')} from {file} to {done.into} ({done.total:,} in it)")
    print_result(f"To learn from it: surrogate train --records {done.into}")


def dry_run(file: Path, into: Path | None) -> None:
    """Say which records of a file could be added, and why the others cannot; nothing is written.

    Parameters
    ----------
    file, into : Path
        As for :func:`add`.

    Raises
    ------
    RecordError
        For a table that cannot be read at all, or of which no row can be used.
    UnitError
        For a column in a unit that cannot be converted.
    """
    from surrogate.literature import additions

    found = additions.dry_run(file, into if into is not None else additions.DEFAULT)
    print_notes(found.notes)
    show_unusable(len(found.records), "could be added", found.unusable)
    print_result("Nothing was written (--dry-run).")
