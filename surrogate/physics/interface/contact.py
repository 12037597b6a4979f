"""How well lithium touches a solid electrolyte, and what a cell's own pellet changes: factors on tables' numbers.

Data flow: designs -> resistance of a planar face (measured, coated or the tables') -> share of the contact beside the
tables' face -> factor on the creep limit (``solids``); thickness and density of the pellet -> ions' path, toughness.
Every factor is exactly 1 where a design says nothing of its own.

The real contact is what carries ions: a face of share theta of contact resists as 1/theta (Li6PS5Cl, arXiv
2501.00600) and lithium there is stripped 1/theta times as fast. Published critical currents fall less steeply with
resistance, as part of it is film and part of the contact comes back by creep, so that the power is one constant,
``contact_exponent``, chosen from published garnets (docs/physics.md).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.cells import PELLET_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics.constants import OHM_CM2, ZERO_CELSIUS
from surrogate.physics.laws import arrhenius
from surrogate.physics.parameters import PhysicsParameters
from surrogate.shapes import Float

Array = NDArray[np.float64]


def is_pellet(designs: CompleteDesigns, tables: MaterialTables) -> NDArray[np.bool_]:
    """Return whether the electrolyte is an inorganic solid.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Kinds of the electrolytes.

    Returns
    -------
    ndarray of bool (n,)
    """
    kinds = {name: entry.kind in PELLET_KINDS for name, entry in tables.electrolytes.items()}
    return np.array([kinds[name] for name in designs.text("electrolyte")], dtype=bool)


def table_resistance(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the tables' resistance of a planar face at each design's temperature.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        ohm m2.
    """
    tables = parameters.materials
    own = np.array([tables.electrolyte(str(name)).sei_resistance.si for name in designs.text("electrolyte")])
    return np.asarray(own / _reacting(designs, parameters))


def coated_resistance(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the resistance of a face that the agent coats, at each design's temperature.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        ohm m2; that of the bare face in cells that are no pellet, where the agent is no coating, and where the bare
        face resists less: no source reports that a coating spoilt a good contact.
    """
    tables, bare = parameters.materials, table_resistance(designs, parameters)
    entries = {
        name: np.inf if entry.coated_resistance is None else entry.coated_resistance.si
        for name, entry in tables.agents.items()
    }
    coated = np.array([entries[name] for name in designs.text("agent")]) / _reacting(designs, parameters)
    return np.where(is_pellet(designs, tables), np.minimum(coated, bare), bare)


def face_resistance(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the resistance of the film on lithium, or of a planar face of a solid.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        ohm m2: what was measured; else, on a planar pellet, what its coating leaves (on both faces, as in the
        symmetric cells of the sources); else the tables'.
    """
    measured = OHM_CM2 * designs.column("interface_resistance_ohm_cm2")
    planar = designs.text("framework") == "none"
    implied = np.where(planar, coated_resistance(designs, parameters), table_resistance(designs, parameters))
    return np.where(np.isfinite(measured), measured, implied)


def contact_factor(
    designs: CompleteDesigns,
    resistance: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters,
) -> Float[Array, " {len(designs)}"]:
    """Return the critical current of a face over that of the tables' face of the same electrolyte.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    resistance : ndarray (n,)
        Of the face, ohm m2.
    parameters : PhysicsParameters
        Constants and material entries.

    Returns
    -------
    ndarray (n,)
        Above 1 where it resists less than the tables' face at the same temperature, but no more than at
        ``full_contact_ohm_cm2``; 1 in polymers, which wet lithium.
    """
    constants, tables = parameters.interface, parameters.materials
    least = OHM_CM2 * constants.full_contact_ohm_cm2 / _reacting(designs, parameters)
    table = np.maximum(table_resistance(designs, parameters), least)
    factor = (table / np.maximum(resistance, least)) ** constants.contact_exponent
    return np.where(is_pellet(designs, tables), factor, 1.0)


def pores(designs: CompleteDesigns, tables: MaterialTables) -> tuple[Array, Array]:
    """Return the volume fraction of pores of each design's pellet, and that of the tables' pellet.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Densities of pellets.

    Returns
    -------
    own, reference : ndarray (n,)
        Equal where the design says nothing; 0 in cells that have no pellet.
    """
    entries = [tables.electrolyte(str(name)).pellet_density for name in designs.text("electrolyte")]
    reference = np.array([0.0 if entry is None else 1.0 - entry.value for entry in entries])
    given = 1.0 - designs.column("pellet_density_pct") / 100.0
    return np.where(np.isfinite(given), given, reference), reference


def conduction_factor(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the conductivity of each design's pellet over that of the tables' pellet (Bruggeman).

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Bruggeman's exponent and densities of pellets.

    Returns
    -------
    ndarray (n,)
    """
    own, reference = pores(designs, parameters.materials)
    share = (1.0 - own) / (1.0 - reference)
    return np.asarray(share**parameters.composition.bruggeman_exponent)


def toughness_factor(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the fracture toughness of each design's pellet over that of the tables' pellet.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Decay of the toughness with pores, and densities of pellets.

    Returns
    -------
    ndarray (n,)
        exp(-B (P - P_ref)); the stress that a filled flaw bears, and so the current, goes with it.
    """
    own, reference = pores(designs, parameters.materials)
    return np.asarray(np.exp(-parameters.interface.toughness_decay * (own - reference)))


def pellet_thickness(designs: CompleteDesigns, tables: MaterialTables) -> Float[Array, " {len(designs)}"]:
    """Return the thickness of each design's separator or pellet: its own, else the tables'.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Separators and pellets of the electrolytes.

    Returns
    -------
    ndarray (n,)
        m.
    """
    names = designs.text("electrolyte")
    table = np.array([tables.electrolyte(str(name)).separator_thickness.si for name in names])
    own = 1e-6 * designs.column("pellet_thickness_um")
    return np.where(np.isfinite(own), own, table)


def _reacting(designs: CompleteDesigns, parameters: PhysicsParameters) -> Array:
    """Factor on the rate of charge transfer, and of one over the film's resistance, with temperature."""
    names = designs.text("electrolyte")
    reference = [parameters.materials.electrolyte(str(name)).reference_temperature.si for name in names]
    return arrhenius(
        parameters.plating.kinetic_activation_J_mol,
        designs.column("temperature_C"),
        np.array(reference) - ZERO_CELSIUS,
    )
