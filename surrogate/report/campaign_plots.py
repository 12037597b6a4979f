"""Drawings of a campaign's page, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from surrogate.report import style
from surrogate.report.axes import TEXT, WIDTH, Axis, is_drawn, log_range
from surrogate.report.measured_values import in_words, is_bound
from surrogate.report.quantities import axis_title, given, label, quantity
from surrogate.report.strips import framed
from surrogate.report.summary import prediction

_LINE = 22.0  # px, height of the line of a cell
_LEFT = 78.0  # px, right of the ids of cells
_LETTER = 7.0  # px, more than a letter takes
_Box = tuple[float, float, float, float]  # left, top, right, bottom, px


@dataclass(frozen=True)
class Reached:
    """What was best after a stage of a campaign.

    Parameters
    ----------
    stage : str
        Such as "B02", or "before" any batch.
    estimates : tuple of float
        Of the designs of this stage.
    best : float or None
        Best of all designs so far; None where there is none.
    ends : (float, float)
        Its 90 % interval.
    """

    stage: str
    estimates: tuple[float, ...]
    best: float | None
    ends: tuple[float, float]


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
        Of the n cells; written where there is room.

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
    spots = [(across.place(float(cells[k][x])), up.place(float(cells[k][y]))) for k in shown]
    taken = [(px - 5.0, py - 5.0, px + 5.0, py + 5.0) for px, py in spots]
    for k, spot in zip(shown, spots, strict=True):
        hollow = is_bound(cells[k], x) or is_bound(cells[k], y)
        colour = style.PROPOSAL if front[k] else style.CONTEXT
        words = escape(f"{names[k]}: {in_words(cells[k], x)}, {in_words(cells[k], y)}")
        marks.append(
            f'<circle cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="5" stroke="{colour}" stroke-width="1.5" '
            f'fill="{style.PAPER if hollow else colour}"><title>{words}</title></circle>'
        )
        if (box := _free(names[k], spot, taken, (left, top, right, bottom))) is not None:
            taken.append(box)
            marks.append(_word(box[0], box[3] - 3.0, names[k], "start"))
    middle = (top + bottom) / 2
    alt = escape(f"{len(shown)} measured cells: {label(y)} against {label(x)}")
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH:.0f} 250" font-size="{TEXT:.0f}" role="img" aria-label="{alt}">'
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{style.MUTED}"/>{"".join(marks)}'
        f"{_word((left + right) / 2, bottom + 34, axis_title(x), 'middle')}"
        f'<text transform="translate(11 {middle}) rotate(-90)" text-anchor="middle" fill="{style.INK}">'
        f"{escape(axis_title(y))}</text></svg>"
    )


def _free(name: str, spot: tuple[float, float], taken: Sequence[_Box], within: _Box) -> _Box | None:
    """Find a place for the name of a mark beside it that nothing has taken; None where there is none."""
    wide, high = _LETTER * len(name), TEXT
    for right in (True, False):
        for up in (1.0, 0.35, -0.3):
            left = spot[0] + 8.0 if right else spot[0] - 8.0 - wide
            top = spot[1] - up * high - 1.0
            box = (left, top, left + wide, top + high)
            inside = (
                box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]
            )
            if inside and not any(_touch(box, other) for other in taken):
                return box
    return None


def _touch(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def best_plot(target: str, reached: Sequence[Reached]) -> Markup:
    """Draw what was best after each stage of a campaign, with its interval, and what the designs of a stage gave.

    Parameters
    ----------
    target : str
        A target column.
    reached : sequence of Reached
        In the order of time.

    Returns
    -------
    Markup
        SVG; empty where nothing was reached.
    """
    rows = [{target: value} for one in reached for value in (*one.estimates, *(one.ends if one.best else ()))]
    ends = log_range(rows, target)
    if ends is None:
        return Markup("")
    left, right, top, bottom = 58.0, WIDTH - 8.0, 8.0, 170.0
    up, step = Axis(target, *ends, bottom, top), (right - left) / len(reached)
    parts = []
    for y, text in up.ticks(apart=1.5 * TEXT):
        parts.append(f'<path d="M{left} {y:.1f}H{right}" stroke="{style.RULE}"/>')
        parts.append(_word(left - 6, y + 4, text, "end"))
    every = 1 + int(30.0 / step)  # the name of a stage needs 30 px
    for k, one in enumerate(reached):
        middle = left + (k + 0.5) * step
        if k % every == 0:
            parts.append(_word(middle, bottom + 16, one.stage, "middle"))
        dot = f'<circle cx="{middle:.1f}" cy="{{:.1f}}" r="3.5" fill="{style.CONTEXT}"/>'
        parts += [dot.format(up.place(value)) for value in one.estimates]
        if one.best is not None:
            low, high, at = (up.place(value) for value in (*one.ends, one.best))
            across = 0.35 * min(step, 60.0)
            parts.append(
                f'<path d="M{middle:.1f} {low:.1f}V{high:.1f}" stroke="{style.PROPOSAL}" stroke-width="2"/>'
            )
            parts.append(
                f'<path d="M{middle - across:.1f} {at:.1f}H{middle + across:.1f}" stroke="{style.PROPOSAL}" '
                'stroke-width="3"/>'
            )
    said = "; ".join(
        f"after {one.stage} {quantity(one.best, target)}" for one in reached if one.best is not None
    )
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH:.0f} {bottom + 22:.0f}" font-size="{TEXT:.0f}" role="img" '
        f'aria-label="Best {escape(label(target).lower())} so far: {escape(said)}">'
        f'<path d="M{left} {top}V{bottom}H{right}" fill="none" stroke="{style.MUTED}"/>{"".join(parts)}</svg>'
    )


def predicted_and_measured(
    target: str, told: Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]]
) -> Markup:
    """Draw cells below each other: what was predicted when they were proposed, and what they gave.

    Parameters
    ----------
    target : str
        A target column.
    told : sequence of (str, mapping, mapping)
        Id, proposal and cell.

    Returns
    -------
    Markup
        SVG; empty where of no cell both are known.
    """
    shown = [
        (name, before, cell)
        for name, before, cell in told
        if is_drawn(cell.get(target), target) and is_drawn(before.get(target), target)
    ]
    ends = log_range(
        [row for _, before, cell in shown for row in (_no_physics(before, target), cell)], target
    )
    if ends is None:
        return Markup("")
    axis = Axis(target, *ends, _LEFT, WIDTH - 14.0)
    parts, said = [], []
    for k, (name, before, cell) in enumerate(shown):
        y = 6.0 + (k + 0.5) * _LINE
        words = f"{name}: measured {in_words(cell, target)}, predicted {prediction(before, target)}"
        said.append(words)
        low, high = (given(before, f"{target}{end}") for end in ("_lower", "_upper"))
        marks = ""
        if is_drawn(low, target) and is_drawn(high, target):
            marks = (
                f'<path d="M{axis.place(float(low)):.1f} {y}H{axis.place(float(high)):.1f}" '
                f'stroke="{style.PROPOSAL}" stroke-width="3"/>'
            )
        marks += (
            f'<circle cx="{axis.place(float(before[target])):.1f}" cy="{y}" r="5" fill="{style.PROPOSAL}"/>'
        )
        x = axis.place(float(cell[target]))
        fill = style.PAPER if is_bound(cell, target) else style.MEASURED
        diamond = f"M{x:.1f} {y - 6}l6 6l-6 6l-6 -6z"
        marks += f'<path d="{diamond}" fill="{fill}" stroke="{style.MEASURED}" stroke-width="1.5"/>'
        parts.append(f"{_word(0.0, y + 4, name, 'start')}<g><title>{escape(words)}</title>{marks}</g>")
    return framed(axis, parts, 6.0 + _LINE * len(shown), f"{label(target)}: {'; '.join(said)}")


def _no_physics(row: Mapping[str, Any], target: str) -> dict[str, Any]:
    """Return what of a proposal is drawn: without the simulated value, which need not lie on the axis."""
    return {name: row.get(name) for name in (target, f"{target}_lower", f"{target}_upper")}


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{style.INK}">{escape(text)}</text>'
