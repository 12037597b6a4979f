"""A command and the options that did its work before it was a command: the same output, files and exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from .conftest import Command, Ended

RECORDS = "source,ref,system,strategy,current_density_mA_cm2,areal_capacity_mAh_cm2,cycles\nlab,1,A@B,alloy,0.5,1,9\n"
STAGES = ("checking the literature", "published cells", "published interfaces", "finite elements")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparisons and finite elements that take no time."""
    from surrogate.physics.interface import surface
    from surrogate.report import interface_figures
    from surrogate.validation import interface, interface_numerics, plating

    compared = {
        "cell": "C", "variant": "a", "current_density_mA_cm2": 1.0, "published_mV": 10.0, "simulated_mV": 12.0,
        "error_pct": 20.0, "use": "test",
    }  # fmt: skip
    monkeypatch.setattr(plating, "published_cells", lambda: pd.DataFrame([compared]))
    area = {"cell": "C", "exponent": 0.5, "error_of_the_other": 0.1, "same_area": 0.3}
    monkeypatch.setattr(plating, "exponents", lambda: pd.DataFrame([area, {"cell": "both", "exponent": 0.5}]))
    quantity = {
        "quantity": "current", "condition": "1 MPa", "unit": "1", "published": 0.7, "model": 0.7, "error_pct": 0.0,
        "area_only": 0.5, "verdict": "holds", "note": "",
    }  # fmt: skip
    numerics = {"check": "mesh", "asked_pct": 1.0, "measured_pct": 0.2, "holds": True}
    monkeypatch.setattr(interface, "published_interfaces", lambda report: pd.DataFrame([quantity]))
    monkeypatch.setattr(interface_numerics, "numerics", lambda report: pd.DataFrame([numerics]))
    monkeypatch.setattr(
        interface_figures, "write_figures", lambda folder, stem: [folder / f"{stem}-fields.pdf"]
    )
    monkeypatch.setattr(surface, "make", lambda progress: None)
    monkeypatch.setattr(surface, "content", lambda made, about: {"about": about})


def outcome(command: Command, folder: Path, words: list[str]) -> tuple[Ended, dict[str, Any]]:
    """How a command line ended, without lines of progress, and the files it left, which are removed."""
    for name in ("in.csv", "bad.csv"):
        (folder / name).write_text(RECORDS if name == "in.csv" else RECORDS.replace(",9", ",-9"))
    (folder / "texts").mkdir(exist_ok=True)
    ended = command("surrogate", *words)
    ended.err = "\n".join(line for line in ended.err.splitlines() if not line.startswith(STAGES))
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    files = {name: content for name, content in files.items() if not name.endswith(".lock")}
    for name in files:
        (folder / name).unlink()
    return ended, {name: content for name, content in files.items() if name not in ("in.csv", "bad.csv")}


@pytest.mark.parametrize(
    ("new", "old", "code", "written"),
    [
        ("literature check", "literature --check", 0, set()),
        ("literature check --text none", "literature --check --text none", 2, set()),
        ("literature explain BIG", "literature --explain BIG", 0, set()),
        ("literature explain nothing", "literature --explain nothing", 2, set()),
        ("literature add in.csv", "literature --add in.csv", 0, {"records-added.csv"}),
        ("literature add in.csv --into own.csv", "literature --add in.csv --into own.csv", 0, {"own.csv"}),
        ("literature add bad.csv", "literature --add bad.csv", 2, set()),
        ("validate cells", "simulate --validate cells", 0, set()),
        ("validate cells --out c.csv", "simulate --validate cells --out c.csv", 0, {"c.csv"}),
        ("validate interface --out i.csv", "simulate --validate interface --out i.csv", 0, {"i.csv"}),
        ("validate interface --out texts", "simulate --validate interface --out texts", 2, set()),
        ("response-surface --out s.json", "simulate --response-surface s.json", 0, {"s.json"}),
    ],
)
def test_both_spellings_do_the_same(
    command: Command, quick: None, tmp_path: Path, new: str, old: str, code: int, written: set[str]
) -> None:
    first, files = outcome(command, tmp_path, new.split())
    second, others = outcome(command, tmp_path, old.split())
    assert first.code == second.code == code, first.err + second.err
    assert first.out == second.out
    assert first.err == second.err
    assert set(files) == written
    assert files == others


def test_a_failed_check_fails_in_both_spellings(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from surrogate.literature import checks, statements
    from surrogate.literature.source_check import STATUSES, Located
    from surrogate.literature.statement_check import MISSING, Traced

    monkeypatch.setattr(checks, "locate", lambda *_: [Located(0, STATUSES[0])])
    monkeypatch.setattr(statements, "trace", lambda *_: [Traced(5, 0.5, MISSING)])
    first, _ = outcome(command, tmp_path, ["literature", "check", "--text", "texts"])
    second, _ = outcome(command, tmp_path, ["literature", "--check", "--text", "texts"])
    assert (first.code, second.code) == (2, 2)
    assert "unexplained warnings, listed above" in first.err
    assert (first.out, first.err) == (second.out, second.err)


def test_exports_are_the_same_table(command: Command, tmp_path: Path) -> None:
    """The option also counts the records; the command only writes them."""
    first, files = outcome(command, tmp_path, ["literature", "export", "--out", "all.csv"])
    second, others = outcome(command, tmp_path, ["literature", "--export", "all.csv"])
    assert (first.code, second.code) == (0, 0)
    assert first.out in second.out
    assert files == others
    assert set(files) == {"all.csv"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("literature --check check", ["--check", "after the command: surrogate literature check"]),
        ("literature --text texts check", ["--text", "after the command"]),
        ("literature chek", ["chek", "Did you mean 'check'?"]),
        ("literature explain", ["SYSTEM", "surrogate literature explain --help"]),
        ("literature add", ["FILE.csv"]),
        ("literature export", ["--out"]),
        ("literature --explain BIG --check", ["--explain cannot be combined with other options"]),
        ("literature --export all.csv --text texts", ["--text needs --check"]),
        ("validate planets", ["planets"]),
        ("simulate --validate planets", ["planets", "cells or interface"]),
        ("response-surface", ["--out"]),
    ],
)
def test_bad_usage_is_refused(command: Command, tmp_path: Path, words: str, named: list[str]) -> None:
    ended, files = outcome(command, tmp_path, words.split())
    assert ended.code == 2
    assert ended.out == ""
    for part in named:
        assert part in ended.err
    assert files == {}


def test_a_group_without_a_command_says_what_there_is(command: Command) -> None:
    ended = command("surrogate", "validate")
    assert ended.code == 0
    assert "cells" in ended.out
    assert "interface" in ended.out
