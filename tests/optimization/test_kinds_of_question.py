"""Questions of the kinds that people reported, each with several other inputs: what failed, first designs, goals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import Limit, Match, propose
from surrogate.space import Categorical, Continuous, Discrete, Simplex, Space
from tests.properties.random_spaces import CHEAPEST

FEW = {  # a few designs each
    "steps": Space([Continuous("x", 0.0, 5.0, step=1.0)]),
    "listed values": Space([Discrete("x", [1, 3, 10, 30, 100, 300], log=True)]),
    "categories": Space([Categorical("c", list("abcdef"))]),
    "mixtures": Space([Simplex("m", ["p", "q"], step=0.2)]),
    "mixtures of one part": Space([Simplex("m", list("pqrstu"), total=100, at_most=1)]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_what_failed_is_never_proposed_again(name: str) -> None:
    """Two of six designs are measured; the other four fail, two in each batch, and then none is left."""
    space = FEW[name]
    every = space.round(space.sample(64, 0)).drop_duplicates(ignore_index=True)
    assert len(every) == 6
    table = every.head(2).assign(y=[1.0, 2.0])
    for _ in range(2):
        found = propose(space, table, {"y": "max"}, 2, 0, settings=CHEAPEST)
        assert not space.matches(found, table[list(space.columns)]).any()
        table = pd.concat([table, found.assign(y=np.nan)], ignore_index=True)
    assert space.matches(every, table[list(space.columns)]).any(axis=1).all()


FREE = {
    "two numbers": Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)]),
    "decades": Space([Continuous("x", 1e-8, 1e2, log=True), Continuous("y", 0.0, 1.0)]),
    "a mixture": Space([Simplex("m", ["p", "q", "r"])]),
    "three numbers": Space([Continuous(name, -5.0, 5.0) for name in "xyz"]),
    "a number and steps": Space([Continuous("x", 0.0, 1.0), Continuous("y", 0, 50, step=1)]),
}


@pytest.mark.parametrize("name", FREE)
@pytest.mark.parametrize("off", [-0.004, 0.004])
def test_first_designs_go_on_from_those_made_a_little_off(name: str, off: float) -> None:
    space = FREE[name]
    first = propose(space, None, {"score": "max"}, 3, 0)
    made = first.copy()
    for one in space.parameters:
        for column in one.columns if not isinstance(one, Simplex) else one.columns[:2]:
            if isinstance(one, Simplex):
                made[column] += off * (1 if column == one.columns[0] else -1)
            elif one.step is None:
                made[column] *= np.exp(off * np.log(one.upper / one.lower)) if one.log else 1.0
                made[column] += 0.0 if one.log else off * (one.upper - one.lower)
    made = space.round(made)
    more = propose(space, made.iloc[:1].assign(score=1.0), {"score": "max"}, 3, 0, pending=made.iloc[1:])
    from surrogate.space import Encoder

    points, known = (Encoder(space).encode(table) for table in (more, made))
    apart = np.linalg.norm(points[:, None] - known[None], axis=2)
    assert apart.min() > 0.05


@pytest.mark.parametrize(
    ("space", "first", "then", "same"),
    [
        (Continuous("s", 1e-8, 1e2, log=True), 1e-8, 1e-5, False),
        (Continuous("s", 1e-12, 1.0, log=True), 1e-12, 2e-12, False),
        (Continuous("s", 1e-3, 1e6, log=True), 1e-3, 0.5, False),
        (Discrete("s", [1e-9, 1e-6, 1e-3, 1.0], log=True), 1e-9, 1e-6, False),
        (Continuous("s", 1e-8, 1e2, log=True), 1e2, 1.0001e2, False),
        (Continuous("s", 1e-8, 1e2, log=True), 1.0, 1.0 + 1e-9, True),
        (Continuous("s", 1e-8, 1e2), 1e-8, 1e-5, True),  # in a linear space they are one setting
    ],
)
def test_on_a_log_scale_settings_differ_by_factors(
    space: Continuous | Discrete, first: float, then: float, same: bool
) -> None:
    assert Space([space]).same({"s": first}, {"s": then}) is same


SQUARE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])


@pytest.fixture(scope="module")
def plane() -> pd.DataFrame:
    """Values that rise with x and with y."""
    table = SQUARE.sample(12, 1)
    return table.assign(sum=table["x"] + table["y"], x_too=table["x"], signed=table["x"] - 0.5)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "target"), [("sum", 0.6), ("sum", 1.5), ("signed", 0.0)])
def test_a_value_is_matched_wherever_it_lies(plane: pd.DataFrame, name: str, target: float) -> None:
    found = propose(SQUARE, plane, {name: Match(target)}, 1, 0, settings=CHEAPEST).iloc[0]
    reached = found["x"] + found["y"] if name == "sum" else found["x"] - 0.5
    assert abs(reached - target) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("side", "bound"), [("<=", 0.5), (">=", 0.9)])
def test_a_limit_is_kept_wherever_it_lies(plane: pd.DataFrame, side: str, bound: float) -> None:
    """The objective pulls x towards the limit."""
    goal = "max" if side == "<=" else "min"
    limit = Limit("x_too", side, bound)  # type: ignore[arg-type]
    found = propose(SQUARE, plane, {"sum": goal}, 1, 0, limits=[limit], settings=CHEAPEST)["x"].iloc[0]
    assert found <= bound + 0.06 if side == "<=" else found >= bound - 0.06


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [(0.9, 0.1), (0.1, 0.9), (0.5, 0.95), (0.95, 0.5), (0.05, 0.05)])
def test_one_value_with_a_large_error_does_not_mislead(
    plane: pd.DataFrame, wrong: tuple[float, float]
) -> None:
    x, y = wrong
    hill = 1.0 - (plane["x"] - 0.4) ** 2 - (plane["y"] - 0.5) ** 2
    told = plane[["x", "y"]].assign(value=hill, value_sem=0.005)
    told = pd.concat(
        [told, pd.DataFrame([{"x": x, "y": y, "value": 3.0, "value_sem": 5.0}])], ignore_index=True
    )
    found = propose(SQUARE, told, {"value": "max"}, 1, 0, settings=CHEAPEST).iloc[0]
    assert np.hypot(found["x"] - 0.4, found["y"] - 0.5) < 0.25
