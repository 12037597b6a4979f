"""On which scale an objective is modelled: the one on which it predicts what it was not shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import objective_data
from surrogate.optimization.objective_data import read_objective
from surrogate.space import Categorical, Continuous, Encoder, Space

SPACE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])
ENCODER = Encoder(SPACE)


def objective(values: np.ndarray, **more: object) -> objective_data.ObjectiveData:
    return read_objective(pd.DataFrame({"value": values, **more}), "value")


def fitted(values: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, float]:
    """Whether the logarithm was taken, and the spread between cells that was found."""
    from surrogate.models import gp

    asked: list[np.ndarray] = []
    fit = gp.TargetGP.fit
    monkeypatch.setattr(
        gp.TargetGP,
        "fit",
        lambda X, lower, *rest, **more: asked.append(lower) or fit(X, lower, *rest, **more),
    )
    designs = ENCODER.encode(SPACE.sample(len(values), 3))
    told = objective(values)
    found, _ = objective_data._fitted(ENCODER, designs, told, logarithms=told.positive)
    return len(asked) == 2 and np.array_equal(found.lower, asked[1]), found.hyper.cell


X = SPACE.sample(40, 3)
LINEAR = 1.0 + 3.0 * X["x"].to_numpy() + 2.0 * X["y"].to_numpy()


def test_what_grows_by_factors_is_modelled_in_logarithms(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.3, 40)
    logarithm, _ = fitted(np.exp(1.5 * LINEAR + noise), monkeypatch)
    assert logarithm


def test_what_adds_up_is_modelled_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.3, 40)
    logarithm, _ = fitted(LINEAR + noise - (LINEAR + noise).min() + 0.01, monkeypatch)
    assert not logarithm


def test_next_to_no_noise_is_found_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    _, without = fitted(np.sin(4.0 * X["x"].to_numpy()) + LINEAR, monkeypatch)
    _, with_noise = fitted(LINEAR + np.random.default_rng(0).normal(0.0, 1.0, 40), monkeypatch)
    assert without < 0.05 < with_noise


def test_the_slope_makes_densities_of_both_scales_comparable() -> None:
    """The density of a log-normal value is that of its logarithm over the value."""
    values = np.array([1.0, 2.0, 8.0])
    scaled = objective(values).scaled(logarithm=True)
    spread = np.log(values).std()
    assert scaled.log_slope.sum() == pytest.approx(-np.log(values).sum() - 3 * np.log(spread))
    as_is = objective(values).scaled(logarithm=False)
    assert as_is.log_slope.sum() == pytest.approx(-3 * np.log(values.std()))
    bound = objective(values, value_censored=[False, False, True]).scaled(logarithm=True)
    assert np.isinf(bound.upper[2])
    assert bound.log_slope.sum() == pytest.approx(-np.log(2.0) - 2 * np.log(spread))


def test_a_category_that_shifts_a_result_is_told_apart() -> None:
    space = Space([Categorical("kind", ["a", "b"]), Continuous("x", 0.0, 1.0)])
    encoder, table = Encoder(space), space.sample(30, 1)
    value = np.sin(5.0 * table["x"].to_numpy()) + np.where(table["kind"] == "a", 0.0, 4.0)
    found, _ = objective_data._fitted(
        encoder, encoder.encode(table), objective(value - 2.0), logarithms=False
    )
    kinds = [role.category for role in found.roles]
    assert sorted(kinds) == [False, True]
    new = space.sample(50, 9)
    mean, _ = found.latent(encoder.encode(new))
    truth = np.sin(5.0 * new["x"].to_numpy()) + np.where(new["kind"] == "a", 0.0, 4.0) - 2.0
    scaled = (truth - (value - 2.0).mean()) / value.std()
    assert np.sqrt(np.mean((mean - scaled) ** 2)) < 0.1
