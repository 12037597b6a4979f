"""Files that are written again and again: a file that a person has changed is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surrogate.files.own_files import WRITTEN, OwnFiles


def write(
    folder: Path, text: str, name: str = "a.csv", earlier: Callable[[Path], bool] | None = None
) -> OwnFiles:
    files = OwnFiles(folder, earlier)
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


@pytest.mark.parametrize("memory", [None, "", "[1]", "{", '{"b.csv": 5}', '{"a.csv": "1"}'])
def test_what_is_not_remembered_is_somebodys_unless_an_earlier_version_wrote_it(
    tmp_path: Path, memory: str | None
) -> None:
    if memory is not None:
        (tmp_path / WRITTEN).write_text(memory)
    (tmp_path / "b.csv").write_text("mine")
    assert write(tmp_path, "new", "b.csv").kept == {"b.csv": "b-2.csv"}
    assert write(tmp_path, "newer", "b.csv").kept == {"b.csv": "b-2.csv"}
    assert (tmp_path / "b.csv").read_text() == "mine"
    assert (tmp_path / "b-2.csv").read_text() == "newer"
    (tmp_path / WRITTEN).unlink()
    assert write(tmp_path, "newest", "b.csv", earlier=lambda path: path.read_text() == "mine").kept == {}
    assert (tmp_path / "b.csv").read_text() == "newest"


def test_two_commands_at_one_folder_do_not_take_each_others_files_for_somebodys(tmp_path: Path) -> None:
    one, other = OwnFiles(tmp_path), OwnFiles(tmp_path)
    for files, text in ((one, "a"), (other, "b"), (one, "c")):
        for name in ("x.csv", "y.csv"):
            with files.writing(name) as path:
                path.write_text(text)
    assert one.kept == other.kept == {}
    assert (tmp_path / "x.csv").read_text() == "c"
    write(tmp_path, "d", "y.csv")
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == [
        "x.csv",
        "y.csv",
    ]


def test_what_was_kept_in_words(tmp_path: Path) -> None:
    write(tmp_path, "one")
    (tmp_path / "a.csv").write_text("filled in")
    (tmp_path / "b.csv").write_text("mine")
    (changed,), (foreign,) = (write(tmp_path, "two", name).kept_in_words() for name in ("a.csv", "b.csv"))
    assert (
        changed
        == f"{tmp_path / 'a.csv'} was changed since it was written and is kept; the new one is a-2.csv"
    )
    assert "b.csv is not known to be written by this program and is kept; the new one is b-2.csv" in foreign


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


@pytest.mark.parametrize("done", [False, True])
def test_what_was_stopped_as_it_took_its_name_is_nobodys(
    tmp_path: Path, done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that is killed there and given again leaves no file beside the one it was to write."""
    write(tmp_path, "one")
    take = Path.replace

    def stopped(path: Path, target: Path) -> Path:
        if target.name == "a.csv" and not done:
            raise KeyboardInterrupt
        taken = take(path, target)
        if target.name == "a.csv":
            raise KeyboardInterrupt
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            write(tmp_path, "two")
    assert (tmp_path / "a.csv").read_text() == ("two" if done else "one")
    assert write(tmp_path, "three").kept == {}
    assert (tmp_path / "a.csv").read_text() == "three"
