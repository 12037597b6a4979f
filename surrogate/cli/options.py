"""Options that several commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

MOST_PROPOSALS = 24  # of a batch, as in a campaign file
MOST_SEED = 2**32 - 1  # what every random generator underneath takes

Campaign = Annotated[
    Path | None,
    typer.Option(
        "--campaign", metavar="FILE.toml", help="Campaign file; make one with: optimize init FILE.toml"
    ),
]
NeededCampaign = Annotated[Path, typer.Option("--campaign", metavar="FILE.toml", help="Campaign file.")]
Number = Annotated[
    int | None,
    typer.Option(
        "-n",
        "--number",
        min=1,
        max=MOST_PROPOSALS,
        help="Number of hosts to propose. [default: the campaign's n]",
    ),
]
Folder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files that are written.")]
Seed = Annotated[
    int,
    typer.Option("--seed", min=0, max=MOST_SEED, help="Seed of the random numbers: same seed, same answer."),
]
Designs = Annotated[Path, typer.Option("--designs", metavar="IN.csv", help="Table of designs.")]
OutFile = Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Table to write.")]
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
