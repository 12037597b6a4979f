"""The same table whoever makes it: one process, two, and Dask's workers, one of which is killed; and how fast.

Data flow: a section of LIHOST_BENCH_ROWS designs (default 4,000) -> ``simulated_table.build`` by each in turn, into
folders of its own -> the hash of its card, rows a second, and the memory of this process. With
LIHOST_BENCH_TABLE=100000 one larger table is made by two processes beside it.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pytest

from surrogate.execution import Workers, workers
from surrogate.learning import simulated_table

ROWS = int(os.environ.get("LIHOST_BENCH_ROWS", "4000"))
LARGE = int(os.environ.get("LIHOST_BENCH_TABLE", "0"))
WHO: dict[str, tuple[int | None, str | None]] = {
    "this process": (None, None),
    "2 processes": (2, None),
    "Dask, 1 worker": (1, "local"),
    "Dask, 2 workers": (2, "local"),
    "Dask, 4 workers": (4, "local"),
}


@contextmanager
def killing(after: Callable[[], bool]) -> Iterator[list[int]]:
    """Kill a child that simulates, as soon as ``after`` says so."""
    killed: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            busy = [one for one in psutil.Process().children(recursive=True) if one.cpu_percent(0.2) > 20.0]
            if after() and busy:
                os.kill(busy[0].pid, signal.SIGKILL)
                killed.append(busy[0].pid)
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def made(folder: Path, rows: int, who: Workers | None) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    card = simulated_table.build({"n": rows}, folder, 0, by=who)
    return card, time.perf_counter() - began


def test_the_same_table_whoever_makes_it(tmp_path: Path) -> None:
    hashes = {}
    for name, (count, cluster) in WHO.items():
        with workers(count, cluster) as who:
            card, seconds = made(tmp_path / name, ROWS, None if count is None else who)
        hashes[name] = card["sha256"]
        print(
            f"{name:32s} {ROWS} rows, {seconds:6.1f} s, {ROWS / seconds:5.0f} a second, {card['sha256'][:16]}"
        )
    for name, (count, cluster) in {"2 processes": (2, None), "Dask, 2 workers": (2, "local")}.items():
        folder = tmp_path / f"{name}, killed"
        begun = folder / simulated_table.BEGUN
        with workers(count, cluster) as who, killing(lambda begun=begun: any(begun.glob("part-*"))) as killed:
            card, seconds = made(folder, ROWS, who)
        hashes[folder.name] = card["sha256"]
        print(f"{folder.name:32s} {len(killed)} killed, {seconds:6.1f} s, {card['sha256'][:16]}")
        assert killed
    print(f"different tables: asked 1, measured {len(set(hashes.values()))}")
    assert len(set(hashes.values())) == 1


@pytest.mark.skipif(not LARGE, reason="takes minutes: LIHOST_BENCH_TABLE=100000")
def test_a_large_table(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with workers(2) as who:
        card, seconds = made(tmp_path, LARGE, who)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in (tmp_path / simulated_table.TABLE).iterdir()) / 1e6
    each = 2 * seconds / LARGE
    memory = f"this process {before:.0f} -> {after:.0f} MB, a worker {children:.0f} MB at most"
    files = f"{size:.0f} MB in {len(card['parts'])} files"
    print(
        f"{card['rows']:,} designs by 2 processes: {seconds:.0f} s, {1000 * each:.1f} ms of a core each; {memory}; "
        f"{files}"
    )
    print(f"1,000,000 designs: {1e6 * each / 3600:.1f} core hours. {card['outcomes']}")
    assert len(pd.read_parquet(tmp_path / simulated_table.TABLE, columns=["outcome"])) == LARGE
