"""Files are replaced whole or not at all, and a full disk says so."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate.errors import InputError, StoreError
from surrogate.files import output as writing
from surrogate.files.formula import as_text
from surrogate.files.tables import read_table


def test_csv_is_exact_and_the_same_every_time(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"porosity_top": [0.1, 1 / 3, np.nan], "note": ["a, b", None, 'say "x"'], "n": [1, 2, 3]}
    )
    first = writing.write_csv(frame, tmp_path / "a.csv").read_bytes()
    second = writing.write_csv(frame.copy(), tmp_path / "b.csv").read_bytes()
    assert first == second
    assert b"0.3333333333333333," in first
    assert b"\r" not in first
    back, _ = read_table(tmp_path / "a.csv")
    assert back["porosity_top"].iloc[1] == 1 / 3
    assert back["note"].tolist() == ["a, b", None, 'say "x"']


TEXTS = st.text('ab",\n \t;é', max_size=4)
NUMBERS = st.floats() | st.integers(-(2**60), 2**60)
MIXED = TEXTS | NUMBERS | st.booleans() | st.none() | st.just(pd.NA)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(MIXED, TEXTS | st.none(), st.floats(), st.booleans()), max_size=5),
    st.lists(TEXTS, min_size=4, max_size=4, unique=True),
)
@pytest.mark.slow
def test_csv_is_what_the_csv_module_writes(rows: list[tuple[object, ...]], names: list[str]) -> None:
    kinds = (object, "string", float, bool)
    frame = pd.DataFrame(
        {name: pd.Series([row[k] for row in rows], dtype=kinds[k]) for k, name in enumerate(names)}
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(as_text, names))
    writer.writerows(["" if pd.isna(cell) else as_text(str(cell)) for cell in row] for row in rows)
    assert writing.csv_text(frame) == text.getvalue()
    assert writing.csv_text(frame, header=False) == text.getvalue()[len(writing.csv_text(frame[:0])) :]


@pytest.mark.parametrize("text", ["a\rb", "\r", "a\r\nb", 'a "b", c', "a\n\nb"])
def test_odd_texts_read_back_as_they_were(tmp_path: Path, text: str) -> None:
    frame = pd.DataFrame({"note": [f"x{text}y", "z"], "n": [1.0, 2.0]})
    back, _ = read_table(writing.write_csv(frame, tmp_path / "a.csv"))
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_json_is_plain(tmp_path: Path) -> None:
    value = {
        "a": np.float64(0.1),
        "b": [np.nan, float("inf"), 2],
        "c": np.arange(2),
        "d": tmp_path,
        1: True,
        "e": pd.NA,
    }
    path = writing.write_json(value, tmp_path / "a.json")
    assert json.loads(path.read_text()) == {
        "a": 0.1, "b": [None, None, 2], "c": [0, 1], "d": str(tmp_path), "1": True, "e": None
    }  # fmt: skip


def test_a_failed_write_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = writing.write_text("old", tmp_path / "a.txt")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"a\.txt.*[Nn]o space.*free some space"):
        writing.write_text("new", path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_who_reads_meanwhile_reads_the_old_file(tmp_path: Path) -> None:
    path = writing.write_text("old", tmp_path / "a.txt")
    with path.open() as reader:
        writing.write_text("new", path)
        assert reader.read() == "old"
    assert path.read_text() == "new"


def test_interrupted_in_the_middle(tmp_path: Path) -> None:
    path = writing.write_text("old", tmp_path / "a.txt")

    def interrupted() -> None:
        with writing.replacing(path) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux only: a device that is always full")
def test_a_really_full_device() -> None:
    with pytest.raises(StoreError, match="free some space"):
        writing.write_text("x" * 100_000, "/dev/full")
    assert not Path("/dev/full").is_file()


def test_rights_and_links_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "real.txt"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(target)
    writing.write_text("new", link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    old_mask = os.umask(0o022)
    try:
        assert writing.write_text("x", tmp_path / "new.txt").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(old_mask)


def test_output_places_are_checked_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert writing.output_folder(tmp_path / "a" / "b").is_dir()
    for bad in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="in the way"):
            writing.output_folder(bad)
    with pytest.raises(InputError, match="is a folder"):
        writing.output_file(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        writing.output_file(tmp_path / "none" / "a.csv")
    assert writing.output_file(tmp_path / "a.csv") == tmp_path / "a.csv"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "file"]


def test_no_right_to_write_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(StoreError, match=r"Permission denied.*choose a folder"):
        writing.output_folder(tmp_path)


def test_a_lock_is_waited_for_or_refused_in_words_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with (
        writing.locked(path),
        pytest.raises(StoreError, match=r"a\.csv: it is taken\. To mend it: take another\."),
        writing.locked(path, 0.0, "it is taken", "take another"),
    ):
        pass
    with writing.locked(path, 0.0):
        assert not path.exists()


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("filelock.FileLock.acquire", none)
    with pytest.raises(StoreError, match="its file system has no locks"), writing.locked(tmp_path / "a.csv"):
        pass
