"""Figures of a training run: comparison of the entrants, predicted against measured, calibration; one panel a target.

``predictions`` are rows of ``learning.contest.held_out_predictions``: target, entrant, paper, mean and variance of z,
lower and upper (ends of the measured z). Of an efficiency the lost share is drawn, on whose logarithm it is learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots
from scipy.stats import norm

from surrogate.evaluation.bounds import as_values
from surrogate.evaluation.metrics import NINETY
from surrogate.evaluation.scorecard import deciding_score
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.report import style
from surrogate.report.figures import layout
from surrogate.report.quantities import label, quantity, rounded, unit

Array = NDArray[np.float64]
LEVELS = np.linspace(0.05, 0.95, 19)  # central intervals at which coverage is counted
_SCORES = {"crps": "CRPS (log10)", "crps_as_values": "CRPS (log10), bounds as values"}


def comparison(scorecard: pd.DataFrame) -> go.Figure:
    """Draw the score that decides, for each entrant; what is served is blue.

    Parameters
    ----------
    scorecard : DataFrame
        As ``surrogate.evaluation.scorecard.build_scorecard`` makes it, with the column champion.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    judged = scorecard[scorecard["papers"] > 0]
    figure = _panels("Each paper predicted from all others: lower is better, blue is served")
    for column, target in enumerate(TARGETS, 1):
        part = judged[judged["target"] == target]
        score = deciding_score(part)
        colours = [style.PROPOSAL if champion else style.CONTEXT for champion in part["champion"]]
        heights = part[score].tolist()
        bars = go.Bar(
            x=part["entrant"].tolist(),
            y=heights,
            marker={"color": colours},
            text=[f"{height:.3g}" for height in heights],
            hovertemplate="%{x}: %{y:.3g}<extra></extra>",
            showlegend=False,
        )
        figure.add_trace(bars, row=1, col=column)
        figure.update_xaxes(title_text=_SCORES[score], tickangle=40, row=1, col=column)
        figure.update_yaxes(rangemode="tozero", row=1, col=column)
    return figure


def agreement(predictions: pd.DataFrame, title: str) -> go.Figure:
    """Draw the predicted median and 90 % interval against the known value; a bound is hollow.

    Parameters
    ----------
    predictions : DataFrame
        Rows as in this module's description.
    title : str
        Title of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = _panels(title)
    for column, target in enumerate(TARGETS, 1):
        part = predictions[predictions["target"] == target]
        if part.empty:
            continue
        for bound in (False, True):
            _add_cells(figure, part[_is_bound(part) == bound], target, bound, column)
        value = _values(part)
        ends = _drawn(np.array([value.min(), value.max()]), target).tolist()
        line = {"color": style.MUTED, "width": 1, "dash": "dot"}
        figure.add_trace(
            go.Scatter(
                x=ends,
                y=ends,
                mode="lines",
                line=line,
                name="equal",
                hoverinfo="skip",
            ),
            row=1,
            col=column,
        )
        # From the marks alone: one whisker over ten decades would hide all else.
        middle = [np.log10(_drawn(z, target)) for z in (part["mean"].to_numpy(), value)]
        span = [min(values.min() for values in middle) - 0.5, max(values.max() for values in middle) + 0.5]
        axis = {"type": "log", "dtick": 1, "exponentformat": "power"}
        figure.update_xaxes(**axis, title_text=f"known ({_drawn_unit(target)})", row=1, col=column)
        figure.update_yaxes(**axis, range=span, row=1, col=column)
    figure.update_yaxes(title_text="predicted", col=1)
    return _each_name_once(figure)


def calibration(groups: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Draw the share of known values inside the central interval, against the interval's nominal share.

    Parameters
    ----------
    groups : mapping of str to DataFrame
        Name in the legend -> predictions; bounds are left out, since where they would lie is unknown.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = _panels(
        "Calibration: on the line an interval holds its nominal share; above the line it is too wide"
    )
    for column, target in enumerate(TARGETS, 1):
        known = {name: _known(table, target) for name, table in groups.items()}
        for colour, (name, part) in zip(
            (style.PROPOSAL, style.MEASURED, style.CONTEXT), known.items(), strict=False
        ):
            if len(part):
                _add_coverage(figure, part, name, colour, column)
        figure.add_trace(
            go.Scatter(
                x=[0, 100],
                y=[0, 100],
                mode="lines",
                line={"color": style.MUTED, "width": 1, "dash": "dot"},
                hoverinfo="skip",
            ),
            row=1,
            col=column,
        )
        counts = "<br>".join(f"{name}: {len(part)} values" for name, part in known.items())
        figure.update_xaxes(range=[0, 100], title_text=f"nominal (%)<br>{counts}", row=1, col=column)
        figure.update_yaxes(range=[0, 100], row=1, col=column)
    figure.update_yaxes(title_text="observed (%)", col=1)
    return _each_name_once(figure)


def coverage(predictions: pd.DataFrame) -> list[float]:
    """Compute the share of values inside each central interval of LEVELS.

    Parameters
    ----------
    predictions : DataFrame
        Rows as in this module's description, without bounds.

    Returns
    -------
    list of float
        Shares, 0 to 1.
    """
    z = (_values(predictions) - predictions["mean"]) / np.sqrt(predictions["variance"])
    return [float(np.mean(np.abs(z) <= norm.ppf(0.5 + level / 2))) for level in LEVELS]


def in_units(predictions: pd.DataFrame) -> pd.DataFrame:
    """Convert predictions from logarithms to the targets' own units.

    Parameters
    ----------
    predictions : DataFrame
        Rows as in this module's description.

    Returns
    -------
    DataFrame
        target, entrant, paper, known, known_lower and known_upper (equal for a value, infinite where open),
        predicted, lower and upper (90 %).
    """
    tables = []
    for target, part in predictions.groupby("target", sort=False):
        scale = SCALES[str(target)]
        middle, half = part["mean"].to_numpy(), NINETY * np.sqrt(part["variance"].to_numpy())
        ends = (part[name].to_numpy(dtype=float) for name in ("lower", "upper"))
        shut = [np.where(np.isinf(end), np.nan, scale.from_z(end)) for end in ends]
        first, last = reversed(shut) if scale.decreasing else shut
        low, high = middle - half, middle + half
        if "middle" in part.columns:  # of predictions that need not be normal
            low, middle, high = (part[name].to_numpy() for name in ("low", "middle", "high"))
        lower, upper = scale.ends_from_z(low, high)
        tables.append(
            part[["target", "entrant", "paper"]].assign(
                known=scale.from_z(_values(part)),
                known_lower=np.where(np.isnan(first), -np.inf, first),
                known_upper=np.where(np.isnan(last), np.inf, last),
                predicted=scale.from_z(middle),
                lower=lower,
                upper=upper,
            )
        )
    return pd.concat(tables).loc[predictions.index]


def _values(predictions: pd.DataFrame) -> Array:
    """Return the measured z (n,), bounds as values."""
    return as_values(*(predictions[name].to_numpy(dtype=float) for name in ("lower", "upper")))


def _is_bound(predictions: pd.DataFrame) -> pd.Series:
    return predictions["lower"] != predictions["upper"]


def _drawn(z: Array, target: str) -> Array:
    """Return the positive number whose logarithm is learned: the value, of an efficiency the lost per cent."""
    return np.asarray(100.0 * np.exp(z) if SCALES[target].decreasing else np.exp(z))


def _drawn_unit(target: str) -> str:
    return f"{unit(target)} lost" if SCALES[target].decreasing else unit(target)


def _known(table: pd.DataFrame, target: str) -> pd.DataFrame:
    return table[(table["target"] == target) & ~_is_bound(table)]


def _add_coverage(figure: go.Figure, part: pd.DataFrame, name: str, colour: str, column: int) -> None:
    figure.add_trace(
        go.Scatter(
            x=(100 * LEVELS).tolist(),
            y=[100 * share for share in coverage(part)],
            mode="lines+markers",
            name=name,
            legendgroup=name,
            line={"color": colour},
            hovertemplate="%{y:.0f} % inside the %{x:.0f} % interval<extra></extra>",
        ),
        row=1,
        col=column,
    )


def _add_cells(figure: go.Figure, part: pd.DataFrame, target: str, bound: bool, column: int) -> None:
    if part.empty:
        return
    middle = _drawn(part["mean"].to_numpy(), target)
    half = NINETY * np.sqrt(part["variance"].to_numpy())
    value = _drawn(_values(part), target)
    colour = style.CONTEXT if bound else style.PROPOSAL
    known = in_units(part.assign(entrant=""))
    hover = [
        f"{escape(str(row.paper))}<br>{_in_words(row, target)}, predicted {quantity(row.predicted, target)}"
        for row in known.itertuples()
    ]
    figure.add_trace(
        go.Scatter(
            x=value.tolist(),
            y=middle.tolist(),
            error_y={
                "type": "data",
                "array": (middle * np.expm1(half)).tolist(),
                "arrayminus": (-middle * np.expm1(-half)).tolist(),
                "color": colour,
                "thickness": 0.6,
                "width": 0,
            },
            mode="markers",
            name="bounds" if bound else "values, with 90 % intervals",
            legendgroup=str(bound),
            marker={"color": colour, "size": 6, "symbol": "circle-open" if bound else "circle"},
            hovertext=hover,
            hoverinfo="text",
        ),
        row=1,
        col=column,
    )


def _in_words(row: Any, target: str) -> str:
    """Say what is known: a value, a bound or an interval."""
    if row.known_lower == row.known_upper:
        return quantity(row.known, target)
    if np.isinf(row.known_upper):
        return f"at least {quantity(row.known_lower, target)}"
    if np.isinf(row.known_lower):
        return f"at most {quantity(row.known_upper, target)}"
    return f"{rounded(row.known_lower, target)} to {quantity(row.known_upper, target)}"


def _each_name_once(figure: go.Figure) -> go.Figure:
    """Name each kind of mark once in the legend, whichever panel it appears in first."""
    named: set[str] = set()
    for trace in figure.data:
        trace.showlegend = bool(trace.name) and trace.name not in named
        named.add(trace.name)
    return figure


def _panels(title: str) -> go.Figure:
    figure = make_subplots(
        rows=1, cols=len(TARGETS), horizontal_spacing=0.09, subplot_titles=[label(t) for t in TARGETS]
    )
    look = layout(height=460)
    axis = look.pop("xaxis")
    look.pop("yaxis")
    figure.update_layout(look)
    figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xref": "paper"},
        margin={"t": 84, "b": 140, "r": 40},
        legend={"y": -0.38, "yanchor": "top"},
    )
    figure.update_xaxes(axis)
    figure.update_yaxes(axis)
    figure.update_annotations(font_size=13)
    return figure
