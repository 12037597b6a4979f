"""Depth profile of one host: its composition, its pores, and where the lithium goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from surrogate.hosts import columns as c
from surrogate.hosts.gradient import weight
from surrogate.report import style
from surrogate.report.summary import composition_parts

Profile = Mapping[str, Any]  # what surrogate.physics.profile returns
_POINTS = 41
_SNAPSHOTS = (0.25, 0.5, 1.0)  # of the plated charge


def graded(row: Mapping[str, Any], quantity: str, unit: str, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Evaluate a graded quantity over depth, by the law of ``surrogate.hosts.columns``.

    Parameters
    ----------
    row : mapping of str to object
        A design row.
    quantity : str
        A graded quantity, such as ``pore_size``.
    unit : str
        The end of its columns' names, such as ``_um``; empty for a fraction.
    z : ndarray, shape (n,)
        Depth: 0 at the separator, 1 at the foil.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the columns.
    """
    top, bottom = float(row[f"{quantity}_top{unit}"]), float(row[f"{quantity}_bottom{unit}"])
    return bottom + (top - bottom) * weight(
        z,
        float(row["gradient_exponent"]),
        float(row.get("layers", 1.0)),
        row.get("stacking") == c.ALTERNATING,
    )


def depth_figure(row: Mapping[str, Any], profile: Profile | None = None) -> go.Figure:
    """Draw solid, pore size, porosity and lithium over one depth axis, separator at the top, foil at the bottom.

    Parameters
    ----------
    row : mapping of str to object
        A design row of a porous host.
    profile : mapping, optional
        What ``surrogate.physics.profile`` returns; without it there is no lithium panel.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    z = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, _POINTS))  # dense at the ends, where gradients are steep
    thickness = float(row["thickness_um"])
    panels = ["Solid", "Pore size", "Porosity"] + (["Lithium in the pores"] if profile else [])
    figure = make_subplots(
        rows=1, cols=len(panels), shared_yaxes=True, horizontal_spacing=0.035, subplot_titles=panels
    )
    figure.update_layout(_look())
    _add_solid(figure, row, z, z * thickness)
    for column, values, unit in (
        (2, graded(row, "pore_size", "_um", z), "µm"),
        (3, 100.0 * graded(row, "porosity", "", z), "%"),
    ):
        _add_line(figure, column, values, z * thickness, unit, panels[column - 1])
    if profile:
        _add_lithium(figure, profile)
    figure.update_xaxes(
        gridcolor=style.RULE, linecolor=style.MUTED, showline=True, zeroline=False, ticks="outside"
    )
    figure.update_xaxes(range=[0, 100], title_text="vol. %", col=1)
    widest = max(float(row["pore_size_top_um"]), float(row["pore_size_bottom_um"]))
    figure.update_xaxes(range=[0, 1.1 * widest], title_text="µm", col=2)
    figure.update_xaxes(range=[0, 100], title_text="vol. %", col=3)
    if profile:
        fullest = 100.0 * float(np.max(profile["pore_fill"][-1]))
        figure.update_xaxes(
            range=[0, min(100.0, max(5.0, 1.15 * fullest))], title_text="% of the pore filled", col=4
        )
    figure.update_xaxes(title_standoff=4, title_font_size=12)
    figure.update_annotations(font_size=13)
    figure.update_yaxes(
        range=[thickness, 0.0], gridcolor=style.RULE, linecolor=style.MUTED, showline=True, zeroline=False
    )
    figure.update_yaxes(title_text="depth (µm)", ticks="outside", col=1)
    return figure


def _look() -> dict[str, Any]:
    return {
        "template": None,
        "height": 300,
        "margin": {"l": 64, "r": 12, "t": 30, "b": 84},
        "paper_bgcolor": style.PAPER,
        "plot_bgcolor": style.PAPER,
        "font": {"family": style.FONT, "size": 12, "color": style.INK},
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "hoverlabel": {"bgcolor": style.PAPER, "font": {"color": style.INK}},
    }


def _add_solid(
    figure: go.Figure, row: Mapping[str, Any], z: NDArray[np.float64], depth: NDArray[np.float64]
) -> None:
    names = {phase: name for end in ("top", "bottom") for _, name, phase in composition_parts(row, end)}
    for phase in c.PHASES:
        if phase not in names:
            continue
        shares = 100.0 * graded(row, phase, "", z)
        figure.add_trace(
            go.Scatter(
                x=shares.tolist(),
                y=depth.tolist(),
                name=names[phase],
                orientation="h",
                stackgroup="solid",
                mode="lines",
                line={"width": 0.5, "color": style.INK},
                fillcolor=style.PHASE_COLOURS[phase],
                hovertemplate="%{x:.0f} % at %{y:.0f} µm",
            ),
            row=1,
            col=1,
        )


def _add_line(
    figure: go.Figure,
    column: int,
    values: NDArray[np.float64],
    depth: NDArray[np.float64],
    unit: str,
    name: str,
) -> None:
    figure.add_trace(
        go.Scatter(
            x=values.tolist(),
            y=depth.tolist(),
            name=name,
            mode="lines",
            line={"width": 2, "color": style.INK},
            showlegend=False,
            hovertemplate=f"%{{x:.3g}} {unit} at %{{y:.0f}} µm",
        ),
        row=1,
        col=column,
    )


def _add_lithium(figure: go.Figure, profile: Profile) -> None:
    """Add the pore fill after a quarter, half and all of the plated charge, the last of them filled in."""
    fill = 100.0 * np.asarray(profile["pore_fill"], dtype=float)
    charge = np.asarray(profile["charge_mAh_cm2"], dtype=float)
    for share, dash in zip(_SNAPSHOTS, ("dot", "dash", "solid"), strict=True):
        at = int(np.argmin(np.abs(charge - share * charge[-1])))
        figure.add_trace(
            go.Scatter(
                x=fill[at].tolist(),
                y=np.asarray(profile["depth_um"], dtype=float).tolist(),
                name=f"lithium after {charge[at]:.2g} mAh cm⁻²",
                mode="lines",
                line={"width": 2, "color": style.PROPOSAL, "dash": dash},
                fill="tozerox" if share == 1.0 else None,
                fillcolor="rgba(86, 180, 233, 0.45)",
                hovertemplate="%{x:.1f} % filled at %{y:.0f} µm",
            ),
            row=1,
            col=4,
        )


def outside_pores(profile: Profile) -> tuple[float, float]:
    """Compute the shares of the plated lithium that lie outside the pores at the end.

    Parameters
    ----------
    profile : mapping
        What ``surrogate.physics.profile`` returns.

    Returns
    -------
    top_face, foil : float
        Shares on the top face and on the foil, 0 to 1.
    """
    plated = float(profile["charge_mAh_cm2"][-1])
    if plated <= 0:
        return 0.0, 0.0
    return float(profile["top_face_mAh_cm2"][-1]) / plated, float(profile["foil_mAh_cm2"][-1]) / plated
