"""Recipes that records state: read from their words, with the additives of the record's own column."""

from __future__ import annotations

from typing import Any

import pytest

from surrogate.literature import records
from surrogate.literature.electrolyte_terms import electrolyte_of
from surrogate.literature.featurize import explain, to_designs
from surrogate.literature.recipes import StatedRecipe, recipe_of


def stated(electrolyte: str, kind: str, additives: str = "") -> StatedRecipe:
    record: dict[str, Any] = {"electrolyte": electrolyte, "electrolyte_class": kind}
    record |= {"additives": additives} if additives else {}
    return recipe_of(record, electrolyte_of(record))


def test_the_words_of_a_record_are_read() -> None:
    found = stated("1 M LiTFSI in DOL&DME (1:1 v/v) with 1% LiNO3", "liquid_ether")
    assert found == StatedRecipe("1 M LiTFSI in DOL:DME (1:1 v/v), 1 wt% LiNO3", "lino3")


def test_additives_of_their_own_column_are_added_once() -> None:
    once = "1 M LiPF6 in EC:DEC (1:1 v/v), 10 wt% FEC"
    assert stated("1 M LiPF6 in EC&DEC (1:1 v/v)", "liquid_carbonate", "10% FEC").text == once
    assert stated("1 M LiPF6 in EC&DEC (1:1 v/v) with 10% FEC", "liquid_carbonate", "10% FEC").text == once


def test_of_several_recipes_of_a_class_the_one_with_most_additives_counts() -> None:
    words = "1 M LiTFSI in DOL&DME (1:1 v/v) | 1 M LiTFSI in DOL&DME (1:1 v/v) with 2% LiNO3"
    assert stated(words, "liquid_ether").additives == "lino3"


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        ("LPSC", "sulfide", "not a liquid"),
        ("", "liquid_ether", "no electrolyte stated"),
        ("ether electrolyte", "liquid_ether", "unknown"),
        ("1 M LiPF6 in EC&DEC (1:1 v/v)", "liquid_ether", "no recipe of liquid_ether"),
        ("1 M LiTFSI in DOL&DME (1:1 v/v) | 1 M LiPF6 in EC&DEC (1:1 v/v)", "unknown", "two classes"),
    ],
)
def test_what_states_no_recipe_says_why(words: str, kind: str, reason: str) -> None:
    found = stated(words, kind)
    assert found.text == ""
    assert reason in found.reason


def test_designs_of_records_have_their_recipe() -> None:
    table = records.load()
    designs = to_designs(table)
    stating = designs[designs["electrolyte_recipe"] != ""]
    assert len(stating) >= 30
    assert (stating["electrolyte"].isin(["liquid_ether", "liquid_carbonate"])).all()
    nitrate = stating["electrolyte_recipe"].str.contains("LiNO3")
    assert set(stating.loc[nitrate, "additives"]) <= {"lino3", "lino3_fec"}
    assert set(stating.loc[~nitrate, "additives"]) <= {"none", "fec", "vc"}
    row = stating.index[0]
    said = explain(table.loc[row]).set_index("input")
    assert said.loc["electrolyte_recipe", "how"] == "read"
    assert said.loc["electrolyte_recipe", "value"] == stating.loc[row, "electrolyte_recipe"]
