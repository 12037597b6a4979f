"""Kernel input from complete designs: material properties and composition laws in flat SI arrays.

One row of scalars and one table of depth profiles a design; ``layout`` says what stands where. A continuous
gradient is taken at the middle of each cell, a layered one as its mean over the cell. Liquids, gels and polymers
fill the pores; the other solids do not, so that ions move in such a host through its ion conductor only. Channels cut
into a pellet make it effectively thinner and its faces resist less (``interface.solids``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.hosts import gradient
from surrogate.hosts.cells import PELLET_KINDS
from surrogate.hosts.columns import TORTUOSITY_ENDS
from surrogate.materials.host import SOLID_PHASES
from surrogate.physics import laws, modifiers
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.ageing.law import exposure
from surrogate.physics.constants import FARADAY, GAS_CONSTANT, MA_PER_CM2, MAH_PER_CM2, OHM_CM2, ZERO_CELSIUS
from surrogate.physics.interface.solids import PatternedPellet, patterned_pellet
from surrogate.physics.plating import grid
from surrogate.physics.plating import layout as k

Array = NDArray[np.float64]

CELLS = 60
COVERING_THICKNESS = 200e-9  # m of lithium that hides the substrate (assumed; plausible 50 to 1000 nm)
WIRING_FILL = (
    0.3  # pore fill from which deposited lithium conducts through (assumed, as a percolation threshold)
)
# Real over geometric area of a cycled lithium foil (assumed; plausible 1 to 10); 1 on a pellet.
COUNTER_ROUGHNESS = 3.0
# Share of the nucleation overpotential over which sites switch on. By classical nucleation theory the rate goes as
# exp(-G*/kT) with G* ~ 1/eta^2, so that it grows e-fold within eta kT/(2 G*); G* of 10 kT where nuclei appear
# (assumed; plausible 4 to 40).
NUCLEATION_SPREAD = 0.05
VOLTAGE_LIMIT = 5.0  # V, a cycler's usual safety limit
FOIL = "copper"
FILLING_KINDS = frozenset({"liquid", "gel", "polymer"})  # electrolytes that flow into the pores of a host
BLOCKED_TORTUOSITY = 1e9  # of pores without electrolyte: what the kernel then makes of them is no path
LEAST_IONIC = 1e-9  # S m-1, floor where no phase conducts ions; with it a host of 100 um has 1e9 ohm cm2
# Of charge transfer and of the film's resistance on lithium (assumed; plausible 40 to 65 kJ mol-1). Transfer of
# solvated lithium ions into graphite has 53 to 59: Abe et al., J. Electrochem. Soc. 151 (2004) A1120.
KINETIC_ACTIVATION_J_MOL = 50e3


@dataclass(frozen=True)
class Packed:
    """Kernel input of n designs: scalars (n, SCALARS), hosts (n, PROFILES, cells), planar (n,) bool."""

    scalars: Array
    hosts: Array
    planar: NDArray[np.bool_]


def pack(designs: pd.DataFrame, cells: int = CELLS) -> Packed:
    """Kernel input of complete designs (n rows of ``CompleteDesigns.of``)."""
    # Writable, as its parts are: numba compiles anew for an array that is not.
    planar = (designs["framework"] == "none").to_numpy(copy=True)
    return Packed(_scalars(designs, planar), _hosts(designs, cells), planar)


def _column(designs: pd.DataFrame, name: str) -> Array:
    return designs[name].to_numpy(dtype=float)


def _si(designs: pd.DataFrame, attribute: str) -> Array:
    """A property of each design's electrolyte, (n,), SI units."""
    names = designs["electrolyte"].astype(str)
    values = {name: float(getattr(materials.electrolyte(name), attribute).si) for name in names.unique()}
    return names.map(values).to_numpy(dtype=float)


def _warmed(designs: pd.DataFrame, activation_J_mol: Array | float) -> Array:
    reference = _si(designs, "reference_temperature") - ZERO_CELSIUS
    return laws.arrhenius(activation_J_mol, _column(designs, "temperature_C"), reference)


def _conductivity(designs: pd.DataFrame) -> Array:
    """Of the electrolyte at the design's temperature, (n,), S m-1."""
    return _si(designs, "conductivity") * _warmed(designs, _si(designs, "conduction_activation_energy"))


def _face_resistance(designs: pd.DataFrame) -> Array:
    """Of the film on lithium, or of a planar face of a solid, (n,), ohm m2: measured, else the tables'."""
    measured = OHM_CM2 * _column(designs, "interface_resistance_ohm_cm2")
    table = _si(designs, "sei_resistance") / _warmed(designs, KINETIC_ACTIVATION_J_MOL)
    return np.where(np.isfinite(measured), measured, table)


def _scalars(designs: pd.DataFrame, planar: NDArray[np.bool_]) -> Array:
    p = np.zeros((len(designs), k.SCALARS))
    temperature = _column(designs, "temperature_C")
    entries = [materials.electrolyte(str(name)) for name in designs["electrolyte"]]
    conducting = _warmed(designs, _si(designs, "conduction_activation_energy"))
    reacting = _warmed(designs, KINETIC_ACTIVATION_J_MOL)
    p[:, k.CURRENT] = _column(designs, "current_density_mA_cm2") * MA_PER_CM2
    p[:, k.CHARGE] = _column(designs, "areal_capacity_mAh_cm2") * MAH_PER_CM2
    p[:, k.SALT] = _si(designs, "salt_concentration")
    # Diffusion is taken to be activated as conduction is (assumed; both follow the viscosity).
    p[:, k.DIFFUSIVITY] = (
        _si(designs, "salt_diffusivity") * conducting * modifiers.diffusivity_factor(designs)
    )
    p[:, k.CONDUCTIVITY] = _conductivity(designs)
    face = _face_resistance(designs)
    pellet = pellets(designs)
    # On a planar electrode both faces are the pattern's; in a host lithium meets the host's own ion conductor.
    own = np.where(planar, pellet.area, 1.0)
    p[:, k.EXCHANGE] = _si(designs, "exchange_current_density") * reacting * own
    p[:, k.COUNTER_FILM] = face / pellet.area
    p[:, k.FILM] = face / own * modifiers.film_factor(designs, _coverage(designs, planar))
    p[:, k.CATION_NUMBER] = _si(designs, "cation_transference")
    p[:, k.FROZEN] = [float(entry.single_ion) for entry in entries]
    p[:, k.THERMAL] = 2.0 * GAS_CONSTANT * (temperature + ZERO_CELSIUS) / FARADAY
    p[:, k.SEPARATOR] = _si(designs, "separator_thickness") * pellet.thickness
    p[:, k.SEP_POROSITY] = _si(designs, "separator_porosity")
    p[:, k.SEP_TORTUOSITY] = _si(designs, "separator_tortuosity")
    p[:, k.COVERING], p[:, k.WIRING] = COVERING_THICKNESS, WIRING_FILL
    p[:, k.SPREAD] = NUCLEATION_SPREAD
    p[:, k.VOLTAGE_LIMIT] = VOLTAGE_LIMIT
    p[:, k.COUNTER_AREA] = [1.0 if entry.kind in PELLET_KINDS else COUNTER_ROUGHNESS for entry in entries]
    top = 1.0 - _column(designs, "porosity_top")
    p[:, k.TOP_AREA] = np.where(planar, 1.0, top) * modifiers.exposed_share(designs)
    p[:, k.FOIL_AREA] = _column(designs, "porosity_bottom")
    bare_foil = materials.solid(FOIL).nucleation_overpotential.value
    agent_mV = _agent_barriers(designs)
    # A planar foil's agent covers all of it.
    on_foil = np.where(designs["agent"] == "none", bare_foil, agent_mV)
    p[:, k.TOP_BARRIER] = (
        np.where(planar, on_foil, _barrier(designs, np.ones((len(designs), 1)))[:, 0]) * 1e-3
    )
    p[:, k.FOIL_BARRIER] = bare_foil * 1e-3
    return p


def pellets(designs: pd.DataFrame) -> PatternedPellet:
    """What channels change in each design's pellet at its temperature; 1 everywhere without channels."""
    return patterned_pellet(designs, _conductivity(designs), _face_resistance(designs))


def _agent_barriers(designs: pd.DataFrame) -> Array:
    barriers = {name: entry.nucleation_overpotential.value for name, entry in materials.agents.items()}
    return np.array([barriers[name] for name in designs["agent"]], dtype=np.float64)


def _solid(designs: pd.DataFrame, phase: str, attribute: str) -> Array:
    names = designs[f"{phase}_material"].astype(str)
    values = {name: getattr(materials.solid(name), attribute).si for name in names.unique()}
    return names.map(values).to_numpy(dtype=float)


def _weights(designs: pd.DataFrame, edges: Array) -> Array:
    """Weight of the top value in each cell, (n, cells); edges (n or 1, cells + 1) of the unit depth."""
    layers, exponent = _column(designs, "layers")[:, None], _column(designs, "gradient_exponent")[:, None]
    stair = gradient.cell_mean_weight(edges, exponent, layers)
    middle = 0.5 * (edges[:, 1:] + edges[:, :-1])
    return np.asarray(np.where(layers > 1.0, stair, gradient.weight(middle, exponent)))


def _graded(designs: pd.DataFrame, stem: str, weight: Array, unit: str = "") -> Array:
    """A graded column (n, m) at weights (n, m)."""
    ends = (_column(designs, f"{stem}_top{unit}"), _column(designs, f"{stem}_bottom{unit}"))
    return laws.between(ends[0][:, None], ends[1][:, None], weight)


def _coverage(designs: pd.DataFrame, planar: NDArray[np.bool_]) -> Array:
    """Mean share of the surface under the agent, (n,); all of a planar foil."""
    edges = grid.uniform_host(CELLS)[None, :]
    inside = laws.agent_coverage(_graded(designs, "agent", _weights(designs, edges))) @ np.diff(edges[0])
    return np.asarray(np.where(planar, 1.0, inside))


def _barrier(designs: pd.DataFrame, weight: Array) -> Array:
    """Nucleation overpotential (n, m), mV; a measured one replaces what the composition implies."""
    own = [1e3 * _solid(designs, phase, "nucleation_overpotential") for phase in SOLID_PHASES]
    own[0] = own[0] * modifiers.barrier_factor(designs)  # of the conductor, doped
    bare = laws.bare_nucleation_overpotential(
        np.stack([_graded(designs, phase, weight) for phase in SOLID_PHASES]),
        np.stack(own)[:, :, None],
        np.stack([_solid(designs, phase, "electronic_conductivity") for phase in SOLID_PHASES])[:, :, None],
    )
    agent = _graded(designs, "agent", weight)
    implied = laws.nucleation_overpotential(agent, _agent_barriers(designs)[:, None], bare)
    return _overridden(designs, "nucleation_overpotential", "_mV", weight, implied, logarithmic=False)


def _overridden(
    designs: pd.DataFrame, stem: str, unit: str, weight: Array, implied: Array, *, logarithmic: bool
) -> Array:
    """``implied`` (n, m), or the gradient between the ends a person measured.

    An end that was not measured takes what the composition implies at that end.
    """
    top, bottom = _column(designs, f"{stem}_top{unit}"), _column(designs, f"{stem}_bottom{unit}")
    measured = np.isfinite(top) | np.isfinite(bottom)
    if not measured.any():
        return implied
    top = np.where(np.isfinite(top), top, implied[:, 0])
    bottom = np.where(np.isfinite(bottom), bottom, implied[:, -1])
    scale, back = (np.log, np.exp) if logarithmic else (np.asarray, np.asarray)
    given = back(laws.between(scale(top)[:, None], scale(bottom)[:, None], weight))
    return np.where(measured[:, None], given, implied)


def _ion_conductor(designs: pd.DataFrame) -> Array:
    """Ionic conductivity of the ion-conducting phase, (n,), S m-1.

    A phase that is an electrolyte of the tables is activated as that is; any other is taken as it stands.
    """
    bulk = _solid(designs, "ion_conductor", "ionic_conductivity")
    names = designs["ion_conductor_material"].astype(str)
    same = {name: entry for name, entry in materials.electrolytes.items() if name in set(names)}
    energy = names.map({name: one.conduction_activation_energy.si for name, one in same.items()})
    reference = names.map({name: one.reference_temperature.si - ZERO_CELSIUS for name, one in same.items()})
    factor = laws.arrhenius(
        energy.fillna(0.0).to_numpy(dtype=float),
        _column(designs, "temperature_C"),
        reference.fillna(25.0).to_numpy(dtype=float),
    )
    return np.asarray(bulk * factor)


def _electronic(designs: pd.DataFrame, weight: Array) -> Array:
    """Electronic conductivity of the porous solid (n, m), S m-1, measured where it was; the agent's is left out.

    Where an ion conductor is there it is a phase of its own, so that a mixed conductor counts.
    """
    parts = {phase: _graded(designs, phase, weight) for phase in SOLID_PHASES}
    solid = np.sum(list(parts.values()), axis=0) + 1e-12
    own = {phase: _solid(designs, phase, "electronic_conductivity")[:, None] for phase in parts}
    mixed = laws.mixture_conductivity(parts["conductor"] / solid, own["conductor"], own["dielectric"])
    rows = (parts["ion_conductor"] > 0).any(axis=1)
    if rows.any():
        shares = np.stack([parts[phase][rows] / solid[rows] for phase in parts])
        bulk = np.stack([np.broadcast_to(own[phase][rows], shares[0].shape) for phase in parts])
        mixed[rows] = laws.mixture_conductivity_of(shares, bulk)
    implied = laws.network_conductivity(mixed, _graded(designs, "porosity", weight))
    return _overridden(designs, "conductivity", "_S_m", weight, implied, logarithmic=True)


def _conducts_differently(designs: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether the electronic conductivities of top and bottom differ, (n,), by half a decade or more."""
    ends = np.log10(_electronic(designs, np.array([[1.0, 0.0]])))
    return np.asarray(np.abs(ends[:, 0] - ends[:, 1]) >= 0.5)


def _tortuosity(designs: pd.DataFrame, weight: Array) -> Array:
    """Tortuosity factor of the pores (n, cells): graded where both ends are given, else one number."""
    uniform = np.broadcast_to(_column(designs, "tortuosity")[:, None], weight.shape)
    given = designs[list(TORTUOSITY_ENDS)].notna().all(axis=1).to_numpy()
    return np.asarray(np.where(given[:, None], _graded(designs, "tortuosity", weight), uniform))


def _hosts(designs: pd.DataFrame, cells: int) -> Array:
    edges = np.tile(grid.uniform_host(cells), (len(designs), 1))
    changing = _conducts_differently(designs)
    if changing.any():
        slices = np.linspace(0.0, 1.0, grid.SAMPLES + 1)[None, :]
        graded = designs[changing]
        edges[changing] = grid.cell_edges(_electronic(graded, _weights(graded, slices)), cells)
    weight = _weights(designs, edges)
    hosts = np.zeros((len(designs), k.PROFILES, cells))
    porosity = _graded(designs, "porosity", weight)
    hosts[:, k.WIDTH] = _column(designs, "thickness_um")[:, None] * 1e-6 * np.diff(edges)
    hosts[:, k.POROSITY] = porosity
    hosts[:, k.PORE] = 1e-6 * _graded(designs, "pore_size", weight, "_um")
    hosts[:, k.ELECTRONIC] = _electronic(designs, weight)
    hosts[:, k.BARRIER] = 1e-3 * _barrier(designs, weight)
    through = laws.ion_conductor_conductivity(
        _ion_conductor(designs)[:, None], _graded(designs, "ion_conductor", weight), porosity
    )
    filled = fills_pores(designs)[:, None]
    hosts[:, k.TORTUOSITY] = np.where(filled, _tortuosity(designs, weight), BLOCKED_TORTUOSITY)
    hosts[:, k.EXTRA_IONIC] = np.where(filled, through, np.maximum(through, LEAST_IONIC))
    return hosts


def leave_dead(packed: Packed, dead: Array, constants: AgeingConstants) -> None:
    """Let stripping leave lithium behind: ``dead`` (n,) per lithium stripped from the top face, less with depth."""
    width = np.where(packed.planar[:, None], 1.0, packed.hosts[:, k.WIDTH])
    depth = (np.cumsum(width, axis=1) - 0.5 * width) / width.sum(axis=1, keepdims=True)
    packed.scalars[:, k.DEAD_TOP] = dead
    packed.scalars[:, k.DEAD_FOIL] = dead * exposure(np.ones(len(dead)), constants)
    packed.hosts[:, k.DEAD] = dead[:, None] * exposure(depth, constants)


def fills_pores(designs: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether the electrolyte fills the pores of the host, (n,); lithium then fills the void where it does not."""
    kinds = {name: entry.kind for name, entry in materials.electrolytes.items()}
    return designs["electrolyte"].map(kinds).isin(FILLING_KINDS).to_numpy()
