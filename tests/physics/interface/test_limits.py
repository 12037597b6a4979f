"""Creep against stripping, pressure, temperature, and what lies beyond: the law, and tables of designs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.design.hosts import host_space, normalise_designs
from surrogate.errors import MaterialError
from surrogate.physics.interface import limits, solids

PLANE = {"at_pressure": 1.0, "at_temperature_C": 25.0}


def test_a_planar_interface_at_its_reference_is_just_stable():
    """The strain rates of the study's equations (4) and (5) meet at the critical current, at any pressure of it."""
    prefactor = limits.creep_prefactor(3.0, 1e6, 25.0, planar_stress=0.38)
    for pressure in (0.3, 1.0, 5.0):
        current = limits.creep_limit(3.0, pressure, 25.0, **PLANE)
        stripped = limits.stripping_rate(current)
        np.testing.assert_allclose(
            limits.creep_rate(0.38e6 * pressure, 25.0, prefactor), stripped, rtol=1e-12
        )


def test_stripping_one_micrometre_takes_its_charge():
    """1 um of lithium is 0.206 mAh cm-2 (4.85 um per mAh cm-2)."""
    hours = 1.0 / (limits.stripping_rate(10.0) * 3600.0)
    assert hours == pytest.approx(1.0 / 4.85, rel=2e-3)


def test_pressure_and_current_are_inverse():
    limit = limits.creep_limit(0.3, 2.0, 25.0, **PLANE, exponent=1.9, area_gain=2.5, stress_ratio=0.8)
    needed = limits.critical_pressure(0.5, limit, 2.0, 1.9)
    at_it = limits.creep_limit(0.3, needed, 25.0, **PLANE, exponent=1.9, area_gain=2.5, stress_ratio=0.8)
    np.testing.assert_allclose(at_it, 0.5, rtol=1e-12)


def test_pressing_sets_in_and_ends_where_cells_were_shorted():
    pressures = np.array([1.0, 7.0, 13.0, 16.0, 20.0, 25.0, 75.0])
    left = limits.pressing_factor(pressures)
    assert np.isinf(left[:3]).all()
    assert np.all(np.diff(left[3:6]) < 0)
    assert left[3] < 1.0
    assert left[-2] == left[-1] == 0.0


def solid(**changes):
    rows = {name: np.atleast_1d(value) for name, value in changes.items()}
    table = pd.DataFrame({name: np.broadcast_to(values, _length(rows)) for name, values in rows.items()})
    base = {"framework": "none", "electrolyte": "llzo", "stack_pressure_MPa": 1.0, "temperature_C": 25.0}
    return normalise_designs(table.assign(**{k: v for k, v in base.items() if k not in table}))[0]


def _length(rows):
    return max(len(values) for values in rows.values())


def test_finer_channels_of_one_depth_bear_more():
    found = solids.creep_limits(
        solid(pattern_size_um=[400.0, 200.0, 100.0], pattern_depth_um=[327.4]), np.ones(3)
    )
    assert found[0] < found[1] < found[2]
    np.testing.assert_allclose(found, [0.486, 0.612, 0.741], rtol=0.02)  # of the finite elements


def test_channels_of_one_shape_bear_the_same():
    sizes = np.array([100.0, 200.0, 400.0])
    found = solids.creep_limits(solid(pattern_size_um=sizes, pattern_depth_um=sizes), np.ones(3))
    np.testing.assert_allclose(found, found[1], rtol=0.04)


def test_shallow_and_absent_channels_meet():
    """No jump as channels set in: a pattern of 1 % depth is a plane but for its area and a little stress."""
    found = solids.creep_limits(solid(pattern_size_um=[0.0, 400.0], pattern_depth_um=[0.0, 8.0]), np.ones(2))
    assert found[1] == pytest.approx(found[0], rel=0.05)


def test_the_sulfide_follows_its_two_points_and_falls_again():
    pressure = np.array([3.0, 7.0, 13.0, 20.0, 25.0, 75.0])
    found = solids.interface_limits(solid(electrolyte=["lpsc"], stack_pressure_MPa=pressure))
    np.testing.assert_allclose(found["interface"][:2], [0.2, 1.0], rtol=1e-3)
    least = np.minimum.reduce(list(found.values()))
    assert np.all(np.diff(least[:3]) > 0)
    assert np.all(np.diff(least[2:5]) < 0)
    assert np.isinf(found["mechanical_short"][:-1]).all()
    assert least[-1] == found["mechanical_short"][-1] == 0.0


def test_warmth_speeds_creep():
    found = solids.creep_limits(solid(temperature_C=[30.0, 70.0, 100.0]), np.ones(3))
    assert 0.5 < found[1] / found[0] / 4.0 < 2.0
    assert 0.5 < found[2] / found[0] / 16.0 < 2.0


def test_the_pressure_a_cell_needs():
    designs = solid(current_density_mA_cm2=[0.1, 0.3, 50.0])
    found = solids.pressure_needed(designs, np.ones(3))
    np.testing.assert_allclose(found[:2], [1.0 / 3.0, 1.0], rtol=1e-9)
    assert np.isnan(found[2])  # lithium would be pressed into the pellet first
    halved = solids.pressure_needed(designs, np.full(3, 2.0))
    np.testing.assert_allclose(halved[:2], found[:2] / 2.0, rtol=1e-9)


def test_a_liquid_has_no_interface_limit(base):
    liquid = normalise_designs(pd.DataFrame([base]))[0]
    assert np.isnan(solids.pressure_needed(liquid, np.ones(1))).all()
    with pytest.raises(MaterialError, match="only a solid electrolyte"):
        solids.interface_limits(liquid)


def test_limits_are_finite_over_the_whole_space():
    designs = host_space().sample(500, 8)
    inorganic = designs[~designs["electrolyte"].isin(["liquid_ether", "liquid_carbonate", "gel"])]
    found = solids.creep_limits(inorganic, inorganic["stack_pressure_MPa"].to_numpy())
    assert np.isfinite(found).all()
    assert (found > 0).all()


def test_what_is_outside_the_laws_has_no_pressure(plate):
    deep = {"electrolyte": "llzo", "framework": "none", "pattern_size_um": 400.0, "pattern_depth_um": 700.0}
    rows = plate(deep={**deep, "stack_pressure_MPa": 1.0}, fits={**deep, "pattern_depth_um": 600.0})
    assert rows["outcome"].tolist() == ["outside_law_range", "completed"]
    assert np.isnan(rows["critical_pressure_MPa"]).tolist() == [True, False]
