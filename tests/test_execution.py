"""Pieces of work: all are done, each once, by whoever it is, also where a worker dies of one."""

from __future__ import annotations

import math
import pickle
import shutil
import subprocess
import sys
import time
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from distributed.client import ClosedClientError

from surrogate.errors import InputError, LihostError
from surrogate.execution import Cluster, Here, Processes, Threads, by_the_same, installed, workers
from surrogate.resources import resource

ITEMS = [5, 3, 8, 1, 4]
DONE = {place: math.factorial(item) for place, item in enumerate(ITEMS)}


def dying(once, then=7):
    """Text that ends the process in which it is evaluated, the first time; a function of a test has no name there."""
    died = f"(open({str(once)!r}, 'w').close(), __import__('os')._exit(3))"
    return f"{then} if __import__('os').path.exists({str(once)!r}) else {died}"


def test_here():
    assert list(Here().results(math.factorial, ITEMS)) == list(DONE.items())
    with workers(1) as who:
        assert isinstance(who, Here)
    with workers() as nobody:
        assert nobody is None


def test_threads_of_which_one_piece_fails():
    together, begun = Barrier(2), []

    def met(item):
        begun.append(item)
        together.wait(timeout=20.0)
        return -item

    assert dict(Threads(2).results(met, [1, 2, 3, 4])) == {0: -1, 1: -2, 2: -3, 3: -4}

    def failing(item):
        begun.append(item)
        return 1 // item

    begun.clear()
    with pytest.raises(ZeroDivisionError):
        list(Threads(1).results(failing, [1, 0, 5]))
    assert begun == [1, 0]


@pytest.mark.slow
def test_processes_of_which_one_dies_are_kept_for_the_next_work(tmp_path, monkeypatch):
    made = []

    def pool(*args, **how):
        made.append(ProcessPoolExecutor(*args, **how))
        return made[-1]

    monkeypatch.setattr("surrogate.execution.ProcessPoolExecutor", pool)
    with workers(2) as who:
        assert isinstance(who, Processes)
        found = dict(who.results(eval, ["1", dying(tmp_path / "died"), "3"]))
        assert dict(who.results(math.factorial, ITEMS)) == DONE
        assert len(made) == 2  # the second since one died
    assert found == {0: 1, 1: 7, 2: 3}
    assert (tmp_path / "died").exists()


@pytest.mark.slow
def test_processes_that_die_again_and_again_are_given_up(monkeypatch):
    monkeypatch.setattr("surrogate.execution.MOST_LOST", 2)
    with workers(2) as who, pytest.raises(LihostError, match=r"2 times in a row.*--workers"):
        list(who.results(eval, ["__import__('os')._exit(3)"]))


@pytest.mark.slow
def test_a_cluster_of_which_a_worker_dies(tmp_path):
    with workers(1, "local") as who:
        assert dict(who.results(math.factorial, ITEMS)) == DONE
        assert dict(who.results(eval, ["1", dying(tmp_path / "died"), "3"])) == {0: 1, 1: 7, 2: 3}
        with pytest.raises(ZeroDivisionError):
            list(who.results(eval, ["1 / 0"]))
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("address", ["nowhere", "tcp://127.0.0.1:1"])
def test_no_scheduler(address, monkeypatch):
    monkeypatch.setattr("surrogate.execution.CONNECT_S", 0.2)
    with pytest.raises(InputError, match=r"no scheduler answers.*dask scheduler"), workers(2, address):
        pass


@pytest.mark.slow
def test_processes_end_with_a_command_that_is_killed(tmp_path):
    script = (
        "import os, time\n"
        "from surrogate.execution import Processes\n"
        "if __name__ == '__main__':\n"
        "    for _, pid in Processes(1).results(eval, ['__import__(\"os\").getpid()']):\n"
        "        print(pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    (tmp_path / "script.py").write_text(script)
    command = subprocess.Popen(
        [sys.executable, str(tmp_path / "script.py")], stdout=subprocess.PIPE, text=True
    )
    worker = int(command.stdout.readline())
    command.kill()
    command.wait()
    until = time.monotonic() + 20.0
    while Path(f"/proc/{worker}/stat").exists() and time.monotonic() < until:
        if Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break  # ended, and nobody has asked how
        time.sleep(0.1)
    assert time.monotonic() < until


class NoWorkers:
    """A client whose scheduler has no workers."""

    def scheduler_info(self):
        return {"workers": {}}

    def wait_for_workers(self, count, timeout):
        raise TimeoutError(f"Only 0/{count} workers arrived")


def test_a_scheduler_without_workers():
    with pytest.raises(InputError, match=r"the scheduler has no workers.*dask worker"):
        list(Cluster(NoWorkers()).results(math.factorial, ITEMS))


class Lost(NoWorkers):
    """A client whose scheduler goes after the first result."""

    def scheduler_info(self):
        return {"workers": {"one": {"nthreads": 1}}}

    def submit(self, work, item, pure):
        future = Future()
        future.key = item
        return future


@pytest.mark.parametrize("error", [CancelledError("lost"), ClosedClientError("Client is closed")])
def test_a_scheduler_that_is_lost(monkeypatch, error):
    class Completed(list):
        def __init__(self, *_, **__):
            super().__init__()

        def __iter__(self):
            yield self[0], 120
            if isinstance(error, CancelledError):
                yield self[1], error  # as distributed does
            raise error

        add = list.append

    monkeypatch.setattr("distributed.as_completed", Completed)
    found = Cluster(Lost()).results(math.factorial, ITEMS)
    assert next(found) == (0, 120)
    with pytest.raises(LihostError, match=r"the scheduler of the cluster was lost.*goes on"):
        next(found)


def test_data_and_libraries_decide_as_code_does(monkeypatch, tmp_path):
    known = installed()
    with monkeypatch.context() as context:
        context.setattr("surrogate.execution.version", lambda name: "0")
        installed.cache_clear()
        assert installed() != known
    shutil.copytree(resource("datasets"), tmp_path / "datasets")
    shutil.copytree(resource("training"), tmp_path / "training")
    monkeypatch.setattr("surrogate.execution.resource", lambda name: tmp_path / name)
    installed.cache_clear()
    assert installed() == known
    (tmp_path / "datasets" / "materials" / "agents.toml").write_text("other = 1")
    installed.cache_clear()
    assert installed() != known
    installed.cache_clear()


def test_other_code_is_refused():
    assert by_the_same(installed(), math.factorial, 4) == 24
    with pytest.raises(LihostError, match=r"another version of lihost.*install the same") as told:
        by_the_same("of an older one", math.factorial, 4)
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)  # as it comes back from a worker


def test_no_number_of_workers():
    with pytest.raises(InputError, match="not a number of workers"), workers(0):
        pass
