"""Decimal commas are read where they can be nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import RecordError
from surrogate.files.tables import read_table

TEXT = ("note",)


def read(tmp_path: Path, header: str, *rows: str) -> tuple[dict[str, list[object]], list[str]]:
    path = tmp_path / "in.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    table, notes = read_table(path, text=TEXT)
    return {str(name): table[name].tolist() for name in table}, notes


@pytest.mark.parametrize("sep", [";", "\t"])
@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["0,5", "12"], [0.5, 12.0]),
        (["22,5"], [22.5]),
        (["0,500"], [0.5]),
        (["-1,25", ",5", "+3,0"], [-1.25, 0.5, 3.0]),
        (["1,5e3"], [1500.0]),
        (["1,200", "35,5"], [1.2, 35.5]),  # the comma of 35,5 is a decimal one, so all are
        (["1234,567"], [1234.567]),
        (["1,2000"], [1.2]),
    ],
)
def test_only_one_reading(tmp_path: Path, sep: str, cells: list[str], values: list[float]) -> None:
    table, notes = read(tmp_path, f"agent{sep}thickness_um", *(f"tin{sep}{cell}" for cell in cells))
    assert table["thickness_um"] == values
    assert notes == ["decimal commas read as points, in column thickness_um"]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (["1,200;0,5"], ["row 1", "thickness_um", "'1,200'", "1200 or 1.2"]),
        (
            ["12;0,5", "12,375;0,5"],
            ["row 2", "thickness_um", "12375 or 12.375 with a zero behind it: 12.3750"],
        ),
        (["0,5;0.5"], ["row 1", "thickness_um", "a decimal comma", "write 0.5"]),
        (["1.200;0,5"], ["row 1", "thickness_um", "a point in a number", "write 1200", "else 1,2"]),
        (["1,200,000;0,5"], ["thousands"]),
        (["1.234,5;0,5"], ["thousands"]),
        (["1 234,5;0,5"], ["thousands"]),
    ],
)
def test_two_readings_are_refused(tmp_path: Path, rows: list[str], named: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        read(tmp_path, "thickness_um;porosity_top", *rows)
    for part in named:
        assert part in str(caught.value)


def test_between_commas_a_comma_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="decimal comma"):
        read(tmp_path, "agent,thickness_um", 'tin,"0,5"')


def test_text_and_lists_stay(tmp_path: Path) -> None:
    table, notes = read(tmp_path, "thickness_um;note;refs;mass", "1,5;2,5;47,12 a;0,3", "2;3,5;1,2;0,25")
    assert table["note"] == ["2,5", "3,5"]
    assert table["refs"] == ["47,12 a", "1,2"]
    assert table["mass"] == [0.3, 0.25]  # a column that nothing knows, of numbers, where commas are decimal
    assert notes == ["decimal commas read as points, in column thickness_um and 1 more"]
    assert read(tmp_path, "agent;refs", "tin;1,5")[0]["refs"] == ["1,5"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.decimals(0, 999, places=3, allow_nan=False), min_size=1, max_size=5))
def test_what_is_read_is_never_another_number(tmp_path: Path, numbers: list[object]) -> None:
    """Three digits behind the comma are the doubtful form: read as written, or refused."""
    rows = [f"{str(number).replace('.', ',')};0,25" for number in numbers]
    if any(str(number)[0] == "0" for number in numbers):
        table, _ = read(tmp_path, "thickness_um;porosity_top", *rows)
        assert table["thickness_um"] == [float(str(number)) for number in numbers]
    else:
        with pytest.raises(RecordError, match=r"row 1.*thousands separator or a decimal comma"):
            read(tmp_path, "thickness_um;porosity_top", *rows)
