"""Options that several commands share, each written once."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.registry import Column, Columns
from surrogate.library import MOST_SEED

MOST_PROPOSALS = 24  # of a batch, as in a campaign file

Campaign = Annotated[
    Path | None,
    typer.Option("--campaign", metavar="FILE.toml", help="Campaign file; made with: optimize init FILE.toml"),
]
NeededCampaign = Annotated[Path, typer.Option("--campaign", metavar="FILE.toml", help="Campaign file.")]
Number = Annotated[
    int | None,
    typer.Option(
        "-n",
        "--number",
        min=1,
        max=MOST_PROPOSALS,
        help="Number of hosts to propose. Default: the campaign's n.",
    ),
]
BatchFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Folder for the files that are written. Default: optimize-out/CAMPAIGN/batch-NN.",
    ),
]
Repeat = Annotated[
    list[str] | None,
    typer.Option(
        "--repeat",
        metavar="ID",
        help="Told cell or proposal whose host is made again beside the new ones; may be repeated.",
    ),
]
Cell = Annotated[str, typer.Option("--cell", metavar="ID", help="Id of the cell, such as B02-3-a.")]
Folder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files that are written.")]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, max=MOST_SEED, help="Seed of the random numbers: same seed, same answer."),
]
Designs = Annotated[Path, typer.Option("--designs", metavar="IN.csv", help="Table of designs.")]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Database of a team that keeps the cells, such as postgresql://user@host/name.",
    ),
]
OutFile = Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Table to write.")]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", help="Processes that do the work. Default: what is fastest on one machine."
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="local|ADDRESS", help="Dask workers do the work, here or elsewhere."),
]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on; 0.0.0.0 opens it to the network.")]


def refuse_before_command(context: typer.Context, command: str) -> None:
    """Refuse options of a group that stand before one of its commands, where they would be ignored.

    Parameters
    ----------
    context : typer.Context
        Of the group.
    command : str
        The whole command, as it should have been begun.

    Raises
    ------
    typer.BadParameter
        Naming the option and where to write it.
    """
    for parameter in context.params:
        source = context.get_parameter_source(parameter)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"write it after the command: {command} ... --{parameter}",
                ctx=context,
                param_hint=f"--{parameter}",
            )


def with_conditions(command: Callable[..., None], columns: Columns = COLUMNS) -> Callable[..., None]:
    """Give a command an option for each condition of the registry in place of its ``**conditions``.

    An option is called as the column without its unit (``--current-density``), and reaches the command under the
    column's name; an option that is not given does not reach it.

    Parameters
    ----------
    command
        Takes ``**conditions``.
    columns
        The registry.

    Returns
    -------
    callable
        What typer registers.
    """
    named = {columns[name].quantity: columns[name] for name in columns.conditions}
    hints = get_type_hints(command, include_extras=True)
    own = [
        parameter.replace(annotation=hints[parameter.name])
        for parameter in inspect.signature(command).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=_option(column))
        for name, column in named.items()
    ]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        stated = {key: value for key, value in given.items() if value is not None}
        command(**{named[key].name if key in named else key: value for key, value in stated.items()})

    run.__signature__ = inspect.Signature([*own, *options], return_annotation=None)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *options)}
    return run


def _option(column: Column) -> Any:
    """How a condition is given on the command line; help and unit come from its entry."""
    kind: Any = float if column.kind == "number" else str
    text = "; ".join(filter(None, [", ".join(column.identifiers), column.hint]))
    option = typer.Option(
        f"--{column.quantity.replace('_', '-')}",
        metavar=column.unit.replace("_", "/") if column.unit else None,
        help=text if column.identifiers else f"{text[:1].upper()}{text[1:]}.",
    )
    return Annotated[kind | None, option]
