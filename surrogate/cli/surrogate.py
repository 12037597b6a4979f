"""The console script ``surrogate``: the physics, the literature, the models, the endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from surrogate.cli import failures, literature_commands, options, validation_commands
from surrogate.errors import InputError

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(literature_commands.app, name="literature")
app.add_typer(validation_commands.app, name="validate")

Recipe = Annotated[str, typer.Option("--recipe", metavar="NAME|FILE", help="Recipe: a name or a TOML file.")]


@app.callback(invoke_without_command=True)
def surrogate(context: typer.Context) -> None:
    """Physics, literature and surrogate models of porous lithium-metal hosts."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def simulate(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="OUT.csv|DIR", help="Table or folder to write.")
    ] = None,
    designs: Annotated[
        Path | None, typer.Option("--designs", metavar="IN.csv", help="Table of designs.")
    ] = None,
    recipe: Annotated[
        str | None, typer.Option("--recipe", metavar="NAME|FILE", help="Simulate what this recipe samples.")
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile", metavar="DIR", help="Also write depth profiles over time and their figure."
        ),
    ] = None,
    seed: options.Seed = 0,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="With --recipe: processes that simulate. Default: this one."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="local|ADDRESS",
            help="With --recipe: Dask workers that simulate, here or elsewhere.",
        ),
    ] = None,
    # Spellings of surrogate validate and surrogate response-surface before they were commands.
    validate: Annotated[
        str | None, typer.Option("--validate", metavar="cells|interface", hidden=True)
    ] = None,
    response_surface: Annotated[
        Path | None, typer.Option("--response-surface", metavar="FILE.json", hidden=True)
    ] = None,
) -> None:
    """Run the physics on given designs, or build the simulated table of a recipe."""
    other_commands = {"--response-surface": response_surface, "--validate": validate}
    chosen = [name for name, value in other_commands.items() if value is not None]
    if chosen:
        unused = {"--designs": designs, "--recipe": recipe, "--profile": profile}
        refused = chosen[1:] + [name for name, value in unused.items() if value is not None]
        if refused:
            raise InputError(
                f"{chosen[0]} cannot be combined with {', '.join(refused)}", remedy="give one of them"
            )
    if response_surface is not None:
        from surrogate.cli.response_surface import response_surface as run_response_surface

        run_response_surface(response_surface)
    elif validate is not None:
        from surrogate.cli.validation import validate as run_validate

        run_validate(validate, out)
    else:
        from surrogate.cli.simulation import simulate as run

        run(designs, recipe, out, seed, profile, workers, cluster)


@app.command()
def electrolyte(
    recipe: Annotated[
        str | None, typer.Argument(metavar="RECIPE", help='Such as "1 M LiFSI in DME:TTE (1:3 v/v)".')
    ] = None,
    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            help="Score the model: by leaving references out, or on FILE.csv in place of RECIPE.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="With --evaluate: write the predictions.")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", metavar="reservoir|cycling", help="How the efficiency is measured.")
    ] = "reservoir",
    current_density: Annotated[
        float, typer.Option("--current-density", metavar="mA/cm2", help="Of plating.")
    ] = 0.5,
    areal_capacity: Annotated[
        float, typer.Option("--areal-capacity", metavar="mAh/cm2", help="Of a half cycle.")
    ] = 1.0,
    cycles: Annotated[float, typer.Option("--cycles", metavar="N", help="Of the measurement.")] = 10.0,
) -> None:
    """Read a recipe, and predict what planar lithium loses in it; or score that model."""
    from surrogate.cli import electrolytes as work

    if evaluate:
        work.evaluate(None if recipe is None else Path(recipe), out)
        return
    if recipe is None or out is not None:
        raise InputError(
            "no recipe" if recipe is None else "--out needs --evaluate",
            remedy='give a recipe, such as surrogate electrolyte "1 M LiFSI in DME", or --evaluate',
        )
    work.describe(recipe, method, current_density, areal_capacity, cycles)


@app.command("response-surface")
def response_surface(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.json", help="File to write.")],
) -> None:
    """Solve the interface model's finite elements again and fit its response surface (minutes)."""
    from surrogate.cli.response_surface import response_surface as run

    run(out)


@app.command()
def predict(
    designs: options.Designs,
    out: options.OutFile,
    campaign: Annotated[
        Path | None,
        typer.Option(
            "--campaign", metavar="FILE.toml", help="Predict by this campaign's own model and measured cells."
        ),
    ] = None,
) -> None:
    """Predict the targets of given designs, with 90 % intervals; of a campaign, against a control too."""
    from surrogate.cli.prediction import predict as run

    run(designs, out, campaign)


@app.command()
def rules() -> None:
    """List what is never proposed, with reasons and sources."""
    from surrogate.cli.rules import rules as run

    run()


@app.command()
def sensitivity(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    trajectories: Annotated[
        int,
        typer.Option("--trajectories", metavar="N", help="Morris trajectories; the time grows with them."),
    ] = 10,
    seed: options.Seed = 0,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
) -> None:
    """Show which assumed constants of the physics matter, and which reverse a ranking of hosts."""
    from surrogate.cli.sensitivity import sensitivity as run

    run(out, trajectories, seed, workers, cluster)


@app.command()
def levers(
    campaign: Annotated[
        list[Path] | None,
        typer.Option(
            "--campaign", metavar="FILE", help="Campaign file; may be repeated. Default: seven cells."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="Table to write.")] = None,
    samples: Annotated[
        int,
        typer.Option("--samples", metavar="N", help="Designs of each campaign; the time grows with them."),
    ] = 1500,
    seed: options.Seed = 0,
) -> None:
    """Show how much of each target each design column explains, and which columns explain nothing."""
    from surrogate.cli.levers import levers as run

    run(campaign or [], out, samples, seed)


@app.command()
def train(
    recipe: Recipe = "default",
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="FILE.csv", help="Learn from these records beside the shipped records."
        ),
    ] = None,
    seed: options.Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.json", help="With --recipe ageing: write the constants."),
    ] = None,
    promote: Annotated[
        str, typer.Option("--promote", metavar="VERSION", help="Make this registered version champion.")
    ] = "",
    because: Annotated[
        str, typer.Option("--because", metavar="REASON", help="With --promote: why; it is kept.")
    ] = "",
    workers: options.Workers = None,
    cluster: options.Cluster = None,
) -> None:
    """Simulate, fit, judge and register; a model that beats the champion on unseen papers takes its place.

    With --promote VERSION --because "...": make a registered version champion by hand, and train nothing.
    With --recipe ageing: fit the law of cycle life to the published cells instead.
    """
    others = [name for name, value in (("--workers", workers), ("--cluster", cluster)) if value is not None]
    if promote or because:
        if others:
            raise InputError(
                f"{others[0]} cannot be combined with --promote", remedy="leave it out: nothing is trained"
            )
        if not promote:
            raise InputError("--because needs --promote", remedy="name the version: --promote VERSION")
        from surrogate.cli.training import promote as run_promote

        run_promote(promote, because)
        return
    from surrogate.learning.ageing_recipe import is_ageing

    if is_ageing(recipe):
        from surrogate.cli.ageing_fit import fit

        if others:
            raise InputError(
                f"{others[0]} needs a recipe of the surrogates", value=recipe, remedy="leave it out"
            )
        fit(recipe, seed, out, records)
        return
    if out is not None:
        raise InputError(
            "--out needs a recipe of the ageing law", value=str(out), remedy="add --recipe ageing"
        )
    from surrogate.cli.training import train as run

    run(recipe, seed, records, workers, cluster)


@app.command()
def search(
    recipe: Recipe = "default",
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", help="Finished trials in all, those of before included.")
    ] = 30,
    storage: Annotated[
        str,
        typer.Option(
            "--storage", metavar="URL", help="Database of the trials. Without it: mlruns/optuna.db."
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RECIPE.toml", help="Recipe to write, for surrogate train."),
    ] = None,
    seed: options.Seed = 0,
) -> None:
    """Search for settings of the mixture on half of the papers; the other half judges them when they are trained.

    The same command goes on where it was interrupted. The trials are nested runs in MLflow.
    """
    from surrogate.cli.search import search as run

    run(recipe, trials, seed, storage, out)


@app.command()
def evaluate(
    records: Annotated[
        Path | None, typer.Option("--records", metavar="FILE.csv", help="Score these records instead.")
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            metavar="ablation|retrospective|pairs",
            help="What physics and literature each contribute; published pairs.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Write the table of the study.")
    ] = None,
    seed: options.Seed = 0,
) -> None:
    """Score the champion: on the shipped literature, or on any table in its schema."""
    if study is not None and records is None:
        from surrogate.cli.studies import study as run_study

        run_study(study, out, seed)
        return
    if study is not None or out is not None:
        raise InputError(
            "--study cannot be combined with --records, and --out needs --study",
            remedy="leave one of them out",
        )
    from surrogate.cli.evaluation import evaluate as run

    run(records)


@app.command()
def serve(port: options.Port = 8000, host: options.Host = "127.0.0.1") -> None:
    """Serve predictions over HTTP."""
    from surrogate.cli.servers import serve as run

    run(host, port)


@app.command()
def ui(port: options.Port = 5000, host: options.Host = "127.0.0.1") -> None:
    """Open MLflow's page on the store that commands run here use."""
    from surrogate.cli.servers import ui as run

    run(host, port)


def main() -> int:
    """Run the console script."""
    return failures.main(app, "surrogate")


if __name__ == "__main__":
    raise SystemExit(main())
