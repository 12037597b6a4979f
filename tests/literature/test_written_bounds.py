"""Bounds as people write them into the cell of a number."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import RecordError
from surrogate.literature import measured, pairs
from surrogate.literature import records as literature


def read(tmp_path: Path, header: str, *rows: str) -> pd.DataFrame:
    path = tmp_path / "told.csv"
    path.write_text(
        "\n".join([f"source,{header}", *(f"10.1/{k},{row}" for k, row in enumerate(rows))]) + "\n"
    )
    return literature.read(path)[0]


@pytest.mark.parametrize("cell", ["> 500", ">500", ">= 500", "≥500", "> 500.0", "500+", "500 +"])
def test_a_lower_bound(tmp_path: Path, cell: str) -> None:
    row = read(tmp_path, "cycles,current_density_mA_cm2", f"{cell},1").iloc[0]
    assert (row["cycles"], row["duration_bound"]) == (500.0, "lower")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (">500", "cycles: '>500' read as 500 with duration_bound = lower; censored says"),
        ("500+", "read as 500 with duration_bound = lower"),
        ("~ 500", "read as 500 with approximate = true"),
        ("> 40 and < 80", "read as 40 to 80 (cycles and cycles_upper_bound)"),
    ],
)
def test_how_it_was_read_is_told(tmp_path: Path, cell: str, said: str) -> None:
    path = tmp_path / "told.csv"
    path.write_text(f"source,cycles,censored\nlab,{cell},false\n")
    assert any(said in note for note in literature.read(path)[1])


def test_an_upper_bound_and_an_interval(tmp_path: Path) -> None:
    told = read(tmp_path, "ccd_mA_cm2,censored", "> 0.40 and < 0.85,false", "<= 0.2,false", "1.5,false")
    assert told["ccd_mA_cm2"].tolist() == [0.4, 0.2, 1.5]
    assert told["ccd_bound"].fillna("").tolist() == ["lower", "upper", ""]
    assert told["ccd_upper_bound_mA_cm2"].fillna(0).tolist() == [0.85, 0.0, 0.0]
    targets = measured.targets(told)
    assert targets["ccd_mA_cm2"].tolist() == [0.4, 0.2, 1.5]
    assert targets["ccd_mA_cm2_censored"].tolist() == [False, "below", False]
    assert targets["ccd_mA_cm2_upper_bound"].fillna(0).tolist() == [0.85, 0.0, 0.0]


def test_an_interval_in_another_unit(tmp_path: Path) -> None:
    row = read(tmp_path, "ccd_A_m2,censored", "> 4 and < 8.5,false").iloc[0]
    assert (row["ccd_mA_cm2"], row["ccd_upper_bound_mA_cm2"]) == (pytest.approx(0.4), pytest.approx(0.85))


def test_about_is_approximate(tmp_path: Path) -> None:
    told = read(tmp_path, "overpotential_mV,current_density_mA_cm2", "~ 20,1", "20,1")
    assert told["approximate"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("cycles,duration_bound", "> 500,upper", "a bound that another column of the row contradicts"),
        ("capacity_retention_pct,cell_type", "> 80 and < 90,full", "two bounds of a quantity that takes one"),
        ("ccd_mA_cm2", "0.4 - 0.8", "not a number"),
        ("ccd_mA_cm2", "> 0.8 and < 0.4", "not above the lower end"),
        ("ccd_mA_cm2", ">", "not a number"),
        ("cycles", "< 100", "an upper bound of the life of a cell that has not failed"),
        ("ccd_mA_cm2,ccd_upper_bound_mA_cm2", "0.4,0.8", "an upper end without the lower one"),
    ],
)
def test_what_cannot_be_a_bound_is_refused(tmp_path: Path, header: str, row: str, said: str) -> None:
    with pytest.raises(RecordError, match=said) as caught:
        read(tmp_path, header, row)
    assert "row 1" in str(caught.value)


def test_a_life_between_two_bounds_is_an_interval(tmp_path: Path) -> None:
    told = read(tmp_path, "cycles,current_density_mA_cm2,censored", "> 40 and < 80,1,false", "100,1,false")
    targets = measured.targets(told)
    assert targets["cycle_life_cycles"].tolist() == [40.0, 100.0]
    assert targets["cycle_life_cycles_censored"].tolist() == [False, False]
    assert targets["cycle_life_cycles_upper_bound"].fillna(0).tolist() == [80.0, 0.0]
    told["system"], told["control_of"] = ["old", "new"], [pd.NA, "old"]
    told["group"], told["differs_in"] = "10.1/0", [pd.NA, "other"]
    (row,) = pairs.pairs(told).to_dict("records")
    assert (row["ratio_low"], row["ratio_high"], row["proven"]) == (1.25, 2.5, True)
