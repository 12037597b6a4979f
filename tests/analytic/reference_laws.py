"""The closure laws of the plating kernel, written a second time in NumPy for ``reference``.

Arrays are (cells, m) or (nodes, m), nodes being the top face, the cells and the foil; columns are separate
cells. ``host`` is the kernel's profile with one more axis, (cells, 1), so that its columns broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.physics.constants import LITHIUM_CONDUCTIVITY
from surrogate.physics.plating.structures import (
    LITHIUM_PER_COULOMB,
    CellProperties,
    HostProfile,
    KernelConstants,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Geometry:
    """volume (cells, m), area and covered (nodes, m); ionic, electronic, diffusive (nodes, m): half resistances."""

    volume: Array
    area: Array
    covered: Array
    ionic: Array
    electronic: Array
    diffusive: Array


def on_lithium(eta: Array, exchange: Array, film: float, scale: float) -> tuple[Array, Array, Array]:
    """Current density on lithium at eta >= 0, its derivatives in the drive and in the exchange current.

    Newton's method on u + b sinh(u) = a, with u = asinh(i / 2 i0), from above, where it cannot overshoot.
    """
    a, b = eta / scale, 2.0 * exchange * film / scale
    u = np.minimum(a, np.arcsinh(a / np.maximum(b, 1e-300)))
    for _ in range(60):
        change = (u + b * np.sinh(u) - a) / (1.0 + b * np.cosh(u))
        u = u - change
        if np.all(np.abs(change) <= 1e-9 * u + 1e-300):
            break
    slope = 2.0 * exchange / scale * np.cosh(u) / (1.0 + b * np.cosh(u))
    return 2.0 * exchange * np.sinh(u), slope, slope * scale * np.tanh(u) / exchange


def on_surface(
    eta: Array, covered: Array, barrier: Array, spread: float, exchange: Array, film: float, scale: float
) -> tuple[Array, Array, Array]:
    """The same of a surface of which the share ``covered`` carries lithium, at any drive."""
    width = spread * barrier + 1e-30
    x = (eta - barrier) / width
    past = width * (np.logaddexp(0.0, x) - np.logaddexp(0.0, -barrier / width))
    share = np.exp(-np.logaddexp(0.0, -x))
    past, share = np.where(barrier > 0.0, past, eta), np.where(barrier > 0.0, share, 1.0)
    sign, bare = np.sign(eta), np.where(eta > 0.0, 1.0 - covered, 0.0)
    first = on_lithium(np.abs(eta), exchange, film, scale)
    second = on_lithium(np.maximum(past, 0.0), exchange, film, scale)
    return (
        covered * sign * first[0] + bare * second[0],
        covered * first[1] + bare * share * second[1],
        covered * sign * first[2] + bare * second[2],
    )


def covering(host: HostProfile, constants: KernelConstants, live: Array) -> tuple[Array, Array]:
    """Pore fill of the cells, and the share of each that lithium grown from the foil has covered."""
    pores = host.porosity * host.width
    fill = np.minimum(live[1:-1] * LITHIUM_PER_COULOMB / pores, constants.full)
    free = pores * (1.0 - fill)
    below = np.cumsum(free[::-1], axis=0)[::-1] - free
    left = np.maximum(live[-1] * LITHIUM_PER_COULOMB - below, 0.0)
    return fill, np.minimum(left / free, constants.most_covered)


def geometry(cell: CellProperties, host: HostProfile, constants: KernelConstants, live: Array) -> Geometry:
    """At this live lithium (C m-2), none of it dead, the front somewhere below the top face."""
    porosity, width = host.porosity, host.width
    pores = porosity * width
    fill, under = covering(host, constants, live)
    free, above = 1.0 - fill, 1.0 - under
    passed = under >= constants.most_covered
    standing = len(passed) - 1 - np.argmax(~passed[::-1], axis=0)  # the cell that the front is in
    mouth = np.take_along_axis(porosity * free, standing[None], 0)[0] / porosity[-1]
    bare = 4.0 * pores / host.pore
    area = np.empty_like(live)
    area[0] = cell.top_area + porosity[0] * fill[0] ** constants.closing_power
    area[1:-1] = bare * np.sqrt(free) * above * ~passed
    area[-1] = cell.foil_area * mouth
    beneath = area.copy()
    beneath[1:-1] = bare
    film = np.maximum(live, 0.0) * LITHIUM_PER_COULOMB / np.maximum(beneath, 1e-12)
    wired = np.maximum(fill - cell.wiring, 0.0) / (1.0 - cell.wiring)
    contact = np.clip((fill - constants.reaching) / (1.0 - constants.reaching), 0.0, 1.0)
    wired[1:] = np.maximum(wired[1:], contact[:-1])
    wired[:-1] = np.maximum(wired[:-1], contact[1:])
    path = porosity * free**1.5 / host.tortuosity
    wires = host.electronic + LITHIUM_CONDUCTIVITY * porosity * wired**2
    half = np.zeros((3, *live.shape))
    half[0, 1:-1] = above / (cell.conductivity * path + host.extra_ionic)
    half[1, 1:-1] = (1.0 - under / constants.most_covered) / wires + under / (LITHIUM_CONDUCTIVITY * porosity)
    half[2, 1:-1] = above / (cell.diffusivity * path)
    half *= 0.5 * np.concatenate([width[:1], width, width[:1]])
    return Geometry(pores * free * above, area, 1.0 - np.exp(-film / cell.covering), *half)
