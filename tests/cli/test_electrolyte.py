"""``surrogate electrolyte``: a recipe described, the model scored, and what is refused; and the recipe in designs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign

Command = Callable[..., Any]
ROW = {
    "row": "14", "sF": "0", "aF": "0.012", "sO": "0.117", "aO": "0.024", "sC": "0.235", "aC": "0", "LLCE": "1.561",
    "Method": "Aurbach", "Current (mA/cm2)": "0.5", "Capacity (mAh/cm2)": "1", "Cycle": "10", "Reference": "5",
}  # fmt: skip


@pytest.mark.slow
def test_a_recipe_is_described(command: Command) -> None:
    done = command("surrogate", "electrolyte", "1 M LiFSI in DME:TTE 1:3, 2 wt% LiNO3")
    assert done.code == 0
    assert done.out.startswith("1 M LiFSI in DME:TTE (1:3 v/v), 2 wt% LiNO3\n")
    for said in (
        "C4H10O2",
        "solvent fluorine",
        "inorganic per organic",
        "1 - CE of planar lithium:",
        "Nearest",
    ):
        assert said in done.out
    assert "by volume" in done.err
    assert "extrapolates" not in done.err
    far = command("surrogate", "electrolyte", "1 M LiF in AN:fluorobenzene (1:9 v/v)")
    assert "it extrapolates" in far.err


@pytest.mark.slow
def test_the_model_is_scored_beside_its_rivals(command: Command) -> None:
    done = command("surrogate", "electrolyte", "--evaluate", "--out", "scores.csv")
    assert done.code == 0
    assert "105 rows of 47 references" in done.err
    for said in ("composition and protocol", "protocol alone", "median"):
        assert said in done.out
    table = pd.read_csv("scores.csv")
    assert len(table) == 105
    assert {"row", "reference", "log10_loss", "predicted", "lower", "upper"} <= set(table.columns)


@pytest.mark.slow
def test_a_file_is_scored_and_its_faulty_rows_are_named(command: Command, tmp_path: Path) -> None:
    pd.DataFrame([ROW, {**ROW, "row": "77", "sF": "much"}, {**ROW, "row": "15"}]).to_csv(
        "mine.csv", index=False
    )
    done = command("surrogate", "electrolyte", "--evaluate", "mine.csv", "--out", "out.csv")
    assert done.code == 0
    assert "2 rows, predicted from the 105 shipped rows" in done.err
    assert "row 77 is not used: solvent_fluorine is 'much': not a number" in " ".join(done.err.split())
    assert pd.read_csv("out.csv")["row"].tolist() == [14, 15]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["1 M LiFSI in DMEE"], "did you mean DME"),
        ([], "no recipe"),
        (["1 M LiFSI in DME", "--method", "guess"], "reservoir, cycling"),
        (["1 M LiFSI in DME", "--cycles", "-1"], "cycles cannot be"),
        (["1 M LiFSI in DME", "--out", "x.csv"], "--out needs --evaluate"),
        (["--evaluate", "absent.csv"], "no such file"),
        (["--evaluate", "bad.csv"], "no column"),
        (["--evaluate", "worse.csv"], "no row can be used"),
    ],
)
def test_bad_input_ends_in_one_paragraph(command: Command, arguments: list[str], named: str) -> None:
    Path("bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    pd.DataFrame([{**ROW, "sF": "much"}]).to_csv("worse.csv", index=False)
    done = command("surrogate", "electrolyte", *arguments)
    assert done.code == 2
    assert named in " ".join(done.err.split())
    assert "Traceback" not in done.err


def test_a_campaign_is_made_with_a_recipe(command: Command) -> None:
    recipe = "1 M LiFSI in DME:TTE (1:3 v/v)"
    done = command("optimize", "init", "mine.toml", "--electrolyte-recipe", recipe)
    assert done.code == 0
    assert Campaign.load("mine.toml").conditions.electrolyte_recipe == recipe
    wrong = command(
        "optimize", "init", "other.toml", "--electrolyte", "liquid_carbonate", "--electrolyte-recipe", recipe
    )
    assert wrong.code == 2
    assert "write electrolyte liquid_ether" in " ".join(wrong.err.split())
    assert not Path("other.toml").exists()


@pytest.mark.simulation
def test_designs_may_state_a_recipe(command: Command) -> None:
    rows = [{"framework": "none", "electrolyte_recipe": recipe} for recipe in ("", "4 M LiFSI in DME")]
    pd.DataFrame(rows).to_csv("in.csv", index=False)
    done = command("surrogate", "simulate", "--designs", "in.csv", "--out", "out.csv")
    assert done.code == 0
    made = pd.read_csv("out.csv", keep_default_na=False)
    assert made["electrolyte_recipe"].tolist() == ["", "4 M LiFSI in DME"]
    lives = made["cycle_life_cycles"].astype(float)
    assert lives[1] > lives[0]
    Path("bad.csv").write_text("framework,electrolyte_recipe\nnone,1 M LiFSI in DMEE\n", encoding="utf-8")
    refused = command("surrogate", "simulate", "--designs", "bad.csv", "--out", "x.csv")
    assert refused.code == 2
    assert "bad.csv, row 1, column electrolyte_recipe" in " ".join(refused.err.split())
