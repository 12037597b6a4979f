"""The general optimizer: known optima are found, all kinds of observations are understood, bad input is named."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.errors import DesignError, InputError, SpaceError
from surrogate.optimization.propose import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.optimization.told import DesignWarning
from surrogate.space import Categorical, Continuous, LinearConstraint, Simplex, Space

QUICK = SearchSettings(
    pool=96,
    near=32,
    keep=48,
    first_starts=2,
    starts=2,
    maxiter=20,
    mc_samples=32,
    prune_samples=64,
    generations=1,
    parents=2,
    children=8,
)
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", -1.0, 1.0)])
MIXTURE = Space(
    [Categorical("metal", ["Cu", "Ni", "Zn"]), Simplex("mix", ["w1", "w2", "w3"], step=0.01)],
    [LinearConstraint({"w3": 1.0}, "<=", 0.6, "soluble")],
)


def paraboloid(table: pd.DataFrame) -> pd.Series:
    """Best, 0, at (0.3, 0.25)."""
    return -((table["x"] - 0.3) ** 2) - (table["y"] - 0.25) ** 2


def alloy(table: pd.DataFrame) -> pd.Series:
    """Best, 1, at Ni with 60 % of w1, 10 % of w2; positive everywhere."""
    gain = table["metal"].map({"Cu": 0.4, "Ni": 1.0, "Zn": 0.6}).astype(float)
    return gain * np.exp(-4 * ((table["w1"] - 0.6) ** 2 + (table["w2"] - 0.1) ** 2))


def campaign(space: Space, truth: Any, direction: Any, first: int, rounds: int, n: int) -> pd.DataFrame:
    """A first design and some rounds of proposals, each measured."""
    sign = 1.0 if direction == "max" else -1.0
    told = propose(space, pd.DataFrame(), {"value": direction}, first, 0)
    told["value"] = sign * truth(told)
    for k in range(rounds):
        new = propose(space, told, {"value": direction}, n, k, settings=QUICK)
        told = pd.concat([told, new.assign(value=sign * truth(new))], ignore_index=True)
    return told


@pytest.mark.parametrize("direction", ["max", "min"])
@pytest.mark.slow
def test_the_top_of_a_paraboloid(direction: str) -> None:
    told = campaign(SQUARE, paraboloid, direction, 6, 4, 2)
    best = told.loc[told["value"].abs().idxmin()]
    assert abs(best["value"]) <= 2e-3  # 14 random points come within 0.04 on average
    assert SQUARE.contains(told).all()


@pytest.mark.slow
def test_the_best_mixture_of_the_best_metal() -> None:
    told = campaign(MIXTURE, alloy, "max", 8, 4, 3)
    best = told.loc[told["value"].idxmax()]
    assert best["metal"] == "Ni"
    assert best["value"] >= 0.97
    assert MIXTURE.check(told) == []
    np.testing.assert_allclose(told[["w1", "w2", "w3"]].sum(axis=1), 1.0, rtol=0, atol=1e-9)


@pytest.mark.slow
def test_two_objectives_are_traded_off() -> None:
    """f1 is best at x = 0.2, f2 at x = 0.8: proposals go between, on the line y = 0."""
    told = SQUARE.sample(20, 1)
    told["f1"] = np.exp(-((told["x"] - 0.2) ** 2) - told["y"] ** 2)
    told["f2"] = (told["x"] - 0.8) ** 2 + told["y"] ** 2
    found = propose(SQUARE, told, {"f1": "max", "f2": "min"}, 3, 0, settings=QUICK)
    assert found["x"].between(0.1, 0.9).all()
    assert found["y"].abs().max() <= 0.3


@pytest.mark.parametrize("observations", [None, pd.DataFrame(), pd.DataFrame({"x": [], "y": []})])
def test_without_observations_the_designs_fill_the_space(observations: pd.DataFrame | None) -> None:
    found = propose(SQUARE, observations, {"value": "max"}, 16, 3)
    assert list(found.columns) == ["x", "y"]
    assert SQUARE.contains(found).all()
    for column, low, high in (("x", 0.0, 1.0), ("y", -1.0, 1.0)):
        quarters = np.floor((found[column] - low) / (high - low) * 4).value_counts()
        assert quarters.tolist() == [4, 4, 4, 4]  # what a random sample would rarely do
    pd.testing.assert_frame_equal(found, propose(SQUARE, observations, {"value": "max"}, 16, 3))
    assert not found.equals(propose(SQUARE, observations, {"value": "max"}, 16, 4))


def test_first_designs_are_allowed_new_and_different() -> None:
    first = propose(MIXTURE, None, {"value": "max"}, 12, 0)
    second = propose(MIXTURE, None, {"value": "max"}, 12, 0, pending=first, feasible=lambda t: t["w1"] > 0.2)
    assert MIXTURE.check(second) == []
    assert (second["w1"] > 0.2).all()
    both = pd.concat([first, second])
    assert MIXTURE.matches(both, both).sum() == 24


def test_first_designs_from_a_table_lie_apart() -> None:
    shelf = pd.DataFrame({"x": [0.0, 0.01, 0.02, 1.0, 0.99], "y": [0.0, 0.0, 0.0, 1.0, 1.0]})
    found = propose(SQUARE, None, {"value": "max"}, 2, 0, candidates=shelf)
    assert {index < 3 for index in found.index} == {True, False}
    told = shelf.iloc[[0]]
    assert propose(SQUARE, None, {"value": "max"}, 1, 0, pending=told, candidates=shelf).index[0] >= 3
    with pytest.raises(SpaceError, match="not enough different designs"):
        propose(SQUARE, None, {"value": "max"}, 5, 0, pending=told, candidates=shelf)


@pytest.mark.slow
def test_the_same_arguments_give_the_same_bytes() -> None:
    told = MIXTURE.round(MIXTURE.sample(8, 1))
    told["value"] = alloy(told)
    first = propose(MIXTURE, told, {"value": "max"}, 2, 5, settings=QUICK)
    torch.manual_seed(999)  # the state of the process must not matter
    np.random.seed(999)  # noqa: NPY002
    assert propose(MIXTURE, told, {"value": "max"}, 2, 5, settings=QUICK).to_csv() == first.to_csv()
    assert list(first.columns) == list(MIXTURE.columns)


@pytest.mark.slow
def test_missing_values_and_designs_under_way() -> None:
    told = SQUARE.sample(12, 1)
    told["f1"], told["f2"] = paraboloid(told), told["x"]
    told.loc[:3, "f1"] = np.nan
    told.loc[8:, "f2"] = np.nan
    goals: Any = {"f1": "max", "f2": "max"}
    first = propose(SQUARE, told, goals, 2, 0, settings=QUICK)
    second = propose(SQUARE, told, goals, 2, 0, pending=first, settings=QUICK)
    assert not SQUARE.matches(first, second).any()
    alone = propose(SQUARE, told.dropna(), goals, 2, 0, settings=QUICK)
    assert not SQUARE.matches(first, alone).all()  # rows with one of the two values count


def test_too_little_measured_to_fit_fills_the_space() -> None:
    told = SQUARE.sample(12, 1).assign(value=np.nan)
    told.loc[0, "value"] = 1.0
    found = propose(SQUARE, told, {"value": "max"}, 2, 0)
    assert not SQUARE.matches(found, told).any()


def test_lower_bounds_reach_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate.models import gp

    told = SQUARE.sample(10, 1)
    told["value"] = np.exp(paraboloid(told))
    told["value_censored"] = [True, None, *[False] * 8]
    told.loc[3, "value"] = np.nan
    seen: dict[str, Any] = {}
    fit = gp.TargetGP.fit

    def note(X: Any, lower: Any, upper: Any, **options: Any) -> Any:
        if len(X) == 9:  # the objective; whether an experiment gives a value is learned from all ten
            seen.update(X=X, lower=lower, upper=upper)
        return fit(X, lower, upper, **options)

    monkeypatch.setattr(gp.TargetGP, "fit", note)
    propose(SQUARE, told, {"value": "max"}, 1, 0, settings=QUICK)
    assert (seen["upper"] != seen["lower"]).tolist() == [True, *[False] * 8]
    assert seen["upper"][0] == np.inf
    assert seen["X"].shape == (9, 2)
    # All values are positive: their logarithm is modelled, scaled.
    expected = np.log(told["value"].dropna().to_numpy())
    np.testing.assert_allclose(seen["lower"], (expected - expected.mean()) / expected.std())


def test_upper_bounds_and_intervals_reach_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate.models import gp

    told = SQUARE.sample(6, 1)
    told["value"] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    told["value_censored"] = ["below", True, *[False] * 4]
    told["value_upper_bound"] = [np.nan, np.nan, 16.0, np.nan, np.nan, np.nan]
    seen: list[Any] = []
    fit = gp.TargetGP.fit
    monkeypatch.setattr(
        gp.TargetGP, "fit", lambda X, *ends, **options: seen.extend(ends) or fit(X, *ends, **options)
    )
    propose(SQUARE, told, {"value": "max"}, 1, 0, settings=QUICK)
    # As values, and the interval by its middle on the logarithmic scale, where the ends are 4 and 16.
    values = np.log([1.0, 2.0, 8.0, 8.0, 16.0, 32.0])
    scaled = (values - values.mean()) / values.std()
    lower, upper = seen[2:]  # the second fit is of the logarithms
    np.testing.assert_allclose(lower[[1, 3, 4, 5]], scaled[[1, 3, 4, 5]])
    np.testing.assert_allclose(upper[[0, 3, 4, 5]], scaled[[0, 3, 4, 5]])
    assert (lower[0], upper[1]) == (-np.inf, np.inf)
    np.testing.assert_allclose(upper[2] - lower[2], np.log(4.0) / values.std())


def test_objectives_that_are_not_positive_are_not_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate.models import gp

    told = SQUARE.sample(10, 1)
    told["value"] = paraboloid(told)
    seen: dict[str, Any] = {}
    fit = gp.TargetGP.fit
    monkeypatch.setattr(
        gp.TargetGP,
        "fit",
        lambda X, z, *upper, **options: seen.update(lower=z) or fit(X, z, *upper, **options),
    )
    propose(SQUARE, told, {"value": "max"}, 1, 0, settings=QUICK)
    expected = told["value"].to_numpy()
    np.testing.assert_allclose(seen["lower"], (expected - expected.mean()) / expected.std())


def test_equal_values_are_no_trouble() -> None:
    told = SQUARE.sample(6, 1).assign(value=3.0)
    assert len(propose(SQUARE, told, {"value": "max"}, 2, 0, settings=QUICK)) == 2


GOOD = pd.DataFrame({"x": [0.1, 0.5, 0.9], "y": [0.0, 0.5, -0.5], "value": [1.0, 2.0, 3.0]})
BAD: list[tuple[dict[str, Any], type[InputError], str]] = [
    ({"n": 0}, InputError, r"n: at least one design .*\(got 0\)"),
    ({"n": 2.0}, InputError, r"n: not a whole number \(got 2.0\)"),
    ({"n": "two"}, InputError, "n: not a whole number"),
    ({"space": None}, InputError, r"space: not a search space \(got 'NoneType'\)"),
    ({"observations": [{"x": 0.1}]}, InputError, r"observations: not a table \(got 'list'\)"),
    ({"pending": {"x": [0.1]}}, InputError, r"pending: not a table \(got 'dict'\)"),
    ({"candidates": [[0.1, 0.2]]}, InputError, r"candidates: not a table \(got 'list'\)"),
    (
        {"observations": GOOD.assign(x=[0.1, "low", 0.9])},
        InputError,
        r"observations, row 2, column x: .*\(got 'low'\)",
    ),
    (
        {"candidates": GOOD.assign(y=["?", 0.1, 0.2])},
        InputError,
        r"candidates, row 1, column y: .*\(got '\?'\)",
    ),
    ({"n": 1.5}, InputError, r"n: not a whole number \(got 1.5\)"),
    ({"seed": -1}, InputError, r"seed: not a whole number of at least 0 \(got -1\)"),
    ({"objectives": {}}, InputError, "no objective"),
    ({"objectives": {"value": "up"}}, InputError, r"objective value: unknown direction \(got 'up'\)"),
    ({"objectives": {"x": "max"}}, InputError, "objective x: .*name of a parameter"),
    ({"objectives": {"speed": "max"}}, InputError, r"nothing is told of this objective .*\(got 'speed'\)"),
    (
        {"observations": GOOD.drop(columns="y")},
        DesignError,
        "observations, column y: a parameter column is missing",
    ),
    (
        {"observations": GOOD.assign(y=[0.1, 0.2, np.nan])},
        DesignError,
        "row 3, column y: a number is missing",
    ),
    (
        {"observations": GOOD.assign(value=[1.0, "high", 2.0])},
        InputError,
        "row 2, column value: not a finite",
    ),
    ({"observations": GOOD.assign(value=[1.0, np.inf, 2.0])}, InputError, r"row 2, column value: .*got inf"),
    (
        {"observations": GOOD.assign(value_censored=[True, "maybe", None])},
        InputError,
        "row 2, column value_cens",
    ),
    ({"candidates": GOOD.assign(x=-3.0)}, DesignError, "candidates, row 1, column x: outside"),
    ({"feasible": lambda table: [False] * len(table)}, SpaceError, "no design in the space passes"),
]


@pytest.mark.parametrize(("change", "kind", "said"), BAD)
def test_refused(change: dict[str, Any], kind: type[InputError], said: str) -> None:
    arguments: dict[str, Any] = {
        "space": SQUARE,
        "observations": GOOD,
        "objectives": {"value": "max"},
        "n": 1,
        "seed": 0,
    } | change
    with pytest.raises(kind, match=said):
        propose(settings=QUICK, **arguments)


def test_unknown_categories_are_named() -> None:
    told = MIXTURE.sample(3, 0).assign(value=[1.0, 2.0, 3.0], metal=["Cu", "Fe", "Ni"])
    with pytest.warns(DesignWarning, match=r"metal: unknown category .*row 2, Fe; allowed: Cu, Ni, Zn"):
        propose(MIXTURE, told, {"value": "max"}, 1, 0, settings=QUICK)


@pytest.mark.process
def test_bad_input_is_refused_before_torch_is_loaded() -> None:
    code = (
        "import sys, pandas as pd\n"
        "from surrogate.space import Continuous, Space\n"
        "from surrogate.optimization.propose import propose\n"
        "try: propose(Space([Continuous('x', 0, 1)]), pd.DataFrame({'x': ['?']}), {'v': 'max'}, 1, 0)\n"
        "except ValueError: print('torch' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
