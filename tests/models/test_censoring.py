"""Bounds as expectation-propagation sites, against integrals done by quadrature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from surrogate.models.censoring import bound_sites

SIGMA = 0.12


def posterior(mean, covariance, values, noise):
    """Exact Gaussian posterior (mean, variance) at the rows, from the sites."""
    gain = covariance @ np.linalg.inv(covariance + np.diag(noise))
    return mean + gain @ (values - mean), np.diag(covariance - gain @ covariance)


def ends(*bounds):
    """Lower and upper ends of lower bounds."""
    return np.array(bounds), np.full(len(bounds), np.inf)


def told(bound, prior_mean=1.0, prior_variance=0.8, sigma=SIGMA):
    """Posterior of one design with one bound."""
    mean, covariance = np.array([prior_mean]), np.array([[prior_variance]])
    sites = bound_sites(mean, covariance, *ends(bound), np.array([sigma**2]))
    post, variance = posterior(mean, covariance, *sites)
    return post[0], variance[0]


@pytest.mark.parametrize("bound", [-1.0, 0.5, 1.0, 1.8, 3.0])
def test_one_bound_has_the_exact_moments(bound: float) -> None:
    def density(f: float) -> float:
        return norm.pdf(f, 1.0, np.sqrt(0.8)) * norm.cdf((f - bound) / SIGMA)

    # Limits stated in prior deviations, with a point at the bound, so that the narrow step is not stepped over.
    moments = [quad(lambda f, k=k: f**k * density(f), -6.0, 8.0, points=[bound])[0] for k in range(3)]
    exact_mean = moments[1] / moments[0]
    exact_variance = moments[2] / moments[0] - exact_mean**2
    mean, variance = told(bound)
    assert mean == pytest.approx(exact_mean, abs=2e-3)
    assert variance == pytest.approx(exact_variance, rel=1e-2)


def test_a_bound_far_below_changes_nothing() -> None:
    mean, variance = told(-8.0)
    assert mean == pytest.approx(1.0, abs=1e-6)
    assert variance == pytest.approx(0.8, rel=1e-6)


def test_a_higher_bound_raises_more() -> None:
    means = [told(bound)[0] for bound in (0.0, 1.0, 2.0, 4.0, 8.0)]
    assert np.all(np.diff(means) > 0.05)


def test_a_bound_far_above_is_finite_and_reaches_it() -> None:
    mean, variance = told(40.0)
    assert np.isfinite([mean, variance]).all()
    assert mean > 30.0


def test_uncensored_rows_keep_their_values_and_noise() -> None:
    rng = np.random.default_rng(0)
    factor = rng.normal(size=(6, 6))
    censored = np.array([False, True, False, True, False, False])
    values, noise = rng.normal(size=6), np.full(6, 0.05)
    site, variance = bound_sites(
        np.zeros(6), factor @ factor.T / 6 + np.eye(6), values, np.where(censored, np.inf, values), noise
    )
    np.testing.assert_array_equal(site[~censored], values[~censored])
    np.testing.assert_array_equal(variance[~censored], noise[~censored])
    assert (variance > 0).all()
    assert np.isfinite(site).all()


@pytest.mark.slow
def test_many_correlated_bounds_agree_with_sampling() -> None:
    """Twelve bounds with correlated designs; the reference is a weighted sample of the prior."""
    at = np.linspace(0.0, 1.0, 12)
    covariance = np.exp(-2.0 * (at[:, None] - at[None, :]) ** 2)
    bounds = np.random.default_rng(2).normal(0.0, 0.4, 12)
    noise, sigma = np.full(12, 0.3**2), 0.3
    sites = bound_sites(np.zeros(12), covariance, *ends(*bounds), noise)
    mean, variance = posterior(np.zeros(12), covariance, *sites)
    prior = np.random.default_rng(3).multivariate_normal(np.zeros(12), covariance, 400_000)
    weight = np.exp(norm.logcdf((prior - bounds) / sigma).sum(axis=1))
    weight /= weight.sum()
    exact = weight @ prior
    np.testing.assert_allclose(mean, exact, atol=0.05)
    np.testing.assert_allclose(variance, weight @ prior**2 - exact**2, atol=0.06)


@pytest.mark.slow
def test_repeated_bounds_on_one_design_stay_stable() -> None:
    covariance = np.ones((40, 40)) + 1e-9 * np.eye(40)
    sites = bound_sites(np.zeros(40), covariance, *ends(*np.full(40, 2.0)), np.full(40, 0.0144))
    mean, _ = posterior(np.zeros(40), covariance, *sites)
    assert np.isfinite(mean).all()
    assert 1.9 < mean[0] < 2.8


def exact(lower, upper, prior_mean, prior_variance, sigma):
    """Mean and variance of f ~ N given that f + noise lies between the ends: a fine sum over f."""
    f = prior_mean + np.sqrt(prior_variance) * np.linspace(-14.0, 14.0, 400_001)
    low, high = (lower - f) / sigma, (upper - f) / sigma
    right = low > 0.0  # there from the right, where the numbers are small
    near, far = np.where(right, -high, low), np.where(right, -low, high)
    between = norm.logcdf(far) + np.log1p(-np.exp(np.minimum(norm.logcdf(near) - norm.logcdf(far), -1e-300)))
    weight = norm.logpdf(f, prior_mean, np.sqrt(prior_variance)) + between
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    mean = float(weight @ f)
    return mean, float(weight @ (f - mean) ** 2)


def told_between(lower, upper, prior_mean=1.0, prior_variance=0.8, sigma=SIGMA):
    """Posterior of one design of which two ends are known."""
    mean, covariance = np.array([prior_mean]), np.array([[prior_variance]])
    sites = bound_sites(mean, covariance, np.array([lower]), np.array([upper]), np.array([sigma**2]))
    post, variance = posterior(mean, covariance, *sites)
    return post[0], variance[0]


@pytest.mark.parametrize("sigma", [0.05, SIGMA, 1.0])
@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (-np.inf, 0.5), (-np.inf, -1.0), (-np.inf, 3.0), (0.0, 0.3), (0.9, 1.1), (2.5, 2.6),
        (-1.0, 3.0), (4.0, 4.5), (-3.0, -2.9), (1.5, np.inf),
    ],
)  # fmt: skip
def test_upper_bounds_and_intervals_have_the_exact_moments(lower: float, upper: float, sigma: float) -> None:
    mean, variance = told_between(lower, upper, sigma=sigma)
    expected = exact(lower, upper, 1.0, 0.8, sigma)
    assert mean == pytest.approx(expected[0], rel=1e-4, abs=1e-4)
    assert variance == pytest.approx(expected[1], rel=1e-3)


def test_an_upper_bound_is_a_lower_bound_in_the_mirror() -> None:
    for bound in (-2.0, 0.3, 1.0, 5.0):
        mean, variance = told_between(-np.inf, bound)
        mirrored = told_between(-bound, np.inf, prior_mean=-1.0)
        assert (mean, variance) == (pytest.approx(-mirrored[0], rel=1e-12), pytest.approx(mirrored[1]))


@pytest.mark.parametrize(("lower", "upper"), [(-np.inf, 12.0), (-9.0, 12.0), (-8.0, np.inf)])
def test_ends_far_outside_change_nothing(lower: float, upper: float) -> None:
    mean, variance = told_between(lower, upper)
    assert mean == pytest.approx(1.0, abs=1e-6)
    assert variance == pytest.approx(0.8, rel=1e-6)


@pytest.mark.parametrize("at", [-30.0, 0.0, 1.0, 2.3, 25.0])
def test_an_interval_without_width_is_a_value_with_its_noise(at: float) -> None:
    mean, variance = told_between(at - 1e-9, at + 1e-9)
    gain = 0.8 / (0.8 + SIGMA**2)
    assert mean == pytest.approx(1.0 + gain * (at - 1.0), rel=1e-5)
    assert variance == pytest.approx(0.8 * (1.0 - gain), rel=1e-5)
    assert told_between(at, at) == (pytest.approx(mean, rel=1e-5), pytest.approx(variance, rel=1e-5))


def test_a_wider_interval_says_less() -> None:
    variances = [told_between(0.5 - half, 0.5 + half)[1] for half in (1e-6, 0.2, 0.5, 1.0, 2.0, 5.0)]
    assert np.all(np.diff(variances) > 1e-4)


@pytest.mark.slow
def test_correlated_bounds_of_all_kinds_agree_with_a_grid() -> None:
    """Two designs, correlation 0.7: an upper bound and an interval; the reference is a sum over a grid."""
    covariance, noise = np.array([[1.0, 0.7], [0.7, 1.0]]), np.full(2, 0.3**2)
    lower, upper = np.array([-np.inf, 0.5]), np.array([-0.2, 0.9])
    sites = bound_sites(np.zeros(2), covariance, lower, upper, noise)
    mean, variance = posterior(np.zeros(2), covariance, *sites)
    axis = np.linspace(-6.0, 6.0, 1201)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    weight = np.exp(-0.5 * np.einsum("...i,ij,...j", grid, np.linalg.inv(covariance), grid))
    weight *= np.prod(norm.cdf((upper - grid) / 0.3) - norm.cdf((lower - grid) / 0.3), axis=-1)
    weight /= weight.sum()
    exact_mean = np.einsum("ij,ijk->k", weight, grid)
    exact_variance = np.einsum("ij,ijk->k", weight, (grid - exact_mean) ** 2)
    np.testing.assert_allclose(mean, exact_mean, rtol=0.02, atol=0.01)
    np.testing.assert_allclose(variance, exact_variance, rtol=0.05)
