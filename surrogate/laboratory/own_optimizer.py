"""The contender that the product is, where there is no physics to know: ``surrogate.optimization.propose``."""

from __future__ import annotations

import pandas as pd

from surrogate.laboratory.tasks import Task
from surrogate.optimization import Maximize, Minimize, propose


def lihost(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose n designs with the product's defaults and the task's reference; see ``ask_tell``."""
    wanted = {
        name: (Maximize if direction == "max" else Minimize)(task.reference[name])
        for name, direction in task.objectives.items()
    }
    return propose(task.space, observations, wanted, n, seed, candidates=task.candidates)
