"""A space that changes while what was told before still counts: renamed, narrowed, widened, levels and parts."""

from __future__ import annotations

import warnings
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import DesignError, SpaceError
from surrogate.optimization import objective_data, propose
from surrogate.optimization.told import DesignWarning, read_designs
from surrogate.space import Categorical, Continuous, Discrete, Simplex, Space
from tests.properties.random_spaces import CHEAPEST

BEFORE = Space(
    [
        Continuous("x", 0.0, 1.0),
        Discrete("d", [1, 2, 4, 8]),
        Categorical("c", ["A", "B", "C"]),
        Simplex("m", ["p", "q", "r"]),
    ]
)


def told(n: int = 8, seed: int = 3) -> pd.DataFrame:
    table = BEFORE.sample(n, seed)
    table["y"] = table["x"] - table["p"] + 0.1 * np.arange(n)
    return table


@st.composite
def changes(draw: st.DrawFn) -> Space:
    """The same parameters with other limits, values, categories and parts."""
    low, high = draw(st.sampled_from([(0.0, 1.0), (0.4, 0.6), (-1.0, 2.0), (0.9, 3.0)]))
    parts = draw(st.sampled_from([["p", "q", "r"], ["p", "q", "r", "new"]]))
    return Space(
        [
            Continuous("x", low, high, step=draw(st.sampled_from([None, 0.1]))),
            Discrete("d", draw(st.sampled_from([[1, 2, 4, 8], [2, 4], [3, 5], [1, 2, 4, 8, 16]]))),
            Categorical("c", draw(st.sampled_from([["A", "B", "C"], ["A"], ["B", "D"], ["D"]]))),
            Simplex(
                "m",
                parts,
                upper={"r": draw(st.sampled_from([1.0, 0.3, 0.0]))},
                lower={"q": draw(st.sampled_from([0.0, 0.2]))},
                at_most=draw(st.sampled_from([None, 2])),
            ),
        ]
    )


@pytest.mark.slow
@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
@given(changes(), st.integers(0, 99), st.booleans())
def test_all_that_was_told_counts_whatever_the_space_is_today(space: Space, seed: int, listed: bool) -> None:
    observations, fitted = told(), list[int]()
    candidates = (
        pd.concat([space.round(space.sample(12, 1)), told(4, 9)[list(BEFORE.columns)]]) if listed else None
    )
    if candidates is not None:
        candidates = candidates.fillna({"new": 0.0}).reset_index(drop=True)[list(space.columns)]

    def counting(encoder: Any, encoded: Any, *more: Any) -> Any:
        fitted.append(len(encoded))
        return objective_data.fit_models(encoder, encoded, *more)

    with warnings.catch_warnings(), mock.patch("surrogate.optimization.question.fit_models", counting):
        warnings.simplefilter("ignore", DesignWarning)
        found = propose(space, observations, {"y": "max"}, 2, seed, candidates=candidates, settings=CHEAPEST)
    assert fitted == [len(observations)]
    assert space.check(found) == []
    if candidates is not None:
        assert set(found.index) <= set(candidates.index)


RENAMED = Space(
    [
        Continuous("thickness_um", 0.0, 1.0, was="x"),
        Discrete("layers", [1, 2, 4, 8], was="d"),
        Categorical("metal", ["Cu", "Ni", "C"], was="c", values_were={"Cu": "A", "Ni": "B"}),
        Simplex("m", ["silver", "q", "r"], was={"silver": "p"}),
    ]
)
TODAY = {"x": "thickness_um", "d": "layers", "c": "metal", "p": "silver"}


def as_today(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns=TODAY).replace({"metal": {"A": "Cu", "B": "Ni"}})


def test_old_names_are_read_as_those_of_today() -> None:
    old = told()
    pending = old.drop(columns="y").head(2)
    by_old, by_new = (
        read_designs(RENAMED, one, two, one)
        for one, two in ((old, pending), (as_today(old), as_today(pending)))
    )
    pd.testing.assert_frame_equal(by_old.observed.table, by_new.observed.table)
    pd.testing.assert_frame_equal(by_old.pending.table, by_new.pending.table)
    assert by_old.candidates is not None
    assert by_old.candidates.equals(by_new.candidates)
    assert by_old.observed.inside.all()
    assert next(iter(old.columns)) == "x"  # the table that was given is as it was


@pytest.mark.slow
def test_proposals_are_those_of_the_names_of_today() -> None:
    old = told()
    by_old, by_new = (
        propose(RENAMED, one, {"y": "max"}, 2, 5, settings=CHEAPEST) for one in (old, as_today(old))
    )
    pd.testing.assert_frame_equal(by_old, by_new)
    assert list(by_old.columns) == ["thickness_um", "layers", "metal", "silver", "q", "r"]


def test_rows_of_both_names_are_put_together_and_a_row_with_both_is_refused() -> None:
    both = pd.concat([told(3), as_today(told(5, 7))], ignore_index=True)
    read = read_designs(RENAMED, both, None, None)
    assert read.observed.table["thickness_um"].tolist() == [*told(3)["x"], *told(5, 7)["x"]]
    both.loc[4, "x"] = 0.5
    with pytest.raises(
        DesignError, match=r"row 5, column thickness_um: a value here and under the old name x"
    ):
        read_designs(RENAMED, both, None, None)
    both.loc[4, "x"] = np.nan  # the remedy
    assert len(read_designs(RENAMED, both, None, None).observed) == 8


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Space([Continuous("x", 0, 1, was="y"), Continuous("y", 0, 1)]), "means another column too"),
        (lambda: Space([Continuous("x", 0, 1, was="z"), Discrete("y", [1, 2], was="z")]), "another column"),
        (lambda: Continuous("x", 0, 1, was="x"), "not an old name"),
        (lambda: Discrete("x", [1, 2], was=3), "not an old name"),  # type: ignore[arg-type]
        (lambda: Categorical("c", ["A"], values_were={"B": "b"}), "old name of what is no value"),
        (lambda: Categorical("c", ["A", "B"], values_were={"A": "B"}), "means another value too"),
        (lambda: Categorical("c", ["A", "B"], values_were={"A": "a", "B": "a"}), "another value too"),
        (lambda: Simplex("m", ["p", "q"], was={"s": "p"}), "old name of what is no part"),
    ],
)
def test_old_names_that_mean_two_things_are_refused(make: Any, named: str) -> None:
    with pytest.raises(SpaceError, match=named):
        make()


def test_a_part_that_was_added_was_not_there_before() -> None:
    wider = Space([*BEFORE.parameters[:3], Simplex("m", ["p", "q", "r", "new"])])
    read = read_designs(wider, told(3), None, None)
    assert read.observed.table["new"].tolist() == [0.0, 0.0, 0.0]
    assert read.observed.inside.all()
    assert "new is not given in 3 rows in which the other parts make 1: 0 taken" in read.notes[0]
    mixed = pd.concat([told(3), wider.sample(2, 1)], ignore_index=True)  # as pandas puts old and new together
    assert (read_designs(wider, mixed, None, None).observed.table["new"].head(3) == 0.0).all()


def test_a_part_that_is_not_told_and_has_to_be_there_is_asked_for() -> None:
    wider = Space([*BEFORE.parameters[:3], Simplex("m", ["p", "q", "r", "new"])])
    short = told(3).assign(p=0.1, q=0.2, r=0.3)
    with pytest.raises(DesignError, match=r"column new: a parameter column is missing"):
        read_designs(wider, short, None, None)
    with pytest.raises(DesignError, match=r"row 1, column new: a number is missing"):
        read_designs(wider, short.assign(new=np.nan), None, None)
    assert len(read_designs(wider, short.assign(new=0.4), None, None).observed) == 3  # the remedy


@pytest.mark.parametrize(
    ("left", "total"), [(["p", "q"], 1.0), (["p", "q"], 100.0), (["p", "s"], 1.0), (["p"], 1.0)]
)
def test_a_part_that_was_taken_out_is_named_with_a_remedy_that_works(left: list[str], total: float) -> None:
    parts = ["p", "q", "r", "s"]
    observations = Space([Simplex("m", parts, total=total), Continuous("x", 0, 1)]).sample(6, 2)
    observations["y"], observations["note"] = observations["x"], "as weighed"
    lacking = [one for one in parts if one not in left]
    beside = [Continuous("x", 0, 1)]
    # In a space of one part left a second one is needed, which takes nothing.
    narrow = Space([Simplex("m", left if len(left) > 1 else [*left, "other"], total=total), *beside])
    with pytest.raises(DesignError, match=r"no longer belongs to m.*upper limit 0") as caught:
        read_designs(narrow, observations.assign(other=0.0), None, None)
    for one in lacking:
        assert f"'{one}': 0" in str(caught.value)
    kept = Space([Simplex("m", parts, total=total, upper=dict.fromkeys(lacking, 0)), *beside])
    with pytest.warns(DesignWarning, match="they are learned from and never proposed"):
        found = propose(kept, observations, {"y": "max"}, 2, 1, settings=CHEAPEST)
    assert (found[lacking] == 0.0).all(axis=None)
    assert len(read_designs(kept, observations, None, None).observed) == 6


def test_a_sum_that_no_other_column_makes_is_only_wrong() -> None:
    observations = told(4).assign(r=0.0)
    with pytest.raises(DesignError, match="correct the part that is wrong"):
        read_designs(BEFORE, observations, None, None)
