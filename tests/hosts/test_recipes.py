"""The column ``electrolyte_recipe``: in tables, campaigns and the description of the space."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from surrogate import materials
from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.errors import CampaignError, DesignError, SpaceError
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.recipes import additives_of_recipe
from surrogate.hosts.registry import Column
from surrogate.hosts.search_space import host_space
from surrogate.materials.recipes import electrolyte_class, read_recipe
from surrogate.serving.schemas import design_model
from surrogate.serving.space_description import describe_space

NAME = "electrolyte_recipe"
ETHER = "1 M LiFSI in DME:TTE (1:3 v/v)"


def complete(**cell: Any) -> CompleteDesigns:
    return CompleteDesigns.of(pd.DataFrame([{"framework": "none", **cell}]))


def test_a_recipe_is_kept_in_its_canonical_text() -> None:
    designs = complete(electrolyte_recipe=" 1.0 M LiFSI in DME/TTE 1:3 ")
    assert designs.text(NAME).tolist() == [ETHER]
    assert any("taken by volume" in note for note in designs.notes)
    again = CompleteDesigns.of(designs.frame)
    pd.testing.assert_frame_equal(again.frame, designs.frame, check_exact=True)


@pytest.mark.parametrize("nothing", ["", "  ", None, float("nan")])
def test_no_recipe_is_the_empty_text(nothing: object) -> None:
    assert complete(electrolyte_recipe=nothing).text(NAME).tolist() == [""]
    assert complete().text(NAME).tolist() == [""]
    assert f"{NAME} not given in 1 row(s): the usual one of the electrolyte" in complete().notes
    assert not any(NAME in note for note in complete(electrolyte="llzo").notes)


@pytest.mark.parametrize("electrolyte", ["lpsc", "llzo", "peo"])
def test_it_does_not_act_in_solids_and_polymers(electrolyte: str) -> None:
    designs = complete(electrolyte=electrolyte, electrolyte_recipe="whatever this is")
    assert designs.text(NAME).tolist() == [""]
    assert f"{NAME} only acts in a liquid or gel electrolyte: left out in 1 row(s)" in designs.notes


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ({"electrolyte": "liquid_ether", NAME: "1 M LiPF6 in EC:DEC (1:1 v/v)"},
         "no liquid_ether.*write electrolyte liquid_carbonate"),
        ({"electrolyte": "liquid_carbonate", NAME: ETHER}, "no liquid_carbonate.*write electrolyte liquid_ether"),
        ({NAME: "1 M LiFSI in DMEE"}, "did you mean DME"),
        ({NAME: "LiFSI in DME"}, "no concentration"),
        ({NAME: ETHER, "additives": "lino3"}, "additives says lino3, and the recipe holds none of them"),
        ({NAME: ETHER + ", 1 wt% LiNO3", "additives": "lino3_fec"}, "says lino3_fec, and the recipe holds lino3"),
        ({NAME: 3.5}, "column electrolyte_recipe"),
    ],
)  # fmt: skip
def test_what_contradicts_is_refused_with_its_row(cell: dict[str, Any], named: str) -> None:
    table = pd.DataFrame([{"framework": "none"}, {"framework": "none", **cell}])
    with pytest.raises(DesignError, match=named) as refused:
        CompleteDesigns.of(table)
    assert "row 2, column electrolyte_recipe" in str(refused.value)


@pytest.mark.parametrize(
    ("recipe", "additives"),
    [
        (ETHER, "none"),
        (ETHER + ", 2 wt% LiNO3", "lino3"),
        ("1 M LiTFSI + 0.2 M LiNO3 in DME", "lino3"),
        ("1 M LiFSI in DME, 1 wt% LiNO3, 5 vol% FEC", "lino3_fec"),
    ],
)
def test_additives_follow_from_the_recipe(recipe: str, additives: str) -> None:
    assert complete(electrolyte_recipe=recipe).text("additives").tolist() == [additives]
    assert complete(electrolyte_recipe=recipe, additives=additives).text("additives").tolist() == [additives]
    assert complete(electrolyte_recipe=recipe, additives="none").text("additives").tolist() == [additives]


def test_a_gel_takes_either_class() -> None:
    for recipe in (ETHER, "1 M LiPF6 in EC:DEC (1:1 v/v)"):
        assert complete(electrolyte="gel", electrolyte_recipe=recipe).text(NAME).tolist() == [recipe]


def test_each_liquid_class_has_a_recipe_of_its_own_that_fits() -> None:
    for name, entry in materials.electrolytes.items():
        if entry.kind == "liquid":
            assert electrolyte_class(read_recipe(entry.recipe)) == name
            assert complete(electrolyte=name, electrolyte_recipe=entry.recipe).text("additives").tolist() == [
                "none"
            ]
        else:
            assert bool(entry.recipe) == (entry.kind == "gel")
        if entry.recipe:
            assert read_recipe(entry.recipe).text == entry.recipe


def test_surrogates_do_not_see_it() -> None:
    assert not COLUMNS[NAME].encoded
    assert NAME not in host_space().columns
    assert NAME in COLUMNS.conditions
    assert NAME in COLUMNS.texts


def test_the_description_of_the_space_has_it_as_free_text() -> None:
    (fact,) = [fact for fact in describe_space()["columns"] if fact["name"] == NAME]
    assert (fact["type"], fact["role"], fact["choices"], fact["default"]) == ("text", "condition", None, "")
    long = "1 M LiFSI in 1,1,2,2-tetrafluoroethyl 2,2,3,3-tetrafluoropropyl ether:DME (1:1 v/v)"
    assert design_model()(framework="none", electrolyte_recipe=long).electrolyte_recipe == long


def test_a_campaign_file_holds_it() -> None:
    text = Campaign.template(electrolyte_recipe="1 M LiFSI in DME, 2 wt% LiNO3")
    assert 'electrolyte_recipe = "1 M LiFSI in DME, 2 wt% LiNO3"' in text
    campaign = Campaign(text)
    assert campaign.conditions.electrolyte_recipe == "1 M LiFSI in DME, 2 wt% LiNO3"
    assert campaign.conditions.additives == "lino3"
    assert Campaign("schema_version = 1").conditions.electrolyte_recipe == ""
    assert 'electrolyte_recipe = ""' in Campaign.template()
    with pytest.raises(CampaignError, match=r"electrolyte_recipe.*did you mean DME"):
        Campaign('schema_version = 1\n[conditions]\nelectrolyte_recipe = "1 M LiFSI in DMEE"\n')
    with pytest.raises(CampaignError, match="write electrolyte liquid_ether"):
        Campaign.template(electrolyte="liquid_carbonate", electrolyte_recipe=ETHER)
    with pytest.raises(CampaignError, match="electrolyte_recipe"):
        Campaign("schema_version = 1\n[conditions]\nelectrolyte_recipe = 1\n")


def test_results_take_the_recipe_of_the_campaign_unless_they_state_their_electrolyte(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(Campaign.template(electrolyte_recipe=ETHER + ", 2 wt% LiNO3"), encoding="utf-8")
    cells = tmp_path / "cells.csv"
    rows = [
        {"framework": "none", "ccd_mA_cm2": 1.0},
        {"framework": "none", "ccd_mA_cm2": 1.0, NAME: "4 M LiFSI in DME"},
        {"framework": "none", "ccd_mA_cm2": 1.0, "additives": "fec"},
        {"framework": "none", "ccd_mA_cm2": 1.0, "electrolyte": "liquid_carbonate"},
    ]
    pd.DataFrame(rows).to_csv(cells, index=False)
    told, _ = read_observations(cells, Campaign.load(path))
    assert told[NAME].tolist() == [ETHER + ", 2 wt% LiNO3", "4 M LiFSI in DME", "", ""]
    assert told["additives"].tolist() == ["lino3", "none", "fec", "none"]


def test_conditions_have_it_as_an_attribute() -> None:
    assert Conditions(electrolyte_recipe=ETHER).electrolyte_recipe == ETHER
    assert Conditions(electrolyte="lpsc").electrolyte_recipe == ""


def test_a_column_of_text_that_contradicts_itself_is_refused() -> None:
    for wrong in (
        {"default": "x"},
        {"identifiers": ("a",)},
        {"accepted": (0.0, 1.0)},
        {"kernel_role": "pores"},
    ):
        with pytest.raises(SpaceError, match="contradicts itself"):
            Column(
                **{
                    "name": "some_text",
                    "role": "condition",
                    "kind": "text",
                    "default": "",
                    "description": "any",
                    **wrong,
                }
            )  # type: ignore[arg-type]


def test_a_trace_of_an_additive_is_none() -> None:
    usual = "1 M LiTFSI in DOL:DME (1:1 v/v)"
    for added, identifier in (
        (", 0.05 wt% LiNO3", "none"),
        (", 0.1 wt% LiNO3", "lino3"),
        (", 2 wt% LiNO3", "lino3"),
    ):
        assert additives_of_recipe(read_recipe(usual + added)) == identifier


def test_conditions_of_a_solid_cell_refuse_a_recipe() -> None:
    for recipe in ("1 M LiFSI in DME", "banana 77"):
        with pytest.raises(DesignError, match="a recipe is of a liquid or gel"):
            Conditions(electrolyte="lpsc", electrolyte_recipe=recipe)
    assert Conditions(electrolyte="lpsc", electrolyte_recipe="").electrolyte_recipe == ""
