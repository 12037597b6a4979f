"""One list of requirements that every rival of the contest meets, run on each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch

from surrogate.models.contract import Entrant, Predictor, TargetData
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.entrants import entrants

D = 4
NAMES = ("gp_emulator", "gp_plain", "ensemble", "ridge", "median")


def truth(X: np.ndarray) -> np.ndarray:
    return 4.0 + 2.0 * X[:, 0] - X[:, 1]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data() -> TargetData:
    """30 simulated rows and 30 measured ones of 10 papers, lower by 1 and scattered by 0.2; three bounds."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(60, D))
    measured = np.arange(60) >= 30
    z = truth(X) + np.where(measured, rng.normal(-1.0, 0.2, 60), 0.0)
    censored = np.zeros(60, dtype=bool)
    censored[[32, 45, 58]] = True
    papers = np.array([""] * 30 + [f"paper {k % 10}" for k in range(30)], dtype=object)
    return TargetData(
        X, z, np.where(censored, np.inf, z), measured, papers, {"a": [0, 1], "b": [2], "c": [3]}
    )


@pytest.fixture(scope="module")
def rivals() -> dict[str, Entrant]:
    X = np.random.default_rng(1).uniform(size=(400, D))
    few = EnsembleSettings(members=2, hidden=16, epochs=15, batch=64)
    ensemble = DeepEnsemble.fit(X, truth(X)[:, None], ("t",), seed=0, settings=few)
    return {one.name: one for one in entrants(ensemble)}


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
def new() -> np.ndarray:
    return np.random.default_rng(2).uniform(size=(40, D))


def test_all_rivals_are_on_the_list(rivals) -> None:
    assert tuple(rivals) == NAMES
    assert {name for name, one in rivals.items() if one.proposes} == {"gp_emulator", "gp_plain"}


@pytest.mark.slow
def test_a_prediction_is_a_mean_and_a_positive_variance_for_each_row(fitted, new) -> None:
    mean, variance = fitted.predictive(new)
    assert mean.shape == variance.shape == (40,)
    assert mean.dtype == variance.dtype == np.float64
    assert np.isfinite(mean).all()
    assert (variance >= 0.12**2 * 0.999).all(), "one cell scatters by at least this"


@pytest.mark.slow
def test_it_follows_the_measured_level_not_the_simulated(fitted, new) -> None:
    mean, _ = fitted.predictive(new)
    assert np.mean(mean - (truth(new) - 1.0)) == pytest.approx(0.0, abs=0.35)


@pytest.mark.slow
def test_most_new_cells_lie_in_its_interval(fitted, new) -> None:
    mean, variance = fitted.predictive(new)
    cells = truth(new) - 1.0 + np.random.default_rng(3).normal(0.0, 0.2, 40)
    unsure = fitted.published_noise(np.zeros(40))
    inside = np.abs(cells - mean) <= 1.645 * np.sqrt(variance + unsure)
    assert inside.mean() >= 0.75


@pytest.mark.slow
def test_a_row_alone_is_predicted_as_in_company(fitted, new) -> None:
    together, alone = fitted.predictive(new), fitted.predictive(new[[7]])
    np.testing.assert_allclose(alone[0][0], together[0][7], rtol=1e-9)
    np.testing.assert_allclose(alone[1][0], together[1][7], rtol=1e-9)


def test_no_row_gives_no_prediction(fitted) -> None:
    mean, variance = fitted.predictive(np.zeros((0, D)))
    assert mean.shape == variance.shape == (0,)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bits(rival, data, new) -> None:
    first, second = (rival.fit(data, "t", seed=4).predictive(new) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_fitting_leaves_the_data_alone(rival, data) -> None:
    before = (data.X.copy(), data.lower.copy(), data.upper.copy())
    rival.fit(data, "t", seed=0)
    for kept, now in zip(before, (data.X, data.lower, data.upper), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_published_noise_is_a_variance_that_grows_with_what_is_not_stated(fitted) -> None:
    noise = fitted.published_noise(np.array([0.0, 0.5]))
    assert noise.shape == (2,)
    assert 0.0 <= noise[0] <= noise[1] < 10.0


@pytest.mark.slow
def test_a_row_that_may_stand_for_many_designs_counts_for_less(rival, fitted, data) -> None:
    """One measured row is moved far up: where it is, it is believed less when its design is hardly stated."""
    at = 41
    moved, spread = data.z.copy(), np.zeros(60)
    moved[at] += 3.0
    spread[at] = 9.0
    sure = replace(data, lower=moved, upper=np.where(data.censored, np.inf, moved))
    fits = [fitted, *(rival.fit(one, "t", seed=0) for one in (sure, replace(sure, spread=spread)))]
    base, believed, doubted = (one.predictive(data.X[[at]])[0][0] for one in fits)
    if rival.proposes:
        assert base <= doubted + 0.1
        assert doubted - base < 0.6 * (believed - base)
    else:
        assert doubted == believed


@pytest.mark.parametrize("what", ["only simulated", "one measured", "only bounds"])
@pytest.mark.slow
def test_thin_data_still_give_a_prediction(rival, data, new, what: str) -> None:
    rows = {"only simulated": np.arange(30), "one measured": np.arange(31), "only bounds": np.arange(60)}[
        what
    ]
    thin = data.take(rows)
    if what == "only bounds":
        thin = replace(thin, upper=np.where(thin.measured, np.inf, thin.lower))
    mean, variance = rival.fit(thin, "t", seed=0).predictive(new)
    assert np.isfinite(mean).all()
    assert (variance > 0).all()


@pytest.mark.slow
def test_a_warm_start_ends_near_the_cold_one(rival, fitted, data, new) -> None:
    warm = rival.fit(data, "t", seed=0, warm=fitted)
    np.testing.assert_allclose(warm.predictive(new)[0], fitted.predictive(new)[0], atol=0.1)


@pytest.mark.parametrize("name", ["gp_emulator", "gp_plain"])
@pytest.mark.slow
def test_bounds_raise_what_may_propose(name: str, rivals, data, new) -> None:
    """The same values read as lower bounds speak for more, never for less."""
    values = replace(data, upper=data.lower)
    bounds = replace(data, upper=np.where(data.measured, np.inf, data.lower))
    read = [rivals[name].fit(one, "t", seed=0).predictive(new)[0].mean() for one in (values, bounds)]
    assert read[1] > read[0] + 0.05
