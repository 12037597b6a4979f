"""What is learned from experiments that gave no value, from the first of them on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import propose
from surrogate.optimization.making import Making
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


def test_nothing_is_learned_where_all_or_none_failed() -> None:
    encoder = Encoder(SQUARE)
    encoded = encoder.encode(SQUARE.sample(4, 0))
    assert Making.fit(encoder, encoded, np.ones(4, dtype=bool)) is None
    assert Making.fit(encoder, encoded, np.zeros(4, dtype=bool)) is None
