"""The work of ``surrogate simulate`` and ``surrogate predict``: a table in, a table out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import notes, result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import DesignError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from surrogate.hosts.designs import CompleteDesigns


MOST_PROFILES = 50  # designs for which depth profiles are written at once


def simulate(
    designs: Path | None, recipe: str | None, out: Path | None, seed: int, profiles: Path | None = None
) -> None:
    """Run the physics on a table of designs, or on what a recipe samples.

    Raises LihostError for anything that a person can mend.
    """
    if (designs is None) == (recipe is None):
        raise InputError(
            "give either --designs IN.csv or --recipe NAME", remedy="see surrogate simulate --help"
        )
    if out is None:
        raise InputError("--out is missing", remedy="give the table or folder to write: --out OUT.csv")
    if profiles is not None and designs is None:
        raise InputError("--profile goes with --designs", remedy="see surrogate simulate --help")
    if designs is not None:
        _simulate_designs(designs, out, profiles)
    elif recipe is not None:
        _simulate_recipe(recipe, out, seed)


def predict(path: Path, out: Path) -> None:
    """Predict the targets of a table of designs with the champion.

    Raises LihostError for anything that a person can mend.
    """
    from surrogate import tracking
    from surrogate.files.output import output_file, write_csv

    output_file(out)
    say(tracking.describe_store())
    complete, extra = read_designs(path)
    with progress() as report:
        report("predicting", 0, 2)
        model = tracking.load_champion()
        report("predicting", 1, 2)
        predicted = model.predict(complete)
        report("predicting", 2, 2)
    write_csv(_beside(extra, complete.frame, predicted), out)
    result(f"Written: {out} ({len(predicted)} rows, predicted by champion {model.version})")


def read_designs(path: Path) -> tuple[CompleteDesigns, pd.DataFrame]:
    """Complete designs of a CSV file, and its columns that are no design columns; notes are printed.

    Raises DesignError, MaterialError or UnitError naming the file, row and column.
    """
    from surrogate.files.tables import read_table
    from surrogate.hosts import columns as c
    from surrogate.hosts.designs import CompleteDesigns
    from surrogate.units import convert_columns

    given, said = read_table(path, text=c.TEXT_COLUMNS, error=DesignError)

    converted, units = convert_columns(given, c.DESIGN_COLUMNS, where=path.name)
    complete = CompleteDesigns.of(converted, where=path.name)
    extra = converted[[name for name in converted.columns if name not in c.DESIGN_COLUMNS]]

    notes([*said, *units, *complete.notes])
    return complete, extra


def _beside(extra: pd.DataFrame, *parts: pd.DataFrame) -> pd.DataFrame:
    """The parts next to each other, a person's other columns first; a name that comes again is taken once."""
    import pandas as pd

    from surrogate.files.tables import unknown_columns
    from surrogate.hosts.columns import DESIGN_COLUMNS

    computed = {str(name) for part in parts for name in part.columns}

    own = extra[[name for name in extra.columns if str(name) not in computed]]
    notes(unknown_columns(list(own.columns), DESIGN_COLUMNS, "columns that are copied and not used"))
    joined = pd.concat([own, *parts], axis=1)
    return joined.loc[:, ~joined.columns.duplicated()]


def _simulate_designs(path: Path, out: Path, profiles: Path | None) -> None:
    from surrogate.files.output import output_file, output_folder, write_csv

    output_file(out)
    if profiles is not None:
        output_folder(profiles)
    complete, extra = read_designs(path)
    if profiles is not None and len(complete) > MOST_PROFILES:
        raise InputError(
            "too many designs for --profile", where=str(path), value=len(complete), limit=f"at most {MOST_PROFILES}",
            remedy="give a table of the designs you want to look into",
        )  # fmt: skip
    with progress() as report:
        report("simulating", 0, len(complete))
        from surrogate.physics import simulate as run

        simulated = run(complete, progress=report)
    write_csv(_beside(extra, simulated), out)
    counts = simulated["outcome"].value_counts()
    show(table(["Outcome", "Designs"], [[str(name), str(count)] for name, count in counts.items()]))
    result(f"Written: {out} ({len(simulated)} rows)")
    if profiles is not None:
        _write_profiles(complete, profiles)


def _write_profiles(complete: CompleteDesigns, folder: Path) -> None:
    """Arrays over time and depth of one cycle, and their figure, for each design."""
    from surrogate.physics import profile
    from surrogate.report.profile_print import write_profile
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
    result(f"Written: {folder}/design-*.csv, .pdf, .png ({count} designs)")


def _simulate_recipe(name: str, out: Path, seed: int) -> None:
    from surrogate.files.output import output_folder

    output_folder(out)
    with progress() as report:
        from surrogate.learning import load_recipe, simulated

        _, recipe = load_recipe(name)
        made = simulated.build(recipe.simulate.model_dump(), out, seed, report)
    result(f"Written: {out} ({len(made)} rows)")
