"""Recipes as people write them, their canonical text, and what is refused with value, limit and remedy."""

from __future__ import annotations

import pytest

from surrogate.errors import MaterialError
from surrogate.materials.recipes import read_recipe


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("1 M LiFSI in DME:TTE 1:3 (v/v), 2 wt% LiNO3", "1 M LiFSI in DME:TTE (1:3 v/v), 2 wt% LiNO3"),
        ("1 M LiFSI/DME", "1 M LiFSI in DME"),
        ("1M LiPF6 in EC/DEC (1:1 by volume) + 10 vol% FEC + 1 wt.% VC",
         "1 M LiPF6 in EC:DEC (1:1 v/v), 10 vol% FEC, 1 wt% VC"),
        ("1,5 M LiPF₆ in PC", "1.5 M LiPF6 in PC"),
        ("1 M LiTFSI in DOL&DME (1:1 v/v) with 2 wt% LiNO3", "1 M LiTFSI in DOL:DME (1:1 v/v), 2 wt% LiNO3"),
        ("1LiFSI-1.2DME-3TTE (molar ratio)", "LiFSI:DME:TTE (1:1.2:3 by mole)"),
        ("LiFSI:DME:TTE 1:1.2:3", "LiFSI:DME:TTE (1:1.2:3 by mole)"),
        ("4 mol L⁻¹ LiFSI in 1,2-dimethoxyethane", "4 M LiFSI in DME"),
        ("3 mol/kg LiFSI in DME", "3 m LiFSI in DME"),
        ("3 m LiFSI in DME", "3 m LiFSI in DME"),
        ("1 M LiTFSI + 0.2 M LiNO3 in DOL:DME 1:1", "1 M LiTFSI + 0.2 M LiNO3 in DOL:DME (1:1 v/v)"),
        ("LiTFSI (1 M) + LiNO3 (2 wt%) in DOL/DME (1:1, v/v)", "1 M LiTFSI in DOL:DME (1:1 v/v), 2 wt% LiNO3"),
        ("1 M LiTFSI/LiFSI (1:3) in DME", "0.25 M LiTFSI + 0.75 M LiFSI in DME"),
        ("1.2 M LiPF6 in EC:EMC 3:7 (w/w)", "1.2 M LiPF6 in EC:EMC (3:7 w/w)"),
        ("1 M LiPF6 in 1:1 v/v EC:DEC, FEC 10 wt%", "1 M LiPF6 in EC:DEC (1:1 v/v), 10 wt% FEC"),
        ("1 M LiPF6 in EC, DMC, DEC (1:1:1)", "1 M LiPF6 in EC:DMC:DEC (1:1:1 v/v)"),
        ("1 M LiPF6 in 80 vol% DMC + 20 vol% FEC", "1 M LiPF6 in DMC:FEC (80:20 v/v)"),
        ("1 M LiPF6 in FEC-FEMC-HFE-7100 (2:6:2 by weight)", "1 M LiPF6 in FEC:FEMC:HFE-7100 (2:6:2 w/w)"),
        ("50 mM LiNO3 and 1 M LiTFSI in DME", "0.05 M LiNO3 + 1 M LiTFSI in DME"),
        ("EC:DEC (1:1 v/v) with 1 M LiPF6", "1 M LiPF6 in EC:DEC (1:1 v/v)"),
        ("1 m lifsi in 2-methf:thf=1:1 v:v", "1 m LiFSI in 2-MeTHF:THF (1:1 v/v)"),
        ("1 M LiN(SO2CF3)2 in DME:DOL (50/50 vol%)", "1 M LiTFSI in DME:DOL (50:50 v/v)"),
    ],
)  # fmt: skip
def test_spellings(written: str, canonical: str) -> None:
    recipe = read_recipe(written)
    assert recipe.text == canonical
    assert read_recipe(recipe.text) == recipe


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("1 M LiTFSI in DOL/DME", "equal parts"),
        ("1 M LiTFSI in DOL/DME 1:1", "by volume"),
        ("1 M LiTFSI in DME, 1% LiNO3", "1 % LiNO3 is taken by weight"),
        ("LiFSI:DME 1:2", "by mole"),
        ("1 M LiFSI in DEE", "1,2-diethoxyethane; write Et2O"),
    ],
)
def test_what_is_assumed_is_said(written: str, note: str) -> None:
    assert any(note in said for said in read_recipe(written).notes)


def test_nothing_is_said_where_all_is_stated() -> None:
    assert read_recipe("1 M LiTFSI in DOL:DME (1:1 v/v), 1 wt% LiNO3").notes == ()
    assert read_recipe("1 M LiFSI in DEOE").notes == ()


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("1 M LiFSI in DMEE", "unknown solvent.*'DMEE'.*did you mean DME"),
        ("1 M LiPFF6 in DME", "unknown salt.*did you mean LiPF6"),
        ("1 M NaPF6 in DME", "unknown"),
        ("LiFSI in DME", "LiFSI has no concentration.*M .mol/L"),
        ("LiFSI/DME", "LiFSI has no concentration"),
        ("DME", "no salt"),
        ("1 M LiFSI", "no solvent"),
        ("1 M in DME", "not clear"),
        ("1 M LiFSI in DME:TTE 1:3:1", "a ratio of 3 numbers for 2 solvents"),
        ("1 M LiFSI in DME:TTE:DOL 1:3", "a ratio of 2 numbers for 3 solvents"),
        ("1 M LiFSI in DME:TTE 1:0", "TTE cannot have this part"),
        ("40 M LiFSI in DME", "40 M.*at most 15"),
        ("14 M LiFSI in tetraglyme", "more salt than dissolves.*1.5"),
        ("LiFSI:DME 5:1 by mole", "more salt than dissolves"),
        ("0 M LiFSI in DME", "0 M"),
        ("-1 M LiFSI in DME", "before everything"),
        ("1LiFSI-0DME-3TTE", "DME cannot have this part"),
        ("1 M LiFSI-2DME", "numbers before its parts and an amount"),
        ("1 M LiFSI in DME, 90 wt% FEC", "90 wt%.*at most 60"),
        ("1 M LiFSI in DME, 40 wt% FEC, 40 wt% VC", "most of the electrolyte"),
        ("1 M LiPF6 in EC:DEC, VC", "VC has no amount"),
        ("1 M LiPF6 in EC:DEC 1:1 by volume by weight", "by volume and by weight"),
        ("1 M LiPF6 in 60 vol% EC + 20 vol% DEC", "80 %.*100 %"),
        ("LiFSI:DME 1:2 v/v", "by mole"),
        ("1 M LiFSI in DME:DME", "named twice"),
        ("1 M LiTFSI in DOL:DME (1:1), 2 ppm LiNO3", "ppm"),
        ("1 M LiFSI in DME 3", "without a unit"),
        ("1 M LiTFSI:LiFSI in DME", "one amount for 2 salts"),
        ("sat. LiNO3 in DME", "unknown"),
        ("1 M LiFSI in DME" + " " * 400 + "TTE", "too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(written: str, named: str) -> None:
    with pytest.raises(MaterialError, match=named) as refused:
        read_recipe(written)
    assert str(refused.value).startswith("electrolyte recipe")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "recipe", ["1 M LiFSI in TTE", "1 M LiTFSI in toluene", "1 M LiFSI in TTE:BTFE (1:1 v/v)"]
)
def test_diluents_alone_are_no_electrolyte(recipe: str) -> None:
    with pytest.raises(MaterialError, match="diluents alone"):
        read_recipe(recipe)
    assert read_recipe("1 M LiFSI in DME:TTE (1:3 v/v)").solvents
