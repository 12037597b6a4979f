"""How long ``surrogate literature add`` takes for 100,000 records beside as many, and for 100,000 faulty ones."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEADER = "source,ref,system,strategy,current_density_mA_cm2,areal_capacity_mAh_cm2,cycles"
ROWS = 100_000
LONGEST_S = 8.0  # the start of the program included


def add(folder: Path, name: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Seconds of ``surrogate literature add`` of a file, and how it ended."""
    code = "import sys; from surrogate.cli.surrogate import main; sys.exit(main())"
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", code, "literature", "add", name], cwd=folder, capture_output=True, text=True,
        env=os.environ, check=False,
    )  # fmt: skip
    return time.perf_counter() - began, ended


@pytest.mark.parametrize("quoted", [False, True])
def test_many_records_are_added_to_many(tmp_path: Path, quoted: bool) -> None:
    note = '"a, ""b"""' if quoted else "a"
    for name, first in (("old.csv", 0), ("new.csv", ROWS)):
        lines = (
            f"lab,{k},A@B{k % 97},alloy,{k % 40 + 1},1.5,{k % 1400 + 1},{note}"
            for k in range(first, first + ROWS)
        )
        (tmp_path / name).write_text("\n".join([f"{HEADER},note", *lines]) + "\n")
    assert add(tmp_path, "old.csv")[1].returncode == 0
    seconds, ended = add(tmp_path, "new.csv")
    print(f"{ROWS} records added to {ROWS}, quoted {quoted}: {seconds:.1f} s")
    assert "(200,000 in it)" in ended.stdout, ended.stderr
    assert seconds < LONGEST_S


@pytest.mark.parametrize("cell", ["-1", "x", "", "1.250"])
def test_many_faults_are_told(tmp_path: Path, cell: str) -> None:
    lines = (f"lab,{k},A@B,magic,-1,-1,{cell}" for k in range(ROWS))
    (tmp_path / "bad.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    seconds, ended = add(tmp_path, "bad.csv")
    print(f"{ROWS} faulty records with {cell!r}: {seconds:.1f} s")
    assert ended.returncode == 2
    assert "row 1" in ended.stderr
    assert seconds < LONGEST_S
