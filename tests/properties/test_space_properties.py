"""What holds for every search space: random spaces, their samples, rounding and encoding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import SpaceError
from surrogate.space import Categorical, Continuous, Encoder, LinearConstraint, Restriction, Simplex, Space

PROFILE = settings(
    derandomize=True,
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """A space with every kind of parameter; constraints, steps and restrictions come and go."""
    step = draw(st.sampled_from([None, 0.01, 0.05, 0.1]))
    upper = {"a1": draw(st.sampled_from([0.3, 0.6, 1.0]))}
    lower = {"a3": draw(st.sampled_from([0.0, 0.2]))}
    parameters = [
        Categorical("metal", ["none", "Cu", "Ni"]),
        Continuous("x", -2.0, draw(st.sampled_from([1.0, 30.0])), step=draw(st.sampled_from([None, 0.5]))),
        Simplex("a", ["a1", "a2", "a3"], lower=lower, upper=upper, step=step),
        Categorical("grade", [1, 2, 5]),
        Simplex("b", ["b1", "b2", "b3"], step=step),
        Continuous("size", 0.5, 200.0, log=True, step=draw(st.sampled_from([None, 0.5]))),
        Continuous("y", 0.0, 1.0, step=draw(st.sampled_from([None, 0.05]))),
    ]
    constraints = []
    if draw(st.booleans()):
        constraints.append(LinearConstraint({"x": 1.0, "y": -2.0}, "<=", 0.75, "x stays below"))
    if draw(st.booleans()):
        constraints.append(LinearConstraint({"a1": 1.0, "b1": 1.0, "y": 0.5}, ">=", 0.4, "enough of part 1"))
    restrictions = [Restriction({"metal": ["none"]}, "no host", fix={"size": 0.0, "a1": 0.0})]
    if draw(st.booleans()):
        same = tuple(LinearConstraint({f"a{i}": 1.0, f"b{i}": -1.0}, "==", 0.0) for i in (1, 2, 3))
        restrictions.append(Restriction({"metal": ["Cu"]}, "one composition throughout", constraints=same))
    if draw(st.booleans()):
        restrictions.append(Restriction({"metal": ["Ni"], "grade": [5]}, "not made", forbid=True))
    if draw(st.booleans()):
        restrictions.append(
            Restriction({"grade": [2]}, "fine powder", upper={"size": 20.0}, lower={"y": 0.3})
        )
    return Space(parameters, constraints, restrictions)


@PROFILE
@given(spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_samples_are_feasible_and_repeatable(space: Space, seed: int) -> None:
    table = space.sample(64, seed)
    assert space.check(table) == []
    assert space.contains(table).all()
    assert list(table.columns) == list(space.columns)
    pd.testing.assert_frame_equal(table, space.sample(64, seed))
    assert not table.equals(space.sample(64, seed + 1))


@PROFILE
@given(spaces(), st.integers(0, 2**31))
def test_every_open_combination_is_sampled(space: Space, seed: int) -> None:
    choices = space.choices()
    table = space.sample(64 * len(choices), seed)
    drawn = table.groupby(list(space.categorical)).size()
    assert len(drawn) == len(choices)
    assert drawn.min() >= 62
    assert drawn.max() <= 66


@PROFILE
@given(spaces(), st.integers(0, 2**31), st.floats(0.0, 0.5))
@pytest.mark.slow
def test_rounding_gives_settable_designs_inside_the_space(space: Space, seed: int, noise: float) -> None:
    table = space.sample(24, seed)
    numeric = list(space.numeric)
    shift = np.random.default_rng(seed).normal(size=(24, len(numeric)))
    table[numeric] = table[numeric] + noise * shift  # rounding has to bring them back
    rounded = space.round(table)
    assert space.check(rounded) == []
    for parts in (["a1", "a2", "a3"], ["b1", "b2", "b3"]):
        np.testing.assert_allclose(rounded[parts].sum(axis=1), 1.0, rtol=0, atol=1e-9)
    pd.testing.assert_frame_equal(space.round(rounded), rounded, rtol=0, atol=1e-9)


@PROFILE
@given(spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_unconstrained_columns_are_rounded_to_the_nearest_step(space: Space, seed: int) -> None:
    table = space.sample(24, seed)
    rounded = space.round(table)
    step = {one.name: one.step for one in space.parameters if isinstance(one, Continuous)}["size"]
    acting = rounded["metal"] != "none"
    assert acting.any()
    moved = (rounded["size"] - table["size"])[acting].abs().max()
    if step is None:
        assert moved <= 1e-9
    else:
        counts = rounded.loc[acting, "size"] / step
        np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
        assert moved <= step / 2 + 1e-9


@PROFILE
@given(spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_canonical_rows_are_rounded_and_stay_as_they_are(space: Space, seed: int) -> None:
    table = space.canonical(space.sample(24, seed))
    for one in space.parameters:
        if not isinstance(one, Categorical) and one.step is not None:
            counts = table.loc[table["metal"] != "none", list(one.columns)] / one.step
            np.testing.assert_allclose(counts, np.round(counts), rtol=0, atol=1e-6)
    pd.testing.assert_frame_equal(space.canonical(table), table, rtol=0, atol=1e-12)


@PROFILE
@given(spaces(), st.integers(0, 2**31))
def test_encoding_and_back(space: Space, seed: int) -> None:
    encoder = Encoder(space)
    table = space.sample(24, seed)
    encoded = encoder.encode(table)
    assert encoded.shape == (24, encoder.dim)
    assert encoded.min() >= 0.0
    assert encoded.max() <= 1.0
    pd.testing.assert_frame_equal(encoder.decode(encoded), table, rtol=1e-9, atol=1e-9)


@PROFILE
@given(spaces(), st.integers(0, 2**31))
@pytest.mark.slow
def test_encoded_samples_meet_the_encoded_constraints(space: Space, seed: int) -> None:
    encoder = Encoder(space)
    for choice in space.choices()[:4]:
        subspace = space.subspace(choice)
        encoded = encoder.encode(space.sample_choice(choice, 16, seed))
        bounds = encoder.subspace_bounds(subspace)
        assert (encoded >= bounds[0] - 1e-9).all()
        assert (encoded <= bounds[1] + 1e-9).all()
        below, equal = encoder.linear(subspace)
        for dimensions, coefficients, bound in below:
            assert (encoded[:, dimensions.numpy()] @ coefficients.numpy() >= bound - 1e-9).all()
        for dimensions, coefficients, bound in equal:
            assert np.abs(encoded[:, dimensions.numpy()] @ coefficients.numpy() - bound).max() <= 1e-9


@PROFILE
@given(
    st.integers(0, 2**31),
    st.integers(0, 15),
    st.sampled_from(["x", "size", "y", "a2"]),
    st.sampled_from([-5.0, 400.0, np.nan]),
)
def test_planted_violations_are_found_and_named(seed: int, row: int, column: str, value: float) -> None:
    space = Space(
        [
            Categorical("metal", ["Cu", "Ni"]),
            Continuous("x", -2.0, 1.0),
            Continuous("size", 0.5, 200.0, log=True),
            Continuous("y", 0.0, 1.0),
            Simplex("a", ["a1", "a2"]),
        ]
    )
    table = space.sample(16, seed)
    table.loc[row, column] = value
    found = space.check(table)
    assert {one.row for one in found} == {row}
    assert column in {one.column for one in found}
    named = next(one for one in found if one.column == column)
    assert np.isnan(named.value) if np.isnan(value) else named.value == value
    low, high = space.subspace({"metal": "Cu"}).bounds[column]
    assert named.limit == f"{low:g} to {high:g}"
    assert not space.contains(table)[row]
    assert space.contains(table).sum() == 15


@PROFILE
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(-1.5, 1.5))
def test_a_space_is_empty_exactly_when_no_point_meets_its_constraint(
    a: float, b: float, bound: float
) -> None:
    """a x + b y >= bound on the unit square has a solution when a + b >= bound."""
    coefficients = {"x": a + 0.01, "y": b + 0.01}
    constraint = LinearConstraint(coefficients, ">=", bound)
    parameters = [Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)]
    margin = sum(coefficients.values()) - bound
    if abs(margin) < 1e-4:
        return
    if margin > 0:
        table = Space(parameters, [constraint]).sample(8, 0)
        assert (table["x"] * coefficients["x"] + table["y"] * coefficients["y"] >= bound - 1e-9).all()
    else:
        with pytest.raises(SpaceError, match="leave nothing"):
            Space(parameters, [constraint])


@PROFILE
@given(
    st.integers(2, 8),
    st.sampled_from([1.0, 100.0]),
    st.sampled_from([None, 1, 3]),
    st.sampled_from([None, 0.05]),
    st.booleans(),
    st.floats(-17.0, -7.0),
    st.integers(0, 2**31),
)
def test_a_part_that_is_absent_is_exactly_zero(
    size: int, total: float, at_most: int | None, least: float | None, tied: bool, digits: float, seed: int
) -> None:
    names = [f"a{k}" for k in range(size)]
    lowest = None if least is None else least * total
    mixture = Simplex("a", names, total=total, at_most=at_most, least=lowest, upper={"a1": 0.9 * total})
    tie = [LinearConstraint({"a0": 1.0, "a1": -0.5}, ">=", 0.0)] if tied else []
    space = Space([mixture, Continuous("x", 0.0, 1.0)], tie)
    rng = np.random.default_rng(seed)
    table = space.round(space.sample(32, seed))
    amounts = table[names].to_numpy(dtype=float, copy=True)
    amounts[(rng.uniform(size=amounts.shape) < 0.4) & (amounts < amounts.max(axis=1, keepdims=True))] = 0.0
    amounts *= total / amounts.sum(axis=1, keepdims=True)
    amounts += (amounts == 0.0) * rng.choice([0.0, -1.0, 1.0], size=amounts.shape) * total * 10.0**digits
    made = space.round(table.assign(**dict(zip(names, amounts.T, strict=True))))
    assert space.check(made) == []
    mixed = made[names].to_numpy(dtype=float)
    assert (np.abs(mixed.sum(axis=1) - total) <= 1e-9 * total).all()
    assert not ((mixed != 0.0) & (np.abs(mixed) < 1e-6 * total)).any()
    assert not np.signbit(mixed).any()
