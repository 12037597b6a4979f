"""The work of ``surrogate literature --add``."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import count, notes, result
from surrogate.errors import InputError


def add(file: Path | None, into: Path | None, *, alone: bool) -> None:
    """Add a file of records to the user's own table, all or none, and say how to use it.

    Raises RecordError with row and column of the first fault, UnitError, StoreError; InputError for options that do
    not go together.
    """
    if file is None:
        raise InputError("--into needs --add", remedy="give the file to add with --add FILE.csv")
    if not alone:
        raise InputError(
            "--add goes with --into only", remedy="give --check, --text and --export by themselves"
        )
    from surrogate.literature import additions as adding

    done = adding.add(file, into if into is not None else adding.DEFAULT)
    notes(done.notes)
    result(f"Added: {count(done.added, 'record')} from {file} to {done.into} ({done.total:,} in it)")
    result(f"To learn from it: surrogate train --records {done.into}")
