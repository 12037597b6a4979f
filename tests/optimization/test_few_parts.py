"""Proposals of mixtures with few parts: said by the space, or asked by a test that refuses nearly everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import SpaceError
from surrogate.optimization.few_parts import feasible_pool
from surrogate.optimization.local_moves import children
from surrogate.optimization.problem import Problem
from surrogate.optimization.propose import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Simplex, Space

QUICK = SearchSettings(pool=64, near=16, starts=1, first_starts=1, maxiter=5, generations=1)
PARTS = [f"p{i}" for i in range(10)]
BEST = dict(zip(PARTS, [0.0, 0.5, 0.0, 0.0, 0.3, 0.0, 0.0, 0.2, 0.0, 0.0], strict=True))


def parts_of(table: pd.DataFrame) -> Any:
    return (table.filter(like="p") > 1e-9).sum(axis=1)


def worth(table: pd.DataFrame) -> Any:
    """Best, at zero, for a mixture of three parts."""
    return -sum((table[part] - amount) ** 2 for part, amount in BEST.items())


@settings(derandomize=True, max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(4, 12),
    st.integers(1, 4),
    st.sampled_from([None, 0.1]),
    st.sampled_from([None, 0.05]),
    st.sampled_from([1.0, 100.0]),
    st.booleans(),
)
@pytest.mark.slow
def test_proposals_keep_everything(
    n: int, at_most: int, least: float | None, step: float | None, total: float, tied: bool
) -> None:
    parts = [f"p{i}" for i in range(n)]
    space = Space(
        [
            Simplex(
                "mix",
                parts,
                step=None if step is None else step * total,
                total=total,
                at_most=at_most,
                least=None if least is None else least * total,
            ),
            Continuous("x", 0.0, 1.0),
        ],
        [LinearConstraint({"p0": 1.0, "p1": 0.8, "x": 0.1 * total}, ">=", 0.15 * total)] if tied else [],
    )
    first = propose(space, None, {"y": "max"}, 4, 0)
    told = first.assign(y=-((first["p2"] / total - 0.5) ** 2) - first["x"])
    then = propose(space, told, {"y": "max"}, 2, 1, settings=QUICK)
    for table in (first, then):
        amount = table[parts].to_numpy()
        assert space.check(table) == []
        np.testing.assert_allclose(amount.sum(axis=1), total, rtol=0, atol=1e-9)
        assert ((amount > 1e-9).sum(axis=1) <= at_most).all()
        assert ((amount <= 1e-9) | (amount >= (least or 0.0) * total - 1e-9)).all()
        if step is not None:
            count = amount / (step * total)
            np.testing.assert_allclose(count, count.round(), atol=1e-9)
        if tied:
            assert (table["p0"] + 0.8 * table["p1"] + 0.1 * total * table["x"] >= 0.15 * total - 1e-7).all()


@pytest.mark.slow
def test_the_best_mixture_of_three_of_ten_parts_is_found() -> None:
    space = Space([Simplex("mix", PARTS, step=0.05, at_most=3)])
    told = propose(space, None, {"y": "max"}, 8, 0)
    told = told.assign(y=worth(told))
    for _ in range(4):
        more = propose(space, told, {"y": "max"}, 4, 0)
        told = pd.concat([told, more.assign(y=worth(more))], ignore_index=True)
        assert (parts_of(told) <= 3).all()
    assert told["y"].max() >= -0.0051  # at most one step of 0.05 from one part to another away


@pytest.mark.parametrize(("n", "at_most", "step"), [(6, 3, 0.05), (10, 4, 0.05), (20, 5, 0.05), (6, 3, None)])
@pytest.mark.slow
def test_a_test_that_wants_few_parts_is_met(n: int, at_most: int, step: float | None) -> None:
    space = Space([Simplex("mix", [f"p{i}" for i in range(n)], step=step)])
    found = propose(space, None, {"y": "max"}, 4, 0, feasible=lambda table: parts_of(table) <= at_most)
    assert space.contains(found).all()
    assert (parts_of(found) <= at_most).all()
    assert len(found.drop_duplicates()) == 4


@pytest.mark.slow
def test_a_search_under_such_a_test_goes_on() -> None:
    def few(table: pd.DataFrame) -> Any:
        return parts_of(table) <= 3

    space = Space([Simplex("mix", PARTS)])
    told = propose(space, None, {"y": "max"}, 8, 0, feasible=few)
    told = told.assign(y=worth(told))
    more = propose(space, told, {"y": "max"}, 3, 0, feasible=few, settings=QUICK)
    assert (parts_of(more) <= 3).all()
    assert worth(more).max() > told["y"].max()


@pytest.mark.slow
def test_designs_near_a_feasible_one_are_tried() -> None:
    """Exactly two parts, one of them the first, and no more than a trace of the other: steps of 0.01 leave few."""

    def wanted(table: pd.DataFrame) -> Any:
        return (parts_of(table) == 2) & (table["p0"] >= 0.85)

    space = Space([Simplex("mix", [f"p{i}" for i in range(6)], step=0.05)])
    found = propose(space, None, {"y": "max"}, 12, 0, feasible=wanted)
    assert wanted(found).all()
    assert len(found.drop_duplicates()) == 12  # there are 15


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.slow
def test_a_test_that_refuses_everything_is_named(told: bool) -> None:
    space = Space([Simplex("mix", [f"p{i}" for i in range(4)], step=0.05)])
    table = space.round(space.sample(4, 0)).assign(y=[0.0, 1.0, 2.0, 3.0]) if told else None
    with pytest.raises(
        SpaceError, match=r"feasible= refused all \(got '\d+ designs tried'\).*relax the test"
    ):
        propose(space, table, {"y": "max"}, 2, 0, feasible=lambda t: [False] * len(t), settings=QUICK)


@pytest.mark.slow
def test_a_test_that_leaves_too_few_is_named() -> None:
    space = Space([Simplex("mix", [f"p{i}" for i in range(4)], step=0.1)])
    with pytest.raises(
        SpaceError, match=r"too few different designs .*feasible=.*\(got '4 of \d+ designs tried'"
    ):
        propose(space, None, {"y": "max"}, 6, 0, feasible=lambda table: parts_of(table) == 1)


def test_a_small_space_is_no_narrow_one() -> None:
    """A pool that is small because there are few designs, and not because a test refuses most, is left as it is."""
    space = Space([Categorical("metal", ["Cu", "Ni", "Zn"]), Simplex("mix", ["p0", "p1"], step=0.5)])
    problem = Problem(space, Encoder(space), feasible=lambda table: table["metal"] != "Zn")
    table, narrow = feasible_pool(problem, 64, 0)
    assert len(table) == 6
    assert not narrow
    pd.testing.assert_frame_equal(table, problem.draw(64, 0))
    problem = Problem(space, Encoder(space), feasible=lambda t: (t["p0"] == 1.0) & (t["metal"] == "Cu"))
    assert feasible_pool(problem, 64, 0)[1]


def test_children_exchange_parts_of_mixtures() -> None:
    space = Space([Simplex("mix", PARTS, step=0.05, at_most=2)])
    problem = Problem(space, Encoder(space))
    parent = pd.DataFrame([dict.fromkeys(PARTS, 0.0) | {"p1": 0.6, "p4": 0.4}])
    point = problem.encode(parent)
    near = children(problem, point, point, 256, np.random.default_rng(0), exchange=True)
    assert space.contains(near).all()
    swapped = near[(near["p1"] == 0.6) & (near["p4"] == 0.0)]
    assert len(swapped) >= 4  # another part in the place of the second
    same = children(problem, point, point, 64, np.random.default_rng(0))
    assert torch.equal(problem.encode(same), point)  # without exchanges nothing else is near a lone design


@pytest.mark.parametrize("size", [3, 5, 7])
@pytest.mark.parametrize("total", [1.0, 100.0])
@pytest.mark.parametrize("at_most", [None, 3])
def test_a_part_that_is_not_proposed_is_exactly_zero(size: int, total: float, at_most: int | None) -> None:
    names = [f"p{k}" for k in range(size)]
    space = Space(
        [Simplex("mix", names, total=total, at_most=at_most, upper={"p1": total / 3}), Continuous("x", 0, 1)]
    )
    told = space.sample(9, seed=1)
    told["y"] = told["p0"] / total - 2.0 * told["p2"] / total + told["x"]
    made = propose(space, told, {"y": "max"}, n=4, seed=3, settings=QUICK)[names].to_numpy(dtype=float)
    assert (made == 0.0).any()
    assert not ((made != 0.0) & (made < 1e-6 * total)).any()
    assert (np.abs(made.sum(axis=1) - total) <= 1e-9 * total).all()
