"""Cross-validation keeps papers apart and scores every rival alike."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.search_space import host_encoder
from surrogate.learning.contest import cross_validate, held_out_predictions
from surrogate.models.contract import TargetData
from surrogate.models.ingredients import PlainMedian, RidgeRegression
from surrogate.models.mixture import Alone, literature_rivals
from tests.others_who_work import Others

MEDIAN, RIDGE = Alone(PlainMedian()), Alone(RidgeRegression("ridge"))


@pytest.fixture
def data() -> TargetData:
    """24 rows of 8 papers; ln target = 3 x_0, two bounds."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(24, 2))
    papers = np.array([f"paper {k % 8}" for k in range(24)], dtype=object)
    censored = np.zeros(24, dtype=bool)
    censored[[1, 10]] = True
    z = 3.0 * X[:, 0] + rng.normal(0, 0.05, 24)
    upper, groups = np.where(censored, np.inf, z), {"temperature_C": [0], "b": [1]}
    return TargetData(X, z, upper, papers, groups, np.zeros(24), np.zeros(24, dtype=bool))


@dataclass(frozen=True)
class Spy:
    """Remembers the papers of every fit."""

    seen: list[set[str]] = field(default_factory=list)
    name: str = "spy"

    def fit(self, data: TargetData, target: str, *, seed: int) -> object:
        self.seen.append(set(data.papers.tolist()))
        return MEDIAN.fit(data, target, seed=seed)


def test_no_paper_is_in_the_fit_that_predicts_it(data) -> None:
    spy = Spy()
    cross_validate([spy], {"t": data}, seed=0)
    papers = set(data.papers)
    assert [papers - fold for fold in spy.seen] == [{f"paper {k}"} for k in range(8)]


def test_the_scorecard_has_a_row_for_each_rival_and_target(data) -> None:
    card = cross_validate([RIDGE, MEDIAN], {"t": data, "u": data}, seed=0)
    assert list(card["target"]) == ["t", "t", "u", "u"]
    assert list(card["entrant"]) == ["ridge", "median"] * 2
    assert (card["n"] == 24).all()
    assert (card["n_censored"] == 2).all()
    assert (card["papers"] == 8).all()
    assert card["crps"].notna().all()
    ridge, median = card.iloc[0], card.iloc[1]
    assert ridge["crps"] < 0.4 * median["crps"]


def test_it_is_the_same_twice(data) -> None:
    first, second = (cross_validate([RIDGE, MEDIAN], {"t": data}, seed=0) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_it_is_the_same_whoever_fits(data) -> None:
    rows, rivals, others = {"t": data, "u": data}, [RIDGE, MEDIAN], Others()
    alone = held_out_predictions(rivals, rows, seed=0)
    pd.testing.assert_frame_equal(
        held_out_predictions(rivals, rows, seed=0, by=others), alone, check_exact=True
    )
    assert others.done == 4
    pickle.dumps((literature_rivals(), host_encoder().groups))  # those of a training can be sent as well


def test_progress_reaches_its_end(data) -> None:
    told: list[tuple[str, int, int]] = []
    cross_validate([RIDGE, MEDIAN], {"t": data}, seed=0, progress=lambda *one: told.append(one))
    assert told[-1][1:] == (2, 2)
