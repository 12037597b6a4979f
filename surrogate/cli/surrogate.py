"""The console script ``surrogate``: the physics, the literature, the models, the endpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from surrogate.cli import failures, options
from surrogate.errors import InputError

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

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
    validate: Annotated[
        str | None,
        typer.Option(
            "--validate", metavar="cells|interface", help="Compare the physics with published numbers."
        ),
    ] = None,
    response_surface: Annotated[
        Path | None,
        typer.Option(
            "--response-surface",
            metavar="FILE.json",
            help="Make the interface model's response surface anew.",
        ),
    ] = None,
    seed: options.Seed = 0,
) -> None:
    """Run the physics on given designs, or build the simulated table of a recipe."""
    from surrogate.cli import designs as tabulating
    from surrogate.cli import validation as validating

    alone = {"--response-surface": response_surface, "--validate": validate}
    chosen = [name for name, value in alone.items() if value is not None]
    others = {"--designs": designs, "--recipe": recipe, "--profile": profile}
    idle = chosen[1:] + [name for name, value in others.items() if chosen and value is not None]
    if idle:
        raise InputError(f"{chosen[0]} does not go with {', '.join(idle)}", remedy="give one of them")
    if response_surface is not None:
        validating.response_surface(response_surface)
    elif validate is not None:
        validating.validate(validate, out)
    else:
        tabulating.simulate(designs, recipe, out, seed, profile)


@app.command()
def predict(designs: options.Designs, out: options.OutFile) -> None:
    """Predict the three targets of given designs, with 90 % intervals."""
    from surrogate.cli import designs as tabulating

    tabulating.predict(designs, out)


@app.command()
def sensitivity(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write.")],
    trajectories: Annotated[
        int,
        typer.Option("--trajectories", metavar="N", help="Morris trajectories; the time grows with them."),
    ] = 10,
    seed: options.Seed = 0,
) -> None:
    """Which assumed constants of the physics matter, and which reverse a ranking of hosts."""
    from surrogate.cli import sensitivity as screening

    screening.sensitivity(out, trajectories, seed)


@app.command()
def literature(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Validate the shipped tables; a fault, or with --text an unexplained warning, exits with code 2.",
        ),
    ] = False,
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="DIR", help="Folder of source texts to look their numbers up in."),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE.csv", help="Write all records to one table.")
    ] = None,
    add: Annotated[
        Path | None,
        typer.Option("--add", metavar="FILE.csv", help="Add your own records to a table of yours."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FILE.csv", help="That table; without it records-added.csv."),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="SYSTEM", help="What a system's records are taken to be as designs."
        ),
    ] = None,
) -> None:
    """Count, check, explain, export and extend the tables of the literature."""
    from surrogate.cli import literature_add as adding
    from surrogate.cli import literature_check as reading
    from surrogate.cli import literature_explain as explaining

    if explain is not None:
        if check or text or export or add or into:
            raise InputError(
                "--explain goes with no other option", value=explain, remedy="leave the others out"
            )
        explaining.explain(explain)
    elif add is not None or into is not None:
        adding.add(add, into, alone=not (check or text or export))
    else:
        reading.literature(check=check, text=text, export=export)


@app.command()
def train(
    recipe: Recipe = "default",
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", metavar="FILE.csv", help="Learn from these records beside the shipped ones."
        ),
    ] = None,
    seed: options.Seed = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.json", help="With --recipe ageing: write the constants."),
    ] = None,
) -> None:
    """Simulate, fit, judge and register; the best model becomes the champion.

    With --recipe ageing: fit the law of cycle life to the published cells instead.
    """
    from surrogate.learning.ageing_recipe import is_ageing

    if is_ageing(recipe):
        from surrogate.cli import ageing_fit as ageing

        ageing.fit(recipe, seed, out, records)
        return
    from surrogate.cli import evaluation as judging

    if out is not None:
        raise InputError(
            "--out needs a recipe of the ageing law", value=str(out), remedy="add --recipe ageing"
        )
    judging.train(recipe, seed, records)


@app.command()
def evaluate(
    records: Annotated[
        Path | None, typer.Option("--records", metavar="FILE.csv", help="Score these records instead.")
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            "--study", metavar="ablation|retrospective", help="What physics and literature each bring."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Write the table of the study.")
    ] = None,
    seed: options.Seed = 0,
) -> None:
    """Score the champion: on the shipped literature, or on any table in its schema."""
    from surrogate.cli import evaluation as judging
    from surrogate.cli import studies as studying

    if study is not None and records is None:
        studying.study(study, out, seed)
        return
    if study is not None or out is not None:
        raise InputError("--study goes with --out and without --records", remedy="leave one of them out")
    judging.evaluate(records)


@app.command()
def serve(port: options.Port = 8000, host: options.Host = "127.0.0.1") -> None:
    """Serve predictions over HTTP."""
    from surrogate.cli import servers as serving

    serving.serve(host, port)


@app.command()
def ui(port: options.Port = 5000, host: options.Host = "127.0.0.1") -> None:
    """Open MLflow's page on the store that commands run here use."""
    from surrogate.cli import servers as serving

    serving.ui(host, port)


def main() -> int:
    """The console script."""
    return failures.main(app, "surrogate")


if __name__ == "__main__":
    raise SystemExit(main())
