"""Designs drawn for a contest are allowed even where rounding breaks a constraint."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.errors import SpaceError
from surrogate.laboratory.tasks import drawn
from surrogate.space import Continuous, NonlinearConstraint, Space


def space(limit: float) -> Space:
    """Half of what keeps x below the limit is rounded beyond it."""
    return Space(
        [Continuous("x", 0.0, 1.0, step=0.5), Continuous("y", 0.0, 1.0)],
        [NonlinearConstraint("narrow", "it breaks", lambda table: table["x"] < limit)],
    )


def test_what_rounding_breaks_is_drawn_again() -> None:
    found = drawn(space(0.4), 8, 1)
    assert len(found) == 8
    assert space(0.4).contains(found).all()
    pd.testing.assert_frame_equal(found, drawn(space(0.4), 8, 1))
    assert found["y"].nunique() == 8


def test_given_designs_come_first() -> None:
    first = pd.DataFrame({"x": [0.1, 0.3, 0.2], "y": [0.5, 0.6, 0.7]})  # 0.3 is rounded to 0.5
    found = drawn(space(0.4), 3, 1, first)
    assert found["y"].tolist()[:2] == [0.5, 0.7]
    assert space(0.4).contains(found).all()


def test_nothing_is_left() -> None:
    only_beyond = Space(
        [Continuous("x", 0.3, 0.9, step=0.5)],
        [NonlinearConstraint("narrow", "it breaks", lambda table: table["x"] != 0.5)],
    )
    with pytest.raises(SpaceError, match="left"):
        drawn(only_beyond, 2, 0)
