"""PROVISIONAL closed form for cycle life over one simulated cycle.

The inventory over what a cycle loses (interphase on the real area under lithium, dead lithium), joined with wear
that no inventory prevents, and cut short where the current comes near its critical value. All constants are
assumed unless a source is named, and fitted to nothing; measured rows set the level in the surrogates. Fitted
ageing is to take its place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials

Array = NDArray[np.float64]

FADE = 0.2  # of the areal capacity, lost before a cell without excess lithium counts as dead (assumed)
# Share of the dead-lithium loss that does not depend on where lithium is plated: inside a host, it all (assumed).
DEAD_FLOOR = 0.1
REFERENCE_LOCAL_MA_CM2 = 1.0  # local current at which dead_lithium_fraction is stated
WEAR_CYCLES = 5000.0  # cycles at 1 mAh cm-2 that drying and fatigue allow, whatever the inventory (assumed)


def dead_fraction(designs: pd.DataFrame) -> Array:
    """Lithium left dead per lithium stripped from an open face, (n,): electrolyte's, with its additives."""
    return np.array([
        entry.dead_lithium_fraction.value * one.dead_lithium(entry.literature_class)
        for entry, one in _cells(designs)
    ])  # fmt: skip


def area_gain(designs: pd.DataFrame, state: pd.DataFrame) -> Array:
    """Geometric over largest local current density, (n,).

    1 where a run ended within its first steps and has no peak: as if the host had no inner surface.
    """
    current = designs["current_density_mA_cm2"].to_numpy(dtype=float)
    peak = state["peak_local_current_density_mA_cm2"].to_numpy(dtype=float)
    return np.maximum(current / np.where(peak > 0, peak, current), 0.1)


def cycle_life(designs: pd.DataFrame, state: pd.DataFrame, ccd: Array) -> tuple[Array, Array]:
    """Cycles until the lithium inventory is lost, and the coulombic efficiency in per cent, (n,) each.

    The first cycle counts, so that no cell has less than one. Stranded lithium is not counted: the next plating
    wires it again.
    """
    current = designs["current_density_mA_cm2"].to_numpy(dtype=float)
    capacity = designs["areal_capacity_mAh_cm2"].to_numpy(dtype=float)
    top = np.clip(state["top_face_share"].to_numpy(dtype=float), 0.0, 1.0)
    exposed = DEAD_FLOOR + (1.0 - DEAD_FLOOR) * top
    rough = np.sqrt(current / area_gain(designs, state) / REFERENCE_LOCAL_MA_CM2)
    sei = np.array(
        [entry.sei_loss.value * one.sei_loss(entry.literature_class) for entry, one in _cells(designs)]
    )
    loss = sei * state["plated_area_ratio"].to_numpy(dtype=float)
    loss = loss + dead_fraction(designs) * capacity * exposed * rough
    inventory = designs["li_excess_mAh_cm2"].to_numpy(dtype=float) + FADE * capacity
    wear = np.sqrt(capacity) / WEAR_CYCLES
    shorting = 1.0 + (current / ccd) ** 2
    cycles = 1.0 + 1.0 / ((loss / inventory + wear) * shorting)
    return cycles, 100.0 * np.exp(-loss / capacity)


def _cells(designs: pd.DataFrame) -> list[tuple[materials.Electrolyte, materials.Additive]]:
    names = zip(designs["electrolyte"], designs["additives"], strict=True)
    return [(materials.electrolyte(str(name)), materials.additive(str(added))) for name, added in names]
