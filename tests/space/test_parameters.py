"""Parameters, constraints and restrictions refuse what makes no sense, and say what and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from surrogate.errors import SpaceError
from surrogate.space import Categorical, Continuous, LinearConstraint, Restriction, Simplex
from surrogate.space.checks import grid_counts

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: Continuous("", 0, 1), "needs a name"),
    (lambda: Continuous("x", 1, 1), r"x: the lower limit is not below the upper limit \(got \(1.0, 1.0\)\)"),
    (lambda: Continuous("x", 2, 1), "lower < upper"),
    (lambda: Continuous("x", float("nan"), 1), "lower limit is not a finite number"),
    (lambda: Continuous("x", 0, float("inf")), "upper limit is not a finite number"),
    (lambda: Continuous("x", 0, True), "upper limit is not a finite number"),
    (lambda: Continuous("x", 0, 10, log=True), "x: a log scale cannot reach zero"),
    (lambda: Continuous("x", -1, 10, log=True), "lower > 0"),
    (lambda: Continuous("x", 0, 1, step=0), "step is not positive"),
    (lambda: Continuous("x", 0.1, 0.4, step=0.5), "no multiple of the step lies between"),
    (lambda: Categorical("c", []), "no values"),
    (lambda: Categorical("c", "Cu"), "a list of values"),
    (lambda: Categorical("c", ["Cu", "Ni", "Cu"]), r"given twice \(got 'Cu'\)"),
    (lambda: Categorical("c", ["Cu", None]), "not a finite number"),
    (lambda: Simplex("s", ["a"]), "at least two different parts"),
    (lambda: Simplex("s", ["a", "a"]), "at least two different parts"),
    (lambda: Simplex("s", "abc"), r"the parts of a simplex are a list .*\[\"abc\", ...\]"),
    (lambda: Simplex("s", ["a", "b"], upper={"c": 0.5}), r"s, upper: not a part of this simplex \(got 'c'\)"),
    (lambda: Simplex("s", ["a", "b"], lower=[0.1]), "one limit for each part"),
    (lambda: Simplex("s", ["a", "b"], lower=[0.6, 0.6]), "no mixture within these limits sums to 1"),
    (lambda: Simplex("s", ["a", "b"], upper=[0.4, 0.4]), "no mixture within these limits sums to 1"),
    (lambda: Simplex("s", ["a", "b"], lower=[0.5, 0], upper=[0.4, 1]), "0 <= lower <= upper <= 1"),
    (lambda: Simplex("s", ["a", "b"], step=0.3), "1 is not a multiple of the step"),
    (lambda: LinearConstraint({}, "<=", 1), "no coefficient differs from zero"),
    (lambda: LinearConstraint({"x": 0.0}, "<=", 1), "no coefficient differs from zero"),
    (lambda: LinearConstraint({"x": float("nan")}, "<=", 1), "coefficient of x is not a finite number"),
    (lambda: LinearConstraint({"x": 1}, "<", 1), "<=, >= or =="),  # type: ignore[arg-type]
    (lambda: LinearConstraint({"x": 1}, "<=", float("inf"), "room"), r"\(room\): bound is not a finite"),
    (lambda: Restriction({"c": ["Cu"]}, ""), "needs a reason"),
    (lambda: Restriction({"c": ["Cu"]}, "why"), "restricts nothing"),
    (lambda: Restriction({"c": []}, "why", forbid=True), "can never act"),
    (lambda: Restriction({"c": ["Cu"]}, "why", fix={"x": float("nan")}), "fix of x is not a finite number"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        make()


def test_values_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Continuous("x", 0, 1).lower = 2.0  # type: ignore[misc]


def test_limits_of_a_simplex_by_name_and_in_order() -> None:
    by_name = Simplex("s", ["a", "b", "c"], lower={"b": 0.1}, upper={"a": 0.5})
    in_order = Simplex("s", ["a", "b", "c"], lower=[0, 0.1, 0], upper=[0.5, 1, 1])
    assert by_name.limits == in_order.limits == {"a": (0.0, 0.5), "b": (0.1, 1.0), "c": (0.0, 1.0)}


def test_numbers_from_arrays_are_accepted() -> None:
    assert Continuous("x", np.float64(0), np.int64(3)).upper == 3.0
    assert Categorical("c", [np.float64(0.1), np.int64(2)]).code(2) == 1


@pytest.mark.parametrize(
    ("lower", "upper", "step", "expected"),
    [(0.0, 1.0, 0.1, (0, 10)), (0.3, 0.7, 0.1, (3, 7)), (12.0, 23.0, 5.0, (3, 4)), (0.21, 0.29, 0.1, (3, 2))],
)
def test_grid_counts_include_limits_despite_rounding_errors(
    lower: float, upper: float, step: float, expected: tuple[int, int]
) -> None:
    assert grid_counts(lower, upper, step) == expected
