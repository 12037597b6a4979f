"""The console script ``optimize``: propose the next hosts, store measured cells, show the state of a campaign."""

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

DEFAULT_FOLDER = Path("optimize-out")  # of the page of a campaign
BENCHMARK_FOLDER = Path("benchmark-out")


@app.callback(invoke_without_command=True)
def optimize(
    context: typer.Context,
    campaign: options.Campaign = None,
    number: options.Number = None,
    out: options.BatchFolder = None,
    seed: options.Seed = 0,
    repeat: options.Repeat = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
) -> None:
    """Propose which porous lithium-metal hosts to make next.

    Without a command it proposes: optimize --campaign FILE.toml -n 4

    Without --campaign it uses training/campaigns/ether.toml.
    """
    if context.invoked_subcommand is None:
        propose(campaign, number, out, seed, repeat, workers, cluster)
        return
    options.refuse_before_command(context, f"optimize {context.invoked_subcommand}")


@app.command()
def propose(
    campaign: options.Campaign = None,
    number: options.Number = None,
    out: options.BatchFolder = None,
    seed: options.Seed = 0,
    repeat: options.Repeat = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
) -> None:
    """Propose hosts; write candidates.csv, candidates.json and report.html."""
    from surrogate.cli.proposal import propose as run

    run(campaign, number, out, seed, repeat or [], workers, cluster)


@app.command()
@options.with_conditions
def init(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="Campaign file to write.")],
    store: options.Store = None,
    **conditions: Any,
) -> None:
    """Write a commented campaign file."""
    from surrogate.cli.campaign_template import init as run

    run(file, store, **conditions)


@app.command()
def tell(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS.csv", help="Measured cells (.csv or .xlsx), as in results-template.csv."
        ),
    ],
    campaign: options.NeededCampaign,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Take rows without an id as new cells, though they are stored already or may be of a known cell.",
        ),
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Leave out cells that are stored already.")] = False,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            help="Take numbers that hardly any cell gives, and counts of cycles that fall; they are asked back else.",
        ),
    ] = False,
) -> None:
    """Add measured cells to a campaign: targets T, T_censored (true or below), T_upper_bound, T_sem, failed, note."""
    from surrogate.cli.observations import tell as run

    run(results, campaign, again=again, new=new, yes=yes)


@app.command()
def amend(
    changes: Annotated[
        list[str], typer.Argument(metavar="COLUMN=VALUE", help="Such as cycle_life_cycles=180.")
    ],
    campaign: options.NeededCampaign,
    cell: options.Cell,
    yes: Annotated[bool, typer.Option("--yes", help="Take numbers that hardly any cell gives.")] = False,
) -> None:
    """Correct a told cell; what was said before stays in the history."""
    from surrogate.cli.corrections import amend as run

    run(campaign, cell, changes, yes=yes)


@app.command()
def forget(campaign: options.NeededCampaign, cell: options.Cell) -> None:
    """Take a told cell out: nothing is learned from it any more."""
    from surrogate.cli.corrections import forget as run

    run(campaign, cell)


@app.command()
def withdraw(
    proposals: Annotated[list[str], typer.Argument(metavar="PROPOSAL_ID", help="Such as B02-3.")],
    campaign: options.NeededCampaign,
) -> None:
    """Say that proposals will not be made; they are pending no more."""
    from surrogate.cli.corrections import withdraw as run

    run(campaign, proposals)


@app.command()
def undo(campaign: options.NeededCampaign) -> None:
    """Take back the last thing that was told, corrected, taken out or withdrawn."""
    from surrogate.cli.corrections import undo as run

    run(campaign)


@app.command()
def history(
    campaign: options.NeededCampaign,
    cell: Annotated[
        str | None, typer.Option("--cell", metavar="ID", help="Only what is about this cell or proposal.")
    ] = None,
) -> None:
    """Print who told what, when; corrections and what was taken back with it."""
    from surrogate.cli.corrections import history as run

    run(campaign, cell)


@app.command(name="export")
def export_(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="File to write.")],
    campaign: options.NeededCampaign,
) -> None:
    """Write a campaign, its cells, batches and history to one file that can be mailed."""
    from surrogate.cli.moving import export_campaign as run

    run(campaign, file)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="File that optimize export wrote.")],
    campaign: Annotated[
        Path, typer.Option("--campaign", metavar="FILE.toml", help="Campaign file to write.")
    ],
    store: options.Store = None,
) -> None:
    """Make a campaign file and its store from an exported file; nothing is replaced."""
    from surrogate.cli.moving import import_campaign as run

    run(file, campaign, store)


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


@app.command()
def benchmark(
    tasks: Annotated[
        str | None,
        typer.Option(
            "--tasks",
            metavar="A,B",
            help="Names of tasks; lab-ether: ten virtual laboratories. Default: the neutral ones.",
        ),
    ] = None,
    contenders: Annotated[
        str | None,
        typer.Option(
            "--contenders", metavar="A,B", help="Names of contenders. Default: all that are installed."
        ),
    ] = None,
    pool: Annotated[
        Path | None,
        typer.Option(
            "--pool", metavar="FILE.csv", help="Measured materials, the only ones that may be picked."
        ),
    ] = None,
    objective: Annotated[
        list[str] | None,
        typer.Option(
            "--objective", metavar="NAME=max", help="Column of the pool, max or min; may be repeated."
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", help="Runs of each contender on each task.")
    ] = 3,
    seed: options.Seed = 0,
    out: options.Folder = BENCHMARK_FOLDER,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", help="Runs at once; seconds are compared with 1.")
    ] = 1,
    peer_seconds: Annotated[
        float,
        typer.Option(
            "--peer-seconds",
            metavar="S",
            help="Longest time of another optimizer for a batch; more ends its run.",
        ),
    ] = 600.0,
    experiments: Annotated[
        int | None,
        typer.Option(
            "--experiments",
            metavar="N",
            help="End each run with the batch that reaches N experiments. Default: the task's own end.",
        ),
    ] = None,
    cluster: options.Cluster = None,
) -> None:
    """Compare this optimizer with others; write results.csv, summary.csv and benchmark.html.

    The same command goes on where it was interrupted.
    """
    from surrogate.cli.benchmark import benchmark as run

    run(tasks, contenders, pool, objective or [], seeds, seed, out, jobs, peer_seconds, experiments, cluster)


def main() -> int:
    """Run the console script."""
    return failures.main(app, "optimize")
