"""Experiments until a known optimum is found, with a goal or a limit and without it: at most twice as many.

Each task is a smooth outcome whose optimum is known, asked in batches until a design within a stated gap of the
optimum was made, judged by the truth and not by what was measured. The plain task beside it is the same outcome as
large as possible, in the same space without the limit, without noise, or with any mixture allowed. A run that does
not come there in ``MOST`` experiments counts as ``MOST``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import Limit, Match, Within, propose
from surrogate.space import Continuous, Simplex, Space

SEEDS, MOST = 3, 120
Values = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]

CUBE = Space([Continuous(name, 0.0, 1.0) for name in ("x", "y", "z")])
CENTRE = {"x": 0.3, "y": 0.6, "z": 0.7}
CLOSE = 0.01  # of a range of about 1


def hill(table: pd.DataFrame) -> pd.Series:
    """Highest, 1, at ``CENTRE``; with y + z at most 1 it is 0.955 at best, at (0.3, 0.45, 0.55)."""
    return 1.0 - sum(((table[name] - at) ** 2 for name, at in CENTRE.items()), pd.Series(0.0, table.index))


def measured(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    return table.assign(value=hill(table), used=table["y"] + table["z"])


def with_errors(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two instruments, one of them forty times worse than the other, each with its known standard error."""
    error = np.where(rng.uniform(size=len(table)) < 0.5, 0.2, 0.005)
    return table.assign(value=hill(table) + error * rng.standard_normal(len(table)), value_sem=error)


@dataclass(frozen=True)
class Case:
    """A task, and when it is solved: ``near`` says of a table which designs are as good as the optimum."""

    space: Space
    near: Callable[[pd.DataFrame], pd.Series]
    values: Values = measured
    objectives: dict[str, Any] = field(default_factory=lambda: {"value": "max"})
    limits: tuple[Limit, ...] = ()
    start: int = 6


def mixture(parts: int, best: dict[int, float], **allowed: Any) -> Case:
    """The mixture nearest to one of few parts; near is the distance of one exchanged twentieth."""
    names = [f"p{k}" for k in range(parts)]
    aim = {name: best.get(k, 0.0) for k, name in enumerate(names)}

    def worth(table: pd.DataFrame) -> pd.Series:
        return -sum(((table[name] - share) ** 2 for name, share in aim.items()), pd.Series(0.0, table.index))

    return Case(
        Space([Simplex("mix", names, **allowed)]),
        lambda table: worth(table) >= -0.0051,
        lambda table, rng: table.assign(value=worth(table)),
        start=8,
    )


PLAIN = Case(CUBE, lambda table: hill(table) >= 1.0 - CLOSE)
FOUR_OF_TEN = {1: 0.4, 4: 0.3, 6: 0.2, 9: 0.1}
FIVE_OF_TWENTY = {1: 0.3, 4: 0.25, 9: 0.2, 13: 0.15, 17: 0.1}
CASES = {
    "outcome limit": (
        PLAIN,
        Case(
            CUBE,
            lambda table: (hill(table) >= 0.955 - CLOSE) & (table["y"] + table["z"] <= 1.0),
            limits=(Limit("used", "<=", 1.0),),
        ),
    ),
    "target value": (
        PLAIN,
        Case(CUBE, lambda table: (hill(table) - 0.9).abs() <= CLOSE, objectives={"value": Match(0.9)}),
    ),
    "band": (
        PLAIN,
        Case(CUBE, lambda table: hill(table).between(0.9, 0.92), objectives={"value": Within(0.9, 0.92)}),
    ),
    "known errors": (PLAIN, Case(CUBE, PLAIN.near, with_errors)),
    "4 of 10 parts": (mixture(10, FOUR_OF_TEN), mixture(10, FOUR_OF_TEN, at_most=4)),
    "5 of 20 parts": (mixture(20, FIVE_OF_TWENTY), mixture(20, FIVE_OF_TWENTY, at_most=5)),
    "zero or at least": (mixture(10, FOUR_OF_TEN), mixture(10, FOUR_OF_TEN, least=0.1)),
}


def experiments(case: Case, seed: int) -> int:
    """Number of experiments, the first ones and then batches of two, until a design is near the optimum."""
    rng = np.random.default_rng(seed)
    told = case.values(propose(case.space, None, case.objectives, case.start, seed), rng)
    while len(told) < MOST and not case.near(told).any():
        more = propose(case.space, told, case.objectives, 2, seed, limits=case.limits)
        told = pd.concat([told, case.values(more, rng)], ignore_index=True)
    return min(len(told), MOST)


@pytest.mark.parametrize("name", CASES)
def test_a_goal_or_limit_costs_no_more_than_twice_the_experiments(name: str) -> None:
    plain, limited = ([experiments(case, seed) for seed in range(SEEDS)] for case in CASES[name])
    print(
        f"\n{name:18s} without {plain} mean {np.mean(plain):.1f}; with {limited} mean {np.mean(limited):.1f}"
    )
    assert max(limited) < MOST
    assert np.mean(limited) <= 2.0 * np.mean(plain)
