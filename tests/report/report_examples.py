"""Small made-up batches for tests of the report: proposals, measured cells, literature, a profile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from surrogate.campaign.own_methods import OwnMethods
from surrogate.campaign.replicates import CellNumbers
from surrogate.hosts import columns as c

BASE: dict[str, Any] = {
    "framework": "carbon_fiber",
    "agent": "zinc_oxide",
    "conductor_material": "carbon_fiber",
    "dielectric_material": "pan",
    "ion_conductor_material": "llzo",
    "conductor_top": 0.55,
    "conductor_bottom": 0.8,
    "dielectric_top": 0.45,
    "dielectric_bottom": 0.0,
    "agent_top": 0.0,
    "agent_bottom": 0.2,
    "ion_conductor_top": 0.0,
    "ion_conductor_bottom": 0.0,
    "gradient_exponent": 0.6,
    "porosity_top": 0.88,
    "porosity_bottom": 0.72,
    "pore_size_top_um": 35.0,
    "pore_size_bottom_um": 6.5,
    "tortuosity": 1.4,
    "thickness_um": 120.0,
    "pattern_size_um": 0.0,
    "pattern_depth_um": 0.0,
    "electrolyte": "liquid_ether",
    "additives": "lino3",
    "electrolyte_recipe": "",
    "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0,
    "temperature_C": 25.0,
    "stack_pressure_MPa": 0.1,
    "li_excess_mAh_cm2": 5.0,
    "cycle_life_cycles": 412.3,
    "cycle_life_cycles_lower": 96.0,
    "cycle_life_cycles_upper": 1790.0,
    "ccd_mA_cm2": 6.21,
    "ccd_mA_cm2_lower": 2.4,
    "ccd_mA_cm2_upper": 15.8,
    "overpotential_mV": 17.4,
    "overpotential_mV_lower": 8.3,
    "overpotential_mV_upper": 36.0,
    "extrapolation": 0.12,
    "nearest_literature": "10.1002/aenm.202304229#47;10.1039/d5eb00156k",
    "host_capacity_mAh_cm2": 19.8,
    "bottom_half_share": 0.864,
    "top_face_share": 0.0021,
    "outcome": "completed",
    "acquisition_value": 1.2345678901234,
}
FOIL = {
    "framework": "none",
    "agent": "silver",
    "conductor_top": 1.0,
    "conductor_bottom": 1.0,
    "porosity_top": 0.0,
    "porosity_bottom": 0.0,
    "pore_size_top_um": 0.0,
    "pore_size_bottom_um": 0.0,
    "thickness_um": 0.0,
    "tortuosity": 1.0,
    "dielectric_top": 0.0,
    "agent_bottom": 0.0,
    "gradient_exponent": 1.0,
    "bottom_half_share": None,
    "extrapolation": 0.71,
    "cycle_life_cycles": 88.0,
    "cycle_life_cycles_lower": 17.0,
    "cycle_life_cycles_upper": 450.0,
    "outcome": "overgrown",
}


def proposals() -> pd.DataFrame:
    """Four proposals: graded carbon fibre, copper, glass fibre, and a silvered foil that extrapolates."""
    copper = {
        "framework": "copper",
        "agent": "none",
        "conductor_material": "copper",
        "conductor_top": 1.0,
        "conductor_bottom": 1.0,
        "dielectric_top": 0.0,
        "agent_bottom": 0.0,
        "gradient_exponent": 1.0,
        "porosity_bottom": 0.88,
        "pore_size_bottom_um": 35.0,
        "cycle_life_cycles": 233.0,
        "cycle_life_cycles_upper": 811.0,
        "ccd_mA_cm2": 3.3,
        "bottom_half_share": 0.35,
    }
    glass = {
        "framework": "glass_fiber",
        "agent": "magnesium",
        "dielectric_material": "glass_fiber",
        "conductor_material": "carbon_nanotube",
        "conductor_top": 0.0,
        "conductor_bottom": 0.37,
        "dielectric_top": 0.9,
        "dielectric_bottom": 0.5,
        "agent_top": 0.02,
        "agent_bottom": 0.1,
        "ion_conductor_top": 0.08,
        "ion_conductor_bottom": 0.03,
        "gradient_exponent": 2.0,
        "overpotential_mV": 24.0,
        "bottom_half_share": 0.997,
        "thickness_um": 80.0,
        "ccd_mA_cm2": 8.8,
    }
    return pd.DataFrame([BASE, BASE | copper, BASE | glass, BASE | FOIL])


def measured_cells() -> pd.DataFrame:
    """Three measured cells; the second had not failed."""
    rows = [
        BASE | {"cycle_life_cycles": 350.0, "ccd_mA_cm2": 5.0, "overpotential_mV": 21.0, "note": "cell 12"},
        BASE
        | {"cycle_life_cycles": 600.0, "cycle_life_cycles_censored": True, "ccd_mA_cm2": 7.0, "note": None},
        BASE | {"cycle_life_cycles": np.nan, "ccd_mA_cm2": 4.0, "overpotential_mV": 30.0, "note": "leaked"},
    ]
    return pd.DataFrame(rows)


def context() -> pd.DataFrame:
    """Literature records as designs with T, seeded."""
    random = np.random.default_rng(0)
    n = 14
    table = pd.DataFrame([BASE] * n)
    table["cycle_life_cycles"] = random.lognormal(5.5, 0.8, n)
    table["overpotential_mV"] = random.lognormal(3.3, 0.5, n)
    table["ccd_mA_cm2"] = np.where(random.random(n) < 0.3, random.lognormal(1.0, 0.5, n), np.nan)
    table["cycle_life_cycles_censored"] = True
    table["citation"] = "10.1002/aenm.202304229#47"
    return table


def records() -> pd.DataFrame:
    """Two literature records."""
    return pd.DataFrame(
        {
            "source": ["10.1002/aenm.202304229", "10.1039/d5eb00156k"],
            "ref": [47, None],
            "system": ["MCCNF@ZnO", "Cu foam"],
        }
    )


def profile(design: pd.DataFrame) -> dict[str, Any]:
    """A front that rises from the foil, as ``surrogate.physics.profile`` gives it; T = 10, N = 30."""
    z = np.linspace(0.0, 1.0, 30)
    charge = np.linspace(0.1, 1.0, 10)
    return {
        "depth_um": float(design["thickness_um"].iloc[0]) * z,
        "charge_mAh_cm2": charge,
        "pore_fill": np.stack([0.25 * t / (1 + np.exp((0.6 - z) * 8 / t)) for t in charge]),
        "top_face_mAh_cm2": 0.0021 * charge,
        "foil_mAh_cm2": 0.043 * charge,
        "outcome": "completed",
    }


def campaign() -> Any:
    """What the report reads of a campaign."""
    space = SimpleNamespace(
        choices=lambda: [{"framework": f, "agent": a} for f in c.FRAMEWORKS[:4] for a in c.AGENTS[:3]]
    )
    conditions = SimpleNamespace(as_dict=lambda: {name: BASE[name] for name in c.CONDITIONS})
    return SimpleNamespace(
        name="ether, 1 mA/cm2, 1 mAh/cm2",
        conditions=conditions,
        space=space,
        bounds={"thickness_um": (50.0, 200.0)},
        methods=OwnMethods(),
        cells=CellNumbers(),
        path=None,
        store_address=None,
        objectives=dict(c.OBJECTIVES),
        limits=(),
    )
