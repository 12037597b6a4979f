"""One run of a contest: a task, a contender and a seed, in a process of its own.

    python -m surrogate.laboratory.one_run < job.json

The run keeps a *part file* of lines of JSON: a head that says what is run, then a line for each round with its
designs, what was measured and the row of results. It goes on where its part file ends, whatever ended it: all that a
contender sees is in the observations, so that a run that was interrupted gives the same results as one that was not.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import LihostError
from surrogate.files.output import plain
from surrogate.laboratory.ask_tell import Propose
from surrogate.laboratory.hypervolume import alone, gains, hypervolume
from surrogate.laboratory.job import Job, job_of
from surrogate.laboratory.memory import peak_memory_mb
from surrogate.laboratory.rounds import remaining
from surrogate.laboratory.run_code import contender_code, task_code
from surrogate.laboratory.tasks import Task, drawn

COLUMNS = [
    "task", "contender", "seed", "experiments", "hypervolume", "best", "regret", "picks_to_top", "seconds",
    "memory_mb",
]  # fmt: skip
_FIRST, _NOISE = 0, 1  # streams of a seed
_TOLERANCE = 1e-6  # of limits and constraints, relative


def read_part(path: Path, job: Job) -> list[dict[str, Any]]:
    """Read the rounds of a part file.

    Parameters
    ----------
    path : Path
        The file, which need not exist.
    job : Job
        What it has to be of.

    Returns
    -------
    list of dict
        The rounds that are whole: a last line that was not written to its end, and all behind it, are left out, and
        everything where the file is of another job.
    """
    if not path.is_file():
        return []
    lines: list[dict[str, Any]] = []
    for text in path.read_bytes().split(b"\n")[:-1]:  # what stands behind the last line end is half a line
        try:
            lines.append(json.loads(text))
        except ValueError:
            break
    return lines[1:] if lines and lines[0] == job.head() else []


def finished(rounds: list[dict[str, Any]]) -> bool:
    """Say whether a run with these rounds is over."""
    return bool(rounds) and bool(rounds[-1]["last"])


def play(
    job: Job,
    task: Task,
    propose: Propose,
    path: Path,
    *,
    memory: Callable[[], float],
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Run a contender on a task, or go on with it.

    Parameters
    ----------
    job : Job
        What is run.
    task : Task
        Of ``job.source``.
    propose : callable
        Of ``job.contender``.
    path : Path
        The part file.
    memory : callable
        Peak memory of this process, MB.
    progress : callable or None
        Called with (rounds done, rounds), the first designs included.

    Returns
    -------
    list of dict
        All rounds, as in the part file.

    Raises
    ------
    LihostError
        When the contender proposes something that is not allowed, or too little.
    """
    done = read_part(path, job)
    observed = _observations(done)
    path.write_bytes(b"".join(_line(one) for one in (job.head(), *done)))
    if progress is not None:
        progress(len(done), task.rounds + 1)
    with path.open("ab") as part:
        while not finished(done):
            began, extra = time.perf_counter(), {}
            if done or job.contender.begins:
                batch = min(task.batch if done else task.start, _left(task, observed))
                designs = propose(task, observed, batch, job.seed)
                extra = dict(designs.attrs)
                _refuse_forbidden(task, observed, designs, batch, job.contender.name)
            else:
                designs = first_designs(task, job.seed)
            seconds = time.perf_counter() - began if done or job.contender.begins else 0.0
            designs = designs[list(task.space.columns)].reset_index(drop=True)
            noise = np.random.default_rng(np.random.SeedSequence([job.seed, _NOISE, len(observed)]))
            found = pd.concat([designs, task.measure(designs, noise).reset_index(drop=True)], axis=1)
            observed = pd.concat([observed, found], ignore_index=True) if done else found
            row = {
                "task": task.name, "contender": job.contender.name, "seed": job.seed,
                **achieved(task, observed), "seconds": extra.get("seconds", seconds),
                "memory_mb": extra.get("memory_mb", memory()),
            }  # fmt: skip
            last = len(done) >= task.rounds or _left(task, observed) == 0
            done.append(plain({"row": row, "last": last, "found": found.to_dict("records")}))
            part.write(_line(done[-1]))
            part.flush()
            if progress is not None:
                progress(len(done), task.rounds + 1)
    return done


def first_designs(task: Task, seed: int) -> pd.DataFrame:
    """Choose the designs that a run begins with, the same for all contenders.

    Parameters
    ----------
    task : Task
        Gives their number.
    seed : int
        Of the run.

    Returns
    -------
    DataFrame
        ``task.start`` rows of the space's columns.
    """
    own = np.random.SeedSequence([seed, _FIRST])
    if task.candidates is not None:
        rows = np.random.default_rng(own).permutation(len(task.candidates))[: task.start]
        return task.candidates.iloc[rows]
    return drawn(task.space, task.start, int(own.generate_state(1)[0]))


def achieved(task: Task, observed: pd.DataFrame) -> dict[str, Any]:
    """Score what was measured so far, by its truth.

    Parameters
    ----------
    task : Task
        Gives truth, reference and the best there is.
    observed : DataFrame, n rows
        In the order of the experiments.

    Returns
    -------
    dict
        ``experiments``; ``hypervolume``; ``best``, the best value, of one objective only; ``regret``, what is missing
        to ``task.best`` (in the unit of the objective or of the hypervolume); ``picks_to_top``, the number of the
        first experiment that hit one of the best 5 % of the candidates. None where there is no such thing.
    """
    truth = task.truth(observed[list(task.space.columns)])
    above = gains(task, truth)
    volume = hypervolume(above)
    best = None
    if len(task.objectives) == 1:
        name, wanted = next(iter(task.objectives.items()))
        best = float(truth[name].max() if wanted == "max" else truth[name].min())
        reached = float(np.nanmax(above))
    else:
        reached = volume
    hits = np.flatnonzero(alone(above) >= (np.inf if task.top is None else task.top))
    return {
        "experiments": len(observed),
        "hypervolume": volume,
        "best": best,
        "regret": None if task.best is None else max(task.best - reached, 0.0),
        "picks_to_top": int(hits[0]) + 1 if len(hits) else None,
    }


def _left(task: Task, observed: pd.DataFrame) -> int:
    return sys.maxsize if task.candidates is None else len(remaining(task, observed))


def _refuse_forbidden(
    task: Task, observed: pd.DataFrame, designs: pd.DataFrame, n: int, contender: str
) -> None:
    if len(designs) != n:
        raise LihostError(
            "proposed another number of designs", where=contender, value=len(designs), limit=str(n)
        )
    broken = task.space.check(designs, _TOLERANCE)
    if broken:
        raise LihostError(f"proposed what is not allowed: {broken[0]}", where=contender)
    if task.candidates is not None:
        left = remaining(task, observed)
        if not task.space.matches(designs, left).any(axis=1).all():
            raise LihostError("proposed what is not a candidate, or was measured before", where=contender)


def _observations(rounds: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([row for one in rounds for row in one["found"]])


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b"\n"


def main() -> int:
    """Run the job on standard input; say on standard output how far it is. Told to end, end what was started too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    job, part = job_of(sys.stdin.read())
    try:
        if (job.task_code, job.contender_code) != (task_code(job.source), contender_code(job.contender)):
            raise LihostError(
                "the code has changed since the contest began", remedy="the same command goes on"
            )
        task = job.source.make()
        play(
            job, task, job.contender.propose, part, memory=peak_memory_mb,
            progress=lambda done, total: print(done, total, flush=True),
        )  # fmt: skip
    except LihostError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
