"""The base host of the physics tests and variations of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from surrogate.physics import PhysicsParameters, simulate

# 100 um, 80 % pores of 10 um, tortuosity 1.5, a metal-like solid on which nothing hinders nucleation.
BASE: dict[str, Any] = {
    "framework": "carbon_fiber",
    "agent": "none",
    "electrolyte": "liquid_ether",
    "conductor_top": 1.0,
    "conductor_bottom": 1.0,
    "porosity_top": 0.8,
    "porosity_bottom": 0.8,
    "pore_size_top_um": 10.0,
    "pore_size_bottom_um": 10.0,
    "tortuosity": 1.5,
    "thickness_um": 100.0,
    "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0,
    "conductivity_top_S_m": 1e4,
    "conductivity_bottom_S_m": 1e4,
    "nucleation_overpotential_top_mV": 0.0,
    "nucleation_overpotential_bottom_mV": 0.0,
}


@pytest.fixture(scope="session")
def base() -> dict[str, Any]:
    return dict(BASE)


@pytest.fixture(scope="session")
def plate() -> Callable[..., pd.DataFrame]:
    """Function (parameters or None, name={changed columns}, ...) -> simulated rows indexed by name."""

    def run(parameters: PhysicsParameters | None = None, /, **changes: dict[str, Any]) -> pd.DataFrame:
        rows = pd.DataFrame([{**BASE, **change} for change in changes.values()], index=list(changes))
        return simulate(rows, parameters)

    return run
