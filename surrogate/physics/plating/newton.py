"""One implicit step of the plating kernel, compiled: coupled Newton iteration with a 2 x 2 block Thomas solve."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from surrogate.physics.constants import FARADAY
from surrogate.physics.plating.compiled import JIT
from surrogate.physics.plating.kinetics import plating_current
from surrogate.physics.plating.layout import (
    BARRIER,
    CATION_NUMBER,
    CURRENT,
    EXCHANGE,
    FILM,
    FOIL_BARRIER,
    FROZEN,
    LITHIUM_PER_COULOMB,
    SALT,
    SPREAD,
    THERMAL,
    TOP_BARRIER,
)

TOLERANCE = 1e-8  # of the current, on the charge and salt balance of each node
BARE = 0.01  # share of a surface under lithium below which it counts as bare
ROUNDING = 1e-6  # a few ulp over TOLERANCE


@njit(**JIT)
def solve_blocks(lower: np.ndarray, diagonal: np.ndarray, upper: np.ndarray, right: np.ndarray) -> None:
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
def plating_rates(
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
) -> None:
    """Plating rate of each node (A per geometric m2), its derivative in the drive."""
    n = drive.shape[0]
    for k in range(top, n):
        if k == top:
            barrier = p[TOP_BARRIER]
        elif k == n - 1:
            barrier = p[FOIL_BARRIER]
        else:
            barrier = host[BARRIER, k - top - 1]
        exchange = p[EXCHANGE] * math.sqrt(max(old_salt[k] / p[SALT], 1e-6))
        local, local_slope = plating_current(
            drive[k], covered[k], barrier, p[SPREAD], exchange, p[FILM], p[THERMAL]
        )
        raw = area[k] * local
        limit = (room[k] if raw > 0.0 else stock[k]) / dt
        if limit < 1e200:
            # A cell takes no more than it has room for and gives no more than it holds; smooth, exact far from it.
            if limit <= 0.0:
                rate[k], slope[k] = 0.0, 0.0
                continue
            x = raw / limit
            x = x * x * x * x
            factor = 1.0 / math.sqrt(math.sqrt(1.0 + x))
            rate[k] = raw * factor
            slope[k] = area[k] * local_slope * factor / (1.0 + x)
        else:
            rate[k] = raw
            slope[k] = area[k] * local_slope


@njit(**JIT)
def _across_the_kink(before: float, after: float, scale: float) -> float:
    """A new drive, V, held back where it crosses zero on a bare surface.

    Such a surface has no lithium to give, so that its current has a kink there, and Newton's method would leap
    from side to side; as with diodes in a circuit, a step ends near the kink before the next one crosses it.
    """
    if before > 1e-6 * scale and after < 0.0:
        return 0.01 * before
    if before < 0.0 and after > 0.1 * scale:
        return 0.1 * scale
    return after


@njit(**JIT)
def newton_step(
    p: np.ndarray,
    host: np.ndarray,
    top: int,
    dt: float,
    old_salt: np.ndarray,
    salt: np.ndarray,
    drive: np.ndarray,
    volume: np.ndarray,
    flow: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    room: np.ndarray,
    stock: np.ndarray,
    half: np.ndarray,
    rate: np.ndarray,
    slope: np.ndarray,
    blocks: np.ndarray,
    right: np.ndarray,
    most: int,
) -> bool:
    """One backward-Euler step by Newton's method; salt and drive come in as guesses.

    Returns whether it converged, in at most ``most`` iterations; ``rate`` is then the plating rate of each node.
    """
    n = salt.shape[0]
    current, frozen = p[CURRENT], p[FROZEN] > 0.5
    # Diffusion potential: the thermal scale is 2RT/F already.
    diffusion = 0.0 if frozen else p[THERMAL] * (1.0 - p[CATION_NUMBER])
    source = (1.0 - p[CATION_NUMBER]) / FARADAY
    for iteration in range(most):
        plating_rates(p, host, top, dt, drive, old_salt, area, covered, room, stock, rate, slope)
        # What lithium in the pores displaces flows up to the counter electrode, which recedes as much; lithium on
        # the top face pushes the separator after it.
        displaced = 0.0
        for k in range(n - 1, 0, -1):
            displaced += rate[k] * LITHIUM_PER_COULOMB if k > top else 0.0
            flow[k - 1] = displaced
        blocks[:] = 0.0
        for k in range(n):
            if k < top:
                # No electrons here: the drive has no meaning and stays where it is.
                blocks[1, k, 3] = 1.0
                right[k, 1] = 0.0
            else:
                blocks[1, k, 3] = slope[k]
                right[k, 1] = -rate[k]
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
        # The whole current enters a node from above (at the top: the host) and leaves it below. Whichever of ions and
        # electrons is small on a face enters the balance itself: next to the whole it would be rounded off.
        above = 1.0
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
                if flow[k] > 0.0:  # it brings the concentration of where it comes from
                    right[k, 0] += flow[k] * (salt[k + 1] - salt[k])
                    blocks[1, k, 0] += flow[k]
                    blocks[2, k, 0] -= flow[k]
                else:
                    right[k + 1, 0] += flow[k] * (salt[k + 1] - salt[k])
                    blocks[1, k + 1, 0] -= flow[k]
                    blocks[0, k + 1, 0] += flow[k]
            if k < top:
                continue
            ionic = half[k, 0] + half[k + 1, 0]
            electronic = half[k, 1] + half[k + 1, 1]
            g = 1.0 / (ionic + electronic)
            pull = diffusion * math.log(salt[k + 1] / salt[k]) - (drive[k + 1] - drive[k])
            below = 1.0 if electronic > ionic else 0.0
            gained = (
                g * (current * ionic - pull) if electronic > ionic else -g * (current * electronic + pull)
            )
            right[k, 1] += gained + (above - below) * current
            right[k + 1, 1] -= gained
            above = below
            left_c, right_c = -diffusion * g / salt[k], diffusion * g / salt[k + 1]
            blocks[1, k, 2] += left_c
            blocks[1, k, 3] += g
            blocks[2, k, 2] += right_c
            blocks[2, k, 3] -= g
            blocks[0, k + 1, 2] -= left_c
            blocks[0, k + 1, 3] -= g
            blocks[1, k + 1, 2] -= right_c
            blocks[1, k + 1, 3] += g
        right[n - 1, 1] += above * current
        residual = 0.0
        for k in range(n):
            # Of the current, over what rounding loses in storage and in the flux through thin slices of a cell.
            lost = ROUNDING * (abs(drive[k]) + p[THERMAL]) * blocks[1, k, 3]
            residual = max(residual, abs(right[k, 1]) / (abs(current) + lost))
            if not frozen:
                lost = ROUNDING * salt[k] * blocks[1, k, 0]
                residual = max(residual, abs(right[k, 0]) / (abs(current) / FARADAY + lost))
        # In currents, not in volts: in an insulator the drive itself is lost in rounding and moves nothing.
        if iteration > 0 and residual < TOLERANCE:
            return True
        solve_blocks(blocks[0], blocks[1], blocks[2], right)
        damping, largest = 1.0, 0.0
        for k in range(n):
            if not (abs(right[k, 0]) < 1e12 and abs(right[k, 1]) < 1e12):
                return False
            if salt[k] + right[k, 0] < 0.1 * salt[k]:
                damping = min(damping, -0.9 * salt[k] / right[k, 0])
            largest = max(largest, abs(right[k, 0]) / p[SALT], abs(right[k, 1]) / p[THERMAL])
        if largest * damping > 200.0:
            damping = 200.0 / largest
        for k in range(n):
            salt[k] += damping * right[k, 0]
            moved = drive[k] + damping * right[k, 1]
            if k >= top and covered[k] < BARE:
                moved = _across_the_kink(drive[k], moved, p[THERMAL])
            drive[k] = moved
    return False
