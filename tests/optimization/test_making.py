"""What is learned from experiments that gave no value, from the first of them on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.optimization import propose
from surrogate.optimization.making import LIKELY, Making
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, Space

QUICK = SearchSettings(pool=64, near=32, starts=1, first_starts=1, maxiter=8, generations=1)
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])
KINDS = Space([Continuous("x", 0.0, 1.0), Categorical("kind", ["A", "B"])])


def worth(designs: pd.DataFrame) -> pd.Series:
    """Most at the corner."""
    return designs["x"] + 0.3 * designs.iloc[:, 1].map(lambda one: {"A": 0.0, "B": 1.0}.get(one, one))


@pytest.mark.slow
@pytest.mark.parametrize("space", [SQUARE, KINDS], ids=["numbers", "a category"])
@pytest.mark.parametrize("seed", range(3))
def test_after_one_failure_the_next_design_keeps_its_distance(space: Space, seed: int) -> None:
    told = space.sample(9, seed)
    told["value"] = worth(told)
    failed = propose(space, told, {"value": "max"}, 1, seed, settings=QUICK).assign(value=np.nan)
    told = pd.concat([told, failed], ignore_index=True)
    found = propose(space, told, {"value": "max"}, 1, seed + 1, settings=QUICK)
    apart = Encoder(space).encode(found) - Encoder(space).encode(failed)
    assert np.abs(apart).max() > 0.05


def test_what_is_made_beside_a_failure_gives_its_neighbourhood_back() -> None:
    encoder = Encoder(SQUARE)
    failed = pd.DataFrame({"x": [0.5], "y": [0.5]})
    far = pd.DataFrame({"x": [0.05, 0.95, 0.05, 0.95], "y": [0.05, 0.05, 0.95, 0.95]})
    near = pd.DataFrame({"x": [0.42, 0.58, 0.5, 0.5], "y": [0.5, 0.5, 0.42, 0.58]})

    def chance(*made: pd.DataFrame) -> float:
        table = pd.concat([failed, *made], ignore_index=True)
        fitted = Making.fit(encoder, encoder.encode(table), np.arange(len(table)) > 0)
        assert fitted is not None
        return float(fitted.chance(encoder.encode(pd.DataFrame({"x": [0.46], "y": [0.5]})))[0])

    assert chance(far) < chance(far, near)
    assert chance(far, near) > 0.5


def beside_the_edge() -> tuple[Making, Encoder]:
    """Return what twelve experiments teach where x > 0.5 fails, after a success and two failures at the edge."""
    cube = Space([Continuous(name, 0.0, 1.0) for name in "xyz"])
    edge = pd.DataFrame({"x": [0.491, 0.505, 0.526], "y": [0.99, 1.0, 0.98], "z": [0.4, 0.45, 0.5]})
    told = pd.concat([cube.sample(12, 3), edge], ignore_index=True)
    encoder = Encoder(cube)
    fitted = Making.fit(encoder, encoder.encode(told), (told["x"] <= 0.5).to_numpy())
    assert fitted is not None
    return fitted, encoder


def test_a_success_beside_a_failure_leaves_what_is_known_of_the_rest() -> None:
    fitted, encoder = beside_the_edge()
    grid = pd.DataFrame(
        [(x, y, 0.5) for x in (0.1, 0.2, 0.75, 0.95) for y in (0.3, 0.9)], columns=list("xyz")
    )
    chance = fitted.chance(encoder.encode(grid))
    assert chance[:4].min() > 0.85
    assert chance[4:].max() < 0.25


def test_the_weight_falls_with_the_chance_and_never_to_nothing() -> None:
    fitted, encoder = beside_the_edge()
    line = encoder.encode(pd.DataFrame({"x": np.linspace(0.05, 0.95, 19), "y": 0.5, "z": 0.5}))
    weight = fitted.log_weight(torch.from_numpy(line)[:, None]).detach().numpy()
    chance = fitted.chance(line)
    assert (chance > LIKELY).any()
    assert (weight[chance > LIKELY] == 0.0).all()
    below = np.argsort(chance[chance < LIKELY])
    assert (np.diff(weight[chance < LIKELY][below]) > 0.0).all()
    assert -20.0 < weight.min() < -5.0


@pytest.mark.slow
def test_where_all_that_is_left_is_doubtful_the_least_doubtful_is_proposed() -> None:
    told = SQUARE.sample(12, 0)
    told["value"] = worth(told).where(told["x"] <= 0.5)
    left = pd.DataFrame({"x": [0.62, 0.95, 0.9, 0.7, 0.99], "y": [0.5, 0.5, 0.9, 0.1, 0.2]})
    found = propose(SQUARE, told, {"value": "max"}, 5, 0, candidates=left, settings=QUICK)
    assert sorted(found.index) == [0, 1, 2, 3, 4]
    assert found["x"].iloc[0] == 0.62


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_batches_leave_the_half_that_fails(seed: int) -> None:
    told = SQUARE.sample(12, seed)
    told["value"] = worth(told).where(told["x"] <= 0.5)
    for k in range(2):
        found = propose(SQUARE, told, {"value": "max"}, 4, 10 * seed + k, settings=QUICK)
        told = pd.concat([told, found.assign(value=worth(found).where(found["x"] <= 0.5))], ignore_index=True)
    assert told["value"].iloc[12:].isna().sum() <= 3


def test_nothing_is_learned_where_all_or_none_failed() -> None:
    encoder = Encoder(SQUARE)
    encoded = encoder.encode(SQUARE.sample(4, 0))
    assert Making.fit(encoder, encoded, np.ones(4, dtype=bool)) is None
    assert Making.fit(encoder, encoded, np.zeros(4, dtype=bool)) is None
