"""Lithium plating kinetics, compiled: surface film, charge transfer, nucleation barrier."""

from __future__ import annotations

import math

from numba import njit

from surrogate.physics.plating.compiled import JIT_IN_PLACE

LINEAR = 1e-6  # of the thermal scale: a drive below it sees a resistance, exact to 1e-12
# Of z^3, z^5, z^7 in sinh and of z^4, z^6 in cosh: products, since divisions take most of the time here.
S3, S5, S7, C4, C6 = 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5040.0, 1.0 / 24.0, 1.0 / 720.0
UNSEEN = 1e-12  # share of a surface too small to count


@njit(**JIT_IN_PLACE)
def _sinh_cosh(z: float) -> tuple[float, float]:
    """Return sinh and cosh of z >= 0 from one exponential.

    Where that would cancel, their series are used, exact to rounding.
    """
    if z < 0.05:
        square = z * z
        sinh = z * (1.0 + square * (S3 + square * (S5 + square * S7)))
        return sinh, 1.0 + square * (0.5 + square * (C4 + square * C6))
    grown = math.exp(z)
    shrunk = 1.0 / grown
    return 0.5 * (grown - shrunk), 0.5 * (grown + shrunk)


@njit(**JIT_IN_PLACE)
def lithium_current(eta: float, exchange: float, film: float, scale: float) -> tuple[float, float]:
    """Return the current density on lithium and its derivative in the drive.

    Inverts eta = scale asinh(i / (2 i0)) + i R_film, scale = 2RT/F (symmetric Butler-Volmer behind an ohmic film):
    with z = asinh(i/(2 i0)), a = |eta|/scale and b = 2 i0 R_film/scale it is z + b sinh z = a. Both a/(1 + b) and
    asinh(a/b) lie above the root, from where Newton's method cannot fail; Householder's of third order needs one or
    two steps.

    Parameters
    ----------
    eta : float
        Plating drive, V.
    exchange : float
        i0, A m-2.
    film : float
        R_film, ohm m2.
    scale : float
        2RT/F, V.

    Returns
    -------
    current : float
        A m-2 of real area.
    slope : float
        A m-2 V-1.
    """
    exchanged, per_scale = 2.0 * exchange, 1.0 / scale
    a, b = abs(eta) * per_scale, exchanged * film * per_scale
    shared = 1.0 / (1.0 + b)
    if a < LINEAR:
        slope = exchanged * per_scale * shared
        return slope * eta, slope
    if b > 0.0:
        z = a * shared
        if z > 1.5:
            z = min(z, math.asinh(a / b))
        else:  # one step of Newton's method on the first terms of the series
            square = z * z
            excess = b * z * square * (S3 + square * S5)
            z -= excess / (1.0 + b * (1.0 + square * (0.5 + square * C4)))
    else:
        z = min(a, 300.0)
    sinh, cosh = _sinh_cosh(z)
    for _ in range(60):
        inverse = 1.0 / (1.0 + b * cosh)
        u, bend, third = (z + b * sinh - a) * inverse, b * sinh * inverse, b * cosh * inverse
        step = u
        if u * bend < 0.5:
            step *= (6.0 - 3.0 * u * bend) / (6.0 - 6.0 * u * bend + u * u * third)
        z = max(z - step, 0.0)
        sinh, cosh = _sinh_cosh(z)
        if abs(step) <= 1e-3 * z:  # the error left is of the order of its fourth power
            break
    return math.copysign(exchanged * sinh, eta), exchanged * per_scale * cosh / (1.0 + b * cosh)


@njit(**JIT_IN_PLACE)
def plating_current(
    eta: float, covered: float, barrier: float, spread: float, exchange: float, film: float, scale: float
) -> tuple[float, float]:
    """Return the mean current density of a surface and its derivative in the drive.

    th i(eta) + (1 - th) i(past), past = softplus(eta - barrier) - softplus(-barrier) for eta > 0 and 0 below: a
    bare surface neither gains lithium without a drive nor has any to give. Its sites switch on within ``spread``
    times the barrier of it, so that a surface without one plates as lithium does.

    Parameters
    ----------
    eta : float
        Plating drive, V.
    covered : float
        th, the share that already carries lithium, 0..1.
    barrier : float
        Nucleation overpotential, V.
    spread : float
        Share of the barrier.
    exchange : float
        A m-2.
    film : float
        ohm m2.
    scale : float
        2RT/F, V.

    Returns
    -------
    current : float
        A m-2 of real area.
    slope : float
        A m-2 V-1.
    """
    return current_past(eta, covered, barrier, spread, switched_at_rest(spread), exchange, film, scale)


@njit(**JIT_IN_PLACE)
def switched_at_rest(spread: float) -> float:
    """Return softplus(-barrier) over the width of the switch, which the spread alone decides.

    Parameters
    ----------
    spread : float
        Share of the barrier.

    Returns
    -------
    float
    """
    return math.log(1.0 + math.exp(-1.0 / spread))


@njit(**JIT_IN_PLACE)
def current_past(
    eta: float,
    covered: float,
    barrier: float,
    spread: float,
    at_rest: float,
    exchange: float,
    film: float,
    scale: float,
) -> tuple[float, float]:
    """Return :func:`plating_current` where :func:`switched_at_rest` is known, as it is of all nodes of a cell.

    Parameters
    ----------
    eta, covered, barrier, spread, exchange, film, scale : float
        As in :func:`plating_current`.
    at_rest : float
        Of the spread.

    Returns
    -------
    current, slope : float
        As there.
    """
    on_lithium, slope = lithium_current(eta, exchange, film, scale)
    if eta <= 0.0:
        return covered * on_lithium, covered * slope
    bare = 1.0 - covered
    if barrier <= 0.0 or bare < UNSEEN:
        return on_lithium, slope
    width = spread * barrier
    x = (eta - barrier) / width
    switched = math.exp(min(x, 35.0))
    past = width * (math.log(1.0 + switched) + max(x - 35.0, 0.0) - at_rest)
    share = switched / (1.0 + switched)
    on_bare, bare_slope = lithium_current(max(past, 0.0), exchange, film, scale)
    return covered * on_lithium + bare * on_bare, covered * slope + bare * bare_slope * share
