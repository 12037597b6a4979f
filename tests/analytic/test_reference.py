"""The kernel against an independent solution of its equations (``reference``), design by design.

Both on the same mesh; the kernel with many steps, the reference at a tolerance far below what is compared. No
cell is full and nothing strips in these designs, which is where the reference stops being the same problem.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import reference

from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating

CELLS, SEPARATOR_CELLS, STEPS = 20, 8, 800
BASE: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "none", "electrolyte": "liquid_ether", "conductor_top": 1.0,
    "conductor_bottom": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0,
    "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "current_density_mA_cm2": 1.0,
    "areal_capacity_mAh_cm2": 1.0, "conductivity_top_S_m": 1e4, "conductivity_bottom_S_m": 1e4,
    "nucleation_overpotential_top_mV": 0.0, "nucleation_overpotential_bottom_mV": 0.0,
}  # fmt: skip
BARE = {"nucleation_overpotential_top_mV": 20.0, "nucleation_overpotential_bottom_mV": 20.0}
DESIGNS: dict[str, dict[str, Any]] = {
    "conductor, fast": {"current_density_mA_cm2": 8.0, "areal_capacity_mAh_cm2": 4.0},
    "graded conductivity": {
        "conductivity_top_S_m": 1e-6, "gradient_exponent": 2.0, "thickness_um": 200.0, "areal_capacity_mAh_cm2": 3.0,
    },
    "graded lithiophilicity": {"nucleation_overpotential_top_mV": 40.0, "areal_capacity_mAh_cm2": 4.0},
    "graded pores": {
        "pore_size_top_um": 30.0, "pore_size_bottom_um": 3.0, "porosity_top": 0.9, "porosity_bottom": 0.6,
        "areal_capacity_mAh_cm2": 5.0, "nucleation_overpotential_top_mV": 2.0,
        "nucleation_overpotential_bottom_mV": 2.0,
    },
    "carbonate": {
        **BARE, "electrolyte": "liquid_carbonate", "current_density_mA_cm2": 5.0, "areal_capacity_mAh_cm2": 3.0,
    },
    "gel, half depleted": {
        **BARE, "electrolyte": "gel", "current_density_mA_cm2": 7.0, "thickness_um": 80.0,
    },
    # Poorly conducting all through: lithium grows up from the foil, across the lower cells.
    "front from the foil": {
        "conductivity_top_S_m": 1e-4, "conductivity_bottom_S_m": 1e-4, "nucleation_overpotential_top_mV": 40.0,
        "nucleation_overpotential_bottom_mV": 40.0,
    },
}  # fmt: skip


def packed(names: list[str], cells: int = CELLS) -> tuple[CompleteDesigns, plating.Packed]:
    complete = CompleteDesigns.of(pd.DataFrame([{**BASE, **DESIGNS[name]} for name in names], index=names))
    return complete, plating.pack(complete, shipped_parameters(), cells)


@pytest.fixture(scope="module")
def kernel() -> pd.DataFrame:
    """States of all designs by the kernel."""
    complete, cells = packed(list(DESIGNS))
    cycled = plating.run(cells, steps=STEPS, separator_cells=SEPARATOR_CELLS, workers=1)
    return plating.states(complete, cells, cycled, shipped_parameters().plating.mostly_outside)


@pytest.mark.parametrize("name", list(DESIGNS))
@pytest.mark.slow
def test_kernel_and_reference_agree(kernel, plated, name):
    cells = packed([name])[1]
    protocol, model = cells.protocol(0), cells.model(0, SEPARATOR_CELLS)
    solved = reference.solve(protocol, model, rtol=1e-6)
    assert solved.fullest < 0.99
    assert solved.lowest_drive > 0.0
    assert kernel.loc[name, "outcome"] == "completed"
    np.testing.assert_allclose(solved.lithium[:, -1].sum(), protocol.charge, rtol=1e-6)

    last = solved.lithium[:, -1] / protocol.charge
    lower = np.cumsum(model.host.width) / model.host.width.sum()
    below = np.clip((lower - 0.5) / np.diff(lower, prepend=0.0), 0.0, 1.0)
    bottom = below @ last[1:-1] + last[-1]
    assert kernel.loc[name, "bottom_half_share"] == pytest.approx(bottom, abs=0.002)
    run = plated(protocol, model, STEPS)
    np.testing.assert_allclose(run.state.live[SEPARATOR_CELLS:] / protocol.charge, last, atol=0.002)

    share = solved.time / solved.time[-1]
    middle = (share >= 0.4) & (share <= 0.8)
    plateau = np.trapezoid(solved.voltage[middle], share[middle]) / np.ptp(share[middle])
    assert kernel.loc[name, "plateau_overpotential_mV"] == pytest.approx(1e3 * plateau, rel=0.005)

    np.testing.assert_allclose(run.state.salt, solved.salt[:, -1], atol=0.005 * model.cell.salt)
    if "depleted" in name:
        assert solved.salt.min() < 0.6 * model.cell.salt
    if "front" in name:
        assert solved.deepest == model.constants.most_covered  # it has passed a cell at least
