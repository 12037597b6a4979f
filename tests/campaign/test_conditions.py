"""A campaign's conditions in tables of people: what is taken, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.campaign.conditions import designs_under, take_conditions
from surrogate.campaign.file import Campaign
from surrogate.errors import DesignError

ETHER = "1 M LiTFSI in DME:DOL (1:1 v/v), 2 wt% LiNO3"


def campaign(**conditions: object) -> Campaign:
    lines = [f"{name} = {value!r}" for name, value in conditions.items()]
    return Campaign("\n".join(["schema_version = 1", "[conditions]", *lines, ""]))


def foils(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"framework": "none", **columns})


def test_what_a_row_does_not_state_is_the_campaigns() -> None:
    own = campaign(additives="lino3", temperature_C=40.0, current_density_mA_cm2=3.0)
    table = foils(temperature_C=[None, 40.0], additives=["", " LiNO3 "], electrolyte=["Liquid_Ether", None])
    designs, notes = designs_under(table, own, "t.csv")
    assert designs.column("temperature_C").tolist() == [40.0, 40.0]
    assert designs.column("current_density_mA_cm2").tolist() == [3.0, 3.0]
    assert designs.text("additives").tolist() == ["lino3", "lino3"]
    assert notes[0].startswith("taken from the campaign: electrolyte, additives, current_density_mA_cm2")
    assert any("gradient_exponent" in note or "not given" in note for note in notes[1:])
    assert list(table.columns) == ["framework", "temperature_C", "additives", "electrolyte"]  # as it was


def test_a_condition_that_does_not_act_is_no_other_condition() -> None:
    designs, _ = designs_under(foils(stack_pressure_MPa=[5.0]), campaign(stack_pressure_MPa=1.0))
    assert designs.column("stack_pressure_MPa").tolist() == [0.1]  # of a cell with a liquid


def test_a_number_is_the_same_after_a_conversion() -> None:
    third = 0.1 + 0.2
    assert third != 0.3
    designs_under(foils(current_density_mA_cm2=[third]), campaign(current_density_mA_cm2=0.3))


@pytest.mark.parametrize(
    ("own", "stated", "column", "said"),
    [
        ({}, {"electrolyte": ["liquid_ether", "gel"]}, "electrolyte", "(got 'gel'). Allowed: liquid_ether"),
        ({}, {"temperature_C": [None, 60.0]}, "temperature_C", "(got 60.0). Allowed: 25"),
        ({"additives": "lino3"}, {"additives": ["lino3", "none"]}, "additives", "Allowed: lino3"),
        # A recipe implies its additives: it is the recipe that is another one.
        ({}, {"electrolyte_recipe": [None, ETHER]}, "electrolyte_recipe", "Allowed: none"),
        ({"electrolyte_recipe": ETHER}, {"additives": [None, "none"]}, "additives", "Allowed: lino3"),
    ],
)
def test_another_condition_is_refused_with_the_campaigns(
    own: dict[str, object], stated: dict[str, list[object]], column: str, said: str
) -> None:
    with pytest.raises(DesignError) as refused:
        designs_under(foils(**stated), campaign(**own), "t.csv")
    text = str(refused.value)
    assert text.startswith(f"t.csv, row 2, column {column}: ")
    assert f"{said}, as in the campaign. " in text
    assert f"remove the column {column}, or predict without --campaign" in text


def test_every_row_with_the_same_fault_is_known() -> None:
    with pytest.raises(DesignError) as refused:
        designs_under(foils(temperature_C=[25.0, 60.0, 70.0]), campaign())
    assert refused.value.row == 1
    assert [other.row for other in refused.value.also] == [2]


def test_the_same_recipe_written_otherwise_is_the_campaigns() -> None:
    own = campaign(electrolyte_recipe=ETHER)
    designs, _ = designs_under(
        foils(electrolyte_recipe=[ETHER.replace(" (1:1 v/v)", " (1:1 vol)"), None]), own
    )
    assert designs.text("electrolyte_recipe").tolist() == [own.conditions.electrolyte_recipe] * 2


def test_a_measured_cell_keeps_the_conditions_it_states() -> None:
    table = foils(electrolyte=["gel", None], additives=[None, None])
    take_conditions(table, campaign(additives="lino3", temperature_C=40.0))
    assert table["electrolyte"].tolist() == ["gel", "liquid_ether"]
    assert table["temperature_C"].tolist() == [40.0, 40.0]
    assert pd.isna(table["additives"].iloc[0])  # additives are of the campaign's electrolyte
    assert table["additives"].iloc[1] == "lino3"
