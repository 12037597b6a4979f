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
