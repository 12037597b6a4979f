"""Machine code is kept between processes, and doing without costs time, never a result."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from surrogate.physics.plating import compiled
from surrogate.resources import cache_folder

PLATE = """
from surrogate.physics.plating.kinetics import plating_current
current, slope = plating_current(0.02, 0.5, 0.01, 0.05, 20.0, 2e-3, 0.0514)
print(sum(plating_current.stats.cache_hits.values()), repr(current))
"""  # one small function of those that are kept; the whole kernel takes 15 s to compile


def _plate(cache: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PLATE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    hits, number = done.stdout.split()
    return int(hits), number


@pytest.mark.process
def test_a_second_process_finds_the_machine_code(tmp_path):
    first, second = _plate(tmp_path), _plate(tmp_path)
    assert first[0] == 0
    assert second[0] == 1
    assert first[1] == second[1]


@pytest.mark.process
def test_a_cache_folder_that_cannot_be_made_is_done_without(tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert _plate(blocked)[0] == 0


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users and modes are other things there")
def test_nobody_else_may_write_to_a_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = cache_folder("x")
    folder.chmod(0o777)
    assert cache_folder("x").stat().st_mode & 0o777 == 0o700
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    assert cache_folder("x") is None


def test_a_user_without_a_home_has_no_cache_folder(monkeypatch):
    """As in a container that runs under a number that no user has."""

    def gone(_):
        raise KeyError("uid not found")

    for name in ("HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", gone)
    assert cache_folder("x") is None


def test_the_cache_lies_where_it_is_told_to(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert cache_folder("code") == tmp_path / "lihost" / "checked" / "code"
    assert (tmp_path / "lihost" / "checked" / "code").is_dir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert cache_folder("code") is None


@pytest.mark.parametrize("name", compiled._SOURCES)
def test_every_compiled_source_decides_the_cache_folder(name, tmp_path, monkeypatch):
    folder = tmp_path / "physics"
    folder.mkdir()
    for source in compiled._SOURCES:
        (folder / source).write_text(source)
    monkeypatch.setattr(compiled, "__file__", str(folder / "compiled.py"))
    before = compiled._digest()
    assert compiled._digest() == before
    (folder / name).write_text("changed")
    assert compiled._digest() != before


def test_no_compiled_source_is_forgotten():
    folder = Path(compiled.__file__).parent
    using = {path.name for path in folder.glob("*.py") if "@njit" in path.read_text(encoding="utf-8")}
    assert using <= set(compiled._SOURCES)


def test_machine_code_that_is_kept_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "_FOLDER", tmp_path)
    assert not compiled.kept("batch.cycle_all")
    (tmp_path / "physics_1").mkdir()
    (tmp_path / "physics_1" / "batch.cycle_all-91.py311.1.nbc").write_bytes(b"")
    assert compiled.kept("batch.cycle_all")
    assert not compiled.kept("batch.cycle")
    monkeypatch.setattr(compiled, "_FOLDER", None)
    assert not compiled.kept("batch.cycle_all")
