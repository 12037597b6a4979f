"""Constraints that cost much: kept by all that is proposed, and asked about few of the designs that are scored."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from botorch.models import SingleTaskGP

from surrogate.errors import SpaceError
from surrogate.optimization.search import search
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, NonlinearConstraint, Space

BRED = SearchSettings(
    pool=256, near=0, keep=64, first_starts=1, starts=1, maxiter=3, mc_samples=16, prune_samples=64,
    generations=3, parents=4, children=32,
)  # fmt: skip


class Counted:
    """Keeps x + y below a limit, and counts the rows it is asked about."""

    def __init__(self, limit: float) -> None:
        self.limit, self.rows = limit, 0

    def __call__(self, table: pd.DataFrame) -> pd.Series:
        self.rows += len(table)
        return table["x"] + table["y"] < self.limit


def searched(limit: float) -> tuple[pd.DataFrame, Counted]:
    """Three designs where more of both is better, so that the best lies at the limit."""
    asked = Counted(limit)
    space = Space(
        [Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)],
        [NonlinearConstraint("load", "it breaks", asked, costly=True)],
    )
    X = np.random.default_rng(1).uniform(size=(8, 2)) * 0.4
    model = SingleTaskGP(torch.from_numpy(X), torch.from_numpy(X.sum(axis=1, keepdims=True)))
    model.covar_module.lengthscale = 0.8
    return search(model.eval(), space, Encoder(space), 3, 0, baseline=X, settings=BRED), asked


def test_all_that_is_proposed_keeps_them() -> None:
    found, asked = searched(0.9)
    total = found["x"] + found["y"]
    assert (total < 0.9).all()
    assert total.iloc[0] > 0.85
    scored = 256 + 3 * 3 * 4 * 32
    assert asked.rows < scored / 2


def test_where_nothing_keeps_them_the_search_says_so() -> None:
    with pytest.raises(SpaceError):
        searched(-1.0)


def test_an_untried_combination_is_not_taken_where_all_of_them_break_one() -> None:
    space = Space(
        [Categorical("kind", list("abc")), Continuous("x", 0.0, 1.0)],
        [NonlinearConstraint("c", "it breaks", lambda table: table["kind"] != "c", costly=True)],
    )
    known = pd.DataFrame({"kind": ["a", "b", "a"], "x": [0.1, 0.5, 0.3]})
    encoder = Encoder(space)
    X = encoder.encode(known)
    model = SingleTaskGP(torch.from_numpy(X), torch.tensor([[1.0], [2.0], [3.0]], dtype=torch.double)).eval()
    found = search(model, space, encoder, 3, 0, baseline=X, settings=BRED)
    assert set(found["kind"]) <= {"a", "b"}
    assert not found.duplicated().any()
