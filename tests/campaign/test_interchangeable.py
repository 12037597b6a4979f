"""What could be exchanged in a host without a difference that the physics knows of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.host_search import can_be_made
from surrogate.campaign.interchangeable import EQUAL, cheaper_agents, equal_hosts, in_words
from surrogate.campaign.replacements import simpler_or_cheaper
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import simulate

CELL = {
    "electrolyte": "liquid_ether", "additives": "lino3", "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0,
}  # fmt: skip
HOST: dict[str, Any] = {
    "framework": "carbon_fiber", "agent": "gold", "conductor_top": 0.99, "conductor_bottom": 0.99, "agent_top": 0.01,
    "agent_bottom": 0.01, "porosity_top": 0.9, "porosity_bottom": 0.9, "pore_size_top_um": 10.0,
    "pore_size_bottom_um": 10.0, "thickness_um": 50.0,
}  # fmt: skip
MUCH = {"agent_top": 0.1, "agent_bottom": 0.1, "conductor_top": 0.9, "conductor_bottom": 0.9}


def complete(**changes: Any) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame([{**CELL, **HOST, **changes}]))


def test_a_trace_of_gold_could_be_any_metal_and_the_cheapest_comes_first() -> None:
    host = complete()
    equal = equal_hosts(host, can_be_made)
    agents = equal.loc[equal["exchanged"] == "agent"]
    assert {"zinc", "magnesium", "silver"} <= set(agents["agent"])
    assert (agents["cheaper_usd_m2"] > 0.0).all()
    assert agents["cheaper_usd_m2"].is_monotonic_decreasing
    assert "lithium_fluoride" not in set(agents["agent"])  # its film resists more
    done = simulate(host.together([CompleteDesigns.of(equal[list(c.DESIGN_COLUMNS)])]))
    for target, output in EQUAL.items():
        values = np.log(done[target].to_numpy(dtype=float))
        assert np.abs(values - values[0]).max() <= output.numerical


def test_what_is_told_apart_is_not_named() -> None:
    equal = equal_hosts(complete(**MUCH), can_be_made)
    assert "agent" not in set(equal["exchanged"])  # a tenth of gold holds more lithium than a tenth of zinc
    assert "doping" in set(equal["exchanged"])
    assert "agent" not in in_words(equal)
    assert "doping: nitrogen" in in_words(equal)


def test_only_what_is_in_the_host_is_exchanged() -> None:
    equal = equal_hosts(complete(), can_be_made)
    assert set(equal["exchanged"]) == {
        "agent",
        "doping",
    }  # no dielectric in it, and the fibres are the framework's
    planar = CompleteDesigns.of(pd.DataFrame([{**CELL, "framework": "none", "agent": "gold"}]))
    assert equal_hosts(planar, can_be_made).empty
    assert in_words(equal_hosts(planar, can_be_made)) == ""
    dielectric = complete(dielectric_top=0.1, conductor_top=0.89)
    assert "dielectric_material" in set(equal_hosts(dielectric, can_be_made)["exchanged"])


def test_what_cannot_be_made_is_left_out() -> None:
    agents = equal_hosts(complete(electrolyte="li3incl6", additives="none"), can_be_made)
    assert not {"zinc", "magnesium", "aluminium"} & set(agents.loc[agents["exchanged"] == "agent", "agent"])


@pytest.mark.parametrize(("changes", "cheaper"), [({}, True), (MUCH, False), ({"agent": "none"}, False)])
def test_a_cheaper_equal_agent_may_take_the_place_of_a_dear_one(
    changes: dict[str, Any], cheaper: bool
) -> None:
    if changes.get("agent") == "none":
        changes = {
            **changes,
            "agent_top": 0.0,
            "agent_bottom": 0.0,
            "conductor_top": 1.0,
            "conductor_bottom": 1.0,
        }
    host = complete(**changes).frame[list(c.CHOICES)]
    found = cheaper_agents(host, CELL, can_be_made)
    assert bool(len(found)) == cheaper
    if cheaper:
        others = [name for name in c.CHOICES if name != "agent"]
        assert all(found[name].eq(host[name].iloc[0]).all() for name in others)
        assert "gold" not in set(found["agent"])
        every = simpler_or_cheaper(host, CELL)
        assert every["agent"].iloc[0] == "none"  # first without it at all
        assert every["agent"].iloc[1] == found["agent"].iloc[0]


def test_layers_have_to_earn_their_place() -> None:
    layered = complete(layers=3, stacking="alternating", agent="magnesium").frame[list(c.CHOICES)]
    found = simpler_or_cheaper(layered, CELL)
    assert found.loc[1, ["layers", "stacking", "agent"]].tolist() == [1.0, "graded", "magnesium"]
    assert len(simpler_or_cheaper(complete(agent="magnesium").frame[list(c.CHOICES)], CELL)) == len(found) - 1
