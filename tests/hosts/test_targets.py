"""Each target has a scale and a way back; that of an efficiency turns the order round."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.hosts import columns as c
from surrogate.hosts.targets import LEAST_LOSS, OBJECTIVES, SCALES

EFFICIENCY = SCALES["coulombic_efficiency_pct"]
LIFE = SCALES["cycle_life_cycles"]


def test_the_columns_know_the_same_targets() -> None:
    assert c.TARGETS == tuple(SCALES) == tuple(target.name for target in SCALES.values())
    assert c.TARGETS[3] == "coulombic_efficiency_pct"
    assert dict(OBJECTIVES) == {"cycle_life_cycles": "max", "ccd_mA_cm2": "max", "overpotential_mV": "min"}


def test_an_efficiency_is_learned_by_the_logarithm_of_what_is_lost() -> None:
    np.testing.assert_allclose(EFFICIENCY.to_z([90.0, 99.0, 99.9]), np.log([0.1, 0.01, 0.001]), rtol=1e-10)
    np.testing.assert_allclose(LIFE.to_z([1.0, np.e]), [0.0, 1.0], atol=1e-15)


@pytest.mark.parametrize("target", SCALES.values(), ids=SCALES)
def test_back_and_forth_is_the_same(target) -> None:
    values = np.array([0.5, 20.0, 97.3, 99.99])
    np.testing.assert_allclose(target.from_z(target.to_z(values)), values, rtol=1e-12)
    assert (np.sign(np.diff(target.to_z(values))) == (-1 if target.decreasing else 1)).all()


def test_what_the_simulator_may_say_and_what_it_may_not() -> None:
    z = EFFICIENCY.to_z([100.0, 99.9999, np.nan, 0.0, -1.0, 100.1])
    np.testing.assert_allclose(z[:2], np.log(LEAST_LOSS))
    assert np.isnan(z[2:]).all()
    assert np.isnan(LIFE.to_z([np.nan, 0.0, -3.0])).all()


def test_only_values_between_the_limits_can_be_measured() -> None:
    values = [np.nan, -1.0, 0.0, 1e-3, 99.99, 100.0, np.inf]
    assert EFFICIENCY.is_measurable(values).tolist() == [False, False, False, True, True, False, False]
    assert LIFE.is_measurable(values).tolist() == [False, False, False, True, True, True, False]


def test_predictions_of_an_efficiency_stay_below_its_limit_and_in_order() -> None:
    low, high = EFFICIENCY.ends_from_z(np.array([-12.0, -40.0, -3.0]), np.array([-9.0, -5.0, 2.0]))
    assert (low < high).all()
    assert (high < 100.0).all()
    assert low[2] == 0.0  # more than all cannot be lost
    np.testing.assert_allclose(high[2], 100.0 * (1.0 - np.exp(-3.0)))


def test_the_ends_of_an_interval_change_places() -> None:
    low, high = EFFICIENCY.ends_to_z([98.0, 98.0, -np.inf, 97.0, np.nan], [98.0, np.inf, 98.0, 99.0, np.nan])
    lost = np.log([0.02, 0.02, 0.02, 0.03])
    np.testing.assert_allclose(
        low[:4], [lost[0], -np.inf, lost[2], np.log(0.01)]
    )  # at least 98 %: at most 2 % lost
    np.testing.assert_allclose(high[:4], [lost[0], lost[1], np.inf, lost[3]])
    assert np.isnan([low[4], high[4]]).all()
    low, high = LIFE.ends_to_z([5.0, -np.inf], [np.inf, 7.0])
    np.testing.assert_allclose(low, [np.log(5.0), -np.inf])
    np.testing.assert_allclose(high, [np.inf, np.log(7.0)])


def test_goals_turn_round_with_the_scale() -> None:
    assert [EFFICIENCY.direction(goal) for goal in ("max", "min")] == ["min", "max"]
    assert [LIFE.direction(goal) for goal in ("max", "min")] == ["max", "min"]
