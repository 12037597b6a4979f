"""Transport closed forms against numbers worked by hand, and where the sources' prints are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import PhysicsError
from surrogate.physics import transport
from surrogate.physics.constants import ELEMENTARY_CHARGE, FARADAY

D, C0, TA = 4e-10, 1000.0, 0.65


def test_sands_time_by_hand():
    # pi 4e-10 (96485.33 x 1000)^2 / (4 x 200^2 x 0.65^2) = 173.056 s
    assert transport.sand_time(D, C0, 200.0, TA) == pytest.approx(173.056, rel=1e-5)


def test_sands_time_with_electrons_and_number_density_is_the_same():
    # 002_612f39683bb0201f Eq. 2: pi D (e n / 2 J t_a)^2
    number = C0 * FARADAY / ELEMENTARY_CHARGE
    other = np.pi * D * (ELEMENTARY_CHARGE * number / (2.0 * 200.0 * TA)) ** 2
    assert transport.sand_time(D, C0, 200.0, TA) == pytest.approx(other, rel=1e-12)


def test_the_anion_number_shortens_sands_time():
    # 002_612f39683bb0201f says below its Eq. 3 that t_a is the lithium transference number and should rise.
    times = transport.sand_time(D, C0, 200.0, np.array([0.3, 0.6]))
    assert times[0] / times[1] == pytest.approx(4.0)


def test_sand_capacity_is_current_times_time():
    # 200 A m-2 x 173.056 s = 34611 C m-2 = 0.961 mAh cm-2; Eq. 12 of 10.1002/aenm.202304229 lost the time.
    assert transport.sand_capacity(D, C0, 200.0, TA) / 36000.0 == pytest.approx(0.96142, rel=1e-4)


def test_limiting_current_by_hand_and_from_the_gradient():
    # 2 x 96485.33 x 1000 x 4e-10 / (0.65 x 100e-6) = 1187.5 A m-2
    limit = float(transport.limiting_current(D, C0, 100e-6, TA))
    assert limit == pytest.approx(1187.51, rel=1e-5)
    # At the limit the gradient is 2 C0/L: C0 in the middle, nothing at the electrode.
    assert transport.concentration_gradient(limit, D, TA) == pytest.approx(-2.0 * C0 / 100e-6, rel=1e-12)


def test_the_limiting_current_as_printed_fails_its_own_scaling():
    # A stray C in the denominator of Eq. 10 would make the limit blind to the concentration.
    limits = transport.limiting_current(D, np.array([C0, 2.0 * C0]), 100e-6, TA)
    assert limits[1] / limits[0] == pytest.approx(2.0)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("place", range(4))
def test_what_is_not_positive_is_refused(bad, place):
    for function in (transport.sand_time, transport.limiting_current, transport.sand_capacity):
        arguments = [D, C0, 100.0, TA]
        arguments[place] = bad
        with pytest.raises(PhysicsError, match="positive"):
            function(*arguments)


def test_effective_property():
    assert transport.effective(1.1, 0.5, 2.5) == pytest.approx(0.22)
    assert transport.effective(1.1, 1.0, 1.0) == 1.1


def test_critical_dendrite_length_of_lithium_fluoride():
    # 73.28 meV A-2 = 1.17408 J m-2 with 70 GPa; gamma E as 002_612f39683bb0201f prints it: 5129.6 eV A-2 MPa.
    mev_per_A2 = ELEMENTARY_CHARGE * 1e-3 / 1e-20
    gamma = 73.28 * mev_per_A2
    assert gamma == pytest.approx(1.17408, rel=1e-5)
    assert gamma * 70e9 == pytest.approx(5129.6 * 1e3 * mev_per_A2 * 1e6, rel=1e-5)
    # 2 x 1.17408 x 70e9 / (pi (1e9)^2) = 5.2321e-8 m
    assert transport.critical_dendrite_length(gamma, 70e9, 1e9) == pytest.approx(5.2321e-8, rel=1e-4)
    assert transport.critical_dendrite_length(-88.92 * mev_per_A2, 18.5e9, 1e9) < 0.0
