"""What a campaign gains by values of its targets: goals and limits on the scale of the models, z (``hosts.targets``).

More gain is better, whatever is wanted: z itself or its negative, or minus the distance to a value or a band.
Distances are in z, so that an overpotential of twice the value and of half of it are as far away.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from surrogate.campaign.goals import TargetGoal
from surrogate.hosts.targets import SCALES
from surrogate.optimization.goals import Limit, Match, Within
from surrogate.optimization.settings import OutputLimit, Wanted
from surrogate.shapes import Float

Array = NDArray[np.float64]
Gain = Callable[[Array], Array]
_DRAWS = 12  # powers of two; a probability by them is right to about 0.001


def on_z(target: str, goal: TargetGoal) -> Wanted:
    """Return what a goal asks of z: a direction, a value, or the ends of a band, the lower first."""
    scale = SCALES[target]
    if isinstance(goal, Match):
        return float(scale.to_z(goal.target))
    if isinstance(goal, Within):
        ends = sorted(float(scale.to_z(end)) for end in (goal.low, goal.high))
        return ends[0], ends[1]
    return scale.direction(goal)


def gain(target: str, goal: TargetGoal, z: ArrayLike) -> Array:
    """Return what is gained by values of a target.

    Parameters
    ----------
    target : str
        One of ``TARGETS``.
    goal : "max", "min", Match or Within
        What is wanted of it.
    z : array
        Values on the scale of the target.

    Returns
    -------
    array
        Of the shape of ``z``; more is better. The gain of a value to match, or of a band, is 0 at most.
    """
    wanted, given = on_z(target, goal), np.asarray(z, dtype=float)
    if isinstance(wanted, str):
        return given if wanted == "max" else -given
    low, high = wanted if isinstance(wanted, tuple) else (wanted, wanted)
    return -(np.maximum(low - given, 0.0) + np.maximum(given - high, 0.0))


def gain_of_values(target: str, goal: TargetGoal, values: ArrayLike) -> Array:
    """Return what is gained by measured values, given in the unit of the target, as :func:`gain` does.

    Where as much or as little as possible is wanted it is in that unit too, as no scale is needed to compare them.
    """
    given = np.asarray(values, dtype=float)
    if isinstance(goal, str):
        return given if goal == "max" else -given
    return gain(target, goal, SCALES[target].to_z(given))


def gains(objectives: Mapping[str, TargetGoal], z: Mapping[str, ArrayLike]) -> Array:
    """Return what is gained by designs in each objective, (n, m).

    Parameters
    ----------
    objectives : mapping
        Target -> goal, m of them.
    z : mapping
        Target -> values (n,).
    """
    return np.column_stack([gain(target, goal, z[target]) for target, goal in objectives.items()])


def beaten(values: Float[Array, "n m"], others: Float[Array, "k m"]) -> NDArray[np.bool_]:
    """Say of n designs whether another is as good in every objective and better in one, (n,); NaN beats nothing."""
    as_good = np.all(others >= values[:, None], axis=2)
    better = np.any(others > values[:, None], axis=2)
    return np.asarray(np.any(as_good & better, axis=1))


def z_limits(limits: Sequence[Limit]) -> dict[str, tuple[float, float]]:
    """Return the ends between which z of each limited target has to lie, infinite where open."""
    found: dict[str, tuple[float, float]] = {}
    for limit in limits:
        low, high = found.get(limit.name, (-math.inf, math.inf))
        bound, scale = float(SCALES[limit.name].to_z(limit.bound)), SCALES[limit.name]
        above = (limit.side == ">=") != scale.decreasing
        found[limit.name] = (max(low, bound), high) if above else (low, min(high, bound))
    return found


def output_limits(limits: Sequence[Limit], names: Sequence[str]) -> list[OutputLimit]:
    """Return limits for a search whose model has an output, z, for each of some targets, in their order."""
    found: list[OutputLimit] = []
    for name, (low, high) in z_limits(limits).items():
        at = list(names).index(name)
        found += [(at, -1.0, low)] if math.isfinite(low) else []
        found += [(at, 1.0, high)] if math.isfinite(high) else []
    return found


def keeping(limits: Sequence[Limit], z: Mapping[str, ArrayLike], n: int) -> NDArray[np.bool_]:
    """Say of n designs with known z of each target whether they keep all limits, (n,)."""
    kept = np.ones(n, dtype=bool)
    for name, (low, high) in z_limits(limits).items():
        values = np.asarray(z[name], dtype=float)
        kept &= (values >= low) & (values <= high)
    return kept


def p_within_limits(
    limits: Sequence[Limit], mean: Mapping[str, Array], variance: Mapping[str, Array], n: int
) -> Float[Array, " n"]:
    """Return the probability that a normal value of each target keeps all limits.

    Parameters
    ----------
    limits : sequence of Limit
        On targets.
    mean, variance : mapping
        Target -> (n,), z and z squared; the targets are taken as independent, as the processes behind them are.
    n : int
        Designs.

    Returns
    -------
    array (n,)
        0 to 1; NaN without limits, as there is nothing to keep.
    """
    if not limits:
        return np.full(n, np.nan)
    chance = np.ones(n)
    for name, (low, high) in z_limits(limits).items():
        spread = np.sqrt(np.maximum(variance[name], 1e-24))
        chance *= ndtr((high - mean[name]) / spread) - ndtr((low - mean[name]) / spread)
    return chance


def p_better_than_last(
    mean: Float[Array, " n"], covariance: Float[Array, "n n"], value: Gain
) -> Float[Array, " n"]:
    """Return the probability that each of n joint normal values gains more than the last of them.

    By quasi-random draws of each pair, the same ones every time; two that gain the same count half.

    Parameters
    ----------
    mean, covariance : array (n,), (n, n)
        z and z squared.
    value : callable
        z -> gain.
    """
    first, second = _normal_pairs()
    own = np.sqrt(max(float(covariance[-1, -1]), 0.0))
    last = value(mean[-1] + own * first)
    out = np.full(len(mean), 0.5)
    for k in range(len(mean) - 1):
        shared = float(covariance[k, -1]) / own if own > 0.0 else 0.0
        rest = math.sqrt(max(float(covariance[k, k]) - shared**2, 0.0))
        ahead = value(mean[k] + shared * first + rest * second) - last
        out[k] = float(np.mean(ahead > 0.0) + 0.5 * np.mean(ahead == 0.0))
    return out


@cache
def _normal_pairs() -> tuple[Array, Array]:
    from scipy.stats import qmc  # late: reading a campaign file need not load it

    points = ndtri(qmc.Sobol(2, rng=np.random.default_rng(0)).random_base2(_DRAWS))
    return points[:, 0], points[:, 1]
