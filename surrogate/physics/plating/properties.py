"""Properties of complete designs under given parameters, read by name.

They are the materials' numbers, and what their mixture implies at each depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts import gradient
from surrogate.hosts.columns import TORTUOSITY_ENDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.materials.host import SOLID_PHASES
from surrogate.materials.recipes.exchange import exchange_current_A_m2
from surrogate.physics import laws, modifiers
from surrogate.physics.accounting import LEAST_OPEN, of_agents
from surrogate.physics.constants import ZERO_CELSIUS
from surrogate.physics.interface import contact, scaffold
from surrogate.physics.interface.solids import PatternedPellet, patterned_pellet
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating import grid

Array = NDArray[np.float64]
COVERAGE_CELLS = 60  # over which the mean coverage by an agent is taken


@dataclass(frozen=True)
class Properties:
    """Numbers (n,) and depth profiles (n, m) of designs, SI unless a name says otherwise.

    Depth profiles are asked for by ``weight`` (n, m): of the top value at each depth, see :meth:`weights`.

    Attributes
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.
    """

    designs: CompleteDesigns
    parameters: PhysicsParameters

    @property
    def tables(self) -> MaterialTables:
        """Property tables of the materials."""
        return self.parameters.materials

    def column(self, name: str) -> Array:
        """Return a numeric column.

        Parameters
        ----------
        name : str
            Of the registry.

        Returns
        -------
        ndarray (n,)
            In the unit of its name.
        """
        return self.designs.column(name)

    def electrolyte(self, attribute: str) -> Array:
        """Return a property of each design's electrolyte.

        Parameters
        ----------
        attribute : str
            Name of an entry.

        Returns
        -------
        ndarray (n,)
            SI.
        """
        names = self.designs.text("electrolyte").tolist()
        values = {name: getattr(self.tables.electrolyte(name), attribute).si for name in set(names)}
        return np.array([values[name] for name in names], dtype=np.float64)

    def kinds(self) -> NDArray[np.str_]:
        """Return the kind of each design's electrolyte.

        Returns
        -------
        ndarray of str (n,)
        """
        return np.array(
            [self.tables.electrolyte(str(name)).kind for name in self.designs.text("electrolyte")]
        )

    def solid(self, phase: str, attribute: str) -> Array:
        """Return a property of the material of a phase.

        Parameters
        ----------
        phase : str
            conductor, dielectric or ion_conductor.
        attribute : str
            Name of an entry.

        Returns
        -------
        ndarray (n,)
            SI.
        """
        names = self.designs.text(f"{phase}_material").tolist()
        values = {name: getattr(self.tables.solid(name), attribute).si for name in set(names)}
        return np.array([values[name] for name in names], dtype=np.float64)

    def warmed(self, activation_J_mol: Array | float) -> Array:
        """Return the Arrhenius factor from the electrolyte's reference temperature to the design's.

        Parameters
        ----------
        activation_J_mol : ndarray (n,) or float
            Activation energy.

        Returns
        -------
        ndarray (n,)
        """
        reference = self.electrolyte("reference_temperature") - ZERO_CELSIUS
        return laws.arrhenius(activation_J_mol, self.column("temperature_C"), reference)

    def conductivity(self) -> Array:
        """Return the conductivity of the electrolyte at the design's temperature.

        Returns
        -------
        ndarray (n,)
            S m-1.
        """
        warm = self.warmed(self.electrolyte("conduction_activation_energy"))
        return (
            self.electrolyte("conductivity") * warm * contact.conduction_factor(self.designs, self.parameters)
        )

    def exchange_current(self) -> Array:
        """Return the exchange current density at the reference temperature: of a liquid's recipe, else of its class.

        Returns
        -------
        ndarray (n,)
            A m-2.
        """
        known = self.electrolyte("exchange_current_density")
        stated = np.flatnonzero((self.designs.text("electrolyte_recipe") != "") & (self.kinds() == "liquid"))
        for row in stated.tolist():
            measured = exchange_current_A_m2(str(self.designs.text("electrolyte_recipe")[row]))
            known[row] = known[row] if measured is None else measured
        return known

    def face_resistance(self) -> Array:
        """Return the resistance of the film on lithium, or of a planar face of a solid: see ``interface.contact``.

        Returns
        -------
        ndarray (n,)
            ohm m2.
        """
        return self._face

    @cached_property
    def _face(self) -> Array:
        """Worked out once: three of the other numbers rest on it."""
        face = contact.face_resistance(self.designs, self.parameters)
        face.setflags(write=False)
        return face

    def film_resistance(self, planar: NDArray[np.bool_]) -> Array:
        """Return the resistance of the film on the electrode's lithium, per real area, its agent included.

        Parameters
        ----------
        planar : ndarray of bool (n,)
            Whether the electrode is a foil.

        Returns
        -------
        ndarray (n,)
            ohm m2; where lithium meets an inorganic solid (a planar pellet, the walls of a scaffold) that of
            its contact, else the film's times the agent's factor.
        """
        coverage = self.coverage(planar)
        film = self.face_resistance() * modifiers.film_factor(self.designs, coverage, self.tables)
        wall = scaffold.wall_resistance(self.designs, coverage, self.parameters)
        pellet = contact.is_pellet(self.designs, self.tables)
        film = np.where(planar & pellet, self.face_resistance(), film)
        return np.where(scaffold.is_scaffold(self.designs, self.tables), wall, film)

    def pellets(self) -> PatternedPellet:
        """Return what channels change in each design's pellet at its temperature; 1 everywhere without channels.

        Returns
        -------
        PatternedPellet
        """
        return patterned_pellet(self.designs, self.conductivity(), self.face_resistance(), self.tables)

    def agent_barriers(self) -> Array:
        """Return the nucleation overpotential on each design's agent.

        Returns
        -------
        ndarray (n,)
            mV.
        """
        barriers = {name: entry.nucleation_overpotential.value for name, entry in self.tables.agents.items()}
        return np.array([barriers[name] for name in self.designs.text("agent")], dtype=np.float64)

    def weights(self, edges: Array) -> Array:
        """Return the weight of the top value in each cell.

        Parameters
        ----------
        edges : ndarray (n or 1, cells + 1)
            Of the cells, 0..1 of the depth.

        Returns
        -------
        ndarray (n, cells)
            At the middle of each cell for a continuous gradient, the mean over the cell for a layered one.
        """
        exponent, layers, alternating = (one[:, None] for one in gradient.shape_of(self.designs))
        middle = 0.5 * (edges[:, 1:] + edges[:, :-1])
        continuous = gradient.weight(middle, exponent)
        if not (layers > 1.0).any():
            return continuous
        stair = gradient.cell_mean_weight(edges, exponent, layers, alternating)
        return np.asarray(np.where(layers > 1.0, stair, continuous))

    def graded(self, stem: str, weight: Array, unit: str = "") -> Array:
        """Return a graded column at each depth.

        Parameters
        ----------
        stem : str
            Name of the column without its end and unit.
        weight : ndarray (n, m)
            Of the top value.
        unit : str
            Unit at the end of its name, with the underscore.

        Returns
        -------
        ndarray (n, m)
            In the unit of its name.
        """
        top, bottom = self.column(f"{stem}_top{unit}"), self.column(f"{stem}_bottom{unit}")
        return laws.between(top[:, None], bottom[:, None], weight)

    def open_porosity(self, weight: Array) -> Array:
        """Return the pore volume that is left for electrolyte and lithium beside the swollen agent.

        Parameters
        ----------
        weight : ndarray (n, m)
            Of the top value.

        Returns
        -------
        ndarray (n, m)
        """
        return self._open(self.graded("porosity", weight), self.graded("agent", weight))

    def open_porosity_of_faces(self) -> tuple[Array, Array]:
        """Return the same at the top face and at the foil, where an odd number of lamellae ends as it began.

        Returns
        -------
        top, foil : ndarray (n,)
        """
        foil = gradient.weight(1.0, *gradient.shape_of(self.designs)) > 0.0
        stems = ("porosity", "agent")
        top = [self.column(f"{stem}_top") for stem in stems]
        last = [np.where(foil, self.column(f"{stem}_top"), self.column(f"{stem}_bottom")) for stem in stems]
        of_top, of_foil = (self._open(*(one[:, None] for one in face))[:, 0] for face in (top, last))
        return of_top, of_foil

    def _open(self, made: Array, agent: Array) -> Array:
        """Porosity (n, m) without what the agent, a share of the solid, takes of it as it swells."""
        taken = (1.0 - made) * agent * of_agents(self.designs, "swelling", self.tables)[:, None]
        return np.asarray(np.where(taken > 0.0, np.maximum(made - taken, LEAST_OPEN), made))

    def coverage(self, planar: NDArray[np.bool_]) -> Array:
        """Return the mean share of the surface under the agent; all of a planar foil.

        Parameters
        ----------
        planar : ndarray of bool (n,)
            Whether the electrode is a foil.

        Returns
        -------
        ndarray (n,)
        """
        edges = grid.uniform_host(COVERAGE_CELLS)[None, :]
        agent = self.graded("agent", self.weights(edges))
        inside = laws.agent_coverage(agent, self.parameters.composition) @ np.diff(edges[0])
        return np.asarray(np.where(planar, 1.0, inside))

    def barrier(self, weight: Array) -> Array:
        """Return the nucleation overpotential; a measured one replaces what the composition implies.

        Parameters
        ----------
        weight : ndarray (n, m)
            Of the top value.

        Returns
        -------
        ndarray (n, m)
            mV.
        """
        constants = self.parameters.composition
        own = [1e3 * self.solid(phase, "nucleation_overpotential") for phase in SOLID_PHASES]
        own[0] = own[0] * modifiers.barrier_factor(self.designs, self.tables)  # of the conductor, doped
        bare = laws.bare_nucleation_overpotential(
            np.stack([self.graded(phase, weight) for phase in SOLID_PHASES]),
            np.stack(own)[:, :, None],
            np.stack([self.solid(phase, "electronic_conductivity") for phase in SOLID_PHASES])[:, :, None],
            constants,
        )
        agent = self.graded("agent", weight)
        implied = laws.nucleation_overpotential(agent, self.agent_barriers()[:, None], bare, constants)
        return self._overridden("nucleation_overpotential", "_mV", weight, implied, logarithmic=False)

    def electronic(self, weight: Array) -> Array:
        """Return the electronic conductivity of the porous solid, measured where it was; the agent's is left out.

        Where an ion conductor is there it is a phase of its own, so that a mixed conductor counts.

        Parameters
        ----------
        weight : ndarray (n, m)
            Of the top value.

        Returns
        -------
        ndarray (n, m)
            S m-1.
        """
        constants = self.parameters.composition
        parts = {phase: self.graded(phase, weight) for phase in SOLID_PHASES}
        solid = np.sum(list(parts.values()), axis=0) + 1e-12
        own = {phase: self.solid(phase, "electronic_conductivity")[:, None] for phase in parts}
        mixed = laws.mixture_conductivity(
            parts["conductor"] / solid, own["conductor"], own["dielectric"], constants
        )
        rows = (parts["ion_conductor"] > 0).any(axis=1)
        if rows.any():
            shares = np.stack([parts[phase][rows] / solid[rows] for phase in parts])
            bulk = np.stack([np.broadcast_to(own[phase][rows], shares[0].shape) for phase in parts])
            mixed[rows] = laws.mixture_conductivity_of(shares, bulk, constants)
        implied = laws.network_conductivity(mixed, self.graded("porosity", weight), constants)
        return self._overridden("conductivity", "_S_m", weight, implied, logarithmic=True)

    def conducts_differently(self) -> NDArray[np.bool_]:
        """Return whether the electronic conductivities of top and bottom differ by half a decade or more.

        Returns
        -------
        ndarray of bool (n,)
        """
        ends = np.log10(self.electronic(np.array([[1.0, 0.0]])))
        return np.asarray(np.abs(ends[:, 0] - ends[:, 1]) >= 0.5)

    def ion_conductor(self) -> Array:
        """Return the ionic conductivity of the ion-conducting phase.

        A phase that is an electrolyte of the tables is activated as that is; any other is taken as it stands.

        Returns
        -------
        ndarray (n,)
            S m-1.
        """
        bulk = self.solid("ion_conductor", "ionic_conductivity")
        same = [self.tables.electrolytes.get(name) for name in self.designs.text("ion_conductor_material")]
        energy = [0.0 if entry is None else entry.conduction_activation_energy.si for entry in same]
        reference = [
            25.0 if entry is None else entry.reference_temperature.si - ZERO_CELSIUS for entry in same
        ]
        return np.asarray(bulk * laws.arrhenius(energy, self.column("temperature_C"), reference))

    def tortuosity(self, weight: Array) -> Array:
        """Return the tortuosity factor of the pores: graded where both ends are given, else one number.

        Parameters
        ----------
        weight : ndarray (n, m)
            Of the top value.

        Returns
        -------
        ndarray (n, m)
        """
        uniform = np.broadcast_to(self.column("tortuosity")[:, None], weight.shape)
        given = ~np.any([np.isnan(self.column(name)) for name in TORTUOSITY_ENDS], axis=0)
        return np.asarray(np.where(given[:, None], self.graded("tortuosity", weight), uniform))

    def _overridden(self, stem: str, unit: str, weight: Array, implied: Array, *, logarithmic: bool) -> Array:
        """``implied`` (n, m), or the gradient between the ends a person measured.

        An end that was not measured takes what the composition implies at that end.
        """
        top, bottom = self.column(f"{stem}_top{unit}"), self.column(f"{stem}_bottom{unit}")
        measured = np.isfinite(top) | np.isfinite(bottom)
        if not measured.any():
            return implied
        top = np.where(np.isfinite(top), top, implied[:, 0])
        bottom = np.where(np.isfinite(bottom), bottom, implied[:, -1])
        scale, back = (np.log, np.exp) if logarithmic else (np.asarray, np.asarray)
        given = back(laws.between(scale(top)[:, None], scale(bottom)[:, None], weight))
        return np.where(measured[:, None], given, implied)
