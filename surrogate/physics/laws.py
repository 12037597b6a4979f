"""From composition to the properties the transport equations need; each law with its source and its range.

Every law works on arrays of any shape that broadcast together and is smooth in its arguments, so that a
gradient of composition gives a gradient of properties. ``RANGES`` says where the laws may be used;
:func:`out_of_range` finds the designs that lie outside.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts import gradient
from surrogate.hosts.cells import CHANNEL_WIDTHS_UM, DEEPEST_ASPECT, DEEPEST_CUT, deepest_cut_um
from surrogate.hosts.columns import OVERRIDES, PATTERN
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.constants import GAS_CONSTANT, ZERO_CELSIUS
from surrogate.physics.parameter_groups import CompositionParameters

Array = NDArray[np.float64]

BISECTIONS = 50  # of an interval of at most 25 in the logarithm: 2e-14

# column -> (low, high) over which the laws were derived or are commonly used.
RANGES: Mapping[str, tuple[float, float]] = {
    "porosity_top": (0.3, 0.97),
    "porosity_bottom": (0.3, 0.97),
    "pore_size_top_um": (0.5, 500.0),
    "pore_size_bottom_um": (0.5, 500.0),
    "tortuosity": (1.0, 10.0),
    "tortuosity_top": (1.0, 10.0),
    "tortuosity_bottom": (1.0, 10.0),
    "thickness_um": (5.0, 1000.0),
    "current_density_mA_cm2": (0.01, 100.0),
    "areal_capacity_mAh_cm2": (0.01, 50.0),
}


def graded(
    top: ArrayLike, bottom: ArrayLike, exponent: ArrayLike, depth: ArrayLike, layers: ArrayLike = 1.0
) -> Array:
    """Return a graded quantity at a depth: bottom + (top - bottom)(1 - z)^n, or a stair of equal layers.

    Parameters
    ----------
    top, bottom : array_like
        Values at the two ends, in one unit.
    exponent : array_like
        n.
    depth : array_like
        z, 0 at the separator and 1 at the foil.
    layers : array_like
        2 or more for a stair (``surrogate.hosts.gradient``), 1 for a continuous gradient.

    Returns
    -------
    ndarray
        In the unit of the ends, of the shape that all broadcast to.
    """
    return between(top, bottom, gradient.weight(depth, exponent, layers))


def between(top: ArrayLike, bottom: ArrayLike, weight: ArrayLike) -> Array:
    """Return bottom + (top - bottom) weight.

    Parameters
    ----------
    top, bottom : array_like
        Values at the two ends, in one unit.
    weight : array_like
        Of the top value, 0..1.

    Returns
    -------
    ndarray
        In the unit of the ends, of the shape that all broadcast to.
    """
    low = np.asarray(bottom, dtype=float)
    return np.asarray(low + (np.asarray(top, dtype=float) - low) * np.asarray(weight, dtype=float))


def mixture_conductivity(
    fraction: ArrayLike, conducting: ArrayLike, insulating: ArrayLike, constants: CompositionParameters
) -> Array:
    """Return the electronic conductivity of a mixture of two phases by the general effective-medium equation.

    Between the two pure limits the equation is a percolation law on either side of its threshold. McLachlan,
    Blaszkiewicz & Newnham, J. Am. Ceram. Soc. 73 (1990) 2187.

    Parameters
    ----------
    fraction : array_like
        Volume fraction of the conductor in the solid, 0..1.
    conducting, insulating : array_like
        Conductivity of the two phases, S m-1.
    constants : CompositionParameters
        Threshold, exponent and the least conductivity.

    Returns
    -------
    ndarray
        S m-1, of the shape that all broadcast to.
    """
    phi, high, low = np.broadcast_arrays(
        np.clip(np.asarray(fraction, dtype=float), 0.0, 1.0),
        np.maximum(np.asarray(conducting, dtype=float), constants.least_conductivity_S_m),
        np.maximum(np.asarray(insulating, dtype=float), constants.least_conductivity_S_m),
    )
    ratio = (1.0 - constants.percolation_threshold) / constants.percolation_threshold
    root_low, root_high = (
        low ** (1 / constants.percolation_exponent),
        high ** (1 / constants.percolation_exponent),
    )
    # With equal exponents the equation is a quadratic in the root of the conductivity.
    b = ((1 - phi) * (ratio * root_low - root_high) + phi * (ratio * root_high - root_low)) / ratio
    c = root_low * root_high / ratio
    discriminant = np.sqrt(b**2 + 4.0 * c)
    # The numerically stable of the two forms of the positive root.
    root = np.where(b > 0, (b + discriminant) / 2.0, 2.0 * c / np.where(b > 0, 1.0, discriminant - b))
    return np.asarray(root**constants.percolation_exponent)


def mixture_conductivity_of(
    fractions: ArrayLike, conductivities: ArrayLike, constants: CompositionParameters
) -> Array:
    """Return the electronic conductivity of a mixture of m phases by the same equation.

    The root of sum f (x_i - x)/(x_i + A x), x the root of a conductivity and A = (1 - p_c)/p_c of the threshold
    p_c, by bisection on a log scale; the sum falls with x, so that there is one root. It lies between the smallest
    and the largest conductivity, is symmetric in the phases, and is :func:`mixture_conductivity` where two phases
    are there.

    Parameters
    ----------
    fractions : array_like (m, ...)
        Volume fractions of the phases; they sum to 1 along the first axis.
    conductivities : array_like (m, ...)
        S m-1.
    constants : CompositionParameters
        Threshold, exponent and the least conductivity.

    Returns
    -------
    ndarray (...)
        S m-1.
    """
    phi, sigma = np.broadcast_arrays(
        np.clip(np.asarray(fractions, dtype=float), 0.0, 1.0),
        np.maximum(np.asarray(conductivities, dtype=float), constants.least_conductivity_S_m),
    )
    ratio = (1.0 - constants.percolation_threshold) / constants.percolation_threshold
    roots = sigma ** (1 / constants.percolation_exponent)
    low, high = np.log(roots.min(axis=0)), np.log(roots.max(axis=0))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        x = np.exp(middle)
        above = (phi * (roots - x) / (roots + ratio * x)).sum(axis=0) > 0.0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(np.exp(constants.percolation_exponent * 0.5 * (low + high)))


def network_conductivity(
    solid_conductivity: ArrayLike, porosity: ArrayLike, constants: CompositionParameters
) -> Array:
    """Return the effective electronic conductivity of the porous solid, sigma (1 - eps)^1.5 (Bruggeman).

    Parameters
    ----------
    solid_conductivity : array_like
        Of the dense solid, S m-1.
    porosity : array_like
        eps, 0..1.
    constants : CompositionParameters
        For the exponent.

    Returns
    -------
    ndarray
        S m-1, of the shape that both broadcast to.
    """
    solid = 1.0 - np.asarray(porosity, dtype=float)
    return np.asarray(np.asarray(solid_conductivity, dtype=float) * solid**constants.bruggeman_exponent)


def agent_coverage(agent_fraction: ArrayLike, constants: CompositionParameters) -> Array:
    """Return the share of the host's surface that the agent covers, 1 - exp(-phi/phi_0): random deposition.

    Parameters
    ----------
    agent_fraction : array_like
        phi, of the solid's volume, any shape.
    constants : CompositionParameters
        For the covering fraction phi_0 (assumed).

    Returns
    -------
    ndarray
        0..1, of the same shape.
    """
    return np.asarray(-np.expm1(-np.asarray(agent_fraction, dtype=float) / constants.covering_fraction))


def bare_nucleation_overpotential(
    fractions: ArrayLike,
    overpotentials_mV: ArrayLike,
    conductivities: ArrayLike,
    constants: CompositionParameters,
) -> Array:
    """Return the nucleation overpotential of a mixture without agent: the mean over the phases that bring electrons.

    Nothing nucleates on an insulator while a conductor beside it takes the current, so that phases are weighted by
    sigma/(sigma + sigma_0); where none conducts, the plain mean is left.

    Parameters
    ----------
    fractions : array_like (m, ...)
        Volume fractions, phases along the first axis.
    overpotentials_mV : array_like (m, ...)
        Of each phase alone.
    conductivities : array_like (m, ...)
        Electronic, S m-1.
    constants : CompositionParameters
        For sigma_0 and the least weight.

    Returns
    -------
    ndarray (...)
        mV.
    """
    sigma = np.asarray(conductivities, dtype=float)
    weight = np.asarray(fractions, dtype=float) * (
        sigma / (sigma + constants.carrying_conductivity_S_m) + constants.least_carrying
    )
    mean = (weight * np.asarray(overpotentials_mV, dtype=float)).sum(axis=0)
    return np.asarray(mean / np.maximum(weight.sum(axis=0), 1e-300))


def nucleation_overpotential(
    agent_fraction: ArrayLike, agent_mV: ArrayLike, surface_mV: ArrayLike, constants: CompositionParameters
) -> Array:
    """Return the nucleation overpotential of a partly covered surface: area-weighted between agent and bare solid.

    Parameters
    ----------
    agent_fraction : array_like
        Of the solid's volume.
    agent_mV, surface_mV : array_like
        On the agent and on the bare solid.
    constants : CompositionParameters
        For the covering fraction.

    Returns
    -------
    ndarray
        mV, of the shape that all broadcast to.
    """
    covered = agent_coverage(agent_fraction, constants)
    bare = np.asarray(surface_mV, dtype=float)
    return np.asarray(bare + covered * (np.asarray(agent_mV, dtype=float) - bare))


def ion_conductor_conductivity(
    bulk: ArrayLike, fraction: ArrayLike, porosity: ArrayLike, constants: CompositionParameters
) -> Array:
    """Return what an ion-conducting phase of the solid adds to the ionic path, kappa (phi (1 - eps))^1.5.

    Parameters
    ----------
    bulk : array_like
        kappa, S m-1.
    fraction : array_like
        phi, of the solid's volume.
    porosity : array_like
        eps.
    constants : CompositionParameters
        For Bruggeman's exponent.

    Returns
    -------
    ndarray
        S m-1, of the shape that all broadcast to.
    """
    share = np.asarray(fraction, dtype=float) * (1.0 - np.asarray(porosity, dtype=float))
    return np.asarray(np.asarray(bulk, dtype=float) * share**constants.bruggeman_exponent)


def arrhenius(activation_energy: ArrayLike, temperature_C: ArrayLike, reference_C: ArrayLike) -> Array:
    """Return the factor exp(-E/R (1/T - 1/T_ref)) on a thermally activated property.

    Parameters
    ----------
    activation_energy : array_like
        E, J mol-1.
    temperature_C, reference_C : array_like
        T and T_ref in degrees Celsius.

    Returns
    -------
    ndarray
        Of the shape that all broadcast to.
    """
    inverse = 1.0 / (np.asarray(temperature_C, dtype=float) + ZERO_CELSIUS)
    reference = 1.0 / (np.asarray(reference_C, dtype=float) + ZERO_CELSIUS)
    return np.exp(-np.asarray(activation_energy, dtype=float) / GAS_CONSTANT * (inverse - reference))


def specific_area(porosity: ArrayLike, pore_size_m: ArrayLike) -> Array:
    """Return the pore surface per volume of host, 4 eps/d: straight cylindrical pores.

    Parameters
    ----------
    porosity : array_like
        eps.
    pore_size_m : array_like
        Diameter d.

    Returns
    -------
    ndarray
        m-1, of the shape that both broadcast to.
    """
    return np.asarray(4.0 * np.asarray(porosity, dtype=float) / np.asarray(pore_size_m, dtype=float))


def out_of_range(designs: CompleteDesigns, tables: MaterialTables) -> list[str]:
    """Return for each design which column is outside its law's range and by what.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Temperature ranges and pellets of the electrolytes.

    Returns
    -------
    list of str
        n texts, empty where nothing is outside.
    """
    found: list[str] = [""] * len(designs)
    porous = designs.text("framework") != "none"
    for column, (low, high) in RANGES.items():
        values = designs.column(column)
        acts = porous | (column in ("current_density_mA_cm2", "areal_capacity_mAh_cm2"))
        if column in OVERRIDES:
            acts &= ~np.isnan(values)
        for index in np.flatnonzero(acts & ~((values >= low) & (values <= high))).tolist():
            found[index] = found[index] or f"{column} = {values[index]:g} outside {low:g} to {high:g}"
    for row, (name, value) in enumerate(
        zip(designs.text("electrolyte"), designs.column("temperature_C"), strict=True)
    ):
        low, high = tables.electrolyte(str(name)).temperature_range.limits
        if not low <= value <= high:
            found[row] = found[row] or f"temperature_C = {value:g} outside {low:g} to {high:g} of {name}"
    for row, outside in _channels_out_of_range(designs, tables):
        found[row] = found[row] or outside
    return found


def _channels_out_of_range(designs: CompleteDesigns, tables: MaterialTables) -> list[tuple[int, str]]:
    """Rows whose channels are finer, wider or deeper than the response surface of the interface was fitted to."""
    found = []
    narrowest, widest = CHANNEL_WIDTHS_UM
    for row in np.flatnonzero(designs.column("pattern_size_um") > 0.0).tolist():
        name = designs.text("electrolyte")[row]
        width, depth = (designs.column(column)[row] for column in PATTERN)
        deepest = deepest_cut_um(str(name), tables)
        own = designs.column("pellet_thickness_um")[row]
        if not np.isnan(own):
            deepest = 0.5 * DEEPEST_CUT * own
        if not narrowest <= width <= widest:
            found.append((row, f"pattern_size_um = {width:g} outside {narrowest:g} to {widest:g}"))
        elif depth > deepest:
            found.append(
                (row, f"pattern_depth_um = {depth:g} outside 0 to {deepest:g} in the pellet of {name}")
            )
        elif depth > DEEPEST_ASPECT * width:
            limit = f"0 to {DEEPEST_ASPECT * width:g}, {DEEPEST_ASPECT:g} widths"
            found.append((row, f"pattern_depth_um = {depth:g} outside {limit}"))
    return found
