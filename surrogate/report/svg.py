"""Small drawings set beside the text: composition bars and interval bars, as SVG.

Every string that reaches the SVG is escaped; each drawing carries its content as text for screen readers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from surrogate.hosts.targets import SCALES
from surrogate.report import style
from surrogate.report.quantities import axis_title, given, is_missing, label, quantity, rounded
from surrogate.report.summary import composition, composition_parts, is_bound

_WIDTH = 320.0


def composition_bar(row: Mapping[str, Any], end: str) -> Markup:
    """Draw the solid's volume fractions at an end of the host as a horizontal bar, widths to scale.

    Parameters
    ----------
    row : mapping of str to object
        A design row.
    end : {"top", "bottom"}
        The end.

    Returns
    -------
    Markup
        SVG.
    """
    alt = escape(f"Solid at the {end}: {composition(row, end)}")
    height, at = 22.0, 0.0
    cells = []
    for share, name, phase in composition_parts(row, end):
        width = share * _WIDTH
        colour = style.PHASE_COLOURS[phase]
        hover = escape(f"{100 * share:.0f} % {name}")
        cells.append(
            f'<rect x="{at:.1f}" y="0" width="{width:.1f}" height="{height:.0f}" fill="{colour}" '
            f'stroke="{style.PAPER}" stroke-width="1"><title>{hover}</title></rect>'
        )
        if width > 30:  # room for "12 %"
            cells.append(
                f'<text x="{at + width / 2:.1f}" y="15.5" text-anchor="middle" font-size="12" '
                f'fill="{style.INK}">{100 * share:.0f} %</text>'
            )
        at += width
    return Markup(
        f'<svg class="bar" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{alt}">'
        f"{''.join(cells)}</svg>"
    )


def position(value: float, target: str) -> float:
    """Place a value on a target's logarithmic axis, decades; greater values lie to the right.

    Parameters
    ----------
    value : float
        Above 0.
    target : str
        A target column; of an efficiency the logarithm of the lost share is drawn.

    Returns
    -------
    float
    """
    scale = SCALES[target]
    return float(scale.to_z(value)) / math.log(10.0) * (-1.0 if scale.decreasing else 1.0)


def log_range(frame: Sequence[Mapping[str, Any]], target: str) -> tuple[float, float] | None:
    """Find the decades that hold every interval of a target.

    The bars of a report share them, so that they can be compared.

    Parameters
    ----------
    frame : sequence of mapping
        Rows with the target and, where there are any, its interval.
    target : str
        A target column.

    Returns
    -------
    tuple of float or None
        Lower and upper end, as :func:`position` places them, with a margin; None where there is no positive value.
    """
    values = [
        position(float(row[name]), target)
        for row in frame
        for name in (target, f"{target}_lower", f"{target}_upper")
        if not is_missing(row.get(name)) and float(row[name]) > 0
    ]
    if not values:
        return None
    low, high = min(values), max(values)
    margin = max(0.06 * (high - low), 0.05)
    return low - margin, high + margin


def interval_bar(row: Mapping[str, Any], target: str, decades: tuple[float, float]) -> Markup:
    """Draw the median and the 90 % interval of a target on a logarithmic axis.

    Parameters
    ----------
    row : mapping of str to object
        A row with the target and its interval.
    target : str
        A target column.
    decades : tuple of float
        Ends of the axis (decades), from :func:`log_range`.

    Returns
    -------
    Markup
        SVG; empty where an end is missing or not positive.
    """
    low, high = decades
    width, middle = _WIDTH, 9.0

    def place(value: float) -> float:
        return 4 + (width - 8) * (position(value, target) - low) / (high - low)

    ends = [given(row, f"{target}{suffix}") for suffix in ("_lower", "", "_upper")]
    if any(value is None or float(value) <= 0 for value in ends):
        return Markup("")
    left, median, right = (place(float(value)) for value in ends)
    alt = escape(
        f"{quantity(row[target], target)}, 90 % interval {rounded(float(row[f'{target}_lower']), target, 2)}"
        f" to {rounded(float(row[f'{target}_upper']), target, 2)}, logarithmic axis"
    )
    return Markup(
        f'<svg class="bar" viewBox="0 0 {width:.0f} 18" role="img" aria-label="{alt}">'
        f'<rect x="{left:.1f}" y="{middle - 3:.1f}" width="{max(right - left, 1):.1f}" height="6" rx="3" '
        f'fill="{style.PROPOSAL}" fill-opacity="0.3"/>'
        f'<circle cx="{median:.1f}" cy="{middle:.1f}" r="5" fill="{style.PROPOSAL}"/></svg>'
    )


def cells_plot(
    cells: Sequence[Mapping[str, Any]], x: str, y: str, front: Sequence[bool], names: Sequence[str]
) -> Markup:
    """Draw measured cells by their ids, one target against another on logarithmic axes; a bound is hollow.

    Parameters
    ----------
    cells : sequence of mapping
        n measured cells.
    x, y : str
        Target columns.
    front : sequence of bool
        Whether each of the n cells is on the Pareto front (drawn in blue).
    names : sequence of str
        Of the n cells.

    Returns
    -------
    Markup
        SVG; empty where no cell has both targets.
    """
    shown = [k for k, cell in enumerate(cells) if all((given(cell, target) or 0.0) > 0 for target in (x, y))]
    across, up = (log_range([{target: cells[k][target]} for k in shown], target) for target in (x, y))
    if across is None or up is None:
        return Markup("")
    left, right, top, bottom = 58.0, _WIDTH - 10, 10.0, 200.0

    def place(value: float, target: str, decades: tuple[float, float], start: float, end: float) -> float:
        return start + (end - start) * (position(value, target) - decades[0]) / (decades[1] - decades[0])

    marks = []
    for k in shown:
        hollow = is_bound(cells[k], x) or is_bound(cells[k], y)
        colour = style.PROPOSAL if front[k] else style.CONTEXT
        at = place(float(cells[k][x]), x, across, left, right), place(float(cells[k][y]), y, up, bottom, top)
        # An id may be long: it stands on the side where there is room.
        anchor, away = ("start", 7) if at[0] < (left + right) / 2 else ("end", -7)
        marks.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="5" stroke="{colour}" stroke-width="1.5" '
            f'fill="{style.PAPER if hollow else colour}"/>'
            f'<text x="{at[0] + away:.1f}" y="{at[1] - 5:.1f}" text-anchor="{anchor}" font-size="10" '
            f'fill="{style.INK}">{escape(names[k])}</text>'
        )
    for target, decades in ((x, across), (y, up)):
        values = sorted(float(cells[k][target]) for k in shown)
        for value in dict.fromkeys((values[0], values[-1])):
            text = escape(rounded(value, target))
            if target == x:
                spot = f'x="{place(value, x, decades, left, right):.1f}" y="{bottom + 14:.0f}" text-anchor="middle"'
            else:
                spot = f'x="{left - 6:.0f}" y="{place(value, y, decades, bottom, top) + 3:.1f}" text-anchor="end"'
            marks.append(f'<text {spot} font-size="10" fill="{style.MUTED}">{text}</text>')
    middle = (top + bottom) / 2
    alt = escape(f"{len(shown)} measured cells: {label(y)} against {label(x)}")
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH:.0f} 234" role="img" aria-label="{alt}">'
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{style.MUTED}"/>{"".join(marks)}'
        f'<text x="{(left + right) / 2}" y="{bottom + 30}" text-anchor="middle" font-size="11" '
        f'fill="{style.INK}">{escape(axis_title(x))}</text>'
        f'<text transform="translate(12 {middle}) rotate(-90)" text-anchor="middle" font-size="11" '
        f'fill="{style.INK}">{escape(axis_title(y))}</text></svg>'
    )
