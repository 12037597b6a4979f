"""What every contender derives from a round: its seed, and the candidates that are left."""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.laboratory.tasks import Task


def round_seed(seed: int, observations: pd.DataFrame) -> int:
    """Derive the seed of one round from the seed of the run.

    Parameters
    ----------
    seed : int
        Of the run.
    observations : DataFrame
        All that was measured so far; its length tells the rounds apart.

    Returns
    -------
    int
        Below 2**32.
    """
    return int(np.random.SeedSequence([seed, len(observations)]).generate_state(1)[0])


def remaining(task: Task, observations: pd.DataFrame) -> pd.DataFrame:
    """List the candidates of a task that were not measured yet.

    Parameters
    ----------
    task : Task
        One with candidates.
    observations : DataFrame
        The space's columns and more.

    Returns
    -------
    DataFrame
        The space's columns, with the index of the candidates.
    """
    assert task.candidates is not None, "a task with candidates"
    columns = list(task.space.columns)
    taken = task.space.matches(task.candidates, observations[columns]).any(axis=1)
    return task.candidates[columns].iloc[np.flatnonzero(~taken)]
