"""A told cell counts where it is, only there; bounds; the BoTorch side; determinism."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from surrogate.errors import ModelError
from surrogate.models.gp import TargetGP

NINETY = 1.6448536269514722


def emulated(X: torch.Tensor) -> torch.Tensor:
    """A stand-in emulator: a smooth function of two encoded dimensions."""
    return 5.0 + torch.sin(X[..., -1]) + 0.5 * X[..., -5]


@pytest.fixture(scope="module")
def plain(host_rows) -> TargetGP:
    return TargetGP.fit(
        host_rows.X,
        host_rows.z,
        groups=host_rows.encoder.groups,
        measured=host_rows.measured,
        published=host_rows.measured,
        steps=25,
    )


@pytest.fixture(scope="module")
def informed(host_rows) -> TargetGP:
    """With an emulator as the mean: measured rows only."""
    rows = host_rows.measured
    return TargetGP.fit(
        host_rows.X[rows],
        host_rows.z[rows],
        groups=host_rows.encoder.groups,
        measured=np.ones(rows.sum(), dtype=bool),
        published=np.ones(rows.sum(), dtype=bool),
        mean=emulated,
        steps=25,
    )


@pytest.fixture(params=["plain", "informed"])
def process(request) -> TargetGP:
    return request.getfixturevalue(request.param)


@pytest.fixture
def designs(host_rows):
    """Two new designs that differ in framework, agent and electrolyte."""
    space, encoder = host_rows.encoder.space, host_rows.encoder
    table = space.sample(200, 11)
    here = table[(table.framework == "copper") & (table.electrolyte == "liquid_ether")].iloc[[0]]
    other = ~table.electrolyte.isin(["liquid_ether"]) & ~table.framework.isin(["copper", "none"])
    away = table[other & (table.agent != here.agent.iloc[0])].iloc[[0]]
    return encoder.encode(here), encoder.encode(away)


def bounds(process: TargetGP, X) -> np.ndarray:
    mean, variance = process.predictive(X)
    half = NINETY * np.sqrt(variance[0])
    return np.exp(mean[0] + np.array([-half, 0.0, half]))


@pytest.mark.parametrize("factor", [1.5, 3.0])
@pytest.mark.slow
def test_a_told_cell_narrows_the_interval_and_lies_in_it(process, designs, factor: float) -> None:
    here, away = designs
    before, elsewhere = process.predictive(here), bounds(process, away)
    value = before[0] + np.log(factor)
    told = process.condition(here, value)
    mean, variance = told.predictive(here)
    # Widths in ln units: the median itself moves, so relative widths are what "narrower" means.
    assert np.sqrt(variance[0]) <= 0.8 * np.sqrt(before[1][0])
    assert abs(value[0] - mean[0]) <= NINETY * np.sqrt(variance[0])
    assert mean[0] > before[0][0] + 0.3 * np.log(factor)
    np.testing.assert_allclose(bounds(told, away), elsewhere, rtol=0.05)


@pytest.mark.parametrize("factor", [2.0, 5.0])
def test_a_bound_above_the_median_raises_it(process, designs, factor: float) -> None:
    here, _ = designs
    before = process.predictive(here)[0]
    told = process.condition(here, before + np.log(factor), np.array([np.inf]))
    assert told.predictive(here)[0][0] > before[0] + 0.1


def test_a_bound_below_the_interval_changes_little(process, designs) -> None:
    here, _ = designs
    mean, variance = process.predictive(here)
    low = mean - NINETY * np.sqrt(variance) - 0.3
    told = process.condition(here, low, np.array([np.inf]))
    assert abs(np.exp(told.predictive(here)[0][0] - mean[0]) - 1.0) < 0.05


@pytest.mark.parametrize("factor", [0.5, 0.2])
def test_an_upper_bound_below_the_median_lowers_it(process, designs, factor: float) -> None:
    here, _ = designs
    before = process.predictive(here)[0]
    told = process.condition(here, np.array([-np.inf]), before + np.log(factor))
    assert told.predictive(here)[0][0] < before[0] - 0.1


def test_an_interval_holds_what_is_predicted_where_it_was_seen(process, designs) -> None:
    here, _ = designs
    mean, variance = process.predictive(here)
    value = process.condition(here, mean + 1.0).predictive(here)
    told = process.condition(here, mean + 0.9, mean + 1.1).predictive(here)
    wide = process.condition(here, mean - 1.0, mean + 3.0).predictive(here)
    np.testing.assert_allclose(told, value, atol=0.02)
    assert value[1][0] < told[1][0] < wide[1][0] < variance[0]


@pytest.mark.parametrize("ends", [(1.0, 0.5), (-np.inf, np.inf), (np.nan, 1.0)])
def test_bounds_that_contradict_each_other_are_refused(process, designs, ends: tuple[float, float]) -> None:
    lower, upper = (np.array([end]) for end in ends)
    with pytest.raises(ModelError, match=r"row 1: .*contradict.*Allowed: the lower one at most as high"):
        process.condition(designs[0], lower, upper)


def test_predictive_adds_one_cells_spread(process, designs) -> None:
    latent, predictive = process.latent(designs[0]), process.predictive(designs[0])
    np.testing.assert_array_equal(latent[0], predictive[0])
    assert predictive[1][0] - latent[1][0] == pytest.approx(0.12**2, rel=1e-9)


def test_conditioning_keeps_hyperparameters_and_the_original(process, designs) -> None:
    before = process.latent(designs[0])
    told = process.condition(designs[0], before[0] + 1.0)
    assert told.hyper == process.hyper
    np.testing.assert_array_equal(process.latent(designs[0])[0], before[0])


def test_rows_told_together_or_in_turn_are_the_same(process, designs) -> None:
    X = np.concatenate(designs)
    z = process.latent(X)[0] + np.array([0.5, -0.4])
    upper = np.array([z[0], np.inf])
    together = process.condition(X, z, upper)
    one = process.condition(X[:1], z[:1], upper[:1]).condition(X[1:], z[1:], upper[1:])
    np.testing.assert_allclose(one.latent(X)[0], together.latent(X)[0], rtol=1e-12)
    np.testing.assert_allclose(one.latent(X)[1], together.latent(X)[1], rtol=1e-12)


def test_the_botorch_model_has_the_same_latent_posterior(process, host_rows) -> None:
    told = process.condition(host_rows.X[:2], np.array([6.0, 4.0]), np.array([6.0, np.inf]))
    X = torch.from_numpy(host_rows.encoder.encode(host_rows.encoder.space.sample(6, 9)))
    posterior = told.botorch_model().posterior(X)
    mean, variance = told.latent(X.numpy())
    np.testing.assert_allclose(posterior.mean.squeeze(-1).numpy(), mean, rtol=1e-10)
    np.testing.assert_allclose(posterior.variance.squeeze(-1).numpy(), variance, rtol=1e-10)


def test_the_botorch_model_takes_batches_and_gives_gradients(process, host_rows) -> None:
    d = host_rows.encoder.dim
    X = torch.from_numpy(host_rows.X[:12]).reshape(2, 3, 2, d).requires_grad_(True)
    posterior = process.botorch_model().posterior(X)
    assert posterior.mean.shape == (2, 3, 2, 1)
    assert posterior.rsample(torch.Size([4])).shape == (4, 2, 3, 2, 1)
    posterior.mean.sum().backward()
    assert X.grad is not None
    step = torch.zeros_like(X)
    step[..., -5] = 1e-5
    with torch.no_grad():
        model = process.botorch_model()
        numeric = (model.posterior(X + step).mean - model.posterior(X - step).mean).sum() / 2e-5
    assert float(X.grad[..., -5].sum()) == pytest.approx(float(numeric), rel=1e-3, abs=1e-6)


def test_the_general_optimizers_call_learns_its_noise() -> None:
    """Every row measured, none published: the noise of 0.5 is learned, not assumed to be 0.12."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(60, 2))
    z = 2.0 * X[:, 0] - X[:, 1] + rng.normal(0.0, 0.5, 60)
    fitted = TargetGP.fit(X, z, groups={"a": [0], "b": [1]}, seed=0)
    assert 0.35 < fitted.hyper.cell < 0.65
    grid = rng.uniform(0.1, 0.9, size=(50, 2))
    error = fitted.latent(grid)[0] - (2.0 * grid[:, 0] - grid[:, 1])
    assert np.sqrt(np.mean(error**2)) < 0.3


def test_fits_are_the_same_twice(host_rows) -> None:
    keep = np.r_[0:20, 60:75]
    fits = [
        TargetGP.fit(
            host_rows.X[keep],
            host_rows.z[keep],
            groups=host_rows.encoder.groups,
            measured=host_rows.measured[keep],
            steps=6,
            seed=0,
        )
        for _ in range(2)
    ]
    assert fits[0].hyper == fits[1].hyper
    np.testing.assert_array_equal(fits[0].position, fits[1].position)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_finite_are_refused(bad: float) -> None:
    with pytest.raises(ModelError, match="finite"):
        TargetGP.fit(np.zeros((2, 1)), np.array([0.0, bad]), groups={"a": [0]})


def test_a_fit_starts_only_from_one_of_its_own_kind(plain, informed, host_rows) -> None:
    """A start of another variant would be read as other hyperparameters."""
    rows = host_rows.measured
    with pytest.raises(ModelError, match="variant"):
        TargetGP.fit(host_rows.X[rows], host_rows.z[rows], groups=host_rows.encoder.groups, start=informed)


def test_a_start_read_from_disk_is_that_of_its_named_values(informed, host_rows) -> None:
    """Without rows nothing is fitted: the result is the start itself."""
    nothing = {"X": host_rows.X[:0], "lower": host_rows.z[:0], "measured": np.zeros(0, dtype=bool)}
    kept, read = (
        TargetGP.fit(**nothing, groups=host_rows.encoder.groups, mean=emulated, start=start)
        for start in (informed, replace(informed, position=None))
    )
    assert kept.hyper == informed.hyper
    assert read.hyper.lengthscales == pytest.approx(informed.hyper.lengthscales, rel=1e-12)
    assert read.hyper.slope == pytest.approx(informed.hyper.slope, rel=1e-12)
