"""A person's records are added to a table of theirs, all or none, and nothing of it is ever lost."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from surrogate.errors import InputError, RecordError, StoreError
from surrogate.files.output import locked
from surrogate.literature import additions as adding
from surrogate.literature import records as literature
from surrogate.literature.schema import ADDED_FIELDS, COLUMNS, QUALIFIERS

HEADER = "source,ref,system,strategy,electrolyte_class,current_density_mA_cm2,areal_capacity_mAh_cm2,cycles"
ROWS = ("lab,1,A@B,alloy,oxide,0.5,1,120", "lab,2,C@D,miec,sulfide,1,2,35.5")

Write = Callable[..., Path]


pytestmark = pytest.mark.usefixtures("records_read_once")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(name: str, *rows: str, header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return made


@pytest.mark.slow
def test_records_are_added_with_where_and_when_they_come_from(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    first, second = write("a.csv", ROWS[0]), write("b.csv", ROWS[1])
    assert adding.add(first, into).total == 1
    done = adding.add(second, into)
    assert (done.added, done.total) == (1, 2)
    table = adding.read_added(into)
    assert tuple(table.columns) == (*COLUMNS, *ADDED_FIELDS)
    assert table["cycles"].tolist() == [120, 35.5]
    assert table["added_from"].tolist() == ["a.csv", "b.csv"]
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)]
    assert table["added_sha256"].tolist() == hashes
    assert table["added_on"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    records, notes = literature.read(into)  # a table in the schema like any other
    assert (len(records), notes) == (2, [])


@pytest.mark.slow
def test_every_shipped_record_survives_the_way_through_the_table(tmp_path: Path) -> None:
    shipped = literature.load()
    shipped.assign(source="copy of " + shipped["source"]).to_csv(tmp_path / "all.csv", index=False)
    adding.add(tmp_path / "all.csv", tmp_path / "mine.csv")
    back = adding.read_added(tmp_path / "mine.csv")[list(COLUMNS)]
    expected = shipped.assign(source=back["source"])
    pd.testing.assert_frame_equal(back, expected, check_exact=True)


def test_a_table_from_before_a_column_existed_is_read_and_added_to(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", ROWS[0]), into)
    older = pd.read_csv(into, dtype=str).drop(columns=list(QUALIFIERS))
    older.to_csv(into, index=False)
    assert adding.read_added(into)["duration_bound"].isna().all()
    header = f"{HEADER},duration_bound,room_temperature"
    adding.add(write("b.csv", f"{ROWS[1]},lower,true", header=header), into)
    table = adding.read_added(into)
    assert table["cycles"].tolist() == [120, 35.5]
    assert table["duration_bound"].fillna("").tolist() == ["", "lower"]
    assert table["room_temperature"].tolist() == [False, True]
    older.drop(columns="note").to_csv(into, index=False)
    with pytest.raises(RecordError, match="not a table of added records"):
        adding.read_added(into)


def test_a_shipped_record_is_known_without_what_qualifies_its_numbers(tmp_path: Path) -> None:
    shipped = literature.load().drop(columns=list(QUALIFIERS))
    shipped.iloc[[1]].to_csv(tmp_path / "again.csv", index=False)
    with pytest.raises(RecordError, match=r"the same record as row 2 of records\.csv"):
        adding.add(tmp_path / "again.csv", tmp_path / "mine.csv")


@pytest.mark.slow
def test_odd_texts_are_kept_as_they_are(write: Write, tmp_path: Path) -> None:
    header = "source,system,note,cycles"
    adding.add(write("a.csv", '"=1+1","a ""b"", c","NA\ntwo lines",7', header=header), tmp_path / "mine.csv")
    adding.add(write("b.csv", "lab,-,é µ | x,8", header=header), tmp_path / "mine.csv")
    table = adding.read_added(tmp_path / "mine.csv")
    assert table["source"].tolist() == ["=1+1", "lab"]
    assert table["system"].tolist() == ['a "b", c', "-"]
    assert table["note"].tolist() == ["NA\ntwo lines", "é µ | x"]


@pytest.mark.slow
def test_rows_are_written_below_a_table_that_a_person_saved_in_any_form(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", ROWS[0].replace("A@B", '"Säure, ""b"""')), into)
    as_written, expected = into.read_text(encoding="utf-8"), adding.read_added(into)
    reordered = expected[expected.columns[::-1]].to_csv(index=False)
    saved: dict[str, bytes] = {
        "as written": as_written.encode(),
        "carriage returns": as_written.replace("\n", "\r\n").encode(),
        "byte order mark": as_written.encode("utf-8-sig"),
        "Windows-1252": as_written.encode("cp1252"),
        "UTF-16": as_written.encode("utf-16"),
        "no last line break": as_written.rstrip("\n").encode(),
        "other delimiter": expected.to_csv(index=False, sep=";").encode(),
        "other order": reordered.encode(),
    }
    for form, content in saved.items():
        into.write_bytes(content)
        assert adding.add(write("b.csv", ROWS[1]), into).total == 2, form
        table = adding.read_added(into)
        pd.testing.assert_frame_equal(table.iloc[:1], expected, obj=form)
        assert table["cycles"].tolist() == [120, 35.5]
        assert into.read_text(encoding="utf-8").startswith(as_written), form


def test_a_bad_row_means_that_none_is_added(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", ROWS[0]), into)
    before = into.read_bytes()
    with pytest.raises(RecordError, match=r"b\.csv, row 2, column strategy: unknown class"):
        adding.add(write("b.csv", ROWS[1], "lab,3,E@F,magic,oxide,1,1,5"), into)
    assert into.read_bytes() == before


@pytest.mark.slow
def test_a_duplicate_names_both_rows(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", *ROWS), into)
    before = into.read_bytes()
    new = "lab,3,E@F,alloy,oxide,1,1,5"
    with pytest.raises(
        RecordError, match=r"b\.csv, row 2, column source: the same record as row 2 of mine\.csv"
    ):
        adding.add(write("b.csv", new, ROWS[1]), into)
    with pytest.raises(RecordError, match=r"row 2, column source: the same record as row 1\."):
        adding.add(write("c.csv", new, new), into)
    units = HEADER.replace("current_density_mA_cm2", "current_density_A_m2")
    with pytest.raises(RecordError, match=r"row 1, column source: the same record as row 1 of mine\.csv"):
        adding.add(write("d.csv", "lab,1,A@B,alloy,oxide,5,1,120", header=units), into)
    assert into.read_bytes() == before


@pytest.mark.slow
def test_the_same_cell_in_two_groups_of_one_file_is_kept_and_known_again(
    write: Write, tmp_path: Path
) -> None:
    header = "source,ref,group,cycles"
    twice = write("a.csv", "lab,1,g,5", "lab,1,h,5", header=header)
    assert adding.add(twice, tmp_path / "mine.csv").total == 2
    with pytest.raises(RecordError, match=r"row 1, .*the same record as row 1 of mine\.csv \(and 1 more"):
        adding.add(twice, tmp_path / "mine.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"pipe: is a device or pipe.*give its name"):
        adding.add(tmp_path / "pipe", tmp_path / "mine.csv")


@pytest.mark.slow
def test_a_shipped_record_is_not_added_again(tmp_path: Path) -> None:
    shipped = literature.load()
    shipped.iloc[[40, 7]].drop(columns=["group", "locator"]).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(RecordError, match=r"row 1, .*the same record as row 41 of records\.csv \(and 1 more"):
        adding.add(tmp_path / "a.csv", tmp_path / "mine.csv")
    assert not (tmp_path / "mine.csv").exists()


def test_nothing_is_added_to_a_shipped_or_foreign_table(write: Write, tmp_path: Path) -> None:
    new = write("a.csv", ROWS[0])
    link = tmp_path / "link.csv"
    link.symlink_to(literature.records_path())
    before = literature.records_path().read_bytes()
    for into in (literature.records_path(), literature.records_path().with_name("mine.csv"), link):
        with pytest.raises(InputError, match=r"ships with the package.*--into"):
            adding.add(new, into)
    assert literature.records_path().read_bytes() == before
    with pytest.raises(RecordError, match=r"not a table of added records.*--into"):
        adding.add(new, write("b.csv", ROWS[1]))
    with pytest.raises(InputError, match="is a folder"):
        adding.add(new, tmp_path)
    with pytest.raises(InputError, match="folder does not exist"):
        adding.add(new, tmp_path / "none" / "mine.csv")


@pytest.mark.slow
def test_a_full_disk_leaves_the_table_as_it_was(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", ROWS[0]), into)
    before, new = into.read_bytes(), write("b.csv", ROWS[1])

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="free some space"):
            adding.add(new, into)
    assert into.read_bytes() == before
    assert adding.add(new, into).total == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from surrogate.literature import additions as adding
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # just before the new table takes its name
adding.add(*sys.argv[1:])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a signal that cannot be caught")
@pytest.mark.process
def test_a_killed_command_leaves_the_table_as_it_was(write: Write, tmp_path: Path) -> None:
    into = tmp_path / "mine.csv"
    adding.add(write("a.csv", ROWS[0]), into)
    before, new = into.read_bytes(), write("b.csv", ROWS[1])
    ended = subprocess.run([sys.executable, "-c", KILLED, new, into], capture_output=True, check=False)
    assert ended.returncode < 0, ended.stderr
    assert into.read_bytes() == before
    assert adding.add(new, into).total == 2


@pytest.mark.slow
def test_two_commands_at_once_do_not_lose_a_record(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into, new = tmp_path / "mine.csv", write("a.csv", ROWS[0])
    monkeypatch.setattr("surrogate.files.output.LOCK_S", 0.05)
    with locked(into), pytest.raises(StoreError, match="another command is writing it"):
        adding.add(new, into)
    assert not into.exists()
    assert adding.add(new, into).total == 1


@pytest.mark.slow
def test_own_records_stand_below_the_shipped_ones_in_the_groups_of_their_papers(
    write: Write, tmp_path: Path
) -> None:
    shipped = literature.load()
    told_twice = shipped[shipped["group"] != shipped["source"] + "#" + shipped["ref"].fillna("")].iloc[0]
    row = f"{told_twice['source']},{told_twice['ref']},new,alloy,oxide,1,1,77"
    adding.add(write("a.csv", ROWS[0], row), tmp_path / "mine.csv")
    for own in (tmp_path / "mine.csv", tmp_path / "a.csv"):
        table = adding.with_own(shipped, own)
        assert tuple(table.columns) == COLUMNS
        assert table.index.tolist() == list(range(len(shipped) + 2))
        assert table["group"].iloc[-2:].tolist() == ["lab#1", told_twice["group"]]
    pd.testing.assert_frame_equal(table.iloc[: len(shipped)], shipped)
    shipped.head(1).to_csv(tmp_path / "again.csv", index=False)
    with pytest.raises(RecordError, match=r"row 1, .*the same record as row 1 of records\.csv"):
        adding.with_own(shipped, tmp_path / "again.csv")


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("temperature_K", "298.15", ("temperature_C", 25.0)),
        ("overpotential_V", "0.0123", ("overpotential_mV", 12.3)),
        ("host_thickness_mm", "0.3", ("host_thickness_um", 300.0)),
        ("areal_capacity_mAh_m2", "3", ("areal_capacity_mAh_cm2", 0.0003)),
        ("Current density (A/m²)", "3", ("current_density_mA_cm2", 0.3)),
        ("stack_pressure_kPa", "700", ("stack_pressure_MPa", 0.7)),
    ],
)
def test_units_of_headers(
    write: Write, tmp_path: Path, column: str, cell: str, expected: tuple[str, float]
) -> None:
    new = write("a.csv", f"lab,10,{cell}", header=f"source,cycles,{column}")
    assert any(column in note for note in adding.add(new, tmp_path / "mine.csv").notes)
    name, value = expected
    assert adding.read_added(tmp_path / "mine.csv")[name].tolist() == [value]  # exactly


@pytest.mark.parametrize(
    "column", ["current_density", "current_density_A_ft2", "temperature_F", "overpotential_V_vs_Li"]
)
def test_a_quantity_without_a_known_unit_is_refused(write: Write, tmp_path: Path, column: str) -> None:
    with pytest.raises(InputError, match=f"column {column}: no unit, or an unknown one.*name it"):
        adding.add(write("a.csv", "lab,10,3", header=f"source,cycles,{column}"), tmp_path / "mine.csv")
    beside = write(
        "b.csv",
        "lab,10,3,25,warm",
        header="source,cycles,current_density_mA_cm2,temperature_C,temperature_note",
    )
    assert "temperature_note" in adding.add(beside, tmp_path / "mine.csv").notes[0]
