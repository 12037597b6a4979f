"""Pieces of work: all are done, each once, by whoever it is, also where a worker dies of one."""

from __future__ import annotations

import math

import pytest

from surrogate.errors import InputError, LihostError
from surrogate.execution import Here, Processes, workers

ITEMS = [5, 3, 8, 1, 4]
DONE = {place: math.factorial(item) for place, item in enumerate(ITEMS)}


def dying(once, then=7):
    """Text that ends the process in which it is evaluated, the first time; a function of a test has no name there."""
    died = f"(open({str(once)!r}, 'w').close(), __import__('os')._exit(3))"
    return f"{then} if __import__('os').path.exists({str(once)!r}) else {died}"


def test_here():
    assert list(Here().results(math.factorial, ITEMS)) == list(DONE.items())
    with workers() as who:
        assert isinstance(who, Here)


@pytest.mark.slow
def test_processes_of_which_one_dies(tmp_path):
    with workers(2) as who:
        assert isinstance(who, Processes)
        found = dict(who.results(eval, ["1", dying(tmp_path / "died"), "3"]))
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


def test_no_number_of_workers():
    with pytest.raises(InputError, match="not a number of workers"), workers(0):
        pass
