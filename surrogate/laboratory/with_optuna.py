"""Optuna's samplers as contenders (Akiba et al., KDD 2019), with their defaults but where stated.

The study is built anew from the observations each time. Optuna knows no mixtures, linear constraints or candidates:
``allowed_designs`` says how its points become designs; a point that has to be rejected is told as failed and another
is asked for, at most 20 times as often as designs are wanted. The genetic sampler has a population of the size of
the first designs, and generations are counted by the order of the experiments.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from surrogate.laboratory.allowed_designs import LEAST_U, to_box, to_design, together
from surrogate.laboratory.rounds import round_seed
from surrogate.laboratory.tasks import Task
from surrogate.space import Categorical, Continuous, Discrete, Space

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler

_TRIES = 20


def tpe(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask the tree-structured Parzen estimator; designs of the batch count as bad until they are measured."""
    from optuna.samplers import TPESampler

    with _experimental():
        sampler = TPESampler(constant_liar=True, seed=round_seed(seed, observations))
    return _ask(sampler, task, observations, n, seed)


def nsga2(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask the genetic algorithm NSGA-II."""
    from optuna.samplers import NSGAIISampler

    sampler = NSGAIISampler(population_size=max(task.start, 2), seed=round_seed(seed, observations))
    return _ask(sampler, task, observations, n, seed)


def gp(task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Ask the Gaussian process sampler."""
    from optuna.samplers import GPSampler

    with _experimental():
        sampler = GPSampler(seed=round_seed(seed, observations))
    return _ask(sampler, task, observations, n, seed)


def _ask(sampler: BaseSampler, task: Task, observations: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    directions = ["maximize" if wanted == "max" else "minimize" for wanted in task.objectives.values()]
    study = optuna.create_study(sampler=sampler, directions=directions)
    box = _box(task.space)
    measured = observations.dropna(subset=list(task.objectives))
    values = measured[list(task.objectives)].to_numpy(dtype=float).tolist()
    for k, (point, found) in enumerate(zip(to_box(task.space, measured), values, strict=True)):
        generation = {"NSGAIISampler:generation": k // max(task.start, 2)}
        study.add_trial(
            optuna.trial.create_trial(
                params=_inside(box, point), distributions=box, values=found, system_attrs=generation
            )
        )
    designs: list[pd.DataFrame] = []
    for _ in range(_TRIES * n):
        trial = study.ask(box)
        design = to_design(task.space, trial.params)
        if design is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            continue
        designs.append(design)
        if len(designs) == n:
            break
    return together(task, designs, n, observations, seed)


@contextmanager
def _experimental() -> Iterator[None]:
    """Take Optuna's word that an option may change, without a warning each time."""
    import warnings

    from optuna.exceptions import ExperimentalWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield


def _box(space: Space) -> dict[str, BaseDistribution]:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    box: dict[str, BaseDistribution] = {}
    for parameter in space.parameters:
        if isinstance(parameter, Categorical):
            box[parameter.name] = CategoricalDistribution(parameter.values)
        elif isinstance(parameter, Continuous):
            name, low, high = parameter.name, parameter.lower, parameter.upper
            if parameter.whole:
                box[name] = IntDistribution(round(low), round(high), log=parameter.log)
            else:
                box[name] = FloatDistribution(low, high, log=parameter.log)
        elif isinstance(parameter, Discrete):  # rounding takes the nearest value
            box[parameter.name] = FloatDistribution(parameter.lower, parameter.upper, log=parameter.log)
        else:
            box |= {part: FloatDistribution(LEAST_U, 1.0) for part in parameter.parts}
    return box


def _inside(box: dict[str, BaseDistribution], point: dict[str, Any]) -> dict[str, Any]:
    """Clip numbers to the box, which a repaired design may leave by a rounding error."""
    from optuna.distributions import FloatDistribution, IntDistribution

    clipped = dict(point)
    for name, of in box.items():
        if isinstance(of, FloatDistribution | IntDistribution):
            clipped[name] = min(max(point[name], of.low), of.high)
    return clipped
