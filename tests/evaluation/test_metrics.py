"""Scores against integrals and against what a proper score has to do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from surrogate.evaluation.metrics import LN10, crps, crps_gaussian, crps_lower_bound, crps_upper_bound, scores

CASES = [(0.0, 1.0, 0.3), (2.0, 0.1, 2.5), (-1.0, 3.0, 4.0), (1.0, 0.5, -2.0)]


def upper(at: np.ndarray, censored: np.ndarray) -> np.ndarray:
    """Upper ends of values and lower bounds."""
    return np.where(censored, np.inf, at)


def one(function, mean, deviation, value) -> float:
    return float(function(np.array([mean]), np.array([deviation]), np.array([value]))[0])


@pytest.mark.parametrize(("mean", "deviation", "value"), CASES)
def test_crps_is_its_integral(mean: float, deviation: float, value: float) -> None:
    low, high = mean - 12 * deviation, mean + 12 * deviation
    below = quad(lambda t: norm.cdf(t, mean, deviation) ** 2, min(low, value), value, limit=200)[0]
    above = quad(lambda t: norm.sf(t, mean, deviation) ** 2, value, max(high, value), limit=200)[0]
    assert one(crps_gaussian, mean, deviation, value) == pytest.approx(below + above, rel=1e-6)
    assert one(crps_lower_bound, mean, deviation, value) == pytest.approx(below, rel=1e-6, abs=1e-10)
    assert one(crps_upper_bound, mean, deviation, value) == pytest.approx(above, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize(("mean", "deviation", "value"), CASES)
@pytest.mark.parametrize("width", [0.0, 0.4, 3.0])
def test_an_interval_is_scored_outside_itself(
    mean: float, deviation: float, value: float, width: float
) -> None:
    end = value + width
    low, high = min(mean - 12 * deviation, value), max(mean + 12 * deviation, end)
    below = quad(lambda t: norm.cdf(t, mean, deviation) ** 2, low, value, limit=200)[0]
    above = quad(lambda t: norm.sf(t, mean, deviation) ** 2, end, high, limit=200)[0]
    found = crps(*(np.array([number]) for number in (mean, deviation, value, end)))[0]
    assert found == pytest.approx(below + above, rel=1e-6, abs=1e-10)


def test_open_ends_cost_nothing() -> None:
    mean, deviation, at = np.array([0.3]), np.array([0.7]), np.array([1.1])
    assert crps(mean, deviation, at, np.array([np.inf])) == crps_lower_bound(mean, deviation, at)
    assert crps(mean, deviation, np.array([-np.inf]), at) == crps_upper_bound(mean, deviation, at)


def test_bounds_of_each_kind_have_their_probability() -> None:
    """N(0, 1): at most 1, at least 1, from 0 to 1, from 30 to 31 (far out, where 1 - F has no digits)."""
    low, high = np.array([-np.inf, 1.0, 0.0, 30.0]), np.array([1.0, np.inf, 1.0, 31.0])
    expected = [norm.cdf(1), norm.sf(1), norm.cdf(1) - 0.5, norm.sf(30.0)]
    for k in range(4):
        out = scores(np.zeros(1), np.full(1, LN10**2), LN10 * low[[k]], LN10 * high[[k]])
        assert out["bound_probability"] == pytest.approx(expected[k], rel=1e-9, abs=0.0)
        assert (out["n"], out["n_censored"]) == (1.0, 1.0)
        assert np.isnan([out["coverage90"], out["rmse_log10"]]).all()
    middle = scores(np.zeros(1), np.full(1, LN10**2), np.zeros(1), np.full(1, LN10))
    assert middle["crps_as_values"] == pytest.approx(one(crps_gaussian, 0.0, 1.0, 0.5))


def test_a_bound_asks_for_nothing_above_it() -> None:
    assert one(crps_lower_bound, 5.0, 0.1, 1.0) == pytest.approx(0.0, abs=1e-12)
    assert one(crps_lower_bound, 50.0, 0.1, 1.0) == pytest.approx(0.0, abs=1e-12)
    assert one(crps_lower_bound, 0.0, 0.1, 3.0) == pytest.approx(3.0, rel=0.05)


@pytest.mark.slow
def test_the_score_of_values_is_proper_and_that_of_bounds_one_sided() -> None:
    """In the mean over draws from N(0.4, 0.5) the truth scores best."""
    values = np.random.default_rng(0).normal(0.4, 0.5, 20_000)

    def mean_score(mean: float, deviation: float, censored: np.ndarray, at: np.ndarray) -> float:
        n = len(at)
        return float(crps(np.full(n, mean), np.full(n, deviation), at, upper(at, censored)).mean())

    none = np.zeros(len(values), dtype=bool)
    rivals = [(0.1, 0.5), (0.7, 0.5), (0.4, 0.25), (0.4, 1.0)]
    assert all(mean_score(0.4, 0.5, none, values) < mean_score(*rival, none, values) for rival in rivals)
    bound = np.full(len(values), 0.6)
    all_bounds = np.ones(len(values), dtype=bool)
    # Only "at least 0.6": more belief above the bound is never worse.
    assert mean_score(0.7, 0.5, all_bounds, bound) < mean_score(0.4, 0.5, all_bounds, bound)


def test_each_row_is_scored_as_what_it_is() -> None:
    mean, deviation, at = np.array([0.0, 0.0, 1.0]), np.array([0.5, 0.5, 2.0]), np.array([-0.7, -0.7, -1.0])
    found = crps(mean, deviation, at, upper(at, np.array([False, True, True])))
    expected = [crps_gaussian(mean, deviation, at)[0], *crps_lower_bound(mean, deviation, at)[1:]]
    assert found.tolist() == expected
    assert found[1] < found[0] - 0.05


def test_scores_are_in_log10_and_apart_for_bounds() -> None:
    z = np.log(np.array([10.0, 1000.0, 100.0]))
    mean = np.log(np.array([100.0, 100.0, 100.0]))
    out = scores(mean, np.full(3, LN10**2), z, upper(z, np.array([False, False, True])))
    assert out["rmse_log10"] == pytest.approx(1.0)
    assert out["coverage90"] == 1.0
    assert out["bound_probability"] == pytest.approx(0.5)
    assert (out["n"], out["n_censored"]) == (3.0, 1.0)
    narrow = scores(mean, np.full(3, (0.5 * LN10) ** 2), z, upper(z, np.array([False, False, True])))
    assert narrow["coverage90"] == 0.0


def test_what_cannot_be_scored_is_nan() -> None:
    out = scores(np.zeros(2), np.ones(2), np.zeros(2), np.full(2, np.inf))
    assert np.isnan(out["rmse_log10"])
    assert np.isnan(out["coverage90"])
    assert np.isfinite(out["crps"])
    assert np.isnan(scores(np.zeros(0), np.ones(0), np.zeros(0), np.zeros(0))["crps"])


def test_the_interval_covers_what_it_says() -> None:
    z = np.random.default_rng(1).normal(1.0, 0.7, 20_000)
    out = scores(np.full(len(z), 1.0), np.full(len(z), 0.49), z, z)
    assert out["coverage90"] == pytest.approx(0.9, abs=0.01)
