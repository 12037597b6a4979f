"""Nucleation of lithium: closed forms (10.1002/aenm.202304229, sec. 2; misprints corrected as noted)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import PhysicsError
from surrogate.physics.constants import FARADAY, GAS_CONSTANT, LITHIUM_MOLAR_VOLUME

Array = NDArray[np.float64]


def volume_free_energy(overpotential: ArrayLike, molar_volume: float = LITHIUM_MOLAR_VOLUME) -> Array:
    """Return the free energy gained per volume of lithium, F abs(eta) / V_m (Eq. 2).

    Parameters
    ----------
    overpotential : array_like
        eta, V, any shape.
    molar_volume : float
        V_m, m3 mol-1.

    Returns
    -------
    ndarray
        J m-3, of the same shape.
    """
    return FARADAY * np.abs(np.asarray(overpotential, dtype=float)) / molar_volume


def formation_energy(radius: ArrayLike, overpotential: ArrayLike, surface_energy: ArrayLike) -> Array:
    """Return the free energy of a spherical nucleus, -4/3 pi r^3 dG_v + 4 pi r^2 gamma (Eq. 1).

    Parameters
    ----------
    radius : array_like
        r, m.
    overpotential : array_like
        V.
    surface_energy : array_like
        gamma, J m-2.

    Returns
    -------
    ndarray
        J, of the shape that all broadcast to.
    """
    r = np.asarray(radius, dtype=float)
    gained = -4.0 / 3.0 * np.pi * r**3 * volume_free_energy(overpotential)
    return np.asarray(gained + 4.0 * np.pi * r**2 * np.asarray(surface_energy, dtype=float))


def critical_radius(overpotential: ArrayLike, surface_energy: ArrayLike) -> Array:
    """Return the radius where the formation energy is largest, 2 gamma V_m / (F abs(eta)) (Eq. 3).

    Parameters
    ----------
    overpotential : array_like
        eta, V.
    surface_energy : array_like
        gamma, J m-2.

    Returns
    -------
    ndarray
        m, of the shape that both broadcast to.

    Raises
    ------
    PhysicsError
        For an overpotential of zero, where no nucleus grows.
    """
    if np.any(np.asarray(overpotential, dtype=float) == 0.0):
        raise PhysicsError("no critical radius at zero overpotential", value=0.0, limit="not zero")
    return np.asarray(2.0 * np.asarray(surface_energy, dtype=float) / volume_free_energy(overpotential))


def wetting_factor(contact_angle_deg: ArrayLike) -> Array:
    """Return the share of the homogeneous barrier left on a substrate, (2 - 3 cos t + cos^3 t)/4.

    Eq. 7 of the source divides only the last term by 4, which gives a negative barrier at 0 degrees.

    Parameters
    ----------
    contact_angle_deg : array_like
        t, degrees, any shape.

    Returns
    -------
    ndarray
        0..1, of the same shape.
    """
    cos = np.cos(np.radians(np.asarray(contact_angle_deg, dtype=float)))
    return np.asarray((2.0 - 3.0 * cos + cos**3) / 4.0)


def barrier(
    overpotential: ArrayLike, surface_energy: ArrayLike, contact_angle_deg: ArrayLike = 180.0
) -> Array:
    """Return the heterogeneous nucleation barrier 16 pi gamma^3 / (3 dG_v^2) f(theta).

    gamma is cubed; Eq. 7 of the source drops that.

    Parameters
    ----------
    overpotential : array_like
        V.
    surface_energy : array_like
        gamma, J m-2.
    contact_angle_deg : array_like
        theta, degrees; 180 for no substrate.

    Returns
    -------
    ndarray
        J, of the shape that all broadcast to.
    """
    gamma = np.asarray(surface_energy, dtype=float)
    full = 16.0 * np.pi * gamma**3 / (3.0 * volume_free_energy(overpotential) ** 2)
    return np.asarray(full * wetting_factor(contact_angle_deg))


def contact_angle(
    gamma_substrate: ArrayLike, gamma_lithium_substrate: ArrayLike, gamma_lithium: ArrayLike
) -> Array:
    """Return Young's angle, cos t = (gamma_se - gamma_ls)/gamma_le (Eq. 6), limited to 0..180 degrees.

    Parameters
    ----------
    gamma_substrate : array_like
        Substrate-electrolyte, J m-2.
    gamma_lithium_substrate : array_like
        Lithium-substrate, J m-2.
    gamma_lithium : array_like
        Lithium-electrolyte, J m-2.

    Returns
    -------
    ndarray
        Degrees; 0 for a substrate that is wetted completely, 180 for one that is shunned.
    """
    difference = np.asarray(gamma_substrate, dtype=float) - np.asarray(gamma_lithium_substrate, dtype=float)
    return np.degrees(np.arccos(np.clip(difference / np.asarray(gamma_lithium, dtype=float), -1.0, 1.0)))


def nucleus_current(
    radius: ArrayLike,
    surface_energy: float,
    bulk_transport: float,
    surface_transport: float,
    temperature: float = 298.15,
) -> Array:
    """Return the current density that gives nuclei of a mean radius: i = 1/(A' r^2 + B' r^3) (Eqs. 4, 5).

    With the volumetric C_S that the source implies, B' r^3 would have the unit m3 A-1, so that C_S has to be a
    surface concentration (mol m-2).

    Parameters
    ----------
    radius : array_like
        r, m, any shape.
    surface_energy : float
        J m-2.
    bulk_transport : float
        D_B C_B, mol m-1 s-1.
    surface_transport : float
        D_S C_S, mol s-1.
    temperature : float
        K.

    Returns
    -------
    ndarray
        A m-2, of the same shape.
    """
    r = np.asarray(radius, dtype=float)
    thermal = GAS_CONSTANT * temperature / (surface_energy * LITHIUM_MOLAR_VOLUME * FARADAY)
    a = thermal / (2.0 * bulk_transport)
    b = thermal / surface_transport
    return np.asarray(1.0 / (a * r**2 + b * r**3))
