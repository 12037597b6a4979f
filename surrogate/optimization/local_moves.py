"""Designs near good ones, in categories too: where a search goes on from the best of its pool without gradients.

A gradient keeps the categories of a design and asks about one point at a time; a hundred designs asked about
together cost as much as a few steps of it. So the best designs get children, these are scored, and the best of all
get children again, before the last few are refined by gradients.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import SpaceError
from surrogate.optimization.problem import Problem
from surrogate.space.parameters import Categorical
from surrogate.space.simplex import Simplex

_SHORTEST, _LONGEST = -2.0, -0.3  # log10 of the share of the way to another design
_NOTHING = 1e-9  # share of a mixture that counts as none
_KINDS = 3  # of moves: towards another design, one parameter of another design, another category


def children(
    problem: Problem,
    parents: Tensor,
    others: Tensor,
    each: int,
    rng: np.random.Generator,
    *,
    exchange: bool = False,
) -> pd.DataFrame:
    """Make designs that differ little from good ones.

    A child goes a part of the way to another design with all its numbers, takes one numeric parameter of another
    design (all parts of a mixture at once), or has another value of one category; of the way mostly a small part.
    Limits and linear constraints that all categories share hold between two designs, and what breaks others is left
    out.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    parents : Tensor, (k, d)
        Encoded designs, the best so far.
    others : Tensor, (p, d)
        Encoded designs, at least one, to go towards.
    each : int
        Children of a parent before those that are not allowed are left out.
    rng : Generator
        Of the moves.
    exchange : bool
        Whether children also have some or all of one part of a mixture in the place of another, which the other moves
        do not reach where mixtures have few parts.

    Returns
    -------
    DataFrame
        The space's columns, rounded to what can be made, without repetition.
    """
    encoder, space = problem.encoder, problem.space
    numbers = [
        encoder.groups[parameter.name]
        for parameter in space.parameters
        if not isinstance(parameter, Categorical)
    ]
    kinds = [encoder.groups[parameter.name] for parameter in space.layout.categoricals]
    made = parents.numpy().repeat(each, axis=0)
    towards = others.numpy()[rng.integers(len(others), size=len(made))]
    share = 10.0 ** rng.uniform(_SHORTEST, _LONGEST, size=len(made))
    mixtures = [encoder.groups[one.name] for one in space.parameters if isinstance(one, Simplex)]
    move = rng.integers(_KINDS + (exchange and bool(mixtures)), size=len(made))
    move[(move == 2) & (not kinds)] = 0
    move[(move < 2) & (not numbers)] = 2
    for row, what in enumerate(move):
        if what == 0:
            at = [dimension for group in numbers for dimension in group]
            made[row, at] += share[row] * (towards[row, at] - made[row, at])
        elif what == 1:
            at = numbers[rng.integers(len(numbers))]
            made[row, at] = towards[row, at]
        elif what == _KINDS:
            _exchange(made[row], mixtures[rng.integers(len(mixtures))], rng)
        else:
            at = kinds[rng.integers(len(kinds))]
            left = [one for one in at if made[row, one] < 0.5]
            made[row, at] = 0.0
            made[row, left[rng.integers(len(left))] if left else at[0]] = 1.0
    table = problem.decode(torch.from_numpy(made))
    table = space.round(table[_may_be(problem, table)], repaired=False)
    return table[problem.allowed(table)].drop_duplicates(ignore_index=True)


def _exchange(design: NDArray[np.float64], mixture: list[int], rng: np.random.Generator) -> None:
    """Move some or all of one part of a mixture to another part, in place, half of the time to a present one."""
    present = [at for at in mixture if design[at] > _NOTHING]
    source = present[rng.integers(len(present))] if present else mixture[0]
    among = present if len(present) > 1 and rng.uniform() < 0.5 else mixture
    left = [at for at in among if at != source]
    target = left[rng.integers(len(left))]
    amount = design[source] * (1.0 if rng.uniform() < 0.5 else rng.uniform())
    design[source] -= amount
    design[target] += amount


def _may_be(problem: Problem, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Say of each row (n,) whether its combination of categories is allowed."""
    names = list(problem.space.categorical)
    if not names:
        return np.ones(len(table), dtype=bool)
    known: dict[tuple[object, ...], bool] = {}
    rows = list(table[names].itertuples(index=False, name=None))
    for row in set(rows):
        try:
            problem.space.subspace(dict(zip(names, row, strict=True)))
            known[row] = True
        except SpaceError:
            known[row] = False
    return np.array([known[row] for row in rows], dtype=bool)
