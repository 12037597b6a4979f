"""Columns of a log scale that are held equal, and several spaces that are searched as one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import DesignError, SpaceError
from surrogate.space import (
    Categorical,
    Continuous,
    Encoder,
    JoinedSpace,
    LinearConstraint,
    Restriction,
    Simplex,
    Space,
    joined,
)

PARAMETERS = [
    Continuous("top", 1, 200, log=True, step=0.5),
    Continuous("bottom", 1, 400, log=True, step=0.5),
    Continuous("porosity", 0.0, 1.0, step=0.1),
    Categorical("metal", ["copper", "nickel"]),
    Simplex("mix", ["a", "b"]),
]
EQUAL = LinearConstraint({"top": 1.0, "bottom": -1.0}, "==", 0.0)


def etched(low: float, high: float) -> Space:
    """One pore size throughout, within a range."""
    ends = {"top": low, "bottom": low}, {"top": high, "bottom": high}
    return Space(
        PARAMETERS,
        restrictions=[Restriction({}, "etched", lower=ends[0], upper=ends[1], constraints=[EQUAL])],
    )


def printed(low: float) -> Space:
    """Any two pore sizes above one, of copper alone."""
    return Space(
        PARAMETERS,
        restrictions=[
            Restriction({}, "printed", lower={"top": low, "bottom": low}),
            Restriction({"metal": ["nickel"]}, "no nickel ink", forbid=True),
        ],
    )


def both(low: float = 2.0, high: float = 5.0, wide: float = 100.0) -> JoinedSpace:
    return joined(
        Space(PARAMETERS), [etched(low, high), printed(wide)], "made", "nothing makes it", "etched or printed"
    )


def test_columns_of_a_log_scale_held_equal_are_drawn_evenly_in_their_logarithm() -> None:
    drawn = etched(2.0, 50.0).sample(256, 0)
    assert (drawn["top"] == drawn["bottom"]).all()
    share = np.log(drawn["top"] / 2.0) / np.log(25.0)
    np.testing.assert_allclose(np.histogram(share, 4, (0, 1))[0], 64, atol=3)


def test_held_equal_is_straight_in_the_encoding_though_the_ranges_differ() -> None:
    space = etched(2.0, 50.0)
    encoder = Encoder(space)
    _, equal = encoder.linear(space.subspace({"metal": "copper"}))
    points = encoder.encode(space.sample(8, 1))
    for at, weights, bound in equal:
        np.testing.assert_allclose(points[:, at.numpy()] @ weights.numpy(), bound, atol=1e-9)
    middle = encoder.decode(0.5 * (points[:4] + points[4:]))  # between two designs all of it holds
    np.testing.assert_allclose(middle["top"], middle["bottom"], rtol=1e-9)


def test_rounding_brings_what_is_held_equal_together() -> None:
    row = etched(2.0, 50.0).sample(1, 0).assign(top=4.0, bottom=16.0)
    assert etched(2.0, 50.0).round(row, repaired=False)[["top", "bottom"]].to_numpy().tolist() == [[8.0, 8.0]]


@pytest.mark.parametrize(
    "constraint",
    [
        LinearConstraint({"top": 1.0, "bottom": -2.0}, "==", 0.0),
        LinearConstraint({"top": 1.0, "bottom": -1.0}, "<=", 0.0),
        LinearConstraint({"top": 1.0, "bottom": -1.0}, "==", 3.0),
        LinearConstraint({"top": 1.0, "porosity": -1.0}, "==", 0.0),
    ],
)
def test_nothing_else_ties_a_column_of_a_log_scale(constraint: LinearConstraint) -> None:
    with pytest.raises(SpaceError, match="log scale"):
        Space(PARAMETERS, constraints=[constraint])


@given(
    seed=st.integers(0, 2**16),
    low=st.floats(1.0, 20.0),
    width=st.floats(1.5, 4.0),
    wide=st.floats(90.0, 150.0),
)
@settings(max_examples=15, deadline=None)
def test_what_is_drawn_and_rounded_belongs_to_a_part(
    seed: int, low: float, width: float, wide: float
) -> None:
    space = both(low, low * width, wide)
    drawn = space.sample(24, seed)
    rounded = space.round(drawn)
    assert space.contains(drawn).all()
    assert space.contains(rounded).all()
    inside = [part.contains(rounded) for part in space.parts]
    assert np.logical_or(*inside).all()
    assert inside[0].any()
    assert inside[1].any()
    assert (rounded.loc[rounded["metal"] == "nickel", "top"] <= low * width).all()


def test_between_the_parts_nothing_is_allowed_and_rounding_goes_to_the_nearer_one() -> None:
    space = both()
    row = space.sample(1, 0).assign(metal="copper", top=6.0, bottom=6.0)
    assert not space.contains(row)[0]
    assert [one.reason for one in space.check(row)] == ["nothing makes it"]
    assert space.round(row)["top"].tolist() == [5.0]
    assert space.round(row.assign(top=80.0, bottom=90.0))["top"].tolist() == [100.0]
    assert space.round(row.assign(metal="nickel", top=80.0, bottom=90.0))["top"].tolist() == [5.0]


def test_a_subspace_is_that_of_the_part_that_a_design_is_in() -> None:
    space = both()
    row = space.sample(1, 0).assign(metal="copper", top=3.0, bottom=3.0)
    assert space.subspace({"metal": "copper"}, row).bounds["top"] == (2.0, 5.0)
    assert space.subspace({"metal": "copper"}, row.assign(top=120.0)).bounds["top"][1] == 200.0
    drawn = space.sample_choice({"metal": "copper"}, 32, 0)
    assert 0 < (drawn["top"] <= 5.0).sum() < 32


def test_categories_that_no_part_allows_are_left_out() -> None:
    space = joined(Space(PARAMETERS), [printed(100.0)], "made", "nothing makes it")
    assert space.choices() == [{"metal": "copper"}]
    with pytest.raises(SpaceError, match="nothing makes it"):
        space.subspace({"metal": "nickel"})
    with pytest.raises(DesignError, match="nothing makes it"):
        space.round(space.sample(1, 0).assign(metal="nickel"))
    with pytest.raises(SpaceError, match="other columns"):
        joined(Space(PARAMETERS), [Space(PARAMETERS[:2])], "made", "nothing makes it")


def test_the_same_design_in_any_part_is_the_same_design() -> None:
    space = joined(Space(PARAMETERS), [etched(2.0, 50.0), Space(PARAMETERS)], "made", "nothing makes it")
    row = space.sample(1, 0).assign(top=10.0, bottom=10.0)
    assert space.matches(row, pd.concat([row, row.assign(bottom=12.0)])).tolist() == [[True, False]]
