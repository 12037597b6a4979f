"""``surrogate literature`` with options in place of subcommands: ``--check``, ``--export``, ``--explain``, ``--add``.

They may be combined where that makes sense; ``--check --text DIR --export FILE`` prints and writes all of it before
it fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from surrogate.errors import InputError


@dataclass(frozen=True)
class LiteratureOptions:
    """The options of ``surrogate literature``, None or False where not given."""

    check: bool = False
    text: Path | None = None
    export: Path | None = None
    add: Path | None = None
    into: Path | None = None
    dry_run: bool = False
    explain: str | None = None


def literature(options: LiteratureOptions) -> None:
    """Do what the options ask for; without any, count the records and print what they cover.

    Raises
    ------
    InputError
        For options that do not go together, or a missing folder.
    RecordError, UnitError, StoreError
        As the subcommands.
    """
    if options.explain is not None:
        _explain(options, options.explain)
    elif options.add is not None or options.into is not None or options.dry_run:
        _add(options)
    else:
        _check_and_export(options)


def _explain(options: LiteratureOptions, system: str) -> None:
    if options != LiteratureOptions(explain=system):
        raise InputError(
            "--explain cannot be combined with other options", value=system, remedy="leave the others out"
        )
    from surrogate.cli.literature_explain import explain

    explain(system)


def _add(options: LiteratureOptions) -> None:
    if options.add is None:
        given = "--into" if options.into is not None else "--dry-run"
        raise InputError(f"{given} needs --add", remedy="give the file to add with --add FILE.csv")
    if options != LiteratureOptions(add=options.add, into=options.into, dry_run=options.dry_run):
        raise InputError(
            "--add can be combined with --into and --dry-run only",
            remedy="give --check, --text and --export by themselves",
        )
    from surrogate.cli import literature_add

    (literature_add.dry_run if options.dry_run else literature_add.add)(options.add, options.into)


def _check_and_export(options: LiteratureOptions) -> None:
    text = options.text
    if text is not None and not options.check:
        raise InputError("--text needs --check", remedy="add --check")
    from surrogate.cli import literature_check
    from surrogate.cli.literature_export import export
    from surrogate.files.output import output_file

    literature_check.require_folder(text)
    if options.export is not None:
        output_file(options.export)
    warnings = literature_check.report(statements=options.check, text=text)
    if options.export is not None:
        export(options.export)
    if text is not None and warnings:
        raise literature_check.unexplained(warnings, text)
