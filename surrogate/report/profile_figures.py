"""The plating and stripping of a host as a printed figure (vector PDF, PNG): six panels, one page wide.

Data flow: ``surrogate.physics.profile`` -> arrays over time and depth -> :func:`profile_figure` (matplotlib) and
:func:`profile_table` (long table) -> files beside each other, one set for each design.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

SHOWN = 6  # states of charge drawn in each half cycle
PLATING, STRIPPING = "viridis", "plasma"
PANELS = (
    ("pore_fill", "Pore fill", 100.0, "%"),
    ("concentration_mol_m3", "Salt", 1e-3, "mol L$^{-1}$"),
    ("drive_mV", "Drive $\\phi_l-\\phi_s$", 1.0, "mV"),
)
SMALL = 8  # pt
ENDED = {
    "completed": "in full",
    "voltage_cutoff": "to the voltage cutoff",
    "depleted": "until the salt was gone",
}


def profile_figure(found: Mapping[str, Any], title: str) -> Figure:
    """Draw voltage over charge, lithium on the two faces, and depth profiles of fill, salt and drive.

    Only the first plating and the first stripping are drawn; colours run with the charge passed in each. A planar
    foil has no depth panels.

    Parameters
    ----------
    found : mapping of str to object
        What ``surrogate.physics.profile`` returns for at least half a cycle.
    title : str
        First line of the title.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(7.2, 6.4), layout="constrained")
    FigureCanvasAgg(figure)
    porous = len(found["depth_um"]) > 0
    grid = figure.subplots(2 if porous else 1, 3 if porous else 2, squeeze=False)
    _voltage(grid[0, 0], found)
    _faces(grid[0, 1], found)
    if porous:
        panels = [grid[0, 2], grid[1, 0], grid[1, 1]]
        for axes, (name, label, factor, unit) in zip(panels, PANELS, strict=True):
            _depth(axes, found, name, factor, half=0)
            axes.set_ylabel(f"{label} / {unit}", fontsize=SMALL)
            axes.set_title("while plating", fontsize=SMALL)
        _depth(grid[1, 2], found, "pore_fill", 100.0, half=1)
        grid[1, 2].set_ylabel("Pore fill / %", fontsize=SMALL)
        grid[1, 2].set_title("while stripping", fontsize=SMALL)
        for axes, colours in ((panels, PLATING), ([grid[1, 2]], STRIPPING)):
            bar = figure.colorbar(ScalarMappable(Normalize(0, 100), colours), ax=axes[-1], shrink=0.8)
            bar.set_label("share of the half cycle's charge / %", fontsize=SMALL)
            bar.ax.tick_params(labelsize=7)
    for letter, axes in zip("abcdef", grid.ravel(), strict=False):
        axes.text(-0.02, 1.03, letter, transform=axes.transAxes, fontsize=9, fontweight="bold", ha="right")
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{title}\n{_half_cycles_line(found)}", fontsize=9)
    return figure


def _half_cycles_line(found: Mapping[str, Any]) -> str:
    """How the first two half cycles went, in a line."""
    halves = []
    for verb, outcome, half in zip(("plated", "stripped"), found["outcomes"], (0, 1), strict=False):
        rows = _rows(found, half)
        charge = found["charge_mAh_cm2"][rows]
        moved = charge[-1] if half == 0 else found["charge_mAh_cm2"][_rows(found, 0)[-1]] - charge[-1]
        halves.append(f"{verb} {moved:.3g} mAh cm$^{{-2}}$ ({ENDED.get(outcome, outcome)})")
    return ", ".join(halves)


def _rows(found: Mapping[str, Any], half: int) -> np.ndarray:
    return np.flatnonzero(np.asarray(found["half_cycle"]) == half)


def _voltage(axes: Axes, found: Mapping[str, Any]) -> None:
    for half, colour, label in ((0, "#31688e", "plating"), (1, "#b5367a", "stripping")):
        rows = _rows(found, half)
        if not len(rows):
            continue
        charge, voltage = found["charge_mAh_cm2"][rows], found["voltage_mV"][rows]
        axes.plot(charge, voltage, color=colour, label=label, linewidth=1.2)
    settled = np.abs(found["voltage_mV"][_rows(found, 0)])
    reach = 2.5 * float(np.median(settled)) if len(settled) else 1.0
    axes.set_ylim(-reach, reach)  # the rise at the end of stripping would hide the plateaus
    axes.axhline(0.0, color="0.8", linewidth=0.6, zorder=0)
    axes.legend(frameon=False, fontsize=7)
    axes.set_xlabel("Lithium in the host / mAh cm$^{-2}$", fontsize=SMALL)
    axes.set_ylabel("Cell voltage / mV", fontsize=SMALL)


def _faces(axes: Axes, found: Mapping[str, Any]) -> None:
    time = found["time_h"]
    for name, label, colour in (
        ("charge_mAh_cm2", "all, live", "0.3"),
        ("top_face_mAh_cm2", "top face", "#d95f02"),
        ("foil_mAh_cm2", "grown from the foil", "#1b9e77"),
        ("dead_mAh_cm2", "dead", "#7570b3"),
    ):
        axes.plot(time, found[name], label=label, color=colour, linewidth=1.2)
    axes.set_ylim(top=1.6 * float(np.max(found["charge_mAh_cm2"])))  # room for the legend
    axes.legend(frameon=False, fontsize=6.5, loc="upper left")
    axes.set_xlabel("Time / h", fontsize=SMALL)
    axes.set_ylabel("Lithium / mAh cm$^{-2}$", fontsize=SMALL)


def _depth(axes: Axes, found: Mapping[str, Any], name: str, factor: float, half: int) -> None:
    rows = _rows(found, half)
    axes.set_xlabel("Depth below the separator / $\\mu$m", fontsize=SMALL)
    if not len(rows):
        axes.text(0.5, 0.5, "not stripped", transform=axes.transAxes, ha="center", fontsize=SMALL)
        return
    time = found["time_h"][rows]
    passed = (time - time[0]) / max(time[-1] - time[0], 1e-300)
    colours = colormaps[STRIPPING if half else PLATING]
    for share in np.linspace(0.1 if half == 0 else 0.0, 1.0, SHOWN):
        row = rows[int(np.argmin(np.abs(passed - share)))]
        axes.plot(found["depth_um"], factor * found[name][row], color=colours(share), linewidth=1.1)
    axes.set_xlim(0.0, float(found["depth_um"][-1]))


def profile_table(found: Mapping[str, Any]) -> pd.DataFrame:
    """Arrange the arrays as a long table.

    Parameters
    ----------
    found : mapping of str to object
        What ``surrogate.physics.profile`` returns.

    Returns
    -------
    DataFrame
        A row for each time and depth; for a planar foil a row for each time.
    """
    times = len(found["time_h"])
    depths = len(found["depth_um"])
    over_time = (
        "time_h",
        "half_cycle",
        "voltage_mV",
        "charge_mAh_cm2",
        "top_face_mAh_cm2",
        "foil_mAh_cm2",
        "dead_mAh_cm2",
    )
    each = max(depths, 1)
    table = pd.DataFrame({name: np.repeat(np.asarray(found[name]), each) for name in over_time})
    if depths:
        table["depth_um"] = np.tile(found["depth_um"], times)
        for name in ("lithium_mAh_cm3", "pore_fill", "concentration_mol_m3", "drive_mV"):
            table[name] = np.asarray(found[name]).ravel()
    return table


def write_profile(found: Mapping[str, Any], title: str, folder: Path, stem: str) -> list[Path]:
    """Write ``stem``.csv, ``stem``.pdf and ``stem``.png, each replaced in one step.

    Parameters
    ----------
    found : mapping of str to object
        What ``surrogate.physics.profile`` returns.
    title : str
        First line of the figure's title.
    folder : Path
        An existing folder.
    stem : str
        Name of the files.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    StoreError
        When a file cannot be written.
    """
    from surrogate.files.output import replacing, write_csv

    paths = [write_csv(profile_table(found), folder / f"{stem}.csv")]
    figure = profile_figure(found, title)
    for kind in ("pdf", "png"):
        with replacing(folder / f"{stem}.{kind}") as draft:
            figure.savefig(draft, format=kind, dpi=200)
        paths.append(folder / f"{stem}.{kind}")
    return paths
