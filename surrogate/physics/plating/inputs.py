"""Kernel input from complete designs: one row of numbers and one depth profile a design, as named tuples in SI.

Data flow: complete designs and parameters -> ``properties`` (materials and composition laws) -> ``Packed``. A
continuous gradient is taken at the middle of each cell, a layered one as its mean over the cell. Liquids, gels and
polymers fill the pores; the other solids do not, so that ions move in such a host through its ion conductor only.
Channels cut into a pellet make it effectively thinner and its faces resist less (``interface.solids``). Where a
liquid, gel or polymer meets lithium, the real area grows with the current (:meth:`Packed.set_current`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.cells import PELLET_KINDS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.physics import laws, modifiers
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.ageing.law import exposure
from surrogate.physics.constants import FARADAY, GAS_CONSTANT, MA_PER_CM2, MAH_PER_CM2, ZERO_CELSIUS
from surrogate.physics.interface.contact import pellet_thickness
from surrogate.physics.parameter_groups import PlatingParameters
from surrogate.physics.parameters import PhysicsParameters
from surrogate.physics.plating import grid
from surrogate.physics.plating.properties import Properties
from surrogate.physics.plating.structures import CellProperties, HostProfile, KernelConstants, Model, Protocol

Array = NDArray[np.float64]

CELLS = 60
REFERENCE_CURRENT = 1.0 * MA_PER_CM2  # at which the tables' exchange current density and film stand
ROUGHENED = (0.5 * MA_PER_CM2, 6.0 * MA_PER_CM2)  # 001_89b681a870519680, sec. 4.2.2 and 4.2.3
FOIL = "copper"
FILLING_KINDS = frozenset({"liquid", "gel", "polymer"})  # electrolytes that flow into the pores of a host
BLOCKED_TORTUOSITY = 1e9  # of pores without electrolyte: what the kernel then makes of them is no path


@dataclass(frozen=True)
class Packed:
    """Kernel input of n designs.

    Attributes
    ----------
    protocol_rows : array (n, 3)
        A row a design, in the order of the fields of :class:`Protocol`; :attr:`protocols` reads and writes it by
        name.
    cell_rows : array (n, 22)
        The same of :class:`CellProperties`; see :attr:`cells`.
    host_rows : array (n, 8, cells)
        The same of :class:`HostProfile`; see :attr:`hosts`.
    planar : array of bool (n,)
        Whether the electrode is a planar foil.
    roughening : array (n,)
        Power of the current with which the real area of lithium grows; 0 against a pellet.
    constants : KernelConstants
        What is assumed of all cells.
    """

    protocol_rows: Array
    cell_rows: Array
    host_rows: Array
    planar: NDArray[np.bool_]
    roughening: Array
    constants: KernelConstants

    @property
    def protocols(self) -> Protocol:
        """What is asked of each cell, (n,) each; views, so that assigning to their elements changes the input."""
        return Protocol(*self.protocol_rows.T)

    @property
    def cells(self) -> CellProperties:
        """Properties of each cell, (n,) each; views."""
        return CellProperties(*self.cell_rows.T)

    @property
    def hosts(self) -> HostProfile:
        """Depth profiles of each host, (n, cells) each; views."""
        return HostProfile(*self.host_rows.swapaxes(0, 1))

    def set_current(self, current: Array) -> None:
        """Ask for another current, in place: lithium grows from more nuclei at a higher one.

        Exchange current density and film stand for the real area at the present current and change with it, between
        the currents at which voltages show it (``ROUGHENED``).

        Parameters
        ----------
        current : ndarray (n,)
            A m-2.
        """
        before, after = (np.clip(one, *ROUGHENED) for one in (self.protocols.current, current))
        grown = (after / before) ** self.roughening
        self.cells.exchange[:] *= grown
        self.cells.film[:] /= grown
        self.cells.counter_film[:] /= grown
        self.protocols.current[:] = current

    def take(self, rows: NDArray[np.int_] | slice) -> Packed:
        """Return those designs only.

        Parameters
        ----------
        rows : ndarray of int (m,) or slice
            Which ones.

        Returns
        -------
        Packed
            Of m designs; its arrays are copies, unless ``rows`` is a slice.
        """
        return Packed(
            self.protocol_rows[rows],
            self.cell_rows[rows],
            self.host_rows[rows],
            self.planar[rows],
            self.roughening[rows],
            self.constants,
        )

    def model(self, row: int, top: int) -> Model:
        """Return one design as the kernel sees it.

        Parameters
        ----------
        row : int
            Which one.
        top : int
            Number of separator cells.

        Returns
        -------
        Model
        """
        cell = CellProperties(*self.cell_rows[row].tolist())
        return Model(cell, HostProfile(*self.host_rows[row]), self.constants, top)

    def protocol(self, row: int) -> Protocol:
        """Return what is asked of one design.

        Parameters
        ----------
        row : int
            Which one.

        Returns
        -------
        Protocol
        """
        return Protocol(*self.protocol_rows[row].tolist())


def pack(designs: CompleteDesigns, parameters: PhysicsParameters, cells: int = CELLS) -> Packed:
    """Return the kernel's input; stripping leaves nothing dead until :func:`leave_dead`.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    parameters : PhysicsParameters
        Constants and material entries.
    cells : int
        Cells of each host.

    Returns
    -------
    Packed
    """
    planar = designs.text("framework") == "none"
    properties = Properties(designs, parameters)
    plating = parameters.plating
    protocols = Protocol(
        current=np.full(len(designs), REFERENCE_CURRENT),
        charge=properties.column("areal_capacity_mAh_cm2") * MAH_PER_CM2,
        voltage_limit=np.full(len(designs), plating.voltage_limit_V),
    )
    pellet = np.isin(properties.kinds(), sorted(PELLET_KINDS))
    packed = Packed(
        np.stack(protocols, axis=1),
        np.stack(_cells(properties, planar), axis=1),
        np.stack(_hosts(properties, cells), axis=1),
        planar,
        np.where(pellet, 0.0, plating.area_current_exponent),
        kernel_constants(plating),
    )
    packed.set_current(properties.column("current_density_mA_cm2") * MA_PER_CM2)
    return packed


def with_cells(packed: Packed, designs: CompleteDesigns, parameters: PhysicsParameters, cells: int) -> Packed:
    """Return the same designs on another mesh, as :func:`pack` gives them; what is no host's need not be found again.

    Parameters
    ----------
    packed : Packed
        n designs at their own currents.
    designs : CompleteDesigns
        The same.
    parameters : PhysicsParameters
        Those that they were packed with.
    cells : int
        Cells of each host.

    Returns
    -------
    Packed
        Arrays of its own; stripping leaves nothing dead.
    """
    hosts = np.stack(_hosts(Properties(designs, parameters), cells), axis=1)
    rows = packed.protocol_rows.copy(), packed.cell_rows.copy(), hosts
    own = Packed(*rows, packed.planar, packed.roughening, packed.constants)
    own.cells.dead_top[:], own.cells.dead_foil[:] = 0.0, 0.0
    return own


def kernel_constants(plating: PlatingParameters) -> KernelConstants:
    """Return what the compiled kernel is given of the parameters.

    Parameters
    ----------
    plating : PlatingParameters
        All constants of plating.

    Returns
    -------
    KernelConstants
    """
    return KernelConstants(
        full=plating.full,
        most_covered=plating.most_covered,
        least_part=plating.least_part,
        representative=plating.representative_pores,
        closing_power=plating.closing_power,
        reaching=plating.reaching_fill,
        depleted=plating.depleted,
        exhausted=plating.exhausted,
    )


def _cells(of: Properties, planar: NDArray[np.bool_]) -> CellProperties:
    n, designs, plating, tables = len(planar), of.designs, of.parameters.plating, of.tables
    entries = [tables.electrolyte(str(name)) for name in designs.text("electrolyte")]
    conducting = of.warmed(of.electrolyte("conduction_activation_energy"))
    reacting = of.warmed(plating.kinetic_activation_J_mol)
    face = of.face_resistance()
    pellet = of.pellets()
    # On a planar electrode both faces are the pattern's; in a host lithium meets the host's own ion conductor.
    own = np.where(planar, pellet.area, 1.0)
    open_top, open_foil = of.open_porosity_of_faces()
    bare_foil = tables.solid(FOIL).nucleation_overpotential.value
    # A planar foil's agent covers all of it.
    on_foil = np.where(designs.text("agent") == "none", bare_foil, of.agent_barriers())
    return CellProperties(
        salt=of.electrolyte("salt_concentration"),
        # Diffusion is taken to be activated as conduction is (assumed; both follow the viscosity).
        diffusivity=of.electrolyte("salt_diffusivity") * conducting * modifiers.diffusivity_factor(designs),
        conductivity=of.conductivity(),
        cation_number=of.electrolyte("cation_transference"),
        frozen=np.array([float(entry.single_ion) for entry in entries]),
        thermal=2.0 * GAS_CONSTANT * (of.column("temperature_C") + ZERO_CELSIUS) / FARADAY,
        exchange=of.exchange_current() * reacting * own,
        film=of.film_resistance(planar) / own,
        counter_film=face / pellet.area,
        covering=np.full(n, plating.covering_thickness_m),
        wiring=np.full(n, plating.wiring_fill),
        separator=pellet_thickness(designs, tables) * pellet.thickness,
        separator_porosity=of.electrolyte("separator_porosity"),
        separator_tortuosity=of.electrolyte("separator_tortuosity"),
        top_area=np.where(planar, 1.0, 1.0 - open_top) * modifiers.exposed_share(designs),
        foil_area=open_foil,
        counter_area=np.where(np.isin(of.kinds(), sorted(PELLET_KINDS)), 1.0, plating.counter_roughness),
        top_barrier=np.where(planar, on_foil, of.barrier(np.ones((n, 1)))[:, 0]) * 1e-3,
        foil_barrier=np.full(n, bare_foil * 1e-3),
        spread=np.full(n, plating.nucleation_spread),
        dead_top=np.zeros(n),
        dead_foil=np.zeros(n),
    )


def _hosts(of: Properties, cells: int) -> HostProfile:
    designs = of.designs
    edges = np.tile(grid.uniform_host(cells), (len(designs), 1))
    changing = of.conducts_differently()
    if changing.any():
        slices = np.linspace(0.0, 1.0, grid.SAMPLES + 1)[None, :]
        graded = Properties(designs.where(changing), of.parameters)
        edges[changing] = grid.cell_edges(graded.electronic(graded.weights(slices)), cells)
    edges = grid.with_borders(edges, of.column("layers"))
    weight = of.weights(edges)
    porosity = of.graded("porosity", weight)
    through = laws.ion_conductor_conductivity(
        of.ion_conductor()[:, None], of.graded("ion_conductor", weight), porosity, of.parameters.composition
    )
    filled = fills_pores(designs, of.tables)[:, None]
    least_ionic = of.parameters.plating.least_ionic_S_m
    return HostProfile(
        width=of.column("thickness_um")[:, None] * 1e-6 * np.diff(edges),
        porosity=of.open_porosity(weight),
        pore=1e-6 * of.graded("pore_size", weight, "_um"),
        tortuosity=np.where(filled, of.tortuosity(weight), BLOCKED_TORTUOSITY),
        electronic=of.electronic(weight),
        barrier=1e-3 * of.barrier(weight),
        extra_ionic=np.where(filled, through, np.maximum(through, least_ionic)),
        dead=np.zeros((len(designs), cells)),
    )


def leave_dead(packed: Packed, dead: Array, constants: AgeingConstants) -> None:
    """Let stripping leave lithium behind: less with depth.

    Parameters
    ----------
    packed : Packed
        n designs; changed in place.
    dead : ndarray (n,)
        Lithium left dead per lithium stripped from the top face.
    constants : AgeingConstants
        For the exposure at a depth.
    """
    width = np.where(packed.planar[:, None], 1.0, packed.hosts.width)
    depth = (np.cumsum(width, axis=1) - 0.5 * width) / width.sum(axis=1, keepdims=True)
    packed.cells.dead_top[:] = dead
    packed.cells.dead_foil[:] = dead * exposure(np.ones(len(dead)), constants)
    packed.hosts.dead[:] = dead[:, None] * exposure(depth, constants)


def fills_pores(designs: CompleteDesigns, tables: MaterialTables) -> NDArray[np.bool_]:
    """Return whether the electrolyte fills the pores of the host; where it does not, lithium fills the void.

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
    kinds = {name: entry.kind for name, entry in tables.electrolytes.items()}
    return np.array([kinds[name] in FILLING_KINDS for name in designs.text("electrolyte")], dtype=bool)
