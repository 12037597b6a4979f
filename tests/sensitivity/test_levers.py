"""The table of levers: which designs it is made from, where columns act, what it says of one campaign."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate import materials
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import can_be_made
from surrogate.cli.levers import SEVEN
from surrogate.hosts.columns import COLUMNS, EQUAL, IDLE, OBJECTIVES
from surrogate.hosts.completion import solids_of
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.physics import simulate
from surrogate.resources import resource
from surrogate.sensitivity.levers import (
    NOTHING,
    Cell,
    acting,
    drawn,
    explaining_nothing,
    levers,
    logarithms,
    settable,
)

DOCS = Path(__file__).parents[2] / "docs" / "physics.md"
CAMPAIGNS = [Campaign.load(resource(f"training/campaigns/{name}.toml")).without_methods() for name in SEVEN]


@pytest.fixture(scope="module")
def ether() -> Cell:
    return Cell("ether", CAMPAIGNS[0].conditions, CAMPAIGNS[0].space)


def test_the_seven_cells() -> None:
    assert len(CAMPAIGNS) == 7
    kinds = [campaign.conditions.electrolyte for campaign in CAMPAIGNS]
    assert kinds == ["liquid_ether", "liquid_ether", "liquid_carbonate", "gel", "llzo", "lpsc", "peo"]


@pytest.mark.slow
def test_drawn_designs_can_be_made_and_have_what_is_not_searched_as_well(ether: Cell) -> None:
    designs = drawn(ether, can_be_made, 120, 3)
    assert len(designs) == 120
    assert can_be_made(designs).all()
    assert len(set(designs.text("doping"))) == 8
    assert np.ptp(designs.column("skin_coverage")) > 0.9
    again = drawn(ether, can_be_made, 120, 3)
    pd.testing.assert_frame_equal(designs.frame, again.frame)
    assert not drawn(ether, can_be_made, 120, 4).frame.equals(designs.frame)
    pan = designs.text("framework") == "pan"
    assert set(designs.text("dielectric_material")[pan]) == {"pan"}  # a framework is made of its own material
    assert len(set(designs.text("conductor_material")[pan])) > 2


def test_where_a_column_acts() -> None:
    host = {"conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.8,
            "pore_size_top_um": 9.0, "pore_size_bottom_um": 9.0, "thickness_um": 90.0}  # fmt: skip
    rows = [
        {"framework": "none", "agent": "silver"},
        {"framework": "carbon_fiber", "doping": "boron", **host},
        {"framework": "copper", "agent": "zinc", **host, "conductor_top": 0.9, "agent_top": 0.1},
        {"framework": "carbon_fiber", **host, "dielectric_top": 1.0, "conductor_top": 0.0},
        {"framework": "none", "electrolyte": "llzo", "pattern_size_um": 50.0, "pattern_depth_um": 20.0},
        {"framework": "carbon_fiber", "electrolyte": "llzo", **host},
    ]
    designs = CompleteDesigns.of(pd.DataFrame(rows))
    found = {name: acting(designs, COLUMNS[name]).tolist() for name in (
        "agent", "agent_top", "doping", "thickness_um", "pattern_size_um", "dielectric_material",
        "conductor_material", "layers",
    )}  # fmt: skip
    porous = [False, True, True, True, False, True]
    assert found == {
        "agent": [True, False, True, False, False, False], "agent_top": [False, False, True, False, False, False],
        "doping": [False, True, False, False, False, False], "thickness_um": porous,
        "pattern_size_um": [False, False, False, False, True, False],
        "dielectric_material": [False, False, False, True, False, False], "conductor_material": [False] * 6,
        "layers": porous,
    }  # fmt: skip


@pytest.mark.slow
def test_the_table_of_one_cell(ether: Cell) -> None:
    seen: list[tuple[str, int, int]] = []
    table = levers([ether], can_be_made, samples=100, seed=1, report=lambda *step: seen.append(step))
    assert seen == [("levers", 0, 1), ("levers", 1, 1)]
    assert list(table) == [
        "campaign", "column", "target", "designs", "first_order", "low", "high", "total", "total_low", "total_high",
        "first_order_all",
    ]  # fmt: skip
    assert set(table["target"]) == set(OBJECTIVES)
    assert set(table["column"]) <= {column.name for column in settable()}
    assert "pattern_size_um" not in set(table["column"])  # there is no pellet to cut
    of = table.set_index(["column", "target"])
    assert (
        of.loc["dielectric_material", "total_high"] < NOTHING
    ).all()  # what conducts a little, among twelve
    assert (of.loc["doping", "total"] < 2.0 * NOTHING).all()  # few doped hosts here
    assert of.loc[("agent", "cycle_life_cycles"), "total"] > 5.0 * NOTHING
    assert of.loc[("conductor_bottom", "overpotential_mV"), "first_order"] > 0.2
    assert np.isnan(of.loc[("thickness_um", "cycle_life_cycles"), "total"])
    idle = explaining_nothing(table)
    assert "dielectric_material" in idle
    assert not {"agent", "framework", "thickness_um", "conductor_bottom"} & set(idle)


@pytest.mark.slow
def test_insulators_are_equal_and_what_conducts_a_little_is_not(ether: Cell) -> None:
    drawn_ones = drawn(ether, can_be_made, 60, 1)
    hosts = drawn_ones.where(acting(drawn_ones, COLUMNS["dielectric_material"])).frame
    assert len(hosts) >= 20
    every = {
        name: CompleteDesigns.of(hosts.assign(dielectric_material=name)) for name in solids_of("dielectric")
    }
    done = {name: simulate(designs) for name, designs in every.items()}
    apart = {
        name: np.sort(np.abs(found[list(OBJECTIVES)] / done["pan"][list(OBJECTIVES)] - 1.0).max(axis=1))
        for name, found in done.items()
    }
    most = {name: float(found[-1]) for name, found in apart.items()}
    # As the column's description says.
    insulators = {name for name in most if materials.solid(name).electronic_conductivity.si < 1e-10}
    assert len(insulators) >= 10
    # in one host of lamellae the solver cuts its steps elsewhere for a last digit
    assert max(float(apart[name][-2]) for name in insulators) < 1e-4
    assert max(most[name] for name in insulators) < 0.02
    assert most.keys() - insulators == {"silicon_carbide", "barium_titanate"}
    assert most["silicon_carbide"] > 0.02
    assert most["barium_titanate"] > 1e-3  # in one host of lamellae


def test_what_breaks_a_rule_of_its_state_does_not_count(ether: Cell) -> None:
    host = {"conductor_top": 1.0, "conductor_bottom": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.8,
            "pore_size_top_um": 9.0, "pore_size_bottom_um": 9.0, "framework": "carbon_fiber"}  # fmt: skip
    rows = [
        host | {"thickness_um": 100.0},
        host | {"thickness_um": 5.0},
    ]  # the latter without room for 1 mAh/cm2
    designs = CompleteDesigns.of(pd.DataFrame(rows).assign(**ether.conditions.as_dict()))
    assert all(np.isfinite(values).tolist() == [True, False] for values in logarithms(designs).values())


def test_a_column_is_idle_only_where_every_interval_ends_low() -> None:
    rows = [("a", 0.5, 0.001), ("a", 0.5, 0.002), ("b", 0.004, np.nan), ("c", 0.5, 0.2), ("c", 0.0, 0.0)]
    table = pd.DataFrame(rows, columns=["column", "high", "total_high"])
    assert explaining_nothing(table) == ["a", "b"]


@pytest.mark.docs
def test_the_page_has_the_form_of_the_command() -> None:
    page = DOCS.read_text(encoding="utf-8").split("## Levers")[1].split("\n## ")[0]
    tables = re.findall(r"^\| column \| (.+) \|\n\|[-| ]+\|\n((?:\|.+\n)+)", page, re.M)
    assert len(tables) == len(OBJECTIVES)
    for heads, body in tables:
        assert heads.split(" | ") == [campaign.name for campaign in CAMPAIGNS]
        assert re.findall(r"^\| ([a-z_A-Z]+) \|", body, re.M) == [column.name for column in settable()]


@pytest.mark.docs
def test_what_explains_nothing_in_the_tables_says_so_and_is_not_searched() -> None:
    page = DOCS.read_text(encoding="utf-8").split("### Shares")[1].split("\n## ")[0]
    highest: dict[str, float] = {}
    for name, shares in re.findall(r"^\| ([a-z_A-Z]+) \| (.+) \|$", page, re.M):
        ends = [float(end) for end in re.findall(r"–([\d.]+)\)", shares)]
        highest[name] = max([highest.get(name, 0.0), *ends])
    idle = {name for name, end in highest.items() if end <= 100.0 * NOTHING and name in COLUMNS}
    assert idle == {column.name for column in settable() if IDLE in column.description} == {"doping"}
    equal = {column.name for column in settable() if EQUAL in column.description}
    assert equal == {"dielectric_material"}  # its share is that of what conducts a little
    assert not (idle | equal) & set(host_encoder().names)
