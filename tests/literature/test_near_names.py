"""A column under nearly a known name is refused with the name that was meant; others are told and left out."""

from __future__ import annotations

import pandas as pd
import pytest

from surrogate.errors import RecordError, UnitError
from surrogate.literature import records as literature


def table(*columns: str) -> pd.DataFrame:
    return pd.DataFrame([{"source": "lab", "ccd_mA_cm2": 2, **dict.fromkeys(columns, 50)}])


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("cycle", "cycles"),
        ("Cycles", "cycles"),
        ("cycle_life_cycles", "cycles"),
        ("Cycle number", "cycles"),
        ("Hours", "hours"),
        ("hour", "hours"),
        ("coulombic_efficency_pct", "coulombic_efficiency_pct"),
        ("Coulombic efficency (%)", "coulombic_efficiency_pct"),
        ("CE_pct", "coulombic_efficiency_pct"),
        ("efficiency_pct", "coulombic_efficiency_pct"),
        ("Current_Density_mA_cm2", "current_density_mA_cm2"),
        ("current_mA_cm2", "current_density_mA_cm2"),
        ("overpotental_mV", "overpotential_mV"),
        ("pressure_MPa", "stack_pressure_MPa"),
        ("thickness_um", "host_thickness_um"),
        ("electrolyte_clas", "electrolyte_class"),
        ("cell type", "cell_type"),
        ("Ref", "ref"),
    ],
)
def test_a_near_name_is_refused(column: str, meant: str) -> None:
    with pytest.raises(RecordError, match=f"did you mean {meant}") as caught:
        literature.read(table(column))
    assert caught.value.column == column


@pytest.mark.parametrize("column", ["current_density", "areal_capacity_mAh", "temperature", "ccd_A"])
def test_a_known_quantity_needs_a_unit(column: str) -> None:
    named = table(column).drop(columns="ccd_mA_cm2").assign(hours=5)
    with pytest.raises(UnitError, match=f"column {column}: no unit, or an unknown one.*name it"):
        literature.read(named)


@pytest.mark.parametrize("column", ["CCD_mA_cm2", "ccd_mA_cm2.1", "ccd_mA_cm2_2", "CCD (mA/cm²)"])
def test_a_column_given_twice_under_two_spellings_is_refused(column: str) -> None:
    with pytest.raises((RecordError, UnitError), match=r"twice|same quantity"):
        literature.read(table(column))


def test_a_missing_source_under_another_name_is_told() -> None:
    with pytest.raises(RecordError, match="did you mean source"):
        literature.read(table().rename(columns={"source": "Source"}))


@pytest.mark.parametrize(
    "column", ["mood", "operator", "date", "doi", "cell", "voltage_V", "notes", "density_g_cm3", "sample_id"]
)
def test_a_foreign_column_is_left_out_and_told(column: str) -> None:
    _, notes = literature.read(table(column))
    assert len(notes) == 1
    assert f"records: columns that are not used: {column}" in notes[0]


def test_a_name_that_resembles_a_given_column_is_only_told() -> None:
    given = table("areal_capacity_mAh_cm2", "temperature_C", "areal_capacity", "temperature_note")
    _, (note,) = literature.read(given)
    assert "areal_capacity" in note
    assert "temperature_note" in note


def test_many_foreign_columns_are_counted() -> None:
    _, (note,) = literature.read(table(*(f"x{k}" for k in range(100))))
    assert "and 70 more" in note
    assert len(note) < 500
