"""A contest of optimizers: every contender on every task with every seed, each run in a process of its own.

    parts/<task>__<contender>__<seed>.jsonl    what a run has done so far (``one_run``)
    results.csv                                all rows of all part files
    .contest.lock                              held while a contest is running in the folder

Runs go one after the other on one thread each, so that seconds can be compared, or several at once, also by the
workers of a cluster (``execution``); what is measured is the same. The seeds are the outer loop, so that a contest
that is stopped early has compared all contenders on what it has. A run that is over is not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from surrogate.errors import InputError
from surrogate.execution import Threads, Workers
from surrogate.files.output import locked, output_folder, replacing, write_csv
from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.job import Job
from surrogate.laboratory.one_run import COLUMNS, read_part
from surrogate.laboratory.own_process import PEER_SECONDS, OwnProcesses, away, over
from surrogate.laboratory.run_code import contender_code, task_code
from surrogate.laboratory.tasks import TaskSource

RESULTS = "results.csv"
PARTS = "parts"
CONTEST = "contest"  # what is locked: the folder as a whole
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
    at_once : int
        Runs at the same time, 1 or more.
    peer_seconds : float
        How long a contender that is not ours may take for a batch, s; one that takes longer ends its run.
    experiments : int or None
        Each run ends with the batch that reaches so many, and goes on from there in a longer contest; None: with its
        task's end.

    Raises
    ------
    InputError
        When there is nothing to do, no contender takes part in any of the tasks, or two tasks have one name.
    """

    sources: Sequence[TaskSource]
    contenders: Sequence[Contender]
    seeds: Sequence[int]
    folder: Path
    at_once: int = 1
    peer_seconds: float = PEER_SECONDS
    experiments: int | None = None

    def __post_init__(self) -> None:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise InputError("two tasks of one name", value=names)
        if not (self.sources and self.contenders and self.seeds):
            raise InputError("a contest needs a task, a contender and a seed")
        if not any(contender.meets(source) for contender in self.contenders for source in self.sources):
            raise InputError(
                "no contender takes part in any of the tasks", value=", ".join(names),
                limit="; ".join(f"{one.name} meets {_met_by(one)}" for one in self.contenders),
                remedy="name such tasks, or other contenders",
            )  # fmt: skip

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

    def run(
        self, progress: Progress | None = None, perform: Perform | None = None, by: Workers | None = None
    ) -> Outcome:
        """Run what has not been run.

        ``results.csv`` is written after every run, and when the contest is interrupted.

        Parameters
        ----------
        progress : callable or None
            Called with (stage, done, total).
        perform : callable or None
            Runs one job and returns why it failed, or ""; None: in a process of its own.
        by : Workers or None
            Workers of other machines, each of which does its runs in processes of its own; None: ``perform`` here.

        Returns
        -------
        Outcome

        Raises
        ------
        StoreError
            When the folder cannot be written, or another contest is running in it.
        """
        output_folder(self.folder / PARTS)
        with locked(
            self.folder / CONTEST, 0.0, "another contest is running in this folder",
            "wait until it is done, or choose another --out",
        ):  # fmt: skip
            processes = OwnProcesses(self.peer_seconds, self.experiments)
            try:
                outcome = self._run(progress or _silent, perform or processes.run, by)
            except BaseException:
                processes.stop()
                raise
            finally:
                write_csv(self.results(), self.folder / RESULTS)
        return outcome

    def _run(self, report: Progress, perform: Perform, by: Workers | None) -> Outcome:
        to_do = [job for job in self.jobs if not over(read_part(self.part(job), job), self.experiments)]
        before = len(self.jobs) - len(to_do)
        reasons: dict[int, str] = {}
        report("runs", before, len(self.jobs))
        for place, reason in self._here(report, perform, to_do) if by is None else self._away(by, to_do):
            reasons[place] = reason
            write_csv(self.results(), self.folder / RESULTS)
            report("runs", before + len(reasons), len(self.jobs))
        failed = {
            (job.source.name, job.contender.name, job.seed): reasons[place]
            for place, job in enumerate(to_do)
            if reasons[place]
        }
        return Outcome(self.results(), failed, before)

    def _here(self, report: Progress, perform: Perform, to_do: Sequence[Job]) -> Iterator[tuple[int, str]]:
        """Run jobs, and yield the place of each that is done with the reason why it failed, or ""."""

        def done(job: Job) -> str:
            stage = f"{job.source.name}, {job.contender.name}, seed {job.seed}"
            return perform(job, self.part(job), partial(report, stage))

        # A run that is under way when the contest is interrupted ends when its process is ended.
        return Threads(self.at_once, waits=False).results(done, to_do)

    def _away(self, by: Workers, to_do: Sequence[Job]) -> Iterator[tuple[int, str]]:
        """Let others run jobs from where they stand; a run that is lost with its worker is done again."""
        begun = [(job, part.read_bytes() if (part := self.part(job)).is_file() else b"") for job in to_do]
        for place, (content, reason) in by.results(partial(away, self.peer_seconds, self.experiments), begun):
            with replacing(self.part(to_do[place])) as temporary:
                temporary.write_bytes(content)
            yield place, reason

    def results(self) -> pd.DataFrame:
        """Collect the rows of all part files of this contest, half runs included.

        Returns
        -------
        DataFrame
            The columns ``one_run.COLUMNS``, a row for each round of each run, up to the one that reaches
            ``experiments``.
        """
        rows: list[dict[str, Any]] = []
        for job in self.jobs:
            rows += self._as_far([one["row"] for one in read_part(self.part(job), job)])
        table = pd.DataFrame(rows, columns=COLUMNS)
        numbers = [name for name in COLUMNS if name not in ("task", "contender")]
        table[numbers] = table[numbers].apply(pd.to_numeric)
        return table

    def _as_far(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Keep the rows of a run up to the one with which it ends here: a longer contest may have left more."""
        if self.experiments is None:
            return rows
        short = sum(row["experiments"] < self.experiments for row in rows)
        return rows[: short + 1]


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


def _met_by(contender: Contender) -> str:
    if contender.bounds:
        return "virtual laboratories that stop tests, such as lab-ether-stopped"
    return "virtual laboratories, such as lab-ether" if contender.physics else "all tasks"


def _silent(stage: str, done: int, total: int) -> None:
    pass
