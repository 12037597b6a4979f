"""The commands below ``surrogate validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})

Out = Annotated[
    Path | None, typer.Option("--out", metavar="OUT.csv", help="Also write the comparison to this table.")
]


@app.callback(invoke_without_command=True)
def validate(context: typer.Context) -> None:
    """Compare the physics with published numbers, misses included."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def cells(out: Out = None) -> None:
    """Compare overpotentials of published cells with the plating model."""
    from surrogate.cli.validation import cells as run

    run(out)


@app.command()
def cycling(out: Out = None) -> None:
    """Compare lives and efficiencies of published cells outside the fit with the ageing law."""
    from surrogate.cli.validation import cycling as run

    run(out)


@app.command()
def interface(out: Out = None) -> None:
    """Compare published solid interfaces with the interface model; with --out also draw its figures."""
    from surrogate.cli.validation import interface as run

    run(out)
