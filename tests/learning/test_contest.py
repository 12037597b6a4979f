"""Cross-validation keeps papers apart, scores every rival alike and names champions that may propose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from surrogate.evaluation.scorecard import champions
from surrogate.learning.contest import cross_validate
from surrogate.models.contract import TargetData
from surrogate.models.entrants import Median, Ridge


@pytest.fixture
def data() -> TargetData:
    """20 simulated rows and 24 measured ones of 8 papers; ln target = 3 x_0, two bounds."""
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(44, 2))
    measured = np.arange(44) >= 20
    papers = np.array([""] * 20 + [f"paper {k % 8}" for k in range(24)], dtype=object)
    censored = np.zeros(44, dtype=bool)
    censored[[21, 30]] = True
    z = 3.0 * X[:, 0] + rng.normal(0, 0.05, 44)
    return TargetData(X, z, np.where(censored, np.inf, z), measured, papers, {"a": [0, 1]})


@dataclass(frozen=True)
class Spy:
    """Remembers the papers of every fit."""

    seen: list[set[str]] = field(default_factory=list)
    name: str = "spy"
    proposes: bool = True

    def fit(self, data: TargetData, target: str, *, seed: int, warm: object = None) -> object:
        self.seen.append(set(data.papers.tolist()))
        return Median().fit(data, target, seed=seed)


def test_no_paper_is_in_the_fit_that_predicts_it(data) -> None:
    spy = Spy()
    cross_validate([spy], {"t": data}, seed=0)
    folds = spy.seen[1:]
    papers = {name for name in data.papers if name}
    assert [papers - fold for fold in folds] == [{f"paper {k}"} for k in range(8)]
    assert spy.seen[0] == {""}, "the fit to start from must not have seen any paper"


def test_the_scorecard_has_a_row_for_each_rival_and_target(data) -> None:
    card = cross_validate([Ridge(), Median()], {"t": data, "u": data}, seed=0)
    assert list(card["target"]) == ["t", "t", "u", "u"]
    assert list(card["entrant"]) == ["ridge", "median"] * 2
    assert (card["n"] == 24).all()
    assert (card["n_censored"] == 2).all()
    assert (card["papers"] == 8).all()
    assert card["crps"].notna().all()
    ridge, median = card.iloc[0], card.iloc[1]
    assert ridge["crps"] < 0.4 * median["crps"]


def test_it_is_the_same_twice(data) -> None:
    first, second = (cross_validate([Ridge(), Median()], {"t": data}, seed=0) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_progress_reaches_its_end(data) -> None:
    told: list[tuple[str, int, int]] = []
    cross_validate([Ridge(), Median()], {"t": data}, seed=0, progress=lambda *one: told.append(one))
    assert told[-1][1:] == (2, 2)


def card(censored: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target": ["t", "t", "t"],
            "entrant": ["gp_plain", "gp_emulator", "ridge"],
            "crps": [0.5, 0.4, 0.1],
            "crps_as_values": [0.6, 0.7, 0.1],
            "n": [100, 100, 100],
            "n_censored": [censored] * 3,
            "proposes": [True, True, False],
        }
    )


def test_champions_may_propose() -> None:
    assert champions(card(0)) == {"t": "gp_emulator"}


def test_bounds_alone_do_not_choose_a_champion() -> None:
    assert champions(card(100)) == {"t": "gp_plain"}
