"""Cells of a person's file, completed by the conditions of the campaign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.identity import Identities
from surrogate.campaign.observations import read_observations
from surrogate.errors import RecordError, UnitError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns

Table = Callable[..., Path]
HOST = {
    "framework": "copper", "agent": "silver", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95,
    "agent_bottom": 0.05, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30,
    "pore_size_bottom_um": 10, "thickness_um": 100,
}  # fmt: skip


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    path = tmp_path / "mine.toml"
    path.write_text("schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = 2\n")
    return Campaign.load(path)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a CSV of copper hosts; each row changes some columns."""

    def write(*rows: dict[str, object]) -> Path:
        path = tmp_path / "cells.csv"
        pd.DataFrame([{**HOST, **row} for row in rows]).to_csv(path, index=False)
        return path

    return write


def test_units_and_conditions_of_the_file_win(campaign: Campaign, table: Table) -> None:
    cells = table(
        {"overpotential_V": 0.03, "current_density_A_m2": 5, "temperature_C": "", "electrolyte": "llzo"},
        {"overpotential_V": 0.04, "current_density_A_m2": "", "temperature_C": 60, "electrolyte": ""},
    )
    told, notes = read_observations(cells, campaign)
    assert told["overpotential_mV"].tolist() == pytest.approx([30.0, 40.0])
    assert told["current_density_mA_cm2"].tolist() == pytest.approx([0.5, 2.0])
    assert told["temperature_C"].tolist() == [25.0, 60.0]
    assert told["electrolyte"].tolist() == ["llzo", "liquid_ether"]
    # the pressure of a liquid campaign says nothing about a solid cell
    assert told["stack_pressure_MPa"].iloc[0] == 1.0
    assert any("overpotential_V converted" in note for note in notes)


def test_columns_that_nothing_reads_are_named(campaign: Campaign, table: Table) -> None:
    _, notes = read_observations(table({"ccd_mA_cm2": 1.5, "operator": "AB", "sample_id": 4}), campaign)
    assert "columns that are not used: operator, sample_id" in notes


CE = "coulombic_efficiency_pct"
LIFE = "cycle_life_cycles"


def test_values_bounds_and_intervals_of_every_target(campaign: Campaign, table: Table) -> None:
    cells = table(
        {CE: 99.1, LIFE: 300, f"{LIFE}_censored": "yes"},
        {CE: 99.5, f"{CE}_censored": "below", LIFE: "", f"{LIFE}_censored": ""},
        {CE: 98, f"{CE}_upper_bound": 99, "overpotential_mV": 20, "overpotential_mV_censored": "Below"},
    )
    told, notes = read_observations(cells, campaign)
    assert told[CE].tolist() == [99.1, 99.5, 98.0]
    assert told[f"{CE}_censored"].tolist() == [False, "below", False]
    assert told[f"{CE}_upper_bound"].fillna(0).tolist() == [0.0, 0.0, 99.0]
    assert told[f"{LIFE}_censored"].tolist() == [True, False, False]
    assert told["overpotential_mV_censored"].tolist() == [False, False, "below"]
    assert not any("not used" in note for note in notes)


def test_known_errors_are_read(campaign: Campaign, table: Table) -> None:
    cells = table(
        {LIFE: 300, f"{LIFE}_sem": 12.5, "overpotential_mV": 20, "overpotential_mV_sem": 0},
        {LIFE: 310, f"{LIFE}_sem": "-", "overpotential_mV": 25, "overpotential_mV_sem": ""},
    )
    told, notes = read_observations(cells, campaign)
    assert told[f"{LIFE}_sem"].fillna(-1).tolist() == [12.5, -1.0]
    assert told["overpotential_mV_sem"].fillna(-1).tolist() == [0.0, -1.0]
    assert not any("not used" in note for note in notes)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ({LIFE: 300, f"{LIFE}_sem": -1}, f"row 1, column {LIFE}_sem: a standard error below 0"),
        ({LIFE: 300, f"{LIFE}_sem": "small"}, rf"row 1, column {LIFE}_sem: not a number"),
        ({LIFE: 300, f"{LIFE}_sem": "inf"}, f"column {LIFE}_sem: not a"),
        ({LIFE: "", f"{LIFE}_sem": 2, "ccd_mA_cm2": 1}, f"standard error without its value: {LIFE} is empty"),
        ({LIFE: "", f"{LIFE}_sem": 2}, f"standard error without its value: {LIFE} is empty"),
        (
            {LIFE: 300, f"{LIFE}_sem": 2, "state": "running"},
            f"column {LIFE}_sem: a standard error of a bound",
        ),
        ({LIFE: 300, f"{LIFE}_sem": 2, f"{LIFE}_upper_bound": 400}, "a standard error of a bound"),
        ({"overpotential_mV": 30, "overpotential_sem": 2}, "did you mean overpotential_mV_sem"),
        ({"overpotential_V": 0.03, "overpotential_V_sem": 0.002}, "overpotential_mV_sem"),
    ],
)
def test_what_is_no_known_error(campaign: Campaign, table: Table, cell: dict[str, object], said: str) -> None:
    with pytest.raises((RecordError, UnitError), match=said):
        read_observations(table(cell), campaign)


def test_a_fraction_is_taken_where_the_column_says_so(campaign: Campaign, table: Table) -> None:
    told, notes = read_observations(table({"coulombic_efficiency_fraction": 0.995}), campaign)
    assert told[CE].tolist() == pytest.approx([99.5])
    assert any("coulombic_efficiency_fraction converted" in note for note in notes)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            {CE: 100},
            rf"cells\.csv, row 1, column {CE}: not a measurement \(got 100\.0\).*below 100.*"
            r"To mend it: .*at least 99\.5 ",
        ),
        ({CE: 101.5, f"{CE}_censored": "yes"}, r"got 101\.5"),
        (
            {CE: 0.995},
            rf"cells\.csv, row 1, column {CE}: a fraction where per cent are expected \(got 0\.995\)\. Allowed: "
            r"above 1 and below 100\. To mend it: write 98\.5 for 0\.985.*coulombic_efficiency_fraction",
        ),
        ({CE: 0}, r"got 0\.0.*above 0 and below 100"),
        ({CE: 98, f"{CE}_upper_bound": 97}, f"row 1, column {CE}_upper_bound: two bounds that contradict"),
        ({LIFE: 90, f"{LIFE}_censored": "above"}, "neither a truth value nor 'below'"),
    ],
)
def test_what_cannot_be_of_an_efficiency_or_a_bound(
    campaign: Campaign, table: Table, cell: dict[str, object], said: str
) -> None:
    with pytest.raises(RecordError, match=said):
        read_observations(table(cell), campaign)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-09", "2026-03-09"),
        ("2026-3-9", "2026-03-09"),
        ("2026-03-09 14:30", "2026-03-09T14:30"),
        ("2026-03-09T14:30:05", "2026-03-09T14:30:05"),
        ("2026-03-09 8:05", "2026-03-09T08:05"),
        ("2026-03-09 00:00:00", "2026-03-09"),  # as workbooks write a date
        ("2026-03-09T14:30Z", "2026-03-09T14:30"),
        ("2026-03-09T23:30-05:00", "2026-03-10T04:30"),
    ],
)
def test_a_date_keeps_its_time_of_day(campaign: Campaign, table: Table, written: str, read: str) -> None:
    told, _ = read_observations(table({"ccd_mA_cm2": 1.5, "date": written}), campaign)
    assert told["date"].tolist() == [read]


@pytest.mark.parametrize(
    "written", ["09.03.2026", "03/09/26", "2026-02-30", "2026-03-09 25:00", "2026-03-09 noon", "yesterday"]
)
def test_what_is_no_date_is_refused(campaign: Campaign, table: Table, written: str) -> None:
    with pytest.raises(RecordError, match="row 1, column date: not a date"):
        read_observations(table({"ccd_mA_cm2": 1.5, "date": written}), campaign)


def test_what_proposals_leave_out_is_not_asked_of_a_file_that_names_them(
    campaign: Campaign, tmp_path: Path
) -> None:
    proposal = CompleteDesigns.of(pd.DataFrame([{**HOST, "electrolyte": "liquid_ether"}])).frame
    known = Identities({}, {"B01-1": proposal[[*c.CHOICES, *c.CONDITIONS]].iloc[0].to_dict()})
    path = tmp_path / "cells.csv"
    path.write_text("proposal_id,ccd_mA_cm2\nB01-1,2\n")
    told, notes = read_observations(path, campaign, known)
    assert notes == ["1 row is completed from the proposals and cells that they name"]
    assert told["doping"].tolist() == [c.COLUMNS.neutral["doping"]]
    host = pd.DataFrame([{**HOST, "ccd_mA_cm2": 2}, {"proposal_id": "B01-1", "ccd_mA_cm2": 3}])
    host.to_csv(path, index=False)
    _, notes = read_observations(path, campaign, known)
    (said,) = [note for note in notes if "not given" in note]
    assert "doping, skin_coverage, mass_transfer_factor, pulse_factor = none, 0, 1, 1" in said
    assert "gradient_exponent = 1" in said
