"""Figures of one batch of proposals: target against target, and one depth profile per host.

The same plotly figures go into the report and into the MLflow run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import combinations
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from surrogate.campaign.goals import TargetGoal
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES
from surrogate.report import style
from surrogate.report.axes import log_range
from surrogate.report.depth_profile import Profile, depth_figure
from surrogate.report.goals_in_words import axis_words
from surrogate.report.measured_values import in_words, is_bound
from surrogate.report.nearest_papers import citations
from surrogate.report.proposal_names import marks_of, names_of
from surrogate.report.quantities import axis_title, given, label, number, quantity, records
from surrogate.report.summary import title

SHORT = {
    "cycle_life_cycles": "cycle_life",
    "ccd_mA_cm2": "ccd",
    "overpotential_mV": "overpotential",
    "coulombic_efficiency_pct": "efficiency",
}


def figures(
    frame: pd.DataFrame,
    *,
    results: pd.DataFrame | None = None,
    context: pd.DataFrame | None = None,
    profiles: Sequence[Profile | None] | None = None,
    targets: Sequence[str] = tuple(c.OBJECTIVES),
    axes: Mapping[str, str] | None = None,
) -> dict[str, go.Figure]:
    """Draw all figures of a batch.

    Parameters
    ----------
    frame : DataFrame, n rows
        Proposals: design columns, T, T_lower, T_upper.
    results : DataFrame, optional
        Measured cells with T and its bounds.
    context : DataFrame, optional
        Literature records with T, each at its own conditions.
    profiles : sequence of n, optional
        ``surrogate.physics.profile`` of each row, None where there is none; without it only the composition and
        the pores are drawn.
    targets : sequence of str
        Of which each pair is drawn.
    axes : mapping of str to str, optional
        Target -> what stands below the title of its axis; by default what is usually wanted.

    Returns
    -------
    dict
        ``pareto_<x>_<y>`` for each pair of targets, ``profile_<k>`` for proposal k (from 1) -> figure; a planar
        foil has no depth profile.
    """
    shown = {
        f"pareto_{SHORT[x]}_{SHORT[y]}": pareto(frame, x, y, results=results, context=context, axes=axes)
        for x, y in combinations([target for target in targets if target in frame], 2)
    }
    for k, row in enumerate(records(frame)):
        if row.get("framework") != "none":
            shown[f"profile_{k + 1}"] = depth_figure(row, profiles[k] if profiles else None)
    return shown


def targets_drawn(objectives: Mapping[str, TargetGoal]) -> tuple[str, ...]:
    """Return the targets that a campaign's figures show: its objectives, and those that are wanted by default.

    Parameters
    ----------
    objectives : mapping
        Target -> what is wanted of it.

    Returns
    -------
    tuple of str
    """
    return tuple(target for target in c.TARGETS if target in objectives or target in c.OBJECTIVES)


def pareto(
    frame: pd.DataFrame,
    x: str,
    y: str,
    *,
    results: pd.DataFrame | None = None,
    context: pd.DataFrame | None = None,
    axes: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw one target against another on logarithmic axes, an efficiency on a linear one; whiskers are 90 %.

    Parameters
    ----------
    frame : DataFrame
        Proposals, with the targets and their intervals.
    x, y : str
        Target columns.
    results : DataFrame, optional
        Measured cells.
    context : DataFrame, optional
        Literature records, each at its own conditions.
    axes : mapping of str to str, optional
        As for :func:`figures`.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure(layout=layout(height=380))
    axes = axes or axis_words({})
    if context is not None:
        context = _with_both(context, x, y)
        _add_cells(
            figure, context, x, y, "Literature, each at its own conditions", style.CONTEXT, "circle", 7
        )
    if results is not None:
        results = _with_both(results, x, y)
        _add_cells(figure, results, x, y, "Your cells", style.MEASURED, "diamond", 12)
    figure.add_trace(_proposals(frame, x, y))
    for axis, target in ((figure.layout.xaxis, x), (figure.layout.yaxis, y)):
        decreasing = SCALES[target].decreasing  # near its limit a logarithmic axis would show nothing more
        axis.type = "linear" if decreasing else "log"
        axis.title.text = f"{axis_title(target)}<br>{axes[target]}"
        axis.tickangle = 0
        if not decreasing:
            axis.tickvals, axis.ticktext = _ticks(frame, target, results, context)
    return figure


def layout(height: int) -> dict[str, Any]:
    """Return the layout that all figures share.

    Parameters
    ----------
    height : int
        Height in pixels.

    Returns
    -------
    dict
        A plotly layout.
    """
    axis = {
        "gridcolor": style.RULE,
        "linecolor": style.MUTED,
        "ticks": "outside",
        "zeroline": False,
        "showline": True,
        "title": {"font": {"size": 13}, "standoff": 8},
    }
    return {
        "template": None,
        "height": height,
        "margin": {"l": 76, "r": 16, "t": 34, "b": 64},
        "paper_bgcolor": style.PAPER,
        "plot_bgcolor": style.PAPER,
        "font": {"family": style.FONT, "size": 13, "color": style.INK},
        "xaxis": axis,
        "yaxis": axis,
        "legend": {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "font": {"size": 12}},
        "hoverlabel": {"align": "left", "bgcolor": style.PAPER, "font": {"color": style.INK}},
    }


def _proposals(frame: pd.DataFrame, x: str, y: str) -> go.Scatter:
    rows = records(frame)
    return go.Scatter(
        x=frame[x].astype(float).tolist(),
        y=frame[y].astype(float).tolist(),
        error_x=_whiskers(frame, x),
        error_y=_whiskers(frame, y),
        mode="markers+text",
        name="Proposals, with 90 % intervals",
        text=marks_of(rows),
        textfont={"color": style.PAPER, "size": 12, "weight": 700},
        marker={"color": style.PROPOSAL, "size": 21, "line": {"color": style.PAPER, "width": 1.5}},
        hovertext=[
            f"<b>{escape(name)} {escape(title(row))}</b><br>{_target_lines(row, (x, y))}"
            for name, row in zip(names_of(rows), rows, strict=True)
        ],
        hoverinfo="text",
    )


def _whiskers(frame: pd.DataFrame, target: str) -> dict[str, Any] | None:
    if f"{target}_lower" not in frame or f"{target}_upper" not in frame:
        return None
    middle = frame[target].astype(float)
    return {
        "type": "data",
        "array": (frame[f"{target}_upper"].astype(float) - middle).tolist(),
        "arrayminus": (middle - frame[f"{target}_lower"].astype(float)).tolist(),
        "color": style.PROPOSAL,
        "thickness": 1.2,
        "width": 3,
    }


def _with_both(cells: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Select the cells that a logarithmic plot of the two targets can show."""
    if x not in cells or y not in cells:
        return cells.iloc[:0]
    return cells[(cells[x].astype(float) > 0) & (cells[y].astype(float) > 0)]


def _add_cells(
    figure: go.Figure, cells: pd.DataFrame, x: str, y: str, name: str, colour: str, symbol: str, size: int
) -> None:
    """Add measured cells; bounds are hollow, and the legend explains them."""
    if cells.empty:
        return
    rows = records(cells)
    hollow = [is_bound(row, x) or is_bound(row, y) for row in rows]
    figure.add_trace(
        go.Scatter(
            x=cells[x].astype(float).tolist(),
            y=cells[y].astype(float).tolist(),
            mode="markers",
            name=name + (" (hollow: bounds)" if any(hollow) else ""),
            marker={
                "color": colour,
                "size": size,
                "symbol": [f"{symbol}-open" if is_open else symbol for is_open in hollow],
                "line": {"color": colour, "width": 1.5},
            },
            hovertext=[_cell(row, (x, y)) for row in rows],
            hoverinfo="text",
        )
    )


def _cell(row: Mapping[str, Any], targets: Sequence[str]) -> str:
    """Hover text of a measured cell: what it is, what it gave, how it was cycled, from where or the note."""
    lines = [escape(str(given(row, "system") or title(row))), _target_lines(row, targets)]
    names = ("electrolyte", "current_density_mA_cm2", "areal_capacity_mAh_cm2")
    under = [quantity(row[name], name).replace("_", " ") for name in names if given(row, name) is not None]
    lines += ["at " + escape(", ".join(under))] if under else []
    papers = [
        part for paper in citations(row.get("citation")) for part in (paper.cited.work, paper.cited.place)
    ]
    lines += [escape(part) for part in (papers or [str(given(row, "note") or "")]) if part]
    return "<br>".join(lines)


def _target_lines(row: Mapping[str, Any], targets: Sequence[str]) -> str:
    return "<br>".join(f"{label(target)}: {in_words(row, target)}" for target in targets)


def _ticks(frame: pd.DataFrame, target: str, *others: pd.DataFrame | None) -> tuple[list[float], list[str]]:
    """Ticks at 1, 2 and 5 of each decade (1 alone where there are many), and their labels."""
    tables = [
        records(table[[name for name in table if str(name).startswith(target)]])
        for table in (frame, *others)
        if table is not None
    ]
    span = log_range([row for table in tables for row in table], target)
    if span is None:
        return [], []
    steps = (1, 2, 5) if span[1] - span[0] < 2.4 else (1,)
    values = [
        step * 10.0**power
        for power in range(math.floor(span[0]) - 1, math.ceil(span[1]) + 1)
        for step in steps
    ]
    return values, [number(value) for value in values]
