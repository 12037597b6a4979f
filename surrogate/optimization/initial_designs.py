"""The first designs, before anything can be fitted: spread over the space or the table of candidates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from surrogate.errors import SpaceError
from surrogate.optimization.few_parts import fill_narrow
from surrogate.optimization.problem import Problem, exhausted, fill_space, is_new

_POOL = 256


def initial_designs(
    problem: Problem, n: int, seed: int, taken: pd.DataFrame, candidates: pd.DataFrame | None
) -> pd.DataFrame:
    """Choose n different allowed designs that are far from each other and not among those taken.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    n, seed : int
        How many designs; of the random choices.
    taken : DataFrame
        Designs that must not be proposed again, the space's columns.
    candidates : DataFrame, optional
        The only designs allowed; their index is kept.

    Returns
    -------
    DataFrame, n rows
        The space's columns.

    Raises
    ------
    SpaceError
        When there are fewer.
    DesignError
        For a candidate outside the space.
    """
    if candidates is None:
        try:
            return _beside(problem, n, seed, taken)
        except SpaceError:
            if problem.feasible is None:
                raise
            return fill_narrow(problem, n, seed, taken, max(_POOL, 4 * n))
    table = problem.space.with_nulls(candidates, "candidates")
    problem.space.require(table, where="candidates", nonlinear="none")
    table = table[problem.allowed(table, "all")]
    table = table[is_new(problem.space, table, taken)]
    return table.loc[_far_apart(problem, table, n, seed, taken)]


def _beside(problem: Problem, n: int, seed: int, taken: pd.DataFrame) -> pd.DataFrame:
    """Continue the quasi-random sequence of which the designs taken are a part, nearly: each is one point of it."""
    pool = max(_POOL, 4 * n)
    if not len(taken):
        return fill_space(problem, n, seed, taken, pool)
    try:
        table = fill_space(problem, n + len(taken), seed, taken, max(pool, 4 * len(taken)))
    except SpaceError:  # so few are left that they lie where they can
        return fill_space(problem, n, seed, taken, pool)
    distance = torch.cdist(problem.encode(taken), problem.encode(table))
    left = torch.ones(len(table), dtype=torch.bool)
    for row in distance:
        left[int(torch.where(left, row, torch.inf).argmin())] = False
    return table[left.numpy()].head(n).reset_index(drop=True)


def _far_apart(problem: Problem, table: pd.DataFrame, n: int, seed: int, taken: pd.DataFrame) -> list[object]:
    """Index of n rows, each the farthest from all before it and from those taken (maximin distance)."""
    points = problem.encode(table)
    known = problem.encode(taken) if len(taken) else points[:0]
    distance = torch.cdist(points, known).amin(dim=1) if len(known) else torch.full((len(points),), torch.inf)
    left = np.ones(len(table), dtype=bool)
    chosen: list[int] = []
    while len(chosen) < n:
        if not left.any():
            raise exhausted(len(chosen), n, tested=problem.feasible is not None)
        if chosen or len(known):
            at = int(torch.where(torch.from_numpy(left), distance, -torch.inf).argmax())
        else:
            at = int(np.random.default_rng(seed).integers(len(table)))
        chosen.append(at)
        distance = torch.minimum(distance, (points - points[at]).norm(dim=1))
        left &= is_new(problem.space, table, table.iloc[[at]])
    return [table.index[at] for at in chosen]
