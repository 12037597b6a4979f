"""Ratios of a host to another as bars or intervals about 1, as SVG: whence they come, what a feature is worth."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from surrogate.report import style
from surrogate.report.axes import TEXT, WIDTH
from surrogate.report.cards.card import Card
from surrogate.report.quantities import number

_LEFT, _RIGHT = 186.0, WIDTH - 16.0
_LINE = 21.0  # px
_LEAST, _MOST = math.log(2.5), math.log(20.0)  # reach of an axis to either side of 1
_TICKS = ((1.0, 2.0, 5.0, 10.0, 20.0), (1.0, 3.0, 10.0), (1.0, 10.0))
_APART = 34.0  # px, of ticks
SOURCES = {"physics": style.INK, "literature": style.CONTEXT, "your cells": style.MEASURED}


@dataclass(frozen=True)
class Ratio:
    """A line of a drawing.

    Parameters
    ----------
    name : str
        What it is of.
    ratio : float
        Above 0.
    ends : (float, float) or None
        Its 90 % interval; None: a bar is drawn.
    colour : str
        Of the mark.
    """

    name: str
    ratio: float
    ends: tuple[float, float] | None = None
    colour: str = style.PROPOSAL


def splits_of(card: Card, targets: Sequence[str]) -> list[tuple[str, list[Ratio]]]:
    """List whence the ratios of a host to its control come: name of a target and a bar for each source.

    Parameters
    ----------
    card : Card
        Of a proposal.
    targets : sequence of str
        That are shown.
    """
    return [
        (
            split.name,
            [
                Ratio(source, math.exp(part), colour=colour)
                for (source, colour), part in zip(
                    SOURCES.items(), (split.ln_physics, split.ln_literature, split.ln_cells), strict=True
                )
            ],
        )
        for split in card.why.splits
        if split.target in targets and not card.is_control
    ]


def worths_of(card: Card) -> list[tuple[str, float, list[Ratio]]]:
    """List what each feature of a host is worth, by objective.

    Parameters
    ----------
    card : Card
        Of a proposal.

    Returns
    -------
    list of (str, float, list of Ratio)
        Name of the objective, factor by which cells of one design differ in it, and the features with intervals:
        grey where cells differ by more.
    """
    found = []
    for chance in card.why.chances:
        ratios = [
            Ratio(
                one.name,
                one.ratio,
                (one.lower, one.upper),
                style.PROPOSAL if one.beyond_noise else style.CONTEXT,
            )
            for one in card.why.worths
            if one.target == chance.target
        ]
        if ratios:
            found.append((chance.name, chance.noise_factor, ratios))
    return found


def reach_of(ratios: Iterable[Ratio]) -> float:
    """Return how far an axis has to reach to either side of 1 to hold ratios, ln; farther ends are cut off.

    Parameters
    ----------
    ratios : iterable of Ratio
        Of all drawings that share the axis.
    """
    ends = [abs(math.log(value)) for one in ratios for value in (one.ratio, *(one.ends or ())) if value > 0]
    return 1.04 * min(max([_LEAST, *ends]), _MOST)


def ratio_plot(ratios: Sequence[Ratio], reach: float, about: str, noise: float = 1.0) -> Markup:
    """Draw ratios on a logarithmic axis about 1.

    Parameters
    ----------
    ratios : sequence of Ratio
        A line for each.
    reach : float
        Of :func:`reach_of`.
    about : str
        What is drawn, for readers who cannot see it.
    noise : float
        Factor by which cells of one design differ; a band shows it.

    Returns
    -------
    Markup
        SVG; empty without ratios.
    """
    if not ratios:
        return Markup("")

    def place(ratio: float) -> float:
        share = min(max(math.log(ratio) / reach, -1.0), 1.0)
        return 0.5 * (_LEFT + _RIGHT) + 0.5 * (_RIGHT - _LEFT) * share

    bottom = 4.0 + _LINE * len(ratios)
    parts = []
    if noise > 1.0:
        low, high = place(1.0 / noise), place(noise)
        parts.append(
            f'<rect x="{low:.1f}" y="0" width="{high - low:.1f}" height="{bottom:.0f}" fill="{style.RULE}"/>'
        )
    for value in _round(reach):
        parts.append(f'<path d="M{place(value):.1f} 0V{bottom + 4:.0f}" stroke="{style.RULE}"/>')
        parts.append(_word(place(value), bottom + 17, f"×{number(value)}", "middle"))
    for k, one in enumerate(ratios):
        y = 2.0 + _LINE * (k + 0.5)
        parts += [
            _word(0.0, y + 4, one.name, "start"),
            _word(_LEFT - 8, y + 4, f"×{number(one.ratio, 2)}", "end"),
        ]
        parts.append(_mark(one, y, place(one.ratio), place(1.0), [place(end) for end in one.ends or ()]))
    parts.append(f'<path d="M{place(1.0):.1f} 0V{bottom:.0f}" stroke="{style.INK}"/>')
    said = "; ".join(f"{one.name} × {number(one.ratio, 2)}{_interval(one)}" for one in ratios)
    return Markup(
        f'<svg class="plot" viewBox="0 0 {WIDTH:.0f} {bottom + 22:.0f}" font-size="{TEXT:.0f}" role="img" '
        f'aria-label="{escape(about)}: {escape(said)}">{"".join(parts)}</svg>'
    )


def _mark(one: Ratio, y: float, at: float, middle: float, ends: Sequence[float]) -> str:
    title = f"<title>{escape(one.name)} × {number(one.ratio, 2)}{_interval(one)}</title>"
    if ends:
        return (
            f'<g>{title}<path d="M{ends[0]:.1f} {y:.1f}H{ends[1]:.1f}" stroke="{one.colour}" stroke-width="3"/>'
            f'<circle cx="{at:.1f}" cy="{y:.1f}" r="5" fill="{one.colour}"/></g>'
        )
    left, wide = min(at, middle), max(abs(at - middle), 1.0)
    return f'<rect x="{left:.1f}" y="{y - 5:.1f}" width="{wide:.1f}" height="10" fill="{one.colour}">{title}</rect>'


def _interval(one: Ratio) -> str:
    return "" if one.ends is None else f" (90 %: {number(one.ends[0], 2)} to {number(one.ends[1], 2)})"


def _round(reach: float) -> list[float]:
    """Round ratios to both sides of 1 that stand far enough apart."""
    a_factor = 0.5 * (_RIGHT - _LEFT) / reach  # px for a factor of e
    for steps in _TICKS:
        inside = [step for step in steps if math.log(step) <= reach]
        gaps = [math.log(high / low) * a_factor for low, high in itertools.pairwise(inside)]
        if all(gap >= _APART for gap in gaps):
            break
    return [*(1.0 / step for step in reversed(inside[1:])), *inside]


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{style.INK}">{escape(text)}</text>'
