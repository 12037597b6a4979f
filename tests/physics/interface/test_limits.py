"""Creep against stripping, pressure, temperature, and what lies beyond: the law, and tables of designs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.errors import MaterialError
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics import laws
from surrogate.physics.interface import geometry, limits, solids
from surrogate.physics.interface.conduction import conduct
from surrogate.physics.interface.geometry import UnitCell
from surrogate.physics.interface.mechanics import GARNET, LITHIUM
from surrogate.physics.parameters import shipped_parameters

SHIPPED = shipped_parameters()
CREEP, TABLES = SHIPPED.interface, SHIPPED.materials
PLANE = {"at_pressure": 1.0, "at_temperature_C": 25.0}


def test_a_planar_interface_at_its_reference_is_just_stable():
    """The strain rates of the study's equations (4) and (5) meet at the critical current, at any pressure of it."""
    prefactor = limits.creep_prefactor(3.0, 1e6, 25.0, 0.38, CREEP)
    for pressure in (0.3, 1.0, 5.0):
        current = limits.creep_limit(3.0, pressure, 25.0, CREEP, **PLANE)
        stripped = limits.stripping_rate(current)
        np.testing.assert_allclose(
            limits.creep_rate(0.38e6 * pressure, 25.0, prefactor, CREEP), stripped, rtol=1e-12
        )


def test_stripping_one_micrometre_takes_its_charge():
    """1 um of lithium is 0.206 mAh cm-2 (4.85 um per mAh cm-2)."""
    hours = 1.0 / (limits.stripping_rate(10.0) * 3600.0)
    assert hours == pytest.approx(1.0 / 4.85, rel=2e-3)


def test_pressure_and_current_are_inverse():
    limit = limits.creep_limit(0.3, 2.0, 25.0, CREEP, **PLANE, exponent=1.9, area_gain=2.5, stress_ratio=0.8)
    needed = limits.critical_pressure(0.5, limit, 2.0, 1.9)
    at_it = limits.creep_limit(
        0.3, needed, 25.0, CREEP, **PLANE, exponent=1.9, area_gain=2.5, stress_ratio=0.8
    )
    np.testing.assert_allclose(at_it, 0.5, rtol=1e-12)


def test_pressing_sets_in_and_ends_where_cells_were_shorted():
    pressures = np.array([1.0, 7.0, 13.0, 16.0, 20.0, 25.0, 75.0])
    left = limits.pressing_factor(pressures, CREEP)
    assert np.isinf(left[:3]).all()
    assert np.all(np.diff(left[3:6]) < 0)
    assert left[3] < 1.0
    assert left[-2] == left[-1] == 0.0


def solid(**changes):
    rows = {name: np.atleast_1d(value) for name, value in changes.items()}
    table = pd.DataFrame({name: np.broadcast_to(values, _length(rows)) for name, values in rows.items()})
    base = {"framework": "none", "electrolyte": "llzo", "stack_pressure_MPa": 1.0, "temperature_C": 25.0}
    return CompleteDesigns.of(table.assign(**{k: v for k, v in base.items() if k not in table}))


def _length(rows):
    return max(len(values) for values in rows.values())


def test_finer_channels_of_one_depth_bear_more():
    found = solids.creep_limits(
        solid(pattern_size_um=[400.0, 200.0, 100.0], pattern_depth_um=[327.4]), np.ones(3), SHIPPED
    )
    assert found[0] < found[1] < found[2]
    np.testing.assert_allclose(found, [0.489, 0.617, 0.747], rtol=0.02)  # of the finite elements


def test_channels_of_one_shape_bear_the_same():
    sizes = np.array([100.0, 200.0, 400.0])
    found = solids.creep_limits(solid(pattern_size_um=sizes, pattern_depth_um=sizes), np.ones(3), SHIPPED)
    np.testing.assert_allclose(found, found[1], rtol=0.04)


def test_shallow_and_absent_channels_meet():
    """No jump as channels set in: a pattern of 1 % depth is a plane but for its area and a little stress."""
    found = solids.creep_limits(
        solid(pattern_size_um=[0.0, 400.0], pattern_depth_um=[0.0, 8.0]), np.ones(2), SHIPPED
    )
    assert found[1] == pytest.approx(found[0], rel=0.05)


def test_the_sulfide_follows_its_two_points_and_falls_again():
    pressure = np.array([3.0, 7.0, 13.0, 20.0, 25.0, 75.0])
    found = solids.interface_limits(solid(electrolyte=["lpsc"], stack_pressure_MPa=pressure), SHIPPED)
    np.testing.assert_allclose(found["interface"][:2], [0.2, 1.0], rtol=1e-3)
    least = np.minimum.reduce(list(found.values()))
    assert np.all(np.diff(least[:3]) > 0)
    assert np.all(np.diff(least[2:5]) < 0)
    assert np.isinf(found["mechanical_short"][:-1]).all()
    assert least[-1] == found["mechanical_short"][-1] == 0.0


def test_warmth_speeds_creep():
    found = solids.creep_limits(solid(temperature_C=[30.0, 70.0, 100.0]), np.ones(3), SHIPPED)
    assert 0.5 < found[1] / found[0] / 4.0 < 2.0
    assert 0.5 < found[2] / found[0] / 16.0 < 2.0


def test_the_pressure_a_cell_needs():
    designs = solid(current_density_mA_cm2=[0.1, 0.3, 50.0])
    found = solids.pressure_needed(designs, np.ones(3), SHIPPED)
    np.testing.assert_allclose(found[:2], [1.0 / 3.0, 1.0], rtol=1e-9)
    assert np.isnan(found[2])  # lithium would be pressed into the pellet first
    halved = solids.pressure_needed(designs, np.full(3, 2.0), SHIPPED)
    np.testing.assert_allclose(halved[:2], found[:2] / 2.0, rtol=1e-9)


def test_a_liquid_has_no_interface_limit(base):
    liquid = CompleteDesigns.of(pd.DataFrame([base]))
    assert np.isnan(solids.pressure_needed(liquid, np.ones(1), SHIPPED)).all()
    with pytest.raises(MaterialError, match="only a solid electrolyte"):
        solids.interface_limits(liquid, SHIPPED)


@pytest.mark.slow
def test_limits_are_finite_over_the_whole_space():
    designs = CompleteDesigns.of(host_space().sample(500, 8))
    inorganic = designs.where(~designs["electrolyte"].isin(["liquid_ether", "liquid_carbonate", "gel"]))
    found = solids.creep_limits(inorganic, inorganic.column("stack_pressure_MPa"), SHIPPED)
    assert np.isfinite(found).all()
    assert (found > 0).all()


def test_what_is_outside_the_laws_has_no_pressure(plate):
    deep = {"electrolyte": "llzo", "framework": "none", "pattern_size_um": 400.0, "pattern_depth_um": 700.0}
    rows = plate(deep={**deep, "stack_pressure_MPa": 1.0}, fits={**deep, "pattern_depth_um": 600.0})
    assert rows["outcome"].tolist() == ["outside_law_range", "completed"]
    assert np.isnan(rows["critical_pressure_MPa"]).tolist() == [True, False]
    assert rows["ccd_limit"].tolist() == ["", "interface"]


@pytest.mark.parametrize(
    ("width", "depth", "said"),
    [
        (5.0, 20.0, "pattern_size_um = 5 outside 10 to 1000"),
        (1500.0, 20.0, "pattern_size_um = 1500 outside"),
        (20.0, 201.0, "pattern_depth_um = 201 outside 0 to 200, 10 widths"),
        (400.0, 641.0, "pattern_depth_um = 641 outside 0 to 640 in the pellet of llzo"),
        (20.0, 200.0, ""),
        (5.0, 0.0, ""),
    ],
)
def test_channels_that_the_elements_were_not_solved_for_are_named(width, depth, said):
    found = laws.out_of_range(solid(pattern_size_um=[width], pattern_depth_um=[depth]), TABLES)
    assert found[0].startswith(said)
    assert bool(found[0]) == bool(said)


@pytest.mark.slow
def test_no_channel_is_searched_that_is_far_deeper_than_wide():
    designs = host_space().sample(2000, 8)
    cut = designs[designs["pattern_depth_um"] > 0.0]
    assert len(cut) > 20  # planar pellets only: no host is combined with channels
    assert (cut["pattern_depth_um"] <= 3.3 * cut["pattern_size_um"] * (1 + 1e-9)).all()


def test_pulses_multiply_the_limit_of_a_pellet_and_lower_its_pressure():
    steady, pulsed = solid(pulse_factor=[1.0]), solid(pulse_factor=[6.0])
    one = np.ones(1)
    np.testing.assert_allclose(
        solids.creep_limits(pulsed, one, SHIPPED), 6.0 * solids.creep_limits(steady, one, SHIPPED), rtol=1e-12
    )
    np.testing.assert_allclose(
        solids.pressure_needed(pulsed, one, SHIPPED),
        solids.pressure_needed(steady, one, SHIPPED) / 6.0,
        rtol=1e-12,
    )


CHANNELS = {"framework": "none", "electrolyte": "llzo", "pattern_size_um": 200.0, "pattern_depth_um": 300.0}


@pytest.mark.parametrize("face", [2.0, 25.2, 500.0])
def test_the_effective_pellet_resists_as_the_elements_say(face):
    """Resistance of pellet and faces of the plating equations against finite elements of the same cell."""
    row, kappa = (
        CompleteDesigns.of(pd.DataFrame([{**CHANNELS, "interface_resistance_ohm_cm2": face}])),
        0.079,
    )
    cell = UnitCell(200e-6, 300e-6, pellet=800e-6)
    solved = conduct(cell, kappa * face * 1e-4)
    pellet = solids.patterned_pellet(row, np.array([kappa]), np.array([face * 1e-4]), TABLES)
    found = (800e-6 / kappa * pellet.thickness + face * 1e-4 / pellet.area)[0]
    assert found == pytest.approx(solved.resistance * 800e-6 / kappa, rel=0.03)
    assert pellet.peak[0] == pytest.approx(solved.peak, rel=0.06)


def test_channels_lower_the_voltage_of_a_cell(plate):
    """Symmetric garnet cell at 0.2 mA cm-2: channels take about a third of the voltage away."""
    plane = {**CHANNELS, "current_density_mA_cm2": 0.2, "pattern_size_um": 0.0, "pattern_depth_um": 0.0}
    rows = plate(plane=plane, channels={**plane, **CHANNELS})
    ohmic = 0.2 * (202.5 + 50.4)
    assert rows.loc["plane", "overpotential_mV"] == pytest.approx(ohmic, rel=0.05)
    kept = rows.loc["channels", "overpotential_mV"] / rows.loc["plane", "overpotential_mV"]
    assert 0.55 < kept < 0.75
    area = geometry.area_gain(200e-6, 300e-6)
    assert rows.loc["channels", "plated_area_ratio"] == pytest.approx(
        area * rows.loc["plane", "plated_area_ratio"]
    )
    local = rows["peak_local_current_density_mA_cm2"]
    assert 0.2 / area < local["channels"] < local["plane"] * 2.0
    # Channels act on the critical current by area and stress once, not by the lower local current again.
    gain, ratio = solids.pattern_factors(CompleteDesigns.of(pd.DataFrame([CHANNELS])), TABLES)
    lifted = rows.loc["channels", "ccd_mA_cm2"] / rows.loc["plane", "ccd_mA_cm2"]
    assert lifted == pytest.approx((gain * ratio)[0], rel=1e-9)


def test_a_measured_interface_resistance_replaces_the_tables(plate):
    """Alumina on garnet: 1710 to 1 ohm cm2 (002_612f39683bb0201f, sec. 6.1); both faces count."""
    plane = {**CHANNELS, "pattern_size_um": 0.0, "pattern_depth_um": 0.0, "current_density_mA_cm2": 0.1}
    rows = plate(
        bare={**plane, "interface_resistance_ohm_cm2": 1710.0},
        coated={**plane, "interface_resistance_ohm_cm2": 1.0},
        wet={**plane, "electrolyte": "liquid_ether", "interface_resistance_ohm_cm2": 1710.0},
        dry={**plane, "electrolyte": "liquid_ether"},
    )["overpotential_mV"]
    assert rows["bare"] - rows["coated"] == pytest.approx(0.1 * 2 * 1709.0, rel=0.01)
    assert rows["wet"] == rows["dry"]


def test_a_patterned_sulfide_by_hand():
    """Area stands outside the power of stress and pressure: I = I_ref G (r P/P_ref)^n."""
    row = solid(electrolyte=["lpsc"], pattern_size_um=[200.0], pattern_depth_um=[300.0])
    gain, ratio = (one[0] for one in solids.pattern_factors(row, TABLES))
    assert ratio < 0.95
    reference = materials.electrolyte("lpsc")
    n, level, at = (
        getattr(reference, name).value
        for name in ("pressure_exponent", "reference_ccd", "reference_pressure")
    )
    found = solids.creep_limits(row, np.array([5.0]), SHIPPED)[0]
    warm = limits.creep_limit(
        1.0, at, 25.0, CREEP, at_pressure=at, at_temperature_C=reference.reference_temperature.value
    )
    assert found == pytest.approx(level * gain * (ratio * 5.0 / at) ** n * warm, rel=1e-9)


def test_high_pressure_takes_its_share_of_the_limit_at_the_onset_pattern_included():
    for cut in ({}, {"pattern_size_um": [200.0], "pattern_depth_um": [300.0]}):
        at_onset, above = (
            solid(electrolyte=["lpsc"], stack_pressure_MPa=[one], **cut) for one in (13.0, 19.0)
        )
        creep = solids.interface_limits(at_onset, SHIPPED)["interface"][0]
        assert solids.interface_limits(above, SHIPPED)["high_pressure"][0] == pytest.approx(
            0.5 * creep, rel=1e-9
        )


@pytest.mark.parametrize(("pressure", "short"), [(74.9, False), (75.0, True)])
def test_the_immediate_short(pressure, short):
    limit = solids.interface_limits(solid(electrolyte=["lpsc"], stack_pressure_MPa=[pressure]), SHIPPED)[
        "mechanical_short"
    ][0]
    assert (limit == 0.0) == short


def test_constants_of_the_literature():
    """LePage 2019: 37 kJ/mol; Masias 2019: 7.82 GPa, 0.381; Yu 2016: 150 GPa, 0.26."""
    assert CREEP.creep_activation_J_mol == 37e3
    assert (LITHIUM.young, LITHIUM.poisson) == (7.82e9, 0.381)
    assert (GARNET.young, GARNET.poisson) == (150e9, 0.26)


def test_a_scaffold_counts_by_its_inner_surface(plate):
    """A mixed-conducting garnet host bears more than a plane, needs less pressure, by the same power of its gain."""
    ends = ("conductor", "ion_conductor")
    host = {
        "framework": "llzo_scaffold", "electrolyte": "llzo", "ion_conductor_material": "llzo",
        "conductor_material": "carbon_nanotube", "porosity_top": 0.6, "porosity_bottom": 0.6,
        "pore_size_top_um": 5.0, "pore_size_bottom_um": 5.0, "thickness_um": 50.0, "stack_pressure_MPa": 1.0,
        "current_density_mA_cm2": 0.2, "areal_capacity_mAh_cm2": 0.5, "conductivity_top_S_m": np.nan,
        "conductivity_bottom_S_m": np.nan,
        **{f"{name}_{end}": share for name, share in zip(ends, (0.3, 0.7), strict=True) for end in ("top", "bottom")},
    }  # fmt: skip
    rows = plate(host=host, plane={**host, "framework": "none"})
    gain = 0.2 / rows.loc["host", "peak_local_current_density_mA_cm2"]
    assert gain > 1.3
    lifted = rows["ccd_mA_cm2"]["host"] / rows["ccd_mA_cm2"]["plane"]
    assert lifted == pytest.approx(gain ** (1.0 / 3.0), rel=1e-6)
    pressed = rows["critical_pressure_MPa"]
    assert pressed["plane"] / pressed["host"] == pytest.approx(lifted, rel=1e-6)


def test_the_peak_current_of_channels_is_told_on_a_foil(plate):
    rows = plate(channels={**CHANNELS, "current_density_mA_cm2": 0.2})
    face = 25.2e-4
    solved = conduct(UnitCell(200e-6, 300e-6, pellet=800e-6), 0.079 * face)
    assert rows["peak_local_current_density_mA_cm2"].iloc[0] == pytest.approx(0.2 * solved.peak, rel=0.06)


def test_no_pressure_helps_where_the_voltage_is_the_limit(plate):
    plane = {**CHANNELS, "pattern_size_um": 0.0, "pattern_depth_um": 0.0, "current_density_mA_cm2": 0.5}
    rows = plate(clean=plane, resisting={**plane, "interface_resistance_ohm_cm2": 1000.0})
    assert np.isnan(rows["critical_pressure_MPa"]).tolist() == [False, True]


def test_pressed_through_cells_do_not_live(plate):
    """Two cycles at 25 MPa, none from 75 MPa on, at any current; and pressure shortens life from the lowest on."""
    base = {
        "framework": "none", "electrolyte": "lpsc", "current_density_mA_cm2": 0.05, "areal_capacity_mAh_cm2": 0.1,
    }  # fmt: skip
    pressures = [5.0, 7.0, 10.0, 15.0, 20.0, 25.0, 75.0, 300.0]
    life = plate(**{f"{one}": {**base, "stack_pressure_MPa": one} for one in pressures})["cycle_life_cycles"]
    assert (np.diff(life.iloc[:7]) < 0.0).all()
    assert life.iloc[5] < 4.0
    assert life.iloc[6] == pytest.approx(1.0, abs=1e-6)
    assert life.iloc[7] == pytest.approx(1.0, abs=1e-6)
    assert life.iloc[1] > 50.0
