"""Critical current density and cycle life of simulated cells: signs, limits, magnitudes, smoothness."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.physics import PhysicsParameters
from surrogate.physics.parameter_groups import CriticalCurrentParameters

SOLID = {"framework": "none", "electrolyte": "llzo", "current_density_mA_cm2": 0.1, "stack_pressure_MPa": 1.0}


def series(plate, column, values, target, **fixed):
    rows = plate(**{f"{column}={value}": {**fixed, column: value} for value in values})
    return rows[target].to_numpy(dtype=float)


def test_cycle_life_grows_with_lithium(plate):
    excess = series(plate, "li_excess_mAh_cm2", [0.0, 1.0, 5.0, 20.0], "cycle_life_cycles")
    assert np.all(np.diff(excess) > 0)


def test_cycle_life_is_of_the_size_that_is_reported(plate):
    """Hosts with as much lithium as published cells have: hundreds of cycles; planar foil and carbonates fewer."""
    with_lithium = {"li_excess_mAh_cm2": 20.0, "additives": "lino3"}
    rows = plate(
        host=with_lithium,
        foil={**with_lithium, "framework": "none"},
        carbonate={"electrolyte": "liquid_carbonate", "li_excess_mAh_cm2": 20.0},
    )
    life = rows["cycle_life_cycles"]
    assert 200 < life["host"] < 3000
    assert 50 < life["foil"] < life["host"]
    assert 50 < life["carbonate"] < life["host"]


def test_no_cell_lasts_less_than_one_cycle(plate):
    rows = plate(short={"electrolyte": "peo", "current_density_mA_cm2": 10.0, "temperature_C": 25.0})
    assert 1.0 < rows["cycle_life_cycles"].iloc[0] < 3.0


def test_coulombic_efficiency_stays_between_its_limits(plate):
    rows = plate(best={"li_excess_mAh_cm2": 20.0}, worst={"areal_capacity_mAh_cm2": 0.02})
    assert rows["coulombic_efficiency_pct"].between(0.0, 100.0, inclusive="neither").all()
    assert rows.loc["best", "coulombic_efficiency_pct"] > 95.0


def test_the_critical_current_of_a_liquid_cell(plate):
    rows = plate(
        host={}, foil={"framework": "none"}, full={"areal_capacity_mAh_cm2": 4.0}, gel={"electrolyte": "gel"}
    )
    ccd = rows["ccd_mA_cm2"]
    assert ccd.between(1.0, 20.0).all()
    assert ccd["host"] > ccd["foil"]
    assert ccd["host"] > ccd["full"]
    assert ccd["host"] > ccd["gel"]


def test_it_hardly_depends_on_the_current_it_was_tested_at(plate):
    found = series(plate, "current_density_mA_cm2", [0.2, 1.0, 4.0], "ccd_mA_cm2")
    np.testing.assert_allclose(found, found[1], rtol=0.1)


def test_the_named_limit_is_the_one_that_acts(plate):
    rows = plate(
        host={},
        slow_salt={"framework": "none", "electrolyte": "peo", "temperature_C": 60.0, "stack_pressure_MPa": 20.0},
        solid=SOLID,
        pressed={**SOLID, "stack_pressure_MPa": 24.5},
        crushed={**SOLID, "stack_pressure_MPa": 80.0},
        cold={"temperature_C": -40.0},
    )  # fmt: skip
    assert dict(rows["ccd_limit"]) == {
        "host": "local_current",
        "slow_salt": "depletion",
        "solid": "interface",
        "pressed": "high_pressure",
        "crushed": "mechanical_short",
        "cold": "voltage",
    }


def test_a_host_that_clogs_at_its_top_is_limited_by_overgrowth(plate):
    """With lithium that bears any local current and a cycler that gives any voltage; these limits come first else."""

    def bearing(share):
        limits = CriticalCurrentParameters(local_limit_mA_cm2=1e4, voltage_V=4.9, overgrown_top_share=share)
        return PhysicsParameters(critical_current=limits)

    clogging = {"areal_capacity_mAh_cm2": 3.0, "porosity_top": 0.4, "porosity_bottom": 0.4}
    row = plate(bearing(0.02), clogging=clogging).iloc[0]
    assert row["ccd_limit"] == "overgrowth"
    assert plate(bearing(0.9), clogging=clogging)["ccd_mA_cm2"].iloc[0] > 1.03 * row["ccd_mA_cm2"]


def test_planar_solid_at_its_reference_has_its_reference_critical_current(plate):
    row = {**SOLID, "temperature_C": 25.0}
    assert plate(reference=row)["ccd_mA_cm2"].iloc[0] == pytest.approx(0.3, rel=0.02)


def test_pressure_helps_a_solid_cell_and_then_harms_it(plate):
    found = series(plate, "stack_pressure_MPa", [0.3, 1.0, 3.0, 10.0, 13.0, 18.0, 22.0, 40.0], "ccd_mA_cm2",
                   **{**SOLID, "electrolyte": "lpsc"})  # fmt: skip
    assert np.all(np.diff(found[:5]) > 0)
    assert np.all(np.diff(found[4:]) < 0)


def test_warmth_helps_a_solid_cell(plate):
    found = series(plate, "temperature_C", [25.0, 60.0, 100.0], "ccd_mA_cm2", **SOLID)
    assert found[1] / found[0] > 3.0
    assert found[2] > found[1]


def test_channels_help_a_solid_cell_and_only_a_solid_cell(plate):
    channel = {"pattern_size_um": 200.0, "pattern_depth_um": 300.0}
    rows = plate(flat=SOLID, channels={**SOLID, **channel}, wet={}, wet_channels=channel)
    ccd = rows["ccd_mA_cm2"]
    assert 1.5 < ccd["channels"] / ccd["flat"] < 3.0
    assert ccd["wet"] == ccd["wet_channels"]


@pytest.mark.parametrize(
    "column", ["porosity_top", "pore_size_top_um", "thickness_um", "current_density_mA_cm2"]
)
@pytest.mark.parametrize("electrolyte", ["liquid_ether", "lpsc"])
@pytest.mark.slow
def test_targets_are_smooth_in_the_design(plate, base, column, electrolyte):
    """Steps of 1 % change no target by more than a few per cent, and neighbouring changes are alike."""
    composite = dict.fromkeys(
        ("conductor_top", "conductor_bottom", "ion_conductor_top", "ion_conductor_bottom"), 0.5
    ) | {"ion_conductor_material": "lpsc", "porosity_top": 0.6, "porosity_bottom": 0.6}
    host = composite if electrolyte == "lpsc" else {}  # a sulfide does not fill pores
    values = {**base, **host}[column] * np.linspace(0.95, 1.05, 11)
    rows = plate(**{f"v{value}": {**host, "electrolyte": electrolyte, column: value} for value in values})
    for target in ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV"):
        change = np.diff(np.log(rows[target].to_numpy(dtype=float)))
        assert np.abs(change).max() < 0.03, target
        assert np.ptp(change) < 0.01, target
