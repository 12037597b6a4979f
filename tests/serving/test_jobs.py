"""Jobs in processes of their own: order, progress, cancelling, and children that break down."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from surrogate.serving.jobs import CANCELLED, DONE, FAILED, QUEUED, RUNNING, FullError, Job, Jobs

ECHO = """
import json, sys, time
asked = json.load(sys.stdin)
print("a library greets")
print(json.dumps({"stage": "thinking", "done": 1, "of": 2}), flush=True)
time.sleep(asked.get("seconds", 0))
print(json.dumps(asked["say"]), flush=True)
"""


@contextmanager
def jobs(script: str = ECHO, **limits: int) -> Iterator[Jobs]:
    made = Jobs((sys.executable, "-c", script), **limits)
    try:
        yield made
    finally:
        made.close()
    assert not [one for one in threading.enumerate() if one.name == "jobs"]


def wait(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)


def ended(job: Job) -> Job:
    wait(lambda: job.finished_at is not None)
    return job


def test_a_job_answers_and_says_how_far_it_is() -> None:
    with jobs() as made:
        job = ended(made.add({"say": {"answer": {"x": 1}}}))
        assert (job.status, job.answer, job.problem) == (DONE, {"x": 1}, None)
        assert (job.stage, job.done, job.of) == ("thinking", 1, 2)
        assert made.find(job.id) is job
        assert made.find("other") is None


def test_one_after_the_other_in_their_order() -> None:
    with jobs() as made:
        first, second, third = (made.add({"say": {"answer": {}}, "seconds": 0.3}) for _ in range(3))
        wait(lambda: first.status == RUNNING)
        assert [made.ahead(one) for one in (first, second, third)] == [0, 1, 2]
        assert second.status == QUEUED
        ended(third)
        assert [one.status for one in (first, second, third)] == [DONE] * 3
        assert str(first.finished_at) <= str(second.finished_at) <= str(third.finished_at)


def test_a_running_job_and_one_that_waits_can_be_cancelled() -> None:
    with jobs() as made:
        long = made.add({"say": {"answer": {}}, "seconds": 60})
        waiting, last = made.add({"say": {"answer": {}}}), made.add({"say": {"answer": {"x": 3}}})
        wait(lambda: long.stage == "thinking")
        made.cancel(waiting)
        made.cancel(long)
        assert ended(last).answer == {"x": 3}
        assert [one.status for one in (long, waiting)] == [CANCELLED] * 2
        assert long.child is not None
        assert long.child.poll() is not None
        assert waiting.child is None
        made.cancel(last)
        assert last.status == DONE, "what ended stays as it is"


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("import json, sys\nprint(json.dumps({'problem': 'no host is left'}))", "no host is left"),
        ("raise MemoryError('far too much')", "MemoryError: far too much"),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9"),
        ("print('[1, 2]'); print('{broken')", "ended with 0"),
        ("import sys; sys.stdin.close()", "ended with 0"),
    ],
)
def test_a_child_that_gives_no_answer_fails_with_a_reason(script: str, says: str) -> None:
    with jobs(script) as made:
        job = ended(made.add({"cells": ["x" * 100] * 10_000}))  # more than a pipe holds
        assert job.status == FAILED
        assert says in str(job.problem)


def test_a_program_that_cannot_be_started_fails() -> None:
    made = Jobs(("/nowhere/python",))
    assert "cannot be started: No such file" in str(ended(made.add({})).problem)
    made.close()


def test_only_so_many_wait_and_only_so_many_are_kept() -> None:
    with jobs(most_waiting=2, most_kept=3) as made:
        first = made.add({"say": {"answer": {}}, "seconds": 60})
        wait(lambda: first.status == RUNNING)
        waiting = [made.add({"say": {"answer": {}}}) for _ in range(2)]
        with pytest.raises(FullError):
            made.add({"say": {"answer": {}}})
        assert made.counts()[QUEUED] == 2
        made.cancel(first)
        ended(waiting[-1])
        more = [ended(made.add({"say": {"answer": {}}})) for _ in range(2)]
        assert made.find(first.id) is None
        assert [made.find(one.id) for one in (waiting[1], *more)] == [waiting[1], *more]


def test_closing_ends_everything_and_takes_no_more() -> None:
    with jobs() as made:
        running, waiting = (made.add({"say": {"answer": {}}, "seconds": 60}) for _ in range(2))
        wait(lambda: running.stage == "thinking")
        made.close()
        assert {running.status, waiting.status} == {CANCELLED}
        assert running.child is not None
        assert running.child.poll() is not None
        with pytest.raises(FullError):
            made.add({})
