"""``simulate``: the physics of a table of designs.

Data flow: designs -> normalise -> pack -> plating kernel (threads) -> states -> CCD and cycle life -> one table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.design.columns import TARGETS
from surrogate.design.normalise import normalise_designs
from surrogate.physics import laws, plating
from surrogate.physics import layout as k
from surrogate.physics.accounting import (
    material_cost_usd_m2,
    solid_mass_mg_cm2,
    specific_capacity_mAh_g,
    volumetric_capacity_mAh_cm3,
)
from surrogate.physics.constants import MAH_PER_CM2
from surrogate.physics.kernel import plate
from surrogate.physics.life import ccd_and_life
from surrogate.physics.transport import sand_time

OUTSIDE = "outside_law_range"
_UNTRUSTED = ("not_converged", OUTSIDE)


def simulate(
    designs: pd.DataFrame,
    *,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Simulate one plating half cycle of every design.

    designs: any table that ``normalise_designs`` takes, n rows. workers: threads, None for one a core; the
    numbers do not depend on it. progress: called with ("simulating", done, n).

    Returns the complete designs and, beside them, for each row: ``outcome`` (completed, overgrown, depleted,
    voltage_cutoff, not_converged, outside_law_range), shares and voltages of the plated state,
    host capacity, exact accounting, ``ccd_mA_cm2`` with ``ccd_limit``, ``cycle_life_cycles``,
    ``overpotential_mV`` (plateau of the cell against a lithium foil) and ``charge_error`` (relative). A
    number that a run did not reach is NaN; ``outcome`` never is.

    Raises DesignError, MaterialError or UnitError for a design that cannot be read.
    """
    complete, _ = normalise_designs(designs)
    packed = plating.pack(complete)
    told = None if progress is None else lambda done, total: progress("simulating", done, total)
    plated = plating.run(packed, workers=workers, progress=told)
    state = plating.states(complete, packed, plated)
    state["sand_time_ratio"] = _sand_time_ratio(packed)
    state["solid_mass_mg_cm2"] = solid_mass_mg_cm2(complete)
    state["specific_capacity_mAh_g"] = specific_capacity_mAh_g(complete)
    state["volumetric_capacity_mAh_cm3"] = volumetric_capacity_mAh_cm3(complete)
    state["material_cost_usd_m2"] = material_cost_usd_m2(complete)
    out = pd.concat([complete, state, ccd_and_life(complete, state)], axis=1)
    out["overpotential_mV"] = out["plateau_overpotential_mV"].where(out["plateau_overpotential_mV"] > 0)
    outside = np.array(laws.out_of_range(complete)) != ""
    out.loc[outside, "outcome"] = OUTSIDE
    out.loc[out["outcome"].isin(_UNTRUSTED), list(TARGETS)] = np.nan
    return out


def _sand_time_ratio(packed: plating.Packed) -> np.ndarray:
    """Plating time over Sand's time in an unbounded separator; 0 for a single-ion conductor, which never depletes.

    In pores, salt diffuses at D/tau and the current sees the concentration eps c, so that Sand's time is that of
    the free electrolyte times eps^2/tau.
    """
    p = packed.scalars
    mobile = p[:, k.FROZEN] < 0.5
    anion = np.where(mobile, 1.0 - p[:, k.CATION_NUMBER], 1.0)
    diffusivity = p[:, k.DIFFUSIVITY] / p[:, k.SEP_TORTUOSITY]
    tau = sand_time(diffusivity, p[:, k.SEP_POROSITY] * p[:, k.SALT], p[:, k.CURRENT], anion)
    return np.asarray(np.where(mobile, p[:, k.CHARGE] / p[:, k.CURRENT] / tau, 0.0))


def profile(design: pd.Series | pd.DataFrame) -> dict[str, Any]:
    """Depth profiles of one design while it is plated.

    design: one row. Returns arrays over time (T,) and depth (N,): ``time_h``, ``charge_mAh_cm2``,
    ``voltage_mV``, ``depth_um``, ``z``; (T, N): ``lithium_mAh_cm3``, ``pore_fill``, ``concentration_mol_m3``,
    ``drive_mV`` (plating drive, phi_l - phi_s); (T,): ``top_face_mAh_cm2``, ``foil_mAh_cm2``; and ``outcome``.
    A planar foil has N = 0.
    """
    row = design.to_frame().T if isinstance(design, pd.Series) else design.iloc[[0]]
    complete, _ = normalise_designs(row)
    packed = plating.pack(complete)
    p, host, planar = packed.scalars[0], packed.hosts[0], bool(packed.planar[0])
    top = plating.SEPARATOR_CELLS
    n = top + (1 if planar else plating.CELLS + 2)
    history, records = np.zeros((1000, k.HISTORY)), np.zeros((1000, 3, n))
    salt, drive, held = np.zeros(n), np.zeros(n), np.zeros(n)
    end, rows, _ = plate(p, host, top, plating.STEPS, history, records, salt, drive, held)
    inner = slice(top + 1, n - 1 if not planar else top + 1)
    width = np.zeros(0) if planar else host[k.WIDTH]
    pores = np.zeros(0) if planar else host[k.WIDTH] * host[k.POROSITY]
    depth = np.zeros(0) if planar else np.cumsum(width) - 0.5 * width
    lithium = records[:rows, 2, inner]
    charge = history[:rows, k.H_CHARGE]
    foil = np.zeros(rows) if planar else records[:rows, 2, n - 1]
    return {
        "outcome": plating.ENDS[end],
        "time_h": charge / p[k.CURRENT] / 3600.0,
        "charge_mAh_cm2": charge / MAH_PER_CM2,
        "voltage_mV": 1e3 * history[:rows, k.H_VOLTAGE],
        "depth_um": 1e6 * depth,
        "z": depth / max(width.sum(), 1e-300),
        "lithium_mAh_cm3": lithium / np.where(width > 0, width, 1.0) / MAH_PER_CM2 * 1e-2,
        "pore_fill": lithium * k.LITHIUM_PER_COULOMB / np.where(pores > 0, pores, 1.0),
        "concentration_mol_m3": records[:rows, 0, inner],
        "drive_mV": 1e3 * records[:rows, 1, inner],
        "top_face_mAh_cm2": records[:rows, 2, top] / MAH_PER_CM2,
        "foil_mAh_cm2": foil / MAH_PER_CM2,
    }


def warm_up() -> None:
    """Compile, or load what was compiled before, so that a later timing measures simulations only."""
    simulate(
        pd.DataFrame([{"framework": "none", "electrolyte": next(iter(materials.electrolytes))}]), workers=1
    )
