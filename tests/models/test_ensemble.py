"""The emulator: accuracy, missing targets, gradients, determinism."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from surrogate.errors import ModelError
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings

TARGETS = ("first", "second")
QUICK = EnsembleSettings(epochs=25)


def surface(X: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(3.0 * X[:, 0]) + X[:, 1], 50.0 + 10.0 * X[:, 2] ** 2], axis=1)


@pytest.fixture(scope="module")
def table() -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(0).uniform(size=(1500, 4))
    z = surface(X)
    z[::3, 1] = np.nan
    return X, z


@pytest.fixture(scope="module")
def ensemble(table) -> DeepEnsemble:
    torch.set_num_threads(1)
    return DeepEnsemble.fit(*table, TARGETS, seed=0, settings=QUICK)


def test_it_learns_a_smooth_surface_of_each_scale(ensemble) -> None:
    X = np.random.default_rng(1).uniform(size=(400, 4))
    mean, variance = ensemble.predict(X)
    wanted = surface(X)
    assert (np.sqrt(np.mean((mean - wanted) ** 2, axis=0)) < 0.1 * wanted.std(axis=0)).all()
    assert (variance > 0).all()


@pytest.mark.slow
def test_missing_values_of_one_target_leave_the_other_alone() -> None:
    """No row measures both targets; each is learned as well as if the other were not there."""
    X = np.random.default_rng(2).uniform(size=(2400, 4))
    z = surface(X)
    first = np.random.default_rng(3).random(len(X)) < 0.5
    z[first, 1], z[~first, 0] = np.nan, np.nan
    fitted = DeepEnsemble.fit(X, z, TARGETS, seed=0, settings=QUICK)
    new = np.random.default_rng(1).uniform(size=(400, 4))
    expected = surface(new)
    error = np.sqrt(np.mean((fitted.predict(new)[0] - expected) ** 2, axis=0)) / expected.std(axis=0)
    assert (error < 0.15).all()


@pytest.mark.parametrize("placeholder", [np.inf, -np.inf])
def test_what_stands_in_place_of_a_missing_value_moves_no_weight(table, placeholder: float) -> None:
    X, z = table
    few = EnsembleSettings(epochs=2, members=2)
    plain = DeepEnsemble.fit(X, z, TARGETS, seed=0, settings=few)
    other = DeepEnsemble.fit(X, np.where(np.isnan(z), placeholder, z), TARGETS, seed=0, settings=few)
    for name, weights in plain.tensors.items():
        assert torch.equal(weights, other.tensors[name]), name


def test_members_disagree_more_away_from_the_data(ensemble) -> None:
    inside = torch.full((1, 4), 0.5, dtype=torch.double)
    near, far = (ensemble.outputs(X)[0].var(dim=0).squeeze(0) for X in (inside, inside + 3.0))
    assert (far > 10.0 * near).all()


def test_noise_is_told_apart_from_signal() -> None:
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(1500, 2))
    z = (X[:, 0] + rng.normal(0.0, 0.3, 1500))[:, None]
    fitted = DeepEnsemble.fit(X, z, ("noisy",), seed=0, settings=QUICK)
    assert np.sqrt(np.median(fitted.predict(X)[1])) == pytest.approx(0.3, rel=0.2)


def test_its_mean_is_differentiable(ensemble) -> None:
    X = torch.full((2, 3, 4), 0.4, dtype=torch.double, requires_grad=True)
    value = ensemble.mean("first")(X)
    assert value.shape == (2, 3)
    value.sum().backward()
    with torch.no_grad():
        step = torch.zeros_like(X)
        step[..., 0] = 1e-5
        mean = ensemble.mean("first")
        numeric = (mean(X + step) - mean(X - step)) / 2e-5
    np.testing.assert_allclose(X.grad[..., 0].numpy(), numeric.numpy(), rtol=1e-5)
    np.testing.assert_allclose(
        value.detach().numpy(),
        ensemble.predict(X.detach().numpy().reshape(-1, 4))[0][:, 0].reshape(2, 3),
        rtol=1e-12,
    )


def test_a_seed_decides_everything(table) -> None:
    few = EnsembleSettings(epochs=2, members=2)
    a, b, other = (DeepEnsemble.fit(*table, TARGETS, seed=s, settings=few) for s in (4, 4, 5))
    assert all(torch.equal(a.tensors[name], b.tensors[name]) for name in a.tensors)
    assert not torch.equal(a.tensors["w0"], other.tensors["w0"])


def test_a_target_without_values_is_refused(table) -> None:
    X, z = table
    with pytest.raises(ModelError, match="two simulated values"):
        DeepEnsemble.fit(X, np.column_stack([z[:, 0], np.full(len(X), np.nan)]), TARGETS, seed=0)
