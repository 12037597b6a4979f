"""A contest of optimizers: every contender on every task with every seed, each run in a process of its own.

    parts/<task>__<contender>__<seed>.jsonl    what a run has done so far (``one_run``)
    results.csv                                all rows of all part files

Runs go one after the other on one thread each, so that seconds can be compared; the seeds are the outer loop, so that
a contest that is stopped early has compared all contenders on what it has. A run that is over is not run again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from threading import Thread
from typing import Any

import pandas as pd

from surrogate.errors import InputError
from surrogate.files.output import output_folder, write_csv
from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.one_run import COLUMNS, Job, finished, job_text, read_part
from surrogate.laboratory.run_code import contender_code, task_code
from surrogate.laboratory.tasks import TaskSource

RESULTS = "results.csv"
PARTS = "parts"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_LONGEST_REASON = 300  # characters
Progress = Callable[[str, int, int], None]
Perform = Callable[[Job, Path, Callable[[int, int], None]], str]


@dataclass(frozen=True)
class Contest:
    """Who meets on what, and where the results are kept.

    Parameters
    ----------
    sources : sequence of TaskSource
        The tasks.
    contenders : sequence of Contender
        The contenders.
    seeds : sequence of int
        Of the runs: equal first designs and noise for all contenders of a seed.
    folder : Path
        For ``results.csv`` and the part files.

    Raises
    ------
    InputError
        When there is nothing to do, or two tasks of one name.
    """

    sources: Sequence[TaskSource]
    contenders: Sequence[Contender]
    seeds: Sequence[int]
    folder: Path

    def __post_init__(self) -> None:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise InputError("two tasks of one name", value=names)
        if not (self.sources and self.contenders and self.seeds):
            raise InputError("a contest needs a task, a contender and a seed")

    @cached_property
    def jobs(self) -> list[Job]:
        """All runs, seed by seed, of each contender on the tasks that it takes part in."""
        tasks = [(source, task_code(source)) for source in self.sources]
        contenders = [(contender, contender_code(contender)) for contender in self.contenders]
        return [
            Job(source, contender, seed, made_by, proposed_by)
            for seed in self.seeds
            for source, made_by in tasks
            for contender, proposed_by in contenders
            if contender.meets(source)
        ]

    def part(self, job: Job) -> Path:
        """Return the part file of a run."""
        return self.folder / PARTS / job.file_name

    def run(self, progress: Progress | None = None, perform: Perform | None = None) -> Outcome:
        """Run what has not been run.

        ``results.csv`` is written after every run, and when the contest is interrupted.

        Parameters
        ----------
        progress : callable or None
            Called with (stage, done, total).
        perform : callable or None
            Runs one job and returns why it failed, or ""; None: in a process of its own.

        Returns
        -------
        Outcome

        Raises
        ------
        StoreError
            When the folder cannot be written.
        """
        report, perform = progress or _silent, perform or in_own_process
        output_folder(self.folder / PARTS)
        jobs, failed, repeated = self.jobs, {}, 0
        try:
            for number, job in enumerate(jobs):
                report("runs", number, len(jobs))
                part = self.part(job)
                if finished(read_part(part, job)):
                    repeated += 1
                    continue
                stage = f"{job.source.name}, {job.contender.name}, seed {job.seed}"
                reason = perform(job, part, partial(report, stage))
                if reason:
                    failed[job.source.name, job.contender.name, job.seed] = reason
                write_csv(self.results(), self.folder / RESULTS)
            report("runs", len(jobs), len(jobs))
        finally:
            write_csv(self.results(), self.folder / RESULTS)
        return Outcome(self.results(), failed, repeated)

    def results(self) -> pd.DataFrame:
        """Collect the rows of all part files of this contest, half runs included.

        Returns
        -------
        DataFrame
            The columns ``one_run.COLUMNS``, a row for each round of each run.
        """
        rows: list[dict[str, Any]] = []
        for job in self.jobs:
            rows += [one["row"] for one in read_part(self.part(job), job)]
        table = pd.DataFrame(rows, columns=COLUMNS)
        numbers = [name for name in COLUMNS if name not in ("task", "contender")]
        table[numbers] = table[numbers].apply(pd.to_numeric)
        return table


@dataclass(frozen=True)
class Outcome:
    """How a contest ended.

    Parameters
    ----------
    results : DataFrame
        As :meth:`Contest.results` gives them.
    failed : dict
        (task, contender, seed) -> why its run did not come to its end.
    before : int
        Runs that were over before.
    """

    results: pd.DataFrame
    failed: dict[tuple[str, str, int], str] = field(default_factory=dict)
    before: int = 0


def in_own_process(job: Job, part: Path, progress: Callable[[int, int], None]) -> str:
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
    process = subprocess.Popen(
        [sys.executable, "-m", "surrogate.laboratory.one_run"], env=one_thread(), text=True, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None, "a pipe"
    assert process.stdout is not None, "a pipe"
    said: list[str] = []
    reader = Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
    reader.start()  # a pipe that nobody reads would stop the process when it is full
    try:
        process.stdin.write(job_text(job, part.absolute()))
        process.stdin.close()
        for line in process.stdout:
            words = line.split()
            if len(words) == 2 and all(word.isdigit() for word in words):  # a library may print as well
                progress(int(words[0]), int(words[1]))
        code = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    reader.join()
    if code == 0:
        return ""
    last = [line.strip() for line in said if line.strip()]
    return (last[-1] if last else f"its process ended with code {code}")[:_LONGEST_REASON]


def one_thread() -> dict[str, str]:
    """Return the environment of a process that works on one thread with this very package."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


def _silent(stage: str, done: int, total: int) -> None:
    pass
