"""How long proposing takes: 4 hosts among about 100 kinds, 3 objectives, 80 known designs.

The target is 25 s on one idle core. Run with ``make bench``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from botorch.models import ModelListGP, SingleTaskGP

from surrogate.campaign.file import Campaign
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.search_space import choice_space, host_encoder
from surrogate.optimization.search import search
from surrogate.resources import resource
from surrogate.space import Encoder, Space


def _model(
    space: Space, encoder: Encoder, conditions: dict[str, Any], n: int
) -> tuple[ModelListGP, np.ndarray]:
    X = encoder.encode(space.sample(n, 0).assign(**conditions))
    rng = np.random.default_rng(0)
    targets = np.sin(X @ rng.normal(size=(encoder.dim, 3))) + 0.1 * rng.normal(size=(n, 3))
    models = [SingleTaskGP(torch.as_tensor(X), torch.as_tensor(y)[:, None]).eval() for y in targets.T]
    return ModelListGP(*models), X


def test_search_for_four_hosts(benchmark: Any) -> None:
    conditions = Conditions()
    space, encoder = choice_space(conditions), host_encoder()
    model, X = _model(space, encoder, conditions.as_dict(), 80)
    batch = benchmark.pedantic(
        lambda: search(model, space, encoder, 4, 0, baseline=X, fixed=conditions.as_dict()), rounds=1
    )
    assert len(batch) == 4


def test_search_under_the_rules_of_a_campaign(benchmark: Any) -> None:
    """The same in a garnet cell above its plane critical current, where few designs keep every rule."""
    campaign = Campaign.load(resource("training/campaigns/garnet.toml"))
    conditions, encoder = campaign.conditions, host_encoder()
    model, X = _model(choice_space(conditions), encoder, conditions.as_dict(), 80)
    batch = benchmark.pedantic(
        lambda: search(model, campaign.space, encoder, 4, 0, baseline=X, fixed=conditions.as_dict()),
        rounds=1,
    )
    assert campaign.space.check(batch[list(campaign.space.columns)]) == []


def test_sample_and_round_a_thousand_hosts(benchmark: Any) -> None:
    space = choice_space(Conditions())
    table = benchmark(lambda: space.round(space.sample(1000, 0)))
    assert space.contains(table).all()
