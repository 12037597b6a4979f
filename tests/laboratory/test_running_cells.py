"""What the contenders with physics are told of cells that are still running when their tests end."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.laboratory import VirtualLaboratory
from surrogate.laboratory import own_with_physics as module
from surrogate.laboratory.ask_tell import CONTENDERS
from surrogate.laboratory.virtual_task import VirtualTask, sources_named

LIFE, RUNNING = "cycle_life_cycles", "cycle_life_cycles_censored"


@pytest.fixture
def task(draw: Callable[..., VirtualLaboratory]) -> VirtualTask:
    laboratory = draw(3, stopped_after_cycles=300.0)
    worst = {"cycle_life_cycles": 10.0, "ccd_mA_cm2": 0.1, "overpotential_mV": 500.0}
    return VirtualTask("lab-garnet-stopped:3", laboratory, worst, best=1.0)


@pytest.fixture
def observed(task: VirtualTask) -> pd.DataFrame:
    """Cells of which some have ended and others run."""
    designs = task.space.round(task.space.sample(12, 4)).reset_index(drop=True)
    cells = pd.concat([designs, task.measure(designs, np.random.default_rng(1))], axis=1)
    cells.loc[[2, 5], [LIFE, RUNNING]] = [300.0, True]
    cells.loc[[0, 1], [LIFE, RUNNING]] = [40.0, False]
    return cells


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the belief was told and the search was given, of each question."""
    questions: list[dict[str, Any]] = []

    def search(campaign: Any, belief: Any, n: int, seed: int, **given: Any) -> pd.DataFrame:
        questions.append({"believed": belief, "seed": seed, **given})
        return campaign.space.round(campaign.space.sample(n, seed))

    monkeypatch.setattr(module, "_physics", lambda text: SimpleNamespace(prior="prior"))
    monkeypatch.setattr(module, "believe", lambda prior, told: told)
    monkeypatch.setattr(module, "search_hosts", search)
    return questions


def ask(name: str, task: VirtualTask, observed: pd.DataFrame) -> None:
    found = CONTENDERS[name].propose(task, observed, 3, 7)
    assert list(found.columns) == list(task.space.columns)


def test_bounds_are_told_taken_for_values_or_waited_for(
    task: VirtualTask, observed: pd.DataFrame, asked: list[dict[str, Any]]
) -> None:
    for name in ("lihost_physics", "lihost_as_values", "lihost_waiting"):
        ask(name, task, observed)
    as_bounds, as_values, waiting = asked
    running = observed[RUNNING].to_numpy(dtype=bool)
    assert 2 <= running.sum() <= 10
    assert as_bounds["believed"][RUNNING].tolist() == running.tolist()
    assert RUNNING not in as_values["believed"]
    assert as_values["believed"][LIFE].tolist() == as_bounds["believed"][LIFE].tolist()
    assert "ccd_mA_cm2_censored" in as_values["believed"]
    assert as_bounds["pending"] is as_values["pending"] is None
    columns = list(task.space.columns)
    ended, still = (observed.loc[rows, columns].reset_index(drop=True) for rows in (~running, running))
    pd.testing.assert_frame_equal(waiting["measured"][columns], ended, check_dtype=False)
    pending = waiting["pending"][columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(pending, still, check_dtype=False)
    assert waiting["believed"][LIFE].tolist() == observed.loc[~running, LIFE].tolist()
    assert len({question["seed"] for question in asked}) == 1


def test_where_all_cells_run_the_one_that_waits_knows_physics_alone(
    task: VirtualTask, observed: pd.DataFrame, asked: list[dict[str, Any]]
) -> None:
    ask("lihost_waiting", task, observed.assign(**{RUNNING: True}))
    ask("lihost_waiting", task, pd.DataFrame())
    assert [question["believed"] for question in asked] == [None, None]
    assert [question["measured"] for question in asked] == [None, None]
    assert [len(question["pending"]) for question in asked] == [12, 0]


def test_they_meet_where_tests_end_early() -> None:
    (ended,) = sources_named("lab-ether-stopped:1", 1)
    (full,) = sources_named("lab-ether:1", 1)
    meet = {name: (one.meets(ended), one.meets(full)) for name, one in CONTENDERS.items()}
    assert meet["lihost_as_values"] == meet["lihost_waiting"] == (True, False)
    assert meet["lihost_physics"] == meet["random"] == (True, True)
