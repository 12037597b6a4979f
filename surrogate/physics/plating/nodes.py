"""The nodes of the plating kernel, compiled: geometry and resistances at a given fill, voltage, smallest salt.

Lithium that grows on the foil is a dense front: it fills the free pore volume from the bottom upward, so that
the foil's node moves up with it, through cells that are filled already and through insulating ones alike. What
it covers of a cell has no surface and no resistance left.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from surrogate.physics.constants import FARADAY, LITHIUM_CONDUCTIVITY
from surrogate.physics.plating.compiled import JIT
from surrogate.physics.plating.layout import (
    CATION_NUMBER,
    CONDUCTIVITY,
    COUNTER_AREA,
    COUNTER_FILM,
    COVERING,
    CURRENT,
    DEAD,
    DEAD_FOIL,
    DEAD_TOP,
    DIFFUSIVITY,
    ELECTRONIC,
    EXCHANGE,
    EXTRA_IONIC,
    FOIL_AREA,
    FROZEN,
    FULL,
    LITHIUM_PER_COULOMB,
    MOST_COVERED,
    PORE,
    POROSITY,
    S_DEAD,
    S_LIVE,
    S_SALT,
    SALT,
    SEP_POROSITY,
    SEP_TORTUOSITY,
    SEPARATOR,
    THERMAL,
    TOP_AREA,
    TORTUOSITY,
    WIDTH,
    WIRING,
)

LEAST_PART = (
    0.02  # of the free pores, kept for whichever of the front and the cells did not grow in the last step
)
# Pore diameters over which the equations of a porous medium mean something (a representative elementary volume:
# Bear, Dynamics of Fluids in Porous Media, 1972, sec. 1.3; the number is assumed).
REPRESENTATIVE = 3.0
# Power of the fill of the uppermost pores with which their mouths close: a film on their walls leaves them open
# (assumed; plausible 2 to 8).
CLOSING_POWER = 4.0
LEAST_FACE = 1e-6  # real over geometric area; a foil with less is left out of the peak: it is covered
LEAST_SURFACE = (
    0.1  # of the bare surface; a stretch with less is left out: it is clogged, and little passes there
)
REACHING = 0.9  # pore fill from which a cell's lithium grows on into its neighbours


@njit(**JIT)
def front(host: np.ndarray, top: int, held: np.ndarray, under: np.ndarray) -> tuple[float, int]:
    """Share ``under`` (n,) of each cell that lithium grown from the foil has covered.

    held (n,): C m-2 of lithium, live and dead. Returns the pore volume above the front (m3 m-2) and the node
    of the cell in which the front stands; the top face's node when the host is full.
    """
    n = held.shape[0]
    left, free_above, at = held[n - 1] * LITHIUM_PER_COULOMB, 0.0, top
    under[:] = 0.0
    for k in range(n - 2, top, -1):
        pores = host[POROSITY, k - top - 1] * host[WIDTH, k - top - 1]
        free = pores * (1.0 - min(held[k] * LITHIUM_PER_COULOMB / pores, FULL))
        under[k] = min(left / free, MOST_COVERED)
        left = max(left - free, 0.0)
        if under[k] < MOST_COVERED:
            at = max(at, k)
            free_above += free * (1.0 - under[k])
    return free_above, at


@njit(**JIT)
def _contact(host: np.ndarray, cell: int, live: float) -> float:
    """How well a cell's lithium reaches into its neighbours, 0 to 1: it grows on from a cell that is nearly full.

    Without it, a front would cross an insulating region cell by cell, in bursts of volts that no cell shows.
    """
    fill = live * LITHIUM_PER_COULOMB / (host[POROSITY, cell] * host[WIDTH, cell])
    return min(max((fill - REACHING) / (1.0 - REACHING), 0.0), 1.0)


@njit(**JIT)
def _faces(
    p: np.ndarray, host: np.ndarray, top: int, at: int, held: np.ndarray, live_on_top: float
) -> tuple[float, float]:
    """Surface of the top face and of the front ``at`` its cell, per geometric area.

    Pores that fill at the top close there, and lithium in their mouths is a face as well. Once the host is full,
    lithium on its top face spans them all and hides what is under them.
    """
    if at == top:
        whole = p[TOP_AREA] + p[FOIL_AREA]
        hidden = math.exp(-live_on_top * LITHIUM_PER_COULOMB / (whole * p[COVERING]))
        return whole, p[FOIL_AREA] * max(hidden, 1e-6)
    cell = at - top - 1
    pores = host[POROSITY, cell] * host[WIDTH, cell]
    free = 1.0 - min(held[at] * LITHIUM_PER_COULOMB / pores, FULL)
    filled = min(held[top + 1] * LITHIUM_PER_COULOMB / (host[POROSITY, 0] * host[WIDTH, 0]), FULL)
    mouths = host[POROSITY, 0] * filled**CLOSING_POWER
    return p[TOP_AREA] + mouths, p[FOIL_AREA] * host[POROSITY, cell] / host[POROSITY, -1] * free


@njit(**JIT)
def node_geometry(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    held: np.ndarray,
    live: np.ndarray,
    under: np.ndarray,
    volume: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    half: np.ndarray,
) -> None:
    """Pore volume, plating area, coverage by live lithium and half-cell resistances at the given lithium.

    held, live (n,): C m-2 of each node, dead lithium included or not. half (n, 3): ionic resistance (ohm m2),
    electronic resistance (ohm m2) and diffusive resistance (s m-1) from a node's middle to its face; 0 at a
    node without volume.
    """
    n = held.shape[0]
    width = p[SEPARATOR] / top
    share = p[SEP_POROSITY] / p[SEP_TORTUOSITY]
    for k in range(top):
        volume[k] = width * p[SEP_POROSITY]
        area[k] = 0.0
        half[k, 0] = 0.5 * width / (p[CONDUCTIVITY] * share)
        half[k, 1] = 0.0
        half[k, 2] = 0.5 * width / (p[DIFFUSIVITY] * share)
    at = front(host, top, held, under)[1]
    area[top] = p[TOP_AREA]
    if n > top + 1:
        area[top], area[n - 1] = _faces(p, host, top, at, held, live[top])
    for k in range(top, n):
        if k == top or k == n - 1:
            volume[k] = 0.0
            half[k, 0] = half[k, 1] = half[k, 2] = 0.0
            covered[k] = -math.expm1(-live[k] * LITHIUM_PER_COULOMB / (max(area[k], 1e-12) * p[COVERING]))
            continue
        cell = host[:, k - top - 1]
        pores = cell[POROSITY] * cell[WIDTH]
        fill = min(held[k] * LITHIUM_PER_COULOMB / pores, FULL)
        wire = min(live[k] * LITHIUM_PER_COULOMB / pores, FULL)
        free, above = 1.0 - fill, 1.0 - under[k]
        bare_area = 4.0 * pores / cell[PORE]
        volume[k] = pores * free * above
        area[k] = bare_area * math.sqrt(free) * above
        covered[k] = -math.expm1(-live[k] * LITHIUM_PER_COULOMB / (bare_area * p[COVERING]))
        # Tortuosity grows as pores fill, tau (1 - s)^-1/2 (Bruggeman), on top of the lost pore volume.
        ionic = cell[POROSITY] * free * math.sqrt(free) / cell[TORTUOSITY]
        wired = max(wire - p[WIRING], 0.0) / (1.0 - p[WIRING])
        for beside in (k - 1, k + 1):
            if top < beside < n - 1:
                wired = max(wired, _contact(host, beside - top - 1, live[beside]))
        electronic = cell[ELECTRONIC] + LITHIUM_CONDUCTIVITY * cell[POROSITY] * wired * wired
        half[k, 0] = 0.5 * cell[WIDTH] * above / (p[CONDUCTIVITY] * ionic + cell[EXTRA_IONIC])
        # A cell that the front has passed conducts as lithium, so that the top face goes on where the host ends.
        half[k, 1] = 0.5 * cell[WIDTH] * (1.0 - under[k] / MOST_COVERED) / electronic
        half[k, 1] += 0.5 * cell[WIDTH] * under[k] / (LITHIUM_CONDUCTIVITY * cell[POROSITY])
        half[k, 2] = 0.5 * cell[WIDTH] * above / (p[DIFFUSIVITY] * ionic)


@njit(**JIT)
def left_dead(p: np.ndarray, host: np.ndarray, top: int, n: int, k: int) -> float:
    """Lithium left dead per lithium stripped from node k of n."""
    if k == top:
        return float(p[DEAD_TOP])
    return float(p[DEAD_FOIL]) if k == n - 1 else float(host[DEAD, k - top - 1])


@njit(**JIT)
def node_limits(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    held: np.ndarray,
    live: np.ndarray,
    previous: np.ndarray,
    under: np.ndarray,
    room: np.ndarray,
    stock: np.ndarray,
) -> None:
    """What each node can still take up and give back, C m-2: the top face has room without end.

    The front and the cells it has not reached fill the same pores: each gets its part of the free volume, as
    the rates ``previous`` (n,) of the last step were.
    """
    n = held.shape[0]
    free_above = front(host, top, held, under)[0]
    inside, grown = 0.0, max(previous[n - 1], 0.0)
    for k in range(top + 1, n - 1):
        inside += max(previous[k], 0.0)
    part = grown / (grown + inside) if grown + inside > 0.0 else 0.5
    part = min(max(part, LEAST_PART), 1.0 - LEAST_PART)
    for k in range(top, n):
        stock[k] = max(live[k], 0.0) * (1.0 - under[k]) / (1.0 + left_dead(p, host, top, n, k))
        if k == top:
            room[k] = 1e300
        elif k == n - 1:
            room[k] = part * FULL * free_above / LITHIUM_PER_COULOMB
        else:
            pores = host[POROSITY, k - top - 1] * host[WIDTH, k - top - 1]
            free = max(FULL * pores / LITHIUM_PER_COULOMB - held[k], 0.0)
            room[k] = (1.0 - part) * free * max(1.0 - under[k] / MOST_COVERED, 0.0)


@njit(**JIT)
def cell_voltage(p: np.ndarray, top: int, salt: np.ndarray, drive: np.ndarray, half: np.ndarray) -> float:
    """Voltage between the counter electrode (lithium foil) and the foil under the host, V; negative in stripping."""
    n = salt.shape[0]
    diffusion = 0.0 if p[FROZEN] > 0.5 else p[THERMAL] * (1.0 - p[CATION_NUMBER])
    through = p[CURRENT]
    # From the counter electrode's surface into the middle of the first cell.
    surface = salt[0]
    if diffusion > 0.0:
        surface += (1.0 - p[CATION_NUMBER]) * p[CURRENT] / FARADAY * half[0, 2]
        surface = max(surface, 1e-6 * p[SALT])
    drop = p[CURRENT] * half[0, 0] - diffusion * math.log(salt[0] / surface)
    for k in range(n - 1):
        ionic = half[k, 0] + half[k + 1, 0]
        electronic = half[k, 1] + half[k + 1, 1]
        pull = diffusion * math.log(salt[k + 1] / salt[k])
        if k >= top:
            through = (p[CURRENT] * electronic + pull - (drive[k + 1] - drive[k])) / (ionic + electronic)
        drop += ionic * through - pull
    exchange = p[EXCHANGE] * math.sqrt(max(surface / p[SALT], 1e-6))
    local = p[CURRENT] / p[COUNTER_AREA]
    counter = p[THERMAL] * math.asinh(local / (2.0 * exchange)) + local * p[COUNTER_FILM]
    return drive[n - 1] + drop + counter


@njit(**JIT)
def least_resistance(top: int, half: np.ndarray) -> float:
    """Of the separator and of a host whose electrons and ions could change places at every depth, ohm m2.

    All of the current crosses each face, as the one or the other, so that no host resists less than this.
    """
    total = half[0, 0]
    for k in range(half.shape[0] - 1):
        ionic = half[k, 0] + half[k + 1, 0]
        electronic = half[k, 1] + half[k + 1, 1]
        total += ionic * electronic / (ionic + electronic) if k >= top else ionic
    return float(total)


@njit(**JIT)
def least_salt(state: np.ndarray, host: np.ndarray, top: int, under: np.ndarray) -> float:
    """Smallest concentration; clogged cells (less than 5 % open) are left out, as nothing plates in them."""
    n = state.shape[1]
    least = state[S_SALT, :top].min()
    if n == top + 1:
        return min(least, state[S_SALT, top])
    least = min(least, state[S_SALT, top], state[S_SALT, n - 1])
    for k in range(top + 1, n - 1):
        pores = host[POROSITY, k - top - 1] * host[WIDTH, k - top - 1]
        held = (state[S_LIVE, k] + state[S_DEAD, k]) * LITHIUM_PER_COULOMB
        if (1.0 - held / pores) * (1.0 - under[k]) >= 0.05:
            least = min(least, state[S_SALT, k])
    return least


@njit(**JIT)
def _locate(edges: np.ndarray, near: int, depth: float) -> tuple[int, float]:
    """The cell that holds a depth, looked for from the cell ``near`` on, and the share of it that lies above."""
    while near > 0 and edges[near] > depth:
        near -= 1
    while near < edges.shape[0] - 2 and edges[near + 1] < depth:
        near += 1
    return near, (depth - edges[near]) / (edges[near + 1] - edges[near])


@njit(**JIT)
def peak_current(host: np.ndarray, top: int, area: np.ndarray, rate: np.ndarray) -> float:
    """Largest local current density, A m-2 of real area, of either face and of any stretch of three pores.

    The equations are those of a continuum of pores and tell nothing from one place to another within a few pores;
    a sharp front in single cells would have a density that grows without end as the mesh is refined.
    """
    n = rate.shape[0]
    peak = abs(rate[top]) / max(area[top], 1e-12)
    if n == top + 1:
        return float(peak)
    m = n - top - 2
    if area[n - 1] > LEAST_FACE:
        peak = max(peak, abs(rate[n - 1]) / area[n - 1])
    edges, sums, within = np.zeros(m + 1), np.zeros((m + 1, 3)), np.zeros(3)
    for j in range(m):
        edges[j + 1] = edges[j] + host[WIDTH, j]
        sums[j + 1, 0] = sums[j, 0] + abs(rate[top + 1 + j])
        sums[j + 1, 1] = sums[j, 1] + area[top + 1 + j]
        sums[j + 1, 2] = sums[j, 2] + 4.0 * host[POROSITY, j] * host[WIDTH, j] / host[PORE, j]
    ends, begins = 0, 0  # the cells in which a stretch ends and begins
    for j in range(m):
        stretch = min(REPRESENTATIVE * host[PORE, j], edges[m])
        if edges[j] + stretch < edges[m]:
            ends, part = _locate(edges, ends, edges[j] + stretch)
            within[:] = sums[ends] + part * (sums[ends + 1] - sums[ends]) - sums[j]
        else:  # it ends at the foil
            begins, part = _locate(edges, begins, edges[m] - stretch)
            within[:] = sums[m] - sums[begins] - part * (sums[begins + 1] - sums[begins])
        if within[1] > LEAST_SURFACE * within[2]:
            peak = max(peak, within[0] / within[1])
    return float(peak)
