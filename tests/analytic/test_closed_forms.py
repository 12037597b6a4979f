"""Nucleation and transport in closed form: limits, balances, and numbers that the sources print."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import PhysicsError
from surrogate.physics import nucleation as n
from surrogate.physics import transport as t
from surrogate.physics.constants import ELEMENTARY_CHARGE, FARADAY

GAMMA, ETA = 0.5, 0.04  # J m-2, V


def test_the_barrier_is_the_top_of_the_formation_energy():
    r = n.critical_radius(ETA, GAMMA)
    assert n.formation_energy(r, ETA, GAMMA) == pytest.approx(float(n.barrier(ETA, GAMMA)), rel=1e-12)
    around = n.formation_energy(r * np.array([0.999, 1.0, 1.001]), ETA, GAMMA)
    assert around[1] > around[0]
    assert around[1] > around[2]


def test_nuclei_are_smaller_at_a_larger_overpotential():
    radii = n.critical_radius([0.01, 0.02, 0.04], GAMMA)
    np.testing.assert_allclose(radii * np.array([1, 2, 4]), radii[0])
    assert n.critical_radius(-ETA, GAMMA) == n.critical_radius(ETA, GAMMA)
    with pytest.raises(PhysicsError, match="zero overpotential"):
        n.critical_radius([0.0, 0.01], GAMMA)


@pytest.mark.parametrize(("angle", "factor"), [(0.0, 0.0), (90.0, 0.5), (180.0, 1.0)])
def test_wetting_lowers_the_barrier(angle, factor):
    assert n.wetting_factor(angle) == pytest.approx(factor, abs=1e-15)
    assert n.barrier(ETA, GAMMA, angle) == pytest.approx(factor * float(n.barrier(ETA, GAMMA)), abs=1e-30)


def test_youngs_angle():
    assert n.contact_angle(0.5, 0.5, 0.3) == pytest.approx(90.0)
    assert n.contact_angle(1.0, 0.1, 0.3) == 0.0  # wets completely
    assert n.contact_angle(0.1, 1.0, 0.3) == 180.0
    angle = n.contact_angle(0.5, 0.3, 0.4)
    assert pytest.approx(0.3 + 0.4 * np.cos(np.radians(angle))) == 0.5


def test_small_nuclei_are_bulk_limited_and_large_ones_surface_limited():
    radii = np.array([1e-9, 1e-6])
    i = n.nucleus_current(radii, GAMMA, bulk_transport=1e-7, surface_transport=1e-14)
    bulk = n.nucleus_current(radii, GAMMA, bulk_transport=1e-7, surface_transport=1.0)
    surface = n.nucleus_current(radii, GAMMA, bulk_transport=1e6, surface_transport=1e-14)
    np.testing.assert_allclose(1 / i, 1 / bulk + 1 / surface, rtol=1e-6)
    assert bulk[0] / bulk[1] == pytest.approx(1e6, rel=1e-3)
    assert surface[0] / surface[1] == pytest.approx(1e9, rel=1e-3)


def test_sands_time_and_capacity():
    tau = t.sand_time(4e-10, 1000.0, 100.0, 0.65)
    assert tau == pytest.approx(np.pi * 4e-10 * (FARADAY * 1000.0 / (2 * 100.0 * 0.65)) ** 2)
    assert t.sand_time(4e-10, 1000.0, 200.0, 0.65) == pytest.approx(float(tau) / 4)
    assert t.sand_capacity(4e-10, 1000.0, 100.0, 0.65) == pytest.approx(100.0 * float(tau))
    number_density = 1000.0 * FARADAY / ELEMENTARY_CHARGE  # the form of the other source, e and m-3
    other = np.pi * 4e-10 * (ELEMENTARY_CHARGE * number_density / (2 * 100.0 * 0.65)) ** 2
    assert tau == pytest.approx(other)


def test_the_limiting_current_empties_one_electrode():
    limit = t.limiting_current(4e-10, 1000.0, 100e-6, 0.65)
    gradient = t.concentration_gradient(limit, 4e-10, 0.65)
    assert gradient * 100e-6 == pytest.approx(-2.0 * 1000.0)


def test_a_cation_conductor_has_no_limit():
    with pytest.raises(PhysicsError, match="anion_number has to be positive"):
        t.limiting_current(4e-10, 1000.0, 100e-6, 0.0)
    with pytest.raises(PhysicsError, match="current has to be positive"):
        t.sand_time(4e-10, 1000.0, 0.0, 0.5)


def test_effective_property_of_a_porous_medium():
    assert t.effective(1.1, 0.8, 1.6) == pytest.approx(0.55)
    assert t.effective(1.1, 1.0, 1.0) == 1.1


def test_critical_dendrite_length_has_the_sign_of_the_interfacial_energy():
    """LiF: 73.28 meV A-2 and 70 GPa, gamma E = 5129.6 eV A-2 MPa (002_612f39683bb0201f, table 1); Li3PS4: -88.92."""
    per_area = 1e-3 * ELEMENTARY_CHARGE / 1e-20  # J m-2 in 1 meV A-2
    product = 73.28 * per_area * 70e9 / (1e3 * per_area * 1e6)
    assert product == pytest.approx(5129.6, rel=1e-4)
    assert t.critical_dendrite_length(73.28 * per_area, 70e9, 1e9) == pytest.approx(
        2 * 73.28 * per_area * 70e9 / np.pi / 1e18
    )
    assert t.critical_dendrite_length(-88.92 * per_area, 20e9, 1e9) < 0
