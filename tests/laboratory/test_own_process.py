"""Runs in processes of their own: what they say, how long they may take, and what ends with them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.contest import Contest
from surrogate.laboratory.job import Job
from surrogate.laboratory.neutral import neutral_sources
from surrogate.laboratory.own_process import OwnProcesses, one_thread
from surrogate.laboratory.tasks import TaskSource

BLEND = neutral_sources()["blend"]
#: An optimizer that hands its first batch to a process of its own, which takes a minute.
SLOW = """
import subprocess, sys

def propose(task, observations, n, seed):
    program = "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()}.'); time.sleep(60)"
    subprocess.run([sys.executable, "-c", program, PLACE])
"""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A run of it; the process that it starts writes its id to ``tmp_path / "id"``."""
    (tmp_path / "slow_optimizer.py").write_text(f"PLACE = {str(tmp_path / 'id')!r}\n{SLOW}")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return job(BLEND, "slow_optimizer:propose", tmp_path)


def job(source: TaskSource, adapter: str, folder: Path) -> Job:
    return Contest([source], [Contender("peer", adapter, "")], [0], folder).jobs[0]


def silent(done: int, total: int) -> None:
    pass


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30.0
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def started(folder: Path) -> bool:
    place = folder / "id"
    return place.is_file() and place.read_text().endswith(".")


@pytest.mark.process
def test_who_takes_too_long_for_a_batch_ends_its_run_and_all_it_started(slow: Job, tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    reason = OwnProcesses(5.0).run(slow, tmp_path / "part", lambda *what: said.append(what))
    assert reason == "took more than 5 s for a batch"
    assert said == [(0, 13), (1, 13)]
    until(
        lambda: not lives(int((tmp_path / "id").read_text()[:-1]))
    )  # whoever adopts it has to ask how it ended
    assert len((tmp_path / "part").read_text().splitlines()) == 2  # the head and the first designs are kept


@pytest.mark.process
def test_a_run_that_is_stopped_ends_with_all_it_started(slow: Job, tmp_path: Path) -> None:
    processes, reasons = OwnProcesses(), []
    thread = Thread(target=lambda: reasons.append(processes.run(slow, tmp_path / "part", silent)))
    thread.start()
    until(lambda: started(tmp_path))
    processes.stop()
    thread.join(timeout=20.0)
    assert len(reasons) == 1
    until(
        lambda: not lives(int((tmp_path / "id").read_text()[:-1]))
    )  # whoever adopts it has to ask how it ended
    assert processes.run(slow, tmp_path / "part", silent) == "the contest was stopped"


@pytest.mark.process
def test_ours_has_all_the_time_that_it_needs(tmp_path: Path) -> None:
    """None of the adapters is there, which only who has the time for a batch finds out."""

    def ended(adapter: str) -> str:
        one = job(BLEND, f"surrogate.laboratory.{adapter}:propose", tmp_path)
        return OwnProcesses(1e-9).run(one, tmp_path / adapter, silent)

    with ThreadPoolExecutor() as pool:
        own, other = pool.map(ended, ["own_nowhere", "with_nowhere"])
    assert "ModuleNotFoundError" in own
    assert "took more than" in other


@pytest.mark.process
def test_why_a_process_failed_is_its_last_line(tmp_path: Path) -> None:
    nowhere = job(TaskSource("mixed", "nowhere:task"), "x:y", tmp_path)
    reason = OwnProcesses().run(nowhere, tmp_path / "part", silent)
    assert reason == "ModuleNotFoundError: No module named 'nowhere'"


@pytest.mark.process
def test_a_run_of_other_code_than_the_contest_is_refused(tmp_path: Path) -> None:
    """Else results of two versions would stand in one part file."""
    other = replace(job(BLEND, "x:y", tmp_path), contender_code="of an hour ago")
    reason = OwnProcesses().run(other, tmp_path / "part", silent)
    assert "the code has changed since the contest began" in reason
    assert not (tmp_path / "part").exists()


def test_processes_work_on_one_thread_with_this_package() -> None:
    environment = one_thread()
    assert environment["OMP_NUM_THREADS"] == "1"
    assert (Path(environment["PYTHONPATH"].split(":")[0]) / "surrogate" / "laboratory").is_dir()
