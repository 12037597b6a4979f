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
from surrogate.physics.plating.compiled import JIT, JIT_IN_PLACE
from surrogate.physics.plating.structures import (
    LITHIUM_PER_COULOMB,
    HostProfile,
    Model,
    Nodes,
    NodeState,
)

LEAST_FACE = 1e-6  # real over geometric area; a foil with less is left out of the peak: it is covered
# Of the bare surface; a stretch with less is left out of the peak: it is clogged, and little passes there.
LEAST_SURFACE = 0.1


@njit(**JIT_IN_PLACE)
def front(model: Model, held: np.ndarray, under: np.ndarray) -> tuple[float, int]:
    """Find how far lithium grown from the foil reaches up.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    held : ndarray (n,)
        Lithium of each node, live and dead, C m-2.
    under : ndarray (n,)
        Filled in: share of each cell that it has covered.

    Returns
    -------
    free_above : float
        Pore volume above the front, m3 m-2.
    at : int
        Node of the cell in which the front stands; the top face's when the host is full.
    """
    host, top = model.host, model.top
    full, most_covered = model.constants.full, model.constants.most_covered
    n = held.shape[0]
    left, free_above, at = held[n - 1] * LITHIUM_PER_COULOMB, 0.0, top
    under[:] = 0.0
    for k in range(n - 2, top, -1):
        pores = host.porosity[k - top - 1] * host.width[k - top - 1]
        free = pores * (1.0 - min(held[k] * LITHIUM_PER_COULOMB / pores, full))
        under[k] = min(left / free, most_covered)
        left = max(left - free, 0.0)
        if under[k] < most_covered:
            at = max(at, k)
            free_above += free * (1.0 - under[k])
    return free_above, at


@njit(**JIT_IN_PLACE)
def _contact(host: HostProfile, reaching: float, j: int, live: float) -> float:
    """How well the lithium of cell j reaches into its neighbours, 0 to 1: it grows on from one that is nearly full.

    Without it, a front would cross an insulating region cell by cell, in bursts of volts that no cell shows.
    """
    fill = live * LITHIUM_PER_COULOMB / (host.porosity[j] * host.width[j])
    return min(max((fill - reaching) / (1.0 - reaching), 0.0), 1.0)


@njit(**JIT_IN_PLACE)
def _faces(model: Model, at: int, held: np.ndarray, live_on_top: float) -> tuple[float, float]:
    """Surface of the top face and of the front ``at`` its cell, per geometric area.

    Pores that fill at the top close there, and lithium in their mouths is a face as well. Once the host is full,
    lithium on its top face spans them all and hides what is under them.
    """
    cell, host, top, full = model.cell, model.host, model.top, model.constants.full
    if at == top:
        whole = cell.top_area + cell.foil_area
        hidden = math.exp(-live_on_top * LITHIUM_PER_COULOMB / (whole * cell.covering))
        return whole, cell.foil_area * max(hidden, 1e-6)
    j = at - top - 1
    pores = host.porosity[j] * host.width[j]
    free = 1.0 - min(held[at] * LITHIUM_PER_COULOMB / pores, full)
    filled = min(held[top + 1] * LITHIUM_PER_COULOMB / (host.porosity[0] * host.width[0]), full)
    mouths = host.porosity[0] * filled**model.constants.closing_power
    return cell.top_area + mouths, cell.foil_area * host.porosity[j] / host.porosity[-1] * free


@njit(**JIT_IN_PLACE)
def node_geometry(
    model: Model, held: np.ndarray, live: np.ndarray, covered: np.ndarray, nodes: Nodes
) -> None:
    """Find pore volume, plating area, coverage by live lithium and half-cell resistances at the given lithium.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    held, live : ndarray (n,)
        Lithium of each node, dead lithium included or not, C m-2.
    covered : ndarray (n,)
        Filled in.
    nodes : Nodes
        Its geometry is filled in; room and stock are :func:`node_limits`'.
    """
    cell, host, top = model.cell, model.host, model.top
    full, most_covered, reaching = (
        model.constants.full,
        model.constants.most_covered,
        model.constants.reaching,
    )
    n = held.shape[0]
    width = cell.separator / top
    share = cell.separator_porosity / cell.separator_tortuosity
    for k in range(top):
        nodes.volume[k] = width * cell.separator_porosity
        nodes.area[k] = 0.0
        nodes.ionic[k] = 0.5 * width / (cell.conductivity * share)
        nodes.electronic[k] = 0.0
        nodes.diffusive[k] = 0.5 * width / (cell.diffusivity * share)
    at = front(model, held, nodes.under)[1]
    nodes.area[top] = cell.top_area
    if n > top + 1:
        nodes.area[top], nodes.area[n - 1] = _faces(model, at, held, live[top])
    for k in range(top, n):
        if k == top or k == n - 1:
            nodes.volume[k] = 0.0
            nodes.ionic[k] = nodes.electronic[k] = nodes.diffusive[k] = 0.0
            covered[k] = -math.expm1(
                -live[k] * LITHIUM_PER_COULOMB / (max(nodes.area[k], 1e-12) * cell.covering)
            )
            continue
        j = k - top - 1
        pores = host.porosity[j] * host.width[j]
        fill = min(held[k] * LITHIUM_PER_COULOMB / pores, full)
        wire = min(live[k] * LITHIUM_PER_COULOMB / pores, full)
        free, above = 1.0 - fill, 1.0 - nodes.under[k]
        bare_area = 4.0 * pores / host.pore[j]
        nodes.volume[k] = pores * free * above
        nodes.area[k] = bare_area * math.sqrt(free) * above
        covered[k] = -math.expm1(-live[k] * LITHIUM_PER_COULOMB / (bare_area * cell.covering))
        # Tortuosity grows as pores fill, tau (1 - s)^-1/2 (Bruggeman), on top of the lost pore volume.
        ionic = host.porosity[j] * free * math.sqrt(free) / host.tortuosity[j]
        wired = max(wire - cell.wiring, 0.0) / (1.0 - cell.wiring)
        for beside in (k - 1, k + 1):
            if top < beside < n - 1:
                wired = max(wired, _contact(host, reaching, beside - top - 1, live[beside]))
        electronic = host.electronic[j] + LITHIUM_CONDUCTIVITY * host.porosity[j] * wired * wired
        nodes.ionic[k] = 0.5 * host.width[j] * above / (cell.conductivity * ionic + host.extra_ionic[j])
        # A cell that the front has passed conducts as lithium, so that the top face goes on where the host ends.
        nodes.electronic[k] = 0.5 * host.width[j] * (1.0 - nodes.under[k] / most_covered) / electronic
        nodes.electronic[k] += (
            0.5 * host.width[j] * nodes.under[k] / (LITHIUM_CONDUCTIVITY * host.porosity[j])
        )
        nodes.diffusive[k] = 0.5 * host.width[j] * above / (cell.diffusivity * ionic)


@njit(**JIT_IN_PLACE)
def left_dead(model: Model, n: int, k: int) -> float:
    """Return the lithium left dead per lithium stripped from a node.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    n : int
        Number of nodes.
    k : int
        Which one.

    Returns
    -------
    float
    """
    if k == model.top:
        return float(model.cell.dead_top)
    return float(model.cell.dead_foil) if k == n - 1 else float(model.host.dead[k - model.top - 1])


@njit(**JIT_IN_PLACE)
def node_limits(model: Model, held: np.ndarray, live: np.ndarray, previous: np.ndarray, nodes: Nodes) -> None:
    """Find what each node can still take up and give back; the top face has room without end.

    The front and the cells it has not reached fill the same pores: each gets its part of the free volume, as the
    rates of the last step were.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    held, live : ndarray (n,)
        Lithium of each node, dead lithium included or not, C m-2.
    previous : ndarray (n,)
        Plating rates of the last step, A m-2.
    nodes : Nodes
        Its room and stock are filled in, and what the front covers.
    """
    host, top = model.host, model.top
    full, most_covered, least_part = (
        model.constants.full,
        model.constants.most_covered,
        model.constants.least_part,
    )
    n = held.shape[0]
    free_above = front(model, held, nodes.under)[0]
    inside, grown = 0.0, max(previous[n - 1], 0.0)
    for k in range(top + 1, n - 1):
        inside += max(previous[k], 0.0)
    part = grown / (grown + inside) if grown + inside > 0.0 else 0.5
    part = min(max(part, least_part), 1.0 - least_part)
    for k in range(top, n):
        nodes.stock[k] = max(live[k], 0.0) * (1.0 - nodes.under[k]) / (1.0 + left_dead(model, n, k))
        if k == top:
            nodes.room[k] = 1e300
        elif k == n - 1:
            nodes.room[k] = part * full * free_above / LITHIUM_PER_COULOMB
        else:
            pores = host.porosity[k - top - 1] * host.width[k - top - 1]
            free = max(full * pores / LITHIUM_PER_COULOMB - held[k], 0.0)
            nodes.room[k] = (1.0 - part) * free * max(1.0 - nodes.under[k] / most_covered, 0.0)


@njit(**JIT_IN_PLACE)
def cell_voltage(model: Model, current: float, salt: np.ndarray, drive: np.ndarray, nodes: Nodes) -> float:
    """Return the voltage between the counter electrode (lithium foil) and the foil under the host.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    current : float
        A m-2.
    salt, drive : ndarray (n,)
        mol m-3 and V.
    nodes : Nodes
        Resistances.

    Returns
    -------
    float
        V; negative in stripping.
    """
    cell = model.cell
    n = salt.shape[0]
    diffusion = 0.0 if cell.frozen > 0.5 else cell.thermal * (1.0 - cell.cation_number)
    through = current
    # From the counter electrode's surface into the middle of the first cell.
    surface = salt[0]
    if diffusion > 0.0:
        surface += (1.0 - cell.cation_number) * current / FARADAY * nodes.diffusive[0]
        surface = max(surface, 1e-6 * cell.salt)
    drop = current * nodes.ionic[0] - diffusion * math.log(salt[0] / surface)
    for k in range(n - 1):
        ionic = nodes.ionic[k] + nodes.ionic[k + 1]
        electronic = nodes.electronic[k] + nodes.electronic[k + 1]
        pull = diffusion * math.log(salt[k + 1] / salt[k])
        if k >= model.top:
            through = (current * electronic + pull - (drive[k + 1] - drive[k])) / (ionic + electronic)
        drop += ionic * through - pull
    exchange = cell.exchange * math.sqrt(max(surface / cell.salt, 1e-6))
    local = current / cell.counter_area
    counter = cell.thermal * math.asinh(local / (2.0 * exchange)) + local * cell.counter_film
    return drive[n - 1] + drop + counter


@njit(**JIT_IN_PLACE)
def least_resistance(top: int, nodes: Nodes) -> float:
    """Return the resistance of separator and host if electrons and ions could change places at every depth.

    All of the current crosses each face, as the one or the other, so that no host resists less than this.

    Parameters
    ----------
    top : int
        Number of separator cells.
    nodes : Nodes
        Resistances.

    Returns
    -------
    float
        ohm m2.
    """
    total = nodes.ionic[0]
    for k in range(nodes.ionic.shape[0] - 1):
        ionic = nodes.ionic[k] + nodes.ionic[k + 1]
        electronic = nodes.electronic[k] + nodes.electronic[k + 1]
        total += ionic * electronic / (ionic + electronic) if k >= top else ionic
    return float(total)


@njit(**JIT_IN_PLACE)
def least_salt(model: Model, state: NodeState, under: np.ndarray) -> float:
    """Return the smallest concentration; clogged cells (less than 5 % open) are left out, as nothing plates in them.

    Parameters
    ----------
    model : Model
        Cell, host and constants.
    state : NodeState
        Salt and lithium.
    under : ndarray (n,)
        Share of each cell that lithium grown from the foil has covered.

    Returns
    -------
    float
        mol m-3.
    """
    host, top = model.host, model.top
    n = state.salt.shape[0]
    least = state.salt[0]
    for k in range(1, top):
        least = min(least, state.salt[k])
    if n == top + 1:
        return min(least, state.salt[top])
    least = min(least, state.salt[top], state.salt[n - 1])
    for k in range(top + 1, n - 1):
        pores = host.porosity[k - top - 1] * host.width[k - top - 1]
        held = (state.live[k] + state.dead[k]) * LITHIUM_PER_COULOMB
        if (1.0 - held / pores) * (1.0 - under[k]) >= 0.05:
            least = min(least, state.salt[k])
    return least


@njit(**JIT_IN_PLACE)
def _locate(edges: np.ndarray, near: int, depth: float) -> tuple[int, float]:
    """Find the cell that holds a depth, looked for from the cell ``near`` on, and the share of it that lies above."""
    while near > 0 and edges[near] > depth:
        near -= 1
    while near < edges.shape[0] - 2 and edges[near + 1] < depth:
        near += 1
    return near, (depth - edges[near]) / (edges[near + 1] - edges[near])


@njit(**JIT_IN_PLACE)
def _within(sums: np.ndarray, cell: int, part: float, column: int) -> float:
    """Return a sum down to a depth: that down to a cell and a part of what the cell holds."""
    return float(sums[cell, column] + part * (sums[cell + 1, column] - sums[cell, column]))


@njit(**JIT)
def peak_current(model: Model, nodes: Nodes, rate: np.ndarray) -> float:
    """Return the largest local current density of either face and of any stretch of a few pores.

    The equations are those of a continuum of pores and do not resolve single places within a few pores; a
    sharp front in single cells would have a density that grows without end as the mesh is refined.

    Parameters
    ----------
    model : Model
        Host, and the number of pores.
    nodes : Nodes
        Plating area.
    rate : ndarray (n,)
        Plating rates, A per geometric m2.

    Returns
    -------
    float
        A m-2 of real area.
    """
    top, width, porosity, pore = model.top, model.host.width, model.host.porosity, model.host.pore
    area, representative = nodes.area, model.constants.representative
    n = rate.shape[0]
    peak = abs(rate[top]) / max(area[top], 1e-12)
    if n == top + 1:
        return float(peak)
    m = n - top - 2
    if area[n - 1] > LEAST_FACE:
        peak = max(peak, abs(rate[n - 1]) / area[n - 1])
    edges, sums = np.zeros(m + 1), np.zeros((m + 1, 3))
    for j in range(m):
        edges[j + 1] = edges[j] + width[j]
        sums[j + 1, 0] = sums[j, 0] + abs(rate[top + 1 + j])
        sums[j + 1, 1] = sums[j, 1] + area[top + 1 + j]
        sums[j + 1, 2] = sums[j, 2] + 4.0 * porosity[j] * width[j] / pore[j]
    ends, begins = 0, 0  # the cells in which a stretch ends and begins
    for j in range(m):
        stretch = min(representative * pore[j], edges[m])
        if edges[j] + stretch < edges[m]:
            ends, part = _locate(edges, ends, edges[j] + stretch)
            passed = _within(sums, ends, part, 0) - sums[j, 0]
            open_area = _within(sums, ends, part, 1) - sums[j, 1]
            whole = _within(sums, ends, part, 2) - sums[j, 2]
        else:  # it ends at the foil
            begins, part = _locate(edges, begins, edges[m] - stretch)
            passed = sums[m, 0] - _within(sums, begins, part, 0)
            open_area = sums[m, 1] - _within(sums, begins, part, 1)
            whole = sums[m, 2] - _within(sums, begins, part, 2)
        if open_area > LEAST_SURFACE * whole:
            peak = max(peak, passed / open_area)
    return float(peak)
