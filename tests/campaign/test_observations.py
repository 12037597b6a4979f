"""Cells of a person's file, completed by the conditions of the campaign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations

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
    cells = table({"ccd_mA_cm2": 1.5, "operator": "AB", "tortuosty": 1.4})
    _, notes = read_observations(cells, campaign)
    assert any("operator" in note and "tortuosty (did you mean tortuosity?)" in note for note in notes)
