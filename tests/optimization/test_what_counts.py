"""What a search counts and what its batch is made of: reference points, simpler designs, untried kinds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from botorch.models import SingleTaskGP
from search_examples import QUICK, SQUARE, gp, problem

from surrogate.errors import InputError
from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.replacement import Replacements
from surrogate.optimization.search import ACQUISITION_VALUE, search
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Categorical, Continuous, Encoder, Space


@pytest.mark.slow
def test_a_reference_point_of_ones_own() -> None:
    """Nothing below it counts: with a bar that only one objective's best can reach, the search goes there."""
    encoder = Encoder(SQUARE)
    table = SQUARE.sample(40, 5)
    a, b = -((table["x"] - 0.1) ** 2).to_numpy(), -((table["x"] - 0.9) ** 2).to_numpy()
    model = gp(encoder.encode(table), a, b)
    level = (a.max() - a.mean()) / a.std() - 0.1
    bar = SearchSettings(**{**vars(QUICK), "reference_point": (level, -10.0)})
    found = search(model, SQUARE, encoder, 1, 0, baseline=encoder.encode(table), settings=bar)
    assert found["x"].iloc[0] == pytest.approx(0.1, abs=0.2)


def test_degenerate_fronts_have_a_reference_point_below_them() -> None:
    """One known design, or several of equal worth: the front has no extent."""
    encoder = Encoder(SQUARE)
    X = encoder.encode(SQUARE.sample(6, 5))
    model = gp(X, X[:, 0], X[:, 1])
    for baseline in (X[:1], np.repeat(X[:1], 3, axis=0)):
        improvement = Improvement(model, torch.as_tensor(baseline), ("max", "max"), QUICK, 0)
        mean = model.posterior(torch.as_tensor(baseline)).mean
        assert (improvement.reference < mean - 0.05).all()


@pytest.mark.slow
def test_a_simpler_design_takes_the_place_of_one_that_is_worth_little_more():
    """Where something may be given up at all, and not otherwise."""
    space = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])
    encoder = Encoder(space)
    X = encoder.encode(space.sample(30, 0))
    worth = torch.as_tensor(np.sin(3.0 * X[:, [0]]) + 0.5 * X[:, [1]])
    model = SingleTaskGP(torch.as_tensor(X), worth).eval()

    def proposed(simplicity, simpler):
        settings = replace(QUICK, simplicity=simplicity)
        steps = Replacements(simpler=simpler)
        return search(model, space, encoder, 1, 0, baseline=X, replacements=steps, settings=settings).iloc[0]

    plain = proposed(0.9, None)
    assert plain["y"] > 0.0
    assert proposed(0.0, lambda row: row.assign(y=0.0))["y"] == plain["y"]
    given_up = proposed(0.9999, lambda row: row.assign(y=row["y"] - 0.01))
    assert given_up["y"] == pytest.approx(plain["y"] - 0.01)
    assert given_up["x"] == plain["x"]
    assert given_up[ACQUISITION_VALUE] < plain[ACQUISITION_VALUE]
    # What is not allowed, or was told already, is no simpler design; nor is what names a category that is not open.
    assert proposed(0.9999, lambda row: row.assign(y=-1.0))["y"] == plain["y"]
    space = Space([*space.parameters, Categorical("metal", ["Cu", "Ni"])])
    encoder = Encoder(space)
    X = encoder.encode(space.sample(30, 0))
    worth = torch.as_tensor(np.sin(3.0 * X[:, [0]]) + 0.5 * X[:, [1]])
    model = SingleTaskGP(torch.as_tensor(X), worth).eval()
    assert proposed(0.9999, lambda row: row.assign(metal="Zn"))["metal"] in ("Cu", "Ni")


def test_a_reference_point_at_the_median_of_random_designs() -> None:
    model, _, X = problem(SQUARE, 3)
    ordinary = torch.rand(31, 2, dtype=torch.double)
    known = torch.as_tensor(X).unique(dim=0)
    found = Improvement(model, known, ("max", "min"), replace(QUICK, worst_of="space"), 0, ordinary=ordinary)
    mean = model.posterior(ordinary).mean.detach() * torch.tensor([1.0, -1.0])
    assert torch.allclose(found.reference, mean.median(dim=0).values)
    without = Improvement(
        model, known, ("max", "min"), replace(QUICK, worst_of="known"), 0, ordinary=ordinary
    )
    assert not torch.allclose(found.reference, without.reference)


KINDS = Space([Categorical("kind", list("abcdef")), Continuous("x", 0.0, 1.0)])


def known_kinds(kinds: str, untried: int, n: int = 2, pool: int = 64) -> list[str]:
    """Kinds of a batch where a and b are known to be good and the others next to nothing else is known of."""
    table = pd.DataFrame({"kind": list(kinds), "x": np.linspace(0.1, 0.9, len(kinds))})
    encoder = Encoder(KINDS)
    X = encoder.encode(table)
    y = np.array([2.0 if kind in "ab" else -2.0 for kind in kinds]) + table["x"].to_numpy()
    settings = replace(QUICK, untried=untried, pool=pool)
    return search(gp(X, y), KINDS, encoder, n, 0, baseline=X, settings=settings)["kind"].tolist()


def test_the_last_of_a_batch_is_of_an_untried_combination() -> None:
    assert set(known_kinds("aabbccdd", 0)) <= set("ab")
    first, last = known_kinds("aabbccdd", 1)
    assert first in "ab"
    assert last in "ef"
    assert set(known_kinds("aabbccddeeff", 1)) <= set("ab")  # none is left


def test_a_single_design_need_not_be_of_an_untried_combination() -> None:
    assert known_kinds("aabbccdd", 1, n=1)[0] in "ab"


def test_each_of_a_batch_is_made_of_something_else_if_that_is_worth_enough() -> None:
    """All the best designs are high in the square; none may be within the same tenth of its width as another."""
    points = np.random.default_rng(0).uniform(size=(12, 2))
    model = gp(points, points[:, 1] + 0.1 * points[:, 0])

    def makes(rows: pd.DataFrame) -> list[str]:
        return [f"{x:.1f}" for x in rows["x"]]

    def proposed(other_kind: float, n: int = 5) -> list[str]:
        settings = replace(QUICK, other_kind=other_kind)
        found = search(model, SQUARE, Encoder(SQUARE), n, 0, baseline=points, settings=settings, makes=makes)
        return makes(found)

    assert len(set(proposed(1.0))) < 5
    assert len(set(proposed(1e-6))) == 5
    assert proposed(1e-6)[0] == proposed(1.0)[0]


def test_the_last_of_a_batch_of_one_kind_is_of_another_if_it_is_worth_enough() -> None:
    """Above the middle of the square is "up", and that is where all the best designs are."""
    points = np.random.default_rng(0).uniform(size=(12, 2))
    model = gp(points, points[:, 1] + 0.1 * points[:, 0])

    def kinds(rows: pd.DataFrame) -> list[str]:
        return ["up" if y > 1.8 else "down" for y in rows["y"]]

    def proposed(other_kind: float) -> list[str]:
        settings = replace(QUICK, other_kind=other_kind)
        found = search(model, SQUARE, Encoder(SQUARE), 3, 0, baseline=points, settings=settings, kinds=kinds)
        return kinds(found)

    assert proposed(1.0) == ["up"] * 3
    assert proposed(1e-6)[:2] == ["up"] * 2
    assert proposed(1e-6)[-1] == "down"
    with pytest.raises(InputError, match="other_kind"):
        replace(QUICK, other_kind=0.0)
