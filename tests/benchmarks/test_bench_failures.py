"""Experiments that fail: how many are wasted where half of a space gives no value, and what is found all the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import propose
from surrogate.space import Categorical, Continuous, Space

SEEDS, STARTS, EXPERIMENTS = 20, 12, 16
NUMBERS = Space([Continuous(name, 0.0, 1.0) for name in ("x", "y", "z")])
MIXED = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0), Categorical("c", ["A", "B", "C", "D"])])
WORTH = {"A": 3.0, "B": 2.5, "C": 1.0, "D": 0.5}

TASKS: dict[
    str, tuple[Space, Callable[[pd.DataFrame], pd.Series], Callable[[pd.DataFrame], pd.Series], float]
] = {
    # The objective rises towards the half that fails: the best that can be made lies at its edge.
    "beyond a limit": (NUMBERS, lambda d: d["x"] > 0.5, lambda d: d["x"] + 0.3 * d["y"], 0.8),
    "two of four categories": (
        MIXED,
        lambda d: d["c"].isin(["A", "B"]),
        lambda d: d["c"].map(WORTH) + d["x"],
        2.0,
    ),
}


@pytest.mark.parametrize("name", TASKS)
def test_half_of_a_space_that_fails_is_left(name: str) -> None:
    space, fails, worth, best = TASKS[name]
    wasted, missing = [], []
    for seed in range(SEEDS):
        told = space.sample(STARTS, seed)
        told["s"] = worth(told).where(~fails(told))
        for k in range(EXPERIMENTS):
            design = propose(space, told, {"s": "max"}, 1, 100 * seed + k)
            design["s"] = worth(design).where(~fails(design))
            told = pd.concat([told, design], ignore_index=True)
        wasted.append(int(told["s"].iloc[STARTS:].isna().sum()))
        missing.append(best - float(told["s"].max()))
    print(
        f"{name}: {np.mean(wasted):.1f} of {EXPERIMENTS} experiments wasted on average over {SEEDS} seeds "
        f"(at most {max(wasted)}), {np.mean(missing):.3f} short of the best that can be made "
        f"(at most {max(missing):.3f})"
    )
    assert np.mean(wasted) <= 5.0
