"""Whether another batch is worth making: what is still to gain, beside what replicates of one design differ by.

Data flow: a posterior over known designs, the next batch and further candidates -> joint draws of what all of them
are worth -> in each draw, by how much the batch, and the best of all candidates, raise the best of what is known (of
several objectives: their hypervolume) -> the mean of the one, an upper quantile of the other, and the change of the
same quantity that the spread between replicates makes by itself; and in the same draws, what all known designs reach
and what the last of them added.

When that is enough is said in ``outlook``. The bound of Makarova et al., AutoML-Conf 2022, is one of confidence
limits, design by design; draws of all designs together, as in Wilson, Stopping Bayesian Optimization with
Probabilistic Regret Bounds, NeurIPS 2024, serve several objectives as well and are not wider than they have to be.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from botorch.sampling.normal import SobolQMCNormalSampler
from botorch.utils.multi_objective.hypervolume import Hypervolume
from botorch.utils.multi_objective.pareto import is_non_dominated
from botorch.utils.sampling import manual_seed
from linear_operator.utils.warnings import NumericalWarning
from numpy.typing import NDArray
from torch import Tensor

from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.few_parts import feasible_pool
from surrogate.optimization.goals import Goal, Limit
from surrogate.optimization.local_moves import children
from surrogate.optimization.outlook import RECENT, SURE, Outlook
from surrogate.optimization.pool import near_best
from surrogate.optimization.problem import Problem
from surrogate.optimization.question import read_question
from surrogate.optimization.settings import Direction, SearchSettings
from surrogate.optimization.threads import single_thread
from surrogate.shapes import Float
from surrogate.space import Space

DRAWS = 64
FRONT = 48  # known designs to improve on with several objectives, at most
POOL, NEAR = 256, 96  # candidates drawn from the space, and near the best known
GENERATIONS, PARENTS, CHILDREN = 2, 8, 8


def all_that_may_be_best(settings: SearchSettings, objectives: int, known: int) -> SearchSettings:
    """Return settings by which no known design that may be the best is left out of those to improve on.

    Where it may keep few, BoTorch 0.18 keeps others than the likeliest with one objective, so that all are kept.

    Parameters
    ----------
    settings : SearchSettings
        Of the search.
    objectives, known : int
        Numbers of objectives and of known designs.
    """
    return replace(settings, baseline=known if objectives == 1 else min(known, FRONT))


@dataclass(frozen=True)
class Prospects:
    """What could be made next.

    Parameters
    ----------
    batch : Tensor, (n, d)
        Roughly the next batch.
    others : Tensor, (c, d)
        All candidates that were weighed for it.
    ordinary : Tensor, (o, d)
        Those of them that were drawn from the space as it is.
    """

    batch: Float[Tensor, "n d"]
    others: Float[Tensor, "c d"]
    ordinary: Float[Tensor, "o d"]


def outlook(
    improvement: Improvement,
    known: Float[Tensor, "k d"],
    prospects: Prospects,
    n: int,
    spreads: Float[NDArray[np.float64], " m"],
    seed: int,
    factors: Float[NDArray[np.float64], " m"] | None = None,
) -> Outlook:
    """Weigh what is still to gain against the spread between replicates and what was reached.

    Parameters
    ----------
    improvement : Improvement
        The posterior over m objectives, what is wanted, limits, and the worst that counts.
    known : Tensor, (k, d)
        Encoded designs with a value, in the order in which they were told, none twice (:func:`in_order`).
    prospects : Prospects
        Designs that could be made next.
    n : int
        Designs in a batch, by which the last batches are counted.
    spreads : array, (m,)
        Standard deviation between replicates of one design, on the scale of the model.
    seed : int
        Of the draws.
    factors : array, (m,), optional
        Of several objectives what one unit of the model is in logarithms, where shares of what was reached are
        counted in the objective's own unit; 0 where the model has that unit. None: all are counted as modelled.

    Returns
    -------
    Outlook
    """
    model, k, m = improvement.model, len(known), len(prospects.batch)
    sampler = SobolQMCNormalSampler(torch.Size([DRAWS]), seed=seed)
    with torch.no_grad(), manual_seed(seed):
        points = torch.cat([known, prospects.batch, prospects.others])
        drawn = _worth(improvement, sampler(model.posterior(points)))
        before, after, ever = (_volumes(drawn[:, :end]) for end in (k, k + m, drawn.shape[1]))
        mean = _worth(improvement, model.posterior(known).mean)
        best = mean[is_non_dominated(mean)] if improvement.several else mean.amax(dim=0, keepdim=True)
        again = best + torch.randn(2 * DRAWS, *best.shape, dtype=best.dtype) * torch.from_numpy(spreads)
        spread = float(_volumes(again).std())
        if improvement.several:
            units = drawn if factors is None else _in_units(drawn, improvement.gains.signs, factors)
        else:
            units = drawn - improvement.gains(model.posterior(prospects.ordinary).mean).median()
        gain, recent = _shares(units, k, m, RECENT * n)
    most = float((ever - before).quantile(SURE))
    return Outlook(float((after - before).mean()), most, spread, gain, recent, improvement.several)


def in_order(points: Float[NDArray[np.float64], "n d"]) -> Float[Tensor, "k d"]:
    """Return encoded designs, none twice, in the order in which they first came."""
    first = np.sort(np.unique(points, axis=0, return_index=True)[1])
    return torch.from_numpy(points[first])


def next_batch(problem: Problem, improvement: Improvement, n: int, seed: int) -> Prospects:
    """Find roughly what the next batch would be, in a second, and what else could be made.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    improvement : Improvement
        What a further design is worth.
    n : int
        Designs in a batch.
    seed : int
        Of all random numbers.

    Returns
    -------
    Prospects
        Of the batch each design is the best of the candidates as if those before it were being made; candidates are
        designs drawn from the space, designs near the best known, and children of the best of these.

    Raises
    ------
    SpaceError
        When nothing that was tried is feasible.
    """
    drawn, narrow = feasible_pool(problem, POOL, seed)
    pool = pd.concat([drawn, near_best(problem, improvement.baseline, NEAR, seed)], ignore_index=True)
    acquisition, rng = improvement.given(None), np.random.default_rng(seed)
    points = problem.encode(pool)
    values = improvement.values(acquisition, points)
    for _ in range(GENERATIONS):
        order = values.argsort(descending=True, stable=True)
        young = children(problem, points[order[:PARENTS]], points[order], CHILDREN, rng, exchange=narrow)
        if len(young):
            new = problem.encode(young)
            points, values = (
                torch.cat([points, new]),
                torch.cat([values, improvement.values(acquisition, new)]),
            )
    promising = points[values.argsort(descending=True, stable=True)[:NEAR]]
    chosen = promising[:1]
    while len(chosen) < min(n, len(promising)):
        value = improvement.values(improvement.given(chosen), promising)
        chosen = torch.cat([chosen, promising[[int(value.argmax())]]])
    return Prospects(chosen, points, problem.encode(drawn))


def still_to_gain(
    space: Space,
    observations: pd.DataFrame,
    objectives: Mapping[str, Direction | Goal],
    n: int,
    seed: int = 0,
    *,
    limits: Sequence[Limit] = (),
) -> Outlook | None:
    """Say whether another batch is worth making, in any search space.

    Where a reason to stop holds, it is asked as well whether one held before the last n designs.

    Parameters
    ----------
    space, observations, objectives
        As for :func:`surrogate.optimization.propose`.
    n : int
        Designs in a batch, at least 1; observations are in the order in which they were made.
    seed : int
        Of all random numbers, at least 0.
    limits : sequence of Limit
        As for ``propose``.

    Returns
    -------
    Outlook or None
        None where too little was measured to fit a model.

    Raises
    ------
    InputError, DesignError, SpaceError
        As ``propose``.
    """
    found = _weighed(space, observations, objectives, n, seed, limits)
    if found is None or not found.reasons:
        return found
    columns = [name for name in space.columns if name in observations]
    earlier = observations[before_the_last(observations[columns], n)]
    before = _weighed(space, earlier, objectives, n, seed, limits) if len(earlier) else None
    return found if before is None else replace(found, before=before.reasons)


def before_the_last(designs: pd.DataFrame, n: int) -> NDArray[np.bool_]:
    """Return the rows (k,) of all but the n designs that were the last to be new.

    Parameters
    ----------
    designs : DataFrame
        k rows in the order in which they were told.
    n : int
        Designs in a batch.
    """
    order = pd.factorize(pd.util.hash_pandas_object(designs, index=False))[0]
    return np.asarray(order <= order.max(initial=0) - n)


def _weighed(
    space: Space,
    observations: pd.DataFrame,
    objectives: Mapping[str, Direction | Goal],
    n: int,
    seed: int,
    limits: Sequence[Limit],
) -> Outlook | None:
    """Weigh another batch by all observations, as they are: see ``still_to_gain``."""
    asked = read_question(space, observations, objectives, n, seed, None, None, limits)
    if not asked.is_known:
        return None
    with single_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", NumericalWarning)  # jitter on near-equal designs is expected
        asked, _ = asked.of_those_that_tell()
        posterior = asked.fit()
        usable = posterior.made & asked.told.observed.inside
        if not usable.any():
            return None
        problem = Problem(space, asked.told.encoder)
        known = in_order(posterior.encoded[usable])
        settings = all_that_may_be_best(posterior.settings(None, asked.goals), len(asked.goals), len(known))
        improvement = Improvement(
            posterior.model, known, posterior.directions, settings, seed, posterior.limits,
            weight=posterior.making.log_weight if posterior.making is not None else None,
        )  # fmt: skip
        prospects = next_batch(problem, improvement, n, seed)
        # Goals with a target have no unit in which more is better.
        factors = np.array(
            [
                scale.spread if scale.logarithm and isinstance(wanted, str) else 0.0
                for scale, wanted in zip(posterior.scales, posterior.directions, strict=True)
            ]
        )
        return outlook(improvement, known, prospects, n, posterior.spreads, seed, factors)


def _worth(improvement: Improvement, outputs: Tensor) -> Tensor:
    """Objectives (..., m) over the worst that counts, more is better; what breaks a limit counts for nothing."""
    worth = improvement.gains(outputs)
    if improvement.several:
        worth = (worth - improvement.reference).clamp_min(0.0)
    for at, sign, bound in improvement.limits:
        kept = sign * (outputs[..., at] - bound) <= 0.0
        nothing = 0.0 if improvement.several else float(worth.min())
        worth = torch.where(kept.unsqueeze(-1), worth, nothing)
    return worth


def _in_units(
    worth: Float[Tensor, "s n m"], signs: Float[Tensor, " m"], factors: Float[NDArray[np.float64], " m"]
) -> Float[Tensor, "s n m"]:
    """Turn differences of logarithms above the worst that counts into differences, in units of that worst value."""
    factor = torch.from_numpy(factors)
    return torch.where(factor > 0.0, signs * torch.expm1(signs * factor * worth), worth)


def _shares(units: Float[Tensor, "s n m"], k: int, m: int, last: int) -> tuple[float, float | None]:
    """Shares of what k designs reach: what the m after them are expected to add, and what the last of the k added."""
    before, after = _volumes(units[:, :k]), float(_volumes(units[:, : k + m]).mean())
    reached = float(before.mean())
    if reached <= 0.0:
        return math.inf, None
    recent = (reached - float(_volumes(units[:, : k - last]).mean())) / reached if k > last else None
    return (after - reached) / reached, recent


def _volumes(worth: Float[Tensor, "s n m"]) -> Float[Tensor, " s"]:
    """Hypervolume (s,) of n designs in each draw; of one objective its best value."""
    if worth.shape[-1] == 1:
        return worth[..., 0].amax(dim=1)
    worth = worth.clamp_min(0.0)
    if worth.shape[-1] == 2:
        order = worth[..., 1].argsort(dim=1, descending=True)
        by_last = worth.gather(1, order.unsqueeze(-1).expand_as(worth))
        below = torch.cat([by_last[:, 1:, 1], torch.zeros_like(by_last[:, :1, 1])], dim=1)
        return (torch.cummax(by_last[..., 0], dim=1)[0] * (by_last[..., 1] - below)).sum(dim=1)
    volume = Hypervolume(torch.zeros(worth.shape[-1], dtype=worth.dtype))
    return torch.tensor([volume.compute(one[is_non_dominated(one)]) for one in worth], dtype=worth.dtype)
