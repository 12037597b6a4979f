"""Many designs, one after the other, compiled: the kernel's histories boiled down to a row of numbers each."""

from __future__ import annotations

import numpy as np
from numba import njit
from numba.np.unsafe.ndarray import to_fixed_tuple

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


PROTOCOL_FIELDS, CELL_FIELDS = len(Protocol._fields), len(CellProperties._fields)


@njit(**JIT)
def _host(rows: np.ndarray) -> HostProfile:
    """Rows (8, cells) by name."""
    return HostProfile(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7])


@njit(**JIT)
def _places(rows: np.ndarray) -> Places:
    """Rows (4, cells + 2) by name."""
    return Places(rows[0], rows[1], rows[2], rows[3])


@njit(**JIT)
def _summary(rows: np.ndarray) -> Summary:
    """Columns of (m, 9) by name."""
    return Summary(
        rows[:, 0],
        rows[:, 1],
        rows[:, 2],
        rows[:, 3],
        rows[:, 4],
        rows[:, 5],
        rows[:, 6],
        rows[:, 7],
        rows[:, 8],
    )


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
    protocols: np.ndarray,
    cells: np.ndarray,
    hosts: np.ndarray,
    planar: np.ndarray,
    constants: KernelConstants,
    top: int,
    steps: int,
    stripping: np.ndarray,
    plated: np.ndarray,
    stripped: np.ndarray,
    lithium: np.ndarray,
) -> None:
    """Plate every design and strip it again.

    Rows and not named tuples of arrays, each of which would cost time to hand over, a tenth of a millisecond in all.

    Parameters
    ----------
    protocols : ndarray (m, 3)
        A row a design, in the order of the fields of :class:`Protocol`.
    cells : ndarray (m, 22)
        The same of :class:`CellProperties`.
    hosts : ndarray (m, 8, cells)
        The same of :class:`HostProfile`.
    planar : ndarray of bool (m,)
        Whether the electrode is a planar foil.
    constants : KernelConstants
        What is assumed of all cells.
    top : int
        Number of separator cells.
    steps : int
        Uniform time steps of a half cycle.
    stripping : ndarray (m,)
        Cutoff of stripping, V beyond the voltage at the end of plating; 0 to plate only.
    plated, stripped : ndarray (m, 9)
        Filled in, in the order of the fields of :class:`Summary`.
    lithium : ndarray (m, 4, cells + 2)
        Filled in, in the order of the fields of :class:`Places`.
    """
    rows = ROWS_PER_STEP * steps
    after = np.zeros((5, rows))
    history = History(after[0], after[1], after[2], after[3], after[4])
    nothing = np.zeros((4, 0, 1))
    none = NodeState(nothing[0], nothing[1], nothing[2], nothing[3])
    plating, emptying = _summary(plated), _summary(stripped)
    for row in range(planar.shape[0]):
        cell = CellProperties(*to_fixed_tuple(cells[row], CELL_FIELDS))
        protocol = Protocol(*to_fixed_tuple(protocols[row], PROTOCOL_FIELDS))
        model = Model(cell, _host(hosts[row]), constants, top)
        places = _places(lithium[row])
        n = top + (1 if planar[row] else hosts.shape[2] + 2)
        values = np.zeros((4, n))
        state = NodeState(values[0], values[1], values[2], values[3])
        at_rest(cell, state)
        end, done, _ = half_cycle(model, protocol, steps, history, none, state)
        plating.end[row] = end
        _summarise(history, done, protocol.charge, row, plating)
        places.plated[: n - top] = state.live[top:]
        _place(model, state.live + state.dead, places.placed)
        emptying.end[row] = NOT_RUN
        total = state.live[top:].sum()
        if stripping[row] <= 0.0 or end != DONE:
            continue
        # Beyond what the cell's resistance takes anyhow: a thick pellet is not an empty host.
        limit = stripping[row] + abs(history.voltage[done - 1])
        protocol = Protocol(-protocol.current, total, limit)
        end, done, _ = half_cycle(model, protocol, steps, history, none, state)
        emptying.end[row] = end
        _summarise(history, done, total, row, emptying)
        places.left[: n - top] = state.live[top:]
        places.dead[: n - top] = state.dead[top:]
