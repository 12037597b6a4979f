"""What a host works by, in words."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.mechanism import mechanism
from surrogate.report.one_mechanism import one_mechanism

COPPER = {
    "framework": "copper", "agent": "none", "electrolyte": "liquid_ether",
    "conductor_top": 1.0, "conductor_bottom": 1.0,
    "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 20.0, "pore_size_bottom_um": 20.0,
    "thickness_um": 100.0,
}  # fmt: skip
AGENT = {
    "agent": "silver",
    "agent_top": 0.02,
    "conductor_top": 0.98,
    "agent_bottom": 0.02,
    "conductor_bottom": 0.98,
}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "conductor"),
        (AGENT, "conductor + agent"),
        ({**AGENT, "agent_bottom": 0.1, "conductor_bottom": 0.9}, "conductor + agent + graded composition"),
        ({"dielectric_top": 0.4, "conductor_top": 0.6}, "conductor + graded composition"),
        ({"dielectric_top": 0.04, "conductor_top": 0.96}, "conductor"),
        ({"pore_size_top_um": 25.0}, "conductor + graded pores"),
        ({"pore_size_top_um": 23.0}, "conductor"),
        ({"porosity_bottom": 0.7}, "conductor + graded pores"),
        ({"framework": "none"}, "foil"),
        ({"framework": "none", "agent": "gold"}, "foil + agent"),
        ({"framework": "pan", "conductor_top": 0.0, "dielectric_top": 1.0, "conductor_bottom": 0.0,
          "dielectric_bottom": 1.0}, "dielectric"),
        ({"framework": "none", "electrolyte": "llzo", "pattern_size_um": 50.0, "pattern_depth_um": 20.0},
         "foil + pattern"),
    ],
)  # fmt: skip
def test_it_is_told_from_the_design(changes: dict[str, object], words: str) -> None:
    designs = CompleteDesigns.of(pd.DataFrame([{**COPPER, **changes}]))
    assert mechanism(designs.row(0)) == words


def test_a_batch_of_one_mechanism_says_what_others_promise_and_what_its_parts_are_worth() -> None:
    one = "conductor + agent"
    batch = [
        {"mechanism": one, "worth_agent": 2.0, "otherwise": "ion_conductor", "otherwise_worth": 0.753},
        {"mechanism": one, "worth_agent": 8.0, "worth_composition": 9.0},
    ]
    assert one_mechanism(batch) == (
        "all proposals work by one mechanism (conductor + agent); the best of the drawn hosts that work otherwise "
        "(ion conductor) is worth 0.75 of the best proposal (geometric mean of the objectives). "
        "Alone and on average its parts are worth, in the first objective: agent × 4."
    )
    told = [
        {"mechanism": one, "worth_agent": float("nan"), "otherwise": "", "otherwise_worth": float("nan")}
    ] * 2
    assert one_mechanism(told).endswith("(conductor + agent); no drawn host works otherwise.")


def test_of_several_mechanisms_or_of_one_proposal_nothing_is_said() -> None:
    one, other = {"mechanism": "conductor"}, {"mechanism": "foil"}
    assert one_mechanism([one, other]) == one_mechanism([one]) == one_mechanism([{}, {}]) == ""
