"""Goals beyond "more" and "less": a value, a band, limits on outcomes, references, errors, experiments that fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.errors import InputError
from surrogate.optimization import (
    DesignWarning,
    Limit,
    Match,
    Maximize,
    Minimize,
    SearchSettings,
    Within,
    propose,
)
from surrogate.optimization.gains import Gains
from surrogate.space import Categorical, Continuous, Space

QUICK = SearchSettings(
    pool=96, near=32, keep=48, first_starts=2, starts=1, maxiter=15, mc_samples=32, prune_samples=64,
    generations=2, parents=2, children=8,
)  # fmt: skip
SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])


def hill(table: pd.DataFrame) -> pd.Series:
    """Highest, 1, at (0.3, 0.6)."""
    return 1.0 - (table["x"] - 0.3) ** 2 - (table["y"] - 0.6) ** 2


@pytest.fixture
def told() -> pd.DataFrame:
    table = SQUARE.sample(25, 1)
    return table.assign(value=hill(table), used=table["x"], tilt=table["y"] - 0.5)


def ask(told: pd.DataFrame, objectives: dict[str, Any], n: int = 2, **more: Any) -> pd.DataFrame:
    return propose(SQUARE, told, objectives, n, 0, settings=QUICK, **more)


def test_a_value_is_matched(told: pd.DataFrame) -> None:
    assert hill(ask(told, {"value": Match(0.8)})).to_numpy() == pytest.approx([0.8, 0.8], abs=0.05)
    assert (ask(told, {"tilt": Match(-0.2)})["y"] - 0.3).abs().max() < 0.1


def test_a_match_beside_another_objective(told: pd.DataFrame) -> None:
    found = ask(told, {"tilt": Match(0.4), "value": "max"}, n=4)
    assert found["y"].between(0.55, 0.95).all()
    assert (found["x"] - 0.3).abs().max() < 0.2


def test_all_of_a_band_is_as_good(told: pd.DataFrame) -> None:
    """Within the band the other objective decides: the leftmost design that the hill lets be."""
    assert hill(ask(told, {"value": Within(0.8, 0.85)})).between(0.78, 0.87).all()
    found = ask(told, {"tilt": Within(-0.3, -0.1), "used": "min"}, n=1)
    assert found["y"].between(0.18, 0.42).all()
    assert found["x"].max() < 0.1


def test_gains_of_every_goal() -> None:
    outputs = torch.tensor([[1.0, 2.0, 3.0, 4.0], [-1.0, 0.5, 6.0, 4.0]], dtype=torch.double)
    gains = Gains(["max", "min", 5.0, (0.0, 3.5)])
    assert gains(outputs).tolist() == [[1.0, -2.0, -2.0, -0.5], [-1.0, -0.5, -1.0, -0.5]]
    assert Gains([(0.0, 3.5)])(outputs[:, :1]).tolist() == [[0.0], [-1.0]]
    assert not gains.linear
    assert Gains(["max", "min"]).linear


def test_a_limit_on_an_outcome_is_kept_and_on_an_objective_too(told: pd.DataFrame) -> None:
    best = ask(told, {"value": "max"})
    assert best["x"].min() > 0.25
    assert ask(told, {"value": "max"}, limits=[Limit("used", "<=", 0.15)])["x"].max() < 0.2
    assert ask(told, {"value": "max"}, limits=[Limit("tilt", ">=", 0.3)])["y"].min() > 0.75
    both = ask(told, {"value": "max", "used": "min"}, n=3, limits=[Limit("used", ">=", 0.2)])
    assert both["x"].min() > 0.15


def test_a_known_error_counts(told: pd.DataFrame) -> None:
    wrong = pd.concat([told, pd.DataFrame([{"x": 0.9, "y": 0.1, "value": 3.0}])], ignore_index=True)
    misled = ask(wrong, {"value": "max"})
    right = ask(wrong.assign(value_sem=[0.005] * 25 + [5.0]), {"value": "max"})
    assert np.hypot(right["x"] - 0.3, right["y"] - 0.6).max() < 0.15
    assert np.hypot(misled["x"] - 0.3, misled["y"] - 0.6).max() > 0.3


@pytest.mark.parametrize("error", [-1.0, np.inf, "small"])
def test_what_is_no_error_is_refused(told: pd.DataFrame, error: Any) -> None:
    with pytest.raises(InputError, match="not a standard error") as raised:
        ask(told.assign(value_sem=[0.1, error, *[None] * 23]), {"value": "max"})
    assert (raised.value.row, raised.value.column) == (1, "value_sem")


def test_what_lies_beyond_the_reference_adds_nothing(told: pd.DataFrame) -> None:
    """Of a front between the hill and the left edge only the part near the top counts."""
    wide = ask(told, {"value": "max", "used": "min"}, n=4)
    narrow = ask(told, {"value": Maximize(0.98), "used": Minimize(1.0)}, n=4)
    assert hill(wide).min() < 0.95
    assert hill(narrow).min() > 0.95


def test_failed_experiments_are_not_repeated_and_their_kind_is_avoided() -> None:
    grid = Space([Continuous("x", 0.0, 10.0, step=1.0)])
    table = pd.DataFrame({"x": [0.0, 2.0, 4.0, 8.0, 10.0], "value": [1.0, 3.0, 5.0, 4.0, 2.0]})
    seen = set()
    for _ in range(3):
        found = propose(grid, table, {"value": "max"}, 1, 0, settings=QUICK)
        assert float(found["x"].iloc[0]) not in set(table["x"])
        seen.add(float(found["x"].iloc[0]))
        table = pd.concat([table, found.assign(value=np.nan)], ignore_index=True)
    assert len(seen) == 3
    space = Space([Categorical("kind", ["good", "bad"]), Continuous("x", 0.0, 1.0)])
    made = space.sample(16, 2)
    bad = (made["kind"] == "bad").to_numpy()
    made["value"] = np.where(bad, np.nan, 1.0 - (made["x"] - 0.5) ** 2)
    assert set(propose(space, made, {"value": "max"}, 3, 0, settings=QUICK)["kind"]) == {"good"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"objectives": {"value": Maximize}}, "unknown direction"),
        ({"objectives": {"x": Match(1.0)}}, "has the name of a parameter"),
        ({"objectives": {"value": (0.1, 0.2)}}, "unknown direction .*Within"),
        ({"limits": [("used", "<=", 1.0)]}, "not a limit"),
        ({"limits": [Limit("x", "<=", 1.0)]}, "a limit on a parameter"),
        ({"limits": [Limit("absent", "<=", 1.0)]}, "nothing is told .*absent.*add a column absent"),
        ({"limits": Limit("used", "<=", 1.0)}, "not a limit"),
        (
            {"limits": [Limit("used", "<=", 5.0), Limit("used", ">=", 50.0)]},
            "two limits that nothing can keep .*>= 50 and <= 5",
        ),
    ],
)
def test_goals_that_cannot_be(told: pd.DataFrame, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        propose(SQUARE, told, **{"objectives": {"value": "max"}, "n": 1, "seed": 0, **change})


def test_parameters_that_have_the_name_of_something_else_are_refused(told: pd.DataFrame) -> None:
    for name, words in (
        ("value_sem", "told of an outcome"),
        ("used_censored", "told of an outcome"),
        ("acquisition_value", "cannot have this name"),
    ):
        space = Space([*SQUARE.parameters, Continuous(name, 0.0, 1.0)])
        with pytest.raises(InputError, match=words):
            propose(
                space, told.assign(**{name: 0.5}), {"value": "max"}, 1, 0, limits=[Limit("used", "<=", 1.0)]
            )


def test_numbers_of_numpy_are_numbers() -> None:
    assert Match(np.int64(2)).target == Limit("a", "<=", np.float32(2.0)).bound == 2.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Match(np.nan),
        lambda: Within(0.0, np.inf),
        lambda: Maximize("1"),
        lambda: Limit("a", "<=", np.inf),
        lambda: Minimize(True),
    ],
)
def test_numbers_that_are_none(make: Any) -> None:
    with pytest.raises(InputError, match="not a finite number"):
        make()


@pytest.mark.parametrize("ends", [(2.0, 1.0), (1.0, 1.0)])
def test_a_band_that_is_empty(ends: tuple[float, float]) -> None:
    with pytest.raises(InputError, match=r"a band that is empty .*Match"):
        Within(*ends)


def test_a_side_that_is_none() -> None:
    with pytest.raises(InputError, match="unknown side"):
        Limit("a", "<", 1.0)


def test_first_designs_go_on_from_what_was_made_nearly_as_proposed() -> None:
    first = propose(SQUARE, None, {"value": "max"}, 3, 0)
    made = first + 0.003
    more = propose(SQUARE, made.iloc[:1].assign(value=1.0), {"value": "max"}, 3, 0, pending=made.iloc[1:])
    apart = np.hypot(*(more.to_numpy()[:, None] - made.to_numpy()).transpose(2, 0, 1))
    assert apart.min() > 0.05


@pytest.mark.parametrize("known", [0, 1])
def test_a_limit_that_was_hardly_measured_leaves_the_others_their_say(told: pd.DataFrame, known: int) -> None:
    rare = told.assign(used=told["used"].where(np.arange(len(told)) < known))
    with pytest.warns(DesignWarning, match=f"used was measured {known} times.*its limit is left out"):
        found = ask(rare, {"value": "max"}, limits=[Limit("used", "<=", 0.9)])
    assert hill(found).min() > 0.95
    with pytest.warns(DesignWarning, match=f"used was measured {known} times.*fill the space"):
        ask(rare, {"value": "max", "used": "min"})
