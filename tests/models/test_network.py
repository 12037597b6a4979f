"""The ensemble of perceptrons: it learns, it respects one-sided outputs, and it says the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import ModelError
from surrogate.models.network import Network, NetworkSettings

QUICK = NetworkSettings(members=2, hidden=32, epochs=60, batch=64)


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).uniform(-1.0, 1.0, size=(600, 3))
    return x, np.column_stack([np.sin(2.0 * x[:, 0]) + x[:, 1] ** 2, x[:, 0] * x[:, 1]])


def test_a_smooth_function_is_learned(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = rows
    found = Network.fit(x[:500], y[:500], seed=1, settings=QUICK)
    error = found(x[500:]) - y[500:]
    assert (1.0 - (error**2).mean(axis=0) / y[500:].var(axis=0)).min() > 0.95
    assert found.members(x[:5]).shape == (2, 5, 2)


def test_equal_seeds_give_equal_networks(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = rows
    few = NetworkSettings(members=2, hidden=8, epochs=2, batch=64)
    one, other, third = (Network.fit(x, y, seed=seed, settings=few)(x) for seed in (3, 3, 4))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, third)


def test_outputs_that_are_at_least_something_only_push_up(rows: tuple[np.ndarray, np.ndarray]) -> None:
    """Half of the rows say "at least 2 below the truth": as values they would drag the function down."""
    x, y = rows
    told, bounds = y[:, :1].copy(), np.zeros((len(y), 1), dtype=bool)
    told[::2] -= 2.0
    bounds[::2] = True
    with_bounds = Network.fit(x, told, seed=0, at_least=bounds, settings=QUICK)(x)
    as_values = Network.fit(x, told, seed=0, settings=QUICK)(x)
    assert abs(np.mean(with_bounds - y[:, :1])) < 0.1
    assert np.mean(as_values - y[:, :1]) < -0.7


def test_an_input_that_never_changed_says_nothing(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = rows
    fixed = np.column_stack([x, np.full(len(x), 7.0)])
    found = Network.fit(fixed, y, seed=0, settings=NetworkSettings(members=2, hidden=8, epochs=2))
    moved = fixed.copy()
    moved[:, 3] = 70.0
    assert np.array_equal(found(fixed), found(moved))


@pytest.mark.parametrize("wrong", ["few", "missing"])
def test_rows_that_cannot_be_learned_from_are_refused(wrong: str) -> None:
    x, y = np.zeros((4, 2)), np.zeros((4, 1))
    if wrong == "few":
        x, y = x[:1], y[:1]
    else:
        y[2] = np.nan
    with pytest.raises(ModelError):
        Network.fit(x, y, seed=0)
