"""Lithium plating kinetics, compiled: surface film, charge transfer, nucleation barrier."""

from __future__ import annotations

import math

from numba import njit

from surrogate.physics.compiled import JIT


@njit(**JIT)
def _asinh(y: float, root: float) -> float:
    """asinh of y >= 0 where root = sqrt(1 + y^2) is known already; as exact as the library's, at half its cost."""
    return math.log1p(y + y * y / (1.0 + root))


@njit(**JIT)
def lithium_current(eta: float, exchange: float, film: float, scale: float) -> tuple[float, float]:
    """Current density on lithium (A m-2 of real area) and its derivative in the drive ``eta`` (V).

    Inverts eta = scale asinh(i / (2 i0)) + i R_film, scale = 2RT/F (symmetric Butler-Volmer behind an ohmic
    film): with y = i/(2 i0), a = |eta|/scale and b = 2 i0 R_film/scale it is asinh(y) + b y = a. Both a/(1 + b)
    and (a - asinh(a/b))/b lie below the root; from the larger of them Halley's iteration needs two or three steps.
    """
    a, b = abs(eta) / scale, 2.0 * exchange * film / scale
    if b > 0.0:
        y = a / b
        y = max(a / (1.0 + b), (a - _asinh(y, math.sqrt(1.0 + y * y))) / b)
    else:
        y = math.sinh(min(a, 300.0))
    for _ in range(40):
        root = math.sqrt(1.0 + y * y)
        value, slope = _asinh(y, root) + b * y - a, 1.0 / root + b
        bend = -y / (root * root * root)
        step = value * slope / (slope * slope - 0.5 * value * bend)
        y = max(y - step, 0.0)
        if abs(step) <= 1e-6 * y + 1e-300:  # the error left is of the order of its cube
            break
    slope = scale / (2.0 * exchange) * (1.0 / math.sqrt(1.0 + y * y) + b)
    return math.copysign(2.0 * exchange * y, eta), 1.0 / slope


@njit(**JIT)
def plating_current(
    eta: float, covered: float, barrier: float, spread: float, exchange: float, film: float, scale: float
) -> tuple[float, float]:
    """Mean current density of a surface, of which the share ``covered`` already carries lithium (0..1).

    th i(eta) + (1 - th) i(past), past = softplus(eta - barrier) - softplus(-barrier) for eta > 0 and 0 below:
    a bare surface neither gains lithium without a drive nor has any to give. Its sites switch on within
    ``spread`` times the barrier (V) of it, so that a surface without one plates as lithium does.
    Returns (A m-2 of real area, A m-2 V-1).
    """
    on_lithium, slope = lithium_current(eta, exchange, film, scale)
    if eta <= 0.0:
        return covered * on_lithium, covered * slope
    if barrier <= 0.0:
        return on_lithium, slope
    width = spread * barrier
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
