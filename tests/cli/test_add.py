"""``surrogate literature --add``: what it says, and that no file whatever is misread or ends in a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from .conftest import Command, World

HEADER = "source,ref,system,strategy,current_density_mA_cm2,areal_capacity_mAh_cm2,cycles"
ROW = "lab,1,A@B,alloy,0.5,1,1250"
GOOD = f"{HEADER}\n{ROW}\nlab,2,C@D,miec,1,2,35\n"
LATIN = GOOD.replace("A@B", "Säure")

# name -> (content, what stderr has to name; exit code 2 unless the records are read right)
REFUSED: dict[str, tuple[str | bytes, list[str]]] = {
    "wrong delimiter": (GOOD.replace(",", "|"), ["cannot be distinguished", "comma, semicolon, tab"]),
    "merged header": (
        GOOD.replace("current_density_mA_cm2,areal_capacity_mAh_cm2", "conditions,"), ["column 6 has no name"],
    ),
    "thousands separators": (GOOD.replace("1250", '"1,250"'), ["row 1", "column cycles", "1,250", "separators"]),
    "decimal commas and points": (
        GOOD.replace(",", ";").replace("0.5", "0,5").replace(";1;2;35", ";1.5;2;35"),
        ["row 1", "column current_density_mA_cm2", "0,5", "decimal comma", "write 0.5"],
    ),
    "empty": (b"", ["the file is empty", "at least one row"]),
    "only blanks": (b"\xef\xbb\xbf \r\n\t\r\n", ["the file is empty"]),
    "header only": (HEADER + "\n", ["header and no rows"]),
    "half a row": (GOOD[:-12], ["row 2", "wrong number of cells", "cut short"]),
    "NUL bytes": (GOOD.replace("A@B", "A\0B"), ["not a text file", "CSV UTF-8"]),
    "duplicated column": (GOOD.replace("ref,", "cycles,"), ["'cycles' appears twice", "keep one"]),
    "Excel file": (b"PK\x03\x04" + bytes(60), ["Excel workbook", "CSV UTF-8"]),
    "old Excel file": (b"\xd0\xcf\x11\xe0" + bytes(60), ["old Excel workbook"]),
    "unclosed quote": (GOOD.replace("A@B", '"A@B'), ["not valid CSV", "quotation marks"]),
    "unknown unit": (GOOD.replace("density_mA_cm2", "density_mA_ft2"), ["current_density_mA_ft2", "unit", "A_m2"]),
    "unknown unit in brackets": (
        GOOD.replace("current_density_mA_cm2", "current density (mA/ft2)"), ["mA/ft2", "wrong unit"],
    ),
    "no unit": (GOOD.replace("density_mA_cm2", "density"), ["current_density", "no unit"]),
    "not a table": ("Dear all,\nhere are my results\n", ["row 1", "wrong number of cells"]),
    "count in thousands": (GOOD.replace("1250", "1.250"), ["row 1", "column cycles", "1.250", "write 1250 or 1.25"]),
    "fraction for per cent": (
        GOOD.replace("cycles", "coulombic_efficiency_pct").replace("1250", "0.985"),
        ["row 1", "column coulombic_efficiency_pct", "0.985", "98.5", "coulombic_efficiency_fraction"],
    ),
    "misspelt column": (GOOD.replace("cycles", "cycle"), ["column cycle", "did you mean cycles?"]),
    "lower case column": (GOOD.replace("strategy", "Strategy"), ["did you mean strategy?"]),
    "two header rows": (f"{HEADER}\n{GOOD}", ["row 1", "repeats the header"]),
    "units below the header": (
        GOOD.replace(ROW, f",,,,mA/cm2,mAh/cm2,\n{ROW}"), ["row 1", "'mA/cm2'", "remove a row of units"],
    ),
    "summary row": (f"{GOOD}Average,,,,0.75,1.5,642.5\n", ["row 3", "column source", "summary row", "remove it"]),
    "renamed duplicate": (GOOD.replace("ref", "cycles.1"), ["column cycles.1", "cycles is given twice"]),
    "extra cells": (GOOD.replace("1250", "1250,7"), ["row 1", "got 8", "7, as the header has"]),
    "quotation mark in the middle": (GOOD.replace("A@B", '"A"@B'), ["line 2", "not valid CSV", "quotation marks"]),
    "cut UTF-16": (GOOD.encode("utf-16")[:-1], ["within a character", "cut short"]),
    "UTF-16 without mark": (GOOD.encode("utf-16-le"), ["NUL byte", "CSV UTF-8"]),
    "binary": (bytes(range(256)) * 9, ["not text in a known encoding"]),
    "HTML": ("<html><body>404</body></html>", ["HTML", "CSV UTF-8"]),
    "thousands of columns": (GOOD.replace("cycles", ",".join(f"c{k}" for k in range(1500))), ["too many columns"]),
    "no source": (GOOD.replace("source,", "doi,"), ["column source", "missing"]),
}  # fmt: skip
READ: dict[str, tuple[str | bytes, list[str]]] = {
    "semicolons": (GOOD.replace(",", ";"), []),
    "tabs and carriage returns": (GOOD.replace(",", "\t").replace("\n", "\r\n"), []),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), []),
    "UTF-16": (GOOD.encode("utf-16"), []),
    "Latin-1": (LATIN.encode("latin-1"), ["line 2", "Windows-1252"]),
    "UTF-8": (LATIN.encode(), []),
    "carriage returns only": (GOOD.replace("\n", "\r"), []),
    "no last line break": (GOOD.rstrip("\n"), ["last line has no line break"]),
    "decimal commas": (GOOD.replace(",", ";").replace("0.5", "0,5"), ["decimal commas read as points"]),
    "merged row above the header": (f",,,,Cycling,,\n{GOOD}", ["line 1 stands above the header"]),
    "title above the header": (f"Cells of May\n{GOOD}", ["line 1 stands above the header"]),
    "everything quoted": (re.sub(r"[^,\n]+", r'"\g<0>"', GOOD), []),
    "blank lines and blanks": (GOOD.replace("\n", "\n\n ,,,,,,\n").replace(",", " , "), []),
    "trailing commas": (GOOD.replace("\n", ",,\n"), []),
    "invisible marks": (GOOD.replace("source", "\ufeffsource\u200b").encode("utf-8-sig"), []),
    "nameless counting column": ("," + GOOD.replace("lab,1", "0,lab,1").replace("lab,2", "1,lab,2"), ["counts"]),
    "other units": (
        GOOD.replace("density_mA_cm2", "density_A_m2").replace(",0.5,1,", ",5,1,").replace(",1,2,", ",10,2,"),
        ["current_density_A_m2 converted"],
    ),
}  # fmt: skip


@pytest.mark.slow
def test_what_it_says(command: Command, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(GOOD)
    ended = command("surrogate", "literature", "--add", "new.csv")
    assert ended.code == 0, ended.err
    assert "Added: 2 records from new.csv to records-added.csv (2 in it)" in ended.out
    assert "surrogate train --records records-added.csv" in ended.out
    again = command("surrogate", "literature", "--add", "new.csv")
    assert again.code == 2
    for part in ("new.csv, row 1", "the same record as row 1 of records-added.csv", "and 1 more"):
        assert part in " ".join(again.err.split())
    other = command("surrogate", "literature", "--add", "new.csv", "--into", "other.csv")
    assert other.code == 0
    assert (tmp_path / "other.csv").is_file()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_malformed_file_is_refused(command: Command, tmp_path: Path, kind: str) -> None:
    content, named = REFUSED[kind]
    (tmp_path / "bad.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = command("surrogate", "literature", "--add", "bad.csv")
    assert ended.code == 2, ended.out + ended.err
    message = " ".join(ended.err.split())
    assert "Traceback" not in message
    assert "bug" not in message
    for part in ["bad.csv", *named]:
        assert part in message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv"]


@pytest.mark.parametrize("kind", READ)
@pytest.mark.slow
def test_an_odd_file_is_read_right(command: Command, tmp_path: Path, kind: str) -> None:
    content, named = READ[kind]
    (tmp_path / "odd.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = command("surrogate", "literature", "--add", "odd.csv")
    assert ended.code == 0, ended.err
    for part in named:
        assert part in ended.err
    table = pd.read_csv(tmp_path / "records-added.csv")
    assert table["current_density_mA_cm2"].tolist() == [0.5, 1.0]
    assert table["areal_capacity_mAh_cm2"].tolist() == [1.0, 2.0]
    assert table["cycles"].tolist() == [1250, 35]
    assert table["system"].tolist() == ["Säure" if kind in ("Latin-1", "UTF-8") else "A@B", "C@D"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--into", "x.csv"], "--into needs --add"),
        (["--add", "new.csv", "--check"], "--add can be combined with --into and --dry-run only"),
        (["--add", "none.csv"], "none.csv: no such file"),
        (["--add", "."], ".: is a folder"),
        (["--add", "/dev/null"], "/dev/null: is a device or pipe"),
        (["--add", "new.csv", "--into", "."], "is a folder"),
    ],
)
def test_options_that_do_not_fit(command: Command, words: list[str], named: str) -> None:
    ended = command("surrogate", "literature", *words)
    assert ended.code == 2
    assert named in ended.err


@pytest.mark.slow
def test_training_takes_the_table(command: Command, world: World, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(GOOD)
    ended = command("surrogate", "train", "--records", "new.csv")
    assert ended.code == 0, ended.err
    assert world.trained_on == [Path("new.csv")]
    missing = command("surrogate", "train", "--records", "none.csv")
    assert missing.code == 2
    assert "none.csv: no such file" in missing.err
    assert world.trained == 1
