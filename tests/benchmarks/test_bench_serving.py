"""The endpoint on one core: a prediction, 500 at once, the first answer after a start, a minute of load, memory.

Data flow: a champion in ``mlruns`` (or LIHOST_BENCH_MLRUNS) -> ``surrogate serve`` in a process of its own ->
requests over one connection, then over 16 at once -> quantiles of the seconds, errors, resident memory before and
after. With ``LIHOST_BENCH_MLFLOW=1`` ``mlflow models serve`` serves the same champion in the same run, and is asked
the same.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest

from surrogate.serving.schemas import EXAMPLE

MLRUNS = Path(os.environ.get("LIHOST_BENCH_MLRUNS", "mlruns")).absolute()
ONE, MANY, SECONDS, AT_ONCE = 200, 500, 60.0, 16
ONE_CORE = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def served(folder: Path, command: list[str], path: str) -> Iterator[tuple[httpx.Client, int, float]]:
    """A server on one core: a client of it, its process, and the seconds until it first answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    words = ["taskset", "-c", "0", *[word.replace("PORT", str(port)) for word in command]]
    environment = {**os.environ, **ONE_CORE, "MLFLOW_TRACKING_URI": "sqlite:///mlruns/mlflow.db"}
    with (
        subprocess.Popen(
            words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client,
    ):
        try:
            while True:
                try:
                    if client.get(path).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.02)
            yield client, server.pid, time.perf_counter() - began
        finally:
            server.terminate()


def quantiles(ask: Callable[[], httpx.Response], times: int) -> tuple[float, float]:
    """Median and 99th percentile of the milliseconds of a request, after three to warm up."""
    taken = []
    for k in range(times + 3):
        began = time.perf_counter()
        assert ask().status_code == 200
        taken.append(1000.0 * (time.perf_counter() - began))
        if k == 2:
            taken.clear()
    return float(np.quantile(taken, 0.5)), float(np.quantile(taken, 0.99))


def design(k: int) -> dict[str, Any]:
    return {**EXAMPLE, "thickness_um": 50.0 + 0.5 * (k % 600)}


def memory(pid: int) -> float:
    """Resident MB of a process and its children."""
    root = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (root, *root.children(recursive=True))) / 2**20


@pytest.mark.skipif(not (MLRUNS / "mlflow.db").is_file(), reason="needs a champion: make optimize")
def test_predictions_over_http(tmp_path: Path) -> None:
    shutil.copytree(MLRUNS, tmp_path / "mlruns")
    program = str(Path(sys.executable).parent / "surrogate")
    with served(tmp_path, [program, "serve", "--port", "PORT"], "/health") as (client, pid, first):
        print(f"first answer {first:.1f} s after the start")
        turn = iter(range(10**9))
        one = quantiles(lambda: client.post("/predict", json={"designs": [design(next(turn))]}), ONE)
        print(f"one design: median {one[0]:.1f} ms, 99 % {one[1]:.1f} ms")
        many = {"designs": [design(k) for k in range(MANY)]}
        print(f"{MANY} designs: median {quantiles(lambda: client.post('/predict', json=many), 5)[0]:.0f} ms")
        before, end = memory(pid), time.monotonic() + SECONDS

        def asker(start: int) -> list[int]:
            seen, k = [], start
            with httpx.Client(base_url=client.base_url, timeout=120) as own:
                while time.monotonic() < end:
                    seen.append(own.post("/predict", json={"designs": [design(k)]}).status_code)
                    k += AT_ONCE
            return seen

        with ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = [status for seen in pool.map(asker, range(AT_ONCE)) for status in seen]
        grown = 100.0 * (memory(pid) / before - 1.0)
        wrong = sum(status != 200 for status in statuses)
        print(
            f"{SECONDS:.0f} s at {AT_ONCE} at once: {len(statuses)} answers, {wrong} errors, memory {grown:+.1f} %"
        )
        assert wrong == 0
    if os.environ.get("LIHOST_BENCH_MLFLOW") == "1":
        mlflow = [
            sys.executable, "-m", "mlflow", "models", "serve", "-m", "models:/lihost@champion", "--env-manager",
            "local", "-p", "PORT",
        ]  # fmt: skip
        with served(tmp_path, mlflow, "/ping") as (client, _, first):
            print(f"mlflow: first answer {first:.1f} s after the start")
            theirs = quantiles(
                lambda: client.post("/invocations", json={"dataframe_records": [design(next(turn))]}), ONE
            )
            print(f"mlflow: one design: median {theirs[0]:.1f} ms, 99 % {theirs[1]:.1f} ms")
