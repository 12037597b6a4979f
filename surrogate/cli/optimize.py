"""The console script ``optimize``: propose the next hosts, store measured cells, show the state of a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    """Propose which porous lithium-metal hosts to make next.

    Without a command it proposes: optimize --campaign FILE.toml -n 4

    Without --campaign it uses training/campaigns/ether.toml.
    """
    if context.invoked_subcommand is None:
        propose(campaign, number, out, seed)
        return
    options.refuse_before_command(context, f"optimize {context.invoked_subcommand}")


@app.command()
def propose(
    campaign: options.Campaign = None,
    number: options.Number = None,
    out: options.Folder = DEFAULT_FOLDER,
    seed: options.Seed = 0,
) -> None:
    """Propose hosts; write candidates.csv, candidates.json and report.html."""
    from surrogate.cli.proposal import propose as run

    run(campaign, number, out, seed)


@app.command()
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Campaign file to write.")],
    electrolyte: Annotated[str | None, typer.Option(help="liquid_ether, gel, lpsc, llzo ...")] = None,
    additives: Annotated[str | None, typer.Option(help="none, lino3, fec, vc, lino3_fec")] = None,
    current_density: Annotated[
        float | None, typer.Option(metavar="mA/cm2", help="Current density of plating.")
    ] = None,
    areal_capacity: Annotated[
        float | None, typer.Option(metavar="mAh/cm2", help="Lithium plated per half cycle.")
    ] = None,
    temperature: Annotated[float | None, typer.Option(metavar="C", help="Cell temperature.")] = None,
    stack_pressure: Annotated[
        float | None, typer.Option(metavar="MPa", help="Stack pressure; affects solid cells only.")
    ] = None,
    li_excess: Annotated[
        float | None, typer.Option(metavar="mAh/cm2", help="Lithium beyond that of one half cycle.")
    ] = None,
) -> None:
    """Write a commented campaign file."""
    from surrogate.cli.campaign_template import init as run

    run(
        file,
        electrolyte=electrolyte,
        additives=additives,
        current_density_mA_cm2=current_density,
        areal_capacity_mAh_cm2=areal_capacity,
        temperature_C=temperature,
        stack_pressure_MPa=stack_pressure,
        li_excess_mAh_cm2=li_excess,
    )


@app.command()
def tell(
    results: Annotated[Path, typer.Argument(metavar="RESULTS.csv", help="Measured cells.")],
    campaign: options.NeededCampaign,
    again: Annotated[
        bool,
        typer.Option("--again", help="Take cells that are stored already as new ones with equal numbers."),
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Leave out cells that are stored already.")] = False,
) -> None:
    """Add measured cells to a campaign: design columns, any target, T_censored, replicate, failed, note."""
    from surrogate.cli.observations import tell as run

    run(results, campaign, again=again, new=new)


@app.command()
def status(campaign: options.NeededCampaign) -> None:
    """Print what is known: measured cells, pending proposals, the best so far, the Pareto front."""
    from surrogate.cli.campaign_status import status as run

    run(campaign)


@app.command()
def report(campaign: options.NeededCampaign, out: options.Folder = DEFAULT_FOLDER) -> None:
    """Print what status prints, and write it as one self-contained page: campaign.html."""
    from surrogate.cli.campaign_status import report as run

    run(campaign, out)


def main() -> int:
    """Run the console script."""
    return failures.main(app, "optimize")
