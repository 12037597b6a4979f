"""Reading a person's CSV: what is accepted, what is refused with its place, limit and remedy."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import DesignError, RecordError
from surrogate.files import rows
from surrogate.files import text as opening
from surrogate.files.rows import read_rows
from surrogate.files.tables import booleans, read_table, unknown_columns
from surrogate.files.text import Complaint


def written(tmp_path: Path, content: str | bytes, name: str = "in.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"framework,thickness_um\ncopper,50.5\nnone,\n",
        b"framework;thickness_um\r\ncopper;50.5\r\nnone;\r\n",
        b"framework\tthickness_um\ncopper\t50.5\nnone\t\n",
        b"\xef\xbb\xbfframework,thickness_um\ncopper,50.5\nnone,NaN",
        "framework,thickness_um\ncopper,50.5\nnone,n/a\n".encode("utf-16"),
        b"sep=;\r\nframework;thickness_um\r\ncopper;50.5\r\nnone;\r\n",
        b"sep=|\nframework|thickness_um\ncopper|50.5\nnone|\n",
        b'\n "framework", thickness_um ,,\n\ncopper,"50.5",,\n,,,\nnone,,,\n\n',
        b",framework,thickness_um\n0,copper,50.5\n1,none,\n",
        b"framework,thickness_um\n# measured by Anna, room 3, in March\ncopper,50.5\n # and this\nnone,\n",
        b"framework,thickness_um\ncopper,50.5\nnone,\n# as wide,\n",
    ],
)
def test_one_table_in_many_spellings(tmp_path: Path, content: bytes) -> None:
    table, _ = read_table(written(tmp_path, content))
    assert list(table.columns) == ["framework", "thickness_um"]
    assert list(table["framework"]) == ["copper", "none"]
    assert table["thickness_um"].iloc[0] == 50.5
    assert pd.isna(table["thickness_um"].iloc[1])


def test_floats_read_back_exactly(tmp_path: Path) -> None:
    values = [0.1, 1 / 3, 1e-300, 2.5e22, -0.0]
    table, _ = read_table(written(tmp_path, "porosity_top\n" + "\n".join(map(repr, values))))
    assert list(table["porosity_top"]) == values


def test_windows_encoding_is_read_and_said(tmp_path: Path) -> None:
    table, notes = read_table(written(tmp_path, b"framework,note\ncopper,5 \xb5m\n"))
    assert table["note"].iloc[0] == "5 µm"
    assert "line 2" in notes[0]
    assert "Windows-1252, such as 'µm'" in notes[0]


def test_a_last_line_without_its_break_is_said(tmp_path: Path) -> None:
    whole, cut = b"framework,thickness_um\nnone,1250\n", b"framework,thickness_um\nnone,1250"
    assert read_table(written(tmp_path, whole))[1] == []
    (note,) = read_table(written(tmp_path, cut))[1]
    assert "in.csv: the last line has no line break" in note
    assert "cut short" in note


def test_characters_that_nobody_sees_are_left_out(tmp_path: Path) -> None:
    table, notes = read_table(written(tmp_path, "framework,\ufeffthickness_um\nnone,\u200b50\n"))
    assert table["thickness_um"].tolist() == [50]
    assert notes == []


CELLS = st.text("ab1. é\u2028\x0b\t'|", max_size=4) | st.text('a ",;\n', max_size=4)
QUOTED = CELLS.map(lambda cell: '"' + cell.replace('"', '""') + '"')
ROWS = st.lists(st.lists(CELLS | QUOTED, min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=1000, deadline=None)
@given(ROWS, st.sampled_from(",;"), st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), st.booleans())
@pytest.mark.slow
def test_a_tidy_file_reads_quickly_as_it_does_row_by_row(
    given: list[list[str]], delimiter: str, end: str, closed: bool
) -> None:
    text = "x" + end.join(delimiter.join(row) for row in given) + end * closed
    complain = Complaint("in.csv")

    def read() -> object:
        try:
            header, columns = read_rows(text, delimiter, complain)
        except RecordError as error:
            return str(error)
        return header, [column.take(column.distinct, object).tolist() for column in columns]

    fast = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_quickly", lambda *_: [])
        assert read() == fast


def test_one_column_of_texts_with_commas(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, 'note\n"a, b, c"\n'))[0]["note"].tolist() == ["a, b, c"]


def test_text_stays_text_and_free_columns_become_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, "ref,free,mixed\n47,1,2\n,2,x\n")
    table, _ = read_table(path, text=["ref"])
    assert table["ref"].tolist() == ["47", None]
    assert table["free"].tolist() == [1.0, 2.0]
    assert table["mixed"].tolist() == ["2", "x"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", ["the file is empty", "header line"]),
        (b"\xef\xbb\xbf \n\n", ["the file is empty"]),
        ("\n \u00a0\n".encode("utf-16"), ["the file is empty"]),
        (b"sep=;\n\n", ["header and no rows"]),
        (b"framework,thickness_um\n", ["header and no rows", "at least one row"]),
        (b"framework,thickness_um\n,\n", ["header and no rows"]),
        (b"framework,agent,framework\na,b,c\n", ["'framework' appears twice", "keep one"]),
        (
            b"framework,agent\na,b\nc\n",
            ["row 2", "line 3", "got 1", "2, as the header has", "cut short", "'agent'"],
        ),
        (b"framework,thickness_um\nnone,50,5\n", ["row 1", "got 3", "point"]),
        (b"framework;thickness_um\nnone;50;5\n", ["row 1", "got 3", "remove"]),
        (
            b"framework;thickness_um;porosity_top\nnone;50,5;0.5\n",
            ["row 1", "thickness_um", "decimal comma", "50,5", "write 50.5"],
        ),
        (b'framework,thickness_um\nnone,"0,5"\n', ["decimal comma", "write 0.5"]),
        (b'framework,thickness_um\nnone,"1,250"\n', ["thousands", "1,250", "without separators"]),
        (b"framework,thickness_um\nnone,1 250.5\n", ["thousands"]),
        (b"framework,thickness_um\nnone,1_250\n", ["thousands"]),
        (b"framework,thickness_um\nnone,1.250.000\n", ["thousands"]),
        (
            b"framework,thickness_um\nnone,50\nnone,50 um\n",
            ["row 2", "thickness_um", "not a number", "50 um"],
        ),
        (b"framework,conductor_top\nnone,half\n", ["conductor_top", "not a number", "half"]),
        ("framework,thickness_um\nnone,−5\n".encode(), ["not a number"]),
        ("framework,thickness_um\nnone,٣\n".encode(), ["not a number"]),
        (b"framework|thickness_um\nnone|5\n", ["cannot be distinguished", "comma, semicolon, tab", "commas"]),
        (b"framework,,agent\nnone,7,none\n", ["column 2 has no name", "7"]),
        (b'framework,agent\n"none,none\n', ["not valid CSV", "quotation"]),
        (b"My cells\nframework,agent,x\na,b,c\n", ["no header", "My cells", "remove the lines above"]),
        (b"My cells,,\nframework,agent,x\n", ["column 2 has no name", "remove the lines above"]),
        (b"framework,agent\na,b\nframework , agent\nc,d\n", ["row 2", "repeats the header", "remove that"]),
        (b"framework,thickness_um\n,um\nnone,50\n", ["row 1", "not a number", "'um'", "row of units"]),
        (b"framework:agent\na:b\n", ["cannot be distinguished", "commas"]),
        (
            b'"framework,agent,x"\n"a,b,c"\n',
            ["cannot be distinguished", "quotation marks around whole lines"],
        ),
        (b"sep=;\nframework,agent,x\na,b,c\n", ["cannot be distinguished", "sep="]),
        (b"sep=\r\nframework,agent,x\na,b,c\n", ["unknown separator", "remove the line"]),
        ("sep=é\nframeworkéagent\naéb\n".encode(), ["unknown separator", "sep=é"]),
        (b'sep="\nframework"agent\na"b\n', ["unknown separator"]),
        (b"framework;agent\na,b\n", ["row 1", "got 1", "not by comma"]),
        ("framework,agent\na,b\n".encode("utf-16")[:-1], ["within a character", "cut short"]),
        ("framework,agent\na,µ".encode()[:-1], ["within a character", "cut short"]),
        (b"<html>\n<body>a,b</body>", ["HTML", "CSV UTF-8"]),
        (b'[{"framework": 1}]', ["JSON"]),
        (b"framework,agent\na,b\n\x00\x00", ["line 3 holds a NUL byte"]),
        ((",".join(f"c{k}" for k in range(1001)) + "\n1\n").encode(), ["too many columns", "1001", "1000"]),
        (b"framework,agent\n" + b"x" * 200_000 + b",b\n", ["line 2", "field larger"]),
        (b"PK\x03\x04rest", ["Excel workbook", "CSV UTF-8"]),
        (b"framework\n\x00\x01\n", ["not a text file"]),
        (b"framework\n\x81\n", ["line 2", "UTF-16", "CSV UTF-8"]),
    ],
)
def test_refused(tmp_path: Path, content: bytes, named: list[str]) -> None:
    with pytest.raises(RecordError) as caught:
        read_table(written(tmp_path, content))
    for part in ["in.csv", *named]:
        assert part in str(caught.value)


def test_missing_file_folder_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RecordError, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(RecordError, match="folder"):
        read_table(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordError, match=r"^\.: is a folder"):
        read_table(".")
    with pytest.raises(RecordError, match="cannot be read: Not a directory"):
        read_table(written(tmp_path, "x") / "in.csv")
    with pytest.raises(RecordError, match="the file is empty"):
        read_table(os.devnull)
    monkeypatch.setattr(opening, "MOST_BYTES", 2 * 2**20)
    path = written(tmp_path, b"framework\n" + b"none\n" * 500_000)
    with pytest.raises(RecordError, match=r"too large.*2 MiB.*split"):
        read_table(path)


def test_the_class_of_error_is_the_callers(tmp_path: Path) -> None:
    with pytest.raises(DesignError) as caught:
        read_table(written(tmp_path, "thickness_um\nx\n"), error=DesignError)
    assert (caught.value.row, caught.value.column) == (0, "thickness_um")


def test_booleans() -> None:
    column = pd.Series(["yes", "FALSE", None, "1", 0.0, True, ""], name="failed", dtype=object)
    assert booleans(column, where="r.csv").tolist() == [True, False, False, True, False, True, False]
    with pytest.raises(RecordError, match=r"r.csv, row 2, column failed.*perhaps.*true or false"):
        booleans(pd.Series(["yes", "perhaps"], name="failed"), where="r.csv")


def test_unknown_columns_are_named_once() -> None:
    known = ["thickness_um", "agent"]
    assert unknown_columns(["agent", "thickness_um"], known) == []
    assert unknown_columns(["thicknes_um", "colour"], known) == [
        "columns that are not used: thicknes_um (did you mean thickness_um?), colour"
    ]
