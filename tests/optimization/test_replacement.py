"""What takes the place of the best design: moved back from limits, sturdy, and never worth much less."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from surrogate.optimization.limits import at_limit, moved_back
from surrogate.optimization.problem import Problem
from surrogate.optimization.replacement import Replacements, Replacing
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

SPACE = Space(
    [
        Categorical("metal", ["none", "Cu"]),
        Continuous("size", 1.0, 100.0, log=True, step=0.5),
        Continuous("porosity", 0.4, 0.955, step=0.01),
        Continuous("depth", 0.0, 10.0),
    ],
    restrictions=[Restriction({"metal": ["none"]}, "a foil", fix={"size": 0.0, "porosity": 0.0})],
)
CORNER = pd.DataFrame([{"metal": "Cu", "size": 1.0, "porosity": 0.95, "depth": 10.0}])
Worth = Callable[[pd.DataFrame], Any]


def replaced(
    worth: Worth, steps: Replacements, *, simplicity: float = 0.2, space: Space = SPACE
) -> pd.DataFrame:
    """What takes the place of the corner where the expected improvement is known."""
    problem = Problem(space, Encoder(space))

    def values(_: Any, points: Tensor) -> Tensor:
        return torch.log(torch.as_tensor(np.asarray(worth(problem.decode(points)), dtype=float)))

    improvement = SimpleNamespace(values=values, settings=replace(SearchSettings(), simplicity=simplicity))
    best = CORNER[list(space.columns)]
    before = math.log(float(np.asarray(worth(best))[0]))
    found, after = Replacing(problem, improvement, None, best.iloc[:0], steps).of(best, before)
    assert after >= before + math.log1p(-simplicity) - 1e-9
    assert after == pytest.approx(math.log(float(np.asarray(worth(found))[0])))
    assert space.contains(found).all()
    return found


def all_at_limit(row: pd.DataFrame) -> list[str]:
    return at_limit(SPACE, row)


OFF_LIMITS = Replacements(at_limit=all_at_limit)


def test_a_limit_is_the_last_step_that_fits_and_nothing_that_the_categories_fix() -> None:
    assert at_limit(SPACE, CORNER) == ["size", "porosity", "depth"]  # 0.955 cannot be set
    assert at_limit(SPACE, CORNER.assign(size=1.5, porosity=0.94, depth=9.9)) == []
    assert at_limit(SPACE, CORNER.assign(metal="none", size=0.0, porosity=0.0, depth=0.0)) == ["depth"]
    mixture = Space([Simplex("mix", ["a", "b"], upper={"b": 0.3})])
    assert at_limit(mixture, pd.DataFrame([{"a": 0.7, "b": 0.3}])) == ["b"]


def test_values_are_moved_to_the_middle_by_their_scale() -> None:
    moved = moved_back(SPACE, CORNER, ["size", "depth"], 1.0).iloc[0]
    assert moved["size"] == pytest.approx(10.0)
    assert moved["depth"] == pytest.approx(5.0)
    assert moved["porosity"] == 0.95
    assert moved_back(SPACE, CORNER, ["size"], 0.5)["size"].iloc[0] == pytest.approx(math.sqrt(10.0))


def test_what_costs_nothing_goes_all_the_way_back() -> None:
    found = replaced(lambda rows: np.ones(len(rows)), OFF_LIMITS).iloc[0]
    assert found[["size", "porosity", "depth"]].tolist() == pytest.approx([10.0, 0.68, 5.0])


def test_what_costs_least_is_moved_first_and_what_costs_too_much_stays() -> None:
    """Of 1, the whole way costs 0.3 in the porosity, 0.1 in the depth and 1 in the size: there is room for 0.2."""

    def worth(rows: pd.DataFrame) -> pd.Series:
        return (
            1.0
            - np.log(rows["size"]) / math.log(10.0)
            - 0.3 * (0.95 - rows["porosity"]) / 0.27
            - 0.1 * (10.0 - rows["depth"]) / 5.0
        )

    found = replaced(worth, OFF_LIMITS).iloc[0]
    assert found["depth"] == pytest.approx(5.0)
    assert found["porosity"] == pytest.approx(
        0.88
    )  # a quarter of the way; half of it would be 0.15 beside 0.1
    assert found["size"] == 1.0  # a quarter of the way would cost 0.25
    found = replaced(worth, OFF_LIMITS, simplicity=0.12).iloc[0]  # both a quarter rather than one all the way
    assert found["depth"] < 10.0
    assert found["porosity"] < 0.95
    assert replaced(worth, OFF_LIMITS, simplicity=0.0).equals(CORNER)
    assert replaced(worth, replace(OFF_LIMITS, at_limit=lambda row: [])).equals(CORNER)
    assert replaced(worth, replace(OFF_LIMITS, at_limit=None)).equals(CORNER)


def test_values_that_may_only_move_together_do() -> None:
    def worth(rows: pd.DataFrame) -> Any:
        return np.exp(-0.1 * np.abs((10.0 - rows["depth"]) / 5.0 - (0.95 - rows["porosity"]) / 0.27) * 10.0)

    found = replaced(worth, OFF_LIMITS).iloc[0]
    assert found["depth"] == pytest.approx(5.0)
    assert found["porosity"] == pytest.approx(0.68)


def test_nothing_is_moved_to_where_a_constraint_forbids_it() -> None:
    bound = Space(
        SPACE.parameters,
        [LinearConstraint({"depth": 1.0}, ">=", 9.0, "deep")],
        restrictions=SPACE.restrictions,
    )
    found = replaced(lambda rows: np.ones(len(rows)), OFF_LIMITS, space=bound).iloc[0]
    assert found["depth"] >= 9.0
    assert found["porosity"] == pytest.approx(0.68)


def fragile_below(depth: float) -> Callable[[pd.DataFrame], np.ndarray]:
    return lambda rows: (rows["depth"] > depth).to_numpy()


def shallower(row: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([row.assign(depth=depth) for depth in (2.0, 6.0, 7.0, 9.0)], ignore_index=True)


def test_a_near_design_that_is_not_fragile_takes_the_place_of_one_that_is() -> None:
    def worth(rows: pd.DataFrame) -> pd.Series:
        return 0.5 + rows["depth"] / 20.0

    steps = Replacements(near=shallower, fragile=fragile_below(7.5))
    assert replaced(worth, steps)["depth"].iloc[0] == 7.0  # the best of those that are not
    assert replaced(worth, steps, simplicity=0.1).equals(CORNER)  # none keeps enough
    assert replaced(worth, replace(steps, fragile=fragile_below(11.0))).equals(CORNER)
    assert replaced(worth, replace(steps, fragile=fragile_below(1.0))).equals(CORNER)


def test_all_steps_together_lose_no_more_than_one_may() -> None:
    """A simpler design that uses up what may be lost leaves nothing for the limits."""

    def worth(rows: pd.DataFrame) -> pd.Series:
        return 1.0 - 0.04 * (10.0 - rows["depth"]) - 0.3 * (0.95 - rows["porosity"]) / 0.27

    alone = Replacements(at_limit=lambda row: ["porosity"])
    assert replaced(worth, alone)["porosity"].iloc[0] < 0.95
    found = replaced(worth, replace(alone, simpler=lambda row: row.assign(depth=5.5))).iloc[0]
    assert found["depth"] == 5.5
    assert found["porosity"] == 0.95
