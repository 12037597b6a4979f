"""Rows that sets of designs share are computed once, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.models.model_list_gp_regression import ModelListGP
from botorch.posteriors import GPyTorchPosterior

from surrogate.models.botorch_model import PlainModel
from surrogate.models.gp import TargetGP
from surrogate.models.shared_rows import with_shared_rows

GROUPS = {"first": [0], "second": [1], "third": [2]}
SETS, ROWS = 12, 6


@pytest.fixture(scope="module")
def model() -> PlainModel:
    rng = np.random.default_rng(2)
    X = rng.uniform(size=(20, 3))
    values = np.sin(3.0 * X[:, 0]) + X[:, 1] + 0.05 * rng.standard_normal(20)
    return TargetGP.fit(X, values, values, groups=GROUPS).botorch_model()


def sets(*own: int, seed: int = 0) -> torch.Tensor:
    """Sets of designs that differ at some places and share the rest."""
    drawn = torch.rand(SETS, ROWS, 3, dtype=torch.double, generator=torch.Generator().manual_seed(seed))
    for place in range(ROWS):
        if place not in own:
            drawn[:, place] = drawn[0, place].clone()
    return drawn


@pytest.mark.parametrize("own", [(5,), (0,), (2, 4), ()])
def test_the_posterior_is_that_of_each_set(model: PlainModel, own: tuple[int, ...]) -> None:
    X, asked = sets(*own), []

    def joint(rows: torch.Tensor) -> GPyTorchPosterior:
        asked.append(rows.shape[:-1].numel())
        return super(PlainModel, model).posterior(rows)

    with torch.no_grad():
        found, each = with_shared_rows(joint, X), super(PlainModel, model).posterior(X)
        torch.testing.assert_close(found.mean, each.mean, rtol=1e-9, atol=1e-9)
        spreads = found.distribution.covariance_matrix, each.distribution.covariance_matrix
        torch.testing.assert_close(*spreads, rtol=1e-7, atol=1e-9)
    assert asked == [ROWS - len(own) + SETS * len(own)]


def test_sets_that_share_little_are_asked_about_as_they_are(model: PlainModel) -> None:
    X, asked = sets(0, 1, 2, 3), []
    with_shared_rows(lambda rows: asked.append(tuple(rows.shape)) or model.posterior(rows), X)
    assert asked == [(SETS, ROWS, 3)]


def test_gradients_reach_what_differs(model: PlainModel) -> None:
    X = sets(5)
    slopes = []
    for posterior in (model.posterior, super(PlainModel, model).posterior):
        own = X[:, 5:].clone().requires_grad_()
        found = posterior(torch.cat([X[:, :5], own], dim=1))
        (found.mean.sum() + found.distribution.covariance_matrix.sum()).backward()
        slopes.append(own.grad)
    torch.testing.assert_close(*slopes, rtol=1e-6, atol=1e-9)


def test_an_acquisition_function_is_worth_the_same(
    model: PlainModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worth() -> torch.Tensor:
        function = qLogNoisyExpectedHypervolumeImprovement(
            ModelListGP(model, model), torch.tensor([0.0, 0.0]), sets()[0], prune_baseline=False
        )
        with torch.no_grad():
            return function(sets(0, seed=1)[:, :1])

    asked = []
    monkeypatch.setattr(
        "surrogate.models.botorch_model.with_shared_rows",
        lambda joint, X: asked.append(len(X)) or with_shared_rows(joint, X),
    )
    torch.manual_seed(0)
    shared = worth()
    assert SETS in asked
    monkeypatch.setattr("surrogate.models.botorch_model.with_shared_rows", lambda joint, X: joint(X))
    torch.manual_seed(0)
    torch.testing.assert_close(worth(), shared, rtol=1e-4, atol=1e-6)
