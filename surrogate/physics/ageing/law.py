"""What a cycle loses, and how many cycles a cell can stand.

The lithium lost in a cycle (mAh cm-2), the coulombic efficiency and the cycles are::

    l_s    = s (A + MOSS q out)^a                        lithium lost to interphase
    l_d    = q (1 - exp(-f out (i_loc/1 mA cm-2)^m))     lithium left dead; f out ... of q where that is small
    1 - CE = (l_s + l_d)/q + c out min(i/i_crit, 1)
    1/N    = (l_s + l_d)/(E + FADE q)    the lithium inventory
           + l_s/RESERVE                 electrolyte used up by what it reacts with
           + l_d/DEAD_RESERVE            polarisation by the layer of dead lithium
           + (q out)^k/N_w               fatigue and drying, by capacity that lies on an open face
           + (1 - p)/p                   what cannot be plated: p is the share of the charge that passed

all times 1 + i/i_crit in liquids, gels and polymers; in a pellet beside a short above its critical current,
1/N_s over a width of a twentieth of it, and what stack pressure alone allows (``interface.limits``). s is the
interphase per real area and f the dead share of the electrolyte with its additives (tables, and ``electrolytes`` for
a recipe), A the real area of the host under lithium and E the excess of lithium on one side. Dead lithium is metal
that has lost contact, most of what is lost, and has used up no electrolyte (Fang et al., Nature 572 (2019) 511), so
that it counts apart. In liquids and gels s and f fall with temperature (:func:`thermal_factor`).

out is the exposed share: lithium that grows as on an open face, with whiskers of its own, and is left behind as
there. All of it on the top face; within the host it falls with depth, e^(2 z) at the mean depth z of the lithium
inside (0 at the top, 1 at the foil), so that what fills from its top is exposed more than what fills evenly or from
below.

s, f, e and the rest are scaled by constants fitted to published cells (``fitted``); those with a capital are assumed
(``parameter_groups``: ``moss_cm2_per_mAh``, ``fade``, ``reserve_mAh_cm2``, ``dead_reserve_mAh_cm2``). s and f of
gels, polymers and solids are the tables' own: hardly a record could scale them. c is lithium behind voids of a solid
(tables): missing when it is stripped, back with the next plating, so that it counts in the efficiency and not in the
life.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts.cells import LIQUID_KINDS, PELLET_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.accounting import alloyed_mAh_cm2
from surrogate.physics.ageing.electrolytes import losses
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.interface import limits
from surrogate.physics.laws import arrhenius
from surrogate.physics.parameter_groups import AgeingParameters
from surrogate.physics.parameters import PhysicsParameters
from surrogate.shapes import Float

Array = NDArray[np.float64]

COMPARED_C = (
    20.0,
    60.0,
)  # between which the efficiency of a cell was compared (002_612f39683bb0201f, sec. 3.6)


@dataclass(frozen=True)
class Cycle:
    """One simulated cycle of n designs, (n,) each.

    Attributes
    ----------
    interphase : ndarray
        Loss of the bare electrolyte to interphase at the cell's temperature, mAh cm-2 of real area and cycle.
    dead : ndarray
        Share of the lithium that the bare electrolyte leaves dead at the cell's temperature.
    interphase_factor, dead_factor : ndarray
        What its additives make of the two.
    area : ndarray
        Real area of the host under lithium over geometric area.
    top : ndarray
        Share of the lithium on the top face.
    depth : ndarray
        Mean depth of the lithium inside, 0 (top face) to 1 (foil).
    local : ndarray
        Largest local current density, mA cm-2.
    capacity, excess : ndarray
        Areal capacity of a half cycle, and lithium beyond it that no agent holds, mAh cm-2.
    stress : ndarray
        Current over critical current.
    pressed : ndarray
        Cycles until pressure alone shorts a pellet.
    passed : ndarray
        Share of the charge that plated.
    behind : ndarray
        Lithium behind voids at the critical current of a solid, per lithium on an open face.
    ether, carbonate, pellet : ndarray of bool
        What the electrolyte is.
    """

    interphase: Array
    dead: Array
    interphase_factor: Array
    dead_factor: Array
    area: Array
    top: Array
    depth: Array
    local: Array
    capacity: Array
    excess: Array
    stress: Array
    pressed: Array
    passed: Array
    behind: Array
    ether: NDArray[np.bool_]
    carbonate: NDArray[np.bool_]
    pellet: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int_]) -> Cycle:
        """Return those designs only.

        Parameters
        ----------
        rows : ndarray of int (m,)

        Returns
        -------
        Cycle
            Of m designs.
        """
        return Cycle(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def cycle_of(
    designs: CompleteDesigns,
    state: pd.DataFrame | Mapping[str, ArrayLike],
    ccd: Float[Array, " {len(designs)}"],
    parameters: PhysicsParameters,
) -> Cycle:
    """Return the cycle of designs with their plating states and critical currents.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    state : DataFrame, or mapping of str to array_like (n,)
        n rows, as ``plating.runs.states`` gives them.
    ccd : ndarray (n,)
        Critical current densities, mA cm-2.
    parameters : PhysicsParameters
        Material entries and limits of pressure.

    Returns
    -------
    Cycle
    """
    tables = parameters.materials
    electrolytes = [tables.electrolyte(str(name)) for name in designs.text("electrolyte")]
    lost = losses(designs, tables)
    current = designs.column("current_density_mA_cm2")
    warmth = thermal_factor(designs, parameters)
    top = np.clip(np.asarray(state["top_face_share"], dtype=float), 0.0, 1.0)
    within = np.where(top < 1.0, 1.0 - top, 1.0)
    return Cycle(
        interphase=warmth * lost.interphase,
        dead=warmth * lost.dead,
        interphase_factor=lost.interphase_factor,
        dead_factor=lost.dead_factor,
        area=np.asarray(state["plated_area_ratio"], dtype=float),
        top=top,
        depth=np.clip(np.asarray(state["li_centroid"], dtype=float) / within, 0.0, 1.0),
        local=current / area_gain(designs, state),
        capacity=designs.column("areal_capacity_mAh_cm2"),
        excess=np.maximum(designs.column("li_excess_mAh_cm2") - alloyed_mAh_cm2(designs, tables), 0.0),
        stress=current / ccd,
        pressed=limits.cycles_before_pressed_through(
            designs.column("stack_pressure_MPa"), parameters.interface
        ),
        passed=np.clip(np.asarray(state["charge_passed_share"], dtype=float), 1e-6, 1.0),
        behind=np.array(
            [0.0 if one.contact_loss is None else one.contact_loss.value for one in electrolytes]
        ),
        ether=np.array([one.literature_class == "liquid_ether" for one in electrolytes]),
        carbonate=np.array([one.literature_class == "liquid_carbonate" for one in electrolytes]),
        pellet=np.array([one.kind in PELLET_KINDS for one in electrolytes]),
    )


def dead_fraction(designs: CompleteDesigns, parameters: PhysicsParameters) -> Float[Array, " {len(designs)}"]:
    """Return the lithium left dead per lithium stripped from an open face, additives and temperature included.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Entries of electrolytes and additives; how losses fall with temperature.

    Returns
    -------
    ndarray (n,)
    """
    lost = losses(designs, parameters.materials)
    return thermal_factor(designs, parameters) * lost.dead * lost.dead_factor


def thermal_factor(
    designs: CompleteDesigns, parameters: PhysicsParameters
) -> Float[Array, " {len(designs)}"]:
    """Return the losses of a liquid or gel at the design's temperature over those at its reference temperature.

    A cell that lost 9.8 % a cycle at 20 C lost 0.7 % at 60 C, where nuclei are larger and the interphase is more
    stable (002_612f39683bb0201f, sec. 3.6): one activation energy for interphase and dead lithium, as only their sum
    was measured. Below 20 C a smaller one is assumed; above 60 C losses stay as they are there.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        For the activation energy, and the reference temperature of the electrolyte.

    Returns
    -------
    ndarray (n,)
        Above 1 below the reference temperature; 1 in polymers and solids.
    """
    entries = [parameters.materials.electrolyte(str(name)) for name in designs.text("electrolyte")]
    reference = np.array([one.reference_temperature.value for one in entries])
    liquid = np.array([one.kind in LIQUID_KINDS for one in entries], dtype=bool)
    coldest, warmest = COMPARED_C
    temperature, assumed = designs.column("temperature_C"), parameters.ageing
    warm = np.clip(temperature, coldest, warmest)
    slowed = arrhenius(-assumed.loss_activation_J_mol, warm, reference)
    slowed *= arrhenius(-assumed.cold_loss_activation_J_mol, np.minimum(temperature, coldest), coldest)
    return np.where(liquid, slowed, 1.0)


def area_gain(
    designs: CompleteDesigns, state: pd.DataFrame | Mapping[str, ArrayLike]
) -> Float[Array, " {len(designs)}"]:
    """Return geometric over largest local current density.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    state : DataFrame, or mapping of str to array_like (n,)
        n rows with ``peak_local_current_density_mA_cm2``.

    Returns
    -------
    ndarray (n,)
        1 where a run ended within its first steps and has no peak: as if the host had no inner surface.
    """
    current = designs.column("current_density_mA_cm2")
    peak = np.asarray(state["peak_local_current_density_mA_cm2"], dtype=float)
    return np.maximum(current / np.where(peak > 0, peak, current), 0.1)


def lost_per_cycle(
    cycle: Cycle, constants: AgeingConstants, assumed: AgeingParameters
) -> tuple[Float[Array, " {len(cycle.area)}"], Float[Array, " {len(cycle.area)}"]]:
    """Return the lithium lost in a cycle.

    Parameters
    ----------
    cycle : Cycle
        n designs.
    constants : AgeingConstants
        Fitted constants.
    assumed : AgeingParameters
        Assumed ones.

    Returns
    -------
    interphase : ndarray (n,)
        What has reacted with the electrolyte, mAh cm-2.
    dead : ndarray (n,)
        Metal that has lost contact, mAh cm-2.
    """
    films = _by_liquid(cycle, constants.interphase_ether, constants.interphase_carbonate)
    deads = _by_liquid(cycle, constants.dead_ether, constants.dead_carbonate)
    strength = _by_liquid(cycle, constants.nitrate, constants.carbonate_additive)
    film = cycle.interphase * films * cycle.interphase_factor**strength
    dead = cycle.dead * deads * cycle.dead_factor**strength
    rough = (cycle.local / assumed.reference_local_mA_cm2) ** constants.current_exponent
    reacted = film * _lithium_area(cycle, constants, assumed) ** constants.area_exponent
    left = -np.expm1(-dead * exposed_share(cycle, constants) * rough)
    return np.asarray(reacted), np.asarray(cycle.capacity * left)


def cycle_life(
    cycle: Cycle, constants: AgeingConstants, assumed: AgeingParameters
) -> tuple[Float[Array, " {len(cycle.area)}"], Float[Array, " {len(cycle.area)}"]]:
    """Return cycles to failure and the coulombic efficiency.

    Parameters
    ----------
    cycle : Cycle
        n designs.
    constants : AgeingConstants
        Fitted constants.
    assumed : AgeingParameters
        Assumed ones.

    Returns
    -------
    cycles : ndarray (n,)
        The first cycle counts, so that no cell has less than one.
    efficiency : ndarray (n,)
        Per cent. Stranded lithium is not counted as lost: the next plating wires it again. Lithium behind voids of
        a solid is missing from it as from a half cell's, and no loss to the life.
    """
    reacted, dead = lost_per_cycle(cycle, constants, assumed)
    lost = reacted + dead
    inventory = lost / (cycle.excess + assumed.fade * cycle.capacity)
    polarised = reacted / assumed.reserve_mAh_cm2 + dead / assumed.dead_reserve_mAh_cm2
    worn = (
        cycle.capacity * exposed_share(cycle, constants)
    ) ** constants.wear_exponent / constants.wear_cycles
    rate = inventory + polarised + worn + (1.0 - cycle.passed) / cycle.passed
    gentle = np.minimum(cycle.stress, 1e6)  # overflow is no failure
    eased = rate * (1.0 + gentle**assumed.shorting_exponent)
    onset = 1.0 / (1.0 + np.maximum(gentle, 1e-6) ** -assumed.sharpness)
    shorted = rate + onset / constants.short_cycles + 1.0 / cycle.pressed
    rate = np.where(cycle.pellet, shorted, eased)
    voids = behind_voids(cycle, constants)
    # exp rather than 1 - l/q: the same for small losses, and never below nothing.
    return 1.0 + 1.0 / rate, 100.0 * np.exp(-lost / cycle.capacity - voids)


def behind_voids(cycle: Cycle, constants: AgeingConstants) -> Float[Array, " {len(cycle.area)}"]:
    """Return the lithium that stripping leaves behind voids of a solid, per lithium plated.

    Parameters
    ----------
    cycle : Cycle
        n designs.
    constants : AgeingConstants
        Fitted constants.

    Returns
    -------
    ndarray (n,)
        Grows with the current up to the critical one; 0 where nothing is known of it, as in every liquid.
    """
    return cycle.behind * exposed_share(cycle, constants) * np.minimum(cycle.stress, 1.0)


def exposure(depth: Array, constants: AgeingConstants) -> Array:
    """Return the exposure of lithium at a depth: 1 at the top face, ``exposed_inside`` half way down.

    Parameters
    ----------
    depth : ndarray
        0 at the top face, 1 at the foil; any shape.
    constants : AgeingConstants
        Fitted constants.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    return np.asarray(constants.exposed_inside ** (2.0 * depth))


def exposed_share(cycle: Cycle, constants: AgeingConstants) -> Float[Array, " {len(cycle.area)}"]:
    """Return the share of the lithium that counts as lying on an open face.

    Parameters
    ----------
    cycle : Cycle
        n designs.
    constants : AgeingConstants
        Fitted constants.

    Returns
    -------
    ndarray (n,)
    """
    return cycle.top + (1.0 - cycle.top) * exposure(cycle.depth, constants)


def _by_liquid(cycle: Cycle, ether: float, carbonate: float) -> Array:
    """Return the constant of each cell's liquid, (n,); 1 in gels, polymers and solids."""
    return np.where(cycle.ether, ether, np.where(cycle.carbonate, carbonate, 1.0))


def _lithium_area(cycle: Cycle, constants: AgeingConstants, assumed: AgeingParameters) -> Array:
    """Real area on which interphase forms over geometric area, (n,): the host's under lithium, and the moss's own."""
    moss = np.where(
        cycle.pellet, 0.0, assumed.moss_cm2_per_mAh * cycle.capacity * exposed_share(cycle, constants)
    )
    return cycle.area + moss
