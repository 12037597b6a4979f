"""Agents that take lithium up: how much, what it adds to their volume, what is left of pores and excess."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.hosts.designs import CompleteDesigns
from surrogate.physics import accounting, simulate
from surrogate.physics.parameters import PhysicsParameters, shipped_parameters
from surrogate.physics.plating import runs as plating

HOST = {
    "framework": "carbon_fiber", "electrolyte": "liquid_ether", "additives": "lino3", "conductor_top": 0.9,
    "conductor_bottom": 0.9, "agent_top": 0.1, "agent_bottom": 0.1, "porosity_top": 0.7, "porosity_bottom": 0.7,
    "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0, "thickness_um": 100.0, "li_excess_mAh_cm2": 5.0,
}  # fmt: skip
NEVER = ("none", "magnesium", "lithium_nitride", "lithium_fluoride")
SWELLING = tuple(name for name in materials.agents if name not in NEVER)


def host(agent: str, **changes: object) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame([{**HOST, "agent": agent, **changes}]))


def without(agent: str) -> PhysicsParameters:
    """The shipped parameters with an agent that takes up no lithium."""
    return replace(shipped_parameters(), entries=((f"agents.{agent}.lithium_per_formula", 0.0),))


@pytest.mark.parametrize(
    ("agent", "published", "within"),
    # Volume of the lithiated over that of the plain agent: Obrovac et al. 2007 for silicon (Li15Si4); LiAl is about
    # twice its aluminium; Li22Sn5 about 3.6 times its tin (Chevrier and Dahn's and others' 260 % of growth).
    [("silicon", 3.77, 0.02), ("aluminium", 1.95, 0.05), ("tin", 3.6, 0.08)],
)
def test_swelling_is_that_of_the_crystals(agent: str, published: float, within: float) -> None:
    assert 1.0 + materials.agent(agent).swelling == pytest.approx(published, rel=within)


def test_zinc_oxide_swells_as_what_it_becomes() -> None:
    grown = 65.38 / 7.134 + 8.9 + 29.88 / 2.01  # LiZn and Li2O, cm3 a mole of zinc oxide
    assert 1.0 + materials.agent("zinc_oxide").swelling == pytest.approx(grown / (81.38 / 5.6), rel=0.01)


@pytest.mark.parametrize("agent", NEVER)
def test_what_takes_up_no_lithium_changes_neither_pores_nor_excess(agent: str) -> None:
    design = host(agent) if agent != "none" else host("none", agent_top=0.0, agent_bottom=0.0, conductor_top=1.0,
                                                      conductor_bottom=1.0)  # fmt: skip
    assert accounting.alloyed_mAh_cm2(design)[0] == 0.0
    assert accounting.host_capacity_mAh_cm2(design)[0] == accounting.lithium_capacity_mAh_cm2(70.0)
    assert (plating.pack(design, shipped_parameters()).hosts.porosity == 0.7).all()


@pytest.mark.parametrize("agent", SWELLING)
def test_pores_and_capacity_lose_what_the_agent_gains(agent: str) -> None:
    design, entry = host(agent), materials.agent(agent)
    volume = 0.3 * 0.1  # of the host
    left = 0.7 - volume * entry.swelling
    assert accounting.host_capacity_mAh_cm2(design)[0] == pytest.approx(
        float(accounting.lithium_capacity_mAh_cm2(100.0 * left)), rel=1e-12
    )
    packed = plating.pack(design, shipped_parameters())
    np.testing.assert_allclose(packed.hosts.porosity[0], left, rtol=1e-12)
    assert (packed.cells.top_area[0], packed.cells.foil_area[0]) == pytest.approx(
        (1.0 - left, left), rel=1e-12
    )
    # By the capacity of the tables: mAh/g times g of agent a cm2.
    gram = volume * 100e-4 * entry.density.si * 1e-3
    assert accounting.alloyed_mAh_cm2(design)[0] == pytest.approx(
        entry.alloying_capacity.value * gram, rel=1e-9
    )


def test_without_stoichiometry_an_alloy_is_as_it_was() -> None:
    off = without("silver")
    # Both metals have no barrier.
    columns = [
        "cycle_life_cycles",
        "ccd_mA_cm2",
        "overpotential_mV",
        "bottom_half_share",
        "host_capacity_mAh_cm2",
    ]
    silver, magnesium = simulate(host("silver"), off)[columns], simulate(host("magnesium"))[columns]
    pd.testing.assert_frame_equal(silver, magnesium, check_exact=True)


def test_an_alloy_holds_back_excess_but_no_more_than_there_is() -> None:
    plain = shipped_parameters()
    off = without("tin")
    lives = [
        simulate(host("tin", li_excess_mAh_cm2=excess), one)["cycle_life_cycles"][0]
        for excess in (5.0, 0.0)
        for one in (plain, off)
    ]
    assert lives[0] < 0.8 * lives[1]
    assert lives[2] == pytest.approx(
        lives[3], rel=0.1
    )  # nothing beyond what cycles: only the pores are narrower
    held = accounting.alloyed_mAh_cm2(host("tin"))[0]
    assert 1.0 < held < 5.0


def test_a_swollen_agent_never_closes_the_pores() -> None:
    design = host("indium", agent_top=0.9, agent_bottom=0.9, conductor_top=0.1, conductor_bottom=0.1)
    assert accounting.host_capacity_mAh_cm2(design)[0] == pytest.approx(
        float(accounting.lithium_capacity_mAh_cm2(100.0 * accounting.LEAST_OPEN)), rel=1e-12
    )
    assert (plating.pack(design, shipped_parameters()).hosts.porosity == accounting.LEAST_OPEN).all()


def test_the_coating_of_a_foil_has_no_volume() -> None:
    foil = CompleteDesigns.of(pd.DataFrame([{"framework": "none", "agent": "silver"}]))
    assert accounting.alloyed_mAh_cm2(foil)[0] == 0.0
    assert accounting.host_capacity_mAh_cm2(foil)[0] == 0.0
