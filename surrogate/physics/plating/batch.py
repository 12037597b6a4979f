"""Many designs, one after the other, compiled: the kernel's histories boiled down to a row of numbers each."""

from __future__ import annotations

import numpy as np
from numba import njit

from surrogate.physics.plating.compiled import JIT
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.layout import (
    CHARGE,
    CURRENT,
    DONE,
    H_CHARGE,
    H_LEAST_SALT,
    H_PEAK,
    H_TOP_SALT,
    H_VOLTAGE,
    HISTORY,
    LITHIUM_PER_COULOMB,
    POROSITY,
    S_DEAD,
    S_LIVE,
    STATE,
    VOLTAGE_LIMIT,
    WIDTH,
)
from surrogate.physics.plating.nodes import front

ROWS_PER_STEP = 10  # room for cut steps in the history
EARLY, PLATEAU, SETTLED = 0.10, (0.4, 0.8), 0.05  # windows of the charge passed, for spike, plateau and peak

# Columns of the compiled summary of one half cycle. NOT_RUN stands at END where there was nothing to strip.
END, PASSED, SPIKE, VOLTAGE_PLATEAU, HIGHEST, LEAST, LEAST_TOP, PEAK, STEPS = range(9)
SUMMARY = 9
NOT_RUN = -1
# Where lithium is: rows of ``lithium``. PLATED and LEFT are live lithium at the nodes after plating and after
# stripping, DEAD what stripping left dead; PLACED is all lithium after plating, at the depth where it lies.
PLATED, PLACED, LEFT, DEAD = range(4)
PLACES = 4


@njit(**JIT)
def _summarise(history: np.ndarray, rows: int, charge: float, summary: np.ndarray) -> None:
    spike, plateau, weight, highest, least, peak, before = 0.0, 0.0, 0.0, 0.0, 1e300, 0.0, 0.0
    on_top = 1e300
    for row in range(rows):
        passed, voltage = history[row, H_CHARGE], abs(history[row, H_VOLTAGE])
        if passed <= EARLY * charge:
            spike = max(spike, voltage)
        if passed > PLATEAU[0] * charge and before < PLATEAU[1] * charge:
            plateau += (passed - before) * voltage
            weight += passed - before
        if passed >= SETTLED * charge:
            peak = max(peak, history[row, H_PEAK])
        highest = max(highest, voltage)
        least = min(least, history[row, H_LEAST_SALT])
        on_top = min(on_top, history[row, H_TOP_SALT])
        before = passed
    summary[PASSED] = before
    summary[SPIKE] = spike
    summary[VOLTAGE_PLATEAU] = plateau / weight if weight > 0.0 else np.nan
    summary[HIGHEST] = highest if rows > 0 else np.nan
    summary[LEAST] = least if rows > 0 else np.nan
    summary[LEAST_TOP] = on_top if rows > 0 else np.nan
    summary[PEAK] = peak if peak > 0.0 else np.nan
    summary[STEPS] = rows


@njit(**JIT)
def _place(host: np.ndarray, top: int, held: np.ndarray, placed: np.ndarray) -> None:
    """Lithium of each node at the depth where it lies: the foil's is spread over the cells it has grown through."""
    n = held.shape[0]
    placed[: n - top] = held[top:]
    if n == top + 1:
        return
    under = np.zeros(n)
    front(host, top, held, under)
    total, spread = held[n - 1], 0.0
    weights = np.zeros(n)
    for k in range(top + 1, n - 1):
        pores = host[POROSITY, k - top - 1] * host[WIDTH, k - top - 1]
        weights[k] = under[k] * max(pores - held[k] * LITHIUM_PER_COULOMB, 0.0)
        spread += weights[k]
    if spread > 0.0:
        for k in range(top + 1, n - 1):
            placed[k - top] += total * weights[k] / spread
        placed[n - 1 - top] = 0.0


@njit(**JIT)
def cycle_all(
    scalars: np.ndarray,
    hosts: np.ndarray,
    planar: np.ndarray,
    top: int,
    steps: int,
    stripping: np.ndarray,
    plated: np.ndarray,
    stripped: np.ndarray,
    lithium: np.ndarray,
) -> None:
    """Plate every design and strip it again.

    scalars (m, SCALARS), hosts (m, PROFILES, cells), planar (m,). stripping (m,): cutoff of the strip in V
    beyond the voltage at the end of plating, 0 to plate only. Filled in: plated, stripped (m, SUMMARY) and
    lithium (m, PLACES, cells + 2).
    """
    cells = hosts.shape[2]
    history = np.zeros((ROWS_PER_STEP * steps, HISTORY))
    nothing = np.zeros((0, STATE, 1))
    for row in range(scalars.shape[0]):
        p, host = scalars[row].copy(), hosts[row]
        n = top + (1 if planar[row] else cells + 2)
        state = np.zeros((STATE, n))
        at_rest(p, state)
        end, rows, _ = half_cycle(p, host, top, steps, history, nothing, state)
        plated[row, END] = end
        _summarise(history, rows, p[CHARGE], plated[row])
        lithium[row, PLATED, : n - top] = state[S_LIVE, top:]
        _place(host, top, state[S_LIVE] + state[S_DEAD], lithium[row, PLACED])
        stripped[row, END] = NOT_RUN
        total = state[S_LIVE, top:].sum()
        if stripping[row] <= 0.0 or end != DONE:
            continue
        p[CURRENT], p[CHARGE] = -p[CURRENT], total
        # Beyond what the cell's resistance takes anyhow: a thick pellet is not an empty host.
        p[VOLTAGE_LIMIT] = stripping[row] + abs(history[rows - 1, H_VOLTAGE])
        end, rows, _ = half_cycle(p, host, top, steps, history, nothing, state)
        stripped[row, END] = end
        _summarise(history, rows, total, stripped[row])
        lithium[row, LEFT, : n - top] = state[S_LIVE, top:]
        lithium[row, DEAD, : n - top] = state[S_DEAD, top:]
