"""Many designs, one after the other, compiled: the kernel's histories boiled down to a row of numbers each."""

from __future__ import annotations

import numpy as np
from numba import njit

from surrogate.physics import layout as k
from surrogate.physics.compiled import JIT
from surrogate.physics.kernel import plate

ROWS_PER_STEP = 10  # room for cut steps in the history
EARLY, PLATEAU, SETTLED = 0.10, (0.4, 0.8), 0.05  # windows of the charge passed, for spike, plateau and peak

# Columns of the compiled summary.
S_END, S_PASSED, S_SPIKE, S_PLATEAU, S_LEAST, S_PEAK, S_STEPS = range(7)
SUMMARY = 7


@njit(**JIT)
def _summarise(history: np.ndarray, rows: int, charge: float, summary: np.ndarray) -> None:
    spike, plateau, weight, least, peak, before = 0.0, 0.0, 0.0, 1e300, 0.0, 0.0
    for row in range(rows):
        passed, voltage = history[row, k.H_CHARGE], history[row, k.H_VOLTAGE]
        if passed <= EARLY * charge:
            spike = max(spike, voltage)
        if passed > PLATEAU[0] * charge and before < PLATEAU[1] * charge:
            plateau += (passed - before) * voltage
            weight += passed - before
        if passed >= SETTLED * charge:
            peak = max(peak, history[row, k.H_PEAK])
        least = min(least, history[row, k.H_LEAST_SALT])
        before = passed
    summary[S_PASSED] = before
    summary[S_SPIKE] = spike
    summary[S_PLATEAU] = plateau / weight if weight > 0.0 else np.nan
    summary[S_LEAST] = least if rows > 0 else np.nan
    summary[S_PEAK] = peak if peak > 0.0 else np.nan
    summary[S_STEPS] = rows


@njit(**JIT)
def plate_all(
    scalars: np.ndarray,
    hosts: np.ndarray,
    planar: np.ndarray,
    separator_cells: int,
    steps: int,
    summary: np.ndarray,
    lithium: np.ndarray,
) -> None:
    cells = hosts.shape[2]
    history = np.zeros((ROWS_PER_STEP * steps, k.HISTORY))
    nothing = np.zeros((0, 3, 1))
    for row in range(scalars.shape[0]):
        n = separator_cells + (1 if planar[row] else cells + 2)
        salt, drive, held = np.zeros(n), np.zeros(n), np.zeros(n)
        end, rows, _ = plate(
            scalars[row], hosts[row], separator_cells, steps, history, nothing, salt, drive, held
        )
        summary[row, S_END] = end
        _summarise(history, rows, scalars[row, k.CHARGE], summary[row])
        lithium[row, : n - separator_cells] = held[separator_cells:]
