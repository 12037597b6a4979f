"""One list of requirements that every surrogate of the literature meets, run on each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from surrogate.models.contract import Entrant, Predictor, TargetData
from surrogate.models.inputs import Inputs
from surrogate.models.mixture import literature_rivals

NAMES = (
    "mixture", "fused", "physics", "class_level", "median", "conditions", "ridge_conditions", "forest", "boosting",
)  # fmt: skip
GROUPS = {"temperature_C": [0], "electrolyte": [1, 2], "framework": [3, 4], "agent": [5, 6]}
WITH_PHYSICS = ("mixture", "fused", "physics")


def truth(X: np.ndarray) -> np.ndarray:
    return 4.0 + 0.8 * X[:, 1] - 0.5 * X[:, 0]


def designs(n: int, seed: int) -> np.ndarray:
    """Encoded hosts: a temperature, one of two electrolytes, frameworks (the first is none) and agents."""
    rng = np.random.default_rng(seed)
    X = np.zeros((n, 7))
    X[:, 0] = rng.uniform(size=n)
    for first in (1, 3, 5):
        X[np.arange(n), first + rng.integers(2, size=n)] = 1.0
    return X


@pytest.fixture(scope="module")
def data() -> TargetData:
    """60 rows of 20 papers, scattered by 0.2; three bounds. The response says nothing."""
    rng, X = np.random.default_rng(0), designs(60, 1)
    z = truth(X) + rng.normal(0.0, 0.2, 60)
    censored = np.zeros(60, dtype=bool)
    censored[[2, 25, 48]] = True
    papers = np.array([f"paper {k % 20}" for k in range(60)], dtype=object)
    upper, control = np.where(censored, np.inf, z), np.arange(60) % 7 == 0
    return TargetData(X, z, upper, papers, GROUPS, np.zeros(60), control)


@pytest.fixture(scope="module")
def rivals() -> dict[str, Entrant]:
    return {one.name: one for one in literature_rivals()}


@pytest.fixture(params=NAMES)
def rival(request, rivals) -> Entrant:
    return rivals[request.param]


@pytest.fixture(scope="module")
def once(rivals, data) -> Callable[[str], Predictor]:
    """Function name of a rival -> its fit to the data, made once."""
    return cache(lambda name: rivals[name].fit(data, "t", seed=0))


@pytest.fixture
def fitted(rival, once) -> Predictor:
    """The rival fitted to the data; not to be changed."""
    return once(rival.name)


@pytest.fixture
def new() -> Inputs:
    return Inputs(designs(40, 2), np.zeros(40, dtype=bool), np.zeros(40))


def test_all_rivals_are_on_the_list(rivals) -> None:
    assert tuple(rivals) == NAMES


def test_a_prediction_is_a_distribution_for_each_row(fitted, new) -> None:
    mean, variance = fitted.pool(new).moments()
    assert mean.shape == variance.shape == (40,)
    assert mean.dtype == variance.dtype == np.float64
    assert np.isfinite(mean).all()
    assert (variance >= 0.1**2 * 0.999).all(), "no cell is told better than by this"


def test_it_has_the_level_of_the_rows(fitted, new) -> None:
    assert np.mean(fitted.pool(new).quantiles(0.5) - truth(new.X)) == pytest.approx(0.0, abs=0.25)


def test_most_new_cells_lie_in_its_interval(fitted, new) -> None:
    cells = truth(new.X) + np.random.default_rng(3).normal(0.0, 0.2, 40)
    below = fitted.pool(new).cdf(cells)
    assert np.mean((below >= 0.05) & (below <= 0.95)) >= 0.75


def test_a_row_alone_is_predicted_as_in_company(fitted, new) -> None:
    together, alone = fitted.pool(new).moments(), fitted.pool(new.take(np.array([7]))).moments()
    np.testing.assert_allclose(alone[0][0], together[0][7], rtol=1e-9)
    np.testing.assert_allclose(alone[1][0], together[1][7], rtol=1e-9)


def test_no_row_gives_no_prediction(fitted, new) -> None:
    mean, variance = fitted.pool(new.take(np.zeros(0, dtype=int))).moments()
    assert mean.shape == variance.shape == (0,)


def test_the_same_seed_gives_the_same_bits(rival, data, new) -> None:
    first, second = (rival.fit(data, "t", seed=4).pool(new).moments() for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_fitting_leaves_the_data_alone(rival, data) -> None:
    before = (data.X.copy(), data.lower.copy(), data.upper.copy())
    rival.fit(data, "t", seed=0)
    for kept, now in zip(before, (data.X, data.lower, data.upper), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_a_level_that_is_moved_moves_the_prediction(rival, fitted, data, new) -> None:
    moved = rival.fit(data.less(np.full(60, -2.0)), "t", seed=0)
    away = moved.pool(new).quantiles(0.5) - fitted.pool(new).quantiles(0.5)
    np.testing.assert_allclose(away, 2.0, atol=0.25)


def test_physics_is_followed_by_what_says_so(rival, data, new) -> None:
    """Rows follow their response; a new design of more response is promised more, or the same."""
    response = np.random.default_rng(5).normal(size=60)
    followed = replace(data.less(-response), response=response)
    fitted = rival.fit(followed, "t", seed=0)
    more = replace(new, response=new.response + 1.0)
    away = fitted.pool(more).quantiles(0.5) - fitted.pool(new).quantiles(0.5)
    assert (away > 0.5).all() if rival.name in WITH_PHYSICS else (away == 0.0).all()


@pytest.mark.parametrize("what", ["no row", "one row", "one paper", "only bounds"])
def test_thin_data_still_give_a_prediction(rival, data, new, what: str) -> None:
    rows = {"no row": np.arange(0), "one row": np.arange(1), "one paper": np.arange(0, 60, 20)}
    thin = data.take(rows.get(what, np.arange(60)))
    if what == "only bounds":
        thin = replace(thin, upper=np.full(60, np.inf))
    mean, variance = rival.fit(thin, "t", seed=0).pool(new).moments()
    assert np.isfinite(mean).all()
    assert (variance > 0).all()
