"""Exact quantities against hand calculation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.design.hosts import normalise_designs
from surrogate.physics import accounting as a


@pytest.fixture
def designs(base) -> pd.DataFrame:
    graded = {**base, "gradient_exponent": 2.0, "porosity_top": 0.9, "porosity_bottom": 0.6}
    silver = {
        **graded,
        "agent": "silver",
        "agent_bottom": 0.1,
        "conductor_bottom": 0.9,
        "areal_capacity_mAh_cm2": 3.0,
    }
    return normalise_designs(pd.DataFrame([base, graded, silver, {"framework": "none"}]))[0]


def test_lithium_thickness():
    assert a.lithium_thickness_um(3.3) == pytest.approx(16.0, rel=5e-3)  # 10.1039/d5eb00156k, sec. 1
    assert 30 * a.lithium_thickness_um(3.3) == pytest.approx(480.0, rel=5e-3)
    assert a.lithium_thickness_um(1.0) == pytest.approx(4.85, rel=1e-3)
    assert a.lithium_capacity_mAh_cm2(a.lithium_thickness_um(2.5)) == pytest.approx(2.5)


def test_a_volume_printed_in_one_source_cannot_be(designs):
    """1.43 cm3 cm-2 (004, for 29 mAh cm-2) would hold 2950 mAh cm-2; 0.0141 is meant."""
    assert a.lithium_capacity_mAh_cm2(1.43e4) == pytest.approx(2950, rel=2e-3)
    assert a.lithium_thickness_um(29.0) * 1e-4 == pytest.approx(0.0141, rel=3e-3)


def test_host_capacity_is_pore_volume(designs):
    mean = [0.8, 0.6 + 0.3 / 3, 0.6 + 0.3 / 3, 0.0]
    np.testing.assert_allclose(a.mean_porosity(designs), mean)
    expected = 100.0 * np.array(mean) / float(a.lithium_thickness_um(1.0))
    np.testing.assert_allclose(a.host_capacity_mAh_cm2(designs), expected)


def test_masses_are_integrals_over_depth(designs):
    z = (np.arange(200_000) + 0.5) / 200_000
    weight = (1 - z) ** 2
    solid = 1 - (0.6 + 0.3 * weight)
    agent = 0.1 * (1 - weight)
    carbon, silver = materials.solid("carbon_fiber"), materials.agent("silver")
    per_volume = (1 - agent) * carbon.density.si + agent * silver.density.si
    found = a.solid_mass_mg_cm2(designs)
    assert found[0] == pytest.approx(0.2 * carbon.density.si * 100 * 1e-4)
    assert found[1] == pytest.approx(np.mean(solid) * carbon.density.si * 100 * 1e-4, rel=1e-8)
    assert found[2] == pytest.approx(np.mean(solid * per_volume) * 100 * 1e-4, rel=1e-8)
    assert found[3] == 0.0
    cost = (1 - agent) * carbon.density.si * carbon.cost.value + agent * silver.density.si * silver.cost.value
    assert a.material_cost_usd_m2(designs)[2] == pytest.approx(np.mean(solid * cost) * 100e-6, rel=1e-8)


def test_capacities(designs):
    lithium_mg = 3.0 * 3600 * 6.94 / 96485.33  # mC over C/mol times g/mol
    mass = a.solid_mass_mg_cm2(designs)[2] + lithium_mg
    assert a.specific_capacity_mAh_g(designs)[2] == pytest.approx(3.0 / mass * 1000, rel=1e-6)
    assert a.specific_capacity_mAh_g(designs)[3] == pytest.approx(3861, rel=1e-3)  # of lithium alone
    assert a.volumetric_capacity_mAh_cm3(designs)[0] == pytest.approx(1.0 / 100e-4)
    assert a.volumetric_capacity_mAh_cm3(designs)[3] == pytest.approx(2062, rel=2e-3)  # of lithium alone


def test_thickness_change():
    np.testing.assert_allclose(a.thickness_change_pct([0.0, 2.0], 100.0), [0.0, 9.7], rtol=1e-3)
    assert np.isnan(a.thickness_change_pct(1.0, 0.0))


def test_cell_energy():
    assert a.cell_energy_density_Wh_kg(3.0, 3.8, 40.0) == pytest.approx(285.0)
