"""From complete designs to plating states: pack material properties, run the kernel, read off the outputs.

Data flow: design rows -> materials and laws -> scalars and depth profiles (``pack``) -> compiled kernel, one
design at a time, threads over chunks (``run``) -> one row of numbers a design (``states``).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.physics import batch, laws
from surrogate.physics import kernel as k
from surrogate.physics.accounting import host_capacity_mAh_cm2, thickness_change_pct
from surrogate.physics.constants import FARADAY, GAS_CONSTANT, MA_PER_CM2, MAH_PER_CM2, ZERO_CELSIUS

Array = NDArray[np.float64]

CELLS, SEPARATOR_CELLS, STEPS = 30, 8, 50
MESH_STRETCH = 1.5  # of the tanh mesh; cells at either face are about a third of those in the middle
COVERING_THICKNESS = 200e-9  # m of lithium that hides the substrate (assumed; plausible 50 to 1000 nm)
WIRING_FILL = (
    0.3  # pore fill from which deposited lithium conducts through (assumed, as a percolation threshold)
)
COUNTER_ROUGHNESS = 3.0  # real over geometric area of a cycled lithium foil (assumed; plausible 1 to 10)
VOLTAGE_LIMIT = 5.0  # V, a cycler's usual safety limit
FOIL = "copper"

MOSTLY_ON_TOP = (
    0.5  # share of lithium on the top face above which a completed porous host is called overgrown
)


@dataclass(frozen=True)
class Packed:
    """Kernel input of n designs: scalars (n, SCALARS), hosts (n, PROFILES, cells), planar (n,) bool."""

    scalars: Array
    hosts: Array
    planar: NDArray[np.bool_]


@dataclass(frozen=True)
class Plated:
    """Kernel output of n designs: summary (n, SUMMARY); lithium (n, cells + 2) in C m-2: top face, cells, foil."""

    summary: Array
    lithium: Array


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

    activated = laws.arrhenius(
        si("conduction_activation_energy"), temperature, si("reference_temperature") - ZERO_CELSIUS
    )
    p[:, k.CURRENT] = _column(designs, "current_density_mA_cm2") * MA_PER_CM2
    p[:, k.CHARGE] = _column(designs, "areal_capacity_mAh_cm2") * MAH_PER_CM2
    p[:, k.SALT] = si("salt_concentration")
    # One activation energy for conduction, diffusion, charge transfer and film (assumed).
    p[:, k.DIFFUSIVITY] = si("salt_diffusivity") * activated
    p[:, k.CONDUCTIVITY] = si("conductivity") * activated
    p[:, k.EXCHANGE] = si("exchange_current_density") * activated
    p[:, k.FILM] = si("sei_resistance") / activated
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


def run(
    packed: Packed,
    *,
    steps: int = STEPS,
    separator_cells: int = SEPARATOR_CELLS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plated:
    """Plate every packed design; threads over chunks, the same numbers for any number of workers.

    workers: threads, None for one a core. progress: called with (done, total) from this thread.
    """
    n = len(packed.planar)
    summary = np.full((n, batch.SUMMARY), np.nan)
    lithium = np.zeros((n, packed.hosts.shape[2] + 2))
    size = 25

    def one(start: int) -> int:
        rows = slice(start, start + size)
        batch.plate_all(
            packed.scalars[rows], packed.hosts[rows], packed.planar[rows],
            separator_cells, steps, summary[rows], lithium[rows],
        )  # fmt: skip
        return min(start + size, n)

    starts = range(0, n, size)
    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        for done in pool.map(one, starts):
            if progress is not None:
                progress(done, n)
    return Plated(summary, lithium)


def states(designs: pd.DataFrame, packed: Packed, plated: Plated) -> pd.DataFrame:
    """One row of plating outputs a design: shares, voltages, peak current, least salt, outcome, charge error."""
    summary, lithium = plated.summary, plated.lithium
    cells = packed.hosts.shape[2]
    total = np.maximum(lithium.sum(axis=1), 1e-300)
    width, depth = mesh(cells)
    edges = np.concatenate([[0.0], np.cumsum(width)])
    below = np.clip((edges[1:] - 0.5) / width, 0.0, 1.0)  # share of each cell in the bottom half
    in_cells, on_foil = lithium[:, 1:-1], lithium[:, -1]
    top = lithium[:, 0] / total
    charge = packed.scalars[:, k.CHARGE]
    passed = summary[:, batch.S_PASSED]
    out = pd.DataFrame(index=designs.index)
    capacity = host_capacity_mAh_cm2(designs)
    inside = (total - lithium[:, 0]) / MAH_PER_CM2
    outside = lithium[:, 0] / MAH_PER_CM2 + np.maximum(inside - capacity, 0.0)
    out["outcome"] = _outcomes(
        summary[:, batch.S_END], np.where(packed.planar, 0.0, outside / (total / MAH_PER_CM2))
    )
    plateau = 1e3 * summary[:, batch.S_PLATEAU]
    out["plateau_overpotential_mV"] = plateau
    out["nucleation_overpotential_mV"] = np.maximum(1e3 * summary[:, batch.S_SPIKE] - plateau, 0.0)
    out["bottom_half_share"] = (in_cells @ below + on_foil) / total
    out["top_face_share"] = top
    out["li_centroid"] = (in_cells @ depth + on_foil) / total
    out["peak_local_current_density_mA_cm2"] = summary[:, batch.S_PEAK] / MA_PER_CM2
    out["min_concentration_ratio"] = np.where(
        packed.scalars[:, k.FROZEN] > 0.5, 1.0, summary[:, batch.S_LEAST] / packed.scalars[:, k.SALT]
    )
    out["host_capacity_mAh_cm2"] = capacity
    out["thickness_change_pct"] = thickness_change_pct(outside, _column(designs, "thickness_um"))
    done = summary[:, batch.S_END] == k.DONE
    out["charge_error"] = np.where(done, np.abs(passed / charge - 1.0), np.nan)
    out["charge_passed_share"] = passed / charge
    return out


ENDS = {k.DONE: "completed", k.SALT_GONE: "depleted", k.VOLTAGE: "voltage_cutoff", k.FAILED: "not_converged"}


def _outcomes(ends: Array, outside: Array) -> list[str]:
    """How each run ended.

    completed: all of the capacity plated; overgrown: the same, but more than half of it lies outside the pores
    of a porous host; depleted: the salt ran out somewhere; voltage_cutoff: the voltage limit was reached;
    not_converged: the solver gave up (a numerical failure, counted and never hidden).
    """
    found = [ENDS[int(end)] for end in ends]
    return [
        "overgrown" if name == "completed" and out > MOSTLY_ON_TOP else name
        for name, out in zip(found, outside, strict=True)
    ]
