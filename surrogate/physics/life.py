"""PROVISIONAL closed forms for critical current density and cycle life over one plating state.

They carry the trends that the sources agree on (salt depletion, local current, overgrowth, stack pressure,
temperature, interphase on real area, dead lithium near the top face) with the fewest constants, all of them
assumed unless a source is named. They are not fitted to anything; measured rows set the level in the
surrogates. Every form is smooth, positive and finite. Searches over plating runs, the interface model and
fitted ageing are to take their place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.design.normalise import LIQUID_KINDS
from surrogate.physics import laws
from surrogate.physics.accounting import mean_porosity

Array = NDArray[np.float64]

SHARPNESS = 4.0  # of the smooth minimum between limits; 1/4 of a factor of e apart they hardly mix
LOCAL_LIMIT_MA_CM2 = (
    5.0  # current density on lithium beyond which it grows dendritic in a liquid (assumed; 2-20)
)
OVERGROWN_TOP_SHARE = 0.5  # share of lithium on the top face that ends a test (assumed)
INTERFACE_ACTIVATION_J_MOL = (
    49e3  # of CCD on LLZO, 30 to 160 C (002_612f39683bb0201f, sec. 6; one energy fits to 1.8x)
)
SHORT_PRESSURE_MPA = (
    20.0  # plastic lithium enters the pellet: between 7 and 25 MPa on Li6PS5Cl (002_612f39683bb0201f)
)
FADE = 0.2  # of the areal capacity, lost before a cell without excess lithium counts as dead (assumed)
DEAD_FLOOR = 0.1  # share of the dead-lithium loss that does not depend on where lithium is plated (assumed)
REFERENCE_LOCAL_MA_CM2 = 1.0  # local current at which dead_lithium_fraction is stated


@dataclass(frozen=True)
class _Cell:
    """Per-design arrays that both forms need; mA cm-2 and mAh cm-2."""

    current: Array
    capacity: Array
    peak: Array
    top_share: Array
    least_salt: Array
    passed_share: Array
    real_area: Array


def ccd_and_life(designs: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """ccd_mA_cm2, ccd_limit, cycle_life_cycles and coulombic_efficiency_pct of complete designs, (n, 4).

    state: the plating outputs of the same rows. Rows whose plating did not get under way have NaN.
    """
    cell = _cell(designs, state)
    ccd, limit = _critical_current(designs, cell)
    out = pd.DataFrame(index=designs.index)
    out["ccd_mA_cm2"], out["ccd_limit"] = ccd, limit
    out["cycle_life_cycles"], out["coulombic_efficiency_pct"] = _cycle_life(designs, cell, ccd)
    return out


def _cell(designs: pd.DataFrame, state: pd.DataFrame) -> _Cell:
    pore = laws.graded(
        designs["pore_size_top_um"], designs["pore_size_bottom_um"], designs["gradient_exponent"], 0.5
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = 4.0 * mean_porosity(designs) * designs["thickness_um"].to_numpy(dtype=float) / pore
    current = designs["current_density_mA_cm2"].to_numpy(dtype=float)
    return _Cell(
        current=current,
        capacity=designs["areal_capacity_mAh_cm2"].to_numpy(dtype=float),
        # Before its first step a run has no peak; the geometric current then stands for it.
        peak=np.nan_to_num(state["peak_local_current_density_mA_cm2"].to_numpy(dtype=float), nan=np.nan),
        top_share=np.clip(state["top_face_share"].to_numpy(dtype=float), 0.0, 1.0),
        least_salt=np.clip(state["min_concentration_ratio"].to_numpy(dtype=float), 0.0, 1.0),
        passed_share=state["charge_passed_share"].to_numpy(dtype=float),
        real_area=np.where(designs["framework"] == "none", 1.0, np.nan_to_num(inner, nan=1.0, posinf=1.0)),
    )


def _critical_current(designs: pd.DataFrame, cell: _Cell) -> tuple[Array, list[str]]:
    """The smooth minimum of the limits that act in each cell, and the smallest of them by name."""
    kinds = np.array([materials.electrolyte(str(name)).kind for name in designs["electrolyte"]])
    wet = np.isin(kinds, sorted(LIQUID_KINDS))
    planar = (designs["framework"] == "none").to_numpy()
    never = np.full(len(designs), 1e6)
    drop = np.maximum(1.0 - cell.least_salt, 1e-4)  # grows with the current; at 1 the salt is gone
    depletion = cell.current / drop * np.minimum(cell.passed_share + 0.05, 1.0)
    local = cell.current * LOCAL_LIMIT_MA_CM2 / cell.peak
    overgrowth = cell.current * OVERGROWN_TOP_SHARE / np.maximum(cell.top_share, 1e-3)
    interface, shorted = _interface(designs, cell)
    limits = {
        "depletion": np.where(wet | (kinds == "polymer"), depletion, never),
        "local_current": np.where(wet, local, never),
        "overgrowth": np.where(wet & ~planar, overgrowth, never),
        "interface": np.where(wet, never, interface),
        "high_pressure": np.where(wet, never, shorted),
    }
    table = np.stack(list(limits.values()))
    ccd = np.sum(table**-SHARPNESS, axis=0) ** (-1.0 / SHARPNESS)
    names = list(limits)
    smallest = np.argmin(np.nan_to_num(table, nan=np.inf), axis=0)
    return ccd, [names[i] if np.isfinite(value) else "none" for i, value in zip(smallest, ccd, strict=True)]


def _interface(designs: pd.DataFrame, cell: _Cell) -> tuple[Array, Array]:
    """Limit of a lithium / solid-electrolyte interface, and of lithium pressed into the pellet, mA cm-2.

    The planar reference of the electrolyte, proportional to stack pressure, activated by temperature, times
    the area that carries the current: channel walls (1 + depth/width at a duty of one half; area only) and the
    inner surface of a host (geometric over peak local current).
    """
    pressure = designs["stack_pressure_MPa"].to_numpy(dtype=float)
    temperature = designs["temperature_C"].to_numpy(dtype=float)
    names = designs["electrolyte"].astype(str).tolist()
    reference = {name: _reference(name) for name in set(names)}
    ccd, at_pressure, at_temperature = (np.array([reference[name][i] for name in names]) for i in range(3))
    width = designs["pattern_size_um"].to_numpy(dtype=float)
    depth = designs["pattern_depth_um"].to_numpy(dtype=float)
    walls = 1.0 + np.divide(depth, width, out=np.zeros_like(depth), where=width > 0)
    inner = np.maximum(cell.current / cell.peak, 1.0)
    level = ccd * laws.arrhenius(INTERFACE_ACTIVATION_J_MOL, temperature, at_temperature) * walls * inner
    creeping = level * pressure / at_pressure
    # Falls as fast beyond the threshold as it rose before it.
    shorted = level * SHORT_PRESSURE_MPA**2 / (at_pressure * pressure)
    return creeping, shorted


def _reference(electrolyte: str) -> tuple[float, float, float]:
    """Planar CCD (mA cm-2), the pressure (MPa) and temperature (C) it holds at; for a liquid it is not used."""
    entry = materials.electrolyte(electrolyte)
    if entry.reference_ccd is None or entry.reference_pressure is None:
        return 1.0, 1.0, 25.0
    return entry.reference_ccd.value, entry.reference_pressure.value, entry.reference_temperature.value


def _cycle_life(designs: pd.DataFrame, cell: _Cell, ccd: Array) -> tuple[Array, Array]:
    """Cycles until the lithium inventory is lost to interphase and dead lithium, and the coulombic efficiency."""
    entries = [materials.electrolyte(str(name)) for name in designs["electrolyte"]]
    additives = [materials.additive(str(name)) for name in designs["additives"]]
    pairs = list(zip(entries, additives, strict=True))
    sei = np.array([entry.sei_loss.value * one.sei_loss(entry.literature_class) for entry, one in pairs])
    dead = np.array(
        [entry.dead_lithium_fraction.value * one.dead_lithium(entry.literature_class) for entry, one in pairs]
    )
    exposed = DEAD_FLOOR + (1.0 - DEAD_FLOOR) * cell.top_share
    rough = np.sqrt(cell.peak / REFERENCE_LOCAL_MA_CM2)
    loss = sei * cell.real_area + dead * cell.capacity * exposed * rough
    inventory = designs["li_excess_mAh_cm2"].to_numpy(dtype=float) + FADE * cell.capacity
    shorting = 1.0 + (cell.current / ccd) ** SHARPNESS  # above its CCD a cell does not last
    cycles = np.maximum(inventory / loss / shorting, 0.1)
    return cycles, 100.0 * np.clip(1.0 - loss / cell.capacity, 0.0, 1.0)
