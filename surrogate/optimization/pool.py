"""Designs that a search begins with: those close to the best known, or a design to improve on without any."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from botorch.models.model import Model
from torch import Tensor

from surrogate.optimization.gains import Gains
from surrogate.optimization.problem import Problem, exhausted
from surrogate.optimization.settings import Wanted


def median_design(model: Model, points: Tensor, directions: Sequence[Wanted]) -> Tensor:
    """Find the design of middling predicted worth: what a first proposal has to beat where nothing is known.

    Parameters
    ----------
    model : Model
        Over m objectives and, after them, outcomes with limits.
    points : Tensor, (n, d)
        Encoded designs to choose from.
    directions : sequence of "max", "min", numbers or pairs of numbers
        What is wanted of each objective, as for ``Improvement``.

    Returns
    -------
    Tensor, (1, d)
        The design in the middle by the sum of its ranks in the m objectives.

    Raises
    ------
    SpaceError
        When there is no point.
    """
    if not len(points):
        raise exhausted(0, 1)
    with torch.no_grad():
        mean = Gains(directions)(torch.cat([model.posterior(part).mean for part in points.split(256)]))
    ranks = mean.argsort(dim=0, stable=True).argsort(dim=0).sum(dim=1)
    middle = int(ranks.argsort(stable=True)[len(points) // 2])
    return points[[middle]]


def near_best(problem: Problem, best: Tensor, n: int, seed: int) -> pd.DataFrame:
    """Draw designs close to the best known that lie in the space.

    Each lies on the line from a known design to a quasi-random design with the same categories, where all limits
    and linear constraints hold as well; mostly close to the known design.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    best : Tensor, (b, d)
        Encoded designs, the best known.
    n : int
        About how many designs to return.
    seed : int
        Of the quasi-random designs.

    Returns
    -------
    DataFrame
        The space's columns.
    """
    known = problem.decode(best)
    known = known[problem.space.contains(known, "cheap")]
    tables = []
    for k in range(min(len(known), n)):
        row = known.iloc[[k]]
        choice = {name: row[name].iloc[0] for name in problem.space.categorical}
        towards = problem.encode(problem.space.sample_choice(choice, max(1, n // len(known)), seed + 1 + k))
        share = torch.logspace(-2, -0.3, len(towards), dtype=torch.double)[:, None]
        tables.append(problem.feasible_designs(problem.encode(row) + share * (towards - problem.encode(row))))
    return pd.concat(tables) if tables else known
