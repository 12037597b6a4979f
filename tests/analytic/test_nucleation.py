"""Nucleation closed forms against numbers worked by hand, and where the sources' prints are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import PhysicsError
from surrogate.physics import nucleation
from surrogate.physics.constants import LITHIUM_MOLAR_VOLUME

GAMMA, ETA = 0.5, 0.05  # J m-2, V


@pytest.mark.parametrize(("angle", "expected"), [(0.0, 0.0), (90.0, 0.5), (180.0, 1.0), (60.0, 0.15625)])
def test_wetting_factor(angle, expected):
    assert nucleation.wetting_factor(angle) == pytest.approx(expected, abs=1e-15)


def test_wetting_factor_as_printed_would_be_negative():
    # 10.1002/aenm.202304229 Eq. 7 divides only the cube by four: 2 - 3 + 1/4 at complete wetting.
    assert 2.0 - 3.0 + 1.0 / 4.0 == -0.75
    assert np.all(nucleation.wetting_factor(np.linspace(0.0, 180.0, 181)) >= 0.0)


def test_critical_radius_by_hand():
    # 2 x 0.5 x 1.29963e-5 / (96485.3 x 0.05) = 2.6940e-9 m
    assert nucleation.critical_radius(ETA, GAMMA) == pytest.approx(2.6940e-9, rel=1e-4)
    assert nucleation.critical_radius(-ETA, GAMMA) == nucleation.critical_radius(ETA, GAMMA)


def test_the_critical_radius_is_the_top_of_the_barrier():
    radius = float(nucleation.critical_radius(ETA, GAMMA))
    near = nucleation.formation_energy(radius * np.array([0.99, 1.0, 1.01]), ETA, GAMMA)
    assert near.argmax() == 1
    # Two routes to one number: the energy at the critical radius, and 16 pi gamma^3/(3 dG_v^2) = 4/3 pi gamma r*^2.
    assert nucleation.barrier(ETA, GAMMA) == pytest.approx(near[1], rel=1e-12)
    assert nucleation.barrier(ETA, GAMMA) == pytest.approx(4.0 / 3.0 * np.pi * GAMMA * radius**2, rel=1e-12)


def test_the_barrier_grows_with_the_cube_of_the_surface_energy():
    # The source drops the cube.
    ratio = nucleation.barrier(ETA, 2.0 * GAMMA) / nucleation.barrier(ETA, GAMMA)
    assert ratio == pytest.approx(8.0, rel=1e-12)
    assert nucleation.barrier(ETA, GAMMA, 90.0) == pytest.approx(
        0.5 * float(nucleation.barrier(ETA, GAMMA)), rel=1e-12
    )


def test_no_overpotential_no_nucleus():
    with pytest.raises(PhysicsError, match="zero overpotential"):
        nucleation.critical_radius([0.05, 0.0], GAMMA)


@pytest.mark.parametrize(
    ("substrate", "interface", "angle"),
    [(0.5, 0.0, 0.0), (0.3, 0.3, 90.0), (0.0, 0.5, 180.0), (0.25, 0.0, 60.0), (2.0, 0.0, 0.0)],
)
def test_youngs_equation(substrate, interface, angle):
    assert nucleation.contact_angle(substrate, interface, 0.5) == pytest.approx(angle, abs=1e-5)


def test_nucleus_current_in_its_two_limits():
    # r^2 rules when surface transport is fast and r^3 when bulk transport is; A' = RT/(2 gamma V D_B C_B F).
    radius, fast, slow = 1e-7, 1e30, 1e-6
    thermal = 8.314462618 * 298.15 / (GAMMA * LITHIUM_MOLAR_VOLUME * 96485.33212)
    bulk = nucleation.nucleus_current(radius, GAMMA, slow, fast)
    surface = nucleation.nucleus_current(radius, GAMMA, fast, slow)
    assert bulk == pytest.approx(2.0 * slow / (thermal * radius**2), rel=1e-9)
    assert surface == pytest.approx(slow / (thermal * radius**3), rel=1e-9)
    halves = nucleation.nucleus_current([radius, radius / 2], GAMMA, slow, fast)
    assert halves[1] / halves[0] == pytest.approx(4.0, rel=1e-6)
