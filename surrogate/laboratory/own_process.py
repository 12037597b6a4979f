"""Runs of a contest in processes of their own, each on one thread; several at once, and all ended together.

Data flow: job -> ``python -m surrogate.laboratory.one_run``, which writes the part file and says after each batch how
far it is -> why the run failed, or nothing. From the end of a batch to that of the next another optimizer has a
limited time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread, Timer
from typing import Any

from surrogate.laboratory.job import Job, job_text
from surrogate.laboratory.one_run import finished, read_part

PEER_SECONDS = 600.0
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_GRACE_S = 5.0  # for a process to end those that it started
_LONGEST_REASON = 300  # characters


class OwnProcesses:
    """The processes of a contest; :meth:`run` may be called from several threads.

    Parameters
    ----------
    peer_seconds : float
        How long a contender that is not ours may take for a batch, s.
    experiments : int or None
        A run is ended once it has so many; None: it comes to its own end.
    """

    def __init__(self, peer_seconds: float = PEER_SECONDS, experiments: int | None = None) -> None:
        self._peer_seconds, self._experiments = peer_seconds, experiments
        self._lock = Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, job: Job, part: Path, progress: Callable[[int, int], None]) -> str:
        """Run a job in a process of its own, on one thread.

        Parameters
        ----------
        job : Job
            What is run.
        part : Path
            Its part file.
        progress : callable
            Called with (rounds done, rounds).

        Returns
        -------
        str
            Why it failed, in a line; empty when it did not.
        """
        with self._lock:
            if self._stopped:
                return "the contest was stopped"
            process = subprocess.Popen(
                [sys.executable, "-m", "surrogate.laboratory.one_run"], env=one_thread(), text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            self._running.add(process)
        watch = _Watch(process, None if job.contender.ours else self._peer_seconds)
        enough = False

        def told(done: int, total: int) -> None:
            nonlocal enough
            progress(done, total)
            enough = over(read_part(part, job), self._experiments)
            if enough:
                _end(process)

        try:
            said = _followed(process, job_text(job, part.absolute()), told, watch)
        finally:
            watch.end()
            _end(process)
            with self._lock:
                self._running.discard(process)
        if watch.expired:
            return f"took more than {self._peer_seconds:g} s for a batch"
        if process.returncode == 0 or enough:
            return ""
        return (said[-1] if said else f"its process ended with code {process.returncode}")[:_LONGEST_REASON]

    def stop(self) -> None:
        """End all processes, and start no more."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for process in running:
            process.terminate()  # all at once: each may then take its time
        for process in running:
            _end(process)


def away(peer_seconds: float, experiments: int | None, begun: tuple[Job, bytes]) -> tuple[bytes, str]:
    """Run a job where the folder of the contest is not, such as by a worker on another machine.

    What is kept of laboratories is kept in ``mlruns`` of the folder that the worker was started in.

    Parameters
    ----------
    peer_seconds, experiments
        As of :class:`OwnProcesses`.
    begun : tuple of Job and bytes
        What is run, and its part file so far.

    Returns
    -------
    bytes
        The part file.
    str
        Why the run failed, in a line; empty when it did not.
    """
    job, before = begun
    with TemporaryDirectory() as folder:
        part = Path(folder) / job.file_name
        part.write_bytes(before)
        reason = OwnProcesses(peer_seconds, experiments).run(job, part, lambda done, total: None)
        return part.read_bytes(), reason


def over(rounds: list[dict[str, Any]], experiments: int | None) -> bool:
    """Say whether a run with these rounds is over, or has as many experiments as are wanted of it."""
    enough = experiments is not None and bool(rounds) and rounds[-1]["row"]["experiments"] >= experiments
    return finished(rounds) or enough


def one_thread() -> dict[str, str]:
    """Return the environment of a process that works on one thread with this very package."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


class _Watch:
    """Ends a process that takes too long from one restart to the next; seconds of None: never."""

    def __init__(self, process: subprocess.Popen[str], seconds: float | None) -> None:
        self._process, self._seconds = process, seconds
        self._timer: Timer | None = None
        self.expired = False

    def restart(self) -> None:
        """Begin to count anew."""
        self.end()
        if self._seconds is not None:
            self._timer = Timer(self._seconds, self._expire)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Count no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _expire(self) -> None:
        self.expired = True
        _end(self._process)


def _followed(
    process: subprocess.Popen[str], asked: str, progress: Callable[[int, int], None], watch: _Watch
) -> list[str]:
    """Hand a process what it is asked, follow it to its end, and return the lines that it wrote to stderr."""
    assert process.stdin is not None, "a pipe"
    assert process.stdout is not None, "a pipe"
    said: list[str] = []
    reader = Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reader.start()  # a pipe that nobody reads would stop the process when it is full
    process.stdin.write(asked)
    process.stdin.close()
    for line in process.stdout:
        words = line.split()
        if len(words) == 2 and all(word.isdigit() for word in words):  # a library may print as well
            if int(words[0]) > 0:  # the first designs are not the contender's
                watch.restart()
            progress(int(words[0]), int(words[1]))
    process.wait()
    reader.join()
    return [line.strip() for line in said if line.strip()]


def _end(process: subprocess.Popen[str]) -> None:
    """End a process, if it has not ended; it is given time to end those that it started."""
    process.terminate()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
