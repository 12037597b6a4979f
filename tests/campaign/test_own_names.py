"""A laboratory's own names of columns, as its campaign file gives them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.errors import CampaignError, RecordError
from surrogate.files.own_names import known_name, own_name
from surrogate.hosts.columns import COLUMNS
from surrogate.units import OTHER_UNITS, UNIT_SPELLINGS, allowed_units, heading_unit

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
        ("i in A/m2", "current_density_mA_cm2", "current_density_A_m2"),
        ("Felt, mm", "thickness_um", "thickness_mm"),
        ("void (%)", "porosity_top", "porosity_top_pct"),
        ("drop_mV", "overpotential_mV_sem", "overpotential_mV_sem"),
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


NAMED = {
    "felt_mm": "thickness_um", "Zyklen": "cycle_life_cycles", "Zyklen_censored": "cycle_life_cycles_censored",
    "void": "porosity_top", "t": "pore_size_top_um", "N": "replicate",
}  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "own"),
    [
        ("zyklen", "Zyklen"), (" ZYKLEN", "Zyklen"), ("zyklen censored", "Zyklen_censored"), ("FELT_MM", "felt_mm"),
        ("Felt (mm)", "felt_mm"), ("felt, um", "felt_mm"), ("felt_um", "felt_mm"), ("Void (%)", "void"), ("t", "t"),
        ("T", ""), ("n", ""), ("felt", ""), ("felt_kg", ""), ("Zyklen_h", ""), ("felts_mm", ""),
    ],
)  # fmt: skip
def test_a_name_in_other_case_signs_or_units_is_that_name(heading: str, own: str) -> None:
    assert own_name(heading, NAMED) == own


def test_what_may_be_two_names_is_neither() -> None:
    assert own_name("felt mm", {"felt_mm": "thickness_um", "Felt mm": "pattern_depth_um"}) == ""


@given(
    st.sampled_from([name for name in NAMED if len(name) > 1]),
    st.sampled_from(
        [
            str.upper,
            str.lower,
            str.title,
            lambda name: name.replace("_", " "),
            lambda name: name.replace("_", "-"),
        ]
    ),
)
def test_every_spelling_of_a_name_is_read(own: str, spelled: Callable[[str], str]) -> None:
    assert own_name(spelled(own), NAMED) == own


def test_cells_are_read_under_names_in_other_case(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"Pouch,{HOST},Felt (mm),N until Death\nP7,{VALUES},0.12,300\n")
    cells, notes = read_observations(path, Campaign(HEAD + NAMES))
    read = cells[["cell_id", "thickness_um", "cycle_life_cycles"]].to_numpy().tolist()
    assert read == [["P7", pytest.approx(120.0), 300.0]]
    assert "Felt (mm) as thickness_mm" in notes[0]


def test_a_name_without_its_unit_is_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"{HOST},Felt,cycle_life_cycles\n{VALUES},0.12,300\n")
    named = HEAD + '[columns.thickness_um]\nwas = "felt_mm"\n'
    with pytest.raises(RecordError, match=r"column Felt.*did you mean felt_mm"):
        read_observations(path, Campaign(named))
    path.write_text(path.read_text().replace("Felt", "felt_mm"))
    assert read_observations(path, Campaign(named))[0]["thickness_um"].tolist() == [pytest.approx(120.0)]


@pytest.mark.parametrize(
    ("column", "own", "limit"),
    [
        ("thickness_um", "felt_kg", "um, nm, mm, cm, m"),
        ("thickness_um", "felt (kg)", "um, nm"),
        ("thickness_um", "felt [L]", "um, nm"),
        ("thickness_um", "felt in hours", "um, nm"),
        ("cycle_life_cycles", "life_h", "no unit"),
        ("porosity_top", "void_mm", "fraction, pct"),
        ("overpotential_mV_sem", "drop_V", "is in mV"),
        ("tortuosity", "tau_um", "no unit"),
    ],
)
def test_a_name_in_a_unit_of_something_else_is_refused(column: str, own: str, limit: str) -> None:
    with pytest.raises(CampaignError, match=f"unit of something else.*{limit}") as caught:
        Campaign(HEAD + f'[columns.{column}]\nwas = "{own}"')
    better = str(caught.value).partition("such as ")[2].partition(",")[0]
    assert Campaign(HEAD + f'[columns.{column}]\nwas = "{better}"').own_names[better] == column


@given(st.sampled_from(sorted(COLUMNS.numbers)), st.sampled_from(sorted({*UNIT_SPELLINGS, *OTHER_UNITS})))
def test_a_name_is_taken_with_its_unit_or_not_at_all(column: str, unit: str) -> None:
    own = f"ours_{unit}"
    assert heading_unit(own) == ("ours", unit)
    fits = unit in (("pct", "fraction") if column in COLUMNS.fractions else allowed_units(column))
    try:
        names = Campaign(HEAD + f'[columns.{column}]\nwas = "{own}"').own_names
    except CampaignError:
        assert not fits
    else:
        assert fits
        assert known_name(own, column).endswith(f"_{unit}")
        assert names[own] == column


@pytest.mark.parametrize(
    "heading", ["Zyklen", "n (cycles)", "state of life", "felt top", "sample_A", "pouch_L"]
)
def test_a_heading_without_a_unit(heading: str) -> None:
    assert heading_unit(heading) == (heading, None)


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
