"""The tutorial as a reader meets it: its commands in an empty folder, the seconds of each, and its pictures.

``LIHOST_TUTORIAL_PICTURES=docs/figures`` writes the pictures where the page shows them.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests import tutorial

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_seconds_of_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into = Path(os.environ.get("LIHOST_TUTORIAL_PICTURES", tmp_path)).resolve()
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("*.db"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    begun = time.perf_counter()
    for line in tutorial.commands():
        before = time.perf_counter()
        assert tutorial.run(line) == 0, line
        print(f"\n{time.perf_counter() - before:6.1f} s  {line}")
    print(f"\n{time.perf_counter() - begun:6.1f} s in all")
    if tutorial.BROWSER is not None:
        for path in (*tutorial.take_pictures(tmp_path, into), tutorial.take_bench_picture(into)):
            print(f"{path.stat().st_size / 1024:.0f} KiB  {path.name}")
