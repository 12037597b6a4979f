"""The endpoint beside ``mlflow models serve`` of the same champion, a minute of load, and its end.

Data flow: a champion in ``mlruns`` (or LIHOST_BENCH_MLRUNS), copied -> ``surrogate serve`` on one core in its own
process, and with ``LIHOST_BENCH_MLFLOW=1`` MLflow's server -> the same designs, each once, asked of both in turn, so
that what else the machine does slows both -> 500 new designs at once. Then a server on two cores -> a minute of 16
askers, in which the alias moves to another version -> single designs beside 50 clients that send a byte now and then
-> SIGTERM while requests are in flight. Printed is what was asked of the product and what was measured: wall time,
and processor time, which a busy machine changes less.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from surrogate.models.against_foil import MOST_REMEMBERED
from surrogate.serving.schemas import EXAMPLE
from surrogate.tracking.model_folder import REGISTERED_MODEL
from surrogate.tracking.registry import ALIAS

MLRUNS = Path(os.environ.get("LIHOST_BENCH_MLRUNS", "mlruns")).absolute()
BESIDE_MLFLOW = os.environ.get("LIHOST_BENCH_MLFLOW") == "1"
ONE, MANY, SECONDS, AT_ONCE = 200, 500, float(os.environ.get("LIHOST_BENCH_SECONDS", "60")), 16
MOST_P50 = 20  # times the p50 of one who asks alone: of the p99 under load
RESIDENT, EXCHANGES = "process_resident_memory_bytes", "lihost_model_exchanges"
WARM, IN_FLIGHT, EACH, SLOW = 5, 4, 100, 50
REMEMBERED = MOST_REMEMBERED + EACH
NEW = 100_000  # designs from here on were not asked for before: an answer is remembered
STORE = "sqlite:///mlruns/mlflow.db"
ONE_CORE = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
OURS = [str(Path(sys.executable).parent / "surrogate"), "serve", "--port", "PORT"]
THEIRS = [
    sys.executable, "-m", "mlflow", "models", "serve", "-m", f"models:/{REGISTERED_MODEL}@{ALIAS}", "--env-manager",
    "local", "-p", "PORT",
]  # fmt: skip


@dataclass
class Server:
    """A server that answers: a client of it, its process, and the seconds until it first answered."""

    client: httpx.Client
    process: subprocess.Popen[bytes]
    first: float

    def processor_s(self) -> float:
        """Seconds of the processor that it and its children have taken."""
        return sum(_processor_s(pid) for pid in _family(self.process.pid))

    def counted(self, name: str) -> float:
        """What it counts itself, of ``/metrics``."""
        lines = self.client.get("/metrics").text.splitlines()
        (line,) = [one for one in lines if one.startswith(f"{name} ")]
        return float(line.split()[1])


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _processor_s(pid: int) -> float:
    spent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, command: list[str], path: str, cores: str = "0") -> Iterator[Server]:
    """Start a server on these cores, of which taskset makes a list."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    words = ["taskset", "-c", cores, *[word.replace("PORT", str(port)) for word in command]]
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # MLflow starts uvicorn by name
    environment = {**os.environ, **ONE_CORE, "MLFLOW_TRACKING_URI": STORE, "PATH": beside}
    log = (folder / f"{port}.log").open("wb")
    with (
        log,
        subprocess.Popen(words, cwd=folder, env=environment, stdout=log, stderr=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client,
    ):
        try:
            while True:
                try:
                    if client.get(path).status_code == 200:
                        break
                except httpx.TransportError:
                    assert process.poll() is None, Path(log.name).read_text(encoding="utf-8")[-2000:]
                    time.sleep(0.02)
            yield Server(client, process, time.perf_counter() - began)
        finally:
            process.terminate()


def design(k: int) -> dict[str, Any]:
    """Return a design that no other number has: hosts of several frameworks and agents in several cells."""
    varied = {
        "framework": ("carbon_fiber", "copper", "nickel", "carbon_nanotube")[k % 4],
        "agent": ("zinc_oxide", "silver", "gold")[k % 3],
        "pore_size_top_um": 15.0 + 5.0 * (k % 11),
        "current_density_mA_cm2": (0.5, 1.0, 2.0, 3.0, 5.0)[k % 5],
        "thickness_um": 50.0 + 300.0 * (k * 0.6180339887 % 1.0),
    }
    return {**EXAMPLE, **varied}


def ask(client: httpx.Client, rows: list[int]) -> httpx.Response:
    return client.post("/predict", json={"designs": [design(k) for k in rows]})


def ask_mlflow(client: httpx.Client, rows: list[int]) -> httpx.Response:
    return client.post("/invocations", json={"dataframe_records": [design(k) for k in rows]})


def say(what: str, asked: str, measured: str) -> None:
    print(f"{what:38s} asked {asked:24s} measured {measured}")


def in_turn(askers: dict[str, tuple[Server, Callable[[httpx.Client, list[int]], httpx.Response]]]) -> float:
    """Ask each server for the same single designs, one after the other; return the p50 of the last, ms."""
    taken: dict[str, list[float]] = {name: [] for name in askers}
    before = {name: server.processor_s() for name, (server, _) in askers.items()}
    for k in range(ONE + WARM):
        for name, (server, post) in askers.items():
            if k == WARM:
                before[name] = server.processor_s()
            began = time.perf_counter()
            assert post(server.client, [k]).status_code == 200
            taken[name].append(1000.0 * (time.perf_counter() - began))
    for name, (server, _) in askers.items():
        middle, most = np.quantile(taken[name][WARM:], [0.5, 0.99])
        spent = 1000.0 * (server.processor_s() - before[name]) / ONE
        asked = "p50 15 ms, below MLflow" if name == "lihost" else ""  # a new design each time
        say(f"one design, {name}", asked, f"p50 {middle:.1f} ms, p99 {most:.1f} ms; processor {spent:.1f} ms")
    return float(middle)


ANOTHER_VERSION = f"""
import mlflow
client = mlflow.MlflowClient()
champion = client.get_model_version_by_alias("{REGISTERED_MODEL}", "{ALIAS}")
new = client.create_model_version("{REGISTERED_MODEL}", champion.source, champion.run_id)
client.set_registered_model_alias("{REGISTERED_MODEL}", "{ALIAS}", new.version)
"""


def another_version(folder: Path) -> None:
    """Register the champion's files once more and give the new version its alias, as another process does."""
    environment = {**os.environ, "MLFLOW_TRACKING_URI": STORE}
    subprocess.run([sys.executable, "-c", ANOTHER_VERSION], cwd=folder, env=environment, check=True)


def a_minute_of_load(server: Server, folder: Path, alone_ms: float) -> None:
    """Many askers at once, while the alias moves a third of the way through; beside the p50 of one who asks alone."""
    before, began = server.counted(RESIDENT), time.monotonic()
    spent = server.processor_s()

    def asker(start: int) -> list[tuple[int, float]]:
        seen, k = list[tuple[int, float]](), 2 * NEW + start
        with httpx.Client(base_url=server.client.base_url, timeout=300) as own:
            while time.monotonic() < began + SECONDS:
                asked = time.perf_counter()
                status = ask(own, [k]).status_code
                seen.append((status, time.perf_counter() - asked))
                k += AT_ONCE
        return seen

    mover = threading.Timer(SECONDS / 3.0, another_version, [folder])
    mover.start()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen = [one for some in pool.map(asker, range(AT_ONCE)) for one in some]
    mover.join()
    spent = 1000.0 * (server.processor_s() - spent) / len(seen)
    growth = server.counted(RESIDENT) / before - 1.0
    grown = f"{100.0 * growth:+.1f} % of {before / 1e6:.0f} MB"
    wrong, exchanged = sum(status != 200 for status, _ in seen), server.counted(EXCHANGES)
    middle, most = np.quantile([seconds for _, seconds in seen], [0.5, 0.99])
    rate = f"{len(seen)} answers ({len(seen) / SECONDS:.0f} a second), {wrong} errors"
    waited = f"p50 {middle:.2f} s, p99 {most:.2f} s; processor {spent:.1f} ms each"
    asked = f"no error, 100 a second, p99 {1e-3 * MOST_P50 * alone_ms:.2f} s"
    say(f"{SECONDS:.0f} s at {AT_ONCE} at once", asked, f"{rate}; {waited}")
    say("memory in that time", "at most +5 %", grown)
    say("alias moved in that time", "no failed request", f"{exchanged:.0f} exchange, {wrong} failed")
    assert wrong == 0
    assert exchanged == 1, "the endpoint has taken up the other version"
    assert len(seen) >= 100 * SECONDS
    assert 1000.0 * most <= MOST_P50 * alone_ms
    assert growth <= 0.05


def beside_slow_clients(server: Server) -> None:
    """Ask for single designs, in turn without and beside clients whose bodies hardly arrive."""
    host, port = server.client.base_url.host, server.client.base_url.port or 80
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    taken: dict[bool, list[float]] = {False: [], True: []}
    k = 4 * NEW
    for slow in (False, True) * 4:
        with ExitStack() as clients:
            sockets = [
                clients.enter_context(socket.create_connection((host, port))) for _ in range(SLOW * slow)
            ]
            for one in sockets:
                one.sendall(head)
            for _ in range(ONE // 4):
                for one in sockets:
                    one.sendall(b" ")
                began = time.perf_counter()
                assert ask(server.client, [k]).status_code == 200
                taken[slow].append(1000.0 * (time.perf_counter() - began))
                k += 1
    alone, beside = (float(np.median(taken[slow])) for slow in (False, True))
    say(
        f"one design beside {SLOW} slow clients", "at most +20 %",
        f"p50 {beside:.1f} ms against {alone:.1f} ms: {100 * (beside / alone - 1):+.0f} %",
    )  # fmt: skip
    assert beside <= 1.2 * alone


def stopped_in_flight(server: Server) -> None:
    """SIGTERM while requests are being answered."""
    with ThreadPoolExecutor(IN_FLIGHT) as pool:

        def long(k: int) -> int:
            with httpx.Client(base_url=server.client.base_url, timeout=300) as own:
                return ask(own, list(range(3 * NEW + k, 3 * NEW + k + EACH))).status_code

        asked = [pool.submit(long, EACH * k) for k in range(IN_FLIGHT)]
        time.sleep(0.5)
        under_way = sum(not one.done() for one in asked)
        server.process.send_signal(signal.SIGTERM)
        statuses = [one.result() for one in asked]
    ended = server.process.wait(timeout=60)
    say("SIGTERM", "in flight finish", f"{under_way} in flight, statuses {statuses}, exit {ended}")
    assert under_way > 0
    assert statuses == [200] * IN_FLIGHT


@pytest.mark.skipif(not (MLRUNS / "mlflow.db").is_file(), reason="needs a champion: make optimize")
def test_predictions_over_http(tmp_path: Path) -> None:
    shutil.copytree(MLRUNS, tmp_path / "mlruns")
    print(f"\nload of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with ExitStack() as running:
        ours = running.enter_context(served(tmp_path, OURS, "/health"))
        say(
            "first answer, lihost", "at most 6 s", f"{ours.first:.1f} s; processor {ours.processor_s():.1f} s"
        )
        askers = {"lihost": (ours, ask)}
        if BESIDE_MLFLOW:
            theirs = running.enter_context(served(tmp_path, THEIRS, "/ping"))
            say("first answer, MLflow", "", f"{theirs.first:.1f} s; processor {theirs.processor_s():.1f} s")
            askers["MLflow"] = (theirs, ask_mlflow)
        in_turn(askers)
        in_turn({"lihost, the same designs again": (ours, ask)})
        spent, many = ours.processor_s(), list(range(NEW, NEW + MANY))
        began = time.perf_counter()
        assert ask(ours.client, many).status_code == 200
        wall, spent = time.perf_counter() - began, ours.processor_s() - spent
        say(f"{MANY} designs", "150 ms", f"{1000 * wall:.0f} ms; processor {1000 * spent:.0f} ms")
    with served(tmp_path, OURS, "/health", cores="0,1") as ours:
        for k in range(5 * NEW, 5 * NEW + REMEMBERED, EACH):  # until what is remembered is all there will be
            assert ask(ours.client, list(range(k, k + EACH))).status_code == 200
        a_minute_of_load(ours, tmp_path, in_turn({"lihost, two cores": (ours, ask)}))
        beside_slow_clients(ours)
        stopped_in_flight(ours)
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
