"""Lithium plating kinetics, compiled: surface film, charge transfer, nucleation barrier."""

from __future__ import annotations

import math

from numba import njit

from surrogate.physics.compiled import JIT

BARRIER_WIDTH = 2e-3  # V; how sharply a bare surface switches on once its nucleation overpotential is passed


@njit(**JIT)
def lithium_current(eta: float, exchange: float, film: float, scale: float) -> tuple[float, float]:
    """Current density on lithium (A m-2 of real area) and its derivative in the drive ``eta`` (V).

    Inverts eta = scale asinh(i / (2 i0)) + i R_film, scale = 2RT/F (symmetric Butler-Volmer behind an ohmic
    film), by Newton's method; the function is concave, so that from the second step on it converges from below.
    """
    drive = abs(eta)
    x = drive / scale
    i = 2.0 * exchange * math.sinh(x) if x < 30.0 else 1e300
    if film > 0.0:
        i = min(i, drive / film)
    for _ in range(80):
        slope = scale / math.sqrt(4.0 * exchange * exchange + i * i) + film
        step = (scale * math.asinh(i / (2.0 * exchange)) + i * film - drive) / slope
        i = max(i - step, 0.0)
        if abs(step) <= 1e-13 * i + 1e-30:
            break
    slope = scale / math.sqrt(4.0 * exchange * exchange + i * i) + film
    return math.copysign(i, eta), 1.0 / slope


@njit(**JIT)
def plating_current(
    eta: float, covered: float, barrier: float, exchange: float, film: float, scale: float
) -> tuple[float, float]:
    """Mean current density of a surface, of which the share ``covered`` already carries lithium (0..1).

    th i(eta) + (1 - th) i(past), past = softplus(eta - barrier) - softplus(-barrier) for eta > 0 and 0 below:
    a bare surface neither gains lithium without a drive nor has any to give. The switch narrows with the barrier
    (V), so that a surface without one plates as lithium does.
    Returns (A m-2 of real area, A m-2 V-1).
    """
    on_lithium, slope = lithium_current(eta, exchange, film, scale)
    if eta <= 0.0:
        return covered * on_lithium, covered * slope
    if barrier <= 0.0:
        return on_lithium, slope
    width = BARRIER_WIDTH * barrier / (barrier + BARRIER_WIDTH)
    x = (eta - barrier) / width
    if x > 35.0:
        past, share = eta - barrier, 1.0
    else:
        past = width * math.log1p(math.exp(x))
        share = 1.0 / (1.0 + math.exp(-x))
    past -= width * math.log1p(math.exp(-barrier / width))
    on_bare, bare_slope = lithium_current(max(past, 0.0), exchange, film, scale)
    bare = 1.0 - covered
    return covered * on_lithium + bare * on_bare, covered * slope + bare * bare_slope * share
