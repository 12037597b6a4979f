"""Experiments until a mixture of three of ten parts is found, if at most three parts are allowed or any number."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.optimization.propose import propose
from surrogate.space import Simplex, Space

PARTS = [f"p{i}" for i in range(10)]
BEST = dict(zip(PARTS, [0.0, 0.5, 0.0, 0.0, 0.3, 0.0, 0.0, 0.2, 0.0, 0.0], strict=True))
CLOSE = -0.0051  # one step of 0.05 from one part to another away from the best
SEEDS, MOST = 3, 80


def worth(table: pd.DataFrame) -> pd.Series:
    return -sum(((table[part] - amount) ** 2 for part, amount in BEST.items()), pd.Series(0.0, table.index))


def experiments(space: Space, seed: int) -> int:
    """Number of experiments, in batches of four, until the best mixture or one next to it is found."""
    told = propose(space, None, {"y": "max"}, 8, seed)
    told = told.assign(y=worth(told))
    while len(told) < MOST and told["y"].max() < CLOSE:
        more = propose(space, told, {"y": "max"}, 4, seed)
        told = pd.concat([told, more.assign(y=worth(more))], ignore_index=True)
    return len(told)


@pytest.mark.parametrize("least", [None, 0.1])
def test_few_parts_cost_no_more_than_twice_the_experiments(least: float | None) -> None:
    free = Space([Simplex("mix", PARTS, step=0.05)])
    few = Space([Simplex("mix", PARTS, step=0.05, at_most=3, least=least)])
    needed = [sum(experiments(space, seed) for seed in range(SEEDS)) for space in (free, few)]
    print(f"experiments over {SEEDS} seeds: any number of parts {needed[0]}, at most three {needed[1]}")
    assert needed[1] < SEEDS * MOST
    assert needed[1] <= 2 * needed[0]
