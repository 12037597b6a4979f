"""The contender that the product is, where there is no physics to know: ``surrogate.optimization.propose``."""

from __future__ import annotations

import pandas as pd

from surrogate.laboratory.tasks import Task
from surrogate.optimization import propose


def lihost(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Propose n designs with the product's defaults; see ``ask_tell``."""
    return propose(task.space, observations, task.objectives, n, seed, candidates=task.candidates)
