"""The search for a batch: finds the best of the acquisition, keeps to the space, repeats itself exactly."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from botorch.models import ModelListGP, SingleTaskGP

from surrogate.errors import DesignError, InputError, SpaceError
from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.replacement import Replacements
from surrogate.optimization.search import ACQUISITION_VALUE, search
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

QUICK = SearchSettings(
    pool=64,
    near=16,
    keep=24,
    first_starts=2,
    starts=2,
    maxiter=15,
    mc_samples=16,
    prune_samples=64,
    generations=1,
    parents=2,
    children=8,
)
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 2.0)])
HOSTS = Space(
    [
        Categorical("metal", ["none", "Cu", "Ni"]),
        Simplex("top", ["t1", "t2", "t3"], step=0.01),
        Simplex("bottom", ["b1", "b2", "b3"], step=0.01),
        Continuous("size", 1.0, 100.0, log=True, step=0.5),
        Continuous("porosity", 0.4, 0.95, step=0.01),
    ],
    [LinearConstraint({"porosity": 1.0, "t1": 0.5}, "<=", 1.1, "too light to hold")],
    [
        Restriction(
            {"metal": ["none"]},
            "a foil",
            fix={
                "size": 0.0,
                "porosity": 0.0,
                "t1": 1.0,
                "t2": 0.0,
                "t3": 0.0,
                "b1": 1.0,
                "b2": 0.0,
                "b3": 0.0,
            },
        ),
        Restriction(
            {"metal": ["Cu"]},
            "one composition",
            constraints=[LinearConstraint({f"t{i}": 1.0, f"b{i}": -1.0}, "==", 0.0) for i in (1, 2, 3)],
        ),
    ],
)


def gp(X: np.ndarray, *targets: np.ndarray) -> ModelListGP:
    """Gaussian processes with fixed hyperparameters: nothing is fitted, so nothing depends on a fit."""
    models = []
    for target in targets:
        y = torch.as_tensor((target - target.mean()) / target.std(ddof=1))[:, None]
        model = SingleTaskGP(
            torch.as_tensor(X), y, train_Yvar=torch.full_like(y, 1e-4), outcome_transform=None
        )
        model.covar_module.lengthscale = 0.7
        models.append(model.eval())
    return models[0] if len(models) == 1 else ModelListGP(*models)


def problem(space: Space, seed: int, outputs: int = 2, n: int = 12) -> tuple[Any, Encoder, np.ndarray]:
    """A model of smooth functions over a space, its encoder and the observed designs."""
    encoder = Encoder(space)
    X = encoder.encode(space.round(space.sample(n, seed)))
    weights = np.random.default_rng(seed).normal(size=(outputs, encoder.dim))
    return gp(X, *(np.sin(2 * X @ w) for w in weights)), encoder, X


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


@pytest.mark.slow
def test_a_reference_point_of_ones_own() -> None:
    """Nothing below it counts: with a bar that only one objective's best can reach, the search goes there."""
    encoder = Encoder(SQUARE)
    table = SQUARE.sample(40, 5)
    a, b = -((table["x"] - 0.1) ** 2).to_numpy(), -((table["x"] - 0.9) ** 2).to_numpy()
    model = gp(encoder.encode(table), a, b)
    level = (a.max() - a.mean()) / a.std() - 0.1
    bar = SearchSettings(**{**vars(QUICK), "reference_point": (level, -10.0)})
    found = search(model, SQUARE, encoder, 1, 0, baseline=encoder.encode(table), settings=bar)
    assert found["x"].iloc[0] == pytest.approx(0.1, abs=0.2)


def test_degenerate_fronts_have_a_reference_point_below_them() -> None:
    """One known design, or several of equal worth: the front has no extent."""
    encoder = Encoder(SQUARE)
    X = encoder.encode(SQUARE.sample(6, 5))
    model = gp(X, X[:, 0], X[:, 1])
    for baseline in (X[:1], np.repeat(X[:1], 3, axis=0)):
        improvement = Improvement(model, torch.as_tensor(baseline), ("max", "max"), QUICK, 0)
        mean = model.posterior(torch.as_tensor(baseline)).mean
        assert (improvement.reference < mean - 0.05).all()


@pytest.mark.slow
def test_a_simpler_design_takes_the_place_of_one_that_is_worth_little_more():
    """Where something may be given up at all, and not otherwise."""
    space = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])
    encoder = Encoder(space)
    X = encoder.encode(space.sample(30, 0))
    worth = torch.as_tensor(np.sin(3.0 * X[:, [0]]) + 0.5 * X[:, [1]])
    model = SingleTaskGP(torch.as_tensor(X), worth).eval()

    def proposed(simplicity, simpler):
        settings = replace(QUICK, simplicity=simplicity)
        steps = Replacements(simpler=simpler)
        return search(model, space, encoder, 1, 0, baseline=X, replacements=steps, settings=settings).iloc[0]

    plain = proposed(0.9, None)
    assert plain["y"] > 0.0
    assert proposed(0.0, lambda row: row.assign(y=0.0))["y"] == plain["y"]
    given_up = proposed(0.9999, lambda row: row.assign(y=row["y"] - 0.01))
    assert given_up["y"] == pytest.approx(plain["y"] - 0.01)
    assert given_up["x"] == plain["x"]
    assert given_up[ACQUISITION_VALUE] < plain[ACQUISITION_VALUE]
    # What is not allowed, or was told already, is no simpler design; nor is what names a category that is not open.
    assert proposed(0.9999, lambda row: row.assign(y=-1.0))["y"] == plain["y"]
    space = Space([*space.parameters, Categorical("metal", ["Cu", "Ni"])])
    encoder = Encoder(space)
    X = encoder.encode(space.sample(30, 0))
    worth = torch.as_tensor(np.sin(3.0 * X[:, [0]]) + 0.5 * X[:, [1]])
    model = SingleTaskGP(torch.as_tensor(X), worth).eval()
    assert proposed(0.9999, lambda row: row.assign(metal="Zn"))["metal"] in ("Cu", "Ni")


def test_a_reference_point_at_the_median_of_random_designs() -> None:
    model, _, X = problem(SQUARE, 3)
    ordinary = torch.rand(31, 2, dtype=torch.double)
    known = torch.as_tensor(X).unique(dim=0)
    found = Improvement(model, known, ("max", "min"), replace(QUICK, worst_of="space"), 0, ordinary=ordinary)
    mean = model.posterior(ordinary).mean.detach() * torch.tensor([1.0, -1.0])
    assert torch.allclose(found.reference, mean.median(dim=0).values)
    without = Improvement(
        model, known, ("max", "min"), replace(QUICK, worst_of="known"), 0, ordinary=ordinary
    )
    assert not torch.allclose(found.reference, without.reference)


KINDS = Space([Categorical("kind", list("abcdef")), Continuous("x", 0.0, 1.0)])


def known_kinds(kinds: str, untried: int, n: int = 2, pool: int = 64) -> list[str]:
    """Kinds of a batch where a and b are known to be good and the others next to nothing else is known of."""
    table = pd.DataFrame({"kind": list(kinds), "x": np.linspace(0.1, 0.9, len(kinds))})
    encoder = Encoder(KINDS)
    X = encoder.encode(table)
    y = np.array([2.0 if kind in "ab" else -2.0 for kind in kinds]) + table["x"].to_numpy()
    settings = replace(QUICK, untried=untried, pool=pool)
    return search(gp(X, y), KINDS, encoder, n, 0, baseline=X, settings=settings)["kind"].tolist()


def test_the_last_of_a_batch_is_of_an_untried_combination() -> None:
    assert set(known_kinds("aabbccdd", 0)) <= set("ab")
    first, last = known_kinds("aabbccdd", 1)
    assert first in "ab"
    assert last in "ef"
    assert set(known_kinds("aabbccddeeff", 1)) <= set("ab")  # none is left


def test_a_single_design_need_not_be_of_an_untried_combination() -> None:
    assert known_kinds("aabbccdd", 1, n=1)[0] in "ab"


def test_the_last_of_a_batch_of_one_kind_is_of_another_if_it_is_worth_enough() -> None:
    """Above the middle of the square is "up", and that is where all the best designs are."""
    points = np.random.default_rng(0).uniform(size=(12, 2))
    model = gp(points, points[:, 1] + 0.1 * points[:, 0])

    def kinds(rows: pd.DataFrame) -> list[str]:
        return ["up" if y > 1.8 else "down" for y in rows["y"]]

    def proposed(other_kind: float) -> list[str]:
        settings = replace(QUICK, other_kind=other_kind)
        found = search(model, SQUARE, Encoder(SQUARE), 3, 0, baseline=points, settings=settings, kinds=kinds)
        return kinds(found)

    assert proposed(1.0) == ["up"] * 3
    assert proposed(1e-6)[:2] == ["up"] * 2
    assert proposed(1e-6)[-1] == "down"
    with pytest.raises(InputError, match="other_kind"):
        replace(QUICK, other_kind=0.0)
