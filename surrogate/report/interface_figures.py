"""Figures of the interface model (vector PDF, PNG): the stability map, and the fields of stress and current.

Data flow: planar reference and finite elements -> creep limits over pressure, published cycling tests pinned on
them; unit cell -> stress in the lithium, current in the pellet, both along the interface.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from surrogate.physics.interface import limits
from surrogate.physics.interface.conduction import conduct, current_field
from surrogate.physics.interface.geometry import UnitCell
from surrogate.physics.interface.mechanics import press, stress_field
from surrogate.physics.parameters import shipped_parameters
from surrogate.validation import interface as published
from surrogate.validation.interface_numerics import WAGNER

SMALL = 8  # pt
PLANE, PATTERN = "#7570b3", "#d95f02"


def stability_map() -> Figure:
    """Draw the largest stable current over stack pressure, for the planar garnet cell and its 200 um pattern.

    Returns
    -------
    matplotlib.figure.Figure
    """
    depth, reference = published.pattern_depth_um(), published.single("planar_ccd").value
    constants = shipped_parameters().interface
    figure = Figure(figsize=(4.4, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    pressure = np.geomspace(0.1, 30.0, 200)
    for width, colour, label in ((0.0, PLANE, "planar"), (200.0, PATTERN, "channels of 200 µm")):
        cell = published.pattern(width, depth if width else 0.0)

        def creeping(at: np.ndarray, cell: published.Pattern = cell) -> np.ndarray:
            return limits.creep_limit(
                reference, at, 25.0, constants, at_pressure=1.0, at_temperature_C=25.0, area_gain=cell.gain,
                stress_ratio=cell.stress_ratio,
            )  # fmt: skip

        with np.errstate(invalid="ignore"):
            pressed = creeping(np.full_like(pressure, constants.short_onset_MPa)) * limits.pressing_factor(
                pressure, constants
            )
        limit = np.minimum(creeping(pressure), pressed)
        shown = limit > 0
        axes.plot(pressure[shown], limit[shown], color=colour, linewidth=1.4, label=label)
        axes.fill_between(pressure, np.maximum(limit, 1e-3), 1e-3, color=colour, alpha=0.12, linewidth=0)
    lowest, elsewhere = published.single("lowest_stable_pressure"), published.single("pressure_elsewhere")
    released = (lowest.value, lowest.current_density_mA_cm2)
    pinned = [
        (
            test.pressure_MPa,
            test.current_density_mA_cm2,
            "o" if test.value else "x",
            test.channel_width_um > 0.0,
        )
        for test in published.published("cycled")
        if (test.pressure_MPa, test.current_density_mA_cm2) != released
    ]
    pinned += [(*released, "v", True), (elsewhere.value, elsewhere.current_density_mA_cm2, "d", False)]
    pinned += [
        (1.0, reference, "s", False),
        (1.0, published.by_width("pattern_ccd")[published.main_width_um()], "s", True),
    ]
    for at, current, marker, patterned in pinned:
        axes.plot(
            at, current, marker=marker, markersize=6, markeredgewidth=1.4, linestyle="none", markerfacecolor="none",
            color=PATTERN if patterned else PLANE,
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlim=(0.1, 30.0), ylim=(0.03, 10.0))
    axes.set_xlabel("Stack pressure / MPa", fontsize=SMALL)
    axes.set_ylabel("Current density / mA cm$^{-2}$", fontsize=SMALL)
    axes.text(0.12, 0.9, "voids form", fontsize=SMALL)
    axes.text(2.0, 0.045, "contact holds", fontsize=SMALL)
    axes.axvline(constants.short_onset_MPa, color="0.7", linewidth=0.7, linestyle=":")
    axes.text(12.2, 0.035, "lithium is pressed in", fontsize=6.5, rotation=90, ha="right", color="0.4")
    handles, labels = axes.get_legend_handles_labels()
    for marker, label in (
        ("o", "cycled 120 h or more"), ("x", "shorted early"), ("s", "critical current (fitted for the plane)"),
        ("v", "held until here as pressure fell"), ("d", "pressure that other laboratories need"),
    ):  # fmt: skip
        handles.append(Line2D([], [], marker=marker, linestyle="none", color="0.3", markerfacecolor="none"))
        labels.append(label)
    axes.legend(handles, labels, frameon=False, fontsize=6.5, loc="upper left", bbox_to_anchor=(0.0, 1.0))
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def fields(current: float = 0.5, pressure_MPa: float = 1.0) -> Figure:
    """Draw stress in the lithium and current in the pellet of the 200 um pattern, and both along the interface.

    Parameters
    ----------
    current : float
        Mean current density, mA/cm2.
    pressure_MPa : float
        Stack pressure, MPa.

    Returns
    -------
    matplotlib.figure.Figure
    """
    depth = published.pattern_depth_um() * 1e-6
    cell, plane = UnitCell(200e-6, depth), UnitCell(200e-6)
    figure = Figure(figsize=(7.2, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    parts: dict[str, Axes] = figure.subplot_mosaic(
        [["picture", "flow"], ["picture", "stress"]], width_ratios=(1.0, 1.1)
    )
    picture, upper, lower = parts["picture"], parts["flow"], parts["stress"]
    _picture(picture, cell, current, pressure_MPa)
    flow, flat_flow = conduct(cell, WAGNER, 2.0), conduct(plane, WAGNER)
    stress, flat_stress = press(cell, refinement=2.0), press(plane)
    for axes, x, y, values, flat, mean, label in (
        (upper, flow.x, flow.y, current * flow.current, current * flat_flow.mean, current * flow.mean,
         "Local current / mA cm$^{-2}$"),
        (lower, stress.x, stress.y, pressure_MPa * stress.stress, pressure_MPa * flat_stress.mean,
         pressure_MPa * stress.mean, "Equivalent stress / MPa"),
    ):  # fmt: skip
        along = _along(cell, x, y)
        order = np.argsort(along)
        axes.plot(1e6 * along[order], values[order], color=PATTERN, linewidth=1.0, label="channels of 200 µm")
        axes.axhline(mean, color=PATTERN, linewidth=0.8, linestyle="--", label="its mean")
        axes.axhline(flat, color=PLANE, linewidth=1.0, label="planar")
        floor = 0.5 * (cell.width - cell.lean)
        wall = float(np.hypot(cell.depth, cell.lean))
        for at in (floor, floor + wall):
            axes.axvline(1e6 * at, color="0.8", linewidth=0.6, zorder=0)
        for at, name in ((0.5 * floor, "floor"), (floor + 0.5 * wall, "wall"), (1.5 * floor + wall, "ridge")):
            axes.text(1e6 * at, 1.02, name, transform=axes.get_xaxis_transform(), fontsize=6.5, ha="center")
        axes.set_ylim(0.0, 2.2 * max(flat, mean))
        axes.set_ylabel(label, fontsize=SMALL)
        axes.tick_params(labelsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    upper.legend(frameon=False, fontsize=6.5)
    lower.set_xlabel("Along the interface from a channel's middle / µm", fontsize=SMALL)
    return figure


def _along(cell: UnitCell, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance along floor, wall and ridge, m."""
    floor, bottom = 0.5 * (cell.width - cell.lean), cell.pellet - cell.depth
    wall = float(np.hypot(cell.depth, cell.lean))
    tiny = 1e-6 * cell.width
    on_floor, on_ridge = y < bottom + tiny, y > cell.pellet - tiny
    on_wall = floor + (y - bottom) / cell.depth * wall
    return np.where(on_floor, x, np.where(on_ridge, x - cell.lean + wall, on_wall))


def _picture(axes: Axes, cell: UnitCell, current: float, pressure_MPa: float) -> None:
    points, triangles, stress = stress_field(cell)
    for sign in (-1.0, 1.0):
        drawn = axes.tripcolor(
            sign * 1e6 * points[0], 1e6 * points[1], triangles.T, pressure_MPa * stress, cmap="viridis",
            vmin=0.0, vmax=1.2 * pressure_MPa, rasterized=True,
        )  # fmt: skip
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.8, extend="max")
    bar.set_label("Equivalent stress in lithium / MPa", fontsize=SMALL)
    bar.ax.tick_params(labelsize=7)
    points, triangles, flow = current_field(cell, WAGNER)
    middle = points[:, triangles].mean(axis=1)
    chosen = _spread(middle, 28e-6)
    for sign in (-1.0, 1.0):
        axes.quiver(
            sign * 1e6 * middle[0, chosen], 1e6 * middle[1, chosen], sign * current * flow[0, chosen],
            current * flow[1, chosen], color="0.25", width=0.004, scale=12.0 * current, zorder=3,
        )  # fmt: skip
    axes.set_aspect("equal")
    axes.set_ylim(1e6 * (cell.pellet - cell.depth - 150e-6), 1e6 * (cell.pellet + 150e-6))
    axes.set_xlabel("Across the channel / µm", fontsize=SMALL)
    axes.set_ylabel("Above the middle of the pellet / µm", fontsize=SMALL)
    axes.set_title(f"{current:g} mA cm$^{{-2}}$, {pressure_MPa:g} MPa; arrows: ions", fontsize=SMALL)
    axes.tick_params(labelsize=7)


def _spread(points: np.ndarray, apart: float) -> np.ndarray:
    """Choose one point in each square of a size."""
    squares = np.floor(points / apart).astype(int)
    return np.unique(squares, axis=1, return_index=True)[1]


def write_figures(folder: Path, stem: str) -> list[Path]:
    """Write both figures as PDF and PNG beside each other.

    Parameters
    ----------
    folder : Path
        An existing folder.
    stem : str
        How the file names begin.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    StoreError
        When a file cannot be written.
    """
    from surrogate.files.output import replacing

    written = []
    for name, figure in (("stability", stability_map()), ("fields", fields())):
        for kind in ("pdf", "png"):
            path = folder / f"{stem}-{name}.{kind}"
            with replacing(path) as temporary:
                figure.savefig(temporary, format=kind, dpi=200)
            written.append(path)
    return written
