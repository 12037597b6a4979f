"""Errors, passwords, units and resources: the floor."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import DesignError, InputError, LihostError, ResourceError, UnitError
from surrogate.passwords import without_credentials, without_passwords
from surrogate.resources import resource
from surrogate.units import convert, convert_columns, split_unit


def test_message_names_place_value_limit_and_remedy() -> None:
    error = DesignError(
        "too thick", where="a.csv", value=5.0, limit="1 to 2", remedy="thin it", row=2, column="thickness_um"
    )
    assert str(error) == (
        "a.csv, row 3, column thickness_um: too thick (got 5.0). Allowed: 1 to 2. To mend it: thin it."
    )
    assert (error.row, error.column) == (2, "thickness_um")
    assert isinstance(error, InputError)
    assert isinstance(error, LihostError)
    assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at postgresql://anna:pw@db:5432/lab, now", "at postgresql://***@db:5432/lab, now"),
        ("'postgresql+psycopg://anna:p/w@x@db/lab'", "'postgresql+psycopg://***@db/lab'"),
        ("postgresql://:pw@/lab?host=/tmp", "postgresql://***@/lab?host=/tmp"),
        (
            "postgresql://db/lab?password=pw&sslmode=require",
            "postgresql://db/lab?password=***&sslmode=require",
        ),
        ("host=db password=pw dbname=lab", "host=db password=*** dbname=lab"),
        ("https://doi.org/10.1/x and a@b.org", "https://doi.org/10.1/x and a@b.org"),
        ("postgresql://anna@db/lab", "postgresql://anna@db/lab"),
    ],
)
def test_passwords_are_left_out(text: str, shown: str) -> None:
    assert without_passwords(text) == shown
    assert shown in str(LihostError("failed", where=text))


def test_what_stands_before_the_host_is_left_out_of_an_address() -> None:
    assert without_credentials("https://token@host/x?a=b") == "https://***@host/x?a=b"
    assert (
        without_credentials("postgresql://anna:p/w@host/x?password=pw")
        == "postgresql://***@host/x?password=***"
    )
    assert without_credentials("http://host:5000/x") == "http://host:5000/x"


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (10.0, "A/m^2", "mA/cm^2", 1.0),
        (25.0, "degC", "kelvin", 298.15),
        (1.0, "mA*hour/cm^2", "coulomb/m^2", 36000.0),
        (20.0, "ohm*cm^2", "ohm*m^2", 2e-3),
    ],
)
def test_convert(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("unit", "to"), [("mm", "mA/cm^2"), ("furlongs_per_x", "m")])
def test_convert_refuses(unit: str, to: str) -> None:
    with pytest.raises(UnitError, match=unit):
        convert(1.0, unit, to)


def test_split_unit_takes_the_longest() -> None:
    assert split_unit("areal_capacity_mAh_cm2") == ("areal_capacity", "mAh_cm2")
    assert split_unit("temperature_C") == ("temperature", "C")
    assert split_unit("framework") == ("framework", None)


def test_columns_in_other_units_are_converted_and_said() -> None:
    table = pd.DataFrame({"current_density_A_m2": [10.0], "temperature_K": [298.15], "other": [1]})
    out, notes = convert_columns(table, ["current_density_mA_cm2", "temperature_C"])
    assert out["current_density_mA_cm2"].iloc[0] == pytest.approx(1.0)
    assert out["temperature_C"].iloc[0] == pytest.approx(25.0)
    assert len(notes) == 2
    assert "other" in out.columns


def test_same_quantity_twice_is_refused() -> None:
    table = pd.DataFrame({"thickness_um": [1.0], "thickness_mm": [0.1]})
    with pytest.raises(UnitError, match="thickness_mm"):
        convert_columns(table, ["thickness_um"])


def test_wrong_dimension_and_text_are_refused() -> None:
    with pytest.raises(UnitError, match="row 1"):
        convert_columns(pd.DataFrame({"thickness_mm": ["thick"]}), ["thickness_um"])


CURRENT = "mA_cm2, A_m2, A_cm2, uA_cm2"


@pytest.mark.parametrize(
    ("column", "unit", "allowed"),
    [
        ("current_density_V", "V", CURRENT),
        ("current_density (V)", "V", CURRENT),
        ("Current density [furlong]", "furlong", CURRENT),
        ("current_density (mAh/cm2)", "mAh_cm2", CURRENT),
        ("thickness_mV", "mV", "um, nm, mm, cm, m"),
        ("temperature (bar)", "bar", "C, K"),
        ("porosity_top (%)", "pct", "porosity_top, without a unit"),
    ],
)
def test_a_wrong_unit_is_refused_naming_column_unit_and_what_is_allowed(
    column: str, unit: str, allowed: str
) -> None:
    with pytest.raises(UnitError) as caught:
        convert_columns(
            pd.DataFrame({column: [1.0]}),
            ["current_density_mA_cm2", "thickness_um", "temperature_C", "porosity_top"],
            "mine.csv",
        )
    text = str(caught.value)
    assert text.startswith(f"mine.csv, column {column}: ")
    assert f"(got {unit!r})" in text
    assert f"Allowed: {allowed}." in text
    assert "To mend it" in text


@pytest.mark.parametrize(
    ("column", "known", "expected"),
    [
        ("Current density (A/m2)", "current_density_mA_cm2", 0.2),
        ("current_density [A m⁻²]", "current_density_mA_cm2", 0.2),
        ("current_density (mA/cm^2)", "current_density_mA_cm2", 2.0),
        ("Areal capacity (mA h cm-2)", "areal_capacity_mAh_cm2", None),
        ("thickness (µm)", "thickness_um", 2.0),
        ("interface resistance (Ω cm²)", "interface_resistance_ohm_cm2", 2.0),
        ("temperature (°C)", "temperature_C", 2.0),
        ("temperature [K]", "temperature_C", -271.15),
        ("cycle life (cycles)", "cycle_life_cycles", 2.0),
        ("tortuosity (-)", "tortuosity", 2.0),
    ],
)
def test_units_in_brackets(column: str, known: str, expected: float | None) -> None:
    table = pd.DataFrame({column: [2.0], "note (free)": ["x"]})
    if expected is None:  # not a spelling that is known
        with pytest.raises(UnitError, match="mA h cm-2"):
            convert_columns(table, [known])
        return
    out, _ = convert_columns(table, [known])
    assert out[known].iloc[0] == pytest.approx(expected)
    assert "note (free)" in out.columns


def test_one_quantity_in_two_other_units_is_refused() -> None:
    with pytest.raises(UnitError, match="same quantity"):
        convert_columns(pd.DataFrame({"thickness_mm": [1.0], "thickness_nm": [1.0]}), ["thickness_um"])


def test_missing_resource_names_both_places() -> None:
    with pytest.raises(ResourceError, match=r"_share.* and "):
        resource("datasets/no_such_table.toml")


def test_no_python_under_data_or_recipes() -> None:
    for folder in ("datasets", "training"):
        assert list(resource(folder).rglob("*.py")) == []


def test_temporary_files_of_tests_are_removed_with_their_folder() -> None:
    assert Path(tempfile.gettempdir()).name.startswith("lihost-tests-")
    assert os.environ["TMPDIR"] == tempfile.gettempdir()  # for the processes that tests start
