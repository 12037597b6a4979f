"""The cross-section of a host to scale: solid, pores and plated lithium by depth, as SVG.

Data flow: a design row -> its phases over depth (``graded``); the simulator's own profile -> lithium in the pores and
on the top face when plating ends -> one drawing. All drawings of a page have the same axes: the same micrometres a
pixel downward, and from left to right 100 % of the volume at each depth. A host that is thin beside the deepest one
is drawn once more, larger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from surrogate.hosts import columns as c
from surrogate.physics.accounting import lithium_thickness_um
from surrogate.report import style
from surrogate.report.axes import TEXT, WIDTH
from surrogate.report.depth_profile import Profile, graded
from surrogate.report.quantities import given, number, quantity
from surrogate.report.summary import composition_parts, title

Array = NDArray[np.float64]
_LEFT, _WIDE = 60.0, 182.0  # px, of the host; right of it the pores stand
_TALL = 220.0  # px, of the deepest host of the page with its lithium
_TOP = 20.0  # px, for the word above
_POINTS = 41
_STEP_UM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # between ticks
_APART = 26.0  # px, of ticks
_PORES = 7  # at most, drawn over the depth
_FOIL = 6.0  # px; not to scale
_LEGIBLE = 3  # a host that takes less than this part of the page's depth is drawn once more, larger
_MAGNIFIED = 90.0  # px, at least, of the larger drawing


def deepest_um(rows: Sequence[Mapping[str, Any]], profiles: Sequence[Profile | None]) -> float:
    """Return the depth that all drawings of a page span: the deepest host with what is plated on it, um.

    Parameters
    ----------
    rows : sequence of n mappings
        Design rows.
    profiles : sequence of n
        What ``surrogate.physics.profile`` returns of each, or None.
    """
    return max(_above_um(row, found) + _thickness(row) for row, found in zip(rows, profiles, strict=True))


def cross_section(row: Mapping[str, Any], profile: Profile | None, deepest: float) -> Markup:
    """Draw a host as it is when plating ends.

    Parameters
    ----------
    row : mapping of str to object
        A complete design row.
    profile : mapping, optional
        What ``surrogate.physics.profile`` returns; without it no lithium is drawn. On a foil, which has no pores, the
        plated lithium is drawn as a dense layer.
    deepest : float
        Of :func:`deepest_um`.

    Returns
    -------
    Markup
        SVG.
    """
    scale = _TALL / max(deepest, 1e-9)
    extent = _above_um(row, profile) + _thickness(row)
    parts, bottom = _panel(row, profile, _TOP, scale, "separator side")
    if _thickness(row) > 0 and extent * scale < _TALL / _LEGIBLE:
        closer = _MAGNIFIED / (extent * scale)
        times = next(one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500) if one >= closer)
        below, bottom = _panel(row, profile, bottom + 2 * TEXT, scale * times, f"{times} times larger")
        parts += below
    parts += [
        _word(_LEFT + share * _WIDE, bottom + 15, text, "middle")
        for share, text in ((0.0, "0"), (0.5, "50"), (1.0, "100 vol. %"))
    ]
    return Markup(
        f'<svg class="section" viewBox="0 0 {WIDTH:.0f} {bottom + 20:.0f}" font-size="{TEXT:.0f}" role="img" '
        f'aria-label="{escape(_said(row, profile))}">{"".join(parts)}</svg>'
    )


def _panel(
    row: Mapping[str, Any], profile: Profile | None, top: float, scale: float, named: str
) -> tuple[list[str], float]:
    """Draw the host at a scale, px a micrometre; return the parts and where they end, px."""
    above, thick = _above_um(row, profile), _thickness(row)
    face = top + above * scale  # the top face of the host
    foil = face + thick * scale
    parts = [_rect(top, above * scale, style.LITHIUM)] if above > 0 else []
    if thick > 0:
        parts += [
            *_host(row, profile, face, scale),
            *_pores(row, face, scale),
            *_depth_axis(face, thick, scale),
        ]
        ends = [quantity(row[f"pore_size_{end}_um"], f"pore_size_{end}_um") for end in ("top", "bottom")]
        sizes = ends[0] if ends[0] == ends[1] else f"{ends[0].removesuffix(' µm')} → {ends[1]}"
        parts.append(_word(WIDTH, top - 8, f"pores {sizes}", "end"))
    parts.append(f'<rect x="{_LEFT}" y="{foil:.1f}" width="{_WIDE}" height="{_FOIL}" fill="{style.FOIL}"/>')
    parts.append(_word(_LEFT, top - 8, named, "start"))
    parts.append(_word(_LEFT + _WIDE + 8.0, foil + _FOIL + 3, "foil", "start"))
    return parts, foil + _FOIL


def colours_of(row: Mapping[str, Any], profile: Profile | None) -> list[tuple[str, str]]:
    """List what a drawing shows: name in words and colour.

    Parameters
    ----------
    row : mapping of str to object
        A design row.
    profile : mapping, optional
        As for :func:`cross_section`.

    Returns
    -------
    list of (str, str)
    """
    named = {phase: name for end in ("top", "bottom") for _, name, phase in composition_parts(row, end)}
    planar = _thickness(row) <= 0
    shown = [] if planar else [(named[p], style.PHASE_COLOURS[p]) for p in c.PHASES if p in named]
    if profile is not None or planar:
        shown.append(("lithium", style.LITHIUM))
    return shown if planar else [*shown, ("open pores", style.PAPER)]


def _thickness(row: Mapping[str, Any]) -> float:
    return 0.0 if row.get("framework") == "none" else float(row["thickness_um"])


def _above_um(row: Mapping[str, Any], profile: Profile | None) -> float:
    """Thickness of the lithium on the top face, um, as a dense layer."""
    if _thickness(row) <= 0:
        plated = given(row, "areal_capacity_mAh_cm2")
    else:
        plated = None if profile is None else profile["top_face_mAh_cm2"][-1]
    return 0.0 if plated is None else float(lithium_thickness_um(float(plated)))


def _host(row: Mapping[str, Any], profile: Profile | None, face: float, scale: float) -> list[str]:
    """Draw the phases as areas from the left, then the lithium in the pores; what is left white are open pores."""
    z, thick = _levels(row), _thickness(row)
    y = face + z * thick * scale
    porosity = graded(row, "porosity", "", z)
    left, parts = np.zeros_like(z), []
    for phase in c.PHASES:
        share = (1.0 - porosity) * graded(row, phase, "", z)
        if share.max() > 0:
            parts.append(_area(left, left + share, y, style.PHASE_COLOURS[phase]))
            left = left + share
    if profile is not None and len(profile["depth_um"]):
        fill = np.interp(z * thick, profile["depth_um"], np.asarray(profile["pore_fill"][-1], dtype=float))
        parts.append(_area(left, left + porosity * np.clip(fill, 0.0, 1.0), y, style.LITHIUM))
    frame = f'<rect x="{_LEFT}" y="{face:.1f}" width="{_WIDE}" height="{thick * scale:.1f}" fill="none" '
    return [*parts, f'{frame}stroke="{style.INK}"/>']


def _levels(row: Mapping[str, Any]) -> Array:
    """Depths from 0 to 1 that show every gradient, and every step between layers."""
    layers = int(given(row, "layers") or 1)
    z = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, _POINTS))
    edges = np.arange(1, layers) / layers
    return np.unique(np.concatenate([z, edges - 1e-6, edges + 1e-6]))


def _area(left: Array, right: Array, y: Array, colour: str) -> str:
    there = [*zip(right, y, strict=True), *zip(left[::-1], y[::-1], strict=True)]
    path = "L".join(f"{_LEFT + _WIDE * x:.1f} {down:.1f}" for x, down in there)
    return f'<path d="M{path}z" fill="{colour}" stroke="{style.INK}" stroke-width="0.8"/>'


def _rect(top: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{_LEFT}" y="{top:.1f}" width="{_WIDE}" height="{height:.1f}" fill="{colour}" '
        f'stroke="{style.INK}" stroke-width="0.8"/>'
    )


def _pores(row: Mapping[str, Any], face: float, scale: float) -> list[str]:
    """Pores to scale, as circles beside the host."""
    at, thick = _LEFT + _WIDE + 8, _thickness(row)
    widest = max(float(row["pore_size_top_um"]), float(row["pore_size_bottom_um"]))
    several = int(np.clip(thick / max(widest, 1e-9), 1, _PORES))
    levels = (np.arange(several) + 0.5) / several
    parts = []
    for z, size in zip(levels, graded(row, "pore_size", "_um", levels), strict=True):
        radius = min(0.5 * float(size) * scale, 0.5 * (WIDTH - at - 2))
        y = face + z * thick * scale
        parts.append(
            f'<circle cx="{at + radius:.1f}" cy="{y:.1f}" r="{radius:.2f}" fill="none" stroke="{style.INK}"/>'
        )
    return parts


def _depth_axis(face: float, thick: float, scale: float) -> list[str]:
    """Ticks of the depth, um, at the same steps on every drawing of one scale, and at the foil."""
    step = next((one for one in _STEP_UM if one * scale >= _APART), _STEP_UM[-1])
    parts = []
    for depth in [*np.arange(0.0, thick - _APART / (2.0 * scale), step), thick]:
        y = face + depth * scale
        parts.append(f'<path d="M{_LEFT - 4} {y:.1f}H{_LEFT}" stroke="{style.INK}"/>')
        parts.append(_word(_LEFT - 7, y + 4, number(depth) + (" µm" if depth == thick else ""), "end"))
    return parts


def _word(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{style.INK}">{escape(text)}</text>'


def _said(row: Mapping[str, Any], profile: Profile | None) -> str:
    """Describe the drawing for readers who cannot see it."""
    if _thickness(row) <= 0:
        return f"Cross-section of {title(row)}: plated lithium as a dense layer on the foil."
    shown = "solid and pores" if profile is None else "solid, pores and plated lithium"
    share = given(row, "bottom_half_share")
    where = (
        ""
        if share is None
        else f" {quantity(share, 'bottom_half_share')} of the lithium is in the bottom half."
    )
    depth = quantity(row["thickness_um"], "thickness_um")
    return f"Cross-section of {title(row)}, {depth} thick: {shown} by depth.{where}"
