"""Proposals keep everything that a space asks, whatever the space and whatever was told (``make bench``: 10,000)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from surrogate.space import Categorical, Continuous, Discrete, LinearConstraint, Restriction, Simplex
from tests.properties.random_spaces import Parts, Question, questions, violations

MADE = Parts(
    (
        Continuous("x", 0.0, 1.0, step=0.1),
        Discrete("d", [1, 3]),
        Categorical("c", ["Cu", "Ni"]),
        Simplex("m", ["p", "q", "r"], upper={"r": 0.5}, at_most=2, least=0.2),
    ),
    (LinearConstraint({"x": 1.0, "p": 1.0}, "<=", 1.2),),
    (Restriction({"c": ["Ni"]}, "thin", upper={"x": 0.5}),),
)
GOOD = {"x": 0.6, "d": 3, "c": "Cu", "p": 0.6, "q": 0.4, "r": 0.0}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, ""),
        ({"x": 1.1}, "outside 0.0 to 1.0"),
        ({"x": 0.55}, "between steps"),
        ({"c": "Ni"}, "outside 0.0 to 0.5"),
        ({"d": 2}, "none of"),
        ({"c": "Ti"}, "none of"),
        ({"q": 0.4 + 1e-8}, "sum"),
        ({"r": 1e-17}, "traces"),
        ({"p": 0.3, "q": 0.3, "r": 0.4}, "3 parts"),
        ({"p": 0.9, "q": 0.1, "x": 0.1}, "less than the least"),
        ({"p": 0.4, "r": 0.6, "q": 0.0}, "r 0.6 outside"),
        ({"x": 0.7}, "<= 1.2"),
    ],
)
def test_the_judge_sees_what_is_wrong(change: dict[str, object], named: str) -> None:
    found = violations(MADE, pd.DataFrame([{**GOOD, **change}]))
    assert (found == []) if not named else any(named in one for one in found)


@pytest.mark.slow
@settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(questions(most=4))
def test_proposals_keep_everything_that_a_space_asks(asked: Question) -> None:
    answer = asked.answer()
    if isinstance(answer, pd.DataFrame):
        assert len(answer) == asked.n
        assert not answer.duplicated().any()
        assert violations(asked.made, answer) == []
