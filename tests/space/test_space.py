"""The search space: what it allows, how it samples, rounds and compares, and what it says when refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import DesignError, InputError, SpaceError
from surrogate.hosts.search_space import host_space
from surrogate.space import Categorical, Continuous, Discrete, LinearConstraint, Restriction, Simplex, Space

X, Y = Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)
METAL = Categorical("metal", ["none", "Cu", "Ni"])
MIX = Simplex("mix", ["w1", "w2", "w3"])


def hosts() -> Space:
    """A small likeness of the host space: a category without a host, a forbidden pair, a tied composition."""
    return Space(
        [
            METAL,
            Categorical("salt", ["liquid", "sulfide"]),
            Simplex("top", ["t1", "t2"], step=0.01),
            Simplex("bottom", ["b1", "b2"], step=0.01),
            Continuous("thickness", 20.0, 400.0, log=True, step=5.0),
        ],
        restrictions=[
            Restriction(
                {"metal": ["none"]},
                "a foil",
                fix={"thickness": 0.0, "t1": 1.0, "t2": 0.0, "b1": 1.0, "b2": 0.0},
            ),
            Restriction({"metal": ["Cu"], "salt": ["sulfide"]}, "copper sulfide forms", forbid=True),
            Restriction(
                {"metal": ["Ni"]}, "foam", constraints=[LinearConstraint({"t1": 1, "b1": -1}, "==", 0)]
            ),
            Restriction({"metal": ["Ni"]}, "foam is thick", lower={"thickness": 100.0}, upper={"t2": 0.4}),
        ],
    )


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: Space([]), "at least one parameter"),
    (lambda: Space([X, "y"]), "not a parameter"),  # type: ignore[list-item]
    (lambda: Space([X, X]), "a parameter name is used twice"),
    (lambda: Space([X, Simplex("s", ["x", "b"])]), r"a column is used twice \(got 'x'\)"),
    (lambda: Space([X], [LinearConstraint({"z": 1}, "<=", 1)]), r"not a numeric column \(got 'z'\)"),
    (lambda: Space([METAL, X], [LinearConstraint({"metal": 1}, "<=", 1)]), "not a numeric column"),
    (
        lambda: Space([Continuous("x", 1, 9, log=True)], [LinearConstraint({"x": 1}, "<=", 1)]),
        "a column on a log scale cannot take part",
    ),
    (
        lambda: Space([X, Y], [LinearConstraint({"x": 1, "y": 1}, ">=", 3)]),
        r"no values satisfy all of 1\*x \+ 1\*y >= 3, within",
    ),
    (
        lambda: Space([X], [LinearConstraint({"x": 1}, "==", 2)]),
        r"no values satisfy all of 1\*x == 2, within",
    ),
    (
        lambda: Space(
            [X, Simplex("s", ["a", "b"])],
            [
                LinearConstraint({"a": 1}, "<=", 0.2, "too dear"),
                LinearConstraint({"x": 1}, "<=", 1e6, "does not matter"),
                LinearConstraint({"a": 1, "b": -1}, ">=", 0.1),
            ],
        ),
        r"all of sum of s = 1; 1\*a <= 0.2 \(too dear\); 1\*a \+ -1\*b >= 0.1, within the limits\.",
    ),
    (
        lambda: Space(
            [METAL, X],
            [LinearConstraint({"x": 1}, ">=", 0.8)],
            [Restriction({}, "thin", constraints=[LinearConstraint({"x": 1}, "<=", 0.5, "cap")])],
        ),
        r"no combination .* all of 1\*x >= 0.8; 1\*x <= 0.5 \(cap\), within the limits",
    ),
    (
        lambda: Space([X], restrictions=[Restriction({"y": ["a"]}, "why", forbid=True)]),
        "not a categorical column",
    ),
    (
        lambda: Space([METAL], restrictions=[Restriction({"metal": ["Zn"]}, "why", forbid=True)]),
        "unknown category",
    ),
    (lambda: Space([METAL], restrictions=[Restriction({}, "nothing goes", forbid=True)]), "nothing goes"),
    (
        lambda: Space([X], restrictions=[Restriction({}, "why", fix={"y": 1})]),
        r"not a numeric column \(got 'y'\)",
    ),
    (
        lambda: Space([X], restrictions=[Restriction({}, "too high", lower={"x": 2})]),
        "column x has no allowed value",
    ),
    (
        lambda: Space([MIX], restrictions=[Restriction({}, "no sum", fix={"w1": 0.5, "w2": 0.4, "w3": 0.4})]),
        "sum of mix .* is broken by fixed columns",
    ),
    (
        lambda: Space(
            [X], restrictions=[Restriction({}, "a", fix={"x": 0}), Restriction({}, "b", fix={"x": 1})]
        ),
        "two restrictions fix a column to different values",
    ),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        make()


def test_columns_in_the_order_of_the_parameters() -> None:
    space = hosts()
    assert space.columns == ("metal", "salt", "t1", "t2", "b1", "b2", "thickness")
    assert space.categorical == ("metal", "salt")
    assert space.numeric == ("t1", "t2", "b1", "b2", "thickness")


def test_forbidden_combinations_are_no_choices_and_say_why() -> None:
    space = hosts()
    choices = space.choices()
    assert len(choices) == 5
    assert {"metal": "Cu", "salt": "sulfide"} not in choices
    with pytest.raises(SpaceError, match="copper sulfide forms"):
        space.subspace({"metal": "Cu", "salt": "sulfide"})
    with pytest.raises(SpaceError, match=r"unknown category .*Zn.*none, Cu, Ni"):
        space.subspace({"metal": "Zn", "salt": "liquid"})
    with pytest.raises(SpaceError, match="a category is missing"):
        space.subspace({"metal": "Cu"})


def test_combinations_that_constraints_leave_empty_are_no_choices() -> None:
    full = Restriction(
        {"metal": ["Ni"]}, "too full", constraints=[LinearConstraint({"x": 1, "y": 1}, ">=", 2.5)]
    )
    assert [one["metal"] for one in Space([METAL, X, Y], restrictions=[full]).choices()] == ["none", "Cu"]


def test_a_space_without_categories_has_one_choice() -> None:
    assert Space([X, MIX]).choices() == [{}]


def test_subspace_tells_limits_fixed_columns_and_constraints() -> None:
    space = hosts()
    nickel = space.subspace({"metal": "Ni", "salt": "liquid"})
    assert nickel.bounds["thickness"] == (100.0, 400.0)
    assert nickel.bounds["t2"] == (0.0, 0.4)
    assert [str(one) for one in nickel.constraints] == [
        "1*t1 + 1*t2 == 1",
        "1*b1 + 1*b2 == 1",
        "1*t1 + -1*b1 == 0",
    ]
    foil = space.subspace({"metal": "none", "salt": "sulfide"})
    assert foil.fixed == {"thickness": 0.0, "t1": 1.0, "t2": 0.0, "b1": 1.0, "b2": 0.0}
    assert foil.free == ()


@pytest.mark.slow
def test_check_names_row_column_value_and_limit() -> None:
    space = hosts()
    table = space.round(space.sample(8, 0))
    table.loc[1, "thickness"] = 900.0
    table.loc[2, ["t1", "t2"]] = [0.7, 0.7]
    table.loc[3, "salt"] = "peo"
    table.loc[4, ["metal", "salt"]] = ["Cu", "sulfide"]
    found = {one.row: one for one in space.check(table)}
    assert set(found) == {1, 2, 3, 4}
    assert (found[1].column, found[1].value) == ("thickness", 900.0)
    assert found[2].column == "t1+t2" or "t1+t2" in {one.column for one in space.check(table) if one.row == 2}
    assert (found[3].column, found[3].value, found[3].limit) == ("salt", "peo", "liquid, sulfide")
    assert found[4].limit == "copper sulfide forms"
    with pytest.raises(DesignError, match=r"^shelf, row 2, column thickness: .*\(got 900.0\). Allowed: "):
        space.require(table, where="shelf")


def test_check_refuses_values_in_columns_that_do_not_act() -> None:
    space = hosts()
    row = {"metal": "none", "salt": "liquid", "t1": 1.0, "t2": 0.0, "b1": 1.0, "b2": 0.0, "thickness": 50.0}
    table = pd.DataFrame([row])
    assert [(one.column, one.limit) for one in space.check(table)] == [("thickness", "0")]
    assert space.check(space.with_nulls(table)) == []


def test_sums_may_miss_by_1e_9_but_not_by_more() -> None:
    space = Space([MIX])
    table = pd.DataFrame({"w1": [0.5, 0.5], "w2": [0.25, 0.25], "w3": [0.25 + 5e-10, 0.25 + 5e-9]})
    assert space.contains(table).tolist() == [True, False]
    assert space.check(table, tolerance=1e-8) == []


def test_missing_columns_and_numbers_are_named() -> None:
    space = Space([X, Y])
    with pytest.raises(DesignError, match="column y: a column of the space is missing"):
        space.check(pd.DataFrame({"x": [0.5]}))
    table = pd.DataFrame({"x": [0.5, "much"], "y": [0.5, 0.5]})
    assert [(one.row, one.column) for one in space.check(table)] == [(1, "x")]
    with pytest.raises(DesignError, match=r"row 2, column x: a number is missing \(got 'much'\)"):
        space.round(table)


def test_samples_spread_over_simplex_and_log_scale() -> None:
    """Flat on the simplex: mean 1/3, variance 1/18, P(w > 1/2) = 1/4. Log scale: flat in the logarithm."""
    table = Space([MIX, Continuous("size", 1.0, 100.0, log=True)]).sample(4096, 1)
    for part in ("w1", "w2", "w3"):
        assert table[part].mean() == pytest.approx(1 / 3, rel=0.01)
        assert table[part].var() == pytest.approx(1 / 18, rel=0.02)
        assert (table[part] > 0.5).mean() == pytest.approx(0.25, rel=0.03)
    assert np.log10(table["size"]).mean() == pytest.approx(1.0, rel=0.01)
    assert (table["size"] < 10.0).mean() == pytest.approx(0.5, rel=0.01)


def test_samples_fill_a_constrained_space_evenly() -> None:
    """x + y <= 0.4 on the unit square: a triangle of which a quarter has x + y < 0.2, or x > 0.2."""
    table = Space([X, Y], [LinearConstraint({"x": 1, "y": 1}, "<=", 0.4)]).sample(4096, 2)
    assert ((table["x"] + table["y"]) < 0.2).mean() == pytest.approx(0.25, abs=0.03)
    assert (table["x"] > 0.2).mean() == pytest.approx(0.25, abs=0.03)
    assert (table["y"] > 0.2).mean() == pytest.approx(0.25, abs=0.03)
    assert table["x"].max() > 0.39


def test_samples_of_tied_mixtures_are_even() -> None:
    """Two mixtures equal part by part are one: mean 1/3, variance 1/18."""
    tied = [LinearConstraint({f"a{i}": 1, f"b{i}": -1}, "==", 0) for i in range(3)]
    space = Space([Simplex("a", ["a0", "a1", "a2"]), Simplex("b", ["b0", "b1", "b2"])], tied)
    table = space.sample(4096, 2)
    for part in space.numeric:
        assert table[part].mean() == pytest.approx(1 / 3, abs=0.015)
        assert table[part].var() == pytest.approx(1 / 18, rel=0.08)


@pytest.mark.slow
def test_points_replaced_in_different_regions_differ() -> None:
    """Compositions of hosts of different categories are drawn apart: none repeats those of another."""
    bottom = ["conductor_bottom", "dielectric_bottom", "agent_bottom", "ion_conductor_bottom"]
    table = host_space().sample(1000, 5)
    free = table[table["framework"] != "none"]
    assert len(free[bottom].round(9).drop_duplicates()) > 0.9 * len(free)


def test_samples_meet_equalities_exactly() -> None:
    space = Space([X, Y], [LinearConstraint({"x": 2, "y": 1}, "==", 1.2)])
    table = space.sample(256, 3)
    assert np.abs(2 * table["x"] + table["y"] - 1.2).max() <= 1e-12
    assert table["x"].min() < 0.12  # x runs from 0.1 (y = 1) to 0.6 (y = 0)
    assert table["x"].max() > 0.58


def test_a_prefix_of_a_larger_sample_is_the_smaller_sample() -> None:
    space = Space([METAL, MIX, X])
    pd.testing.assert_frame_equal(space.sample(100, 5).iloc[:40], space.sample(40, 5))


def test_empty_and_negative_samples() -> None:
    assert len(Space([X]).sample(0, 0)) == 0
    with pytest.raises(InputError, match="negative"):
        Space([X]).sample(-1, 0)


def test_rounding_keeps_the_sum_by_the_largest_remainder() -> None:
    """0.347 + 0.329 + 0.324: all round down to 0.97; the largest remainder (0.9) is that of the second, then
    the first."""
    space = Space([Simplex("mix", ["w1", "w2", "w3"], step=0.01)])
    rounded = space.round(pd.DataFrame({"w1": [0.347], "w2": [0.329], "w3": [0.324]}))
    assert rounded.iloc[0].to_dict() == {"w1": 0.35, "w2": 0.33, "w3": 0.32}


def test_rounding_writes_plain_decimals_inside_the_limits() -> None:
    space = Space([Continuous("x", 0.12, 0.97, step=0.05)])
    rounded = space.round(pd.DataFrame({"x": [0.12, 0.149, 0.3000001, 0.97, 5.0]}))
    assert rounded["x"].tolist() == [0.15, 0.15, 0.3, 0.95, 0.95]


def test_rounding_repairs_what_it_would_break() -> None:
    """Rounded one by one, 0.26 and 0.24 would become 0.3 + 0.2 <= 0.5 (fine), 0.25 and 0.25 0.3 + 0.3."""
    space = Space(
        [Continuous("x", 0, 1, step=0.1), Continuous("y", 0, 1, step=0.1)],
        [LinearConstraint({"x": 1, "y": 1}, "<=", 0.5)],
    )
    rounded = space.round(pd.DataFrame({"x": [0.26, 0.251, 0.9], "y": [0.24, 0.2495, 0.9]}))
    assert space.check(rounded) == []
    assert rounded.iloc[0].tolist() == pytest.approx([0.3, 0.2])
    assert rounded.iloc[1].sum() == pytest.approx(0.5)
    assert rounded.iloc[2].sum() == pytest.approx(0.5)  # far outside: the nearest settable design


def test_rounding_gives_way_to_constraints_the_grid_misses() -> None:
    narrow = [LinearConstraint({"x": 1}, ">=", 0.12), LinearConstraint({"x": 1}, "<=", 0.13)]
    space = Space([Continuous("x", 0, 1, step=0.1), Y], narrow)
    assert space.round(pd.DataFrame({"x": [0.123], "y": [0.5]})).iloc[0].tolist() == pytest.approx(
        [0.123, 0.5]
    )


STEPPED, LISTED = Continuous("s", 0, 1, step=0.1), Discrete("d", [1, 2, 10])
PARTS = Simplex("m", ["p", "q"], upper={"q": 35}, step=5, total=100)


@pytest.mark.parametrize(
    ("coefficients", "bound", "named"),
    [
        ({"s": 1}, 0.123, "no multiples of the steps.*steps 0.1 of s.*two inequalities"),
        ({"d": 1}, 3, "none of the values that can be set.*d 1, 2, 10"),
        ({"d": 1, "s": 1}, 2.55, "none of the values"),
        ({"d": 1, "s": -1}, 8.5, "none of the values"),
        ({"p": 0.3, "d": -1, "s": -0.5}, 12.8, "none of the values"),
        ({"p": 1}, 67, "no multiples of the steps"),
    ],
)
def test_an_equality_that_no_settable_values_meet_is_refused(
    coefficients: dict[str, float], bound: float, named: str
) -> None:
    with pytest.raises(SpaceError, match=named):
        Space([STEPPED, LISTED, PARTS], [LinearConstraint(coefficients, "==", bound)])


@pytest.mark.parametrize(
    ("coefficients", "bound"),
    [
        ({"s": 1}, 0.3),
        ({"d": 1}, 2),
        ({"d": 1, "s": -1}, 9.1),
        ({"p": 0.3, "d": -1, "s": -0.5}, 21.2),
        ({"p": 1, "q": -1}, 40),
    ],
)
def test_an_equality_that_settable_values_meet_is_met_by_them(
    coefficients: dict[str, float], bound: float
) -> None:
    space = Space([STEPPED, LISTED, PARTS], [LinearConstraint(coefficients, "==", bound)])
    rounded = space.round(space.sample(6, 0))
    assert space.check(rounded) == []
    assert set(rounded["d"]) <= {1.0, 2.0, 10.0}
    for column, step in (("s", 0.1), ("p", 5.0), ("q", 5.0)):
        np.testing.assert_allclose(rounded[column] / step, np.round(rounded[column] / step), atol=1e-9)


def test_rounding_refuses_what_is_not_allowed() -> None:
    table = hosts().sample(1, 0).assign(metal="Cu", salt="sulfide")
    with pytest.raises(DesignError, match=r"row 1: this combination is not allowed.*copper sulfide"):
        hosts().round(table)
    with pytest.raises(DesignError, match=r"row 1, column metal: unknown category \(got 'Zn'\)"):
        hosts().round(table.assign(metal="Zn"))


def test_the_same_design_told_in_different_ways() -> None:
    space = hosts()
    host = {"metal": "Ni", "salt": "liquid", "t1": 0.7, "t2": 0.3, "b1": 0.7, "b2": 0.3, "thickness": 205.0}
    assert space.same(host, host | {"thickness": 206.0, "t1": 0.701, "t2": 0.299})
    assert not space.same(host, host | {"thickness": 210.0})
    assert not space.same(host, host | {"salt": "sulfide"})
    foil = host | {"metal": "none"}
    assert space.same(foil, foil | {"thickness": 20.0, "t1": 0.2, "t2": 0.8})
    assert not space.same(foil, host)


def test_a_value_outside_the_limits_is_not_the_value_at_the_limit() -> None:
    space = Space([Continuous("x", 0, 1, step=0.1)])
    assert not space.same({"x": 1.0}, {"x": 3.0})


def test_designs_with_unknown_categories_match_nothing() -> None:
    space = hosts()
    table = space.sample(2, 0)
    assert not space.matches(table.assign(metal="Zn"), table.assign(metal="Zn")).any()
    assert space.matches(table, table).diagonal().all()


def test_two_rows_match_where_their_canonical_rows_agree() -> None:
    space = Space(
        [
            Continuous("a", 0, 10, step=0.5),
            Continuous("b", 1, 1000, log=True, step=1),
            Continuous("c", 0.01, 1, log=True),
            Simplex("mix", ["p", "q", "r"], step=0.1),
            Categorical("k", ["one", "two"]),
        ],
        restrictions=[Restriction({"k": "two"}, "has no a", fix={"a": 0.0})],
    )
    rng, table = np.random.default_rng(0), space.round(space.sample(60, 0))
    other = table.copy()
    for name, step in {"a": 0.5, "b": 1.0, "p": 0.1}.items():
        other[name] += step * rng.choice([0.0, 0.0, 0.3, 0.6, 1.0], size=60)
    other["q"] -= other["p"] - table["p"]  # the sum is kept
    one, two = space.canonical(table), space.canonical(other)
    numbers = (
        np.abs(one[list(space.numeric)].to_numpy()[:, None] - two[list(space.numeric)].to_numpy()) < 1e-6
    ).all(axis=2)
    expected = numbers & (one["k"].to_numpy()[:, None] == two["k"].to_numpy())
    assert 5 < expected.diagonal().sum() < 55
    np.testing.assert_array_equal(space.matches(table, other), expected)


def test_numbers_as_categories_stay_numbers() -> None:
    space = Space([Categorical("layers", [1, 2, 5])])
    assert set(space.sample(16, 0)["layers"]) == {1, 2, 5}
    assert space.contains(pd.DataFrame({"layers": [2.0, 3.0]})).tolist() == [True, False]


def test_on_a_log_scale_designs_are_told_apart_by_factors() -> None:
    space = Space([Continuous("sigma", 1e-8, 1e2, log=True)])
    assert not space.same({"sigma": 1e-8}, {"sigma": 1.1e-8})
    assert not space.same({"sigma": 1e-8}, {"sigma": 1.00005e-8})  # a millionth of the width is 1.000023
    assert space.same({"sigma": 1e-8}, {"sigma": 1.00001e-8})
    assert not space.same({"sigma": 0.0}, {"sigma": 1e-8})
    assert space.same({"sigma": 0.0}, {"sigma": 0.0})


def test_whole_numbers_are_whole_wherever_designs_are_rounded() -> None:
    space = Space([Continuous("n", 0.5, 9.0, whole=True), X])
    rounded = space.round(pd.DataFrame({"n": [5.384, 0.6, 8.9], "x": [0.25] * 3}))
    assert rounded["n"].tolist() == [5.0, 1.0, 9.0]
    assert space.contains(pd.DataFrame({"n": [5.384], "x": [0.25]})).tolist() == [
        True
    ]  # what was made counts
