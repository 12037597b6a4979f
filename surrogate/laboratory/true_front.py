"""How good the best hosts of a virtual laboratory are: a long search on its truth, which no contender is allowed.

An evolutionary search: random designs, then generations of children of those that no other beats
(``optimization.local_moves``). It need not find all of the front; who finds more has no regret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.search_space import host_encoder
from surrogate.laboratory.hypervolume import gains, hypervolume, on_front
from surrogate.optimization.local_moves import children
from surrogate.optimization.problem import Problem, is_new

if TYPE_CHECKING:
    from surrogate.laboratory.virtual_task import VirtualTask

GENERATIONS, PARENTS, EACH = 20, 32, 5
_CORNER = 0.5  # ln: how far below the reference a parent may lie in an objective


def hypervolume_of_front(task: VirtualTask, first: pd.DataFrame) -> float:
    """Search for the best hosts of a laboratory.

    Parameters
    ----------
    task : VirtualTask
        Gives the truth.
    first : DataFrame, n rows
        Hosts to begin with: the space's columns.

    Returns
    -------
    float
        Hypervolume above the task's reference.
    """
    conditions = {
        name: value for name, value in task.campaign.conditions.as_dict().items() if COLUMNS[name].encoded
    }
    problem = Problem(task.space, host_encoder(), conditions)
    rng = np.random.default_rng(np.random.SeedSequence([task.laboratory.seed]))
    known = first.reset_index(drop=True)
    found = gains(task, task.truth(known))
    for _ in range(GENERATIONS):
        better = np.flatnonzero((found > -_CORNER).all(axis=1))
        front = better[on_front(found[better])]
        if not len(front):
            return 0.0
        best = problem.encode(known.iloc[rng.choice(front, PARENTS)])
        others = problem.encode(known.iloc[better])
        table = children(problem, best, others, EACH, rng)
        table = table[is_new(task.space, table, known)]
        table = table[problem.confirmed(table)] if len(table) else table
        if not len(table):
            continue
        found = np.concatenate([found, gains(task, task.truth(table))])
        known = pd.concat([known, table], ignore_index=True)
    return hypervolume(found)
