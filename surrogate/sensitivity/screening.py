"""How much each output moves with each constant: Morris screening (Morris, Technometrics 33 (1991) 161).

Chosen over variance-based indices (Sobol, FAST) because it takes r (k + 1) simulations of each host, not thousands:
with k of about 50 constants and 10 trajectories a few minutes, and the ranking of constants is what is asked for.
Campolongo et al., Environ. Model. Softw. 22 (2007) 1509, show that mu_star ranks as total indices do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as analysis
from SALib.sample import morris as sampling

from surrogate.physics.uncertainty import Constant
from surrogate.sensitivity.cases import OUTPUTS
from surrogate.sensitivity.runs import Job, Report, Simulator

Array = NDArray[np.float64]

LEVELS = 4  # of the grid: a step is two thirds of a range


def screening(
    simulate: Simulator,
    moved: Sequence[Constant],
    *,
    trajectories: int,
    seed: int,
    report: Report | None = None,
) -> pd.DataFrame:
    """Return the elementary effects of each constant on each output of each host.

    Parameters
    ----------
    simulate : Simulator
        Of the hosts.
    moved : sequence of Constant
        What is moved.
    trajectories : int
        Of Morris's design.
    seed : int
        Of the design and of the bootstrap.
    report : callable or None
        Called with (stage, done, total).

    Returns
    -------
    DataFrame
        One row a host, output and constant. ``mu_star``: mean size of the elementary effects, that is of the change
        of the output over the whole range of the constant, others being anywhere in theirs; ``mu`` with sign;
        ``sigma``: their spread (curvature and interaction); ``confidence``: 95 % half width of mu_star,
        bootstrapped; in ``effect_unit``, where ln means the logarithm of a ratio. ``trajectories``: those in which
        every run of the host completed; the others are left out.
    """
    problem = {
        "num_vars": len(moved),
        "names": [one.key for one in moved],
        "bounds": [[0.0, 1.0]] * len(moved),
    }
    points = sampling.sample(problem, trajectories, num_levels=LEVELS, seed=seed)
    found = _simulated(simulate, moved, points, report)
    rows = []
    for host, name in enumerate(simulate.designs.index):
        for column, output in enumerate(OUTPUTS):
            values = output.compared(pd.Series(found[:, host, column]))
            effect = _effects(problem, points, values, len(moved) + 1, seed)
            for number, one in enumerate(moved):
                rows.append({
                    "output": output.column, "host": name, "constant": one.key, "acts_on": one.acts,
                    "assumed": one.assumed, "value": one.value, "low": one.low, "high": one.high, "unit": one.unit,
                    **{key: numbers[number] for key, numbers in effect.items()},
                    "effect_unit": "ln" if output.logarithmic else output.unit,
                    "trajectories": int(_whole(values, len(moved) + 1).sum()),
                })  # fmt: skip
    return pd.DataFrame(rows)


def _simulated(
    simulate: Simulator, moved: Sequence[Constant], points: Array, report: Report | None
) -> NDArray[np.float64]:
    """Return outputs (points, hosts, OUTPUTS).

    A host is not simulated again where only constants moved that cannot act on it.
    """
    masks = np.array([one.can_act(simulate.designs) for one in moved])
    hosts, length = len(simulate.designs), len(moved) + 1
    before = np.vstack([points[:1], points[:-1]])
    fresh = ((points != before)[:, :, None] & masks[None]).any(axis=1)
    fresh[::length] = True
    jobs = [
        Job(
            {one.key: one.at(share) for one, share in zip(moved, point, strict=True)},
            tuple(np.flatnonzero(again)),
        )
        for point, again in zip(points, fresh, strict=True)
    ]
    done = simulate(jobs, "screening constants", report)
    found = np.full((len(points), hosts, len(OUTPUTS)), np.nan)
    for number, table in enumerate(done):
        if number % length:
            found[number] = found[number - 1]
        found[number, fresh[number]] = table.to_numpy(dtype=float)
    return found


def _whole(values: Array, length: int) -> NDArray[np.bool_]:
    """Trajectories (of ``length`` points each) without a missing value."""
    return np.asarray(np.isfinite(values).reshape(-1, length).all(axis=1))


def _effects(
    problem: dict[str, object], points: Array, values: Array, length: int, seed: int
) -> dict[str, Array]:
    """mu, mu_star, sigma and confidence of mu_star for each constant; NaN without at least two whole trajectories."""
    whole = np.repeat(_whole(values, length), length)
    names = ("mu_star", "mu", "sigma", "mu_star_conf")
    if whole.sum() < 2 * length:
        found = dict.fromkeys(names, np.full(length - 1, np.nan))
    else:
        found = analysis.analyze(problem, points[whole], values[whole], num_levels=LEVELS, seed=seed)
    labels = ("mu_star", "mu", "sigma", "confidence")
    return {
        label: np.ma.filled(np.ma.asarray(found[name], dtype=float), np.nan)
        for label, name in zip(labels, names, strict=True)
    }
