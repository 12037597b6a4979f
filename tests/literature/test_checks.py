"""Planted errors are refused with their row and column; harmless differences are not."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError, UnitError
from surrogate.literature import records as literature
from surrogate.literature.schema import COLUMNS

GOOD = {
    "source": "10.1000/x",
    "ref": "7",
    "system": "A@B",
    "strategy": "porous_scaffold",
    "electrolyte_class": "liquid_ether",
    "cell_type": "symmetric",
    "current_density_mA_cm2": "1.0",
    "areal_capacity_mAh_cm2": "0.5",
    "cycles": "100",
    "censored": "true",
    "locator": "Table 1, row 1",
}


def table(*changes: dict[str, str]) -> pd.DataFrame:
    """One row for each set of changes; rows differ in their cycles."""
    return pd.DataFrame([{**GOOD, "cycles": str(100 + k), **change} for k, change in enumerate(changes)])


PLANTED: dict[str, tuple[dict[str, str], str, str]] = {
    "negative current": ({"current_density_mA_cm2": "-1"}, "current_density_mA_cm2", "outside its limits"),
    "unknown class": ({"electrolyte_class": "liquid_eter"}, "electrolyte_class", "unknown class"),
    "unknown strategy": ({"strategy": "magic"}, "strategy", "unknown class"),
    "unknown cell type": ({"cell_type": "pouch"}, "cell_type", "unknown class"),
    "unknown host class": ({"host_class": "wood"}, "host_class", "unknown class"),
    "efficiency of 105 %": (
        {"coulombic_efficiency_pct": "105"}, "coulombic_efficiency_pct", "outside its limits",
    ),
    "a fraction for per cent": (
        {"coulombic_efficiency_pct": "0.985"}, "coulombic_efficiency_pct",
        "a fraction where per cent.*got 0.985.*above 1 to 100.*98.5.*coulombic_efficiency_fraction",
    ),
    "a fraction kept": (
        {"cell_type": "full", "capacity_retention_pct": "1"}, "capacity_retention_pct",
        "a fraction where per cent.*capacity_retention_fraction",
    ),
    "a summary row": ({"source": "Total"}, "source", "a summary row"),
    "another summary row": ({"source": "mean:"}, "source", "a summary row"),
    "missing source": ({"source": ""}, "source", "empty"),
    "not a number": ({"cycles": "many"}, "cycles", "not a number"),
    "infinite": ({"hours": "inf"}, "hours", "not a number"),
    "neither true nor false": ({"censored": "maybe"}, "censored", "neither true nor false"),
    "hours against cycles": ({"hours": "100", "cycles": "300"}, "hours", "does not agree with cycles"),
    "nothing measured": ({"cycles": ""}, "cycles", "no measured quantity"),
    "cathode in a symmetric cell": ({"cathode": "LFP"}, "cathode", "belongs to a full cell"),
    "resistance before without after": (
        {"interface_resistance_before_ohm_cm2": "9"}, "interface_resistance_before_ohm_cm2", "without",
    ),
    "colder than possible": ({"temperature_C": "-273"}, "temperature_C", "outside its limits"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "column", "what"), PLANTED.values(), ids=list(PLANTED))
@pytest.mark.parametrize("judge", [literature.check, literature.read], ids=["check", "read"])
@pytest.mark.slow
def test_planted_error_is_refused_naming_row_and_column(
    change: dict[str, str], column: str, what: str, judge: Callable[[pd.DataFrame], object]
) -> None:
    judge(table({}, {}))
    with pytest.raises(RecordError, match=what) as caught:
        judge(table({}, change))
    assert f"records, row 2, column {column}: " in str(caught.value)
    assert (caught.value.row, caught.value.column) == (1, column)


def test_a_share_under_its_own_name_is_converted() -> None:
    told = table({"coulombic_efficiency_fraction": "0.985", "coulombic_efficiency_pct": ""})
    records, notes = literature.read(told.drop(columns="coulombic_efficiency_pct"))
    assert records["coulombic_efficiency_pct"].tolist() == [98.5]
    assert notes == ["coulombic_efficiency_fraction converted to coulombic_efficiency_pct"]
    none_kept = {"cell_type": "full", "capacity_retention_pct": "0"}
    assert literature.read(table(none_kept))[0]["capacity_retention_pct"].tolist() == [0.0]


def test_duplicate_row_names_both_rows() -> None:
    with pytest.raises(RecordError, match="row 3, column source: the same record as row 1"):
        literature.check(table({}, {}, {"cycles": "100", "note": "again", "locator": "elsewhere"}))


def test_the_first_fault_is_raised_and_the_others_counted() -> None:
    with pytest.raises(RecordError, match=r"row 1, column current.*and 1 more fault"):
        literature.check(table({"current_density_mA_cm2": "-1"}, {"c_rate": "1"}))
    bad = [{"strategy": "magic", "cycles": "-1", "source": ""} for _ in range(4)]
    with pytest.raises(RecordError, match=r"row 2, column source: empty \(and 14 more faults\)"):
        literature.check(table({}, *bad))  # of 4 x 3 cells, and 3 rows that tell the same


def test_hours_and_cycles_that_agree_are_fine() -> None:
    literature.check(table({"hours": "100"}))  # 100 h * 1 / (2 * 0.5) = 100 cycles
    literature.check(table({"hours": "120"}))  # rest periods
    literature.check(table({"hours": "5", "current_density_mA_cm2": ""}))  # cannot be compared


@pytest.mark.parametrize("column", ["locator", "system", "strategy"])
def test_only_a_published_table_has_to_be_traceable(column: str) -> None:
    with pytest.raises(RecordError, match=f"row 1, column {column}: empty"):
        literature.check(table({column: ""}))
    literature.read(table({column: ""}))


def test_a_users_file_with_mark_carriage_returns_and_odd_columns(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    text = "source,mood,current_density_A_m2,cycles,censored\r\nlab,good,10,40,no\r\nlab,,20,50,\r\n"
    path.write_bytes(codecs.BOM_UTF8 + text.encode())
    records, notes = literature.read(path)
    assert tuple(records.columns) == COLUMNS
    assert records["current_density_mA_cm2"].tolist() == [1.0, 2.0]
    assert records["censored"].tolist() == [False, True]  # an empty cell: failure is not stated
    assert records["group"].tolist() == ["lab#", "lab#"]
    assert sum("mood" in note for note in notes) == 1
    assert sum("current_density_A_m2 converted" in note for note in notes) == 1


def test_a_unit_of_the_wrong_dimension_is_refused() -> None:
    wrong = table({}).rename(columns={"current_density_mA_cm2": "current_density_mV"})
    with pytest.raises(UnitError):
        literature.read(wrong)


def test_files_that_are_no_such_table(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such file"):
        literature.read(tmp_path / "nothing.csv")
    with pytest.raises(RecordError, match="column source: column is missing"):
        literature.read(table({}).drop(columns="source"))
    with pytest.raises(RecordError, match="no column holds a measured quantity"):
        literature.read(table({})[["source", "system"]])
    with pytest.raises(RecordError, match="no rows"):
        literature.read(table({}).iloc[:0])


def test_row_numbers_in_a_file_count_the_rows_below_the_header(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    table({}, {"current_density_mA_cm2": "-2"}).to_csv(path, index=False)
    with pytest.raises(
        RecordError, match=r"^records\.csv, row 2, column current_density_mA_cm2: outside its limits"
    ):
        literature.check(path)
