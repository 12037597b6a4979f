"""Excel workbooks: numbers and dates keep their meaning; what is damaged or could be lost is refused."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surrogate.errors import RecordError
from surrogate.files.header import Wanted
from surrogate.files.sheet import read_sheet
from surrogate.files.tables import read_table
from surrogate.files.text import Complaint

WANTED = Wanted(frozenset({"agent", "thickness_um", "note"}), "cell", "write cells")


def workbook(*tabs: Sequence[Sequence[object]], edit: Callable[[Any], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, rows in enumerate(tabs):
        sheet = book.create_sheet(f"tab {place + 1}")
        for row in rows:
            sheet.append(row)
        if edit is not None:
            edit(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(
    tmp_path: Path, content: bytes, wanted: Wanted | None = WANTED
) -> tuple[dict[str, list[object]], list[str]]:
    path = tmp_path / "in.xlsx"
    path.write_bytes(content)
    table, notes = read_table(path, text=["note"], wanted=wanted)
    return {str(name): table[name].tolist() for name in table}, notes


HEAD = ["agent", "thickness_um", "note"]


@pytest.mark.parametrize("value", [12, 12.5, 12.375, 1e-7, 180.0, 1.2, -3, 1 / 3, 2.5e22])
def test_a_number_is_that_number(tmp_path: Path, value: float) -> None:
    assert read(tmp_path, workbook([HEAD, ["tin", value]]))[0]["thickness_um"] == [float(value)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.floats(min_value=-1e100, max_value=1e100), min_size=1, max_size=5))
def test_numbers_read_back_exactly(tmp_path: Path, values: list[float]) -> None:
    table, _ = read(tmp_path, workbook([HEAD, *(["tin", value] for value in values)]))
    assert table["thickness_um"] == pytest.approx(values, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2026, 2, 1), "2026-02-01"),
        (datetime.datetime(2026, 2, 1, 9, 30), "2026-02-01 09:30:00"),
        (True, "true"),
        (7, "7"),
        (7.25, "7.25"),
        ("  seven ", "seven"),
    ],
)
def test_other_cells_as_text(tmp_path: Path, value: object, text: str) -> None:
    assert read(tmp_path, workbook([HEAD, ["tin", 5, value]]))[0]["note"] == [text]


def test_a_date_is_no_number(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"row 1, column thickness_um: not a number \(got '2026-02-01'\)"):
        read(tmp_path, workbook([HEAD, ["tin", datetime.date(2026, 2, 1)]]))


def test_text_that_looks_like_thousands_is_still_doubted(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="thousands"):
        read(tmp_path, workbook([HEAD, ["tin", "1,200"]]))


@pytest.mark.parametrize(
    ("name", "value"), [("density_pct", 98.5), ("density (%)", 98.5), ("density_fraction", 0.985)]
)
def test_a_cell_shown_in_per_cent(tmp_path: Path, name: str, value: float) -> None:
    def shown(sheet: Any) -> None:
        sheet["B2"].number_format = "0.0%"

    assert read(tmp_path, workbook([["agent", name], ["tin", 0.985]], edit=shown))[0][name] == [value]


def test_the_first_tab_with_known_columns(tmp_path: Path) -> None:
    book = workbook(
        [["made by me"]], [["My cells"], [], HEAD, ["tin", 5], [], ["zinc", 6]], [HEAD, ["gold", 7]]
    )
    table, notes = read(tmp_path, book)
    assert table["agent"] == ["tin", "zinc"]
    assert notes == [
        "in.xlsx: the tab 'tab 2' is read; not 'tab 1', 'tab 3'",
        "in.xlsx: lines 1 to 2 stand above the header and are not read",
    ]
    assert read(tmp_path, workbook([["a", "b"], [1, 2]]), None) == ({"a": [1.0], "b": [2.0]}, [])


def test_a_far_formatted_cell_costs_nothing(tmp_path: Path) -> None:
    def bold(sheet: Any) -> None:
        sheet["ZZ90000"].font = openpyxl.styles.Font(bold=True)

    assert read(tmp_path, workbook([HEAD, ["tin", 5]], edit=bold))[0]["thickness_um"] == [5.0]


def with_text(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook whose first tab has another text in its file."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as archive:
        for entry in given.infolist():
            text = given.read(entry)
            archive.writestr(entry, text.replace(old, new) if entry.filename.endswith("sheet1.xml") else text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'<row r="2"', b'<row r="90000000"', "stands too far from the others"),
        (
            b"</row></sheetData>",
            b'</row><row r="900"><c r="XFD900"><v>1</v></c></row></sheetData>',
            "too far from the others",
        ),
        (
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>',
            "merged cells",
        ),
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="b:xfd"/></mergeCells>', "merged cells"),
    ],
)
def test_gaps_that_would_fill_the_memory_are_refused(
    tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    content = with_text(workbook([HEAD, ["tin", 5]]), old, new)
    with pytest.raises(RecordError, match=said):
        read(tmp_path, content)


GOOD = workbook([HEAD, ["tin", 5]])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (GOOD[:-300], ["damaged Excel workbook", "save it again"]),
        (GOOD[:200], ["damaged Excel workbook"]),
        (GOOD[:600] + bytes(100) + GOOD[700:], ["damaged Excel workbook"]),
        (b"PK\x03\x04" + bytes(60), ["damaged Excel workbook", "CSV UTF-8"]),
        (workbook([]), ["the file is empty"]),
        (workbook([HEAD]), ["'tab 1' has a header and no rows"]),
        (workbook([HEAD, ["tin", "=2+3"]]), ["cell B2", "'tab 1'", "formula", "save it"]),
        (workbook([["agent", "agent"], ["tin", "tin"]]), ["'agent' appears twice"]),
        (workbook([["agent", None, "note"], ["tin", 5, ""]]), ["column 2 has no name"]),
        (
            workbook([["Cycle", "Time(h)", "Current(mA)", "Voltage(V)"], [1, 0, 1, 3]]),
            ["cycler's record", "one row"],
        ),
    ],
)
def test_refused(tmp_path: Path, content: bytes, named: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        read(tmp_path, content)
    for part in ["in.xlsx", *named]:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("merged", "refused"),
    [
        ("B3:B4", True),
        ("C3:C5", True),
        ("A1:C1", False),
        ("A4:B4", True),
        ("E3:G5", False),
        ("C3:G3", False),
        ("A6:C6", False),
    ],
)
def test_merged_cells_below_the_header_are_refused(tmp_path: Path, merged: str, refused: bool) -> None:
    rows = [
        ["Our cells", None, None],
        ["agent", "thickness_um", "note"],
        *([["silver", 80, None]] * 3),
        ["# by AB"],
    ]
    rows[2] = ["silver", 80, "seen"]
    content = workbook(rows, edit=lambda sheet: sheet.merge_cells(merged))
    if not refused:
        assert read(tmp_path, content)[0]["thickness_um"][:3] == [80, 80, 80]
        return
    with pytest.raises(RecordError, match=rf"cells {merged} of the tab 'tab 1' are merged.*unmerge them"):
        read(tmp_path, content)


def test_another_zip_archive(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(RecordError, match=r"in\.zip: is a zip archive and no Excel workbook"):
        read_sheet(path, Complaint("in.zip"))
