"""The work of ``surrogate literature export``."""

from __future__ import annotations

from pathlib import Path

from surrogate.cli.console import print_result


def export(out: Path) -> None:
    """Write all shipped records to one table.

    Parameters
    ----------
    out : Path
        CSV file to write.

    Raises
    ------
    RecordError
        Naming row and column of the first fault in the shipped records.
    StoreError
        For a path that cannot be written to.
    """
    from surrogate.files.output import output_file, write_csv
    from surrogate.literature import records

    output_file(out)
    loaded = records.load()
    write_csv(loaded, out)
    print_result(f"Written: {out} ({len(loaded)} rows)")


def package(folder: Path) -> None:
    """Write the literature tables as a package that can be cited and deposited.

    Parameters
    ----------
    folder : Path
        Where to.

    Raises
    ------
    InputError
        Where the folder is a file.
    RecordError
        Naming row and column of the first fault in a shipped table.
    StoreError
        For a folder that cannot be written to.
    """
    from surrogate.literature.package import write_package

    for path in write_package(folder):
        print_result(f"Written: {path}")
