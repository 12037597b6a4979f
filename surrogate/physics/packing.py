"""Kernel input from complete designs: material properties and composition laws in flat SI arrays.

One row of scalars and one table of depth profiles a design; ``kernel`` says what stands where.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.physics import laws
from surrogate.physics import layout as k
from surrogate.physics.constants import FARADAY, GAS_CONSTANT, MA_PER_CM2, MAH_PER_CM2, ZERO_CELSIUS

Array = NDArray[np.float64]

CELLS = 60
MESH_STRETCH = 1.5  # of the tanh mesh; cells at either face are about a third of those in the middle
COVERING_THICKNESS = 200e-9  # m of lithium that hides the substrate (assumed; plausible 50 to 1000 nm)
WIRING_FILL = (
    0.3  # pore fill from which deposited lithium conducts through (assumed, as a percolation threshold)
)
COUNTER_ROUGHNESS = 3.0  # real over geometric area of a cycled lithium foil (assumed; plausible 1 to 10)
VOLTAGE_LIMIT = 5.0  # V, a cycler's usual safety limit
FOIL = "copper"
# Of charge transfer and of the film's resistance on lithium (assumed; plausible 40 to 65 kJ mol-1). Transfer of
# solvated lithium ions into graphite has 53 to 59: Abe et al., J. Electrochem. Soc. 151 (2004) A1120.
KINETIC_ACTIVATION_J_MOL = 50e3


@dataclass(frozen=True)
class Packed:
    """Kernel input of n designs: scalars (n, SCALARS), hosts (n, PROFILES, cells), planar (n,) bool."""

    scalars: Array
    hosts: Array
    planar: NDArray[np.bool_]


def mesh(cells: int) -> tuple[Array, Array]:
    """Cell widths and midpoints (cells,) of the unit depth, finer at both ends (tanh)."""
    edges = 0.5 * (1.0 + np.tanh(MESH_STRETCH * np.linspace(-1.0, 1.0, cells + 1)) / math.tanh(MESH_STRETCH))
    return np.diff(edges), 0.5 * (edges[1:] + edges[:-1])


def pack(designs: pd.DataFrame, cells: int = CELLS) -> Packed:
    """Kernel input of complete designs (n rows of ``normalise_designs``)."""
    planar = (designs["framework"] == "none").to_numpy()
    return Packed(_scalars(designs, planar), _hosts(designs, cells), planar)


def _column(designs: pd.DataFrame, name: str) -> Array:
    return designs[name].to_numpy(dtype=float)


def _scalars(designs: pd.DataFrame, planar: NDArray[np.bool_]) -> Array:
    p = np.zeros((len(designs), k.SCALARS))
    temperature = _column(designs, "temperature_C")
    names = designs["electrolyte"].astype(str).tolist()
    entries = [materials.electrolyte(name) for name in names]

    def si(attribute: str) -> Array:
        values = {entry.identifier: float(getattr(entry, attribute).si) for entry in entries}
        return np.array([values[name] for name in names], dtype=np.float64)

    reference = si("reference_temperature") - ZERO_CELSIUS
    conducting = laws.arrhenius(si("conduction_activation_energy"), temperature, reference)
    reacting = laws.arrhenius(KINETIC_ACTIVATION_J_MOL, temperature, reference)
    p[:, k.CURRENT] = _column(designs, "current_density_mA_cm2") * MA_PER_CM2
    p[:, k.CHARGE] = _column(designs, "areal_capacity_mAh_cm2") * MAH_PER_CM2
    p[:, k.SALT] = si("salt_concentration")
    # Diffusion is taken to be activated as conduction is (assumed; both follow the viscosity).
    p[:, k.DIFFUSIVITY] = si("salt_diffusivity") * conducting
    p[:, k.CONDUCTIVITY] = si("conductivity") * conducting
    p[:, k.EXCHANGE] = si("exchange_current_density") * reacting
    p[:, k.FILM] = si("sei_resistance") / reacting
    p[:, k.CATION_NUMBER] = si("cation_transference")
    p[:, k.FROZEN] = [float(entry.single_ion) for entry in entries]
    p[:, k.THERMAL] = 2.0 * GAS_CONSTANT * (temperature + ZERO_CELSIUS) / FARADAY
    p[:, k.SEPARATOR] = si("separator_thickness")
    p[:, k.SEP_POROSITY] = si("separator_porosity")
    p[:, k.SEP_TORTUOSITY] = si("separator_tortuosity")
    p[:, k.COVERING], p[:, k.WIRING] = COVERING_THICKNESS, WIRING_FILL
    p[:, k.VOLTAGE_LIMIT], p[:, k.COUNTER_AREA] = VOLTAGE_LIMIT, COUNTER_ROUGHNESS
    p[:, k.TOP_AREA] = np.where(planar, 1.0, 1.0 - _column(designs, "porosity_top"))
    p[:, k.FOIL_AREA] = _column(designs, "porosity_bottom")
    bare_foil = materials.solid(FOIL).nucleation_overpotential.value
    agent_mV = _agent_barriers(designs)
    # A planar foil's agent covers all of it.
    on_foil = np.where(designs["agent"] == "none", bare_foil, agent_mV)
    p[:, k.TOP_BARRIER] = np.where(planar, on_foil, _barrier(designs, np.zeros(1))[:, 0]) * 1e-3
    p[:, k.FOIL_BARRIER] = bare_foil * 1e-3
    return p


def _agent_barriers(designs: pd.DataFrame) -> Array:
    barriers = {name: entry.nucleation_overpotential.value for name, entry in materials.agents.items()}
    return np.array([barriers[name] for name in designs["agent"]], dtype=np.float64)


def _solid(designs: pd.DataFrame, phase: str, attribute: str) -> Array:
    names = designs[f"{phase}_material"].astype(str)
    values = {name: getattr(materials.solid(name), attribute).si for name in names.unique()}
    return names.map(values).to_numpy(dtype=float)


def _graded(designs: pd.DataFrame, stem: str, depth: Array, unit: str = "") -> Array:
    """(n, len(depth)) of a graded column."""
    ends = (_column(designs, f"{stem}_top{unit}"), _column(designs, f"{stem}_bottom{unit}"))
    return laws.graded(ends[0][:, None], ends[1][:, None], _exponent(designs), depth[None, :])


def _exponent(designs: pd.DataFrame) -> Array:
    return _column(designs, "gradient_exponent")[:, None]


def _barrier(designs: pd.DataFrame, depth: Array) -> Array:
    """Nucleation overpotential (n, len(depth)), mV; a measured one replaces what the composition implies."""
    weight = np.full((len(designs), len(depth)), 1e-12)
    surface = np.zeros_like(weight)
    for phase in ("conductor", "dielectric", "ion_conductor"):
        share = _graded(designs, phase, depth)
        surface += share * 1e3 * _solid(designs, phase, "nucleation_overpotential")[:, None]
        weight += share
    agent = _graded(designs, "agent", depth)
    implied = laws.nucleation_overpotential(agent, _agent_barriers(designs)[:, None], surface / weight)
    return _overridden(designs, "nucleation_overpotential", "_mV", depth, implied, logarithmic=False)


def _overridden(
    designs: pd.DataFrame, stem: str, unit: str, depth: Array, implied: Array, *, logarithmic: bool
) -> Array:
    """``implied`` (n, len(depth)), or the gradient between the ends a person measured.

    An end that was not measured takes what the composition implies at that end.
    """
    top, bottom = _column(designs, f"{stem}_top{unit}"), _column(designs, f"{stem}_bottom{unit}")
    measured = np.isfinite(top) | np.isfinite(bottom)
    if not measured.any():
        return implied
    top = np.where(np.isfinite(top), top, implied[:, 0])
    bottom = np.where(np.isfinite(bottom), bottom, implied[:, -1])
    scale, back = (np.log, np.exp) if logarithmic else (np.asarray, np.asarray)
    given = back(laws.graded(scale(top)[:, None], scale(bottom)[:, None], _exponent(designs), depth[None, :]))
    return np.where(measured[:, None], given, implied)


def _hosts(designs: pd.DataFrame, cells: int) -> Array:
    width, depth = mesh(cells)
    hosts = np.zeros((len(designs), k.PROFILES, cells))
    porosity = _graded(designs, "porosity", depth)
    hosts[:, k.WIDTH] = _column(designs, "thickness_um")[:, None] * 1e-6 * width
    hosts[:, k.POROSITY] = porosity
    hosts[:, k.PORE] = 1e-6 * _graded(designs, "pore_size", depth, "_um")
    hosts[:, k.TORTUOSITY] = _column(designs, "tortuosity")[:, None]
    parts = {phase: _graded(designs, phase, depth) for phase in ("conductor", "dielectric", "ion_conductor")}
    solid = sum(parts.values()) + 1e-12
    insulating = _solid(designs, "dielectric", "electronic_conductivity")[:, None]
    mixed = laws.mixture_conductivity(
        parts["conductor"] / solid,
        _solid(designs, "conductor", "electronic_conductivity")[:, None],
        insulating,
    )
    implied = laws.network_conductivity(mixed, porosity)
    hosts[:, k.ELECTRONIC] = _overridden(designs, "conductivity", "_S_m", depth, implied, logarithmic=True)
    hosts[:, k.BARRIER] = 1e-3 * _barrier(designs, depth)
    hosts[:, k.EXTRA_IONIC] = laws.ion_conductor_conductivity(
        _solid(designs, "ion_conductor", "ionic_conductivity")[:, None], parts["ion_conductor"], porosity
    )
    return hosts
