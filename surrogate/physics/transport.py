"""Transport in binary electrolytes and pores: closed forms.

The sources print several of these with lost or stray symbols; each docstring says what was wrong. ``t_a`` is the
anion transference number, 1 - t_Li: a sentence of 002_612f39683bb0201f (below Eq. 3) has it as the cation's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import PhysicsError
from surrogate.physics.constants import FARADAY

Array = NDArray[np.float64]


def _positive(**values: ArrayLike) -> None:
    for name, value in values.items():
        if not np.all(np.asarray(value, dtype=float) > 0):
            raise PhysicsError(f"{name} has to be positive", value=value)


def sand_time(
    diffusivity: ArrayLike, concentration: ArrayLike, current: ArrayLike, anion_number: ArrayLike
) -> Array:
    """Return Sand's time pi D (F C0)^2 / (4 J^2 t_a^2).

    Until the salt at a planar electrode is used up, for J above the limiting current. 10.1002/aenm.202304229 Eq. 8;
    002_612f39683bb0201f Eq. 2 is the same with e and a number density.

    Parameters
    ----------
    diffusivity : array_like
        D, m2 s-1.
    concentration : array_like
        C0, mol m-3.
    current : array_like
        J, A m-2.
    anion_number : array_like
        t_a.

    Returns
    -------
    ndarray
        s, of the shape that all broadcast to.

    Raises
    ------
    PhysicsError
        For an argument that is not positive.
    """
    _positive(
        diffusivity=diffusivity, concentration=concentration, current=current, anion_number=anion_number
    )
    charge = FARADAY * np.asarray(concentration, dtype=float)
    flux = 2.0 * np.asarray(current, dtype=float) * np.asarray(anion_number, dtype=float)
    return np.asarray(np.pi * np.asarray(diffusivity, dtype=float) * (charge / flux) ** 2)


def limiting_current(
    diffusivity: ArrayLike, concentration: ArrayLike, distance: ArrayLike, anion_number: ArrayLike
) -> Array:
    """Return the limiting current J* = 2 F C0 D / (t_a L) between planar electrodes.

    From dC/dx = 2 C0 / L; 10.1002/aenm.202304229 prints a stray C in the denominator (its Eq. 10).

    Parameters
    ----------
    diffusivity : array_like
        D, m2 s-1.
    concentration : array_like
        C0, mol m-3.
    distance : array_like
        L between the electrodes, m.
    anion_number : array_like
        t_a.

    Returns
    -------
    ndarray
        A m-2, of the shape that all broadcast to.

    Raises
    ------
    PhysicsError
        For an argument that is not positive.
    """
    _positive(
        diffusivity=diffusivity, concentration=concentration, distance=distance, anion_number=anion_number
    )
    supply = 2.0 * FARADAY * np.asarray(concentration, dtype=float) * np.asarray(diffusivity, dtype=float)
    return np.asarray(supply / (np.asarray(anion_number, dtype=float) * np.asarray(distance, dtype=float)))


def sand_capacity(
    diffusivity: ArrayLike, concentration: ArrayLike, current: ArrayLike, anion_number: ArrayLike
) -> Array:
    """Return the charge passed until Sand's time, J t_S (10.1002/aenm.202304229 Eq. 12, whose t_S is lost in print).

    Parameters
    ----------
    diffusivity : array_like
        m2 s-1.
    concentration : array_like
        mol m-3.
    current : array_like
        J, A m-2.
    anion_number : array_like
        t_a.

    Returns
    -------
    ndarray
        C m-2, of the shape that all broadcast to.

    Raises
    ------
    PhysicsError
        For an argument that is not positive.
    """
    time = sand_time(diffusivity, concentration, current, anion_number)
    return np.asarray(np.asarray(current, dtype=float) * time)


def concentration_gradient(current: ArrayLike, diffusivity: ArrayLike, anion_number: ArrayLike) -> Array:
    """Return the steady dC/dx = -J t_a / (F D) (10.1002/aenm.202304229 Eq. 9 prints the magnitude).

    Parameters
    ----------
    current : array_like
        J, A m-2.
    diffusivity : array_like
        D, m2 s-1.
    anion_number : array_like
        t_a.

    Returns
    -------
    ndarray
        mol m-4, of the shape that all broadcast to.
    """
    driven = np.asarray(current, dtype=float) * np.asarray(anion_number, dtype=float)
    return np.asarray(-driven / (FARADAY * np.asarray(diffusivity, dtype=float)))


def effective(bulk: ArrayLike, porosity: ArrayLike, tortuosity: ArrayLike) -> Array:
    """Return the property of a pore-filling phase, K eps / tau, with tau the tortuosity *factor*.

    002_612f39683bb0201f Eqs. 5 and 6, which call K electronic: with eps the porosity it is the ionic one.

    Parameters
    ----------
    bulk : array_like
        K, in any unit.
    porosity : array_like
        eps.
    tortuosity : array_like
        tau.

    Returns
    -------
    ndarray
        In the unit of K.
    """
    share = np.asarray(porosity, dtype=float) / np.asarray(tortuosity, dtype=float)
    return np.asarray(np.asarray(bulk, dtype=float) * share)


def critical_dendrite_length(interfacial_energy: ArrayLike, modulus: ArrayLike, stress: ArrayLike) -> Array:
    """Return the Griffith length 2 gamma E / (pi sigma^2) (002_612f39683bb0201f Eq. 7).

    Parameters
    ----------
    interfacial_energy : array_like
        gamma, J m-2.
    modulus : array_like
        Young's modulus E, Pa.
    stress : array_like
        sigma, Pa.

    Returns
    -------
    ndarray
        m; negative for a negative interfacial energy, with which growth is spontaneous.
    """
    toughness = 2.0 * np.asarray(interfacial_energy, dtype=float) * np.asarray(modulus, dtype=float)
    return np.asarray(toughness / (np.pi * np.asarray(stress, dtype=float) ** 2))
