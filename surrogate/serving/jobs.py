"""Work that takes longer than a request: done in processes of its own, so that predictions never wait for it.

Data flow: a request as JSON -> a queue -> one child process at a time, which reads it and writes a line of JSON for
each step, and at last its answer or the reason why there is none -> the state of the job, asked for by its id. A
child runs at low priority. What ended is kept until others take its place.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

MOST_WAITING = 8
MOST_KEPT = 32  # jobs that ended
_POLITE = 10  # niceness of a child
_LONGEST_COMPLAINT = 2_000  # characters of what a child that broke down said last
_PATIENCE_S = 5.0  # for a child to end by itself

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)


class FullError(Exception):
    """As many jobs are waiting as may."""


@dataclass
class Job:
    """A piece of work and what became of it.

    Parameters
    ----------
    request
        What the child is asked.
    id
        Of the job.
    """

    request: Mapping[str, Any]
    id: str = field(default_factory=lambda: uuid4().hex)
    status: str = QUEUED
    stage: str = ""
    done: int = 0
    of: int = 0
    answer: Mapping[str, Any] | None = None
    problem: str | None = None
    created_at: str = field(default_factory=lambda: _now())
    started_at: str | None = None
    finished_at: str | None = None
    child: subprocess.Popen[str] | None = None


class Jobs:
    """The jobs of a service; every method may be called from any thread.

    Parameters
    ----------
    command
        That the child runs.
    most_waiting, most_kept
        Jobs that wait, and jobs that ended, at most.
    """

    def __init__(
        self, command: Sequence[str], *, most_waiting: int = MOST_WAITING, most_kept: int = MOST_KEPT
    ) -> None:
        self._command, self._most_waiting, self._most_kept = tuple(command), most_waiting, most_kept
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._worker: threading.Thread | None = None

    @classmethod
    def of_module(cls, module: str) -> Jobs:
        """Make jobs that a module of this package does."""
        return cls((sys.executable, "-m", module))

    def add(self, request: Mapping[str, Any]) -> Job:
        """Queue a job.

        Parameters
        ----------
        request
            What JSON can hold.

        Returns
        -------
        Job

        Raises
        ------
        FullError
            When too many wait, or the service is stopping.
        """
        with self._changed:
            if self._closed or len(self._waiting) >= self._most_waiting:
                raise FullError
            job = Job(request)
            self._jobs[job.id] = job
            self._waiting.append(job)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="jobs", daemon=True)
                self._worker.start()
            self._changed.notify_all()
        return job

    def find(self, job: str) -> Job | None:
        """Return a job by its id, None where there is none (any more)."""
        with self._changed:
            return self._jobs.get(job)

    def ahead(self, job: Job) -> int:
        """Count the jobs that come before one that waits."""
        with self._changed:
            return self._waiting.index(job) + self._running() if job in self._waiting else 0

    def cancel(self, job: Job) -> None:
        """Take a job out of the queue, or end its child; one that ended stays as it is."""
        with self._changed:
            if job.status == QUEUED:
                self._waiting.remove(job)
            if job.status in (QUEUED, RUNNING):
                self._end(job, CANCELLED)
            child = job.child
        if child is not None:
            _end(child)

    def counts(self) -> dict[str, int]:
        """Return how many jobs there are in each state."""
        with self._changed:
            return {state: sum(job.status == state for job in self._jobs.values()) for state in STATES}

    def close(self) -> None:
        """Cancel every job and take no more."""
        with self._changed:
            self._closed = True
            left = [job for job in self._jobs.values() if job.status in (QUEUED, RUNNING)]
            self._changed.notify_all()
        for job in left:
            self.cancel(job)
        if self._worker is not None:
            self._worker.join(timeout=2 * _PATIENCE_S)

    def _running(self) -> int:
        return sum(job.status == RUNNING for job in self._jobs.values())

    def _work(self) -> None:
        """Do one job after the other, until the service stops."""
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    return
                job = self._waiting.popleft()
                job.status, job.started_at = RUNNING, _now()
            self._do(job)

    def _do(self, job: Job) -> None:
        try:
            child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                encoding="utf-8", env=os.environ | {"PYTHONIOENCODING": "utf-8"}, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            self._finish(job, FAILED, f"its process cannot be started: {error.strerror or error}")
            return
        complaints: deque[str] = deque(maxlen=20)
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        listener = threading.Thread(target=complaints.extend, args=(child.stderr,), daemon=True)
        listener.start()
        with self._changed:
            job.child = child
            cancelled = job.status != RUNNING
        if cancelled:  # between its start and now
            _end(child)
        with contextlib.suppress(OSError):  # a child that ended does not read
            json.dump(job.request, child.stdin)
            child.stdin.close()
        for line in child.stdout:
            self._hear(job, line)
        child.wait()
        listener.join(timeout=1.0)
        for pipe in (child.stdout, child.stderr):
            pipe.close()
        said = " ".join("".join(complaints).split())[-_LONGEST_COMPLAINT:]
        self._finish(job, FAILED, f"its process ended with {child.returncode}: {said or 'nothing was said'}")

    def _hear(self, job: Job, line: str) -> None:
        """Take a line that a child wrote; what is no line of ours is passed over."""
        try:
            said = json.loads(line)
        except ValueError:
            return
        if not isinstance(said, dict):
            return
        with self._changed:
            if job.status != RUNNING:
                return
            if "stage" in said:
                job.stage, job.done, job.of = str(said["stage"]), int(said["done"]), int(said["of"])
        if "answer" in said:
            job.answer = said["answer"]
            self._finish(job, DONE)
        elif "problem" in said:
            self._finish(job, FAILED, str(said["problem"]))

    def _finish(self, job: Job, status: str, problem: str | None = None) -> None:
        with self._changed:
            if job.status == RUNNING:
                job.problem = problem
                self._end(job, status)

    def _end(self, job: Job, status: str) -> None:
        """Note how a job ended, and forget the oldest that did; the lock is held."""
        job.status, job.finished_at = status, _now()
        ended = [one.id for one in self._jobs.values() if one.finished_at is not None]
        for old in ended[: max(0, len(ended) - self._most_kept)]:
            del self._jobs[old]


def be_polite() -> None:
    """Run at low priority, so that predictions come first."""
    with contextlib.suppress(OSError, AttributeError):  # not every system lets a process do that
        os.nice(_POLITE)


def _end(child: subprocess.Popen[str]) -> None:
    """End a child, by force where it does not."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
