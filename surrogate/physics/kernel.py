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

import math

import numpy as np
from numba import njit

from surrogate.physics.compiled import JIT
from surrogate.physics.constants import FARADAY, LITHIUM_CONDUCTIVITY, LITHIUM_MOLAR_VOLUME
from surrogate.physics.kinetics import plating_current

# Positions in the vector of scalars.
CURRENT, CHARGE, SALT, DIFFUSIVITY, CONDUCTIVITY, CATION_NUMBER, FROZEN, THERMAL = range(8)
EXCHANGE, FILM, COVERING, WIRING, SEPARATOR, SEP_POROSITY, SEP_TORTUOSITY = range(8, 15)
TOP_AREA, FOIL_AREA, TOP_BARRIER, FOIL_BARRIER, VOLTAGE_LIMIT, COUNTER_AREA = range(15, 21)
SCALARS = 21
# Rows of the host's profile, one column a cell.
WIDTH, POROSITY, PORE, TORTUOSITY, ELECTRONIC, BARRIER, EXTRA_IONIC = range(7)
PROFILES = 7
# Columns of the history, one row a step.
H_CHARGE, H_VOLTAGE, H_LEAST_SALT, H_PEAK, H_TOP = range(5)
HISTORY = 5

DONE, SALT_GONE, VOLTAGE, FAILED = range(4)

FULL = 0.999  # pore fill that a cell can reach
MOST_NEWTON = 40
TOLERANCE = 1e-9  # of the current, on the charge and salt balance of each node
MOST_CUTS = 14
DEPLETED = 0.02  # of the initial salt; below it a step that fails is called depletion
# A run whose salt is down to EXHAUSTED of the initial and whose steps are below CRAWL of the uniform one has
# ended: what it could still plate is a few such steps, while each would cost as much as a full one.
EXHAUSTED, CRAWL = 1e-4, 1e-5
LITHIUM_PER_COULOMB = LITHIUM_MOLAR_VOLUME / FARADAY  # m3 C-1


@njit(**JIT)
def _solve(lower: np.ndarray, diagonal: np.ndarray, upper: np.ndarray, right: np.ndarray) -> None:
    """2 x 2 block Thomas, in place; blocks are rows (a, b, c, d) for [[a, b], [c, d]]; ``right`` (n, 2)."""
    n = right.shape[0]
    for k in range(n):
        a, b, c, d = diagonal[k, 0], diagonal[k, 1], diagonal[k, 2], diagonal[k, 3]
        r0, r1 = right[k, 0], right[k, 1]
        if k > 0:
            l0, l1, l2, l3 = lower[k, 0], lower[k, 1], lower[k, 2], lower[k, 3]
            a -= l0 * upper[k - 1, 0] + l1 * upper[k - 1, 2]
            b -= l0 * upper[k - 1, 1] + l1 * upper[k - 1, 3]
            c -= l2 * upper[k - 1, 0] + l3 * upper[k - 1, 2]
            d -= l2 * upper[k - 1, 1] + l3 * upper[k - 1, 3]
            r0 -= l0 * right[k - 1, 0] + l1 * right[k - 1, 1]
            r1 -= l2 * right[k - 1, 0] + l3 * right[k - 1, 1]
        det = a * d - b * c
        right[k, 0] = (d * r0 - b * r1) / det
        right[k, 1] = (a * r1 - c * r0) / det
        u0, u1, u2, u3 = upper[k, 0], upper[k, 1], upper[k, 2], upper[k, 3]
        upper[k, 0] = (d * u0 - b * u2) / det
        upper[k, 1] = (d * u1 - b * u3) / det
        upper[k, 2] = (a * u2 - c * u0) / det
        upper[k, 3] = (a * u3 - c * u1) / det
    for k in range(n - 2, -1, -1):
        right[k, 0] -= upper[k, 0] * right[k + 1, 0] + upper[k, 1] * right[k + 1, 1]
        right[k, 1] -= upper[k, 2] * right[k + 1, 0] + upper[k, 3] * right[k + 1, 1]


@njit(**JIT)
def _geometry(
    p: np.ndarray,
    host: np.ndarray,
    separator_cells: int,
    lithium: np.ndarray,
    volume: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    room: np.ndarray,
    half: np.ndarray,
) -> None:
    """Pore volume, plating area, coverage, room for lithium and half-cell resistances at the given lithium.

    lithium (n,): C m-2 held by each node. half (n, 3): ionic resistance (ohm m2), electronic resistance
    (ohm m2) and diffusive resistance (s m-1) from a node's middle to its face; 0 at a node without volume.
    """
    n = lithium.shape[0]
    top = separator_cells
    width = p[SEPARATOR] / separator_cells
    share = p[SEP_POROSITY] / p[SEP_TORTUOSITY]
    for k in range(top):
        volume[k] = width * p[SEP_POROSITY]
        area[k] = 0.0
        half[k, 0] = 0.5 * width / (p[CONDUCTIVITY] * share)
        half[k, 1] = 0.0
        half[k, 2] = 0.5 * width / (p[DIFFUSIVITY] * share)
    for k in range(top, n):
        held = max(lithium[k], 0.0) * LITHIUM_PER_COULOMB
        if k == top or k == n - 1:
            volume[k] = 0.0
            area[k] = p[TOP_AREA] if k == top else p[FOIL_AREA]
            covered[k] = -math.expm1(-held / (max(area[k], 1e-12) * p[COVERING]))
            room[k] = 1e300
            half[k, 0] = half[k, 1] = half[k, 2] = 0.0
            continue
        cell = host[:, k - top - 1]
        pores = cell[POROSITY] * cell[WIDTH]
        fill = min(held / pores, FULL)
        free = 1.0 - fill
        bare_area = 4.0 * pores / cell[PORE]
        volume[k] = pores * free
        area[k] = bare_area * math.sqrt(free)
        covered[k] = -math.expm1(-held / (bare_area * p[COVERING]))
        room[k] = max(FULL * pores - held, 0.0) / LITHIUM_PER_COULOMB
        # Tortuosity grows as pores fill, tau (1 - s)^-1/2 (Bruggeman), on top of the lost pore volume.
        ionic = cell[POROSITY] * free * math.sqrt(free) / cell[TORTUOSITY]
        wired = max(fill - p[WIRING], 0.0) / (1.0 - p[WIRING])
        electronic = cell[ELECTRONIC] + LITHIUM_CONDUCTIVITY * cell[POROSITY] * wired * wired
        half[k, 0] = 0.5 * cell[WIDTH] / (p[CONDUCTIVITY] * ionic + cell[EXTRA_IONIC])
        half[k, 1] = 0.5 * cell[WIDTH] / electronic
        half[k, 2] = 0.5 * cell[WIDTH] / (p[DIFFUSIVITY] * ionic)


@njit(**JIT)
def _rates(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    dt: float,
    drive: np.ndarray,
    old_salt: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    room: np.ndarray,
    stock: np.ndarray,
    rate: np.ndarray,
    slope: np.ndarray,
) -> float:
    """Plating rate of each node (A per geometric m2), its derivative in the drive; returns the peak, A m-2."""
    n = drive.shape[0]
    peak = 0.0
    for k in range(top, n):
        if k == top:
            barrier = p[TOP_BARRIER]
        elif k == n - 1:
            barrier = p[FOIL_BARRIER]
        else:
            barrier = host[BARRIER, k - top - 1]
        exchange = p[EXCHANGE] * math.sqrt(max(old_salt[k] / p[SALT], 1e-6))
        local, local_slope = plating_current(drive[k], covered[k], barrier, exchange, p[FILM], p[THERMAL])
        raw = area[k] * local
        limit = (room[k] if raw > 0.0 else max(stock[k], 0.0)) / dt
        if limit < 1e200:
            # A cell takes no more than it has room for and gives no more than it holds; smooth, exact far from it.
            if limit <= 0.0:
                rate[k], slope[k] = 0.0, 0.0
                continue
            x = (raw / limit) ** 4
            factor = (1.0 + x) ** -0.25
            rate[k] = raw * factor
            slope[k] = area[k] * local_slope * factor / (1.0 + x)
            local *= factor
        else:
            rate[k] = raw
            slope[k] = area[k] * local_slope
        if local > peak:
            peak = local
    return peak


@njit(**JIT)
def _step(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    dt: float,
    old_salt: np.ndarray,
    salt: np.ndarray,
    drive: np.ndarray,
    volume: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    room: np.ndarray,
    stock: np.ndarray,
    half: np.ndarray,
    rate: np.ndarray,
    slope: np.ndarray,
    blocks: np.ndarray,
    right: np.ndarray,
) -> tuple[bool, float]:
    """One backward-Euler step by Newton's method; salt and drive come in as guesses. (converged, peak)."""
    n = salt.shape[0]
    current, frozen = p[CURRENT], p[FROZEN] > 0.5
    # Diffusion potential: the thermal scale is 2RT/F already.
    diffusion = 0.0 if frozen else p[THERMAL] * (1.0 - p[CATION_NUMBER])
    source = (1.0 - p[CATION_NUMBER]) / FARADAY
    peak = 0.0
    for iteration in range(MOST_NEWTON):
        peak = _rates(p, host, top, dt, drive, old_salt, area, covered, room, stock, rate, slope)
        blocks[:] = 0.0
        for k in range(n):
            if k < top:
                # No electrons here: the drive has no meaning and stays where it is.
                blocks[1, k, 3] = 1.0
                right[k, 1] = 0.0
            else:
                blocks[1, k, 3] = slope[k]
                right[k, 1] = -rate[k]
            if k == top:
                right[k, 1] += current
            if frozen:
                blocks[1, k, 0] = 1.0
                right[k, 0] = 0.0
            else:
                storage = volume[k] / dt
                taken = rate[k] if k >= top else 0.0
                blocks[1, k, 0] += storage
                right[k, 0] = -(storage * (salt[k] - old_salt[k]) + source * taken)
                if k >= top:
                    blocks[1, k, 1] += source * slope[k]
                if k == 0:
                    right[k, 0] += source * current
        for k in range(n - 1):
            if not frozen:
                conductance = 1.0 / (half[k, 2] + half[k + 1, 2])
                flux = conductance * (salt[k] - salt[k + 1])
                right[k, 0] -= flux
                right[k + 1, 0] += flux
                blocks[1, k, 0] += conductance
                blocks[2, k, 0] -= conductance
                blocks[0, k + 1, 0] -= conductance
                blocks[1, k + 1, 0] += conductance
            if k < top:
                continue
            ionic = half[k, 0] + half[k + 1, 0]
            electronic = half[k, 1] + half[k + 1, 1]
            g = 1.0 / (ionic + electronic)
            through = g * (
                current * electronic + diffusion * math.log(salt[k + 1] / salt[k]) - (drive[k + 1] - drive[k])
            )
            # Charge balance of k: in - through - rate; of k + 1: + through.
            right[k, 1] -= through
            right[k + 1, 1] += through
            left_c, right_c = -diffusion * g / salt[k], diffusion * g / salt[k + 1]
            blocks[1, k, 2] += left_c
            blocks[1, k, 3] += g
            blocks[2, k, 2] += right_c
            blocks[2, k, 3] -= g
            blocks[0, k + 1, 2] -= left_c
            blocks[0, k + 1, 3] -= g
            blocks[1, k + 1, 2] -= right_c
            blocks[1, k + 1, 3] += g
        residual = 0.0
        for k in range(n):
            residual = max(residual, abs(right[k, 1]) / current)
            if not frozen:
                rounding = 1e-4 * volume[k] / dt * salt[k]  # what storage loses in rounding, over TOLERANCE
                residual = max(residual, abs(right[k, 0]) / (current / FARADAY + rounding))
        # In currents, not in volts: in an insulator the drive itself is lost in rounding and moves nothing.
        if iteration > 0 and residual < TOLERANCE:
            return True, peak
        _solve(blocks[0], blocks[1], blocks[2], right)
        damping, largest = 1.0, 0.0
        for k in range(n):
            if not (abs(right[k, 0]) < 1e12 and abs(right[k, 1]) < 1e12):
                return False, peak
            if salt[k] + right[k, 0] < 0.1 * salt[k]:
                damping = min(damping, -0.9 * salt[k] / right[k, 0])
            largest = max(largest, abs(right[k, 0]) / p[SALT], abs(right[k, 1]) / p[THERMAL])
        if largest * damping > 200.0:
            damping = 200.0 / largest
        for k in range(n):
            salt[k] += damping * right[k, 0]
            drive[k] += damping * right[k, 1]
    return False, peak


@njit(**JIT)
def _voltage(p: np.ndarray, top: int, salt: np.ndarray, drive: np.ndarray, half: np.ndarray) -> float:
    """Voltage between the counter electrode (lithium foil) and the foil under the host, V."""
    n = salt.shape[0]
    diffusion = 0.0 if p[FROZEN] > 0.5 else p[THERMAL] * (1.0 - p[CATION_NUMBER])
    through = p[CURRENT]
    # From the counter electrode, where the salt is highest, into the middle of the first cell.
    surface = salt[0]
    if diffusion > 0.0:
        surface += (1.0 - p[CATION_NUMBER]) * p[CURRENT] / FARADAY * half[0, 2]
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
    stripping = p[THERMAL] * math.asinh(local / (2.0 * exchange)) + local * p[FILM]
    return drive[n - 1] + drop + stripping


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
        _geometry(p, host, top, mid, volume, area, covered, room, half)
        for k in range(top, n):
            if room[k] < 1e200:  # room at the start of the step, not in its middle
                cell = host[:, k - top - 1]
                full = FULL * cell[POROSITY] * cell[WIDTH] / LITHIUM_PER_COULOMB
                room[k] = max(full - lithium[k], 0.0)
        guess_salt[:] = salt
        guess_drive[:] = drive
        solves += 1
        converged, peak = _step(
            p, host, top, dt, salt, guess_salt, guess_drive,
            volume, area, covered, room, lithium, half, rate, slope, blocks, right,
        )  # fmt: skip
        if not converged:
            cuts += 1
            least = _least_salt(salt, lithium, host, top)
            crawling = least < EXHAUSTED * p[SALT] and dt < CRAWL * uniform
            if crawling or cuts > MOST_CUTS:
                return (SALT_GONE if least < DEPLETED * p[SALT] else FAILED), step, solves
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
        voltage = _voltage(p, top, salt, drive, half)
        history[step, H_CHARGE] = passed
        history[step, H_VOLTAGE] = voltage
        history[step, H_LEAST_SALT] = _least_salt(salt, lithium, host, top)
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


@njit(**JIT)
def _least_salt(salt: np.ndarray, lithium: np.ndarray, host: np.ndarray, top: int) -> float:
    """Smallest concentration; clogged cells (more than 95 % full) are left out, as nothing plates in them."""
    least = salt[top]
    for k in range(top + 1, salt.shape[0]):
        if k < salt.shape[0] - 1:
            cell = host[:, k - top - 1]
            if lithium[k] * LITHIUM_PER_COULOMB > 0.95 * cell[POROSITY] * cell[WIDTH]:
                continue
        least = min(least, salt[k])
    return least
