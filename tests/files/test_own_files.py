"""Files that are written again and again: a file that a person has changed is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surrogate.files.own_files import WRITTEN, OwnFiles


def write(
    folder: Path, text: str, name: str = "a.csv", somebodys: Callable[[Path], bool] | None = None
) -> OwnFiles:
    files = OwnFiles(folder, somebodys)
    with files.writing(name) as path:
        path.write_text(text)
    return files


def test_an_unchanged_file_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, "one")
    files = write(tmp_path, "two")
    assert (tmp_path / "a.csv").read_text() == "two"
    assert files.kept == {}
    assert files.written == [tmp_path / "a.csv"]


def test_a_changed_file_is_kept_whatever_follows(tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "a.csv").write_text("filled in")
    for text in ("two", "three"):
        files = write(tmp_path, text)
        assert files.kept == {"a.csv": "a-2.csv"}
        assert (tmp_path / "a-2.csv").read_text() == text
    (tmp_path / "a-2.csv").write_text("filled in too")
    assert write(tmp_path, "four").kept == {"a.csv": "a-3.csv"}
    assert (tmp_path / "a.csv").read_text() == "filled in"
    assert (tmp_path / "a-2.csv").read_text() == "filled in too"


@pytest.mark.parametrize("memory", [None, "", "[1]", "{", '{"a.csv": 5}'])
def test_without_a_memory_it_is_asked_whose_it_is(tmp_path: Path, memory: str | None) -> None:
    if memory is not None:
        (tmp_path / WRITTEN).write_text(memory)
    (tmp_path / "b.csv").write_text("old")
    assert write(tmp_path, "new", "b.csv").kept == {}
    (tmp_path / WRITTEN).unlink()
    assert write(tmp_path, "newer", "b.csv", somebodys=lambda path: path.stem == "b").kept == {
        "b.csv": "b-2.csv"
    }


def test_a_failure_leaves_file_and_memory(tmp_path: Path) -> None:
    write(tmp_path, "one")

    def half() -> None:
        with OwnFiles(tmp_path).writing("a.csv") as path:
            path.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert (tmp_path / "a.csv").read_text() == "one"
    assert write(tmp_path, "two").kept == {}
