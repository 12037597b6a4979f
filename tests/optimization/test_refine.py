"""Refinement of one design: uphill as far as limits and linear rows allow, and never beyond."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from torch import Tensor

from surrogate.optimization.problem import Problem
from surrogate.optimization.refine import feasible_end, refine
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space


class Paraboloid(AcquisitionFunction):
    """-|x - top|^2 of one encoded point, in the form of an acquisition function."""

    def __init__(self, top: list[float]) -> None:
        super().__init__(model=None)
        self.top = torch.tensor(top, dtype=torch.double)

    def forward(self, X: Tensor) -> Tensor:
        return -((X.squeeze(1) - self.top) ** 2).sum(dim=-1)


class Broken(Paraboloid):
    """An acquisition function that fails."""

    def forward(self, X: Tensor) -> Tensor:
        raise RuntimeError("cannot be evaluated here")


def problem(space: Space) -> Problem:
    return Problem(space, Encoder(space))


def test_the_top_inside_the_limits() -> None:
    space = Space([Continuous("x", 0.0, 2.0), Continuous("y", -1.0, 0.0)])
    end = refine(Paraboloid([0.3, 0.9]), problem(space), {}, torch.tensor([0.8, 0.1], dtype=torch.double), 30)
    assert end.tolist() == pytest.approx([0.3, 0.9], abs=1e-4)


def test_the_top_on_a_linear_row() -> None:
    """Nearest to (1, 1) under x + y <= 1, x >= 0.7: (0.7, 0.3)."""
    rows = [LinearConstraint({"x": 1, "y": 1}, "<=", 1.0), LinearConstraint({"x": 1}, ">=", 0.7)]
    space = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)], rows)
    end = refine(
        Paraboloid([0.5, 1.0]), problem(space), {}, torch.tensor([0.9, 0.05], dtype=torch.double), 30
    )
    assert end.tolist() == pytest.approx([0.7, 0.3], abs=1e-4)


def test_parts_of_a_sparse_mixture_stay() -> None:
    """With a and c present, a + c = 1, nearest to a = 0.1, c = 0.4 is (0.35, 0.65); nearest to (0, 1) a = 0.2."""
    space = Space([Simplex("mix", ["a", "b", "c"], total=100.0, at_most=2, least=20.0)])
    start = problem(space).encode(pd.DataFrame([{"a": 60.0, "b": 0.0, "c": 40.0}]))[0]
    end = refine(Paraboloid([0.1, 0.9, 0.4]), problem(space), {}, start, 30)
    assert end.tolist() == pytest.approx([0.35, 0.0, 0.65], abs=1e-4)
    end = refine(Paraboloid([0.0, 0.9, 1.0]), problem(space), {}, start, 30)
    assert end.tolist() == pytest.approx([0.2, 0.0, 0.8], abs=1e-4)


def test_tied_mixtures_stay_tied() -> None:
    """Nearest to a = (1, 0, 0), b = (0, 1, 0) with a = b on the simplex: both (1/2, 1/2, 0)."""
    parts = [(f"a{i}", f"b{i}") for i in range(3)]
    tied = tuple(LinearConstraint({a: 1.0, b: -1.0}, "==", 0.0) for a, b in parts)
    space = Space(
        [
            Categorical("m", ["p", "q"]),
            Simplex("a", [a for a, _ in parts]),
            Simplex("b", [b for _, b in parts]),
        ],
        restrictions=[Restriction({"m": ["q"]}, "one composition", constraints=tied)],
    )
    start = problem(space).encode(
        pd.DataFrame([{"m": "q", "a0": 0.2, "a1": 0.2, "a2": 0.6, "b0": 0.2, "b1": 0.2, "b2": 0.6}])
    )[0]
    end = refine(Paraboloid([9, 9, 1, 0, 0, 0, 1, 0]), problem(space), {"m": "q"}, start, 50)
    assert end.tolist() == pytest.approx([0, 1, 0.5, 0.5, 0, 0.5, 0.5, 0], abs=1e-4)
    free = refine(Paraboloid([9, 9, 1, 0, 0, 0, 1, 0]), problem(space), {"m": "p"}, start, 50)
    assert free[2:].tolist() == pytest.approx([1, 0, 0, 0, 1, 0], abs=1e-4)


def test_columns_that_do_not_act_do_not_move() -> None:
    space = Space(
        [Categorical("m", ["p", "q"]), Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)],
        restrictions=[Restriction({"m": ["q"]}, "no x", fix={"x": 0.0})],
    )
    start = torch.tensor([0.0, 1.0, 0.0, 0.5], dtype=torch.double)
    end = refine(Paraboloid([1, 0, 0.9, 0.9]), problem(space), {"m": "q"}, start, 30)
    assert end.tolist() == pytest.approx([0.0, 1.0, 0.0, 0.9], abs=1e-4)


def test_nothing_to_move_and_nothing_to_evaluate() -> None:
    space = Space([Categorical("m", ["p", "q"])])
    start = torch.tensor([0.0, 1.0], dtype=torch.double)
    assert torch.equal(refine(Paraboloid([1, 0]), problem(space), {"m": "q"}, start, 9), start)
    line = Space([Continuous("x", 0.0, 1.0)])
    middle = torch.tensor([0.5], dtype=torch.double)
    assert torch.equal(refine(Broken([1]), problem(line), {}, middle, 9), middle)


def test_an_infeasible_end_is_taken_back_towards_the_start() -> None:
    space = Space([Continuous("x", 0.0, 1.0, step=0.01)])
    cut = Problem(space, Encoder(space), feasible=lambda table: table["x"] <= 0.5)
    start, end = torch.tensor([0.1], dtype=torch.double), torch.tensor([0.9], dtype=torch.double)
    assert feasible_end(cut, start, end)["x"].tolist() == [0.42]  # 0.4 of the way
    assert feasible_end(cut, start, torch.tensor([0.45], dtype=torch.double))["x"].tolist() == [0.45]
    never = Problem(space, Encoder(space), feasible=lambda table: table["x"] > 2)
    assert len(feasible_end(never, start, end)) == 0
