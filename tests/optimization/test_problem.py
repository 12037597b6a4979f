"""Which designs of a table were taken already."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.optimization import problem
from surrogate.optimization.problem import is_new
from surrogate.space import Categorical, Continuous, Space


@pytest.mark.parametrize("pairs", [1, 7, 10_000])
def test_what_was_taken_is_found_however_many_are_compared_at_once(
    pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(problem, "_PAIRS", pairs)
    space = Space([Continuous("x", 0.0, 1.0, step=0.1), Categorical("kind", ["a", "b"])])
    table = space.sample(40, 0)
    taken = pd.concat([table.iloc[[3, 17, 39]], space.sample(20, 5)], ignore_index=True)
    found = is_new(space, table, taken)
    assert np.array_equal(found, [not any(space.same(row, other) for _, other in taken.iterrows())
                                  for _, row in table.iterrows()])  # fmt: skip
    assert not found[[3, 17, 39]].any()
    assert found.any()
    assert is_new(space, table, taken.iloc[:0]).all()
