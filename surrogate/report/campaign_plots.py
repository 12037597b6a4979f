"""Drawings of a campaign's page, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from surrogate.report import style
from surrogate.report.axes import TEXT, WIDTH, Axis, is_drawn, log_range
from surrogate.report.quantities import axis_title, label
from surrogate.report.summary import is_bound


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
    shown = [
        k for k, cell in enumerate(cells) if all(is_drawn(cell.get(target), target) for target in (x, y))
    ]
    ends = [log_range([{target: cells[k][target]} for k in shown], target) for target in (x, y)]
    if ends[0] is None or ends[1] is None:
        return Markup("")
    left, right, top, bottom = 58.0, WIDTH - 10.0, 10.0, 210.0
    across, up = Axis(x, *ends[0], left, right), Axis(y, *ends[1], bottom, top)
    marks = []
    for at, text in across.ticks():
        marks.append(f'<path d="M{at:.1f} {top}V{bottom}" stroke="{style.RULE}"/>')
        marks.append(_word(at, bottom + 16, text, "middle"))
    for at, text in up.ticks(apart=1.5 * TEXT):
        marks.append(f'<path d="M{left} {at:.1f}H{right}" stroke="{style.RULE}"/>')
        marks.append(_word(left - 6, at + 4, text, "end"))
    for k in shown:
        hollow = is_bound(cells[k], x) or is_bound(cells[k], y)
        colour = style.PROPOSAL if front[k] else style.CONTEXT
        spot = across.place(float(cells[k][x])), up.place(float(cells[k][y]))
        # An id may be long: it stands on the side where there is room.
        anchor, away = ("start", 8) if spot[0] < (left + right) / 2 else ("end", -8)
        marks.append(
            f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="5" stroke="{colour}" stroke-width="1.5" '
            f'fill="{style.PAPER if hollow else colour}"/>'
            + _word(spot[0] + away, spot[1] - 5, names[k], anchor)
        )
    middle = (top + bottom) / 2
    alt = escape(f"{len(shown)} measured cells: {label(y)} against {label(x)}")
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH:.0f} 250" font-size="{TEXT:.0f}" role="img" aria-label="{alt}">'
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{style.MUTED}"/>{"".join(marks)}'
        f"{_word((left + right) / 2, bottom + 34, axis_title(x), 'middle')}"
        f'<text transform="translate(11 {middle}) rotate(-90)" text-anchor="middle" fill="{style.INK}">'
        f"{escape(axis_title(y))}</text></svg>"
    )


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{style.INK}">{escape(text)}</text>'
