"""The work of ``surrogate simulate``: the physics on a table of designs, or the simulated table of a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_result, print_table
from surrogate.cli.design_table import beside, read_designs
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    from surrogate.hosts.designs import CompleteDesigns

MOST_PROFILES = 50  # designs for which depth profiles are written at once


def simulate(
    designs: Path | None,
    recipe: str | None,
    out: Path | None,
    seed: int,
    profiles: Path | None = None,
    count: int | None = None,
    cluster: str | None = None,
) -> None:
    """Run the physics on a table of designs, or on what a recipe samples.

    Parameters
    ----------
    designs : Path, optional
        Table of designs; exactly one of ``designs`` and ``recipe`` has to be given.
    recipe : str, optional
        Name or file of a recipe.
    out : Path, optional
        CSV file (designs) or folder (recipe) to write; has to be given.
    seed : int
        Of the designs that a recipe samples.
    profiles : Path, optional
        Folder for depth profiles over time and their figures; with ``designs`` only.
    count : int, optional
        Processes that simulate what a recipe samples.
    cluster : str, optional
        ``"local"`` or the address of a Dask scheduler whose workers do.

    Raises
    ------
    InputError
        For options that are missing or do not go together, or too many designs for profiles.
    DesignError, MaterialError, UnitError, RecipeError
        For a table or recipe that cannot be used.
    StoreError
        For a path that cannot be written to.
    """
    if (designs is None) == (recipe is None):
        raise InputError(
            "give either --designs IN.csv or --recipe NAME", remedy="see surrogate simulate --help"
        )
    if out is None:
        raise InputError("--out is missing", remedy="give the table or folder to write: --out OUT.csv")
    if profiles is not None and designs is None:
        raise InputError("--profile needs --designs", remedy="see surrogate simulate --help")
    if designs is not None:
        if count is not None or cluster is not None:
            raise InputError(
                "--workers and --cluster need --recipe",
                remedy="leave them out: designs of a table are simulated here, on all cores",
            )
        _simulate_designs(designs, out, profiles)
    elif recipe is not None:
        _simulate_recipe(recipe, out, seed, count, cluster)


def _simulate_designs(path: Path, out: Path, profiles: Path | None) -> None:
    from surrogate.files.output import output_file, output_folder, write_csv

    output_file(out)
    if profiles is not None:
        output_folder(profiles)
    complete, extra = read_designs(path)
    if profiles is not None and len(complete) > MOST_PROFILES:
        raise InputError(
            "too many designs for --profile", where=str(path), value=len(complete), limit=f"at most {MOST_PROFILES}",
            remedy="give a table of the designs of interest",
        )  # fmt: skip
    with progress() as report:
        report("simulating", 0, len(complete))
        from surrogate.physics import simulate as run

        simulated = run(complete, progress=report)
    write_csv(beside(extra, simulated), out)
    counts = simulated["outcome"].value_counts()
    print_table(
        make_table(["Outcome", "Designs"], [[str(name), str(count)] for name, count in counts.items()])
    )
    print_result(f"Written: {out} ({len(simulated)} rows)")
    if profiles is not None:
        _write_profiles(complete, profiles)


def _write_profiles(complete: CompleteDesigns, folder: Path) -> None:
    """Arrays over time and depth of one cycle, and their figure, for each design."""
    from surrogate.physics import profile
    from surrogate.report.profile_figures import write_profile
    from surrogate.report.summary import title

    count = len(complete)
    with progress() as report:
        for row in range(count):
            design, named = complete.take([row]), complete.row(row)
            what = f"{title(named)}, {str(named['electrolyte']).replace('_', ' ')}"
            write_profile(
                profile(design, cycles=1), f"Design {row + 1}: {what}", folder, f"design-{row + 1:02d}"
            )
            report("drawing profiles", row + 1, count)
    print_result(f"Written: {folder}/design-*.csv, .pdf, .png ({count} designs)")


def _simulate_recipe(name: str, out: Path, seed: int, count: int | None, cluster: str | None) -> None:
    from surrogate.execution import workers
    from surrogate.files.output import output_folder

    output_folder(out)
    with progress() as report:
        from surrogate.learning import simulated_table
        from surrogate.learning.training_recipe import load_recipe

        _, recipe = load_recipe(name)
        section = recipe.simulate.model_dump()
        with workers(count, cluster) as who:
            card = simulated_table.build(section, out, seed, report, who)
    print_table(
        make_table(["Outcome", "Designs"], [[name, f"{n:,}"] for name, n in card["outcomes"].items()])
    )
    print_result(f"Written: {out} ({card['rows']:,} rows in {len(card['parts'])} files)")
