"""Which line is the header, and what is above it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import RecordError
from surrogate.files.header import Wanted, known_as
from surrogate.files.tables import read_table

WANTED = Wanted(frozenset({"agent", "thickness_um", "cycles", "note"}), "cell", "write cells")
TABLE = "agent,thickness_um\ntin,5\n"


def read(tmp_path: Path, content: str) -> tuple[dict[str, list[object]], list[str]]:
    path = tmp_path / "in.csv"
    path.write_text(content)
    table, notes = read_table(path, wanted=WANTED)
    return {str(name): table[name].tolist() for name in table}, notes


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("", 0),
        ("My cells\n", 1),
        ("My cells\n\n", 2),
        ("# a, b\n# c\n", 2),
        (",,Cycling\n", 1),
        ("Lab;A\r\nDate;2026\r\n", 2),
        ('"quoted, title"\n', 1),
        ("x\n" * 150, 150),
    ],
)
@pytest.mark.parametrize("table", [TABLE, "agent;Thickness (nm);x\ntin;5;1\n"])
def test_lines_above(tmp_path: Path, above: str, lines: int, table: str) -> None:
    found, notes = read(tmp_path, above + table)
    assert found["agent"] == ["tin"]
    said = [note for note in notes if "above the header" in note]
    if lines == 0:
        assert said == []
    elif lines == 1:
        assert said == ["in.csv: line 1 stands above the header and is not read"]
    else:
        assert said == [f"in.csv: lines 1 to {lines} stand above the header and are not read"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(st.text("abc xyz.:-", max_size=12), max_size=8))
def test_any_words_above(tmp_path: Path, lines: list[str]) -> None:
    table, _ = read(tmp_path, "".join(f"{line}\n" for line in lines) + TABLE)
    assert table == {"agent": ["tin"], "thickness_um": [5.0]}


@pytest.mark.parametrize("content", ["a,b\nagent,x\n", "a,b\n1,2\n", "agent,x\nagent,thickness_um\n"])
def test_nothing_is_left_out_where_the_header_is_in_doubt(tmp_path: Path, content: str) -> None:
    found, notes = read(tmp_path, content)
    assert list(found) == content.splitlines()[0].split(",")
    assert notes == []


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("thickness_um", "thickness_um"), ("thickness_nm", "thickness_um"), ("Thickness (µm)", "thickness_um"),
        ("Cycles (-)", "cycles"), ("thickness", ""), ("x", ""), ("cycles_um", "cycles"),
    ],
)  # fmt: skip
def test_known_as(name: str, known: str) -> None:
    assert known_as(name, dict.fromkeys(sorted(WANTED.known))) == known


@pytest.mark.parametrize(
    "header",
    ["time/s,Ewe/V,I/mA", "Test_Time(s),Voltage(V),Current(A)", "Step,Volts,Amps", "t [h],U [V],I [mA]"],
)
@pytest.mark.parametrize("above", ["", "Serial 12\nmade by X\n"])
def test_a_cyclers_record(tmp_path: Path, header: str, above: str) -> None:
    with pytest.raises(RecordError, match="cycler's record") as caught:
        read(tmp_path, f"{above}{header}\n0,3,1\n")
    assert f"see line {above.count(chr(10)) + 1}" in str(caught.value)
    assert "To mend it: write cells" in str(caught.value)


@pytest.mark.parametrize(
    "header", ["agent,thickness_um,time/s,U [V],I [mA]", "a,voltage_V,b", "current_density,voltage_V,x"]
)
def test_no_record(tmp_path: Path, header: str) -> None:
    assert list(read(tmp_path, f"{header}\n{','.join('1' * (header.count(',') + 1))}\n")[0]) == header.split(
        ","
    )


EACH_CYCLE = [
    "Cycle Index,Charge Capacity (mAh),Discharge Capacity (mAh),Coulombic Efficiency",
    "cycle_number,charge_mAh,discharge_mAh",
    "Cycle,Qchg,Qdis,CE",
    "Cycle ID,Cap_Chg(mAh),Cap_DChg(mAh)",
    "cycles,Charge Capacity (mAh),Discharge Capacity (mAh)",  # one name that a table of cells has too
    "Zyklus,Ladung (mAh),Entladung (mAh)",
    "循环号,充电容量(mAh),放电容量(mAh)",
    "cycle,Q plated (mAh),Q stripped (mAh)",
]


def counted(header: str, numbers: list[str]) -> str:
    return f"{header}\n" + "".join(f"{k}{',0.99' * header.count(',')}\n" for k in numbers)


@pytest.mark.parametrize("header", EACH_CYCLE)
@pytest.mark.parametrize("numbers", [["1", "2", "3"], ["0", "1"], ["-", "1.0", "2.0"]])
def test_a_cyclers_export_of_each_cycle(tmp_path: Path, header: str, numbers: list[str]) -> None:
    with pytest.raises(RecordError, match="cycler's record, a row for each cycle") as caught:
        read(tmp_path, "made by X\n" + counted(header, numbers))
    assert "see line 2" in str(caught.value)
    assert "To mend it: write cells" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "numbers"),
    [
        ("cycles,charge,discharge", ["500", "501"]),  # lives
        ("cycles,charge,discharge", ["1", "2", "2"]),
        ("cycles,charge,discharge", ["1"]),
        ("cycles,charge,other", ["1", "2"]),
        ("cycles,discharge,other", ["1", "2"]),
        ("x,charge,discharge", ["1", "2"]),
        ("cycles,agent,charge,discharge", ["1", "2"]),
    ],
)
def test_no_export_of_each_cycle(tmp_path: Path, header: str, numbers: list[str]) -> None:
    assert list(read(tmp_path, counted(header, numbers))[0]) == header.split(",")
