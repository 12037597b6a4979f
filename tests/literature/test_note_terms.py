"""What stands in fixed words of a note reaches the design and the life; everything else in a note does not."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.literature import featurize
from surrogate.literature import note_terms as noted
from surrogate.literature import records as literature
from surrogate.resources import resource

BASE = {
    "source": "10.1/a", "ref": "1", "system": "pellet", "strategy": "planar_baseline", "host_material": "Li foil",
    "electrolyte_class": "oxide", "cell_type": "symmetric", "current_density_mA_cm2": 0.5,
    "areal_capacity_mAh_cm2": 1.0, "cycles": 800, "censored": True, "locator": "Table 1",
}  # fmt: skip


def read(**cells: object) -> pd.DataFrame:
    return literature.read(pd.DataFrame([{**BASE, **cells}]))[0]


def test_context_of_a_note() -> None:
    assert noted.context({"note": "room temperature; 500 um Li on both sides"}) == {
        "temperature_C": 25.0, "li_excess_mAh_cm2": pytest.approx(103.1, abs=0.1),
    }  # fmt: skip
    assert noted.context({"note": "500 um Lithography; warmer than room conditions"}) == {}
    assert noted.context({}) == {}
    columns = {"temperature_C": 60.0, "li_excess_mAh_cm2": 5.0}
    assert noted.context({**columns, "note": "room temperature; 50 um Li"}) == {}


@pytest.mark.slow
def test_context_is_stated_and_not_drawn() -> None:
    told = read(note="room temperature; 50 um Li on both sides")
    silent = read()
    drawn, free = (featurize.drawn_designs(one, 20, 0) for one in (told, silent))
    assert set(drawn["temperature_C"]) == {25.0}
    assert drawn["li_excess_mAh_cm2"].unique() == pytest.approx([10.31], abs=0.01)
    assert free["temperature_C"].nunique() > 10
    one, other = (featurize.to_designs(records).iloc[0] for records in (told, silent))
    assert one["temperature_C"] == 25.0
    assert one["stated_share"] > other["stated_share"]
    how = featurize.explain(told.iloc[0]).set_index("input")["how"]
    assert how[["temperature_C", "li_excess_mAh_cm2", "framework"]].tolist() == ["read"] * 3
    assert how["current_density_mA_cm2"] == "stated"


@pytest.mark.parametrize(
    ("cells", "life"),
    [
        ({}, 800.0),
        (
            {"note": "table column headed cycle; may be hours"},
            200.0,
        ),  # 800 h at 0.5 mA and 1 mAh cm-2: 4 h a cycle
        ({"note": "may be hours", "current_density_mA_cm2": 4.0}, 800.0),  # 800 h would be 1,600 cycles
        ({"note": "may be hours", "areal_capacity_mAh_cm2": None}, 800.0),
        ({"note": "may be hours", "censored": False}, 800.0),  # a failure is a value: no lower of two
    ],
)
def test_a_bound_that_may_be_hours_counts_as_the_lower_of_the_two(
    cells: dict[str, object], life: float
) -> None:
    assert featurize.targets(read(**cells))["cycle_life_cycles"].item() == life


def test_a_life_only_known_to_be_shorter_is_no_target_and_still_a_life() -> None:
    told = read(note="90 h are an upper bound of the life", censored=False)
    assert featurize.targets(told)["cycle_life_cycles"].isna().all()
    assert featurize.lives(told).item() == 800.0


@pytest.mark.parametrize(
    ("note", "bound"),
    [
        ("efficiency is a lower bound; cell type not stated", True),
        ("cycles and efficiency are lower bounds", True),
        ("efficiency is an average and a lower bound", True),
        ("efficiency marked approximate; cycle number is a lower bound in the prose", False),
        ("", False),
    ],
)
def test_efficiencies_that_are_lower_bounds(note: str, bound: bool) -> None:
    assert noted.efficiency_is_lower_bound(read(note=note)).item() == bound


def test_the_shipped_records_are_read_so() -> None:
    records = literature.load()
    doubtful = noted.may_be_hours(records)
    assert (records.loc[doubtful, "censored"] & records.loc[doubtful, "approximate"]).all()
    assert doubtful.sum() > 20
    assert records.loc[noted.life_is_upper_bound(records), "system"].tolist() == [
        "planar Li foil (of PEO-DLSL)"
    ]
    card = resource("datasets/literature/README.md").read_text(encoding="utf-8")
    assert noted.efficiency_is_lower_bound(records).sum() >= 9
    for words in (noted.ROOM, "efficiency is a lower bound", noted.MAY_BE_HOURS, noted.UPPER_LIFE, "um Li"):
        assert f"`{words}`" in card or f"`500 {words}`" in card, words
