"""Porous scaffolds of a solid electrolyte whose walls are wired: how much of the inner surface carries current.

Lithium fills pores whose walls an agent coats (molten lithium wets it, 002_612f39683bb0201f, sec. 6.3), so that
electrons reach the whole wall through the lithium and only the ions' path through the porous solid resists. That is
a porous electrode with one resistive phase and a linear wall resistance (Newman & Tobias, J. Electrochem. Soc. 109
(1962) 1183): the wall current falls over the depth delta = sqrt(kappa R/a), and the largest one, at the separator, is

    I/(a L tanh(nu)/nu),    nu = L/delta,    a = 4 eps/d.

Its denominator is the gain in area. Pores are taken to be filled, and the stress in them to be the plane's, as no
source says either; a scaffold whose walls nothing wires gains nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.constants import OHM_CM2
from surrogate.physics.interface import contact
from surrogate.physics.parameters import PhysicsParameters
from surrogate.shapes import Float

Array = NDArray[np.float64]

# Agents whose lithiated coating carries no electrons.
INSULATING = frozenset({"none", "lithium_nitride", "lithium_fluoride"})


def is_scaffold(designs: CompleteDesigns, tables: MaterialTables) -> NDArray[np.bool_]:
    """Return whether the host is a scaffold of an ion conductor at an inorganic solid electrolyte.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Frameworks, and kinds of the electrolytes.

    Returns
    -------
    ndarray of bool (n,)
    """
    phases = {name: entry.phase for name, entry in tables.frameworks.items() if name != "none"}
    ceramic = np.array(
        [phases.get(name) == "ion_conductor" for name in designs.text("framework")], dtype=bool
    )
    return ceramic & contact.is_pellet(designs, tables)


def wall_resistance(
    designs: CompleteDesigns, coverage: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the resistance of a scaffold's walls towards lithium, per real area.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    coverage : ndarray (n,)
        Share of the walls under the agent.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        ohm m2: measured, else coated and bare parts beside each other.
    """
    bare = contact.table_resistance(designs, parameters)
    coated = contact.coated_resistance(designs, parameters)
    measured = OHM_CM2 * designs.column("interface_resistance_ohm_cm2")
    implied = 1.0 / (coverage / coated + (1.0 - coverage) / bare)
    return np.where(np.isfinite(measured), measured, np.where(coverage > 0.0, implied, bare))


def wired_share(
    designs: CompleteDesigns, coverage: Float[Array, " {len(designs)}"], parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the share of a scaffold's walls that electrons reach.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    coverage : ndarray (n,)
        Share of the walls under the agent.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        All of the walls where the ion conductor itself carries electrons, else what a conducting agent covers; 0
        where the host is no scaffold.
    """
    tables, constants = parameters.materials, parameters.composition
    names, agents = designs.text("ion_conductor_material"), designs.text("agent")
    own = {name: tables.solid(name).electronic_conductivity.si for name in set(names.tolist())}
    mixed = np.array([own[name] >= constants.carrying_conductivity_S_m for name in names.tolist()])
    conducting = np.array([name not in INSULATING for name in agents.tolist()])
    wired = np.where(mixed, 1.0, np.where(conducting, coverage, 0.0))
    return np.where(is_scaffold(designs, tables), wired, 0.0)


def area_gain(wall_area: Array, thickness: Array, conductivity: Array, resistance: Array) -> Array:
    """Return the geometric current over the largest current of a wired scaffold's walls.

    Parameters
    ----------
    wall_area : ndarray (n,)
        Wired walls per volume, m-1.
    thickness : ndarray (n,)
        Of the scaffold, m.
    conductivity : ndarray (n,)
        Of ions through the porous solid, S m-1.
    resistance : ndarray (n,)
        Of the walls, ohm m2.

    Returns
    -------
    ndarray (n,)
        a L for thin scaffolds, a delta for thick ones.
    """
    depth = np.sqrt(conductivity * resistance / np.maximum(wall_area, 1e-300))
    return np.asarray(wall_area * depth * np.tanh(thickness / np.maximum(depth, 1e-300)))
