"""What the plating kernel reads and writes, as named tuples of numbers and arrays. Everything is SI.

``inputs`` fills ``CellProperties`` and ``HostProfile`` with one more leading axis, a row a design (n, ...); the
kernel takes one row of them at a time. ``Protocol`` is what is asked of the cell, ``KernelConstants`` what is assumed
of all cells. ``NodeState`` is what a half cycle advances; ``Nodes`` and ``NewtonSystem`` are its working arrays,
allocated once a half cycle; ``History`` and ``Summary`` are its results.

Nodes of one design: separator cells, the top face (node ``top``), host cells, the foil; a planar foil ends with the
top face. n counts them all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from surrogate.physics.constants import FARADAY, LITHIUM_MOLAR_VOLUME

LITHIUM_PER_COULOMB = LITHIUM_MOLAR_VOLUME / FARADAY  # m3 C-1
# How a half cycle ended: all charge passed, salt ran out, voltage limit met, solver gave up; or nothing to strip.
DONE, SALT_GONE, VOLTAGE, FAILED = range(4)
NOT_RUN = -1


class KernelConstants(NamedTuple):
    """What is assumed of all cells; ``surrogate.physics.parameter_groups.PlatingParameters`` has the sources.

    Attributes
    ----------
    full : float
        Pore fill that a cell can reach.
    most_covered : float
        Share of a cell from which the lithium grown up from the foil is past it.
    least_part : float
        Share of the free pores kept for whichever of front and cells did not grow in the last step.
    representative : float
        Pore diameters over which a local current is averaged.
    closing_power : float
        Of the fill of the uppermost pores with which their mouths close.
    reaching : float
        Pore fill from which a cell's lithium grows on into its neighbours.
    depleted : float
        Of the initial salt, below which a failing step is depletion.
    exhausted : float
        Of the initial salt, below which steps are not followed any further.
    """

    full: float
    most_covered: float
    least_part: float
    representative: float
    closing_power: float
    reaching: float
    depleted: float
    exhausted: float


class Protocol(NamedTuple):
    """One galvanostatic half cycle; numbers, or arrays (n,) of n designs.

    Attributes
    ----------
    current : float
        A m-2; negative strips.
    charge : float
        C m-2.
    voltage_limit : float
        V.
    """

    current: Any
    charge: Any
    voltage_limit: Any


class CellProperties(NamedTuple):
    """Numbers of one design, or arrays (n,) of n designs.

    Attributes
    ----------
    salt : float
        Initial concentration, mol m-3.
    diffusivity : float
        Of the salt, m2 s-1.
    conductivity : float
        Of the electrolyte, S m-1.
    cation_number : float
        Transference of lithium.
    frozen : float
        1 where the salt does not move.
    thermal : float
        2RT/F, V.
    exchange : float
        Exchange current density, A m-2.
    film, counter_film : float
        Resistance of the film on the host's lithium and on the counter electrode, ohm m2.
    covering : float
        Thickness of lithium that hides the substrate, m.
    wiring : float
        Pore fill from which lithium conducts.
    separator, separator_porosity, separator_tortuosity : float
        Thickness, m, porosity and tortuosity factor.
    top_area, foil_area, counter_area : float
        Real over geometric area.
    top_barrier, foil_barrier : float
        Nucleation overpotential, V.
    spread : float
        Share of a barrier over which a bare surface switches on.
    dead_top, dead_foil : float
        Lithium left dead per lithium stripped, on the top face and on the foil.
    """

    salt: Any
    diffusivity: Any
    conductivity: Any
    cation_number: Any
    frozen: Any
    thermal: Any
    exchange: Any
    film: Any
    counter_film: Any
    covering: Any
    wiring: Any
    separator: Any
    separator_porosity: Any
    separator_tortuosity: Any
    top_area: Any
    foil_area: Any
    counter_area: Any
    top_barrier: Any
    foil_barrier: Any
    spread: Any
    dead_top: Any
    dead_foil: Any


class HostProfile(NamedTuple):
    """Arrays over the host's cells, (cells,) of one design or (n, cells) of n.

    Attributes
    ----------
    width : ndarray
        Of the cells, m.
    porosity : ndarray
        Pore volume over volume.
    pore : ndarray
        Diameter, m.
    tortuosity : ndarray
        Factor.
    electronic : ndarray
        Conductivity of the porous solid, S m-1.
    barrier : ndarray
        Nucleation overpotential, V.
    extra_ionic : ndarray
        Conductivity of the solid's own ion conductor, S m-1.
    dead : ndarray
        Lithium left dead per lithium stripped.
    """

    width: np.ndarray
    porosity: np.ndarray
    pore: np.ndarray
    tortuosity: np.ndarray
    electronic: np.ndarray
    barrier: np.ndarray
    extra_ionic: np.ndarray
    dead: np.ndarray


class Model(NamedTuple):
    """One design as the kernel sees it.

    Attributes
    ----------
    cell : CellProperties
        Its numbers.
    host : HostProfile
        Its profile, (cells,) each.
    constants : KernelConstants
        What is assumed of all cells.
    top : int
        Number of separator cells, which is the node of the top face.
    """

    cell: CellProperties
    host: HostProfile
    constants: KernelConstants
    top: int


class NodeState(NamedTuple):
    """What a half cycle advances, at each node (n,).

    Attributes
    ----------
    salt : ndarray
        mol m-3.
    drive : ndarray
        Plating drive phi_l - phi_s, V.
    live, dead : ndarray
        Lithium, C m-2.
    """

    salt: np.ndarray
    drive: np.ndarray
    live: np.ndarray
    dead: np.ndarray


class Nodes(NamedTuple):
    """Geometry and limits of each node (n,) at a given fill.

    Attributes
    ----------
    volume : ndarray
        Of electrolyte, m3 m-2.
    area : ndarray
        Real plating area over geometric.
    covered : ndarray
        Share of it under live lithium.
    ionic, electronic, diffusive : ndarray
        Resistance from a node's middle to its face, ohm m2, ohm m2 and s m-1; 0 at a node without volume.
    under : ndarray
        Share of a cell that lithium grown from the foil has covered.
    room, stock : ndarray
        What can still be taken up and given back, C m-2.
    """

    volume: np.ndarray
    area: np.ndarray
    covered: np.ndarray
    ionic: np.ndarray
    electronic: np.ndarray
    diffusive: np.ndarray
    under: np.ndarray
    room: np.ndarray
    stock: np.ndarray


class NewtonSystem(NamedTuple):
    """Working arrays of Newton's method.

    Attributes
    ----------
    rate, slope : ndarray (n,)
        Plating rate of each node, A m-2, and its derivative in the drive.
    flow : ndarray (n,)
        Volume displaced through the face below a node, m s-1.
    exchange : ndarray (n,)
        Exchange current density of each node in this step, A m-2.
    diffusing, conducting : ndarray (n,)
        Conductance of the face below a node in this step: for salt, m s-1, and of ions and electrons in series,
        S m-2.
    lower, diagonal, upper : ndarray (n, 4)
        2 x 2 blocks as rows (a, b, c, d) of [[a, b], [c, d]].
    right : ndarray (n, 2)
        Right-hand side.
    """

    rate: np.ndarray
    slope: np.ndarray
    flow: np.ndarray
    exchange: np.ndarray
    diffusing: np.ndarray
    conducting: np.ndarray
    lower: np.ndarray
    diagonal: np.ndarray
    upper: np.ndarray
    right: np.ndarray


class History(NamedTuple):
    """A half cycle after each accepted step, (steps,).

    Attributes
    ----------
    charge : ndarray
        Passed so far, C m-2.
    voltage : ndarray
        Of the cell, V.
    least_salt, top_salt : ndarray
        Anywhere, and at the top face, mol m-3.
    peak : ndarray
        Largest local current density, A m-2.
    """

    charge: np.ndarray
    voltage: np.ndarray
    least_salt: np.ndarray
    top_salt: np.ndarray
    peak: np.ndarray


class Summary(NamedTuple):
    """A half cycle of each of n designs, (n,); NaN where there is none.

    Attributes
    ----------
    end : ndarray
        DONE, SALT_GONE, VOLTAGE, FAILED or NOT_RUN.
    passed : ndarray
        Charge, C m-2.
    spike, plateau, highest : ndarray
        Voltage early, in the middle, and at most, V.
    least, least_top : ndarray
        Salt anywhere and at the top face, mol m-3.
    peak : ndarray
        Largest local current density after the first of the charge, A m-2.
    steps : ndarray
        Accepted.
    """

    end: np.ndarray
    passed: np.ndarray
    spike: np.ndarray
    plateau: np.ndarray
    highest: np.ndarray
    least: np.ndarray
    least_top: np.ndarray
    peak: np.ndarray
    steps: np.ndarray


class Places(NamedTuple):
    """Where lithium is: top face, host cells, foil; (n, cells + 2) each, C m-2.

    Attributes
    ----------
    plated, left : ndarray
        Live lithium at the nodes after plating and after stripping.
    placed : ndarray
        All lithium after plating, at the depth where it lies (the foil's is spread over the cells that it has grown
        through).
    dead : ndarray
        What stripping left.
    """

    plated: np.ndarray
    placed: np.ndarray
    left: np.ndarray
    dead: np.ndarray


def new_state(n: int) -> NodeState:
    """Return a state of n nodes, all zero.

    Parameters
    ----------
    n : int
        Number of nodes.

    Returns
    -------
    NodeState
    """
    return NodeState(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))


def new_history(rows: int) -> History:
    """Return room for the history of so many steps.

    Parameters
    ----------
    rows : int
        Steps.

    Returns
    -------
    History
    """
    return History(np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows))
