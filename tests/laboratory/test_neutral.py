from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import InputError
from surrogate.laboratory.hypervolume import gains, hypervolume
from surrogate.laboratory.neutral import MAKERS, neutral_sources, neutral_task
from surrogate.laboratory.tasks import Task, TaskSource
from surrogate.space import Categorical, Simplex

# A design of each front, or of the optimum, that the docstring states.
HARTMANN = (0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573)
OPTIMA = {
    "hartmann6": (dict(zip([f"x{k}" for k in range(1, 7)], HARTMANN, strict=True)), {"y": -3.32237}),
    "ackley_mixed": (
        {"s1": "on", "s2": "off", "s3": "off", "s4": "on", "s5": "off", "x1": 0.27, "x2": 0.61, "x3": 0.44},
        {"y": 0.0},
    ),
    "zdt1_whole": (
        {"x1": 0.25, "x2": 0.35, "x3": 0.72, "x4": 0.5, "n1": 2, "n2": 5, "n3": 7, "n4": 3},
        {"f1": 0.25, "f2": 0.5},
    ),
    "dtlz2_30": ({"x01": 0.0, **{f"x{k:02d}": 0.5 for k in range(2, 31)}}, {"f1": 1.0, "f2": 0.0}),
    "dtlz2_limited": (
        {"x1": 0.0, "x2": 0.0, **{f"x{k}": 0.5 for k in range(3, 9)}},
        {"f1": 1.0, "f2": 0.0, "f3": 0.0},
    ),
    "blend": (
        {"resin": 0.34, "hardener": 0.17, "filler": 0.21, "solvent": 0.18, "pigment": 0.06, "additive": 0.04,
         "temperature_C": 85.0, "time_min": 30.0},
        {"quality": 100.0},
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=list(MAKERS))
def task(request: pytest.FixtureRequest) -> Task:
    return neutral_task(request.param)


def test_random_designs_are_between_nothing_and_the_best(task: Task) -> None:
    truth = task.truth(task.space.sample(64, 1))
    assert list(truth.columns) == list(task.objectives)
    assert np.isfinite(truth.to_numpy()).all()
    assert task.best is not None
    assert 0.05 * task.best < hypervolume(gains(task, truth)) < 0.95 * task.best


def test_noise_is_that_of_the_experiment_not_of_the_design(task: Task) -> None:
    first, second = task.space.sample(8, 1).iloc[:4], task.space.sample(8, 1).iloc[4:]
    found = [task.measure(one, np.random.default_rng(5)) for one in (first, first, second)]
    pd.testing.assert_frame_equal(found[0], found[1])
    noisy = (found[0] != task.truth(first)).to_numpy().any()
    assert noisy == any(task.noise.values())  # type: ignore[attr-defined]
    if noisy and task.noise_kind == "relative":  # type: ignore[attr-defined]
        np.testing.assert_allclose(found[0] / task.truth(first), found[2] / task.truth(second))
    elif noisy:
        np.testing.assert_allclose(found[0] - task.truth(first), found[2] - task.truth(second), atol=1e-9)


@pytest.mark.parametrize("name", list(OPTIMA))
def test_the_stated_optimum_is_allowed_and_reached(name: str) -> None:
    task = neutral_task(name)
    design, expected = pd.DataFrame([OPTIMA[name][0]]), OPTIMA[name][1]
    assert task.space.contains(design).all()
    for objective, value in expected.items():
        assert task.truth(design)[objective][0] == pytest.approx(value, abs=2e-4)


def test_one_objective_s_best_is_the_distance_to_its_optimum() -> None:
    for name in ("hartmann6", "ackley_mixed", "blend"):
        task = neutral_task(name)
        reached = gains(task, pd.DataFrame([OPTIMA[name][1]]))
        assert reached[0, 0] == pytest.approx(task.best, abs=1e-4)


def test_they_cover_what_users_have() -> None:
    tasks = [neutral_task(name) for name in MAKERS]
    assert {len(task.objectives) for task in tasks} == {1, 2, 3}
    assert min(len(task.space.columns) for task in tasks) <= 7
    assert max(len(task.space.columns) for task in tasks) == 30
    kinds = {type(parameter) for task in tasks for parameter in task.space.parameters}
    assert {Categorical, Simplex} <= kinds
    assert sum(bool(task.space.constraints) for task in tasks) >= 2


def test_sources_make_what_they_are_called() -> None:
    source = neutral_sources()["blend"]
    assert source.make().name == source.name == "blend"
    with pytest.raises(InputError, match=r"no such task.*hartmann6"):
        neutral_task("nothing")
    with pytest.raises(InputError, match="not a task"):
        TaskSource("x", "surrogate.laboratory.neutral:neutral_sources").make()
