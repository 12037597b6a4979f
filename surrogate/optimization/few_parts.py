"""Feasible designs where a test refuses nearly all that fill the space, as one that wants mixtures of few parts does.

Data flow: quasi-random designs of the whole space -> mixtures of one part, two parts and so on, with random parts ->
designs near the feasible ones. Each stage is asked only if those before it found too few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from surrogate.errors import SpaceError
from surrogate.optimization.local_moves import children
from surrogate.optimization.problem import DRAWS, Problem, is_new
from surrogate.space import Simplex, Space

FEW = 16  # feasible designs in a pool, below which they are looked for in other places too
_FEW_SHARE = 0.25  # of the designs drawn; a pool with more of them is small because the space is
_MOST_PARTS = 8  # mixtures of more parts than that are left to the quasi-random designs
_PARENTS, _EACH, _GENERATIONS = 16, 16, 4


def feasible_pool(problem: Problem, n: int, seed: int) -> tuple[pd.DataFrame, bool]:
    """Draw the designs that a search begins with.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    n, seed : int
        Quasi-random points in one draw; of all random numbers.

    Returns
    -------
    table : DataFrame
        Different allowed designs, at least one.
    narrow : bool
        Whether so few of the quasi-random designs were feasible that others were looked for.

    Raises
    ------
    SpaceError
        When nothing that was tried is feasible.
    """
    if problem.feasible is None:
        return problem.draw(n, seed), False
    try:
        table = problem.draw(n, seed)
    except SpaceError:
        table = problem.decode(problem.encode(problem.space.sample(1, seed, "none")))[:0]
    if len(table) >= FEW or len(table) > _FEW_SHARE * _distinct(problem, n, seed):
        return table, False
    found, tried = _narrow_designs(problem, table, n, n, seed)
    if not len(found):
        raise refused(tried + n * DRAWS)
    return found, True


def _distinct(problem: Problem, n: int, seed: int) -> int:
    """Count the different designs of the first draw, feasible or not."""
    drawn = problem.space.round(problem.space.sample(n, seed, "cheap"))
    return len(drawn.drop_duplicates())


def fill_narrow(problem: Problem, n: int, seed: int, taken: pd.DataFrame, batch: int) -> pd.DataFrame:
    """Find n different feasible designs that are not taken, where filling the space found too few.

    Parameters
    ----------
    problem : Problem
        What may be proposed, with a feasibility test.
    n, seed : int
        How many designs; of all random numbers.
    taken : DataFrame
        Designs that must not be proposed, the space's columns.
    batch : int
        Quasi-random points in one draw.

    Returns
    -------
    DataFrame, n rows
        The space's columns.

    Raises
    ------
    SpaceError
        When fewer can be found; it says how many designs the test refused.
    """
    filling = [table for table in problem.draws(batch, seed) if len(table)]
    start = pd.concat(filling, ignore_index=True) if filling else taken.iloc[:0]
    found, tried = _narrow_designs(problem, start.drop_duplicates(), batch, max(FEW, 4 * n), seed, taken)
    tried += batch * DRAWS
    if not len(found):
        raise refused(tried)
    order = np.random.default_rng([seed, n]).permutation(len(found))
    chosen = taken.iloc[:0]
    for at in order:
        row = found.iloc[[at]]
        if is_new(problem.space, row, pd.concat([taken, chosen]))[0] and problem.confirmed(row)[0]:
            chosen = pd.concat([chosen, row])
        if len(chosen) == n:
            return chosen.reset_index(drop=True)
    raise SpaceError(
        "too few different designs that are not taken pass the feasibility test (feasible=)",
        value=f"{len(chosen)} of {tried} designs tried",
        limit=f"{n} were requested",
        remedy="ask for fewer, relax the test, or say what it asks as limits, constraints or at_most of the space",
    )


def refused(tried: int) -> SpaceError:
    """Make the error for a feasibility test that refuses everything.

    Parameters
    ----------
    tried : int
        How many designs it, or a limit of the space, refused.
    """
    return SpaceError(
        "no design in the space passes the feasibility test: feasible= refused all",
        value=f"{tried} designs tried",
        remedy="relax the test, widen the space, or say what it asks as limits, constraints or at_most of the space",
    )


def _narrow_designs(
    problem: Problem,
    found: pd.DataFrame,
    size: int,
    enough: int,
    seed: int,
    taken: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, int]:
    """Add mixtures of few parts, then designs near feasible ones, to those found; all, and how many were tried."""
    tried = 0
    for table in _few_part_mixtures(problem.space, size, seed):
        tried += len(table)
        kept = table[problem.allowed(table)]
        found = pd.concat([found, kept], ignore_index=True).drop_duplicates(ignore_index=True)
    rng = np.random.default_rng([seed, size])
    for _ in range(_GENERATIONS):
        free = is_new(problem.space, found, taken).sum() if taken is not None else len(found)
        if not len(found) or free >= enough:
            break
        points = problem.encode(found)
        parents = points[rng.permutation(len(points))[:_PARENTS].copy()]
        near = children(problem, parents, points, _EACH, rng, exchange=True)
        tried += _EACH * len(parents)
        found = pd.concat([found, near], ignore_index=True).drop_duplicates(ignore_index=True)
    return found, tried


def _few_part_mixtures(space: Space, size: int, seed: int) -> Iterator[pd.DataFrame]:
    """Draw rounded designs whose mixtures have at most one part, at most two, and so on."""
    parts = max((len(one.parts) for one in space.parameters if isinstance(one, Simplex)), default=0)
    for k in range(1, min(parts - 1, _MOST_PARTS) + 1):
        try:
            sparser = Space(
                [_at_most(one, k) if isinstance(one, Simplex) else one for one in space.parameters],
                space.constraints,
                space.restrictions,
            )
            table = sparser.round(sparser.sample(max(size // 2, 2 * FEW), seed, "cheap"))
        except SpaceError:  # the limits allow no mixture of so few parts
            continue
        yield table.drop_duplicates(ignore_index=True)


def _at_most(mixture: Simplex, parts: int) -> Simplex:
    return replace(mixture, at_most=min(parts, mixture.most_parts))
