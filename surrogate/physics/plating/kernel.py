"""Plating into a graded porous host and stripping from it, compiled: one design, one galvanostatic half cycle.

Unknowns at each node: salt concentration c and plating drive eta = phi_l - phi_s. With i_s + i_l = I both
potentials drop out, and the ionic current through the face between nodes k and k+1 is

    i_l = (I R_s + B ln(c[k+1]/c[k]) - (eta[k+1] - eta[k])) / (R_l + R_s),    B = 2 R T (1 - t_Li)/F,

with R_l, R_s the ionic and electronic resistance of the face; well conditioned from insulators to metals.
Nodes: separator cells (salt only), the top face of the host (no volume, unlimited room for lithium), host
cells, the foil (no volume; its lithium grows up through the pores, see ``cells``). Backward Euler in time;
coupled Newton with a 2 x 2 block Thomas solve; pore fill and surface coverage at an extrapolated half step;
steps are cut when Newton fails. Stripping is the same with a negative current, from whatever state is given.

Everything is SI and a flat array (``layout``), so that this module knows nothing of materials.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from surrogate.physics.plating.compiled import JIT
from surrogate.physics.plating.layout import (
    CHARGE,
    CURRENT,
    DONE,
    FAILED,
    FULL,
    H_CHARGE,
    H_LEAST_SALT,
    H_PEAK,
    H_TOP_SALT,
    H_VOLTAGE,
    LITHIUM_PER_COULOMB,
    POROSITY,
    S_DEAD,
    S_DRIVE,
    S_LIVE,
    S_SALT,
    SALT,
    SALT_GONE,
    THERMAL,
    VOLTAGE,
    VOLTAGE_LIMIT,
    WIDTH,
)
from surrogate.physics.plating.newton import newton_step
from surrogate.physics.plating.nodes import (
    cell_voltage,
    least_resistance,
    least_salt,
    left_dead,
    node_geometry,
    node_limits,
    peak_current,
)

# Iterations of the first step, whose guess is far off, of one that was cut often, and of any other.
FIRST_NEWTON, MOST_NEWTON, OFTEN = 40, 20, 6
MOST_CUTS = 14
DEPLETED = 0.02  # of the initial salt; below it a step that fails is called depletion
# A run whose salt is down to EXHAUSTED of the initial and whose steps are below CRAWL of the uniform one has
# ended: what it could still plate is a few such steps, while each would cost as much as a full one.
EXHAUSTED, CRAWL = 1e-4, 1e-5
SLOW, MOST_SLOW = (
    1e-2,
    25,
)  # the same for a run that has taken so many steps shorter than that with its salt gone
CROSSING = 0.01  # of the uniform step: how finely the crossing of the voltage limit is resolved


@njit(**JIT)
def at_rest(p: np.ndarray, state: np.ndarray) -> None:
    """A cell as built: even salt, no lithium in the host."""
    state[:] = 0.0
    state[S_SALT] = p[SALT]


@njit(**JIT)
def half_cycle(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    steps: int,
    history: np.ndarray,
    profiles: np.ndarray,
    state: np.ndarray,
) -> tuple[int, int, int]:
    """Pass ``p[CHARGE]`` (C m-2) at ``p[CURRENT]`` (A m-2): plate where it is positive, strip where negative.

    p (SCALARS,), host (PROFILES, cells). top: separator cells, and the top face's node. state (STATE, n):
    taken as it is (``at_rest`` makes a fresh one) and advanced; n is top + cells + 2, or top + 1 for a planar
    foil, whose only face is the top one. Filled in: history (rows, HISTORY), as many rows as it has; profiles
    (rows, STATE, n) when it has rows.

    Returns (how it ended: DONE, SALT_GONE, VOLTAGE or FAILED; accepted steps; Newton solves).
    """
    n = state.shape[1]
    current = p[CURRENT]
    volume, stored, area, covered = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    room, stock, under = np.zeros(n), np.zeros(n), np.zeros(n)
    half = np.zeros((n, 3))
    rate, slope, previous, flow = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    blocks, right = np.zeros((3, n, 4)), np.zeros((n, 2))
    salt, drive = np.empty(n), np.empty(n)
    held, live, before = np.zeros(n), np.zeros(n), np.zeros((2, n))
    first, start = np.zeros(n), np.maximum(state[S_LIVE], 0.0)
    node_geometry(p, host, top, start + state[S_DEAD], start, under, volume, area, first, half)
    if abs(current) * least_resistance(top, half) > p[VOLTAGE_LIMIT]:
        return VOLTAGE, 0, 0  # thousands of volts perhaps, which Newton's method need not look for
    duration = p[CHARGE] / abs(current)
    uniform = duration / steps
    dt, time, passed, step, cuts, slow, solves = uniform * 1e-3, 0.0, 0.0, 0, 0, 0, 0
    last = dt
    for k in range(top, n):
        state[S_DRIVE, k] = np.sign(current) * 0.5 * p[THERMAL]
    while time < duration * (1.0 - 1e-12):
        if step >= history.shape[0]:
            return FAILED, step, solves
        dt = min(dt, duration - time)
        for k in range(top, n):
            live[k] = max(state[S_LIVE, k], 0.0)
            held[k] = live[k] + state[S_DEAD, k]
        node_limits(p, host, top, held, live, previous, under, room, stock)
        # Salt is stored in the volume as it was: with the flow of what lithium displaces, none is lost.
        gap = held[top + 1 :].sum() * LITHIUM_PER_COULOMB
        for k in range(top + 1, n - 1):
            pores = host[POROSITY, k - top - 1] * host[WIDTH, k - top - 1]
            stored[k] = pores * (1.0 - min(held[k] * LITHIUM_PER_COULOMB / pores, FULL)) * (1.0 - under[k])
        for k in range(top, n):
            grown = max(0.5 * dt * previous[k], -0.9 * live[k])
            live[k] += grown
            held[k] += grown
        node_geometry(p, host, top, held, live, under, volume, area, covered, half)
        volume[0] += gap
        volume[top + 1 : n - 1] = stored[top + 1 : n - 1]
        if current < 0.0:
            for k in range(top, n):
                if live[k] < start[k]:  # patches shrink as hemispheres do, surface as volume to the power 2/3
                    patches = first[k] * (live[k] / start[k]) ** (2.0 / 3.0)
                    covered[k] = max(covered[k], patches)
        # Newton starts from the last two states extended, where both are of ordinary steps.
        ahead = dt / last if step > 1 and cuts == 0 and dt <= 2.0 * last else 0.0
        for k in range(n):
            extended = state[S_SALT, k] + ahead * (state[S_SALT, k] - before[0, k])
            salt[k] = max(extended, 0.5 * state[S_SALT, k])
            drive[k] = state[S_DRIVE, k] + ahead * (state[S_DRIVE, k] - before[1, k])
        solves += 1
        most = FIRST_NEWTON if step == 0 or cuts > OFTEN else MOST_NEWTON
        converged = newton_step(
            p, host, top, dt, state[S_SALT], salt, drive,
            volume, flow, area, covered, room, stock, half, rate, slope, blocks, right, most,
        )  # fmt: skip
        if not converged:
            cuts += 1
            least = least_salt(state, host, top, under)
            crawling = least < EXHAUSTED * p[SALT] and dt < CRAWL * uniform
            if crawling or cuts > MOST_CUTS:
                # No step is small enough because the salt of some node would have to be negative.
                gone = least < DEPLETED * p[SALT] or salt.min() < EXHAUSTED * p[SALT]
                return (SALT_GONE if gone else FAILED), step, solves
            dt *= 0.25
            continue
        if dt < SLOW * uniform and least_salt(state, host, top, under) < EXHAUSTED * p[SALT]:
            slow += 1
            if slow > MOST_SLOW:
                return SALT_GONE, step, solves
        voltage = cell_voltage(p, top, salt, drive, half)
        if abs(voltage) > p[VOLTAGE_LIMIT] and dt > CROSSING * uniform:
            dt *= 0.25  # to find the charge at which the limit is met
            continue
        cuts = 0
        time += dt
        last = dt
        before[0], before[1] = state[S_SALT], state[S_DRIVE]
        state[S_SALT] = salt
        state[S_DRIVE] = drive
        for k in range(top, n):
            moved = dt * rate[k]
            dead = 0.0 if moved > 0.0 else -moved * left_dead(p, host, top, n, k)
            state[S_LIVE, k] += moved - dead
            state[S_DEAD, k] += dead
            previous[k] = rate[k]
            passed += abs(moved) if (moved > 0.0) == (current > 0.0) else -abs(moved)
        least = least_salt(state, host, top, under)
        history[step, H_CHARGE] = passed
        history[step, H_VOLTAGE] = voltage
        history[step, H_LEAST_SALT] = least
        history[step, H_TOP_SALT] = state[S_SALT, top]
        history[step, H_PEAK] = peak_current(host, top, area, rate)
        if step < profiles.shape[0]:
            profiles[step] = state
        step += 1
        if abs(voltage) > p[VOLTAGE_LIMIT]:
            return (SALT_GONE if least < DEPLETED * p[SALT] else VOLTAGE), step, solves
        dt = min(1.5 * dt, uniform)
    return DONE, step, solves
