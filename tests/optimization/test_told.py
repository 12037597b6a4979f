"""What lies outside the space of today still teaches, is never proposed, and is said; broken sums are put right."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import DesignError, InputError, SpaceError
from surrogate.optimization import DesignWarning, propose
from surrogate.optimization.settings import SearchSettings
from surrogate.optimization.told import read_designs
from surrogate.space import Categorical, Continuous, LinearConstraint, Restriction, Simplex, Space

QUICK = SearchSettings(
    pool=64, near=16, keep=32, first_starts=1, starts=1, maxiter=8, mc_samples=16, prune_samples=32,
    generations=1, parents=2, children=4,
)  # fmt: skip
X, Y, SIZE = Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0), Continuous("size", 1.0, 100.0, log=True)
METAL = Categorical("metal", ["Cu", "Ni", "Zn"])
MIX = Simplex("mix", ["p", "q", "r"])
FULL = Space([X, Y, SIZE, METAL, MIX])
NARROWER: dict[str, Space] = {
    "limits": Space([Continuous("x", 0.5, 0.75), Y, SIZE, METAL, MIX]),
    "log limits": Space([X, Y, Continuous("size", 5.0, 8.0, log=True), METAL, MIX]),
    "steps": Space([X, Continuous("y", 0.3, 0.7, step=0.1), SIZE, METAL, MIX]),
    "levels": Space([X, Y, SIZE, Categorical("metal", ["Zn", "Cu"]), MIX]),
    "one level": Space([X, Y, SIZE, Categorical("metal", ["Ni"]), MIX]),
    "fractions": Space([X, Y, SIZE, METAL, Simplex("mix", ["p", "q", "r"], upper={"p": 0.3})]),
    "constraint": Space(FULL.parameters, [LinearConstraint({"x": 1.0, "y": 1.0}, "<=", 0.8)]),
    "equality": Space(FULL.parameters, [LinearConstraint({"x": 1.0, "y": 1.0}, "==", 0.5)]),
    "ratio": Space(FULL.parameters, [LinearConstraint({"x": 1.0, "y": -2.0}, "==", 0.0)]),
    "forbidden": Space(FULL.parameters, restrictions=[Restriction({"metal": ["Cu"]}, "sold out", forbid=True)]),
    "by level": Space(FULL.parameters, restrictions=[Restriction({"metal": ["Cu"]}, "soft", upper={"x": 0.2})]),
    "null": Space(FULL.parameters, restrictions=[Restriction({"metal": ["Cu"]}, "solid", fix={"size": -1.0})]),
    "all at once": Space(
        [
            Continuous("x", 0.6, 0.9), Y, Continuous("size", 20.0, 80.0, log=True),
            Categorical("metal", ["Ni", "Fe"]), MIX,
        ],
        [LinearConstraint({"p": 1.0, "y": 0.5}, "<=", 0.6)],
    ),
}  # fmt: skip


def told(n: int = 12, seed: int = 1) -> pd.DataFrame:
    table = FULL.sample(n, seed)
    return table.assign(value=table["x"] + table["p"] - (table["y"] - 0.4) ** 2)


def quiet(*arguments: Any, **more: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DesignWarning)
        return propose(*arguments, settings=QUICK, **more)


@pytest.mark.slow
@pytest.mark.parametrize("name", NARROWER)
def test_what_is_outside_is_learned_from_and_what_is_inside_proposed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate.models import gp

    space, table, seen = NARROWER[name], told(), list[int]()
    fit = gp.TargetGP.fit
    monkeypatch.setattr(
        gp.TargetGP, "fit", lambda encoded, *a, **k: seen.append(len(encoded)) or fit(encoded, *a, **k)
    )
    found = quiet(space, table, {"value": "max"}, 2, 0, pending=FULL.sample(3, 7))
    assert space.check(found) == []
    assert len(found) == 2
    assert set(seen) == {len(table)}  # every row reached the model


@pytest.mark.parametrize("name", [name for name in NARROWER if name != "null"])
def test_a_note_says_how_many_and_in_what(name: str) -> None:
    space, table = NARROWER[name], told()
    outside = len({one.row for one in space.check(table, 1e-6)})
    notes = read_designs(space, table, None, None).notes
    if name == "steps":  # what is on the grid once rounded is inside
        outside = int((~space.contains(space.canonical(table))).sum())
    assert len(notes) == 1
    assert notes[0].startswith(f"observations: {outside} of 12 rows lie outside the space")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("limits", "x: outside the limits in .* allowed: 0.5 to 0.75"),
        ("levels", r"metal: unknown category in 4 \(first: row \d+, Ni; allowed: Zn, Cu\)"),
        ("forbidden", "this combination is not allowed: sold out in"),
        ("constraint", r"x\+y: linear constraint in .* x [\d.]+, y [\d.]+; allowed: "),
        ("equality", r"x\+y: .*allowed: 1\*x \+ 1\*y == 0.5"),
    ],
)
def test_the_note_is_a_warning(name: str, said: str) -> None:
    with pytest.warns(DesignWarning, match=said):
        propose(NARROWER[name], told().assign(value=np.nan), {"value": "max"}, 1, 0)


def test_nothing_is_said_where_nothing_is_outside() -> None:
    assert read_designs(FULL, told(), FULL.sample(3, 2), FULL.sample(3, 3)).notes == []
    assert read_designs(FULL, told(), None, None).encoder.space is FULL


@pytest.mark.slow
def test_a_trend_outside_leads_inside() -> None:
    """All rows lie below x = 0.5, the space above; y is best at 0.6, and the best value outside blocks nothing."""
    table = Space([Continuous("x", 0.0, 0.5), Y]).sample(20, 1)
    table["value"] = -((table["y"] - 0.6) ** 2) - 5.0 * table["x"]
    found = quiet(Space([Continuous("x", 0.5, 1.0), Y]), table, {"value": "max"}, 1, 0)
    assert abs(found["y"].iloc[0] - 0.6) <= 0.15
    assert found["x"].iloc[0] <= 0.7


def test_the_best_so_far_is_the_best_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    from surrogate.optimization import search as module

    seen: dict[str, Any] = {}

    def note(model: Any, space: Space, encoder: Any, n: int, seed: int, **more: Any) -> pd.DataFrame:
        seen.update(more, encoder=encoder)
        return space.sample(n, seed).assign(acquisition_value=0.0)

    monkeypatch.setattr(module, "search", note)
    space, table, started = NARROWER["levels"], told(), FULL.sample(6, 3)
    quiet(space, table, {"value": "max"}, 1, 0, pending=started)
    inside, also = table["metal"] != "Ni", started["metal"] != "Ni"
    np.testing.assert_array_equal(seen["baseline"], seen["encoder"].encode(table[inside]))
    np.testing.assert_array_equal(seen["pending"], seen["encoder"].encode(started[also]))
    assert len(seen["tried"]) == int((~inside).sum() + (~also).sum())


SUM = Space(
    [Continuous(one, 0.0, 100.0) for one in "abc"], [LinearConstraint(dict.fromkeys("abc", 1.0), "==", 100.0)]
)
TWICE = Space(
    [Continuous(one, 0.0, 100.0) for one in "ab"], [LinearConstraint({"a": 2.0, "b": 2.0}, "==", 100.0)]
)
PER_CENT = Simplex("mix", ["p", "q", "r"], total=100.0, at_most=3)
FLOOR = Space([Simplex("mix", ["p", "q", "r"], lower={"r": 0.2})])


@pytest.mark.parametrize(
    ("space", "row", "expected"),
    [
        (SUM, [50.09, 30.0, 20.0], [50.0449595, 29.9730243, 19.9820162]),
        (SUM, [99.5, 0.0, 0.0], [100.0, 0.0, 0.0]),
        (Space([MIX]), [0.33, 0.33, 0.335], [33 / 99.5, 33 / 99.5, 33.5 / 99.5]),
        (Space([MIX]), [0.33, 0.33, 0.33], [1 / 3, 1 / 3, 1 / 3]),  # off by 1 %, as thirds are written
        (Space([MIX]), [0.5, 0.509, 0.0], [0.5 / 1.009, 0.509 / 1.009, 0.0]),
        (FLOOR, [0.4, 0.404, 0.2], [0.4 * 0.8 / 0.804, 0.404 * 0.8 / 0.804, 0.2]),  # r stays at its limit
        (Space([PER_CENT]), [50.09, 30.0, 20.0], [50.0449595, 29.9730243, 19.9820162]),
        (TWICE, [20.0, 30.1], [20.0 * 50.0 / 50.1, 30.1 * 50.0 / 50.1]),
    ],
)  # fmt: skip
def test_sums_that_weighing_broke_are_put_right(
    space: Space, row: list[float], expected: list[float]
) -> None:
    table = pd.concat([space.sample(5, 0), pd.DataFrame([row], columns=list(space.columns))])
    for where in ("observations", "pending", "candidates"):
        given: dict[str, Any] = dict.fromkeys(("observations", "pending", "candidates")) | {where: table}
        read = read_designs(space, **given)
        made = {"observations": read.observed.table, "pending": read.pending.table}.get(
            where, read.candidates
        )
        assert made is not None
        np.testing.assert_allclose(made.iloc[-1].to_numpy(dtype=float), expected, rtol=1e-8)
        assert space.contains(made).all()
        assert len(read.notes) == 1
        assert f"{where}: the sum of " in read.notes[0]
        assert "in 1 row (first: row 6, " in read.notes[0]


@pytest.mark.parametrize(
    ("space", "row", "said"),
    [
        (Space([MIX]), [0.5, 0.3, 0.21], r"row 6, column p\+q\+r: the sum of mix is 1.01 instead of 1 .*multiply"),
        (Space([PER_CENT]), [0.5, 0.3, 0.2], "the sum of mix is 1 instead of 100 .*multiply each by 100 "),
        (Space([MIX]), [60.0, 30.0, 10.0], "the sum of mix is 100 instead of 1 .*multiply each by 0.01 "),
        (Space([MIX]), [0.0, 0.0, 0.0], "the sum of mix is 0 instead of 1 .*To mend it: write the parts"),
        (Space([MIX]), [-0.1, 0.6, 0.5], "column p: a fraction is below 0 .*To mend it: write 0"),
        (SUM, [50.0, 30.0, 10.0], r"the sum of a \+ b \+ c is 90 instead of 100 .*To mend it"),
        (TWICE, [20.0, 33.0], r"the sum of a \+ b is 53 instead of 50 "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["observations", "pending"])
def test_sums_that_are_wrong_are_refused(space: Space, row: list[float], said: str, where: str) -> None:
    table = pd.concat([space.sample(5, 0), pd.DataFrame([row], columns=list(space.columns))]).assign(
        value=1.0
    )
    given = {"observations": None, "pending": None} | {where: table}
    with pytest.raises(DesignError, match=said):
        propose(space, given["observations"], {"value": "max"}, 1, 0, given["pending"])


BASE = told(4)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": [0.1, np.nan, 0.2, 0.3]}, "row 2, column x: a number is missing .*To mend it: .*leave the row out"),
        ({"x": [0.1, np.inf, 0.2, 0.3]}, "row 2, column x: a number is missing .*To mend it"),
        ({"x": ["low", 0.1, 0.2, 0.3]}, "row 1, column x: not a number .*To mend it"),
        ({"metal": ["Cu", None, "Ni", "Ni"]}, "row 2, column metal: a category is missing.*To mend it"),
        ({"metal": ["Cu", np.nan, "Ni", "Ni"]}, "row 2, column metal: a category is missing.*To mend it"),
        ({"metal": ["Cu", ["Ni"], "Ni", "Ni"]}, "row 2, column metal: neither text nor a number"),
        ({"metal": ["Cu", " cu", "Ni", "Ni"]}, "row 2, column metal: another spelling .*write 'Cu'"),
        ({"size": [1.0, 0.0, 2.0, 3.0]}, "row 2, column size: .*log scale .*log=False"),
        ({"value": [1.0, "PENDING", 2.0, 3.0]}, "row 2, column value: .*To mend it: write NaN .* table pending"),
        ({"value": [1.0, 2.0, 3.0, ">500"]}, "row 4, column value: .*value_censored"),
    ],
)  # fmt: skip
def test_what_is_no_design_is_refused_with_a_remedy(change: dict[str, Any], said: str) -> None:
    table = BASE.astype(dict.fromkeys(change, object)).assign(**change)
    with pytest.raises(InputError, match=said):
        propose(FULL, table, {"value": "max"}, 1, 0)


def test_candidates_outside_are_left_out() -> None:
    space, shelf = NARROWER["levels"], FULL.sample(9, 4).set_index(pd.Index(list("abcdefghi")))
    with pytest.warns(
        DesignWarning, match="candidates: 3 of 9 rows lie outside the space, and they are left out"
    ):
        found = propose(space, None, {"value": "max"}, 6, 0, candidates=shelf)
    assert sorted(found.index) == sorted(shelf.index[shelf["metal"] != "Ni"])
    with pytest.raises(SpaceError, match="not enough different designs"):
        quiet(space, None, {"value": "max"}, 7, 0, candidates=shelf)
    with pytest.raises(DesignError, match=r"candidates, row 1, .*none of the candidates is in the space"):
        propose(space, None, {"value": "max"}, 1, 0, candidates=shelf[shelf["metal"] == "Ni"])


def test_what_is_not_allowed_names_no_reason_as_allowed() -> None:
    space = NARROWER["forbidden"]
    broken = space.check(told())[0].error("designs")
    assert "this combination is not allowed: sold out" in str(broken)
    assert "Allowed: sold out" not in str(broken)
    for refused in (lambda: space.subspace({"metal": "Cu"}), lambda: space.round(told())):
        with pytest.raises(InputError, match="not allowed: sold out") as raised:
            refused()
        assert "Allowed: sold" not in str(raised.value)


@st.composite
def narrowed(draw: st.DrawFn) -> Space:
    """A space that shares the columns of ``FULL``."""
    low = draw(st.floats(0.0, 0.9))
    metals = draw(st.lists(st.sampled_from(["Cu", "Ni", "Zn", "Fe"]), min_size=1, max_size=4, unique=True))
    x = Continuous("x", low, low + draw(st.floats(0.05, 1.0)), step=draw(st.sampled_from([None, 0.01])))
    least = draw(st.floats(0.1, 50.0))
    size = Continuous("size", least, least * draw(st.floats(1.1, 10.0)), log=True)
    mix = Simplex("mix", ["p", "q", "r"], upper={"p": draw(st.sampled_from([0.2, 0.5, 1.0]))})
    constraints = [LinearConstraint({"y": 1.0, "q": 1.0}, draw(st.sampled_from([">=", "<="])), 0.5)]
    restrictions = [Restriction({"metal": [metals[0]]}, "sold out", forbid=True)] if len(metals) > 1 else []
    return Space(
        [x, Y, size, Categorical("metal", metals), mix], constraints[: draw(st.integers(0, 1))], restrictions
    )


FEW = settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(narrowed(), st.integers(0, 99))
@pytest.mark.slow
def test_whatever_is_told_outside_proposals_are_inside(space: Space, seed: int) -> None:
    table = told(8, seed)
    read = read_designs(space, table, table.iloc[:3], None)
    encoded = read.encoder.encode(read.observed.table)
    assert encoded.min() >= -1e-6
    assert encoded.max() <= 1.0 + 1e-6
    assert [note.split(":")[0] for note in read.notes] == [
        where
        for where, of in (("observations", read.observed), ("pending", read.pending))
        if not of.inside.all()
    ]
    first = quiet(space, table.assign(value=np.nan), {"value": "max"}, 2, seed)
    assert space.check(first) == []


@settings(FEW, max_examples=6)
@given(narrowed(), st.integers(0, 99))
@pytest.mark.slow
def test_whatever_is_learned_from_proposals_are_inside(space: Space, seed: int) -> None:
    found = quiet(space, told(8, seed), {"value": "max"}, 2, seed, pending=FULL.sample(2, seed + 1))
    assert space.check(found) == []


@FEW
@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3), st.floats(-0.05, 0.05))
def test_a_sum_is_put_right_or_refused(parts: list[float], off: float) -> None:
    given_parts = (np.array(parts) + 0.1) / (sum(parts) + 0.3) * (1.0 + off)
    table = pd.DataFrame([given_parts], columns=["p", "q", "r"])
    if not -0.01 <= off < 0.01:
        with pytest.raises(DesignError, match="the sum of mix"):
            read_designs(Space([MIX]), table, None, None)
        return
    read = read_designs(Space([MIX]), table, None, None)
    made = read.observed.table.to_numpy()[0]
    assert made.sum() == pytest.approx(1.0, abs=2e-6)
    np.testing.assert_allclose(made / made.sum(), given_parts / given_parts.sum(), rtol=1e-9)
    assert bool(read.notes) == (abs(given_parts.sum() - 1.0) > 1e-6)
