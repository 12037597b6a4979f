"""Contenders that do not learn: random designs and a Sobol sequence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.laboratory.allowed_designs import nearest_candidates
from surrogate.laboratory.rounds import remaining, round_seed
from surrogate.laboratory.tasks import Task, drawn


def random(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Draw n designs that know nothing of those before; see ``ask_tell``."""
    own = round_seed(seed, observations)
    if task.candidates is None:
        return drawn(task.space, n, own)
    left = remaining(task, observations)
    return left.iloc[np.random.default_rng(own).permutation(len(left))[:n]]


def sobol(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Go on with one scrambled Sobol sequence over the run, and take the nearest candidates where there are any."""
    points = task.space.sample(len(observations) + n, seed).iloc[-n:]
    designs = drawn(task.space, n, round_seed(seed, observations), points)
    return designs if task.candidates is None else nearest_candidates(task, designs, observations)
