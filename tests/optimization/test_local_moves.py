"""Children of good designs: near them, allowed, and in other categories too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.optimization.local_moves import children
from surrogate.optimization.problem import Problem
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

MIXTURE = Space(
    [
        Categorical("kind", ["a", "b", "c"]),
        Categorical("form", ["p", "q"]),
        Simplex("mix", ["m1", "m2", "m3"]),
        Continuous("x", 0.0, 10.0),
    ],
    [LinearConstraint({"m1": 1.0, "x": 0.05}, "<=", 1.0, "not both")],
    [Restriction({"kind": ["c"], "form": ["q"]}, "c is no q", forbid=True)],
)


def made(space: Space, each: int = 200, parents: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Children, and their parents."""
    problem, table = Problem(space, Encoder(space)), space.sample(40, 3)
    points = problem.encode(table)
    return children(problem, points[:parents], points, each, np.random.default_rng(0)), table.head(parents)


def test_all_are_allowed_and_none_is_there_twice() -> None:
    found, _ = made(MIXTURE)
    assert len(found) > 100
    assert MIXTURE.contains(found).all()
    assert not found.duplicated().any()
    np.testing.assert_allclose(found[["m1", "m2", "m3"]].sum(axis=1), 1.0, atol=1e-9)
    assert not ((found["kind"] == "c") & (found["form"] == "q")).any()


def test_a_child_differs_in_one_category_or_in_numbers() -> None:
    found, parents = made(MIXTURE, parents=1)
    kept = (found[["kind", "form"]] == parents[["kind", "form"]].iloc[0]).sum(axis=1)
    assert set(kept) == {1, 2}
    other = found[kept == 1]
    numbers = ["m1", "m2", "m3", "x"]
    np.testing.assert_allclose(other[numbers] - parents[numbers].iloc[0], 0.0, atol=1e-12)
    only_x = found[kept == 2].drop(columns="x").eq(parents.drop(columns="x").iloc[0]).all(axis=1)
    assert only_x.any(), "one parameter of another design"
    near = (found.loc[kept == 2, "x"] - parents["x"].iloc[0]).abs()
    assert (near < 0.5).mean() > 0.3, "mostly a small part of the way"


@pytest.mark.parametrize(
    "space",
    [Space([Continuous("x", 0.0, 1.0)]), Space([Categorical("kind", ["a", "b", "c"])])],
    ids=["numbers only", "categories only"],
)
def test_spaces_of_one_kind(space: Space) -> None:
    found, parents = made(space, parents=1)
    assert len(found) >= 2
    assert not found.equals(parents)


def test_the_same_moves_for_the_same_random_numbers() -> None:
    pd.testing.assert_frame_equal(made(MIXTURE)[0], made(MIXTURE)[0])


def test_fixed_columns_stay() -> None:
    wide = Space([Continuous("x", 0.0, 1.0), Continuous("given", 0.0, 1.0)])
    problem = Problem(Space([Continuous("x", 0.0, 1.0)]), Encoder(wide), {"given": 0.25})
    points = torch.tensor([[0.2, 0.25], [0.9, 0.25]], dtype=torch.double)
    found = children(problem, points[:1], points, 20, np.random.default_rng(0))
    assert list(found.columns) == ["x"]
    assert found["x"].between(0.2, 0.9).all()
