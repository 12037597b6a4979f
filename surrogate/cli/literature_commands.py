"""The commands below ``surrogate literature``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from surrogate.cli import options

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})

Texts = Annotated[
    Path | None,
    typer.Option("--text", metavar="DIR", help="Folder of source texts to look the numbers up in."),
]
_INSTEAD = "In place of the commands below"


@app.callback(invoke_without_command=True)
def literature(
    context: typer.Context,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="As the command check; a fault, or with --text an unexplained warning, exits with code 2.",
            rich_help_panel=_INSTEAD,
        ),
    ] = False,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text", metavar="DIR", help="With --check: look the numbers up.", rich_help_panel=_INSTEAD
        ),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.csv", help="As the command export.", rich_help_panel=_INSTEAD),
    ] = None,
    add: Annotated[
        Path | None,
        typer.Option("--add", metavar="FILE.csv", help="As the command add.", rich_help_panel=_INSTEAD),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FILE.csv", help="With --add: the table to add to.", rich_help_panel=_INSTEAD
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --add: list what would be refused.", rich_help_panel=_INSTEAD),
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="SYSTEM", help="As the command explain.", rich_help_panel=_INSTEAD),
    ] = None,
) -> None:
    """Count, check, export, explain and extend the records of the literature.

    Without a command: count the shipped records and show what they cover.
    """
    if context.invoked_subcommand is not None:
        options.refuse_before_command(context, f"surrogate literature {context.invoked_subcommand}")
        return
    from surrogate.cli.literature_options import LiteratureOptions
    from surrogate.cli.literature_options import literature as run

    run(LiteratureOptions(check, text, export, add, into, dry_run, explain))


@app.command()
def check(text: Texts = None) -> None:
    """Judge the shipped tables; a fault, or with --text an unexplained warning, exits with code 2."""
    from surrogate.cli.literature_check import check as run

    run(text)


@app.command()
def export(out: options.OutFile) -> None:
    """Write all records to one table."""
    from surrogate.cli.literature_export import export as run

    run(out)


@app.command()
def package(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")],
) -> None:
    """Write all tables as a package to cite and deposit: CSV, Parquet, description, metadata and card."""
    from surrogate.cli.literature_export import package as run

    run(folder)


@app.command()
def explain(
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Name of a system, as the records have it.")
    ],
) -> None:
    """Show which designs a system's records are taken to stand for, and how each input is known."""
    from surrogate.cli.literature_explain import explain as run

    run(system)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Your records, in the literature schema.")],
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="OTHER.csv", help="Your table. [default: records-added.csv]"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing: list the rows that would be refused, and why.")
    ] = False,
) -> None:
    """Check your own records and add them to a table of yours, all or none."""
    from surrogate.cli import literature_add

    (literature_add.dry_run if dry_run else literature_add.add)(file, into)
