"""The fit of a plain process: what its vector means, its posterior against another library's, and its maximum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from surrogate.models.kernels import Role
from surrogate.models.map_fit import maximum_a_posteriori, medians, named, negative_log_posterior, vector_of

ROLES = [Role((0, 3), 0.85, name="agent"), Role((1, 2), name="pores")]
RNG = np.random.default_rng(0)
X = RNG.uniform(size=(30, 4))
Z = 5.0 + np.sin(3.0 * X[:, 0]) + X[:, 1] * X[:, 3] + RNG.normal(0.0, 0.2, 30)
# Length scales of agent and pores, amplitude, spread between cells, level: the priors, written out once more.
CENTRES = np.array([np.log(0.6), np.log(0.6), 0.0, np.log(0.12), 0.0])
SPREADS = np.array([0.5, 0.5, 1.0, 1.0, 10.0])


def test_the_vector_has_these_names_and_starts_at_the_medians() -> None:
    np.testing.assert_allclose(medians(ROLES), CENTRES, rtol=1e-15)
    hyper = named(medians(ROLES, level=5.5), ROLES)
    assert hyper.lengthscales == pytest.approx({"agent": 0.6, "pores": 0.6}, rel=1e-14)
    assert (hyper.amplitude, hyper.cell, hyper.level) == pytest.approx((1.0, 0.12, 5.5), rel=1e-14)
    vector = np.array([-1.0, -0.5, 0.3, -0.7, -2.0])
    np.testing.assert_allclose(vector_of(named(vector, ROLES), ROLES), vector, rtol=1e-14)


def direct(vector: np.ndarray) -> float:
    """Negative log posterior but for a constant: likelihood by scikit-learn, prior by SciPy."""
    hyper = named(vector, ROLES)
    scales = [hyper.lengthscales[name] for name in ("agent", "pores", "pores", "agent")]
    kernel = ConstantKernel(hyper.amplitude**2) * Matern(scales, nu=2.5)
    process = GaussianProcessRegressor(kernel, alpha=hyper.cell**2 + 1e-8, optimizer=None)
    likelihood = process.fit(X, Z - hyper.level).log_marginal_likelihood_value_
    return -float(likelihood + norm.logpdf(vector, CENTRES, SPREADS).sum())


BEYOND = np.array([1.0, -0.5, 0.3, -1.0, 4.0])  # agent's length scale would be 2.7


@pytest.mark.parametrize("vector", [medians(ROLES, 5.0) + 0.05, medians(ROLES, 4.5) - 0.2, BEYOND], ids=str)
def test_the_fit_minimises_the_posterior_of_other_libraries(vector: np.ndarray) -> None:
    objective, start = negative_log_posterior(X, Z, ROLES), medians(ROLES, 5.0)
    found = objective(vector)[0] - objective(start)[0]
    assert found == pytest.approx(direct(vector) - direct(start), rel=1e-9)


@pytest.mark.parametrize("at", [medians(ROLES, 5.0) + 0.05, BEYOND], ids=["near", "beyond the longest"])
def test_the_gradient_of_the_fit_is_that_of_differences(at: np.ndarray) -> None:
    objective = negative_log_posterior(X, Z, ROLES)
    numeric = [(objective(at + step)[0] - objective(at - step)[0]) / 2e-5 for step in 1e-5 * np.eye(len(at))]
    np.testing.assert_allclose(objective(at)[1], numeric, rtol=1e-5, atol=1e-6)


def test_the_fit_ends_at_a_maximum() -> None:
    found = vector_of(maximum_a_posteriori(X, Z, ROLES), ROLES)
    objective = negative_log_posterior(X, Z, ROLES)
    value, gradient = objective(found)
    np.testing.assert_allclose(gradient, 0.0, atol=1e-2)
    assert value < objective(medians(ROLES, float(Z.mean())))[0] - 1.0


def test_length_scales_never_exceed_the_longest_of_their_role() -> None:
    assert named(np.full(5, 5.0), ROLES).lengthscales == {"agent": 0.85, "pores": 1.5}


def test_an_overflowing_level_leaves_a_finite_gradient() -> None:
    """The line search of the fit may try a level whose exponential is infinite."""
    value, gradient = negative_log_posterior(X, Z, ROLES)(medians(ROLES, 2000.0))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_the_shares_of_categories_are_fitted_and_their_gradient_is_right() -> None:
    roles = [Role((0, 1), np.inf, name="kind", category=True), Role((2,), name="x")]
    kind, x = RNG.integers(2, size=30), RNG.uniform(size=30)
    designs = np.column_stack([kind == 0, kind == 1, x]).astype(float)
    shifted = np.sin(6.0 * x) + 3.0 * kind  # a category that only shifts
    objective = negative_log_posterior(designs, shifted, roles)
    at = medians(roles, 0.5) + 0.1
    assert len(at) == 7  # two scales, two shares, amplitude, cell, level
    numeric = [(objective(at + step)[0] - objective(at - step)[0]) / 2e-5 for step in 1e-5 * np.eye(7)]
    np.testing.assert_allclose(objective(at)[1], numeric, rtol=1e-5, atol=1e-6)
    alone = maximum_a_posteriori(designs, shifted, roles)
    together = maximum_a_posteriori(designs, np.where(kind == 0, 1.0, -1.0) * np.sin(6.0 * x), roles)
    assert alone.separate > 3.0 * together.separate


def test_a_fit_that_goes_on_from_some_of_the_values_is_as_good() -> None:
    """Beginning from the fit to half of the values, a third of the steps reach the same density."""
    objective = negative_log_posterior(X, Z, ROLES)
    some = maximum_a_posteriori(X[::2], Z[::2], ROLES)
    whole, further = maximum_a_posteriori(X, Z, ROLES), maximum_a_posteriori(X, Z, ROLES, begin=some)
    reached = [objective(vector_of(hyper, ROLES))[0] for hyper in (some, whole, further)]
    assert reached[0] > reached[1] + 0.01
    assert reached[2] == pytest.approx(reached[1], abs=1e-3)


def test_a_step_to_what_has_no_covariance_is_taken_back() -> None:
    objective = negative_log_posterior(X, Z, ROLES)
    far = medians(ROLES, 5.0) + np.array([0.0, 0.0, 800.0, 0.0, 0.0])  # an amplitude that overflows
    value, gradient = objective(far)
    assert np.isfinite(value)
    assert value > objective(medians(ROLES, 5.0))[0]
    assert np.isfinite(gradient).all()
