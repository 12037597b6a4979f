"""Kept machine code that was damaged is compiled again; nothing that is kept can change a number."""

from __future__ import annotations

import errno
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numba
import numpy as np
import pytest
from numba.core import caching

from surrogate.machine_code import checked
from tests.faults.damage import damaged

SOURCE = """
from numba import njit

@njit(cache=True)
def mean(a, b):
    return a + (b - a) * 0.5
"""
DAMAGES = 12  # of data and of the index


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], ModuleType]:
    """The function declared anew, as in another process, with its machine code in ``kept``."""
    (tmp_path / "declared.py").write_text(SOURCE)
    monkeypatch.setattr(caching, "IndexDataCacheFile", caching.IndexDataCacheFile)  # and put back
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "kept"))
    checked(tmp_path / "kept")

    def declare() -> ModuleType:
        spec = importlib.util.spec_from_file_location("declared", tmp_path / "declared.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return declare


def hits(module: ModuleType) -> int:
    assert module.mean(1.0, 4.0) == 2.5
    return sum(module.mean.stats.cache_hits.values())


@pytest.mark.slow
def test_a_damaged_file_is_compiled_again_and_replaced(
    declared: Callable[[], ModuleType], tmp_path: Path
) -> None:
    assert [hits(declared()), hits(declared())] == [0, 1]
    files, rng = sorted((tmp_path / "kept").rglob("*.nb?")), np.random.default_rng(0)
    assert [path.suffix for path in files] == [".nbc", ".nbi"]
    for path in files:
        for number in range(DAMAGES):
            how = ("bit", "sector", "cut", "bit")[number % 4]
            path.write_bytes(damaged(path.read_bytes(), how, rng))
            assert [hits(declared()), hits(declared())] == [0, 1], (path, how)


@pytest.mark.slow
def test_what_another_program_left_is_compiled_again(
    declared: Callable[[], ModuleType], tmp_path: Path
) -> None:
    hits(declared())
    for path in (tmp_path / "kept").rglob("*.nb?"):
        path.write_bytes(path.read_bytes()[32:])  # as numba itself writes it
    assert [hits(declared()), hits(declared())] == [0, 1]


@pytest.mark.slow
def test_a_full_disk_costs_no_result(
    declared: Callable[[], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(caching.os, "replace", full)
    assert [hits(declared()), hits(declared())] == [0, 0]
    assert not [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]


def test_other_folders_are_left_alone(declared: Callable[[], ModuleType], tmp_path: Path) -> None:
    kind = type(caching.IndexDataCacheFile(str(tmp_path / "other"), "a", 0)).__name__
    assert kind == "IndexDataCacheFile"
