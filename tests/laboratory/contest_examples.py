"""Tiny tasks and contenders for the tests of contests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from surrogate.laboratory.ask_tell import Contender
from surrogate.laboratory.job import Job
from surrogate.laboratory.tasks import FunctionTask, TaskSource
from surrogate.space import Categorical, Continuous, LinearConstraint, Simplex, Space

SPACE = Space(
    [
        Categorical("kind", ["a", "b"]),
        Continuous("x", 0.0, 1.0),
        Continuous("count", 0, 4, step=1, whole=True),
        Simplex("mix", ["p", "q", "r"], lower={"p": 0.1}),
    ],
    constraints=[LinearConstraint({"p": 1.0, "x": 0.5}, "<=", 0.9)],
)


def values(designs: pd.DataFrame) -> pd.DataFrame:
    bonus = np.where(designs["kind"] == "a", 1.0, 0.0)
    gain = bonus + designs["x"] + designs["q"] + 0.1 * designs["count"]
    return pd.DataFrame({"gain": gain, "cost": designs["p"] + designs["x"] ** 2}).reset_index(drop=True)


def mixed(objectives: int = 2, rounds: int = 2) -> FunctionTask:
    """A mixed, constrained task with noise; one objective or two."""
    wanted = {"gain": "max", "cost": "min"} if objectives == 2 else {"gain": "max"}
    reference = {"gain": 0.0, "cost": 2.0}
    return FunctionTask(
        "mixed", SPACE, wanted, {name: reference[name] for name in wanted}, values,
        start=6, rounds=rounds, batch=2, best=3.3 if objectives == 1 else None, noise=dict.fromkeys(wanted, 0.01),
    )  # fmt: skip


def job(task: str = "mixed", contender: str = "stub", seed: int = 3) -> Job:
    return Job(TaskSource(task, "nowhere:task"), Contender(contender, "nowhere:propose", ""), seed, "1", "1")


def told(task: FunctionTask, seed: int = 0) -> pd.DataFrame:
    """What was measured at the first designs."""
    designs = task.space.round(task.space.sample(task.start, seed))
    return pd.concat([designs, task.measure(designs, np.random.default_rng(seed))], axis=1)
