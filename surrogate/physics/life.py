"""PROVISIONAL closed forms for critical current density and cycle life over one plating state.

They carry the trends that the sources agree on (salt depletion, local current, lithium on the top face, stack
pressure, temperature, interphase on real area, dead lithium) with the fewest constants, all of them assumed
unless a source is named. They are fitted to nothing; measured rows set the level in the surrogates. Every form
is smooth, positive and finite wherever a run was not a numerical failure. Searches over plating runs, a model
of the interface and fitted ageing are to take their place.

Critical current density: the smooth minimum of the limits that act in a cell, each named in ``ccd_limit``:
``depletion`` (salt gone), ``local_current`` and ``overgrowth`` (liquids and gels), ``interface`` and
``high_pressure`` (solids), ``voltage`` and ``highest_reported`` (all).
Cycle life: the inventory over what a cycle loses, joined with wear that no inventory prevents, and cut short
where the current comes near its critical value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.design.normalise import LIQUID_KINDS
from surrogate.physics import laws

Array = NDArray[np.float64]

SHARPNESS = 4.0  # of the smooth minimum: limits a factor of two apart change it by 1.5 %
HIGHEST_MA_CM2 = (
    100.0  # largest critical current reported for any cell (10.1039/d5eb00156k), a smooth ceiling
)

# Liquids and gels. Current on planar lithium from which it grows dendritic at 1 mAh cm-2 in an ether with 2 %
# dead lithium (assumed; plausible 1 to 10); lower where more lithium dies, as both come from its morphology.
LOCAL_LIMIT_MA_CM2 = 4.0
REFERENCE_DEAD = 0.02
CAPACITY_EXPONENT = 0.5  # of the fall with areal capacity (assumed; Sand's capacity would give 1)
AREA_EXPONENT = (
    1.0 / 3.0
)  # gain per real area: hosts with 30 times the area bear about 3 times the current (assumed)
OVERGROWN_TOP_SHARE = (
    0.2  # share of lithium on the top face from which it, not the inner surface, decides (assumed)
)
CCD_VOLTAGE_V = 1.0  # polarisation that ends a step test (assumed; 0.5 to 5)

# Solids.
INTERFACE_ACTIVATION_J_MOL = (
    49e3  # of CCD on LLZO, 30 to 160 C (002_612f39683bb0201f, sec. 6; one energy fits to 1.8x)
)
SHORT_PRESSURE_MPA = (
    20.0  # plastic lithium enters the pellet: between 7 and 25 MPa on Li6PS5Cl (002_612f39683bb0201f)
)
DEEPEST_ASPECT = 2.0  # depth over width of a channel beyond which its floor carries no current (assumed)

# Cycle life.
FADE = 0.2  # of the areal capacity, lost before a cell without excess lithium counts as dead (assumed)
DEAD_FLOOR = 0.1  # share of the dead-lithium loss that does not depend on where lithium is plated (assumed)
REFERENCE_LOCAL_MA_CM2 = 1.0  # local current at which dead_lithium_fraction is stated
WEAR_CYCLES = 5000.0  # cycles at 1 mAh cm-2 that drying and fatigue allow, whatever the inventory (assumed)


@dataclass(frozen=True)
class _Cell:
    """Per-design arrays that the forms share; mA cm-2, mAh cm-2 and ratios."""

    current: Array
    capacity: Array
    area_gain: Array  # geometric over largest local current density
    top_share: Array
    least_salt: Array
    passed_share: Array
    plated_area: Array
    voltage_mV: Array  # inf where a run ended before its plateau for another reason than the voltage
    sei: Array  # mAh cm-2 of real area and cycle, additives included
    dead: Array  # of the cycled lithium, additives included


def ccd_and_life(designs: pd.DataFrame, state: pd.DataFrame) -> pd.DataFrame:
    """``ccd_mA_cm2``, ``ccd_limit``, ``cycle_life_cycles`` and ``coulombic_efficiency_pct``, (n, 4).

    designs: complete rows. state: the plating outputs of the same rows.
    """
    cell = _cell(designs, state)
    ccd, limit = _critical_current(designs, cell)
    out = pd.DataFrame(index=designs.index)
    out["ccd_mA_cm2"], out["ccd_limit"] = ccd, limit
    out["cycle_life_cycles"], out["coulombic_efficiency_pct"] = _cycle_life(designs, cell, ccd)
    return out


def _cell(designs: pd.DataFrame, state: pd.DataFrame) -> _Cell:
    current = designs["current_density_mA_cm2"].to_numpy(dtype=float)
    peak = state["peak_local_current_density_mA_cm2"].to_numpy(dtype=float)
    plateau = state["plateau_overpotential_mV"].to_numpy(dtype=float)
    cut = (state["outcome"] == "voltage_cutoff").to_numpy()
    entries = [materials.electrolyte(str(name)) for name in designs["electrolyte"]]
    additives = [materials.additive(str(name)) for name in designs["additives"]]
    pairs = list(zip(entries, additives, strict=True))
    return _Cell(
        current=current,
        capacity=designs["areal_capacity_mAh_cm2"].to_numpy(dtype=float),
        # A run that ended within its first steps has no peak: as if the host had no inner surface.
        area_gain=np.maximum(current / np.where(peak > 0, peak, current), 0.1),
        top_share=np.clip(state["top_face_share"].to_numpy(dtype=float), 0.0, 1.0),
        least_salt=np.clip(
            np.nan_to_num(state["min_concentration_ratio"].to_numpy(dtype=float), nan=1.0), 0, 1
        ),
        passed_share=state["charge_passed_share"].to_numpy(dtype=float),
        plated_area=state["plated_area_ratio"].to_numpy(dtype=float),
        voltage_mV=np.where(plateau > 0, plateau, np.where(cut, 1e3 * CCD_VOLTAGE_V * 5.0, np.inf)),
        sei=np.array([entry.sei_loss.value * one.sei_loss(entry.literature_class) for entry, one in pairs]),
        dead=np.array(
            [
                entry.dead_lithium_fraction.value * one.dead_lithium(entry.literature_class)
                for entry, one in pairs
            ]
        ),
    )


def _critical_current(designs: pd.DataFrame, cell: _Cell) -> tuple[Array, list[str]]:
    """The smooth minimum of the limits that act in each cell, and the smallest of them by name."""
    kinds = np.array([materials.electrolyte(str(name)).kind for name in designs["electrolyte"]])
    wet = np.isin(kinds, sorted(LIQUID_KINDS))
    salted = wet | (kinds == "polymer")
    planar = (designs["framework"] == "none").to_numpy()
    never = np.full(len(designs), 1e6)
    # The concentration drop grows with the current; at 1 the salt is gone. A run that was cut short by
    # depletion would have passed its whole charge at a current smaller by the share it did pass (Sand).
    drop = np.maximum(1.0 - cell.least_salt, 1e-5)
    depletion = cell.current / drop * np.clip(cell.passed_share, 1e-3, 1.0)
    level = (
        LOCAL_LIMIT_MA_CM2 * np.sqrt(REFERENCE_DEAD / cell.dead) * np.power(cell.capacity, -CAPACITY_EXPONENT)
    )
    on_top = np.maximum(cell.top_share, 1e-4) / OVERGROWN_TOP_SHARE
    interface, shorted = _interface(designs, cell)
    with np.errstate(divide="ignore"):
        voltage = cell.current * 1e3 * CCD_VOLTAGE_V / cell.voltage_mV
    limits = {
        "depletion": np.where(salted, depletion, never),
        "local_current": np.where(wet, level * cell.area_gain**AREA_EXPONENT, never),
        "overgrowth": np.where(wet & ~planar, level * on_top**-AREA_EXPONENT, never),
        "interface": np.where(wet, never, interface),
        "high_pressure": np.where(wet, never, shorted),
        "highest_reported": np.full(len(designs), HIGHEST_MA_CM2),
        "voltage": np.where(np.isfinite(cell.voltage_mV), voltage, never),
    }
    table = np.minimum(np.stack(list(limits.values())), never)
    ccd = np.sum(table**-SHARPNESS, axis=0) ** (-1.0 / SHARPNESS)
    names = list(limits)
    return ccd, [names[i] for i in np.argmin(table, axis=0)]


def _interface(designs: pd.DataFrame, cell: _Cell) -> tuple[Array, Array]:
    """Limit of a lithium / solid-electrolyte interface, and of lithium pressed into the pellet, mA cm-2.

    The planar reference of the electrolyte, proportional to stack pressure and activated by temperature,
    times the area that carries the current: channel walls (``pattern_gain``) and the inner surface of a host.
    """
    pressure = designs["stack_pressure_MPa"].to_numpy(dtype=float)
    temperature = designs["temperature_C"].to_numpy(dtype=float)
    names = designs["electrolyte"].astype(str).tolist()
    reference = {name: _reference(name) for name in set(names)}
    ccd, at_pressure, at_temperature = (np.array([reference[name][i] for name in names]) for i in range(3))
    walls = pattern_gain(designs["pattern_size_um"], designs["pattern_depth_um"])
    inner = np.maximum(cell.area_gain, 1.0) ** AREA_EXPONENT
    level = ccd * laws.arrhenius(INTERFACE_ACTIVATION_J_MOL, temperature, at_temperature) * walls * inner
    creeping = level * pressure / at_pressure
    # Falls as fast beyond the threshold as it rose before it.
    shorted = level * SHORT_PRESSURE_MPA**2 / (at_pressure * pressure)
    return creeping, shorted


def pattern_gain(width_um: pd.Series, depth_um: pd.Series) -> Array:
    """Interface area of channels at a duty of one half over that of a plane, 1 + x/sqrt(1 + (x/2)^2).

    x = depth/width; area only for shallow channels, level beyond an aspect ratio of two. 1 without channels.
    """
    width, depth = width_um.to_numpy(dtype=float), depth_um.to_numpy(dtype=float)
    aspect = np.divide(depth, width, out=np.zeros_like(depth), where=width > 0)
    return np.asarray(1.0 + aspect / np.sqrt(1.0 + (aspect / DEEPEST_ASPECT) ** 2))


def _reference(electrolyte: str) -> tuple[float, float, float]:
    """Planar CCD (mA cm-2), the pressure (MPa) and temperature (C) it holds at; for a liquid it is not used."""
    entry = materials.electrolyte(electrolyte)
    if entry.reference_ccd is None or entry.reference_pressure is None:
        return 1.0, 1.0, 25.0
    return entry.reference_ccd.value, entry.reference_pressure.value, entry.reference_temperature.value


def _cycle_life(designs: pd.DataFrame, cell: _Cell, ccd: Array) -> tuple[Array, Array]:
    """Cycles until the lithium inventory is lost to interphase and dead lithium, and the coulombic efficiency.

    The first cycle counts, so that no cell has less than one.
    """
    exposed = DEAD_FLOOR + (1.0 - DEAD_FLOOR) * cell.top_share
    rough = np.sqrt(cell.current / cell.area_gain / REFERENCE_LOCAL_MA_CM2)
    loss = cell.sei * cell.plated_area + cell.dead * cell.capacity * exposed * rough
    inventory = designs["li_excess_mAh_cm2"].to_numpy(dtype=float) + FADE * cell.capacity
    wear = np.sqrt(cell.capacity) / WEAR_CYCLES
    shorting = 1.0 + (cell.current / ccd) ** 2
    cycles = 1.0 + 1.0 / ((loss / inventory + wear) * shorting)
    return cycles, 100.0 * np.exp(-loss / cell.capacity)
