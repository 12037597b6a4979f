"""What the literature says of the level of a laboratory: how published cells lie against the simulator.

    z published - z simulated = level of all + level of the class of electrolyte + level of the paper + cell

A hierarchical model with normal levels, whose widths are fitted under priors. For a laboratory that is not among
the papers, its level has the mean of its class and the width of a paper, beside what is not known of the class. It is
most of what tells one paper's cells from another's, and cancels between two hosts of one laboratory.

Bounds enter by expectation propagation; where hardly anything else is published, as of lives, they count as values:
how far a life exceeds its bound is not identified, and a level that is free to follow its bounds rises without end
(to a factor of 5,000 in ethers when it was tried). A cell beyond a factor of 10 of its simulation is not the cell
that the simulator was told of, and counts as that far.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from surrogate import materials
from surrogate.evaluation.scorecard import FEWEST_VALUES
from surrogate.files.bounds import z_ends
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import OTHERS, Level
from surrogate.models.censoring import bound_sites
from surrogate.physics import simulate

Array = NDArray[np.float64]

# Medians of the widths, z, and the spread of their logarithms (assumed): of all, of a class and of a paper a factor
# of about 2, and of a cell what replicates and all that a paper leaves unsaid come to.
WIDTHS = {"all": 0.7, "class": 0.5, "paper": 0.7, "cell": 0.5}
_SPREAD = 0.5
_SWEEPS = 3
FARTHEST = float(np.log(10.0))


def levels_of(published: pd.DataFrame) -> dict[str, dict[str, Level]]:
    """Learn levels from featurized records.

    Parameters
    ----------
    published : DataFrame
        As ``literature.featurize.to_designs`` gives them: designs, targets with their bounds, ``group``.

    Returns
    -------
    dict
        Target -> class of electrolyte (``liquid_ether``, ...; ``OTHERS`` for all that are not there) -> level of a
        laboratory that is none of the papers, z.
    """
    table = published.reset_index(drop=True)
    simulated = simulate(CompleteDesigns.of(table))
    kinds = table["electrolyte"].map(lambda name: materials.electrolyte(name).literature_class)
    papers = table["group"].astype(str).to_numpy(dtype=object)
    found = {}
    for target in TARGETS:
        lower, upper = z_ends(table, target)
        base = SCALES[target].to_z(simulated[target])
        rows = np.flatnonzero(~np.isnan(lower) & np.isfinite(base))
        low, high, base = lower[rows], upper[rows], base[rows]
        if np.sum(low == high) < FEWEST_VALUES * len(rows):
            low = high = np.where(np.isfinite(low), low, high)
        low, high = (np.where(np.isinf(end), end, _within_reach(end - base)) for end in (low, high))
        found[target] = _levels(low, high, kinds.to_numpy(dtype=object)[rows], papers[rows])
    return found


def _within_reach(difference: Array) -> Array:
    return np.clip(difference, -FARTHEST, FARTHEST)


def as_json(levels: Mapping[str, Mapping[str, Level]]) -> dict[str, dict[str, list[float]]]:
    """Write levels as what JSON holds: target -> class -> [mean, spread]."""
    return {
        target: {kind: [one.mean, one.spread] for kind, one in by_class.items()}
        for target, by_class in levels.items()
    }


def _levels(
    lower: Array, upper: Array, kinds: NDArray[np.object_], papers: NDArray[np.object_]
) -> dict[str, Level]:
    same = {
        "all": np.ones((len(lower), len(lower))),
        "class": (kinds[:, None] == kinds[None, :]).astype(float),
        "paper": (papers[:, None] == papers[None, :]).astype(float),
    }
    width = dict(WIDTHS)
    sites: tuple[Array, Array] = lower, np.full(len(lower), width["cell"] ** 2)
    for _ in range(_SWEEPS if len(lower) else 0):
        prior = _covariance(same, width)
        sites = bound_sites(
            np.zeros(len(lower)), prior, lower, upper, np.full(len(lower), width["cell"] ** 2)
        )
        width = _fitted(same, sites, lower == upper, width)
    named = {kind: _level(kind, same, sites, kinds, width) for kind in dict.fromkeys(kinds.tolist())}
    return {**named, OTHERS: _level(OTHERS, same, sites, kinds, width)}


def _covariance(same: Mapping[str, Array], width: Mapping[str, float]) -> Array:
    return np.asarray(sum(width[name] ** 2 * likeness for name, likeness in same.items()))


def _fitted(
    same: Mapping[str, Array],
    sites: tuple[Array, Array],
    known: NDArray[np.bool_],
    width: Mapping[str, float],
) -> dict[str, float]:
    """Widths of highest posterior density; bounds stand as their pseudo-observations."""
    values, noise = sites
    names = list(WIDTHS)
    centre = np.log([WIDTHS[name] for name in names])

    def objective(vector: Array) -> float:
        tried = dict(zip(names, np.exp(vector), strict=True))
        variance = np.where(known, tried["cell"] ** 2, noise)
        lower = np.linalg.cholesky(_covariance(same, tried) + np.diag(variance + 1e-8))
        white = np.linalg.solve(lower, values)
        return float(
            0.5 * white @ white
            + np.log(np.diag(lower)).sum()
            + 0.5 * np.sum(((vector - centre) / _SPREAD) ** 2)
        )

    start = np.log([width[name] for name in names])
    found = minimize(objective, start, method="L-BFGS-B", options={"maxiter": 30})
    return dict(zip(names, np.exp(found.x).tolist(), strict=True))


def _level(
    kind: str,
    same: Mapping[str, Array],
    sites: tuple[Array, Array],
    kinds: NDArray[np.object_],
    width: Mapping[str, float],
) -> Level:
    """Level of a new laboratory in a class: posterior of all and class, and the width of a paper."""
    values, noise = sites
    variance = width["all"] ** 2 + width["class"] ** 2 + width["paper"] ** 2
    if not len(values):
        return Level(0.0, float(np.sqrt(variance)))
    cross = width["all"] ** 2 + width["class"] ** 2 * (kinds == kind)
    solved = np.linalg.solve(
        _covariance(same, width) + np.diag(noise + 1e-8), np.column_stack([values, cross])
    )
    return Level(float(cross @ solved[:, 0]), float(np.sqrt(variance - cross @ solved[:, 1])))
