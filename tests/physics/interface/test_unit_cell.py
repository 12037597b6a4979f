"""The finite elements of one unit cell: exact cases, balances, symmetry, convergence, and what does not converge."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import InputError
from surrogate.physics.interface.conduction import conduct, current_field
from surrogate.physics.interface.geometry import UnitCell, area_gain, depth_for_gain, mesh
from surrogate.physics.interface.mechanics import (
    GARNET,
    LITHIUM,
    Solid,
    planar_stress,
    press,
    stress_field,
    von_mises,
)

WAGNER = 2e-4  # m
CHANNEL = UnitCell(200e-6, depth_for_gain(200e-6, 2.5))


@pytest.mark.parametrize(
    "change",
    [{"width": 0.0}, {"width": float("nan")}, {"depth": 800e-6}, {"depth": -1e-6}, {"pellet": -1.0}],
)
def test_impossible_cells_are_refused(change):
    with pytest.raises(InputError, match=r"Allowed|> 0 m"):
        UnitCell(**{"width": 200e-6, "depth": 100e-6, **change})


@pytest.mark.parametrize("gain", [1.0, 1.75, 2.5, 4.0, 8.0])
def test_depth_and_gain_are_inverse(gain):
    depth = depth_for_gain(100e-6, gain)
    assert area_gain(100e-6, depth) == pytest.approx(gain, rel=1e-12)


def test_the_area_of_channels():
    gain = area_gain(np.array([200e-6, 200e-6, 100e-6]), np.array([0.0, 327.39e-6, 327.39e-6]))
    np.testing.assert_allclose(gain, [1.0, 2.5, 4.0], rtol=1e-4)


def test_mesh_follows_the_wall_and_fills_the_cell():
    made = mesh(CHANNEL)
    corners = made.p[:, made.t]
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas = 0.5 * np.abs(one[0] * other[1] - one[1] * other[0])
    assert areas.min() > 0.0
    assert areas.sum() == pytest.approx(200e-6 * 1300e-6, rel=1e-12)
    # Lithium: the foil and half a channel, whose mean width is the cell's.
    filled = 200e-6 * 500e-6 + 100e-6 * CHANNEL.depth
    assert areas[made.subdomains["lithium"]].sum() == pytest.approx(filled, rel=1e-12)


@pytest.mark.parametrize("wagner", [1e-5, WAGNER, 1e-2])
def test_a_plane_is_thickness_and_interface_in_series(wagner):
    found = conduct(UnitCell(), wagner)
    assert found.resistance == pytest.approx(1.0 + wagner / 800e-6, rel=1e-9)
    assert found.peak == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("poisson", [0.1, 0.3, 0.381, 0.45])
def test_a_plane_that_cannot_widen_has_the_uniaxial_stress(poisson):
    """Uniaxial strain: sigma_x = nu/(1 - nu) sigma_y, whatever the moduli."""
    lithium = Solid(5e9, poisson)
    assert press(UnitCell(), lithium).mean == pytest.approx(planar_stress(lithium), rel=1e-9)
    assert planar_stress(lithium) == pytest.approx(1.0 - poisson / (1.0 - poisson), rel=1e-12)


def test_charge_is_conserved_and_the_mean_current_is_the_geometric_one_over_the_area():
    found = conduct(CHANNEL, WAGNER)
    assert found.charge_error < 1e-9
    assert found.mean * CHANNEL.area_gain == pytest.approx(1.0, rel=1e-9)


def test_elastic_energy_is_half_the_work():
    assert press(CHANNEL).energy_error < 1e-9


def test_alike_solids_know_nothing_of_the_channel():
    """Patch test: one material under uniaxial strain is in the same state at every point."""
    found = press(CHANNEL, GARNET, GARNET)
    np.testing.assert_allclose(found.stress, planar_stress(GARNET), rtol=1e-9)


def test_pure_shear_has_the_square_root_of_three_times_its_stress():
    gradient = np.array([[[0.0], [1e-3]], [[1e-3], [0.0]]])
    shear = LITHIUM.lame[1] * 2e-3
    assert von_mises(gradient, LITHIUM) == pytest.approx(np.sqrt(3.0) * shear, rel=1e-12)


def test_a_rigid_rotation_has_no_stress():
    gradient = np.array([[[0.0], [-1e-3]], [[1e-3], [0.0]]])
    assert von_mises(gradient, LITHIUM) == pytest.approx(0.0, abs=1e-9)


def test_a_vanishing_interface_resistance_draws_current_to_the_floor_and_a_large_one_evens_it_out():
    """The floor is nearest to the other electrode; a large Wagner length makes the current even over the area."""
    even, uneven = conduct(CHANNEL, 1.0), conduct(CHANNEL, 1e-5)
    assert even.peak * CHANNEL.area_gain == pytest.approx(1.0, rel=1e-3)
    floor = uneven.y < CHANNEL.pellet - CHANNEL.depth + 1e-9
    ridge = uneven.y > CHANNEL.pellet - 1e-9
    assert uneven.current[floor].mean() > 5.0 * uneven.current[ridge].mean()


def test_a_mirrored_mesh_is_the_whole_period():
    half, whole = mesh(CHANNEL), mesh(CHANNEL, mirrored=True)
    assert whole.t.shape[1] == 2 * half.t.shape[1]
    assert whole.p[0].min() == pytest.approx(-200e-6)
    assert len(whole.subdomains["lithium"]) == 2 * len(half.subdomains["lithium"])


@pytest.mark.parametrize("which", ["current", "stress"])
def test_symmetric_input_gives_symmetric_output(which):
    """The whole period, whose middle no condition holds: both halves are the half cell, mirrored."""
    if which == "current":
        found, half = conduct(CHANNEL, WAGNER, mirrored=True), conduct(CHANNEL, WAGNER)
        values, expected = found.current, half.current
        assert found.resistance == pytest.approx(half.resistance, rel=1e-9)
    else:
        pressed, half_pressed = press(CHANNEL, mirrored=True), press(CHANNEL)
        found, values, expected = pressed, pressed.stress, half_pressed.stress
        assert pressed.mean == pytest.approx(half_pressed.mean, rel=1e-9)
    right, left = found.x > 0, found.x < 0
    np.testing.assert_allclose(np.sort(values[right]), np.sort(values[left]), rtol=1e-7)
    np.testing.assert_allclose(np.sort(values[right]), np.sort(expected), rtol=1e-6)


@pytest.mark.slow
def test_means_converge_with_the_mesh():
    """Each halving leaves less to be gained; the error of the mean falls as a power of the cell's size."""
    resistance = [conduct(CHANNEL, WAGNER, refinement).resistance for refinement in (0.5, 1.0, 2.0)]
    stress = [press(CHANNEL, refinement=refinement).mean for refinement in (0.5, 1.0, 2.0)]
    assert abs(resistance[1] / resistance[2] - 1.0) < 1e-3
    assert abs(stress[1] / stress[2] - 1.0) < 0.02
    orders = [
        np.log2((one[0] - one[1]) / (one[1] - one[2])) for one in (np.array(resistance), np.array(stress))
    ]
    assert orders[0] > 1.2  # corners of the current: r^(2/3)
    assert 0.4 < orders[1] < 2.0  # corners of the stress are singular


@pytest.mark.slow
def test_the_largest_stress_does_not_converge():
    """The trap: at a corner the stress grows as the mesh is refined, so that a maximum is a number of the mesh."""
    largest = [press(CHANNEL, refinement=refinement).largest for refinement in (0.5, 1.0, 2.0)]
    assert largest[1] > 1.1 * largest[0]
    assert largest[2] > 1.1 * largest[1]


def test_fields_are_of_the_same_solution():
    points, triangles, flow = current_field(CHANNEL, WAGNER)
    middle = points[1, triangles].mean(axis=0)
    deep = middle < 0.1 * CHANNEL.pellet
    np.testing.assert_allclose(np.hypot(*flow[:, deep]), 1.0, rtol=0.02)  # even again far from the channels
    points, triangles, stress = stress_field(CHANNEL)
    height = points[1, triangles].mean(axis=0)
    far = height > CHANNEL.pellet + 0.8 * CHANNEL.lithium
    np.testing.assert_allclose(stress[far], planar_stress(), rtol=0.05)


def test_a_stiffer_pellet_shields_the_channel_more():
    soft, stiff = press(CHANNEL, electrolyte=Solid(2e10, 0.26)).mean, press(CHANNEL).mean
    assert stiff < soft


@pytest.mark.parametrize("solid", [(0.0, 0.3), (float("nan"), 0.3), (1e9, 0.5), (1e9, -0.1)])
def test_impossible_solids_are_refused(solid):
    with pytest.raises(InputError):
        Solid(*solid)


def test_an_impossible_wagner_length_is_refused():
    with pytest.raises(InputError, match="positive"):
        conduct(UnitCell(), 0.0)
