"""When lithium at a solid electrolyte stays in contact: the balance of stripping and creep, and its limits.

Stripping thins the lithium at the interface at the rate i M/(F rho h); creep under stack pressure refills it at
A (sigma/sigma_ref)^n exp(-Q/RT) (003_12ac4afc36bbf970, sec. 7). Both are taken as **means over the interface**,
since stresses at its corners are singular; contact is stable while creep is the faster. The mean current density is
the geometric one over the gain in area, whatever its distribution. A, h and sigma_ref drop out against a planar
interface of the same electrolyte that is just stable, so that the critical current density is

    I = I_ref gain (g/g_planar)^n (P/P_ref)^n exp(-Q/R (1/T - 1/T_ref)),   g = mean von Mises stress over P.

The mean over the interface and n = 1 for garnet (creep in tension has n = 6.56) are taken over from an earlier trial
of such a model, which had been compared with these patterns: they are no blind choice. The planar g is the elastic
stress of a laterally confined foil (creep would relax it to a hydrostatic state, so that it is a choice and not a
measurement). Geometry, wall angle, contact and criterion of this model were set before its own comparison and not
changed after it.

Under high pressure lithium is pressed into the pellet: above ``short_onset_MPa`` the critical current falls, at
``shorted_MPa`` a cell is shorted within a cycle or two, at ``immediate_short_MPa`` before it is cycled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.physics.constants import FARADAY, GAS_CONSTANT, LITHIUM_MOLAR_VOLUME, ZERO_CELSIUS
from surrogate.physics.laws import arrhenius
from surrogate.physics.parameter_groups import InterfaceParameters

Array = NDArray[np.float64]

STRIPPED_THICKNESS_M = 1e-6  # lithium dissolved in the study's model (003_12ac4afc36bbf970, sec. 7)


def stripping_rate(local_current: ArrayLike, thickness: float = STRIPPED_THICKNESS_M) -> Array:
    """Return the electrochemical strain rate i M/(F rho h).

    Parameters
    ----------
    local_current : array_like
        Local current densities, A m-2, any shape.
    thickness : float
        Lithium that is dissolved, m.

    Returns
    -------
    ndarray
        s-1, of the same shape.
    """
    return np.asarray(local_current, dtype=float) * LITHIUM_MOLAR_VOLUME / (FARADAY * thickness)


def creep_rate(
    stress: ArrayLike,
    temperature_C: ArrayLike,
    prefactor: float,
    constants: InterfaceParameters,
    exponent: float = 1.0,
) -> Array:
    """Return Norton's creep rate A (sigma/1 Pa)^n exp(-Q/RT).

    Parameters
    ----------
    stress : array_like
        Equivalent stresses, Pa, any shape.
    temperature_C : array_like
        Temperature.
    prefactor : float
        A, s-1 Pa^-n.
    constants : InterfaceParameters
        For the activation energy Q.
    exponent : float
        n.

    Returns
    -------
    ndarray
        s-1.
    """
    kelvin = np.asarray(temperature_C, dtype=float) + ZERO_CELSIUS
    return (
        prefactor
        * np.asarray(stress, dtype=float) ** exponent
        * np.exp(-constants.creep_activation_J_mol / GAS_CONSTANT / kelvin)
    )


def creep_prefactor(
    planar_ccd: float,
    pressure_Pa: float,
    temperature_C: float,
    planar_stress: float,
    constants: InterfaceParameters,
    exponent: float = 1.0,
) -> float:
    """Return A (s-1 Pa^-n) at which a planar interface is just stable at its critical current density.

    Parameters
    ----------
    planar_ccd : float
        Critical current density of the planar interface, A m-2.
    pressure_Pa : float
        Stack pressure at which it holds.
    temperature_C : float
        Temperature at which it holds.
    planar_stress : float
        Equivalent stress over pressure in the planar lithium.
    constants : InterfaceParameters
        For the activation energy.
    exponent : float
        n.

    Returns
    -------
    float
    """
    one = float(creep_rate(planar_stress * pressure_Pa, temperature_C, 1.0, constants, exponent))
    return float(stripping_rate(planar_ccd)) / one


def creep_limit(
    planar_ccd: ArrayLike,
    pressure: ArrayLike,
    temperature_C: ArrayLike,
    constants: InterfaceParameters,
    *,
    at_pressure: ArrayLike,
    at_temperature_C: ArrayLike,
    exponent: ArrayLike = 1.0,
    area_gain: ArrayLike = 1.0,
    stress_ratio: ArrayLike = 1.0,
) -> Array:
    """Return the critical current density at which creep just keeps up with stripping.

    Parameters
    ----------
    planar_ccd : array_like
        Of the planar interface at ``at_pressure`` and ``at_temperature_C``.
    pressure : array_like
        Stack pressure.
    temperature_C : array_like
        Temperature.
    constants : InterfaceParameters
        For the activation energy.
    at_pressure : array_like
        Pressure of the reference, in the unit of ``pressure``.
    at_temperature_C : array_like
        Temperature of the reference.
    exponent : array_like
        n of the creep law.
    area_gain : array_like
        Real over geometric area.
    stress_ratio : array_like
        Mean stress of the pattern over that of the plane at the same pressure.

    Returns
    -------
    ndarray
        In the unit of ``planar_ccd``, of the shape that all broadcast to.
    """
    driven = (
        np.asarray(pressure, dtype=float) / np.asarray(at_pressure, dtype=float) * np.asarray(stress_ratio)
    )
    warmed = arrhenius(constants.creep_activation_J_mol, temperature_C, at_temperature_C)
    return np.asarray(planar_ccd) * np.asarray(area_gain) * driven ** np.asarray(exponent) * warmed


def critical_pressure(
    current: ArrayLike, limit: ArrayLike, pressure: ArrayLike, exponent: ArrayLike
) -> Array:
    """Return the stack pressure at which a current is just stable.

    Parameters
    ----------
    current : array_like
        Current density.
    limit : array_like
        The creep limit at ``pressure``, in the unit of ``current``.
    pressure : array_like
        Stack pressure.
    exponent : array_like
        n of the creep law.

    Returns
    -------
    ndarray
        In the unit of ``pressure``.
    """
    share = np.asarray(current, dtype=float) / np.asarray(limit, dtype=float)
    return np.asarray(pressure, dtype=float) * share ** (1.0 / np.asarray(exponent, dtype=float))


def pressing_factor(pressure_MPa: ArrayLike, constants: InterfaceParameters) -> Array:
    """Return the share of the critical current at ``short_onset_MPa`` that is left at a higher pressure.

    Parameters
    ----------
    pressure_MPa : array_like
        Stack pressure, any shape.
    constants : InterfaceParameters
        Onset, and the pressure at which cells are shorted.

    Returns
    -------
    ndarray
        inf up to the onset, then from 1 to 0 (linear, assumed).
    """
    pressure = np.asarray(pressure_MPa, dtype=float)
    left = np.clip(
        (constants.shorted_MPa - pressure) / (constants.shorted_MPa - constants.short_onset_MPa), 0.0, 1.0
    )
    return np.where(pressure <= constants.short_onset_MPa, np.inf, left)


def cycles_before_pressed_through(pressure_MPa: ArrayLike, constants: InterfaceParameters) -> Array:
    """Return the cycles until lithium has been pressed through a pellet, at any current.

    Parameters
    ----------
    pressure_MPa : array_like
        Stack pressure, any shape.
    constants : InterfaceParameters
        Pressures and power.

    Returns
    -------
    ndarray
        Two at ``shorted_MPa``, none from ``immediate_short_MPa`` on, and fewer with every MPa from the lowest on
        (002_612f39683bb0201f, sec. 6.5, gives no numbers: the power is assumed).
    """
    pressure = np.asarray(pressure_MPa, dtype=float)
    left = 2.0 * (constants.shorted_MPa / pressure) ** constants.pressing_power
    return np.where(pressure >= constants.immediate_short_MPa, 1e-9, left)
