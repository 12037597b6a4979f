"""Exact quantities of a host: thickness, capacity, mass, energy per mass and volume, material cost.

Computed from stated geometry and densities, never learned. Functions take a complete design table
(``CompleteDesigns.of``) and return one float64 value a row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts.columns import COLUMNS, PHASES
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.gradient import mean_weight, shape_of
from surrogate.materials import MaterialTables, shipped_tables
from surrogate.physics.constants import FARADAY, LITHIUM_DENSITY, LITHIUM_MOLAR_MASS, MAH_PER_CM2
from surrogate.shapes import Float

Array = NDArray[np.float64]
# Of a host's volume: pores that stay open however much an agent swells, as few as a design may have.
LEAST_OPEN = COLUMNS["porosity_top"].limits[0]


def lithium_thickness_um(areal_capacity_mAh_cm2: ArrayLike) -> Array:
    """Return the thickness of dense lithium, Q M / (F rho): 4.85 um per mAh cm-2 (10.1039/d5eb00156k, sec. 1).

    Parameters
    ----------
    areal_capacity_mAh_cm2 : array_like
        Charge per geometric area, any shape.

    Returns
    -------
    ndarray
        Thickness, um, of the same shape.
    """
    charge = np.asarray(areal_capacity_mAh_cm2, dtype=float) * MAH_PER_CM2
    return np.asarray(charge * LITHIUM_MOLAR_MASS / (FARADAY * LITHIUM_DENSITY) * 1e6)


def lithium_capacity_mAh_cm2(thickness_um: ArrayLike) -> Array:
    """Return the areal capacity of a dense lithium layer; the inverse of :func:`lithium_thickness_um`.

    Parameters
    ----------
    thickness_um : array_like
        Thickness, any shape.

    Returns
    -------
    ndarray
        mAh cm-2, of the same shape.
    """
    return np.asarray(thickness_um, dtype=float) / lithium_thickness_um(1.0)


def graded_mean(
    top: ArrayLike,
    bottom: ArrayLike,
    exponent: ArrayLike,
    layers: ArrayLike = 1.0,
    alternating: ArrayLike = False,
) -> Array:
    """Return the exact mean over depth of a graded quantity; bottom + (top - bottom)/(n + 1) where it is continuous.

    Parameters
    ----------
    top, bottom : array_like
        Values at the two ends, in one unit.
    exponent : array_like
        Gradient exponent n.
    layers : array_like
        Number of layers; 1 for a continuous gradient.
    alternating : array_like of bool
        Whether layers are stacked alternately.

    Returns
    -------
    ndarray
        Mean in the unit of the ends, of the shape they broadcast to.
    """
    low = np.asarray(bottom, dtype=float)
    return np.asarray(low + (np.asarray(top, dtype=float) - low) * mean_weight(exponent, layers, alternating))


def mean_porosity(designs: CompleteDesigns) -> Float[Array, " {len(designs)}"]:
    """Return pore volume over host volume; 0 for a planar foil.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray (n,)
    """
    exponent, layers, alternating = shape_of(designs)
    top, bottom = designs.column("porosity_top"), designs.column("porosity_bottom")
    return graded_mean(top, bottom, exponent, layers, alternating)


def host_capacity_mAh_cm2(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return the lithium that fits into the pores, which an agent narrows as it alloys; 0 for a planar foil.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Entries of agents; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        mAh cm-2.
    """
    thickness = designs.column("thickness_um")
    taken = agent_thickness_um(designs) * of_agents(designs, "swelling", tables)
    return lithium_capacity_mAh_cm2(
        np.maximum(thickness * mean_porosity(designs) - taken, LEAST_OPEN * thickness)
    )


def alloyed_mAh_cm2(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return the lithium that the agent of a host holds as long as lithium metal lies beside it.

    Above 0 V against lithium every alloy is the more stable, so that an agent fills first and empties last. A foil's
    coating has no stated thickness and counts as none.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Entries of agents; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        mAh cm-2.
    """
    taken = agent_thickness_um(designs) * 1e-6 * of_agents(designs, "lithium_density", tables)  # mol m-2
    return np.asarray(taken * FARADAY / MAH_PER_CM2)


def agent_thickness_um(designs: CompleteDesigns) -> Float[Array, " {len(designs)}"]:
    """Return the volume of the agent as made, over geometric area.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.

    Returns
    -------
    ndarray (n,)
        um.
    """
    return _phase_thickness_um(designs, "agent")


def of_agents(
    designs: CompleteDesigns, attribute: str, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return a plain number of each design's agent.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    attribute : str
        ``swelling`` or ``lithium_density``.
    tables : MaterialTables or None
        Entries of agents; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        In the unit of the attribute.
    """
    values = {name: getattr(entry, attribute) for name, entry in (tables or shipped_tables()).agents.items()}
    return np.array([values[name] for name in designs.text("agent").tolist()], dtype=np.float64)


def thickness_change_pct(plated_outside_mAh_cm2: ArrayLike, thickness_um: ArrayLike) -> Array:
    """Return the growth of the electrode by lithium outside the pores, in per cent of the host's thickness.

    Parameters
    ----------
    plated_outside_mAh_cm2 : array_like (n,)
        Lithium outside the pores.
    thickness_um : array_like (n,)
        Thickness of the host.

    Returns
    -------
    ndarray (n,)
        Per cent; NaN for a planar foil, whose relative change has no bound.
    """
    grown, thickness = np.broadcast_arrays(
        lithium_thickness_um(plated_outside_mAh_cm2), np.asarray(thickness_um, dtype=float)
    )
    return np.divide(100.0 * grown, thickness, out=np.full(grown.shape, np.nan), where=thickness > 0)


def solid_mass_mg_cm2(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return the mass of the host's solid, framework and agent, per geometric area.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Densities; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        mg cm-2.
    """
    return _sum_over_phases(designs, "density", tables) * 1e-4  # kg m-3 um -> mg cm-2


def phase_masses_mg_cm2(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> dict[str, Float[Array, " {len(designs)}"]]:
    """Return the mass of each phase of the host's solid per geometric area.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Densities; None for the shipped ones.

    Returns
    -------
    dict of str to ndarray (n,)
        Phase -> mg cm-2: volume fraction x density x thickness, exactly over the gradient; in all
        ``solid_mass_mg_cm2``.
    """
    return {phase: mass * 1e-4 for phase, mass in _by_phase(designs, "density", tables).items()}


def material_cost_usd_m2(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return the cost of the host's materials per geometric area; most prices are assumed (see the materials card).

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Densities and prices; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        USD m-2.
    """
    return _sum_over_phases(designs, "cost", tables) * 1e-6  # USD kg-1 kg m-3 um -> USD m-2


def specific_capacity_mAh_g(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return plated lithium's charge over the mass of host and lithium.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Densities; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        mAh g-1.
    """
    capacity = designs.column("areal_capacity_mAh_cm2")
    lithium_mg = lithium_thickness_um(capacity) * LITHIUM_DENSITY * 1e-4
    return np.asarray(1000.0 * capacity / (solid_mass_mg_cm2(designs, tables) + lithium_mg))


def volumetric_capacity_mAh_cm3(
    designs: CompleteDesigns, tables: MaterialTables | None = None
) -> Float[Array, " {len(designs)}"]:
    """Return plated lithium's charge over the volume of the plated electrode: host, and lithium that is thicker.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables or None
        Entries of agents; None for the shipped ones.

    Returns
    -------
    ndarray (n,)
        mAh cm-3.
    """
    capacity = designs.column("areal_capacity_mAh_cm2")
    outside = np.maximum(capacity - host_capacity_mAh_cm2(designs, tables), 0.0)
    thickness_um = designs.column("thickness_um") + lithium_thickness_um(outside)
    return np.asarray(capacity / (thickness_um * 1e-4))


def cell_energy_density_Wh_kg(
    areal_capacity_mAh_cm2: ArrayLike, voltage_V: float, cell_mass_mg_cm2: ArrayLike
) -> Array:
    """Return the energy of a full cell over the mass of everything in it.

    Parameters
    ----------
    areal_capacity_mAh_cm2 : array_like
        Capacity used.
    voltage_V : float
        Mean voltage of discharge.
    cell_mass_mg_cm2 : array_like
        Mass of the cell per geometric area.

    Returns
    -------
    ndarray
        Wh kg-1, of the shape that capacity and mass broadcast to.
    """
    energy = np.asarray(areal_capacity_mAh_cm2, dtype=float) * voltage_V  # mWh cm-2
    return np.asarray(1000.0 * energy / np.asarray(cell_mass_mg_cm2, dtype=float))


def _sum_over_phases(designs: CompleteDesigns, attribute: str, tables: MaterialTables | None) -> Array:
    """Sum of (solid volume per area, um) x density [x cost] over the four phases."""
    return np.sum(list(_by_phase(designs, attribute, tables).values()), axis=0)


def _by_phase(designs: CompleteDesigns, attribute: str, tables: MaterialTables | None) -> dict[str, Array]:
    """Return (solid volume per area, um) x density [x cost] of each of the four phases."""
    known, found = tables or shipped_tables(), dict[str, Array]()
    for phase in PHASES:
        values = [_value(known, name, phase, attribute) for name in _names(designs, phase)]
        found[phase] = _phase_thickness_um(designs, phase) * np.asarray(values)
    return found


def _phase_thickness_um(designs: CompleteDesigns, phase: str) -> Array:
    """Return the volume of a phase over geometric area, um: the exact mean of its share of the solid, times that."""
    exponent, layers, alternating = shape_of(designs)
    (a_top, a_bottom), (b_top, b_bottom) = (
        (designs.column(f"{stem}_top"), designs.column(f"{stem}_bottom")) for stem in (phase, "porosity")
    )
    b_top, b_bottom = 1.0 - b_top, 1.0 - b_bottom
    a, b = a_top - a_bottom, b_top - b_bottom
    once, twice = (mean_weight(power * exponent, layers, alternating) for power in (1.0, 2.0))
    mean = a_bottom * b_bottom + (a_bottom * b + b_bottom * a) * once + a * b * twice
    return np.asarray(mean * designs.column("thickness_um"))


def _names(designs: CompleteDesigns, phase: str) -> list[str]:
    return [str(name) for name in designs.text("agent" if phase == "agent" else f"{phase}_material")]


def _value(tables: MaterialTables, name: str, phase: str, attribute: str) -> float:
    if phase == "agent" and name == "none":
        return 0.0
    entry = tables.agent(name) if phase == "agent" else tables.solid(name)
    density = entry.density.si
    return density if attribute == "density" else density * entry.cost.value
