"""What is run in a contest, the head of its part file, and its way to a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from surrogate.files.output import plain
from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.tasks import TaskSource

FORMAT = 2  # of part files


@dataclass(frozen=True)
class Job:
    """What is run.

    Parameters
    ----------
    source : TaskSource
        Of the task.
    contender : Contender
        Who is asked.
    seed : int
        Of first designs, noise and contender. All contenders of a seed begin with the same designs, and the k-th
        experiment has the same noise.
    task_code, contender_code : str
        Hashes of the code of both (``run_code``): a run of other code is begun again.
    """

    source: TaskSource
    contender: Contender
    seed: int
    task_code: str
    contender_code: str

    @property
    def file_name(self) -> str:
        """Of the part file, unique in a contest."""
        words = (self.source.name, self.contender.name, str(self.seed))
        safe = ["".join(c if c.isalnum() or c in "-_." else "-" for c in word) for word in words]
        return "__".join(safe) + ".jsonl"

    def head(self) -> dict[str, Any]:
        """First line of the part file: what decides the run, and no more."""
        source, contender = self.source, self.contender
        head: dict[str, Any] = plain(
            {
                "format": FORMAT, "task": source.name, "maker": source.maker, "arguments": source.arguments,
                "contender": contender.name, "adapter": contender.adapter, "begins": contender.begins,
                "seed": self.seed, "task_code": self.task_code, "contender_code": self.contender_code,
            }
        )  # fmt: skip
        return head


def job_of(text: str) -> tuple[Job, Path]:
    """Read a job and its part file from the JSON that :func:`job_text` writes."""
    given = json.loads(text)
    made_by = [given[name] for name in ("task_code", "contender_code")]
    source, contender = TaskSource(**given["source"]), Contender(**given["contender"])
    return Job(source, contender, given["seed"], *made_by), Path(given["part"])


def job_text(job: Job, part: Path) -> str:
    """Write a job and its part file for :func:`job_of`."""
    return json.dumps({**plain(asdict(job)), "part": str(part)})
