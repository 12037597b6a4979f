"""The work of ``surrogate simulate --validate`` and ``--response-surface``: the physics beside what is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import notes, result, say, show, table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def validate(what: str, out: Path | None) -> None:
    """Print published against modelled numbers, and write the table where asked.

    out: a CSV file; for ``interface`` the figures of the stability map and the fields go beside it. Raises
    InputError for anything but ``cells`` and ``interface``.
    """
    compared = {"cells": _cells, "interface": _interface}.get(what)
    if compared is None:
        raise InputError("unknown comparison", where="--validate", value=what, limit="cells or interface")
    from surrogate.files.output import output_file, write_csv

    if out is not None:
        output_file(out)
    found = compared()
    if out is not None:
        write_csv(found, out)
        result(f"Written: {out} ({len(found)} rows)")
        if what == "interface":
            _draw(out)


def _cells() -> pd.DataFrame:
    with progress() as report:
        report("published cells", 0, 1)
        from surrogate.validation.cell_data import cells
        from surrogate.validation.plating import published_cells

        compared = published_cells()
        report("published cells", 1, 1)
    shown = [
        [
            f"{row['cell']} ({row['variant']})", f"{row['current_density_mA_cm2']:g}", f"{row['published_mV']:.1f}",
            f"{row['simulated_mV']:.1f}", f"{row['error_pct']:+.0f} %", str(row["use"]),
        ]
        for row in compared.to_dict("records")
    ]  # fmt: skip
    show(table(["Cell", "mA cm⁻²", "Published mV", "Simulated mV", "Error", "Used as"], shown))
    notes([f"{cell.name}: {cell.source}; assumed: {cell.assumed}" for cell in cells()])
    return compared


def _interface() -> pd.DataFrame:
    with progress() as report:
        report("published interfaces", 0, 1)
        from surrogate.validation.interface import published_interfaces
        from surrogate.validation.interface_numerics import numerics

        compared = published_interfaces(lambda done, n: report("published interfaces", done, n))
        measured = numerics(lambda done, n: report("finite elements", done, n))
    show(table(
        ["Published", "Told", "Model", "Error", "Area only", "Verdict"],
        [
            [
                f"{row['quantity']}, {row['condition']}" + (f" ({row['unit']})" if row["unit"] != "1" else ""),
                _number(row["published"]), _number(row["model"]), _percent(row["error_pct"]),
                _number(row["area_only"]), str(row["verdict"]),
            ]
            for row in compared.to_dict("records")
        ],
        tight=True,
    ))  # fmt: skip
    show(table(
        ["Calculation", "Asked", "Measured", "Verdict"],
        [
            [
                str(row["check"]), "" if row["asked_pct"] != row["asked_pct"] else f"≤ {row['asked_pct']:g} %",
                "" if row["measured_pct"] != row["measured_pct"] else f"{row['measured_pct']:.2g} %",
                "reported" if row["asked_pct"] != row["asked_pct"] and row["measured_pct"] == row["measured_pct"]
                else "holds" if row["holds"] else "miss",
            ]
            for row in measured.to_dict("records")
        ],
    ))  # fmt: skip
    counts = compared["verdict"].value_counts()
    say("Published numbers: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    said = compared.loc[compared["note"] != "", ["condition", "note"]].drop_duplicates()
    notes([f"{condition}: {note}" for condition, note in said.itertuples(index=False)])
    return compared


def _number(value: float) -> str:
    return "" if value != value else f"{value:.3g}"


def _percent(value: float) -> str:
    return "" if value != value else f"{value:+.0f} %"


def _draw(out: Path) -> None:
    from surrogate.report.interface_print import write_figures

    for path in write_figures(out.parent, out.stem):
        result(f"Written: {path}")


def response_surface(out: Path) -> None:
    """Solve the finite-element cases of the interface anew, fit them, and write the surface.

    Raises LihostError for a path that cannot be written to.
    """
    from surrogate.files.output import output_file, write_json

    output_file(out)
    with progress() as report:
        report("finite elements", 0, 1)
        from surrogate.physics.interface import surface

        made = surface.make(progress=lambda done, n: report("finite elements", done, n))
    write_json(surface.content(made, {"cases": surface.CASES, "seed": surface.SEED}), out)
    result(f"Written: {out} ({surface.CASES} cases)")
