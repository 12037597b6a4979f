"""The work of ``surrogate validate``: the physics beside what is published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate.cli.console import make_table, print_message, print_notes, print_result, print_table
from surrogate.cli.progress import progress
from surrogate.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


def cells(out: Path | None) -> None:
    """Print published cells beside the plating model, and write the table where asked.

    Parameters
    ----------
    out : Path, optional
        CSV file to write.

    Raises
    ------
    StoreError
        For a path that cannot be written to.
    """
    _compare(_cells, out)


def cycling(out: Path | None) -> None:
    """Print lives and efficiencies of published cells beside the ageing law, and write the table where asked.

    Parameters
    ----------
    out : Path, optional
        CSV file to write.

    Raises
    ------
    StoreError
        For a path that cannot be written to.
    """
    _compare(_cycling, out)


def interface(out: Path | None) -> None:
    """Print published interfaces beside the interface model, and write table and figures where asked.

    Parameters
    ----------
    out : Path, optional
        CSV file to write; the figures of the stability map and of the fields go beside it.

    Raises
    ------
    StoreError
        For a path that cannot be written to.
    """
    _compare(_interface, out)
    if out is not None:
        _draw(out)


def solids(out: Path | None) -> None:
    """Print published trends of solid electrolytes beside the physics, and write the table where asked.

    Parameters
    ----------
    out : Path, optional
        CSV file to write.

    Raises
    ------
    StoreError
        For a path that cannot be written to.
    """
    _compare(_solids, out)


def validate(what: str, out: Path | None) -> None:
    """Do what ``surrogate validate WHAT`` does.

    Parameters
    ----------
    what : str
        "cells" or "interface".
    out : Path, optional
        CSV file to write.

    Raises
    ------
    InputError
        For anything but ``cells`` and ``interface``.
    """
    compare = {"cells": cells, "interface": interface}.get(what)
    if compare is None:
        raise InputError("unknown comparison", where="--validate", value=what, limit="cells or interface")
    compare(out)


def _compare(compare: Callable[[], pd.DataFrame], out: Path | None) -> None:
    from surrogate.files.output import output_file, write_csv

    if out is not None:
        output_file(out)
    compared = compare()
    if out is not None:
        write_csv(compared, out)
        print_result(f"Written: {out} ({len(compared)} rows)")


def _cells() -> pd.DataFrame:
    with progress() as report:
        report("published cells", 0, 1)
        from surrogate.validation.cell_data import cells
        from surrogate.validation.plating import exponents, published_cells

        compared, areas = published_cells(), exponents()
        report("published cells", 1, 1)
    shown = [
        [
            f"{row['cell']} ({row['variant']})", f"{row['current_density_mA_cm2']:g}", f"{row['published_mV']:.1f}",
            f"{row['simulated_mV']:.1f}", f"{row['error_pct']:+.0f} %", str(row["use"]),
        ]
        for row in compared.to_dict("records")
    ]  # fmt: skip
    print_table(make_table(["Cell", "mA cm⁻²", "Published mV", "Simulated mV", "Error", "Used as"], shown))
    print_table(make_table(
        ["Exponent of the area", "Fitted", "Miss of the other cell (rms ln)", "Without"],
        [
            [f"fitted to {row['cell']}", f"{row['exponent']:.2f}", _number(row["error_of_the_other"]),
             _number(row["same_area"])]
            for row in areas.to_dict("records")
        ],
    ))  # fmt: skip
    print_notes([f"{cell.name}: {cell.source}; assumed: {cell.assumed}" for cell in cells()])
    return compared


def _cycling() -> pd.DataFrame:
    from surrogate.validation.cycling import published_cycling

    compared = published_cycling()
    shown = [
        [
            str(row["cell"]), f"{'> ' if row['at_least'] else ''}{row['published']:g}", f"{row['simulated']:.3g}",
            f"{row['low']:.3g} to {row['high']:.3g}", "holds" if row["inside"] else "miss",
        ]
        for row in compared.to_dict("records")
    ]  # fmt: skip
    print_table(make_table(["Cell", "Published", "Law", "90 % of cells like it", "Verdict"], shown))
    print_notes(
        [
            f"{row['cell']}: {row['source']}; {row['locator']}; {row['note']}"
            for row in compared.to_dict("records")
        ]
    )
    return compared


def _solids() -> pd.DataFrame:
    with progress() as report:
        report("published solids", 0, 1)
        from surrogate.validation.solids import fracture_limits, published_solids

        compared, cracked = published_solids(), fracture_limits()
        report("published solids", 1, 1)
    units = {"ccd_mA_cm2": "mA cm⁻²", "coulombic_efficiency_pct": "%"}
    simulated = compared[compared["model"].notna()]
    print_table(make_table(
        ["Trend", "Cell", "Unit", "Published", "Model", "Error", "Used as"],
        [
            [
                str(row["trend"]), str(row["condition"]), units[str(row["quantity"])], _number(row["value"]),
                _number(row["model"]), _percent(row["error_pct"]), str(row["use"]),
            ]
            for row in simulated.to_dict("records")
        ],
        tight=True,
    ))  # fmt: skip
    print_table(make_table(
        ["Fracture, not simulated", "Flaw, um", "Stress, MPa", "Voltage, mV", "Cracks at, mA cm⁻²", "Creep bears"],
        [
            [str(row["electrolyte"]), *(_number(float(row[str(name)])) for name in list(row)[1:6])]
            for row in cracked.to_dict("records")
        ],
    ))  # fmt: skip
    noted = compared[compared["note"] != ""]
    print_notes([f"{row['condition']}: {row['note']}" for row in noted.to_dict("records")])
    return compared


def _interface() -> pd.DataFrame:
    with progress() as report:
        report("published interfaces", 0, 1)
        from surrogate.validation.contours import contour_gains
        from surrogate.validation.interface import published_interfaces
        from surrogate.validation.interface_numerics import numerics

        compared = published_interfaces(lambda done, n: report("published interfaces", done, n))
        gains = contour_gains()
        measured = numerics(lambda done, n: report("finite elements", done, n))
    print_table(make_table(
        ["Quantity", "Published", "Model", "Error", "Area only", "Verdict"],
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
    print_table(make_table(
        ["Calculation", "Required", "Found", "Verdict"],
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
    _print_contours(gains)
    counts = compared["verdict"].value_counts()
    print_message("Published numbers: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    noted = compared.loc[compared["note"] != "", ["condition", "note"]].drop_duplicates()
    print_notes([f"{condition}: {note}" for condition, note in noted.itertuples(index=False)])
    return compared


def _print_contours(gains: pd.DataFrame) -> None:
    columns = ["width_um", "depth_um", "face_ohm_cm2", "area_gain", "by_mean", "by_largest"]
    heads = [
        "Channels µm",
        "Depth µm",
        "Face Ω cm²",
        "Area",
        "Gain if voids decide",
        "Gain if dendrites decide",
    ]
    print_table(
        make_table(heads, [[f"{row[name]:.3g}" for name in columns] for row in gains.to_dict("records")])
    )


def _number(value: float) -> str:
    return "" if value != value else f"{value:.3g}"


def _percent(value: float) -> str:
    return "" if value != value else f"{value:+.0f} %"


def _draw(out: Path) -> None:
    from surrogate.report.interface_figures import write_figures

    for path in write_figures(out.parent, out.stem):
        print_result(f"Written: {path}")
