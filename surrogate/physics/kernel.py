"""Plating into a graded porous host, compiled: one design, one galvanostatic half cycle.

Unknowns at each node: salt concentration c and plating drive eta = phi_l - phi_s. With i_s + i_l = I both
potentials drop out, and the ionic current through the face between nodes k and k+1 is

    i_l = (I R_s + B ln(c[k+1]/c[k]) - (eta[k+1] - eta[k])) / (R_l + R_s),    B = 2 R T (1 - t_Li)/F,

with R_l, R_s the ionic and electronic resistance of the face; well conditioned from insulators to metals.
Nodes: separator cells (salt only), the top face of the host (no volume, unlimited room for lithium), host
cells, the foil (no volume). Backward Euler in time; coupled Newton with a 2 x 2 block Thomas solve; pore fill
and surface coverage at an extrapolated half step; steps are cut when Newton fails.

Everything is SI and a flat array, so that this module knows nothing of materials (``plating`` packs them).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from surrogate.physics.cells import cell_voltage, least_salt, node_geometry
from surrogate.physics.compiled import JIT
from surrogate.physics.layout import (
    CHARGE,
    CURRENT,
    DONE,
    FAILED,
    FULL,
    H_CHARGE,
    H_LEAST_SALT,
    H_PEAK,
    H_TOP,
    H_VOLTAGE,
    LITHIUM_PER_COULOMB,
    POROSITY,
    SALT,
    SALT_GONE,
    THERMAL,
    VOLTAGE,
    VOLTAGE_LIMIT,
    WIDTH,
)
from surrogate.physics.newton import newton_step

MOST_NEWTON, PATIENT_NEWTON = 40, 400
MOST_CUTS = 14
DEPLETED = 0.02  # of the initial salt; below it a step that fails is called depletion
# A run whose salt is down to EXHAUSTED of the initial and whose steps are below CRAWL of the uniform one has
# ended: what it could still plate is a few such steps, while each would cost as much as a full one.
EXHAUSTED, CRAWL = 1e-4, 1e-5


@njit(**JIT)
def plate(
    p: np.ndarray,
    host: np.ndarray,
    separator_cells: int,
    steps: int,
    history: np.ndarray,
    profiles: np.ndarray,
    salt: np.ndarray,
    drive: np.ndarray,
    lithium: np.ndarray,
) -> tuple[int, int, int]:
    """Plate ``p[CHARGE]`` (C m-2) at ``p[CURRENT]`` (A m-2).

    p (SCALARS,), host (PROFILES, cells). Filled in: history (rows, HISTORY), as many rows as it has; profiles
    (rows, 3, n) of salt, drive and lithium when it has rows; salt, drive, lithium (n,) at the end. n is
    separator_cells + cells + 2, or separator_cells + 1 for a planar foil, whose only face is the top one.

    Returns (how it ended: DONE, SALT_GONE, VOLTAGE or FAILED; accepted steps; Newton solves).
    """
    n = salt.shape[0]
    top = separator_cells
    volume, area, covered, room = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    half = np.zeros((n, 3))
    rate, slope, previous = np.zeros(n), np.zeros(n), np.zeros(n)
    blocks, right = np.zeros((3, n, 4)), np.zeros((n, 2))
    guess_salt, guess_drive, mid = np.empty(n), np.empty(n), np.empty(n)
    salt[:] = p[SALT]
    drive[:] = 0.0
    lithium[:] = 0.0
    duration = p[CHARGE] / p[CURRENT]
    uniform = duration / steps
    dt, time, step, cuts, solves = uniform * 1e-3, 0.0, 0, 0, 0
    for k in range(top, n):
        drive[k] = 0.5 * p[THERMAL]
    while time < duration * (1.0 - 1e-12):
        if step >= history.shape[0]:
            return FAILED, step, solves
        dt = min(dt, duration - time)
        for k in range(n):
            mid[k] = lithium[k] + 0.5 * dt * previous[k]
        node_geometry(p, host, top, mid, volume, area, covered, room, half)
        for k in range(top, n):
            if room[k] < 1e200:  # room at the start of the step, not in its middle
                cell = host[:, k - top - 1]
                full = FULL * cell[POROSITY] * cell[WIDTH] / LITHIUM_PER_COULOMB
                room[k] = max(full - lithium[k], 0.0)
        guess_salt[:] = salt
        guess_drive[:] = drive
        solves += 1
        # Where current finds its way through a bare host cell by cell, iterations help and smaller steps do not.
        most = PATIENT_NEWTON if cuts == 1 else MOST_NEWTON
        converged, peak = newton_step(
            p, host, top, dt, salt, guess_salt, guess_drive,
            volume, area, covered, room, lithium, half, rate, slope, blocks, right, most,
        )  # fmt: skip
        if not converged:
            cuts += 1
            least = least_salt(salt, lithium, host, top)
            crawling = least < EXHAUSTED * p[SALT] and dt < CRAWL * uniform
            if crawling or cuts > MOST_CUTS:
                # No step is small enough because the salt of some node would have to be negative.
                gone = least < DEPLETED * p[SALT] or guess_salt.min() < EXHAUSTED * p[SALT]
                return (SALT_GONE if gone else FAILED), step, solves
            dt *= 0.25
            continue
        cuts = 0
        time += dt
        salt[:] = guess_salt
        drive[:] = guess_drive
        passed = 0.0
        for k in range(top, n):
            lithium[k] += dt * rate[k]
            previous[k] = rate[k]
            passed += lithium[k]
        voltage = cell_voltage(p, top, salt, drive, half)
        history[step, H_CHARGE] = passed
        history[step, H_VOLTAGE] = voltage
        history[step, H_LEAST_SALT] = least_salt(salt, lithium, host, top)
        history[step, H_PEAK] = peak
        history[step, H_TOP] = lithium[top]
        if step < profiles.shape[0]:
            profiles[step, 0] = salt
            profiles[step, 1] = drive
            profiles[step, 2] = lithium
        step += 1
        if voltage > p[VOLTAGE_LIMIT]:
            least = history[step - 1, H_LEAST_SALT]
            return (SALT_GONE if least < DEPLETED * p[SALT] else VOLTAGE), step, solves
        dt = min(1.5 * dt, uniform)
    return DONE, step, solves
