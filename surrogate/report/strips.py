"""Interval strips: of one target all hosts of a batch, their control, own and published cells on one axis, as SVG.

Data flow: rows of the batch, cells -> :func:`axes_of`, one axis for each target that all drawings of a page share ->
:func:`strip` of the batch, :func:`host_strip` of one host beside its control.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from surrogate.hosts import columns as c
from surrogate.report import style, summary
from surrogate.report.axes import TEXT, WIDTH, Axis, is_drawn, log_range
from surrogate.report.measured_values import is_bound
from surrogate.report.proposal_names import names_of
from surrogate.report.quantities import given, label, quantity
from surrogate.report.summary import is_control

Row = Mapping[str, Any]
_LEFT, _RIGHT = 70.0, WIDTH - 14.0
_LINE = 22.0  # px, height of the line of a host
_CLOUD = 34.0  # px, height of the band of many cells
_WAYS = (0.5, 0.15, 0.85, 0.32, 0.68)  # where in the band one cell after the other stands, so that few touch


def axes_of(rows: Sequence[Row], cells: Sequence[Row] = (), published: Sequence[Row] = ()) -> dict[str, Axis]:
    """Choose the axis of each target that a batch predicts: it holds all that is drawn.

    Parameters
    ----------
    rows : sequence of mapping
        Proposals and control.
    cells, published : sequence of mapping
        Measured cells, own and published.

    Returns
    -------
    dict
        Target -> axis; without a target of which no row has a value.
    """
    axes = {}
    for target in c.TARGETS:
        ends = log_range([*rows, *cells, *published], target)
        if ends is not None and any(is_drawn(row.get(target), target) for row in rows):
            axes[target] = Axis(target, *ends, _LEFT, _RIGHT)
    return axes


def strip(
    axis: Axis, rows: Sequence[Row], cells: Sequence[Row], published: Sequence[Row], unpublished: str = ""
) -> Markup:
    """Draw a target of all hosts of a batch, one below the other, then own and published cells.

    Parameters
    ----------
    axis : Axis
        Of the target.
    rows : sequence of mapping
        Proposals and control, with T, its interval and ``T_physics``.
    cells, published : sequence of mapping
        Measured cells, own and published; a bound is hollow.
    unpublished : str
        What stands in place of published cells where there is none.

    Returns
    -------
    Markup
        SVG.
    """
    target = axis.target
    lines = [
        (name, _host_marks(axis, row), _said(row, target))
        for name, row in zip(names_of(rows), rows, strict=True)
    ]
    parts, at = [], 6.0
    for name, marks, _ in lines:
        parts.append(_named(name, at + 0.5 * _LINE) + _moved(marks, at + 0.5 * _LINE))
        at += _LINE
    for name, found, colour, absent in (
        ("yours", cells, style.MEASURED, ""),
        ("published", published, style.CONTEXT, unpublished),
    ):
        shown = [row for row in found if is_drawn(row.get(target), target)]
        if not shown and not absent:
            continue
        parts.append(f'<path d="M0 {at:.0f}H{WIDTH:.0f}" stroke="{style.RULE}"/>')
        height = _CLOUD if shown else _LINE
        parts.append(_named(name, at + 0.5 * height))
        parts.append(_cloud(axis, shown, colour, at) if shown else _word(_LEFT, at + 0.5 * height, absent))
        at += height
    alt = f"{label(target)}: {'; '.join(f'{name} {said}' for name, _, said in lines)}"
    return framed(axis, parts, at, alt)


def host_strip(axis: Axis, name: str, row: Row, control: Row | None = None) -> Markup:
    """Draw a target of one host above its control, on the axis of the batch.

    Parameters
    ----------
    axis : Axis
        Of the target.
    name : str
        Of the host.
    row : mapping
        The host.
    control : mapping, optional
        The control of its batch.

    Returns
    -------
    Markup
        SVG.
    """
    pairs = [(name, row)] + ([("control", control)] if control is not None else [])
    parts = [
        _named(what, 6.0 + (k + 0.5) * _LINE) + _moved(_host_marks(axis, one), 6.0 + (k + 0.5) * _LINE)
        for k, (what, one) in enumerate(pairs)
    ]
    said = "; ".join(f"{what} {_said(one, axis.target)}" for what, one in pairs)
    return framed(axis, parts, 6.0 + len(pairs) * _LINE, f"{label(axis.target)}: {said}")


def framed(axis: Axis, parts: Sequence[str], bottom: float, alt: str) -> Markup:
    """Put a drawing before lines at round values, with their labels below.

    Parameters
    ----------
    axis : Axis
        From left to right.
    parts : sequence of str
        SVG elements, px.
    bottom : float
        Where the drawing ends, px.
    alt : str
        What it shows, for readers who cannot see it.

    Returns
    -------
    Markup
        SVG.
    """
    lines, labels = [], []
    for x, text in axis.ticks():
        lines.append(f'<path d="M{x:.1f} 0V{bottom:.0f}" stroke="{style.RULE}"/>')
        inside = min(x, WIDTH - 3.6 * len(text))  # a label at the end of the axis is not cut off
        place = f'x="{inside:.1f}" y="{bottom + 15:.0f}" text-anchor="middle"'
        labels.append(f'<text {place} fill="{style.INK}">{escape(text)}</text>')
    return Markup(
        f'<svg class="strip" viewBox="0 0 {WIDTH:.0f} {bottom + 20:.0f}" font-size="{TEXT:.0f}" role="img" '
        f'aria-label="{escape(alt)}, logarithmic axis">{"".join(lines)}{"".join(parts)}'
        f'<path d="M{axis.left - 6} {bottom:.0f}H{WIDTH:.0f}" stroke="{style.MUTED}"/>{"".join(labels)}</svg>'
    )


def _host_marks(axis: Axis, row: Row) -> str:
    """Draw the interval as a line, the median as a disc (of a control a square), the simulated value as a diamond."""
    target = axis.target
    ends = [given(row, f"{target}{end}") for end in ("_lower", "_upper")]
    colour = style.INK if is_control(row) else style.PROPOSAL
    parts = []
    if all(is_drawn(end, target) for end in ends):
        low, high = (axis.place(float(end)) for end in ends)
        parts.append(f'<path d="M{low:.1f} 0H{high:.1f}" stroke="{colour}" stroke-width="3"/>')
    if is_drawn(row.get(target), target):
        x = axis.place(float(row[target]))
        parts.append(
            f'<rect x="{x - 5:.1f}" y="-5" width="10" height="10" fill="{colour}"/>'
            if is_control(row)
            else f'<circle cx="{x:.1f}" r="5.5" fill="{colour}"/>'
        )
    if is_drawn(row.get(f"{target}_physics"), target):
        x = axis.place(float(row[f"{target}_physics"]))
        parts.append(
            f'<path d="M{x:.1f} -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z" fill="{style.PAPER}" stroke="{style.INK}" '
            'stroke-width="1.5"/>'
        )
    return f"<g><title>{escape(_said(row, target))}</title>{''.join(parts)}</g>" if parts else ""


def _said(row: Row, target: str) -> str:
    """Prediction and simulated value in words."""
    simulated = given(row, f"{target}_physics")
    also = f", simulated {quantity(simulated, target)}" if simulated is not None else ""
    return summary.prediction(row, target) + also


def _cloud(axis: Axis, cells: Sequence[Row], colour: str, top: float) -> str:
    """Cells as dots in a band, hollow where only a bound is known."""
    dots = {True: "", False: ""}
    for k, cell in enumerate(cells):
        y = top + 5 + (_CLOUD - 10) * _WAYS[k % len(_WAYS)]
        dots[is_bound(cell, axis.target)] += (
            f'<circle cx="{axis.place(float(cell[axis.target])):.1f}" cy="{y:.1f}" r="3"/>'
        )
    return (
        f'<g fill="{style.PAPER}" stroke="{colour}" stroke-width="1.3">{dots[True]}</g>'
        f'<g fill="{colour}">{dots[False]}</g>'
    )


def _named(name: str, y: float) -> str:
    return _word(0.0, y, name)


def _word(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y + 4:.0f}" fill="{style.INK}">{escape(text)}</text>'


def _moved(marks: str, y: float) -> str:
    return f'<g transform="translate(0 {y:.1f})">{marks}</g>' if marks else ""
