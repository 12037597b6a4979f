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

Under high pressure lithium is pressed into the pellet: above ``SHORT_ONSET_MPA`` the critical current falls, at
``SHORTED_MPA`` a cell is shorted within a cycle or two, at ``IMMEDIATE_SHORT_MPA`` before it is cycled.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.physics.constants import FARADAY, GAS_CONSTANT, LITHIUM_MOLAR_VOLUME, ZERO_CELSIUS
from surrogate.physics.laws import arrhenius

Array = NDArray[np.float64]

# Power-law creep of lithium: 37 +- 6 kJ/mol, LePage et al., J. Electrochem. Soc. 166 (2019) A89, 10.1149/2.0221902jes
CREEP_ACTIVATION_J_MOL = 37e3
# Between 7 MPa, where Li6PS5Cl still cycles (000_7d66cda92dc0047f, sec. 2.2.2), and 25 MPa; their geometric mean
# (assumed).
SHORT_ONSET_MPA = 13.0
SHORTED_MPA = 25.0  # full cells short in their second cycle (002_612f39683bb0201f, sec. 6.5)
IMMEDIATE_SHORT_MPA = 75.0  # before any cycling (000_7d66cda92dc0047f, sec. 2.2.2)
PRESSING_POWER = 4.0  # of the fall of life with pressure (assumed; plausible 2 to 6)
STRIPPED_THICKNESS_M = 1e-6  # lithium dissolved in the study's model (003_12ac4afc36bbf970, sec. 7)


def stripping_rate(local_current: ArrayLike, thickness: float = STRIPPED_THICKNESS_M) -> Array:
    """Electrochemical strain rate i M/(F rho h), s-1, of local current densities (A m-2)."""
    return np.asarray(local_current, dtype=float) * LITHIUM_MOLAR_VOLUME / (FARADAY * thickness)


def creep_rate(stress: ArrayLike, temperature_C: ArrayLike, prefactor: float, exponent: float = 1.0) -> Array:
    """Norton's creep rate A (sigma/1 Pa)^n exp(-Q/RT), s-1, of equivalent stresses (Pa)."""
    kelvin = np.asarray(temperature_C, dtype=float) + ZERO_CELSIUS
    return (
        prefactor
        * np.asarray(stress, dtype=float) ** exponent
        * np.exp(-CREEP_ACTIVATION_J_MOL / GAS_CONSTANT / kelvin)
    )


def creep_prefactor(
    planar_ccd: float, pressure_Pa: float, temperature_C: float, planar_stress: float, exponent: float = 1.0
) -> float:
    """A (s-1 Pa^-n) at which a planar interface is just stable at its critical current density (A m-2)."""
    one = float(creep_rate(planar_stress * pressure_Pa, temperature_C, 1.0, exponent))
    return float(stripping_rate(planar_ccd)) / one


def creep_limit(
    planar_ccd: ArrayLike,
    pressure: ArrayLike,
    temperature_C: ArrayLike,
    *,
    at_pressure: ArrayLike,
    at_temperature_C: ArrayLike,
    exponent: ArrayLike = 1.0,
    area_gain: ArrayLike = 1.0,
    stress_ratio: ArrayLike = 1.0,
) -> Array:
    """Critical current density at which creep just keeps up, in the unit of ``planar_ccd``.

    planar_ccd: of the planar interface at ``at_pressure`` (unit of pressure) and ``at_temperature_C``. exponent:
    n. stress_ratio: mean stress of the pattern over that of the plane at the same pressure.
    """
    driven = (
        np.asarray(pressure, dtype=float) / np.asarray(at_pressure, dtype=float) * np.asarray(stress_ratio)
    )
    warmed = arrhenius(CREEP_ACTIVATION_J_MOL, temperature_C, at_temperature_C)
    return np.asarray(planar_ccd) * np.asarray(area_gain) * driven ** np.asarray(exponent) * warmed


def critical_pressure(
    current: ArrayLike, limit: ArrayLike, pressure: ArrayLike, exponent: ArrayLike
) -> Array:
    """Stack pressure at which a current is just stable, from the creep ``limit`` at a given pressure."""
    share = np.asarray(current, dtype=float) / np.asarray(limit, dtype=float)
    return np.asarray(pressure, dtype=float) * share ** (1.0 / np.asarray(exponent, dtype=float))


def pressing_factor(pressure_MPa: ArrayLike) -> Array:
    """Share of the critical current at ``SHORT_ONSET_MPA`` that is left at a higher pressure: inf below it, then
    from 1 to 0 (linear, assumed)."""
    pressure = np.asarray(pressure_MPa, dtype=float)
    left = np.clip((SHORTED_MPA - pressure) / (SHORTED_MPA - SHORT_ONSET_MPA), 0.0, 1.0)
    return np.where(pressure <= SHORT_ONSET_MPA, np.inf, left)


def cycles_before_pressed_through(pressure_MPa: ArrayLike) -> Array:
    """Cycles until lithium has been pressed through a pellet, at any current: two at ``SHORTED_MPA``, none from
    ``IMMEDIATE_SHORT_MPA`` on, and fewer with every MPa from the lowest on (002_612f39683bb0201f, sec. 6.5, gives
    no numbers: the power is assumed)."""
    pressure = np.asarray(pressure_MPa, dtype=float)
    left = 2.0 * (SHORTED_MPA / pressure) ** PRESSING_POWER
    return np.where(pressure >= IMMEDIATE_SHORT_MPA, 1e-9, left)
