"""Nonlinear constraints of a space: samples keep them, checks name them, a search never returns what breaks one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DesignError, SpaceError
from surrogate.optimization.propose import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, LinearConstraint, NonlinearConstraint, Space

X, Y = Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0, step=0.01)
QUICK = SearchSettings(
    pool=96, near=32, keep=48, first_starts=2, starts=2, maxiter=20, mc_samples=32, prune_samples=64
)


class Asked:
    """A test of rows that counts how many it was asked about."""

    def __init__(self, radius: float) -> None:
        self.radius, self.rows = radius, 0

    def __call__(self, table: pd.DataFrame) -> pd.Series:
        self.rows += len(table)
        return table["x"] ** 2 + table["y"] ** 2 <= self.radius**2


def space(cheap: Asked, costly: Asked | None = None) -> Space:
    constraints = [
        LinearConstraint({"x": 1.0, "y": 1.0}, ">=", 0.1),
        *([NonlinearConstraint("small", "too far out for the oven", costly, costly=True)] if costly else []),
        NonlinearConstraint("circle", "the wafer is round", cheap, limit="x^2 + y^2 <= 0.81"),
    ]
    return Space([Categorical("metal", ["Cu", "Ni"]), X, Y], constraints)


def test_samples_keep_them_and_begin_with_those_of_the_space_without() -> None:
    cheap, costly = Asked(0.9), Asked(0.5)
    both = space(cheap, costly)
    table = both.sample(200, 3)
    assert len(table) == 200
    assert (np.hypot(table["x"], table["y"]) <= 0.5).all()
    assert both.check(table) == []
    assert both.contains(table).all()
    free = both.sample(200, 3, nonlinear="none")
    kept = free[np.hypot(free["x"], free["y"]) <= 0.5]
    assert 10 < len(kept) < 100
    pd.testing.assert_frame_equal(table.head(len(kept)), kept.reset_index(drop=True))
    pd.testing.assert_frame_equal(table, both.sample(200, 3))
    assert set(table["metal"]) == {"Cu", "Ni"}
    assert both.sample(0, 3).empty


def test_the_costly_one_is_asked_last_and_only_on_request() -> None:
    cheap, costly = Asked(0.9), Asked(0.5)
    both = space(cheap, costly)
    rows = pd.DataFrame({"metal": "Cu", "x": [0.1, 0.8, 0.99, 2.0], "y": [0.1, 0.1, 0.5, 0.1]})
    assert both.contains(rows, "cheap").tolist() == [True, True, False, False]
    assert costly.rows == 0
    assert both.contains(rows).tolist() == [True, False, False, False]
    assert (cheap.rows, costly.rows) == (6, 2)  # three rows twice; the two that keep the first
    assert both.contains(rows, "none").tolist() == [True, True, True, False]


def test_a_check_names_the_constraint_and_its_reason() -> None:
    both = space(Asked(0.9), Asked(0.5))
    rows = pd.DataFrame(
        {"metal": ["Cu", "Cu", "Ni", "Ni"], "x": [0.1, 0.8, 0.99, 2.0], "y": [0.1, 0.1, 0.5, 0.1]}
    )
    found = both.check(rows)
    assert [(one.row, one.column) for one in found] == [(1, "small"), (2, "circle"), (3, "x")]
    assert "the wafer is round" in str(found[1])
    assert "x^2 + y^2 <= 0.81" in str(found[1])
    assert [one.row for one in both.check(rows, nonlinear="none")] == [3]
    with pytest.raises(DesignError, match="too far out for the oven"):
        both.require(rows.iloc[:2])


def test_a_space_in_which_hardly_anything_is_left_says_which_constraint_and_how_much() -> None:
    narrow = space(Asked(0.9), Asked(0.12))
    with pytest.raises(
        SpaceError, match=r"small \(too far out for the oven\): \d+ of \d+ \([\d.]+ %\) keep it"
    ):
        narrow.sample(30, 0)


@pytest.mark.parametrize(
    ("constraint", "named"),
    [
        (lambda: NonlinearConstraint("", "why", len), "a name and a reason"),
        (lambda: NonlinearConstraint("name", "", len), "a name and a reason"),
        (lambda: NonlinearConstraint("name", "why", 3), "cannot be called"),  # type: ignore[arg-type]
        (lambda: Space([X], ["x < 1"]), "not a constraint"),  # type: ignore[list-item]
        (
            lambda: Space(
                [X], [NonlinearConstraint("same", "why", len), NonlinearConstraint("same", "why", len)]
            ),
            "used twice",
        ),
        (
            lambda: Space([X], [NonlinearConstraint("one", "why", lambda table: [True])]).sample(3, 0),
            r"one answer a row \(got \(1,\)",
        ),
    ],
)
def test_what_cannot_be_a_constraint_is_refused(constraint: object, named: str) -> None:
    with pytest.raises(SpaceError, match=named):
        constraint()  # type: ignore[operator]


@pytest.mark.slow
def test_a_search_replaces_finalists_that_break_a_costly_constraint() -> None:
    cheap, costly = Asked(0.9), Asked(0.5)
    both = space(cheap, costly)
    told = both.sample(25, 1, nonlinear="cheap")  # measured designs may break it
    told["value"] = told["x"] + told["y"]  # grows outwards, so that all of the best are outside
    asked = costly.rows
    found = propose(both, told, {"value": "max"}, 4, 0, settings=QUICK)
    radius = np.hypot(found["x"], found["y"])
    assert (radius <= 0.5).all()
    assert radius.max() >= 0.4
    assert both.check(found) == []
    assert len(found.drop_duplicates()) == 4
    assert costly.rows - asked < 2500
    first = propose(both, None, {"value": "max"}, 6, 0)
    assert both.check(first) == []
    shelf = both.sample(60, 9, nonlinear="none")
    chosen = propose(both, told, {"value": "max"}, 3, 0, candidates=shelf, settings=QUICK)
    assert both.check(chosen) == []
    assert set(chosen.index) <= set(shelf.index)


def test_a_search_ends_where_nothing_keeps_the_costly_constraint() -> None:
    nothing = Space(
        [X, Y], [NonlinearConstraint("never", "why", lambda table: np.zeros(len(table)), costly=True)]
    )
    told = nothing.sample(8, 1, nonlinear="none").assign(value=1.0)
    told["value"] = told["x"]
    with pytest.raises(SpaceError, match="not enough different designs"):
        propose(nothing, told, {"value": "max"}, 1, 0, settings=QUICK)
