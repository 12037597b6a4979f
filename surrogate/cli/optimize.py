"""The console script ``optimize``: propose the next hosts, tell measured cells, see where things stand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from surrogate.cli import failures, options

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

DEFAULT_FOLDER = Path("optimize-out")


@app.callback(invoke_without_command=True)
def optimize(
    context: typer.Context,
    campaign: options.Campaign = None,
    number: options.Number = None,
    out: options.Folder = DEFAULT_FOLDER,
    seed: options.Seed = 0,
) -> None:
    """Which porous lithium-metal hosts to make next.

    Without a command it proposes: optimize --campaign FILE.toml -n 4

    Without --campaign it uses training/campaigns/ether.toml.
    """
    if context.invoked_subcommand is None:
        propose(campaign, number, out, seed)
        return
    for parameter in context.params:
        source = context.get_parameter_source(parameter)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(
                f"write it after the command: optimize {context.invoked_subcommand} ... --{parameter}",
                ctx=context,
                param_hint=f"--{parameter}",
            )


@app.command()
def propose(
    campaign: options.Campaign = None,
    number: options.Number = None,
    out: options.Folder = DEFAULT_FOLDER,
    seed: options.Seed = 0,
) -> None:
    """Propose hosts; write candidates.csv, candidates.json and report.html."""
    from surrogate.cli import proposal as proposing

    proposing.propose(campaign, number, out, seed)


@app.command()
@options.with_conditions
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Campaign file to write.")],
    **conditions: Any,
) -> None:
    """Write a commented campaign file."""
    from surrogate.cli import observations as telling

    telling.init(file, **conditions)


@app.command()
def tell(
    results: Annotated[Path, typer.Argument(metavar="RESULTS.csv", help="Measured cells.")],
    campaign: options.NeededCampaign,
    again: Annotated[
        bool, typer.Option("--again", help="Take cells that were told before as new ones with equal numbers.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Leave out cells that were told before.")] = False,
) -> None:
    """Add measured cells to a campaign: design columns, any target, T_censored, replicate, failed, note."""
    from surrogate.cli import observations as telling

    telling.tell(results, campaign, again=again, new=new)


@app.command()
def status(campaign: options.NeededCampaign) -> None:
    """What is known: told cells, pending proposals, the best so far, the Pareto front."""
    from surrogate.cli import campaign_status as standing

    standing.status(campaign)


@app.command()
def report(campaign: options.NeededCampaign, out: options.Folder = DEFAULT_FOLDER) -> None:
    """What status prints, and the same as one self-contained page: campaign.html."""
    from surrogate.cli import campaign_status as standing

    standing.report(campaign, out)


def main() -> int:
    """The console script."""
    return failures.main(app, "optimize")
