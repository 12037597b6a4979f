"""Contenders that work in this process propose what is allowed; and what helps those that know no constraints."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from contest_examples import SPACE, mixed, told

from surrogate.laboratory import with_botorch
from surrogate.laboratory.allowed_designs import nearest_candidates, to_box, to_design, together
from surrogate.laboratory.ask_tell import CONTENDERS, PEERS
from surrogate.laboratory.peer_process import question
from surrogate.laboratory.pool_task import PoolTask
from surrogate.laboratory.rounds import remaining, round_seed
from surrogate.laboratory.tasks import Task
from surrogate.space import Categorical, Continuous, Restriction, Space

LEARNING = [
    name for name, one in CONTENDERS.items()
    if name not in (*PEERS, "random", "sobol") and not one.physics
]  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> PoolTask:
    designs = SPACE.round(SPACE.sample(20, 5))
    values = mixed().truth(designs)
    return PoolTask("pool", SPACE, {"gain": "max"}, designs, values[["gain"]])


def asked(name: str, task: Task, observed: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    found = CONTENDERS[name].propose(task, observed, 2, seed)
    assert len(found) == 2
    assert task.space.contains(found).all()
    return found[list(task.space.columns)].reset_index(drop=True)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """BoTorch searches as it does, for fewer steps."""
    for name, less in {"RESTARTS": 2, "RAW": 8, "STEPS": 3, "DRAWS": 8, "FIT_STEPS": 15}.items():
        monkeypatch.setattr(with_botorch, name, less)


@pytest.mark.parametrize("objectives", [1, 2])
@pytest.mark.parametrize("name", ["random", "sobol", *(name for name in LEARNING if name != "lihost")])
def test_proposes_what_is_allowed_and_the_same_again(name: str, objectives: int, quick: None) -> None:
    task = mixed(objectives)
    observed = told(task)
    found = asked(name, task, observed)
    if (name, objectives) != ("botorch", 2):
        pd.testing.assert_frame_equal(found, asked(name, task, observed))


@pytest.mark.slow
def test_ours_proposes_what_is_allowed() -> None:
    task = mixed(1)
    asked("lihost", task, told(task))


@pytest.mark.parametrize("name", ["random", "sobol", *LEARNING])
def test_picks_candidates_that_are_left(name: str, pool: PoolTask, quick: None) -> None:
    observed = pd.concat([pool.candidates, pool.measured], axis=1).iloc[:14]
    found = asked(name, pool, observed)
    left = pool.candidates.iloc[14:]
    assert pool.space.matches(found, left).any(axis=1).all()
    assert not pool.space.same(found.iloc[0], found.iloc[1])


def test_random_changes_by_round_and_seed_and_sobol_goes_on() -> None:
    task = mixed()
    observed = told(task)
    assert not asked("random", task, observed).equals(asked("random", task, observed, seed=1))
    assert not asked("random", task, observed).equals(asked("random", task, observed.iloc[:4]))
    assert round_seed(0, observed) != round_seed(0, observed.iloc[:4])
    sequence = SPACE.round(SPACE.sample(8, 0)).iloc[6:].reset_index(drop=True)
    pd.testing.assert_frame_equal(asked("sobol", task, observed), sequence)


def test_the_box_and_back() -> None:
    designs = SPACE.round(SPACE.sample(16, 2))
    points = to_box(SPACE, designs)
    back = pd.concat([to_design(SPACE, point) for point in points], ignore_index=True)
    pd.testing.assert_frame_equal(back, designs, check_exact=False, atol=1e-5)


def test_uniform_points_of_the_box_are_uniform_mixtures() -> None:
    rng = np.random.default_rng(0)
    made = [
        to_design(SPACE, {"kind": "a", "x": 0.0, "count": 2, "p": u[0], "q": u[1], "r": u[2]})
        for u in rng.random((300, 3))
    ]
    shares = pd.concat([one for one in made if one is not None])
    assert shares["q"].mean() == pytest.approx(0.3, abs=0.03)  # p has at least 0.1, the rest is shared evenly
    assert shares["p"].mean() == pytest.approx(0.4, abs=0.03)


def test_broken_constraints_are_repaired_and_forbidden_categories_rejected() -> None:
    point = {"kind": "b", "x": 1.0, "count": 3.4, "p": 1e-6, "q": 0.99, "r": 0.99}
    design = to_design(SPACE, point)
    assert design is not None
    assert SPACE.contains(design).all()
    assert design["count"][0] == 3.0
    space = Space(
        [Categorical("a", ["u", "v"]), Continuous("x", 0.0, 1.0)],
        restrictions=[Restriction({"a": ["v"]}, "not together", forbid=True)],
    )
    assert to_design(space, {"a": "v", "x": 0.5}) is None
    assert to_design(space, {"a": "u", "x": 0.5}) is not None


def test_batches_are_filled_up_at_random() -> None:
    task = mixed()
    given = SPACE.round(SPACE.sample(1, 9))
    batch = together(task, [given], 3, told(task), 0)
    pd.testing.assert_frame_equal(batch.iloc[[0]], given)
    assert len(batch) == 3
    assert SPACE.contains(batch).all()


def test_the_nearest_candidate_is_taken_once(pool: PoolTask) -> None:
    observed = pool.candidates.iloc[:5]
    wanted = pd.concat([pool.candidates.iloc[[7, 7, 1]]])
    found = nearest_candidates(pool, wanted, observed)
    assert found.index[0] == 7
    assert len(set(found.index)) == 3
    assert not set(found.index) & set(range(5))
    assert list(remaining(pool, observed).index) == list(range(5, 20))


def test_the_question_to_a_peer(pool: PoolTask) -> None:
    task = mixed()
    observed = told(task)
    observed.loc[0, "gain"] = np.nan
    asked = question(task, observed, 4, 7)
    assert [one["kind"] for one in asked["parameters"]] == [
        "categorical",
        "continuous",
        "continuous",
        "simplex",
    ]
    assert asked["parameters"][3]["parts"]["p"] == [0.1, 1.0]
    assert asked["constraints"] == [{"coefficients": {"p": 1.0, "x": 0.5}, "sense": "<=", "bound": 0.9}]
    assert len(asked["observations"]) == 5
    assert (asked["n"], asked["seed"], asked["experiments"], asked["candidates"]) == (4, 7, 6, None)
    observed = pd.concat([pool.candidates, pool.measured], axis=1).iloc[:14]
    assert len(question(pool, observed, 1, 0)["candidates"]) == 6
