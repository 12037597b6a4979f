"""Tables that are kept: the same when read, and not taken where one bit is another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate.files.kept_table import keep_table, kept_table

TABLE = pd.DataFrame(
    {"x": [1 / 3, np.nan], "name": ["copper", None], "n": [1, 2]}, index=pd.Index(["a", "b"], name="design")
)


def test_it_comes_back_with_its_index(tmp_path: Path) -> None:
    keep_table(TABLE, tmp_path / "t.kept")
    pd.testing.assert_frame_equal(kept_table(tmp_path / "t.kept"), TABLE)
    keep_table(TABLE.reset_index(drop=True), tmp_path / "t.kept")
    assert list(kept_table(tmp_path / "t.kept").index) == [0, 1]


@pytest.mark.parametrize("at", [0, 63, 64, 70, 200, -1])
def test_one_with_another_bit_is_none(tmp_path: Path, at: int) -> None:
    path = tmp_path / "t.kept"
    keep_table(TABLE, path)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    assert kept_table(path) is None


@pytest.mark.parametrize("size", [0, 10, 64, 100])
def test_one_that_was_cut_short_is_none(tmp_path: Path, size: int) -> None:
    path = tmp_path / "t.kept"
    assert kept_table(path) is None
    keep_table(TABLE, path)
    path.write_bytes(path.read_bytes()[:size])
    assert kept_table(path) is None
