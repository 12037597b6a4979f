"""Numbers with listed values: what is refused, drawn, rounded, checked, encoded and proposed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import DesignError, SpaceError
from surrogate.optimization.propose import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.space import (
    Categorical,
    Continuous,
    Discrete,
    Encoder,
    LinearConstraint,
    Restriction,
    Simplex,
    Space,
)

QUICK = SearchSettings(pool=64, near=16, starts=1, first_starts=1, maxiter=5, generations=1)
SIZES = [1.0, 2.0, 5.0, 10.0, 100.0]
SIZE = Discrete("size", SIZES, log=True)
PROFILE = settings(
    derandomize=True, max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: Discrete("", [1, 2]), "needs a name"),
    (lambda: Discrete("x", [1]), r"x: fewer than two values \(got \[1.0\]\)"),
    (lambda: Discrete("x", [1, 2, 1]), r"x: a value is given twice \(got 1.0\)"),
    (lambda: Discrete("x", [1, float("nan")]), "a value is not a finite number"),
    (lambda: Discrete("x", ["1", "2"]), "a value is not a finite number"),  # type: ignore[list-item]
    (lambda: Discrete("x", [0, 1], log=True), "a log scale cannot reach zero"),
    (
        lambda: Space(
            [Discrete("x", [1, 4]), Categorical("k", ["u"])],
            restrictions=[Restriction({"k": ["u"]}, "why", lower={"x": 2.0}, upper={"x": 3.0})],
        ),
        r"no listed value of the column is within the limits \(got \(2.0, 3.0\)\)",
    ),
    (
        lambda: Space(
            [Discrete("x", [0, 100]), Continuous("y", 0, 1)], [LinearConstraint({"x": 1, "y": 1}, "==", 50)]
        ),
        r"the constraints leave none of the listed values \(got 'x'\).*1\*x \+ 1\*y == 50",
    ),
    (
        lambda: Space([SIZE], [LinearConstraint({"size": 1}, "<=", 5)]),
        "a column on a log scale cannot take part",
    ),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        make()


def test_values_are_kept_in_order() -> None:
    assert vars(Discrete("x", [5, 1, 2]))["values"] == (1.0, 2.0, 5.0)
    assert Discrete("x", [5, 1, 2]) == Discrete("x", (1, 2, 5))


def test_samples_have_each_value_equally_often() -> None:
    table = Space([SIZE, Continuous("y", 0, 1)]).sample(1000, 0)
    counts = table["size"].value_counts()
    assert sorted(counts.index) == SIZES
    assert counts.between(190, 210).all()


def test_rounding_takes_the_nearest_value_on_the_scale() -> None:
    told = pd.DataFrame({"size": [3.0, 3.3, 30.0, 40.0, 0.1, 900.0]})  # the middle of 2 and 5 is 3.16 or 3.5
    assert Space([SIZE]).round(told)["size"].tolist() == [2.0, 5.0, 10.0, 100.0, 1.0, 100.0]
    assert Space([Discrete("size", SIZES)]).round(told)["size"].tolist()[1] == 2.0


def test_other_values_are_no_designs_and_named() -> None:
    space = Space([SIZE])
    table = pd.DataFrame({"size": [5.0, 6.0, 200.0]})
    assert space.contains(table).tolist() == [True, False, False]
    with pytest.raises(
        DesignError, match=r"row 2, column size: not a listed value \(got 6.0\). Allowed: 1, 2, 5"
    ):
        space.require(table)


def test_a_value_is_encoded_by_its_place_on_the_scale() -> None:
    encoder = Encoder(Space([SIZE, Discrete("x", [0, 1, 10])]))
    encoded = encoder.encode(pd.DataFrame({"size": [10.0], "x": [1.0]}))
    assert encoded[0].tolist() == pytest.approx([0.5, 0.1])


def test_a_restriction_narrows_the_values_and_fixes_others() -> None:
    space = Space(
        [SIZE, Categorical("kind", ["a", "b", "c"])],
        restrictions=[
            Restriction({"kind": ["b"]}, "fine", upper={"size": 6.0}),
            Restriction({"kind": ["c"]}, "none", fix={"size": 0.0}),
        ],
    )
    table = space.round(space.sample(60, 0))
    assert space.check(table) == []
    assert set(table.loc[table["kind"] == "b", "size"]) == {1.0, 2.0, 5.0}
    assert set(table.loc[table["kind"] == "c", "size"]) == {0.0}
    far = pd.DataFrame({"size": [100.0], "kind": ["b"]})
    assert space.round(far)["size"].tolist() == [5.0]


@PROFILE
@given(
    st.lists(st.integers(0, 40), min_size=2, max_size=6, unique=True),
    st.floats(0.1, 0.9),
    st.sampled_from(["<=", ">=", "=="]),
    st.sampled_from([None, 0.05]),
    st.integers(0, 2**31),
)
@pytest.mark.slow
def test_what_is_tied_to_other_columns(
    values: list[int], share: float, sense: Any, step: float | None, seed: int
) -> None:
    """x + 40 y + 10 a against a bound that is reached inside."""
    low, high = min(values), max(values) + 50.0
    bound = low + share * (high - low)
    try:
        space = Space(
            [
                Discrete("x", values),
                Continuous("y", 0, 1),
                Simplex("mix", ["a", "b", "c"], step=step, at_most=2),
            ],
            [LinearConstraint({"x": 1, "y": 40, "a": 10}, sense, bound)],
        )
    except SpaceError:
        return
    table = space.sample(12, seed)
    for rows in (table, space.round(table), space.round(table.assign(x=1.3 * table["x"] + 0.4))):
        assert space.check(rows) == []
        assert rows["x"].isin(values).all()
        terms = rows["x"] + 40 * rows["y"] + 10 * rows["a"] - bound
        worst = terms.abs() if sense == "==" else terms if sense == "<=" else -terms
        assert (worst <= 1e-7).all()
    pd.testing.assert_frame_equal(space.round(space.round(table)), space.round(table), rtol=0, atol=1e-9)


@pytest.mark.slow
def test_proposals_have_listed_values() -> None:
    space = Space([SIZE, Discrete("x", [0, 0.3, 0.35, 1]), Continuous("y", 0, 1)])
    told = propose(space, None, {"v": "max"}, 5, 0)
    told = told.assign(v=-((told["x"] - 0.4) ** 2) - told["y"] - (np.log(told["size"]) - 2.0) ** 2)
    more = propose(space, told, {"v": "max"}, 3, 0, settings=QUICK)
    for table in (told, more):
        assert table["size"].isin(SIZES).all()
        assert table["x"].isin([0, 0.3, 0.35, 1]).all()
        assert len(table.drop_duplicates()) == len(table)
