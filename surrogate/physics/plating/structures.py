"""What the plating kernel reads and writes, as named tuples of numbers and arrays. Everything is SI.

``inputs`` fills ``CellProperties`` and ``HostProfile`` with one more leading axis, a row a design (n, ...); the kernel
takes one row of them at a time. ``Protocol`` is what is asked of the cell, ``KernelConstants`` what is assumed of all
cells. ``NodeState`` is what a half cycle advances; ``Nodes`` and ``NewtonSystem`` are its working arrays, allocated
once a half cycle; ``History`` and ``Summary`` are its results.

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
    """What is assumed of all cells (:class:`surrogate.physics.parameters.PlatingParameters` has the sources).

    full: pore fill that a cell can reach. most_covered: share of a cell from which the lithium grown up from the foil
    is past it. least_part: share of the free pores kept for whichever of front and cells did not grow in the last
    step. representative: pore diameters over which a local current is averaged. closing_power: of the fill of the
    uppermost pores with which their mouths close. reaching: pore fill from which a cell's lithium grows on into its
    neighbours. depleted: of the initial salt, below which a failing step is depletion. exhausted: of the initial salt,
    below which steps are not followed any further.
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
    """One galvanostatic half cycle: current (A m-2, negative strips), charge (C m-2), voltage_limit (V)."""

    current: Any
    charge: Any
    voltage_limit: Any


class CellProperties(NamedTuple):
    """Numbers of one design, or arrays (n,) of n designs.

    salt: initial concentration, mol m-3. diffusivity: m2 s-1. conductivity: S m-1. cation_number: transference of
    lithium. frozen: 1 where the salt does not move. thermal: 2RT/F, V. exchange: A m-2. film, counter_film: resistance
    of the film on the host's lithium and on the counter electrode, ohm m2. covering: thickness of lithium that hides
    the substrate, m. wiring: pore fill from which lithium conducts. separator: thickness, m, with its porosity and
    tortuosity. top_area, foil_area, counter_area: real over geometric area. top_barrier, foil_barrier: nucleation, V.
    spread: share of a barrier over which a bare surface switches on. dead_top, dead_foil: lithium left dead per lithium
    stripped, on the top face and on the foil.
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

    width: m. porosity. pore: diameter, m. tortuosity: factor. electronic: conductivity of the porous solid, S m-1.
    barrier: nucleation overpotential, V. extra_ionic: conductivity of the solid's own ion conductor, S m-1. dead:
    lithium left dead per lithium stripped.
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
    """One design as the kernel sees it. top: number of separator cells, which is the node of the top face."""

    cell: CellProperties
    host: HostProfile
    constants: KernelConstants
    top: int


class NodeState(NamedTuple):
    """At each node (n,): salt (mol m-3), plating drive phi_l - phi_s (V), live and dead lithium (C m-2)."""

    salt: np.ndarray
    drive: np.ndarray
    live: np.ndarray
    dead: np.ndarray


class Nodes(NamedTuple):
    """Geometry and limits of each node (n,) at a given fill.

    volume: of electrolyte, m3 m-2. area: real plating area over geometric. covered: share of it under live lithium.
    ionic, electronic (ohm m2), diffusive (s m-1): resistance from a node's middle to its face, 0 at a node without
    volume. under: share of a cell that lithium grown from the foil has covered. room, stock: what can still be taken
    up and given back, C m-2.
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

    rate, slope (n,): plating rate of each node (A m-2) and its derivative in the drive. flow (n,): volume displaced
    through the face below a node, m s-1. lower, diagonal, upper (n, 4): 2 x 2 blocks as rows (a, b, c, d) of
    [[a, b], [c, d]]; right (n, 2).
    """

    rate: np.ndarray
    slope: np.ndarray
    flow: np.ndarray
    lower: np.ndarray
    diagonal: np.ndarray
    upper: np.ndarray
    right: np.ndarray


class History(NamedTuple):
    """After each accepted step (steps,): charge passed (C m-2), cell voltage (V), least salt anywhere and salt at the
    top face (mol m-3), largest local current density (A m-2)."""

    charge: np.ndarray
    voltage: np.ndarray
    least_salt: np.ndarray
    top_salt: np.ndarray
    peak: np.ndarray


class Summary(NamedTuple):
    """A half cycle of each of n designs, (n,).

    end: DONE, SALT_GONE, VOLTAGE, FAILED or NOT_RUN. passed: C m-2. spike, plateau, highest: voltage (V) early, in
    the middle, and at most. least, least_top: salt (mol m-3). peak: A m-2. steps: accepted. NaN where there is none.
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
    """Where lithium is, (n, cells + 2) each, C m-2: top face, host cells, foil.

    plated, left: live lithium at the nodes after plating and after stripping. placed: all lithium after plating, at
    the depth where it lies (the foil's is spread over the cells that it has grown through). dead: what stripping left.
    """

    plated: np.ndarray
    placed: np.ndarray
    left: np.ndarray
    dead: np.ndarray


def new_state(n: int) -> NodeState:
    """A state of n nodes, all zero."""
    return NodeState(np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n))


def new_history(rows: int) -> History:
    """Room for the history of so many steps."""
    return History(np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows), np.zeros(rows))
