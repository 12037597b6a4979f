"""Objectives that are modelled as logarithms and count as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import surrogate.optimization.search as search_module
from surrogate.optimization import Maximize, Minimize, propose
from surrogate.optimization.gains import Gains, Logarithm
from surrogate.optimization.question import BEYOND, read_question
from surrogate.space import Continuous, Space

SPACE = Space([Continuous("x", 0.0, 1.0), Continuous("y", 0.0, 1.0)])


def observations(n: int = 12) -> pd.DataFrame:
    """A life of three decades and a strength that adds up."""
    table = SPACE.sample(n, 3)
    x, y = (table[name].to_numpy() for name in ("x", "y"))
    life = 10.0 ** (1.0 + 3.0 * np.exp(-8.0 * (x - 0.4) ** 2) * np.exp(-4.0 * (y - 0.5) ** 2))
    return table.assign(life=life, strength=3.0 + 2.0 * x - y + np.sin(5.0 * y))


def test_what_counts_is_what_the_logarithm_is_of() -> None:
    outputs = torch.tensor([[-1.0, 0.5], [0.0, 0.5], [2.0, -0.5], [9.0, 0.0]], dtype=torch.double)
    gains = Gains(("max", "min"), (Logarithm(1.5, 3.0), None))
    found = gains(outputs)
    assert not gains.linear
    np.testing.assert_allclose(np.diff(found[:3, 0]) * 1.5, np.diff(np.exp(1.5 * outputs[:3, 0])))
    assert found[3, 0] == pytest.approx((np.exp(4.5) - 1.0) / 1.5)  # nothing beyond that counts
    np.testing.assert_allclose(found[:, 1], -outputs[:, 1])
    lowered = Gains(("min",), (Logarithm(1.5, 3.0),))(outputs[:, :1])
    np.testing.assert_allclose(lowered[:, 0], -found[:, 0])


def test_a_value_to_be_matched_is_matched_on_the_scale_of_the_model() -> None:
    outputs = torch.tensor([[0.2], [0.9]], dtype=torch.double)
    matched = Gains((0.5,), (Logarithm(1.5, 3.0),))
    np.testing.assert_allclose(matched(outputs), Gains((0.5,))(outputs))
    assert matched.logarithms == {}


def test_propose_asks_for_the_front_in_the_units_of_the_objectives(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    whole = search_module.search

    def search(*args: Any, **more: Any) -> Any:
        asked.append(more["logarithms"])
        return whole(*args, **more)

    monkeypatch.setattr(search_module, "search", search)
    table = observations()
    both = {"life": Maximize(10.0), "strength": Maximize(0.0)}
    propose(SPACE, table, both, 1, 0)
    propose(SPACE, table, {"life": Maximize(10.0)}, 1, 0)
    (life, strength), alone = asked
    assert strength is None
    assert alone is None  # one objective is improved on the scale on which it is predicted
    logarithms = np.log(table["life"])
    assert life.spread == pytest.approx(logarithms.std(ddof=0))
    assert life.most == pytest.approx((logarithms.max() - logarithms.mean()) / life.spread + BEYOND)


def test_a_reference_at_or_below_zero_lies_below_everything() -> None:
    table = observations()
    asked = read_question(
        SPACE, table, {"life": Maximize(0.0), "strength": Minimize(9.0)}, 1, 0, None, None, ()
    )
    posterior = asked.fit(None)
    settings = posterior.settings(None, asked.goals)
    assert settings.reference_point is not None
    worst = Gains(posterior.directions, posterior.logarithms)(torch.tensor([list(settings.reference_point)]))
    least = Gains(posterior.directions, posterior.logarithms)(
        torch.tensor([[min(posterior.scales[0].lower), 0.0]], dtype=torch.double)
    )
    assert worst[0, 0] < least[0, 0]
