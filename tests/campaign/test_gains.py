"""What is gained by values of targets: goals and limits on the scale of the models, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from surrogate.campaign.gains import (
    beaten,
    gain,
    gain_of_values,
    keeping,
    on_z,
    output_limits,
    p_better_than_last,
    p_within_limits,
    z_limits,
)  # fmt: skip
from surrogate.hosts.targets import SCALES
from surrogate.optimization import Limit, Match, Within

LIFE, MV, CE = "cycle_life_cycles", "overpotential_mV", "coulombic_efficiency_pct"
VALUES = {LIFE: st.floats(1.0, 1e4), MV: st.floats(1.0, 1e3), CE: st.floats(50.0, 99.9)}


def test_a_goal_is_the_same_on_every_scale() -> None:
    assert (on_z(LIFE, "max"), on_z(MV, "min"), on_z(CE, "max")) == ("max", "min", "min")
    assert on_z(MV, Match(30.0)) == pytest.approx(np.log(30.0))
    assert on_z(CE, Within(98.0, 99.0)) == pytest.approx((np.log(0.01), np.log(0.02)))
    assert gain(MV, Match(30.0), np.log([15.0, 30.0, 60.0])) == pytest.approx([-np.log(2), 0.0, -np.log(2)])
    assert gain_of_values(CE, Within(98.0, 99.0), [97.0, 98.0, 98.7, 99.5]) == pytest.approx(
        [-np.log(1.5), 0.0, 0.0, -np.log(2)]
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(VALUES)), st.sampled_from(["<=", ">="]))
def test_a_limit_is_kept_on_z_where_it_is_kept_in_its_unit(
    data: st.DataObject, target: str, side: str
) -> None:
    bound, value = data.draw(VALUES[target]), data.draw(VALUES[target])
    limit = Limit(target, side, bound)
    z = SCALES[target].to_z([value])
    if abs(value - bound) > 1e-6 * bound:
        kept = value <= bound if side == "<=" else value >= bound
        assert keeping([limit], {target: z}, 1).tolist() == [kept]
        ((at, sign, place),) = output_limits([limit], ["ccd_mA_cm2", target])
        assert (at, sign * (z[0] - place) <= 0.0) == (1, kept)
        near = p_within_limits([limit], {target: z}, {target: np.array([1e-18])}, 1)
        assert near[0] == pytest.approx(float(kept))


def test_the_probability_of_keeping_limits_is_that_of_normal_values() -> None:
    limits = [Limit(LIFE, ">=", 100.0), Limit(LIFE, "<=", 400.0), Limit(MV, "<=", 50.0)]
    mean = {LIFE: np.log([200.0, 50.0]), MV: np.log([50.0, 10.0])}
    variance = {LIFE: np.array([0.25, 0.25]), MV: np.array([0.04, 0.04])}
    found = p_within_limits(limits, mean, variance, 2)
    half = np.log(2.0) / 0.5
    between = ndtr(half) - ndtr(-half), ndtr(3.0 * half) - ndtr(half)
    assert found == pytest.approx([0.5 * between[0], ndtr(np.log(5.0) / 0.2) * between[1]])
    assert np.isnan(p_within_limits([], mean, variance, 2)).all()
    assert z_limits(limits)[LIFE] == pytest.approx((np.log(100.0), np.log(400.0)))


def test_better_than_the_last_agrees_with_closed_forms() -> None:
    """As much as possible: a normal difference. A value to match: the nearer of two independent, symmetric ones."""
    mean, covariance = (
        np.array([0.3, -0.2, 0.0]),
        np.array([[1.0, 0.2, 0.5], [0.2, 0.5, 0.1], [0.5, 0.1, 1.0]]),
    )
    found = p_better_than_last(mean, covariance, lambda z: z)
    exact = [ndtr(0.3 / np.sqrt(1.0 + 1.0 - 1.0)), ndtr(-0.2 / np.sqrt(0.5 + 1.0 - 0.2)), 0.5]
    assert found == pytest.approx(exact, abs=2e-3)
    independent = np.diag([0.25, 1.0])  # |a| < |b|: an angle of the plane
    assert p_better_than_last(np.zeros(2), independent, lambda z: -np.abs(z))[0] == pytest.approx(
        2.0 / np.pi * np.arctan(2.0), abs=3e-3
    )
    inside = p_better_than_last(np.zeros(2), 1e-4 * np.eye(2), lambda z: -np.maximum(np.abs(z) - 1.0, 0.0))
    assert inside.tolist() == [0.5, 0.5]  # both surely in the band


def test_what_is_equal_is_not_beaten() -> None:
    values = np.array([[1.0, 0.0], [1.0, -1.0], [0.5, 0.0], [1.0, 0.0], [np.nan, 5.0]])
    assert beaten(values, values).tolist() == [False, True, True, False, False]
