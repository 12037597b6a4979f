"""One bad row does not refuse a table: every row that cannot be used is listed with its line, the rest is read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from surrogate.cli import failures, surrogate
from surrogate.errors import InputError, RecordError, UnitError
from surrogate.literature import featurize
from surrogate.literature.usable import read_usable

HEADER = (
    "source,strategy,host_material,electrolyte_class,cell_type,cycles,current_density_mA_cm2,areal_capacity_mAh_cm2,"
    "coulombic_efficiency_pct,temperature_C,note"
)
GOOD = [
    f"10.9/x{k},porous_scaffold,carbon cloth,liquid_ether,symmetric,{100 + k},1,1,,25," for k in range(54)
]
BAD = {
    "10.9/b1,porous_scaffold,carbon cloth,liquid_ether,symmetric,12O,1,1,,25,": "cycles: not a number (got '12O')",
    "10.9/b2,porous_scaffold,carbon cloth,liquid_ether,symmetric,120,900,1,,25,": "outside its limits (got 900.0)",
    "10.9/b3,holey,carbon cloth,liquid_ether,symmetric,120,1,1,,25,": "column strategy: unknown class (got 'holey')",
    "10.9/b4,porous_scaffold,carbon cloth,liquid_ether,symmetric,120,1,1,0.98,25,": "a fraction where per cent",
    "10.9/b5,porous_scaffold,carbon cloth,liquid_ether,symmetric,120,1": "wrong number of cells",
    '10.9/b6,porous_scaffold,"carbon" cloth,liquid_ether,symmetric,120,1,1,,25,': "not valid CSV",
    "10.9/x5,porous_scaffold,carbon cloth,liquid_ether,symmetric,105,1,1,,25,": "the same record as line 9",
    ",porous_scaffold,carbon cloth,liquid_ether,symmetric,120,1,1,,25,": "column source: empty",
    "10.9/b9,porous_scaffold,carbon cloth,liquid_ether,symmetric,,1,1,,25,": "no measured quantity in this row",
    HEADER: "the row repeats the header",
    "10.9/c0,porous_scaf\x00\x00\x00\x00": "NUL bytes in the row",
    "10.9/c1,porous_scaffold,carbon cloth,liquid_ether,symmetric,120,1,1,,200,": "column temperature_C",
}


def written(tmp_path: Path, bad: list[str]) -> tuple[Path, list[int]]:
    """A table with a note over two lines, a blank line, and bad rows among good ones; and the lines of the bad."""
    lines = [HEADER, GOOD[0], f'{GOOD[1]}"a note', 'over two lines"', "", *GOOD[2:30]]
    places = []
    for row in bad:
        lines.append(row)
        places.append(len(lines))
        lines.append("")
    path = tmp_path / "theirs.csv"
    path.write_text("\n".join([*lines, *GOOD[30:]]) + "\n")
    return path, places


@pytest.mark.parametrize("row", BAD)
def test_a_bad_row_is_listed_with_its_line_and_reason(tmp_path: Path, row: str) -> None:
    path, (line,) = written(tmp_path, [row])
    found = read_usable(path, judge=featurize.design_errors)
    assert [one.line for one in found.unusable] == [line]
    assert BAD[row] in found.unusable[0].reason
    assert len(found.records) == 54
    assert found.records["cycles"].tolist() == [float(100 + k) for k in range(54)]


def test_all_of_them_at_once(tmp_path: Path) -> None:
    path, lines = written(tmp_path, list(BAD))
    found = read_usable(path, judge=featurize.design_errors)
    assert [one.line for one in found.unusable] == lines
    assert all(said in one.reason for one, said in zip(found.unusable, BAD.values(), strict=True))
    assert len(found.records) == 54


def test_lines_of_the_good_rows_are_theirs(tmp_path: Path) -> None:
    path, _ = written(tmp_path, list(BAD))
    text = path.read_text().splitlines()
    found = read_usable(path)
    for row, record in found.records.iterrows():
        assert text[found.lines[int(str(row))] - 1].startswith(f"{record['source']},")


def test_a_declared_separator_counts_as_a_line(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text("sep=;\n" + "\n".join([HEADER, GOOD[0], next(iter(BAD))]).replace(",", ";") + "\n")
    assert [one.line for one in read_usable(path).unusable] == [4]


def test_many_bad_rows(tmp_path: Path) -> None:
    bad = [f"10.9/b{k},porous_scaffold,felt,liquid_ether,symmetric,{k}x,1,1,,25," for k in range(350)]
    path, lines = written(tmp_path, bad)
    found = read_usable(path)
    assert [one.line for one in found.unusable] == lines


def test_a_frame_is_listed_by_rows() -> None:
    table = pd.DataFrame({"source": ["a", "b"], "ccd_mA_cm2": [1.0, -1.0]})
    found = read_usable(table)
    assert [(one.line, len(found.records)) for one in found.unusable] == [(2, 1)]


def test_a_control_that_is_not_there_does_not_lose_the_record(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "source,system,ccd_mA_cm2,control_of,differs_in\n10.1/a,host,2,bare,agent\n10.1/a,bare,-1,,\n"
    )
    found = read_usable(path)
    assert len(found.records) == 1
    assert found.records["control_of"].isna().all()
    assert any("line 2: no such control" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("source,ccd\n10.1/a,1\n", UnitError, "no unit"),
        ("system,ccd_mA_cm2\nx,1\n", RecordError, "column is missing"),
        ("source,ccd_mA_cm2\n10.1/a,x\n10.1/b,y\n", RecordError, "not a number"),
        ("source,ccd_mA_cm2\n10.1/a,-1\n10.1/b,-2\n", RecordError, "none of its 2 rows can be used; line 2"),
        ("source,ccd_mA_cm2\n10.1/a\n", RecordError, "wrong number of cells"),
        ("", RecordError, "the file is empty"),
    ],
)
def test_what_refuses_the_whole_table(tmp_path: Path, text: str, error: type[InputError], said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(error, match=said):
        read_usable(path)


def test_dry_run_lists_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path, lines = written(tmp_path, list(BAD)[:6])
    before = sorted(tmp_path.iterdir())
    for arguments in (
        ["literature", "add", str(path), "--dry-run"],
        ["literature", "--add", str(path), "--dry-run"],
    ):
        assert failures.run(surrogate.app, "surrogate", arguments) == 0
        out = capsys.readouterr().out
        assert "60 rows: 54 could be added, 6 not." in out
        assert all(f"line {line}: " in out for line in lines)
        assert "Nothing was written" in out
    assert sorted(tmp_path.iterdir()) == before
    assert failures.run(surrogate.app, "surrogate", ["literature", "--dry-run"]) == 2
    assert "--dry-run needs --add" in capsys.readouterr().err


def test_dry_run_knows_what_was_added_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.csv"
    path.write_text("source,ccd_mA_cm2\n10.9/mine,1\n")
    assert failures.run(surrogate.app, "surrogate", ["literature", "add", str(path)]) == 0
    path.write_text("source,ccd_mA_cm2\n10.9/mine,1\n10.9/mine,2\n")
    assert failures.run(surrogate.app, "surrogate", ["literature", "add", str(path), "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "1 could be added, 1 not" in out
    assert "line 2: column source: the same record as row 1 of records-added.csv" in out


def test_every_reason_names_a_limit_and_a_remedy(tmp_path: Path) -> None:
    path, _ = written(tmp_path, list(BAD))
    for one in read_usable(path, judge=featurize.design_errors).unusable:
        assert "To mend it: " in one.reason, one.reason
        assert "Allowed: " in one.reason or "the same record" in one.reason, one.reason


def test_a_converted_value_is_told_with_its_own_column(tmp_path: Path) -> None:
    path = tmp_path / "kelvin.csv"
    path.write_text("source,temperature_K,ccd_mA_cm2\n10.1/a,700,1\n10.1/b,300,1\n")
    (one,) = read_usable(path).unusable
    assert one.reason.startswith("column temperature_C, given as temperature_K: outside its limits")
