"""A person's table of measured cells is read in the one way in which it can be read, or refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.campaign.file import Campaign
from surrogate.campaign.observations import read_observations
from surrogate.campaign.told_columns import KNOWN, NAMES, PENDING
from surrogate.errors import InputError, RecordError, UnitError
from surrogate.files.near_names import meant, plainly
from surrogate.hosts import columns as c
from surrogate.hosts.targets import SCALES

LIFE, CCD, MV, CE = c.TARGETS
HOST = {
    "framework": "copper", "agent": "silver", "conductor_top": "0.9", "agent_top": "0.1", "conductor_bottom": "0.95",
    "agent_bottom": "0.05", "porosity_top": "0.8", "porosity_bottom": "0.7", "pore_size_top_um": "30",
    "pore_size_bottom_um": "10", "thickness_um": "100",
}  # fmt: skip
Tell = Callable[..., tuple[list[dict[str, object]], str]]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Reads cells of a copper host; each row changes some columns, None takes one away."""
    path = tmp_path / "mine.toml"
    path.write_text("schema_version = 1\n[conditions]\ncurrent_density_mA_cm2 = 2\n")
    campaign = Campaign.load(path)

    def read(
        *rows: dict[str, object], sep: str = ",", above: str = "", yes: bool = False
    ) -> tuple[list[dict[str, object]], str]:
        full = [{k: v for k, v in {**HOST, **row}.items() if v is not None} for row in rows]
        header = list(dict.fromkeys(name for row in full for name in row))
        lines = [sep.join(header), *(sep.join(str(row.get(name, "")) for name in header) for row in full)]
        file = tmp_path / "cells.csv"
        file.write_text(above + "\n".join(lines) + "\n", encoding="utf-8")
        cells, notes = read_observations(file, campaign, yes=yes)
        return cells.to_dict("records"), "\n".join(notes)

    return read


@pytest.mark.parametrize(
    ("column", "named"),
    [
        ("Censored", f"did you mean {LIFE}_censored"),
        ("cycles_censored", f"did you mean {LIFE}_censored"),
        ("cycle life censored", f"did you mean {LIFE}_censored"),
        ("upper_bound", f"did you mean {LIFE}_upper_bound"),
        ("CCD_mA_cm2", "did you mean ccd_mA_cm2"),
        ("ccd", "did you mean ccd_mA_cm2"),
        ("overpotental_mV", "did you mean overpotential_mV"),
        ("Temperature", "did you mean temperature_C"),
        ("current_mA_cm2", "did you mean current_density_mA_cm2"),
        ("j (mA/cm2)", "did you mean current_density_mA_cm2"),
        ("pressure_MPa", "did you mean stack_pressure_MPa"),
        ("CE", "did you mean coulombic_efficiency_pct"),
        ("Failed", "did you mean failed"),
        ("status", "did you mean state"),
        ("Cell ID", "did you mean cell_id"),
        ("overpotential_V_sem", "write its numbers in mV, and name it overpotential_mV_sem"),
        ("ccd_A_m2_upper_bound", "write its numbers in mA_cm2, and name it ccd_mA_cm2_upper_bound"),
        ("Electrolyte", "did you mean electrolyte"),
        ("still running", f"did you mean state or {LIFE}_censored"),
        ("Agent Top", "agent_top is given twice"),
    ],
)
def test_a_near_name_is_refused(tell: Tell, column: str, named: str) -> None:
    with pytest.raises((RecordError, UnitError)) as caught:
        tell({LIFE: 180, column: 5})
    assert named in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "column", ["life_h", "Cycle number", "lifetime (days)", "cycle_life_hours", "Cycles"]
)
def test_a_life_is_in_cycles(tell: Tell, column: str) -> None:
    with pytest.raises(RecordError, match=f"did you mean {LIFE}.*full cycles, not in hours"):
        tell({MV: 20, column: 5})


def test_of_several_targets_each_may_be_censored(tell: Tell) -> None:
    with pytest.raises(RecordError, match=f"{LIFE}_censored or {MV}_censored.*name the one") as caught:
        tell({LIFE: 180, MV: 22, "censored": "true"})
    assert "ccd" not in str(caught.value)


@pytest.mark.parametrize(
    "column",
    ["operator", "colour", "batch", "sample_id", "rank", "seed", "comment", "supplier", "box (left)"],
)
def test_a_foreign_column_is_only_told(tell: Tell, column: str) -> None:
    (cell,), notes = tell({LIFE: 180, column: 5})
    assert cell[LIFE] == 180
    assert f"columns that are not used: {column}" in notes


@given(
    st.sampled_from([name for name in KNOWN if name not in NAMES.remarks]),
    st.sampled_from(
        [str.upper, str.title, lambda name: name.replace("_", " "), lambda name: name.replace("_", "-")]
    ),
)
def test_a_known_name_in_other_signs_is_that_name(known: str, spelled: Callable[[str], str]) -> None:
    found = meant(spelled(known), NAMES)
    assert known in found or plainly(found[0]) == plainly(known)


@pytest.mark.parametrize(
    "text", ["9" * 100_000 + "x", ">" + "9" * 100_000 + "x", "1" + ",111" * 25_000 + "x"]
)
def test_endless_digits_are_refused_and_hold_nobody_up(tell: Tell, text: str) -> None:
    """What a pattern could read in many ways took minutes of a server that nobody else could ask meanwhile."""
    with pytest.raises(RecordError, match="not a number"):
        tell({LIFE: 180, MV: text}, sep=";")


def test_parts_in_per_cent_are_converted(tell: Tell) -> None:
    share = [name for name in HOST if name.startswith(("conductor_", "agent_", "porosity_"))]
    given_so = dict.fromkeys(share) | {f"{name}_pct": float(HOST[name]) * 100 for name in share}
    (cell,), notes = tell({LIFE: 180, **given_so})
    assert [cell[name] for name in share] == [float(HOST[name]) for name in share]
    assert "agent_top_pct converted to agent_top" in notes


@pytest.mark.parametrize(
    ("given_so", "column"),
    [
        ({"conductor_top": 0.9, "agent_top": 0.1}, "conductor_top_pct"),
        ({"conductor_bottom": 1, "agent_bottom": 0}, "conductor_bottom_pct"),
        ({"porosity_top": 0.8}, "porosity_top_pct"),
        ({"porosity_bottom": 1}, "porosity_bottom_pct"),
        ({"conductor_top": 0.897, "agent_top": 0.104}, "conductor_top_pct"),
    ],
)
def test_a_share_of_one_is_no_per_cent(tell: Tell, given_so: dict[str, float], column: str) -> None:
    with pytest.raises(
        RecordError, match=f"row 1, column {column}: a fraction where per cent.*_pct.*90 for 0.9"
    ):
        tell({LIFE: 180, **dict.fromkeys(given_so), **{f"{name}_pct": v for name, v in given_so.items()}})


@pytest.mark.parametrize(
    ("column", "cells", "named"),
    [
        (LIFE, ["35", "1.200"], ["row 2", f"column {LIFE}", "'1.200'", "write 1200 or 1.2"]),
        ("cycle life (cycles)", ["2.000"], ["column cycle life (cycles)", "2000"]),
        (LIFE, ["12.375"], ["write 12375 or 12.375 with a zero behind it: 12.3750"]),
        (MV, ["1.200", "2.500"], ["row 1", "and 1 more", "1200"]),
        ("overpotential_uV", ["1.200", "12.500"], ["column overpotential_uV", "1200"]),
        (LIFE, ["1'200"], ["thousands", "without separators"]),
        (LIFE, ["1.200.000"], ["thousands"]),
        (f"{LIFE}_upper_bound", ["1.200"], [f"column {LIFE}_upper_bound", "1200"]),
        (LIFE, [">= 1.200"], ["1200 or 1.2"]),
    ],
)
def test_thousands_are_refused(tell: Tell, column: str, cells: list[str], named: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        tell(*({LIFE: "35", column: cell} if "upper" in column else {column: cell} for cell in cells))
    for part in ["cells.csv", *named]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (LIFE, ["180.000"]),
        (LIFE, ["12.375", "35.5"]),
        (CCD, ["1.200", "3.500"]),
        (MV, ["22.375"]),
        (CE, ["99.125"]),
    ],
)
def test_a_plain_number_is_read_as_it_is(tell: Tell, column: str, cells: list[str]) -> None:
    found = tell(*({column: cell} for cell in cells), yes=True)[0]
    assert [cell[column] for cell in found] == list(map(float, cells))


@pytest.mark.parametrize("sep", [";", "\t"])
def test_decimal_commas(tell: Tell, sep: str) -> None:
    row = {name: value.replace(".", ",") for name, value in HOST.items()} | {MV: "22,5", "note": "1,5 h late"}
    (cell,), notes = tell(row, sep=sep)
    assert (cell["conductor_top"], cell[MV], cell["note"]) == (0.9, 22.5, "1,5 h late")
    assert "decimal commas read as points" in notes


@pytest.mark.parametrize(
    ("cell", "value", "kind", "end"),
    [
        (">=500", 500, True, None), ("> 500", 500, True, None), ("≥500", 500, True, None), ("500+", 500, True, None),
        ("500 +", 500, True, None), ("<50", 50, "below", None), ("<= 50", 50, "below", None),
        ("500", 500, False, None), ("> 40 and < 80", 40, False, 80),
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", [LIFE, MV])
def test_signs_of_bounds(
    tell: Tell, target: str, cell: str, value: float, kind: bool | str, end: float | None
) -> None:
    (told,), notes = tell({target: cell})
    assert (told[target], told[f"{target}_censored"]) == (value, kind)
    assert told[f"{target}_upper_bound"] == (
        pytest.approx(end) if end else pytest.approx(float("nan"), nan_ok=True)
    )
    assert (f"{cell!r} read as {value}" in notes) == (cell != "500")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    number=st.integers(2, 40_000),
    sign=st.sampled_from([">", ">=", "≥ ", "> ", "+"]),
    said=st.sampled_from(["", "true", "YES"]),
)
def test_a_lower_bound_is_that_bound_whatever_its_sign(tell: Tell, number: int, sign: str, said: str) -> None:
    cell = f"{number}+" if sign == "+" else f"{sign}{number}"
    (told,), _ = tell({LIFE: cell, f"{LIFE}_censored": said})
    assert (told[LIFE], told[f"{LIFE}_censored"]) == (number, True)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({LIFE: ">=500", f"{LIFE}_censored": "false"}, ["contradicts", f"{LIFE}_censored empty or true"]),
        ({LIFE: "<500", f"{LIFE}_censored": "true"}, ["contradicts", "below"]),
        ({"overpotential_V": "> 0.02 and < 0.03"}, ["two bounds", f"{MV}_upper_bound"]),
        ({LIFE: ">"}, ["not a number"]),
        ({LIFE: "40 - 80"}, ["not a number"]),
        ({LIFE: "~ 20"}, ["not a number", "write the number alone"]),
    ],
)
def test_what_cannot_be_a_bound(tell: Tell, row: dict[str, object], named: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        tell(row)
    for part in ["row 1", *named]:
        assert part in str(caught.value)


@pytest.mark.parametrize("word", ["running", "ongoing", "still cycling", "dead", "180 cycles", "shorted"])
@pytest.mark.parametrize("target", [LIFE, CCD])
def test_a_word_is_sent_to_its_column(tell: Tell, word: str, target: str) -> None:
    with pytest.raises(RecordError) as caught:
        tell({target: 12}, {target: word})
    for part in (
        "row 2",
        f"column {target}",
        repr(word),
        f"{target}_censored = true",
        "state = running",
        "failed = true",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("word", ["", "PENDING", "TBD", "n/a", "-", "Not measured yet", "?", "to do", "—"])
def test_rows_that_are_not_measured_wait(tell: Tell, word: str) -> None:
    cells, notes = tell({LIFE: word, MV: word}, {LIFE: 180, MV: word}, {LIFE: word})
    assert [cell[LIFE] for cell in cells] == [180.0]
    assert "2 rows are not measured yet" in notes


@pytest.mark.parametrize("told", [{"failed": "true"}, {MV: 3}, {LIFE: ">3"}])
def test_a_row_that_says_something_is_told(tell: Tell, told: dict[str, object]) -> None:
    cells, notes = tell({LIFE: 180, "failed": "", MV: ""}, {LIFE: "PENDING", **told}, {"failed": "no"})
    assert len(cells) == 2
    assert "1 row is not measured yet" in notes


@pytest.mark.parametrize(
    "rows", [[{LIFE: ""}], [{LIFE: "TBD"}, {LIFE: ""}], [{LIFE: "-", "failed": "false"}]]
)
def test_a_file_with_nothing_measured_is_refused(tell: Tell, rows: list[dict[str, object]]) -> None:
    with pytest.raises(RecordError, match="row 1: no target was measured"):
        tell(*rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(
    waiting=st.lists(st.booleans(), max_size=6),
    word=st.sampled_from(sorted(PENDING)),
    fault=st.sampled_from(
        [{"porosity_top": 1.2}, {LIFE: -5}, {LIFE: "x"}, {LIFE: "1.200"}, {"agent": "silvr"}]
    ),
)
def test_a_fault_below_waiting_rows_has_the_row_of_the_file(
    tell: Tell, waiting: list[bool], word: str, fault: dict[str, object]
) -> None:
    rows: list[dict[str, object]] = [{LIFE: word if wait else 180} for wait in waiting]
    with pytest.raises(InputError, match=f"row {len(rows) + 1}, column {next(iter(fault))}") as caught:
        tell(*rows, {LIFE: 180, **fault})
    assert caught.value.row == len(rows)


BEYOND = [
    (LIFE, 5_000_000),
    (LIFE, 0.5),
    (CCD, 201),
    (CCD, 0.0005),
    (MV, 22_000),
    (MV, 0.02),
    ("overpotential_V", 22),
]


@pytest.mark.parametrize(("column", "value"), BEYOND)
def test_what_hardly_any_cell_gives_is_asked_back(tell: Tell, column: str, value: float) -> None:
    with pytest.raises(RecordError, match=r"row 2.*hardly a measured value.*--yes accepts it"):
        tell({LIFE: 180}, {column: value})
    assert len(tell({LIFE: 180}, {column: value}, yes=True)[0]) == 2


@pytest.mark.parametrize("column", [LIFE, f"{LIFE}_upper_bound"])
@pytest.mark.parametrize(
    ("value", "remedy"), [(850.5, "write 850 "), (1.25, "write 1250 where the point"), (60.25, "write 60 ")]
)
def test_a_fraction_of_a_cycle_is_asked_back(tell: Tell, column: str, value: float, remedy: str) -> None:
    cell = {LIFE: 1, column: value}
    with pytest.raises(
        RecordError, match=rf"row 2, column {column}: not a whole number.*{remedy}.*--yes accepts it"
    ):
        tell({LIFE: 180}, cell)
    assert len(tell({LIFE: 180}, cell, yes=True)[0]) == 2
    assert [one[LIFE] for one in tell({LIFE: "180.0"}, {LIFE: "1.2e3"})[0]] == [180, 1200]


@pytest.mark.parametrize("target", [LIFE, CCD, MV])
def test_the_ends_of_what_cells_give_are_taken(tell: Tell, target: str) -> None:
    low, high = SCALES[target].plausible
    assert [cell[target] for cell in tell({target: low}, {target: high})[0]] == [low, high]
    with pytest.raises(RecordError, match=f"{target}_upper_bound: hardly"):
        tell({target: low, f"{target}_upper_bound": 2 * high})


def test_lines_above_the_header_are_left_out(tell: Tell) -> None:
    (cell,), notes = tell({LIFE: 180}, above="Cells of May\nmade by: A, B\n\n")
    assert cell[LIFE] == 180
    assert "lines 1 to 3 stand above the header" in notes


RECORDS = {
    "EC-Lab": "EC-Lab ASCII FILE\nNb header lines : 3\nmode\ttime/s\tEwe/V\t<I>/mA\n1\t0\t3\t1\n",
    "EC-Lab without its head": "mode\tox/red\terror\ttime/s\tEwe/V\t<I>/mA\n1\t0\t0\t0.1\t3.2\t1.0\n",
    "Neware": "DataPoint,Cycle Index,Step Type,Time,Current(A),Voltage(V),Capacity(Ah)\n1,1,Rest,0,0,3,0\n",
    "Arbin": "Data_Point,Test_Time(s),Step_Index,Current(A),Voltage(V),Charge_Capacity(Ah)\n1,0,1,0,3,0\n",
    "Maccor": "Today's Date,11/29/2026\nRec#\tCyc#\tStep\tTestTime\tAmps\tVolts\n1\t1\t1\t0\t0\t3\n",
    "Landt": "Index,Time/Sec,Voltage/V,Current/mA,Capacity/mAh\n1,0,3,1,0\n",
    "BaSyTec": "~Time[h];DataSet;t-Step[h];Line;U[V];I[A];Ah[Ah]\n0;1;0;1;3;1;0\n",
    "Gamry": "Pt\tT\tVf\tIm\tVu\n0\t1\t3\t1\t0\n",
    "own": "time_h;voltage_V;current_mA\n0;3;1\n",
}


@pytest.mark.parametrize("maker", RECORDS)
def test_a_cyclers_record_is_recognised(tell: Tell, tmp_path: Path, maker: str) -> None:
    path = tmp_path / "record.csv"
    path.write_text(RECORDS[maker])
    with pytest.raises(
        RecordError, match=r"record\.csv: this is a cycler's record.*one row for a cell.*results-template"
    ):
        read_observations(path, Campaign.load(tmp_path / "mine.toml"))


@pytest.mark.parametrize("column", ["voltage_V", "time_h", "current_mA", "step", "Q/mAh"])
def test_a_table_of_cells_is_no_record(tell: Tell, column: str) -> None:
    assert len(tell({LIFE: 180, "voltage (V)": 1, "i/mA": 2, "time/s": 3, column: 4})[0]) == 1
