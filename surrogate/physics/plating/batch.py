"""Many designs, one after the other, compiled: the kernel's histories boiled down to a row of numbers each."""

from __future__ import annotations

import numpy as np
from numba import njit

from surrogate.physics.plating.compiled import JIT
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.nodes import front
from surrogate.physics.plating.structures import (
    DONE,
    LITHIUM_PER_COULOMB,
    NOT_RUN,
    CellProperties,
    History,
    HostProfile,
    KernelConstants,
    Model,
    NodeState,
    Places,
    Protocol,
    Summary,
)

ROWS_PER_STEP = 10  # room for cut steps in the history
EARLY, PLATEAU, SETTLED = 0.10, (0.4, 0.8), 0.05  # windows of the charge passed, for spike, plateau and peak


@njit(**JIT)
def _cell(cells: CellProperties, row: int) -> CellProperties:
    """The numbers of one design from the arrays (n,) of all."""
    return CellProperties(
        cells.salt[row], cells.diffusivity[row], cells.conductivity[row], cells.cation_number[row],
        cells.frozen[row], cells.thermal[row], cells.exchange[row], cells.film[row], cells.counter_film[row],
        cells.covering[row], cells.wiring[row], cells.separator[row], cells.separator_porosity[row],
        cells.separator_tortuosity[row], cells.top_area[row], cells.foil_area[row], cells.counter_area[row],
        cells.top_barrier[row], cells.foil_barrier[row], cells.spread[row], cells.dead_top[row],
        cells.dead_foil[row],
    )  # fmt: skip


@njit(**JIT)
def _host(hosts: HostProfile, row: int) -> HostProfile:
    """The profile (cells,) of one design from those (n, cells) of all."""
    return HostProfile(
        hosts.width[row], hosts.porosity[row], hosts.pore[row], hosts.tortuosity[row], hosts.electronic[row],
        hosts.barrier[row], hosts.extra_ionic[row], hosts.dead[row],
    )  # fmt: skip


@njit(**JIT)
def _summarise(history: History, steps: int, charge: float, row: int, summary: Summary) -> None:
    spike, plateau, weight, highest, least, peak, before = 0.0, 0.0, 0.0, 0.0, 1e300, 0.0, 0.0
    on_top = 1e300
    for step in range(steps):
        passed, voltage = history.charge[step], abs(history.voltage[step])
        if passed <= EARLY * charge:
            spike = max(spike, voltage)
        if passed > PLATEAU[0] * charge and before < PLATEAU[1] * charge:
            plateau += (passed - before) * voltage
            weight += passed - before
        if passed >= SETTLED * charge:
            peak = max(peak, history.peak[step])
        highest = max(highest, voltage)
        least = min(least, history.least_salt[step])
        on_top = min(on_top, history.top_salt[step])
        before = passed
    summary.passed[row] = before
    summary.spike[row] = spike
    summary.plateau[row] = plateau / weight if weight > 0.0 else np.nan
    summary.highest[row] = highest if steps > 0 else np.nan
    summary.least[row] = least if steps > 0 else np.nan
    summary.least_top[row] = on_top if steps > 0 else np.nan
    summary.peak[row] = peak if peak > 0.0 else np.nan
    summary.steps[row] = steps


@njit(**JIT)
def _place(model: Model, held: np.ndarray, placed: np.ndarray) -> None:
    """Lithium of each node at the depth where it lies: the foil's is spread over the cells it has grown through."""
    host, top = model.host, model.top
    n = held.shape[0]
    placed[: n - top] = held[top:]
    if n == top + 1:
        return
    under = np.zeros(n)
    front(model, held, under)
    total, spread = held[n - 1], 0.0
    weights = np.zeros(n)
    for k in range(top + 1, n - 1):
        pores = host.porosity[k - top - 1] * host.width[k - top - 1]
        weights[k] = under[k] * max(pores - held[k] * LITHIUM_PER_COULOMB, 0.0)
        spread += weights[k]
    if spread > 0.0:
        for k in range(top + 1, n - 1):
            placed[k - top] += total * weights[k] / spread
        placed[n - 1 - top] = 0.0


@njit(**JIT)
def cycle_all(
    cells: CellProperties,
    hosts: HostProfile,
    protocols: Protocol,
    planar: np.ndarray,
    constants: KernelConstants,
    top: int,
    steps: int,
    stripping: np.ndarray,
    plated: Summary,
    stripped: Summary,
    lithium: Places,
) -> None:
    """Plate every design and strip it again.

    cells, protocols (m,) and hosts (m, cells) of m designs; planar (m,): foils. stripping (m,): cutoff of the strip in
    V beyond the voltage at the end of plating, 0 to plate only. Filled in: plated, stripped (m,) and lithium (m,
    cells + 2).
    """
    rows = ROWS_PER_STEP * steps
    history = History(np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows))
    none = NodeState(np.zeros((0, 1)), np.zeros((0, 1)), np.zeros((0, 1)), np.zeros((0, 1)))
    for row in range(planar.shape[0]):
        model = Model(_cell(cells, row), _host(hosts, row), constants, top)
        n = top + (1 if planar[row] else hosts.width.shape[1] + 2)
        state = NodeState(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))
        at_rest(model.cell, state)
        protocol = Protocol(protocols.current[row], protocols.charge[row], protocols.voltage_limit[row])
        end, done, _ = half_cycle(model, protocol, steps, history, none, state)
        plated.end[row] = end
        _summarise(history, done, protocol.charge, row, plated)
        lithium.plated[row, : n - top] = state.live[top:]
        _place(model, state.live + state.dead, lithium.placed[row])
        stripped.end[row] = NOT_RUN
        total = state.live[top:].sum()
        if stripping[row] <= 0.0 or end != DONE:
            continue
        # Beyond what the cell's resistance takes anyhow: a thick pellet is not an empty host.
        limit = stripping[row] + abs(history.voltage[done - 1])
        protocol = Protocol(-protocol.current, total, limit)
        end, done, _ = half_cycle(model, protocol, steps, history, none, state)
        stripped.end[row] = end
        _summarise(history, done, total, row, stripped)
        lithium.left[row, : n - top] = state.live[top:]
        lithium.dead[row, : n - top] = state.dead[top:]
