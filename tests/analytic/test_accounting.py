"""Exact accounting against numbers worked by hand and the sources' own examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import accounting, laws

HOST = {
    "framework": "carbon_fiber", "agent": "silver", "conductor_top": 0.6, "dielectric_top": 0.4,
    "conductor_bottom": 0.9, "agent_bottom": 0.1, "gradient_exponent": 2.0, "porosity_top": 0.9,
    "porosity_bottom": 0.6, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5,
    "thickness_um": 100.0, "areal_capacity_mAh_cm2": 3.0, "dielectric_material": "pan",
}  # fmt: skip


@pytest.fixture(scope="module")
def designs() -> CompleteDesigns:
    table = pd.DataFrame([HOST, {"framework": "none", "areal_capacity_mAh_cm2": 3.3}])
    return CompleteDesigns.of(table)


def test_thickness_of_lithium_per_capacity():
    # 10.1039/d5eb00156k: 16 um at 3.3 mAh cm-2, and 480 um for 30 layers; 4.85 um per mAh cm-2.
    assert accounting.lithium_thickness_um(1.0) == pytest.approx(4.85, abs=0.005)
    assert accounting.lithium_thickness_um(3.3) == pytest.approx(16.0, abs=0.05)
    assert 30 * accounting.lithium_thickness_um(3.3) == pytest.approx(480.0, abs=1.0)
    assert accounting.lithium_capacity_mAh_cm2(accounting.lithium_thickness_um(7.0)) == pytest.approx(7.0)


def test_a_pore_volume_that_a_source_misprints():
    # 1.43 cm3 cm-2 is said to hold 29 mAh cm-2; it holds a hundred times as much. 0.0141 cm3 cm-2 is meant.
    assert accounting.lithium_capacity_mAh_cm2(1.43e4) == pytest.approx(2950.0, rel=0.005)
    assert accounting.lithium_thickness_um(29.0) * 1e-4 == pytest.approx(0.0141, rel=0.005)


def test_host_capacity(designs):
    # Mean porosity 0.6 + 0.3/3 = 0.7 of 100 um: 70 um of pores. The silver, 0.1 of the solid at the bottom, swells.
    assert accounting.mean_porosity(designs)[0] == pytest.approx(0.7)
    found = accounting.host_capacity_mAh_cm2(designs)
    # With w = (1 - z)^2, <w> = 1/3 and <w^2> = 1/5: <0.1 (1 - w) (0.4 - 0.3 w)> is 0.1 (0.4 - 0.7/3 + 0.3/5).
    silver = 100.0 * 0.1 * (0.4 - 0.7 / 3.0 + 0.3 / 5.0)
    swollen = silver * 2.25 * 10.5 / 107.87 * 8.9  # Li9Ag4, g/cm3, g/mol, cm3/mol
    one = float(accounting.lithium_thickness_um(1.0))
    assert found[0] == pytest.approx((70.0 - swollen) / one)
    assert found[1] == 0.0
    # 2.25 Li an Ag: 559 mAh/g of silver.
    held = accounting.alloyed_mAh_cm2(designs)
    assert held[0] == pytest.approx(silver * 1e-4 * 10.5 * 559.0, rel=1e-3)
    assert held[1] == 0.0


def test_mass_and_cost_are_the_integrals_over_depth(designs):
    depth = (np.arange(20000) + 0.5) / 20000
    solid = 1.0 - laws.graded(0.9, 0.6, 2.0, depth)
    mass = cost = 0.0
    entries = {
        ("conductor", 0.6, 0.9): materials.solid("carbon_fiber"),
        ("dielectric", 0.4, 0.0): materials.solid("pan"),
        ("agent", 0.0, 0.1): materials.agent("silver"),
    }
    for (_, top, bottom), entry in entries.items():
        volume = float(np.mean(laws.graded(top, bottom, 2.0, depth) * solid)) * 100e-6  # m
        mass += volume * entry.density.si
        cost += volume * entry.density.si * entry.cost.value
    assert accounting.solid_mass_mg_cm2(designs)[0] == pytest.approx(
        mass * 100.0, rel=1e-6
    )  # kg m-2 -> mg cm-2
    assert accounting.material_cost_usd_m2(designs)[0] == pytest.approx(cost, rel=1e-6)


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_layers_are_accounted_for_exactly(layers):
    table = CompleteDesigns.of(pd.DataFrame([{**HOST, "layers": layers}]))
    weight = ((layers - 1 - np.arange(layers)) / (layers - 1)) ** HOST["gradient_exponent"]
    porosity = 0.6 + 0.3 * weight
    assert accounting.mean_porosity(table)[0] == pytest.approx(porosity.mean(), rel=1e-12)
    shares = {"carbon_fiber": 0.9 - 0.3 * weight, "pan": 0.4 * weight, "silver": 0.1 - 0.1 * weight}
    mass = cost = 0.0
    for name, share in shares.items():
        entry = materials.agent(name) if name == "silver" else materials.solid(name)
        one = float(np.mean(share * (1.0 - porosity))) * 100e-6 * entry.density.si
        mass, cost = mass + one, cost + one * entry.cost.value
    assert accounting.solid_mass_mg_cm2(table)[0] == pytest.approx(mass * 100.0, rel=1e-12)
    assert accounting.material_cost_usd_m2(table)[0] == pytest.approx(cost, rel=1e-12)


def test_capacities_of_bare_lithium(designs):
    # Planar lithium: 26801 mAh mol-1 / 6.94 g mol-1 = 3862 mAh g-1 and 2062 mAh cm-3.
    assert accounting.specific_capacity_mAh_g(designs)[1] == pytest.approx(3862.0, rel=1e-3)
    assert accounting.volumetric_capacity_mAh_cm3(designs)[1] == pytest.approx(2062.0, rel=1e-3)
    # The host's own volume holds 3 mAh cm-2 in 100 um.
    assert accounting.volumetric_capacity_mAh_cm3(designs)[0] == pytest.approx(300.0)


def test_thickness_change(designs):
    found = accounting.thickness_change_pct([2.0, 2.0], designs["thickness_um"].to_numpy())
    assert found[0] == pytest.approx(2 * 4.8515, rel=1e-3)
    assert np.isnan(found[1])


def test_energy_density():
    # 4 mAh cm-2 at 3.8 V in 40 mg cm-2: 15.2 mWh / 40 mg = 380 Wh kg-1
    assert accounting.cell_energy_density_Wh_kg(4.0, 3.8, 40.0) == pytest.approx(380.0)
