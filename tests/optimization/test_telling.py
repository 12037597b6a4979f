"""Very many observations: which of them a process rests on, and that all of them count in what is proposed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import Match, propose, question
from surrogate.optimization.telling import telling_rows
from surrogate.space import Continuous, Space

SPACE = Space([Continuous("x", 0.0, 1.0, step=0.01), Continuous("y", 0.0, 1.0, step=0.01)])


def test_the_best_and_the_farthest_are_kept() -> None:
    rng = np.random.default_rng(0)
    crowd = np.concatenate([rng.uniform(0.4, 0.6, (400, 2)), [[0.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])
    first, second = crowd[:, 0], -np.abs(crowd[:, 1] - 0.5)
    second[7] = np.nan
    kept = telling_rows(crowd, [first, second], 20)
    assert len(kept) == len(set(kept)) == 20
    assert (np.diff(kept) > 0).all()
    assert {400, 401, 402} <= set(kept)  # nothing else is there
    assert int(np.argmax(first[:400])) in kept
    assert int(np.nanargmax(second)) in kept
    assert telling_rows(crowd, [first], 500).tolist() == list(range(403))


def test_an_objective_that_was_hardly_measured_keeps_what_there_is() -> None:
    crowd = np.random.default_rng(1).uniform(size=(300, 2))
    rare = np.full(300, np.nan)
    rare[[11, 50, 222]] = 1.0, 2.0, 3.0
    assert {11, 50, 222} <= set(telling_rows(crowd, [crowd[:, 0], rare], 20))


def test_none_of_very_many_is_proposed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told = SPACE.sample(120, 3).drop_duplicates(ignore_index=True)
    told["z"] = -((told["x"] - 0.3) ** 2) - (told["y"] - 0.7) ** 2
    asked = question.read_question(SPACE, told, {"z": "max"}, 1, 0, None, None, ())
    whole, others = asked.of_those_that_tell()
    assert whole is asked
    assert others.empty
    monkeypatch.setattr(question, "MOST", 30)
    monkeypatch.setattr(question, "telling_rows", lambda encoded, gains: telling_rows(encoded, gains, 30))
    fewer, others = asked.of_those_that_tell()
    assert (len(fewer.told.observed), len(others), len(fewer.made)) == (30, len(told) - 30, 30)
    assert fewer.measured[0].lower.max() == told["z"].max()
    pd.testing.assert_frame_equal(
        pd.concat([fewer.told.observed.table, others]).sort_index(), told[["x", "y"]]
    )
    found = propose(SPACE, told, {"z": "max"}, n=3, seed=0)
    assert not SPACE.matches(found, told).any()
    assert np.hypot(found["x"] - 0.3, found["y"] - 0.7).min() < 0.05
    at = propose(SPACE, told, {"z": Match(-0.04)}, n=1, seed=0)
    assert abs(np.hypot(at["x"] - 0.3, at["y"] - 0.7).iloc[0] - 0.2) < 0.05
