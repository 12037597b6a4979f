"""Proposals keep everything that a space asks, whatever the space and whatever was told (``make bench``: 10,000)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.properties.random_spaces import Question, questions, violations


@pytest.mark.slow
@settings(max_examples=16, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(questions(most=4))
def test_proposals_keep_everything_that_a_space_asks(asked: Question) -> None:
    answer = asked.answer()
    if isinstance(answer, pd.DataFrame):
        assert len(answer) == asked.n
        assert not answer.duplicated().any()
        assert violations(asked.made, answer) == []
