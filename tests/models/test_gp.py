"""The plain process: textbook regression, a cell counts where it is, bounds, the BoTorch side, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

from surrogate.errors import ModelError
from surrogate.models.gp import TargetGP

Array = np.ndarray
GROUPS = {"a": [0, 3], "b": [1], "c": [2]}


@pytest.fixture(scope="module")
def process(host_rows) -> TargetGP:
    """Of 40 hosts."""
    rows = host_rows.measured
    z = host_rows.z[rows]
    return TargetGP.fit(host_rows.X[rows], z, z, groups=host_rows.encoder.groups)


@pytest.fixture(scope="module")
def small() -> TargetGP:
    """Of 25 designs in four dimensions and three roles."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(25, 4))
    z = 5.0 + 2.0 * X[:, 0] - X[:, 2] + rng.normal(0.0, 0.3, 25)
    return TargetGP.fit(X, z, z, groups=GROUPS)


@pytest.fixture(scope="module")
def designs(host_rows) -> tuple[Array, Array]:
    """Two new designs that differ in framework, agent and electrolyte."""
    space, encoder = host_rows.encoder.space, host_rows.encoder
    table = space.sample(200, 11)
    here = table[(table.framework == "copper") & (table.electrolyte == "liquid_ether")].iloc[[0]]
    other = ~table.electrolyte.isin(["liquid_ether"]) & ~table.framework.isin(["copper", "none"])
    away = table[other & (table.agent != here.agent.iloc[0])].iloc[[0]]
    return encoder.encode(here), encoder.encode(away)


def told(process: TargetGP, X: Array, lower: Array, upper: Array) -> TargetGP:
    """The same process with further cells, hyperparameters as they are."""
    rows = zip((process.X, process.lower, process.upper), (X, lower, upper), strict=True)
    X, lower, upper = (np.concatenate(pair) for pair in rows)
    return replace(process, X=X, lower=lower, upper=upper)


def textbook(process: TargetGP, asked: Array) -> tuple[Array, Array]:
    """Mean and covariance of values, by scikit-learn."""
    hyper = process.hyper
    scales = [hyper.lengthscales[name] for name in ("a", "b", "c", "a")]
    kernel = ConstantKernel(hyper.amplitude**2) * Matern(scales, nu=2.5)
    other = GaussianProcessRegressor(kernel, alpha=hyper.cell**2 + 1e-8, optimizer=None)
    other.fit(process.X, process.lower - hyper.level)
    mean, covariance = other.predict(asked, return_cov=True)
    return mean + hyper.level, covariance


def test_predictions_are_those_of_another_library(small) -> None:
    asked = np.random.default_rng(1).uniform(size=(5, 4))
    mean, covariance = textbook(small, asked)
    for found in (small.latent(asked)[0], small.joint(asked)[0], small.predictive(asked)[0]):
        np.testing.assert_allclose(found, mean, rtol=1e-10)
    np.testing.assert_allclose(small.joint(asked)[1], covariance, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(small.latent(asked)[1], covariance.diagonal(), rtol=1e-9)


def test_predictive_adds_one_cells_spread(small) -> None:
    asked = np.random.default_rng(1).uniform(size=(5, 4))
    one = replace(small, hyper=replace(small.hyper, cell=0.5))
    np.testing.assert_allclose(one.predictive(asked)[1] - one.latent(asked)[1], 0.25, rtol=1e-12)


def test_each_row_is_left_out_as_if_it_had_not_been_told(small) -> None:
    found = small.leave_one_out()
    for row in (0, 7, 24):
        others = np.arange(25) != row
        without = replace(
            small, X=small.X[others], lower=small.lower[others], upper=small.upper[others]
        ).predictive(small.X[[row]])
        expected = norm.logpdf(small.lower[row], without[0][0], np.sqrt(without[1][0]))
        assert found[row] == pytest.approx(expected, rel=1e-6)


def test_a_bound_far_above_what_all_others_say_is_less_likely(small) -> None:
    asked = np.full((1, 4), 0.5)
    mean, variance = small.predictive(asked)
    near, far = (
        told(small, asked, mean + times * np.sqrt(variance), np.array([np.inf])).leave_one_out()[-1]
        for times in (1.0, 4.0)
    )
    assert np.isfinite([near, far]).all()
    assert near > far + 1.0


@pytest.mark.parametrize("factor", [1.5, 3.0])
def test_a_told_cell_narrows_the_interval_and_hardly_counts_elsewhere(process, designs, factor) -> None:
    here, away = designs
    before, elsewhere = process.predictive(here), process.predictive(away)
    value = before[0] + np.log(factor)
    after = told(process, here, value, value)
    mean, variance = after.predictive(here)
    assert np.sqrt(variance[0]) <= 0.8 * np.sqrt(before[1][0])
    assert abs(value[0] - mean[0]) <= 1.645 * np.sqrt(variance[0])
    assert mean[0] > before[0][0] + 0.3 * np.log(factor)
    np.testing.assert_allclose(after.predictive(away), elsewhere, atol=0.05)


@pytest.mark.parametrize("factor", [2.0, 5.0])
def test_a_bound_above_the_median_raises_it(process, designs, factor: float) -> None:
    here, _ = designs
    before = process.latent(here)[0]
    after = told(process, here, before + np.log(factor), np.array([np.inf]))
    assert after.latent(here)[0][0] > before[0] + 0.1


@pytest.mark.parametrize("factor", [0.5, 0.2])
def test_an_upper_bound_below_the_median_lowers_it(process, designs, factor: float) -> None:
    here, _ = designs
    before = process.latent(here)[0]
    after = told(process, here, np.array([-np.inf]), before + np.log(factor))
    assert after.latent(here)[0][0] < before[0] - 0.1


def test_a_bound_far_below_changes_nothing(process, designs) -> None:
    here, _ = designs
    mean, variance = process.predictive(here)
    after = told(process, here, mean - 6.0 * np.sqrt(variance), np.array([np.inf]))
    np.testing.assert_allclose(after.latent(here), process.latent(here), atol=1e-5)


def test_an_interval_holds_what_is_predicted_where_it_was_seen(process, designs) -> None:
    here, _ = designs
    mean, variance = process.latent(here)
    value = told(process, here, mean + 1.0, mean + 1.0).latent(here)
    narrow = told(process, here, mean + 0.9, mean + 1.1).latent(here)
    wide = told(process, here, mean - 1.0, mean + 3.0).latent(here)
    np.testing.assert_allclose(narrow, value, atol=0.02)
    assert value[1][0] < narrow[1][0] < wide[1][0] < variance[0]


def test_hyperparameters_take_bounds_as_values(small) -> None:
    """A level free to follow its own bounds would rise without end."""
    upper = np.where(np.arange(25) % 2, np.inf, small.upper)
    bounds = TargetGP.fit(small.X, small.lower, upper, groups=GROUPS)
    assert bounds.hyper == small.hyper
    assert bounds.latent(small.X)[0].mean() > small.latent(small.X)[0].mean() + 0.01


def test_the_botorch_model_has_the_same_posterior(process, host_rows) -> None:
    ends = np.array([6.0, 4.0, -np.inf]), np.array([6.0, np.inf, 4.5])
    after = told(process, host_rows.X[:3], *ends)
    X = torch.from_numpy(host_rows.encoder.encode(host_rows.encoder.space.sample(6, 9)))
    with torch.no_grad():
        posterior = after.botorch_model().posterior(X)
        mean, covariance = after.joint(X.numpy())
        np.testing.assert_allclose(posterior.mean.squeeze(-1), mean, rtol=1e-10)
        np.testing.assert_allclose(
            posterior.distribution.covariance_matrix, covariance, rtol=1e-9, atol=1e-11
        )
    np.testing.assert_allclose(after.latent(X.numpy()), (mean, covariance.diagonal()), rtol=1e-10)


def test_the_botorch_model_takes_batches_and_gives_gradients(process, host_rows) -> None:
    d = host_rows.encoder.dim
    X = torch.from_numpy(host_rows.X[:12]).reshape(2, 3, 2, d).requires_grad_(True)
    model = process.botorch_model()
    posterior = model.posterior(X)
    assert posterior.mean.shape == (2, 3, 2, 1)
    assert posterior.rsample(torch.Size([4])).shape == (4, 2, 3, 2, 1)
    posterior.mean.sum().backward()
    assert X.grad is not None
    assert not any(one.requires_grad for one in model.parameters())
    step = torch.zeros_like(X)
    step[..., -5] = 1e-5
    with torch.no_grad():
        numeric = (model.posterior(X + step).mean - model.posterior(X - step).mean).sum() / 2e-5
    assert float(X.grad[..., -5].sum()) == pytest.approx(float(numeric), rel=1e-3, abs=1e-6)


def test_the_spread_between_cells_is_learned() -> None:
    """0.5, where the prior's median is 0.12."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(60, 2))
    z = 2.0 * X[:, 0] - X[:, 1] + rng.normal(0.0, 0.5, 60)
    fitted = TargetGP.fit(X, z, z, groups={"a": [0], "b": [1]})
    assert 0.35 < fitted.hyper.cell < 0.65
    grid = rng.uniform(0.1, 0.9, size=(50, 2))
    error = fitted.latent(grid)[0] - (2.0 * grid[:, 0] - grid[:, 1])
    assert np.sqrt(np.mean(error**2)) < 0.3


def test_one_cell_is_enough_and_leaves_the_prior_elsewhere() -> None:
    fitted = TargetGP.fit(np.zeros((1, 2)), np.ones(1), np.ones(1), groups={"a": [0], "b": [1]})
    assert fitted.hyper.level == pytest.approx(1.0, abs=0.05)
    mean, variance = fitted.latent(np.array([[0.0, 0.0], [40.0, 40.0]]))
    assert mean[0] == pytest.approx(1.0, abs=0.05)
    assert variance[0] < 0.1 * variance[1]
    assert variance[1] == pytest.approx(fitted.hyper.amplitude**2)


def test_fits_are_the_same_twice(small) -> None:
    again = TargetGP.fit(small.X, small.lower, small.upper, groups=GROUPS)
    assert again.hyper == small.hyper


X = np.zeros((2, 1))
Z = np.array([0.0, 1.0])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((np.full((2, 1), np.nan), Z, Z), "finite and of one length"),
        ((X[:0], Z[:0], Z[:0]), "at least one encoded design"),
        ((X, np.array([0.0, np.nan]), Z), "row 2: .*say nothing"),
        ((X, np.array([0.0, np.inf]), np.array([0.0, np.inf])), "row 2: .*say nothing"),
        ((X, np.array([-np.inf, 0.0]), np.array([np.inf, 0.0])), "row 1: .*one of them finite"),
        ((X, np.array([1.0, 0.0]), np.array([0.5, 0.0])), "row 1: .*Allowed: the lower one at most as high"),
    ],
    ids=["design", "none", "no number", "infinite", "open", "contradiction"],
)
def test_rows_that_say_nothing_or_cannot_be_are_refused(rows, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        TargetGP.fit(*rows, groups={"a": [0]})


def test_a_dimension_without_a_role_is_refused() -> None:
    with pytest.raises(ModelError, match="length scale"):
        TargetGP.fit(np.zeros((2, 2)), Z, Z, groups={"a": [0]})
