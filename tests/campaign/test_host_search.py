"""Each fourth host of a campaign is searched for by its cells alone, and the others by all that is known."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign import host_search
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import search_hosts, searched_without_physics
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.space import Space

LIFE, CURRENT = "cycle_life_cycles", "ccd_mA_cm2"


def believed(measured: int, *plain: str) -> Any:
    """Stand in for what is believed after so many measured hosts; these targets have a model without physics."""
    models = {target: SimpleNamespace(botorch_model=lambda: "cells alone") for target in plain}
    rows = SimpleNamespace(row_keys=lambda: list(range(measured)))
    return SimpleNamespace(measured=rows if measured else None, plain=models, prior=None)


@pytest.mark.parametrize(
    ("measured", "n", "alone"),
    [
        (0, 4, 0),
        (2, 8, 0),
        (3, 4, 0),
        (4, 4, 1),
        (4, 3, 0),
        (5, 3, 1),
        (7, 1, 1),
        (8, 1, 0),
        (8, 8, 2),
        (6, 4, 1),
    ],
)
def test_each_fourth_host_is_searched_for_without_physics(measured: int, n: int, alone: int) -> None:
    assert searched_without_physics(believed(measured, LIFE, CURRENT), [LIFE, CURRENT], n) == alone
    assert searched_without_physics(believed(measured, LIFE), [LIFE, CURRENT], n) == 0


def test_the_last_of_a_batch_is_searched_for_by_the_cells_alone(
    small_campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the others for pending."""
    asked: list[dict[str, Any]] = []

    def search(model: list[str], *, space: Space, n: int, seed: int, **more: Any) -> pd.DataFrame:
        asked.append(
            {
                "model": set(model[: len(small_campaign.objectives)]),
                "n": n,
                "seed": seed,
                "pending": more["pending"],
            }
        )
        return space.sample(n, seed, "none").assign(acquisition_value=-1.0)

    monkeypatch.setattr(host_search, "search", search)
    monkeypatch.setattr(host_search, "join_models", list)
    monkeypatch.setattr(host_search, "botorch_model", lambda *_: "all")
    monkeypatch.setattr(host_search, "replacements", lambda *_: None)
    conditions = small_campaign.conditions.as_dict()
    told = CompleteDesigns.of(small_campaign.space.sample(4, 9, "none").assign(**conditions)).frame
    found = search_hosts(
        small_campaign, believed(4, *small_campaign.objectives), 4, 3, measured=told, encoded=object()
    )
    assert [(one["model"], one["n"]) for one in asked] == [({"all"}, 3), ({"cells alone"}, 1)]
    assert asked[0]["pending"] is None
    first = found.iloc[:3].assign(**conditions)
    np.testing.assert_array_equal(asked[1]["pending"], host_encoder().encode(first))
    assert found["searched_by"].tolist() == [*["all that is known"] * 3, "own cells alone"]
    assert not found[list(small_campaign.space.columns)].duplicated().any()
