"""Pools of normal predictions against draws, and against the closed forms of a single normal distribution."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.evaluation.metrics import crps
from surrogate.evaluation.pools import Pool, crps_terms


@pytest.fixture
def pool() -> Pool:
    return Pool(
        np.array([[0.0, 2.0, -1.0], [1.0, 1.0, 5.0]]),
        np.array([[0.25, 1.0, 4.0], [0.04, 2.25, 0.5]]),
        np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3]]),
    )


def draws(pool: Pool, row: int, n: int = 400_000) -> np.ndarray:
    rng = np.random.default_rng(row)
    part = rng.choice(3, size=n, p=pool.weights[row])
    return rng.normal(pool.means[row][part], np.sqrt(pool.variances[row][part]))


@pytest.mark.parametrize("row", [0, 1])
def test_moments_and_quantiles_are_those_of_draws(pool, row) -> None:
    drawn = draws(pool, row)
    mean, variance = pool.moments()
    assert mean[row] == pytest.approx(drawn.mean(), abs=0.01)
    assert variance[row] == pytest.approx(drawn.var(), rel=0.01)
    for level in (0.05, 0.5, 0.95):
        assert pool.quantiles(level)[row] == pytest.approx(np.quantile(drawn, level), abs=0.02)
        assert pool.cdf(pool.quantiles(level))[row] == pytest.approx(level, abs=1e-10)


def test_the_quantiles_of_many_pools_at_once_are_those_of_each() -> None:
    """Rows end at different steps; spreads of four decades and idle components among them."""
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(4, 0.3), 300)
    many = Pool(rng.normal(0.0, 2.0, (300, 4)), np.exp(rng.normal(-1.0, 2.0, (300, 4))), weights)
    levels = (0.001, 0.05, 0.5, 0.95)
    found = many.several_quantiles(levels)
    for k, level in enumerate(levels):
        np.testing.assert_allclose(many.cdf(found[:, k]), level, rtol=1e-11)
        np.testing.assert_allclose(many.quantiles(level), found[:, k], atol=1e-11)


def test_pools_of_unlike_sizes_stacked_have_the_quantiles_of_each(pool) -> None:
    single = Pool(np.array([[0.7]]), np.array([[2.0]]), np.ones((1, 1)))
    both = Pool.stacked([single, pool]).stretched(np.array([1.3, 1.0, 2.0]))
    expected = [single.stretched(np.array([1.3])), pool.stretched(np.array([1.0, 2.0]))]
    levels = (0.05, 0.5, 0.95)
    apart = np.concatenate([one.several_quantiles(levels) for one in expected])
    np.testing.assert_allclose(both.several_quantiles(levels), apart, rtol=1e-13)


@pytest.mark.parametrize("row", [0, 1])
def test_the_score_of_a_value_is_that_of_draws(pool, row) -> None:
    """E|X - y| - E|X - X'| / 2, Gneiting & Raftery 2007, eq. 21."""
    drawn = draws(pool, row)
    for y in (-3.0, 0.7, 4.0):
        expected = np.abs(drawn - y).mean() - 0.5 * np.abs(drawn - drawn[::-1]).mean()
        assert pool.crps(np.full(2, y), np.full(2, y))[row] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("low", "high"), [(0.4, np.inf), (-np.inf, 0.4), (-0.5, 1.5)])
def test_the_score_of_a_bound_leaves_out_what_is_not_known(pool, low, high) -> None:
    """The integral of F^2 below and (1 - F)^2 above what is known, by sums."""
    x = np.linspace(-20.0, 20.0, 400_001)
    for row in (0, 1):
        one = pool.take(np.array([row]))
        share = np.array([one.cdf(np.array([point]))[0] for point in x[::200]])
        share = np.interp(x, x[::200], share)
        weight = np.where(x < low, share**2, 0.0) + np.where(x > high, (1.0 - share) ** 2, 0.0)
        expected = weight.sum() * (x[1] - x[0])
        assert pool.crps(np.full(2, low), np.full(2, high))[row] == pytest.approx(expected, abs=2e-3)


def test_one_component_scores_as_the_normal_distribution() -> None:
    mean, sd = np.array([0.0, 1.0, -2.0, 0.3]), np.array([1.0, 0.5, 2.0, 0.1])
    lower, upper = np.array([0.5, 0.2, -np.inf, 0.1]), np.array([0.5, np.inf, -1.0, 0.5])
    terms = crps_terms(mean[:, None], (sd**2)[:, None], lower, upper)
    np.testing.assert_allclose(terms[:, 0, 0], crps(mean, sd, lower, upper), atol=1e-9)


def test_equal_components_are_one() -> None:
    mean, lower = np.zeros(3), np.array([-1.0, 0.0, 2.0])
    alone = Pool(mean[:, None], np.ones((3, 1)), np.ones((3, 1)))
    thrice = Pool(np.zeros((3, 3)), np.ones((3, 3)), np.tile([0.2, 0.5, 0.3], (3, 1)))
    np.testing.assert_allclose(thrice.crps(lower, lower), alone.crps(lower, lower), rtol=1e-12)
    np.testing.assert_allclose(thrice.quantiles(0.9), alone.quantiles(0.9), atol=1e-10)


def test_a_stretched_pool_moves_its_quantiles_from_the_median(pool) -> None:
    wide = pool.stretched(np.array([2.0, 0.5]))
    np.testing.assert_allclose(wide.quantiles(0.5), pool.quantiles(0.5), atol=1e-9)
    for level in (0.05, 0.8):
        away = pool.quantiles(level) - pool.quantiles(0.5)
        np.testing.assert_allclose(wide.quantiles(level) - wide.quantiles(0.5), away * [2.0, 0.5], atol=1e-9)
