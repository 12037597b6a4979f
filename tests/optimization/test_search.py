"""The search for a batch: finds the best of the acquisition, keeps to the space, repeats itself exactly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from search_examples import HOSTS, QUICK, SQUARE, gp, problem

from surrogate.errors import DesignError, InputError, SpaceError
from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.search import ACQUISITION_VALUE, search
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, Space


@pytest.mark.slow
def test_the_batch_is_distinct_allowed_and_can_be_made() -> None:
    model, encoder, X = problem(HOSTS, 1)
    batch = search(model, HOSTS, encoder, 4, 0, baseline=X, settings=QUICK)
    assert list(batch.columns) == [*HOSTS.columns, ACQUISITION_VALUE]
    assert HOSTS.check(batch) == []
    pd.testing.assert_frame_equal(HOSTS.round(batch), batch[list(HOSTS.columns)])
    assert HOSTS.matches(batch, batch).sum() == 4
    assert not HOSTS.matches(batch, encoder.decode(X)).any()
    assert np.isfinite(batch[ACQUISITION_VALUE]).all()


@pytest.mark.slow
def test_one_seed_one_batch_whatever_the_state_of_the_process() -> None:
    model, encoder, X = problem(HOSTS, 2)
    first = search(model, HOSTS, encoder, 2, 7, baseline=X, settings=QUICK)
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    try:
        torch.set_num_threads(2)
        torch.manual_seed(999)
        np.random.seed(999)  # noqa: NPY002 - the state that must not matter
        before = torch.random.get_rng_state().clone()
        again = search(model, HOSTS, encoder, 2, 7, baseline=X, settings=QUICK)
        assert torch.get_num_threads() == 2
        assert torch.equal(torch.random.get_rng_state(), before)
    finally:
        torch.set_num_threads(threads)
        torch.random.set_rng_state(state)
    assert first.to_csv() == again.to_csv()
    other = search(model, HOSTS, encoder, 2, 8, baseline=X, settings=QUICK)
    assert first.to_csv() != other.to_csv()


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.slow
def test_no_other_design_is_worth_clearly_more(outputs: int) -> None:
    """The first member against 1,024 points of the square under the very same acquisition function."""
    model, encoder, X = problem(SQUARE, 3, outputs)
    found = search(model, SQUARE, encoder, 1, 0, baseline=X, settings=QUICK)
    improvement = Improvement(model, torch.as_tensor(X).unique(dim=0), ("max",) * outputs, QUICK, 0)
    acquisition = improvement.given(None)
    everywhere = torch.as_tensor(encoder.encode(SQUARE.sample(1024, 11)))
    best = float(improvement.values(acquisition, everywhere).max())
    assert found[ACQUISITION_VALUE].iloc[0] >= best - 1e-3
    itself = improvement.values(acquisition, torch.as_tensor(encoder.encode(found)))
    assert found[ACQUISITION_VALUE].iloc[0] == pytest.approx(float(itself[0]), abs=1e-9)


@pytest.mark.parametrize("direction", ["max", "min"])
@pytest.mark.slow
def test_the_optimum_of_a_known_function_is_found(direction: Any) -> None:
    """Ample data on a paraboloid with its top (or bottom) at (0.3, 1.5)."""
    encoder = Encoder(SQUARE)
    table = SQUARE.sample(40, 5)
    y = (table["x"] - 0.3) ** 2 + ((table["y"] - 1.5) / 2) ** 2
    model = gp(encoder.encode(table), (y if direction == "min" else -y).to_numpy())
    known = encoder.encode(table)
    found = search(model, SQUARE, encoder, 1, 0, baseline=known, settings=QUICK, directions=(direction,))
    assert found["x"].iloc[0] == pytest.approx(0.3, abs=0.05)
    assert found["y"].iloc[0] == pytest.approx(1.5, abs=0.1)


@pytest.mark.slow
def test_the_trade_off_of_two_known_functions_is_found() -> None:
    """One to be maximised, with its top at (0.2, 1), and one to be minimised, with its bottom at (0.6, 1):
    nothing off the line between them is worth trying."""
    encoder = Encoder(SQUARE)
    table = SQUARE.sample(40, 5)
    across = ((table["y"] - 1.0) / 2) ** 2
    a, b = -((table["x"] - 0.2) ** 2) - across, (table["x"] - 0.6) ** 2 + across
    known = encoder.encode(table)
    model = gp(known, a.to_numpy(), b.to_numpy())
    found = search(model, SQUARE, encoder, 3, 0, baseline=known, settings=QUICK, directions=("max", "min"))
    assert found["x"].between(0.15, 0.65).all()
    assert found["x"].max() - found["x"].min() > 0.1
    assert found["y"].between(0.85, 1.15).all()


@pytest.mark.slow
def test_designs_under_way_are_neither_repeated_nor_ignored() -> None:
    model, encoder, X = problem(HOSTS, 5)
    first = search(model, HOSTS, encoder, 2, 0, baseline=X, settings=QUICK)
    second = search(model, HOSTS, encoder, 2, 0, baseline=X, pending=encoder.encode(first), settings=QUICK)
    assert not HOSTS.matches(first, second).any()
    # Its value is that beside what is under way, which is less than alone.
    improvement = Improvement(model, torch.as_tensor(X).unique(dim=0), ("max", "max"), QUICK, 0)
    points = torch.as_tensor(encoder.encode(second.iloc[:1]))
    alone, beside = (
        float(improvement.values(improvement.given(pending), points)[0])
        for pending in (None, torch.as_tensor(encoder.encode(first)).unique(dim=0))
    )
    assert second[ACQUISITION_VALUE].iloc[0] == pytest.approx(beside, abs=1e-9)
    assert beside < alone - 0.01


def test_a_design_under_way_stands_for_those_beside_it() -> None:
    """Three on a shelf: the best, its close neighbour, and a distant design that promises a little less."""
    encoder = Encoder(SQUARE)
    table = pd.DataFrame({"x": [0.02, 0.98, 0.5], "y": [1.0, 1.0, 1.0]})
    known = encoder.encode(table)
    model = gp(known, np.array([0.6, 0.5, 0.0]))
    model.covar_module.lengthscale = 0.15
    shelf = pd.DataFrame({"x": [0.17, 0.171, 0.83], "y": [1.0, 1.0, 1.0]}, index=["best", "next", "other"])

    def chosen(n: int, *under_way: str) -> list[str]:
        pending = encoder.encode(shelf.loc[list(under_way)]) if under_way else None
        found = search(
            model, SQUARE, encoder, n, 0, baseline=known, pending=pending, candidates=shelf, settings=QUICK
        )
        return [str(name) for name in found.index]

    first, second, third = chosen(3)
    assert {first, third} == {"best", "next"}
    assert second == "other"
    assert chosen(2, "best") == ["other", "next"]
    assert chosen(2, "next") == ["other", "best"]
    with pytest.raises(SpaceError, match="not enough different designs"):
        chosen(3, "best")  # what is under way is not made twice


@pytest.mark.slow
def test_a_test_of_feasibility_is_kept_even_where_the_best_lies_outside() -> None:
    encoder = Encoder(SQUARE)
    table = SQUARE.sample(40, 5)
    y = table["x"] + table["y"]  # grows towards the corner, which the circle cuts off
    seen: list[tuple[str, ...]] = []

    def inside(rows: pd.DataFrame) -> pd.Series:
        seen.append(tuple(rows.columns))
        return rows["x"] ** 2 + (rows["y"] / 2) ** 2 <= 0.64

    found = search(
        gp(encoder.encode(table), y.to_numpy()), SQUARE, encoder, 3, 0,
        baseline=encoder.encode(table[inside(table)]), feasible=inside, settings=QUICK,
    )  # fmt: skip
    radius = np.hypot(found["x"], found["y"] / 2)
    assert (radius <= 0.8).all()
    assert radius.max() >= 0.7
    assert set(seen[1:]) == {("x", "y")}


@pytest.mark.slow
def test_given_columns_reach_the_model_and_the_feasibility_test() -> None:
    """One model over conditions and choices; the search is over the choices alone."""
    wide = Space(
        [*SQUARE.parameters, Categorical("salt", ["a", "b"]), Continuous("current", 0.1, 10.0, log=True)]
    )
    encoder = Encoder(wide)
    table = wide.sample(60, 3)
    top = np.where(table["salt"] == "a", 0.2, 0.8)
    y = -((table["x"] - top) ** 2) - ((table["y"] - 1.0) / 2) ** 2
    model = gp(encoder.encode(table), y.to_numpy())
    for salt, best in (("a", 0.2), ("b", 0.8)):
        fixed = {"salt": salt, "current": 1.0}
        asked: list[dict[str, Any]] = []

        def note(rows: pd.DataFrame, asked: list[dict[str, Any]] = asked) -> np.ndarray:
            asked.append(rows.iloc[0].to_dict())
            return np.ones(len(rows), dtype=bool)

        found = search(
            model,
            SQUARE,
            encoder,
            1,
            0,
            baseline=encoder.encode(table),
            fixed=fixed,
            feasible=note,
            settings=QUICK,
        )
        assert list(found.columns) == ["x", "y", ACQUISITION_VALUE]
        assert found["x"].iloc[0] == pytest.approx(best, abs=0.15)
        assert {one["salt"] for one in asked} == {salt}
    with pytest.raises(SpaceError, match=r"lacks \(got 'current'\)"):
        search(
            model, SQUARE, encoder, 1, 0, baseline=encoder.encode(table), fixed={"salt": "a"}, settings=QUICK
        )
    with pytest.raises(SpaceError, match="must not be part of the space"):
        search(
            model,
            SQUARE,
            encoder,
            1,
            0,
            baseline=encoder.encode(table),
            fixed={**fixed, "x": 1},
            settings=QUICK,
        )


def test_the_same_host_told_at_other_conditions_may_be_proposed() -> None:
    wide = Space([Categorical("metal", ["Cu", "Ni"]), Continuous("current", 0.1, 10.0)])
    narrow = Space([Categorical("metal", ["Cu", "Ni"])])
    encoder = Encoder(wide)
    told = pd.DataFrame({"metal": ["Cu", "Ni", "Cu"], "current": [1.0, 5.0, 5.0]})
    X = encoder.encode(told)
    model = gp(X, np.array([0.0, 1.0, 0.5]))
    found = search(model, narrow, encoder, 1, 0, baseline=X, fixed={"current": 1.0}, settings=QUICK)
    assert found["metal"].tolist() == ["Ni"]
    with pytest.raises(SpaceError, match="not enough different designs"):
        search(model, narrow, encoder, 2, 0, baseline=X, fixed={"current": 1.0}, settings=QUICK)


@pytest.mark.slow
def test_candidates_are_taken_from_the_table_as_they_are() -> None:
    model, encoder, X = problem(SQUARE, 6)
    shelf = SQUARE.sample(20, 9).set_axis([f"host {i}" for i in range(20)])
    found = search(model, SQUARE, encoder, 3, 0, baseline=X, candidates=shelf, settings=QUICK)
    pd.testing.assert_frame_equal(found[["x", "y"]], shelf.loc[found.index])
    values = Improvement(model, torch.as_tensor(X).unique(dim=0), ("max", "max"), QUICK, 0)
    worth = values.values(values.given(None), torch.as_tensor(encoder.encode(shelf)))
    assert found.index[0] == shelf.index[int(worth.argmax())]
    rest = search(
        model,
        SQUARE,
        encoder,
        17,
        0,
        baseline=X,
        pending=encoder.encode(found),
        candidates=shelf,
        settings=QUICK,
    )
    assert set(rest.index) == set(shelf.index) - set(found.index)
    with pytest.raises(SpaceError, match=r"\(got 17\). Allowed: 18 were requested"):
        search(
            model,
            SQUARE,
            encoder,
            18,
            0,
            baseline=X,
            pending=encoder.encode(found),
            candidates=shelf,
            settings=QUICK,
        )
    with pytest.raises(DesignError, match="candidates, row 2, column x: outside the limits"):
        search(
            model,
            SQUARE,
            encoder,
            1,
            0,
            baseline=X,
            candidates=shelf.assign(x=[0.5, 7.0] * 10),
            settings=QUICK,
        )


@pytest.mark.slow
def test_nothing_known_yet() -> None:
    model, encoder, X = problem(HOSTS, 8)
    batch = search(model, HOSTS, encoder, 2, 0, baseline=X[:0], settings=QUICK)
    assert HOSTS.check(batch) == []
    assert len(batch) == 2


@pytest.mark.slow
def test_a_small_space_is_used_up_and_says_so() -> None:
    space = Space([Categorical("metal", ["Cu", "Ni", "Zn"]), Continuous("x", 0.0, 1.0, step=0.5)])
    encoder = Encoder(space)
    told = pd.DataFrame({"metal": ["Cu", "Cu"], "x": [0.0, 0.5]})
    model = gp(encoder.encode(told), np.array([0.0, 1.0]))
    found = search(model, space, encoder, 7, 0, baseline=encoder.encode(told), settings=QUICK)
    assert len(found[["metal", "x"]].drop_duplicates()) == 7
    with pytest.raises(
        SpaceError, match=r"not enough different designs .*\(got 7\). Allowed: 8 were requested"
    ):
        search(model, space, encoder, 8, 0, baseline=encoder.encode(told), settings=QUICK)


@pytest.mark.slow
def test_progress_is_told() -> None:
    model, encoder, X = problem(SQUARE, 6)
    told: list[tuple[str, int, int]] = []
    search(model, SQUARE, encoder, 2, 0, baseline=X, settings=QUICK, progress=lambda *a: told.append(a))
    assert told == [("search", 0, 2), ("search", 1, 2), ("search", 2, 2)]


def test_refused() -> None:
    model, encoder, X = problem(SQUARE, 6)
    for change, said in (
        ({"n": 0}, r"n: at least one design must be requested \(got 0\)"),
        ({"directions": ("max",)}, "2 of them"),
        ({"directions": ("max", "up")}, "directions"),
        ({"baseline": X[:, :1]}, r"baseline: wrong shape \(got \(12, 1\)\). Allowed: \(n, 2\)"),
        ({"pending": X * math.nan}, "pending: a number is missing"),
        ({"feasible": lambda rows: [True]}, "must return one answer a row"),
        (
            {"feasible": lambda rows: np.zeros(len(rows))},
            "no design in the space passes the feasibility test",
        ),
        ({"settings": SearchSettings(reference_point=(0.0,))}, "reference_point: one finite number for each"),
    ):
        arguments = {"n": 1, "baseline": X, "settings": QUICK} | change
        with pytest.raises(InputError, match=said):
            search(model, SQUARE, encoder, arguments.pop("n"), 0, **arguments)
    with pytest.raises(InputError, match="search settings, pool"):
        SearchSettings(pool=0)
