"""Cells outside today's ``[search]`` teach the campaign's model, are no best so far, and are never proposed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.campaign import host_search
from surrogate.campaign.belief import believe
from surrogate.campaign.file import Campaign
from surrogate.campaign.outside import is_inside, outside_search
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.settings import SearchSettings
from surrogate.space import Space

HEAD = "schema_version = 1\n[search]\n"
HOST: dict[str, Any] = {
    "framework": "copper", "agent": "none", "conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8,
    "porosity_bottom": 0.8, "pore_size_top_um": 20.0, "pore_size_bottom_um": 20.0, "thickness_um": 100.0,
    "tortuosity": 1.4,
}  # fmt: skip
SILVERED = {"agent": "silver", "conductor_bottom": 0.9, "agent_bottom": 0.1}
FIBRE = {"framework": "carbon_fiber"}
FOIL = {"framework": "none", "agent": "none"}


def hosts(campaign: Campaign, *changes: dict[str, Any]) -> pd.DataFrame:
    """A complete design for each change of ``HOST``."""
    table = pd.DataFrame([HOST | change if change is not FOIL else FOIL for change in changes])
    return CompleteDesigns.of(table.assign(**campaign.conditions.as_dict())).frame.reset_index(drop=True)


@pytest.mark.parametrize(
    ("search", "change", "said"),
    [
        ("frameworks = ['copper']\n", FIBRE, ["framework carbon_fiber"]),
        ("agents = ['none']\n", SILVERED, ["agent silver"]),
        (
            "frameworks = ['copper']\nagents = ['none']\n", FIBRE | SILVERED,
            ["framework carbon_fiber", "agent silver"],
        ),
        ("[search.bounds]\nthickness_um = [120, 200]\n", {}, ["thickness_um 100 (120 to 200)"]),
        ("[search.bounds]\nporosity_top = [0.5, 0.7]\n", {}, ["porosity_top 0.8 (0.5 to 0.7)"]),
        ("[search.bounds]\npore_size_top_um = [1, 10]\n", {}, ["pore_size_top_um 20 (1 to 10)"]),
        ("[search.bounds]\nagent_bottom = [0.0, 0.05]\n", SILVERED, ["agent_bottom 0.1 (0 to 0.05)"]),
        ("", FIBRE | {"thickness_um": 900.0}, []),
        ("frameworks = ['copper']\nagents = ['silver', 'none']\n", SILVERED, []),
        ("[search.bounds]\nthickness_um = [100, 200]\n", {"thickness_um": 99.7}, []),  # 100 once rounded
        ("[search.bounds]\nthickness_um = [50, 200]\nporosity_top = [0.5, 0.9]\n", FOIL, []),  # neither acts
    ],
)  # fmt: skip
def test_what_lies_outside_search(search: str, change: dict[str, Any], said: list[str]) -> None:
    campaign = Campaign(HEAD + search)
    assert outside_search(campaign, hosts(campaign, change)) == [said]
    assert is_inside(campaign, hosts(campaign, change, change)).tolist() == [not said] * 2


def test_no_cells_are_no_trouble() -> None:
    campaign = Campaign(HEAD + "frameworks = ['copper']\n[search.bounds]\nthickness_um = [50, 100]\n")
    assert outside_search(campaign, hosts(campaign, {}).iloc[:0]) == []


@settings(derandomize=True, max_examples=8, deadline=None)
@given(
    st.lists(st.sampled_from(["copper", "carbon_fiber", "nickel"]), min_size=1, unique=True),
    st.lists(st.sampled_from(["none", "silver", "zinc_oxide"]), min_size=1, unique=True),
    st.sampled_from([(100.0, 150.0), (90.0, 180.0), (150.0, 300.0)]),
)
@pytest.mark.slow
def test_what_a_campaign_may_propose_is_inside(
    frameworks: list[str], agents: list[str], thickness: tuple[float, float]
) -> None:
    text = (
        f"frameworks = {frameworks}\nagents = {agents}\n[search.bounds]\nthickness_um = {list(thickness)}\n"
    )
    narrow, wide = Campaign(HEAD + text), Campaign(HEAD)
    conditions = narrow.conditions.as_dict()
    own = narrow.space.round(narrow.space.sample(16, 0, "none")).assign(**conditions)
    assert is_inside(narrow, own).all()
    other = wide.space.round(wide.space.sample(32, 1, "none")).assign(**conditions)
    expected = other["framework"].isin(frameworks) & other["agent"].isin(agents)
    expected &= other["thickness_um"].between(*thickness) | (other["framework"] == "none")
    assert is_inside(narrow, other).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("measured", "baseline", "tried"),
    [
        ([{}, FIBRE, SILVERED], [{}], [FIBRE, SILVERED]),
        ([{}, {"thickness_um": 90.0}], [{}, {"thickness_um": 90.0}], []),
        ([{}, {"thickness_um": 300.0}, FIBRE], [{}], [{"thickness_um": 300.0}, FIBRE]),
        ([FIBRE, SILVERED], None, [FIBRE, SILVERED]),
    ],
)
def test_only_what_is_inside_is_to_be_improved_on(
    measured: list[dict[str, Any]],
    baseline: list[dict[str, Any]] | None,
    tried: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = Campaign(
        HEAD + "frameworks = ['copper']\nagents = ['none']\n[search.bounds]\nthickness_um = [50, 200]\n"
    )
    seen: dict[str, Any] = {}

    def search(*_: Any, space: Space, n: int, **more: Any) -> pd.DataFrame:
        seen.update(more)
        return space.sample(n, 0, "none")

    monkeypatch.setattr(host_search, "search", search)
    monkeypatch.setattr(host_search, "join_models", lambda models: None)
    monkeypatch.setattr(host_search, "botorch_model", lambda *_: None)
    monkeypatch.setattr(host_search, "replacements", lambda *_: None)
    encode = host_search.host_encoder().encode
    host_search.search_hosts(
        campaign, SimpleNamespace(measured=None), 1, 0, measured=hosts(campaign, *measured),
        pending=hosts(campaign, {}, FIBRE), encoded=object(),
    )  # fmt: skip
    # Only hosts of a first batch, which has nothing to improve on, are to be of different makes.
    assert (seen["makes"] is None) is (baseline is not None)
    if baseline is None:
        assert seen["baseline"] is None
    else:
        np.testing.assert_array_equal(seen["baseline"], encode(hosts(campaign, *baseline)))
    np.testing.assert_array_equal(seen["pending"], encode(hosts(campaign, {})))
    np.testing.assert_array_equal(seen["tried"], encode(hosts(campaign, FIBRE, *tried)))


@pytest.mark.slow
@pytest.mark.simulation
@pytest.mark.parametrize("told", [FIBRE, FIBRE | SILVERED, {"thickness_um": 300.0}])
def test_cells_outside_are_learned_from_and_not_proposed(
    told: dict[str, Any],
    small_campaign: Campaign,
    small_physics: PhysicsPrior,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four poor cells outside lower what is expected inside, since they speak of the laboratory's level."""
    bounds = "frameworks = ['copper']\nagents = ['none']\n[search.bounds]\nthickness_um = [50, 200]\n"
    narrow = Campaign(HEAD + bounds)
    thick = [told | {"pore_size_top_um": size} for size in (10.0, 15.0, 20.0, 25.0)]
    cells = hosts(narrow, *thick).assign(cycle_life_cycles=3.0)
    assert not is_inside(narrow, cells).any()
    inside = CompleteDesigns.of(hosts(narrow, {}))
    before, belief = believe(small_physics), believe(small_physics, cells)
    assert len(belief.told["cycle_life_cycles"].rows) == 4
    means = [one.latent(inside)["cycle_life_cycles"][0][0] for one in (before, belief)]
    assert means[1] < means[0] - 0.5
    quick = SearchSettings(pool=32, near=16, first_starts=1, starts=1, maxiter=2, generations=0)
    found = host_search.search_hosts(narrow, belief, 2, 0, measured=cells, settings=quick)
    assert narrow.space.contains(found[list(narrow.space.columns)]).all()
    assert (found["framework"] == "copper").all()
    assert (found["agent"] == "none").all()
    assert found["thickness_um"].between(50.0, 200.0).all()
    assert set(c.CHOICES) >= set(narrow.space.columns)
