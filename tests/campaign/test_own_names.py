"""A laboratory's own names of columns, as its campaign file gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.errors import CampaignError, RecordError
from surrogate.files.own_names import known_name

HEAD = "schema_version = 1\n"
NAMES = (
    '[columns.thickness_um]\nwas = ["felt_mm", "felt"]\n[columns.cycle_life_cycles]\nwas = "n until death"\n'
    '[columns.cell_id]\nwas = "pouch"\n'
)
HOST = (
    "framework,agent,conductor_top,agent_top,conductor_bottom,agent_bottom,porosity_top,porosity_bottom,"
    "pore_size_top_um,pore_size_bottom_um"
)
VALUES = "copper,silver,0.9,0.1,0.95,0.05,0.8,0.7,30,10"


@pytest.mark.parametrize(
    ("own", "known", "read"),
    [
        ("felt_um", "thickness_um", "thickness_um"),
        ("felt_mm", "thickness_um", "thickness_mm"),
        ("felt (mm)", "thickness_um", "thickness_mm"),
        ("felt", "thickness_um", "thickness_um"),
        ("felt_h", "thickness_um", "thickness_um"),  # hours are no thickness
        ("n until death", "cycle_life_cycles", "cycle_life_cycles"),
        ("i_A_m2", "current_density_mA_cm2", "current_density_A_m2"),
    ],
)
def test_a_unit_in_a_name_counts(own: str, known: str, read: str) -> None:
    assert known_name(own, known) == read


def test_cells_are_read_under_the_laboratorys_names(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"pouch,{HOST},felt_mm,n until death\nP7,{VALUES},0.12,300\n")
    cells, notes = read_observations(path, Campaign(HEAD + NAMES))
    assert cells["cell_id"].tolist() == ["P7"]
    assert cells["thickness_um"].tolist() == [pytest.approx(120.0)]
    assert cells["cycle_life_cycles"].tolist() == [300.0]
    assert "felt_mm as thickness_mm" in notes[0]
    with pytest.raises(RecordError, match="no column holds a measured target"):
        read_observations(path, Campaign(HEAD))


def test_the_ends_of_a_target_have_the_laboratorys_name_too(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"{HOST},felt,n until death,n until death_censored\n{VALUES},90,300,true\n")
    cells, _ = read_observations(path, Campaign(HEAD + NAMES))
    assert cells["cycle_life_cycles_censored"].tolist() == [True]
    path.write_text(f"{HOST},felt,n until death,n until death_sem\n{VALUES},90,300,12\n")
    cells, _ = read_observations(path, Campaign(HEAD + NAMES))
    assert cells["cycle_life_cycles_sem"].tolist() == [12.0]


def test_old_and_new_names_may_share_a_file_but_not_a_row(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"{HOST},felt,thickness_um,cycle_life_cycles\n{VALUES},90,,300\n{VALUES},,110,310\n")
    cells, _ = read_observations(path, Campaign(HEAD + NAMES))
    assert cells["thickness_um"].tolist() == [90.0, 110.0]
    path.write_text(f"{HOST},thickness_um,felt,cycle_life_cycles\n{VALUES},,110,310\n{VALUES},90,90,300\n")
    with pytest.raises(RecordError, match=r"row 2, column thickness_um.*other name felt.*empty one"):
        read_observations(path, Campaign(HEAD + NAMES))


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ('[columns.thicknes_um]\nwas = "felt"', "no column of a table.*did you mean 'thickness_um'"),
        ('[columns.thickness_um]\nwas = "thickness_mm"', "read as thickness_um"),
        ('[columns.thickness_um]\nwas = "porosity_top"', "read as porosity_top"),
        ('[columns.thickness_um]\nwas = "t"\n[columns.porosity_top]\nwas = "t"', "read as thickness_um"),
        ('[columns.thickness_um]\nwas = ""', "cannot be read"),
        ("[columns.thickness_um]\nwas = 3", "columns.thickness_um.was"),
        ("[columns.thickness_um]\n", "columns.thickness_um.was.*write was = "),
        ('[columns.thickness_um]\nwas = "t"\nwere = "felt"', "unknown key 'columns.thickness_um.were'"),
    ],
)
def test_names_that_mean_something_else_are_refused(columns: str, named: str) -> None:
    with pytest.raises(CampaignError, match=named):
        Campaign(HEAD + columns)
