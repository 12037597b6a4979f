"""Mixtures of few parts, with smallest amounts and any total: what is refused, drawn, rounded and encoded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import SpaceError
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

PARTS = ["a", "b", "c", "d", "e"]
PROFILE = settings(
    derandomize=True,
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: Simplex("s", PARTS, at_most=0), r"s: at_most is not a number of parts \(got 0\). Allowed: 1 or"),
    (lambda: Simplex("s", PARTS, at_most=True), "at_most is not a number of parts"),
    (lambda: Simplex("s", PARTS, at_most=2.0), "at_most is not a number of parts"),  # type: ignore[arg-type]
    (
        lambda: Simplex("s", PARTS, upper=[0.3] * 5, at_most=3),
        r"s: at most 3 parts cannot sum to 1 \(got 0.89\d*\).*upper limits of 3 parts.*mend it: raise at_most",
    ),
    (
        lambda: Simplex("s", PARTS, upper=[0.34] * 5, at_most=3, step=0.05),
        r"at most 3 parts cannot sum to 1 \(got 0.9",
    ),
    (
        lambda: Simplex("s", PARTS, lower={"a": 0.1, "b": 0.1}, at_most=1),
        r"more parts have a lower limit than may be present \(got 'a, b'\). Allowed: at most 1",
    ),
    (
        lambda: Simplex("s", PARTS, upper={"b": 0.2}, least=0.3),
        r"s, part b: the smallest amount of a part exceeds its upper limit \(got 0.3\). Allowed: at most 0.2",
    ),
    (lambda: Simplex("s", PARTS, least=-0.1), "least is negative"),
    (lambda: Simplex("s", PARTS, least={"z": 0.1}), "s, least: not a part of this simplex"),
    (lambda: Simplex("s", PARTS, least="much"), "s, least: one limit for each part"),  # type: ignore[arg-type]
    (
        lambda: Simplex("s", PARTS, least=0.4, upper=[0.45] * 5),  # two parts are too little, three too much
        r"no parts with these smallest amounts sum to 1.*To mend it: lower least",
    ),
    (lambda: Simplex("s", PARTS, total=0.0), "the total is not positive"),
    (lambda: Simplex("s", PARTS, total=100.0, step=0.3), r"100 is not a multiple of the step \(got 0.3\)"),
    (
        lambda: Simplex("s", PARTS, total=100.0, upper=[10.0] * 5),
        "no mixture within these limits sums to 100",
    ),
    (lambda: Simplex("s", ["a", "b"], upper={"a": 0.55, "b": 0.48}, step=0.1), "no multiples of the step"),
    (
        lambda: Space(
            [Continuous("x", 0, 1, step=0.1), Continuous("y", 0, 1, step=0.1)],
            [LinearConstraint({"x": 1, "y": 2}, "==", 0.25)],
        ),
        r"linear constraint .*: no multiples of the steps meet this equality \(got 0.25\)",
    ),
    (
        lambda: Space(
            [Continuous("x", 0, 0.3, step=0.1), Continuous("y", 0, 1, step=0.5)],
            [LinearConstraint({"x": 1, "y": 1}, "==", 0.9)],
        ),
        "no multiples of the steps meet this equality",
    ),
    (
        lambda: Space([Simplex("s", PARTS, at_most=2)], [LinearConstraint({p: 1}, ">=", 0.1) for p in "abc"]),
        "leave no mixture of so few parts.*at most 2 parts of s",
    ),
]


@pytest.mark.parametrize(("make", "said"), REFUSED)
def test_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(SpaceError, match=said):
        make()


def test_an_equality_that_the_steps_meet_is_kept() -> None:
    space = Space(
        [Continuous("x", 0, 1, step=0.1), Continuous("y", 0, 1, step=0.1)],
        [LinearConstraint({"x": 1, "y": 2}, "==", 1.2)],
    )
    rounded = space.round(space.sample(16, 0))
    np.testing.assert_allclose(rounded["x"] + 2 * rounded["y"], 1.2, atol=1e-9)
    np.testing.assert_allclose(rounded * 10, (rounded * 10).round(), atol=1e-9)


def test_a_simplex_is_made_again_from_its_fields() -> None:
    one = Simplex("s", PARTS, upper={"a": 50.0}, step=5.0, total=100.0, at_most=3, least={"b": 10.0})
    again = Simplex(**{field.name: getattr(one, field.name) for field in dataclasses.fields(one)})
    assert again == one
    assert one.least == (0.0, 10.0, 0.0, 0.0, 0.0)
    assert Simplex("s", PARTS, least=0.2).least == (0.2,) * 5


def test_too_many_parts_and_too_little_of_one_are_named() -> None:
    space = Space([Simplex("mix", PARTS, at_most=2, least=0.2)])
    rows = [[0.4, 0.3, 0.3, 0, 0], [0.9, 0.1, 0, 0, 0], [0.8, 0.2, 0, 0, 0], [1.0, 0, 0, 0, 0]]
    table = pd.DataFrame(rows, columns=PARTS)
    assert space.contains(table).tolist() == [False, False, True, True]
    said = [str(one) for one in space.check(table)]
    assert len(said) == 2
    assert said[0].startswith(
        "row 1, column a+b+c: 3 parts are not zero (got {'a': 0.4, 'b': 0.3, 'c': 0.3})"
    )
    assert said[0].endswith("Allowed: at most 2 of mix.")
    assert said[1].startswith(
        "row 2, column b: a part that is present has less than its smallest amount (got 0.1)"
    )
    assert said[1].endswith("Allowed: 0, or 0.2 to 1.")


def test_rounding_keeps_the_largest_parts() -> None:
    space = Space([Simplex("mix", PARTS, at_most=3, least=0.1, step=0.05)])
    rows = [[0.5, 0.3, 0.1, 0.06, 0.04], [0.9, 0.04, 0.03, 0.03, 0.0], [0.86, 0.08, 0.06, 0.0, 0.0]]
    rounded = space.round(pd.DataFrame(rows, columns=PARTS))
    assert rounded.iloc[0, 3:].tolist() == [0.0, 0.0]
    assert (rounded.iloc[0, :3] >= 0.1).all()
    assert rounded.iloc[1].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]  # none of the others has half of 0.1
    assert rounded.iloc[2].tolist() == [0.8, 0.1, 0.1, 0.0, 0.0]  # those above half of it are raised


def test_rounding_takes_other_parts_where_constraints_forbid_the_largest() -> None:
    enough = LinearConstraint({"e": 1.0}, ">=", 0.3, "enough of e")
    space = Space([Simplex("mix", PARTS, at_most=2, step=0.05)], [enough])
    rounded = space.round(pd.DataFrame([[0.5, 0.4, 0.1, 0.0, 0.0]], columns=PARTS))
    assert rounded.iloc[0].tolist() == [0.7, 0.0, 0.0, 0.0, 0.3]
    assert space.check(space.round(pd.DataFrame([[0.2] * 5], columns=PARTS))) == []


def test_parts_that_a_restriction_fixes_count_but_have_no_smallest_amount() -> None:
    space = Space(
        [Categorical("kind", ["x", "y"]), Simplex("mix", PARTS, at_most=2, least=0.2)],
        restrictions=[Restriction({"kind": ["y"]}, "a trace", fix={"a": 0.05})],
    )
    table = space.sample(64, 0)
    assert space.check(table) == []
    assert space.check(space.round(table)) == []
    held = table[table["kind"] == "y"]
    assert len(held) == 32
    assert (held["a"] == 0.05).all()
    assert ((held[PARTS[1:]] > 0).sum(axis=1) == 1).all()


def test_samples_have_every_number_of_parts_and_all_parts() -> None:
    table = Space([Simplex("mix", [f"p{i}" for i in range(20)], at_most=4)]).sample(512, 1)
    count = (table > 1e-9).sum(axis=1).value_counts()
    assert sorted(count.index) == [1, 2, 3, 4]
    assert count[4] > count[1] > 25
    assert ((table > 0).mean() > 0.08).all()  # of 20 parts, 3 are present on average


def test_a_subspace_of_a_design_keeps_its_parts() -> None:
    space = Space([Simplex("mix", PARTS, at_most=3, least=0.1), Continuous("x", 0.0, 1.0)])
    design = pd.DataFrame([[0.5, 0.0, 0.3, 0.2, 0.0, 0.5]], columns=[*PARTS, "x"])
    assert space.subspace({}, design).free == ("a", "c", "d", "x")
    assert space.subspace({}, design).bounds["c"] == (0.1, 1.0)
    assert space.subspace({}, design).bounds["b"] == (0.0, 0.0)
    assert space.subspace({}).free == (*PARTS, "x")


@st.composite
def sparse_spaces(draw: st.DrawFn) -> Space:
    """A space with a mixture of few parts, and what else can be with it; combinations that leave nothing are not."""
    n = draw(st.integers(3, 20))
    total = draw(st.sampled_from([1.0, 100.0]))
    step = draw(st.sampled_from([None, 0.05 * total]))
    at_most = draw(st.one_of(st.none(), st.integers(1, 5)))
    least = draw(st.sampled_from([None, 0.05 * total, 0.12 * total, {"p0": 0.3 * total}]))
    upper = draw(st.sampled_from([None, {"p1": 0.4 * total, "p2": 0.25 * total}, [0.4 * total] * n]))
    lower = draw(st.sampled_from([None, {"p2": 0.1 * total}]))
    parts = [f"p{i}" for i in range(n)]
    constraints = []
    if draw(st.booleans()):
        constraints.append(LinearConstraint({"p0": 1.0, "p1": 0.5}, ">=", 0.2 * total, "enough of 0 or 1"))
    if draw(st.booleans()):
        constraints.append(
            LinearConstraint({p: 0.1 + 0.07 * i for i, p in enumerate(parts)}, "<=", 0.8 * total)
        )
    if draw(st.booleans()):
        constraints.append(LinearConstraint({"x": 1.0, "p0": -1.0 / total}, ">=", 0.1, "x follows p0"))
    try:
        return Space(
            [
                Simplex("mix", parts, lower, upper, step, total, at_most, least),
                Continuous("x", 0.0, 2.0, step=draw(st.sampled_from([None, 0.1]))),
            ],
            constraints,
        )
    except SpaceError:
        return draw(st.nothing())  # refused as a whole; tested elsewhere


def assert_kept(space: Space, table: pd.DataFrame) -> None:
    """Everything that a sparse mixture promises, said without the space's own code."""
    (mix, x) = (one for one in space.parameters if not isinstance(one, Categorical))
    assert isinstance(mix, Simplex)
    amount = table[list(mix.parts)].to_numpy()
    np.testing.assert_allclose(amount.sum(axis=1), mix.total, rtol=0, atol=1e-9)
    limits = np.array(list(mix.limits.values()))
    least = np.array(mix.least if isinstance(mix.least, tuple) else (0.0,) * len(mix.parts))
    assert (amount >= limits[:, 0] - 1e-9).all()
    assert (amount <= limits[:, 1] + 1e-9).all()
    assert ((amount > 1e-9).sum(axis=1) <= (mix.at_most or len(mix.parts))).all()
    assert ((amount <= 1e-9) | (amount >= least - 1e-9)).all()
    for constraint in space.constraints:
        assert isinstance(constraint, LinearConstraint)
        terms = sum(value * table[column] for column, value in constraint.coefficients.items())
        sign = 1.0 if constraint.sense == "<=" else -1.0
        assert (sign * (terms - constraint.bound) <= 1e-9 * max(1.0, mix.total)).all()
    assert x.columns == ("x",)


@PROFILE
@given(sparse_spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_samples_keep_everything(space: Space, seed: int) -> None:
    table = space.sample(32, seed)
    assert_kept(space, table)
    assert space.contains(table).all()
    assert space.check(table) == []
    pd.testing.assert_frame_equal(table, space.sample(32, seed))


@PROFILE
@given(sparse_spaces(), st.integers(0, 2**31), st.sampled_from([0.0, 0.1, 0.5]))
@pytest.mark.slow
def test_rounded_rows_keep_everything_and_stay(space: Space, seed: int, noise: float) -> None:
    table = space.sample(12, seed)
    shift = np.random.default_rng(seed).normal(size=table.shape) * noise
    shift *= table.to_numpy().max(axis=0)
    rounded = space.round(table + shift)
    assert_kept(space, rounded)
    assert space.check(rounded) == []
    mix = space.parameters[0]
    assert isinstance(mix, Simplex)
    if mix.step is not None:
        count = rounded[list(mix.parts)] / mix.step
        np.testing.assert_allclose(count, count.round(), rtol=0, atol=1e-6)
    pd.testing.assert_frame_equal(space.round(rounded), rounded, rtol=0, atol=1e-12)


@PROFILE
@given(sparse_spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_encoding_and_back(space: Space, seed: int) -> None:
    encoder, table = Encoder(space), space.sample(12, seed)
    encoded = encoder.encode(table)
    assert encoded.min() >= 0.0
    assert encoded.max() <= 1.0
    pd.testing.assert_frame_equal(encoder.decode(encoded), table, rtol=1e-12, atol=1e-12)
    for row in range(len(table)):
        subspace = space.subspace({}, table.iloc[[row]])
        below, equal = encoder.linear(subspace)
        bounds = encoder.subspace_bounds(subspace)
        assert (encoded[row] >= bounds[0] - 1e-9).all()
        assert (encoded[row] <= bounds[1] + 1e-9).all()
        for at, coefficients, bound in below:
            assert encoded[row, at.numpy()] @ coefficients.numpy() >= bound - 1e-7
        for at, coefficients, bound in equal:
            assert encoded[row, at.numpy()] @ coefficients.numpy() == pytest.approx(bound, abs=1e-7)
