"""Help for contenders that know no mixtures, constraints or lists of candidates: a box, and the way back from it.

A contender sees a box of independent dimensions: a number for each continuous column, a category for each categorical
one, and for each part of a mixture a number u in (0, 1). Of these -ln u are exponential variates, whose shares are
uniform on the simplex, as in ``space.sampling``. What is allowed is nearest to the point of the box:

* numbers are rounded, and limits and linear constraints that are broken are repaired, by ``Space.round``;
* combinations of categories that are forbidden, and what breaks a nonlinear constraint, are rejected (None);
* where only candidates are allowed, the nearest one that was not measured yet is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import DesignError, SpaceError
from surrogate.laboratory.rounds import remaining, round_seed
from surrogate.laboratory.tasks import Task, drawn
from surrogate.space import Encoder, Simplex, Space

LEAST_U = 1e-6  # of a part's dimension: a share of about 13.8 times the mean


def to_design(space: Space, point: Mapping[str, Any]) -> pd.DataFrame | None:
    """Turn a point of the box into an allowed design.

    Parameters
    ----------
    space : Space
        What is allowed.
    point : mapping
        Column -> category, number in natural units, or u of a part.

    Returns
    -------
    DataFrame or None
        One row of the space's columns; None where the point has to be rejected.
    """
    row = {name: point[name] for name in space.columns}
    for parameter in space.parameters:
        if isinstance(parameter, Simplex):
            shares = -np.log([max(float(row[part]), LEAST_U) for part in parameter.parts])
            total = shares.sum()
            shares = shares / total if total > 0.0 else np.full(len(shares), 1.0 / len(shares))
            least = np.array([low for low, _ in parameter.limits.values()])
            row |= dict(
                zip(parameter.parts, (least + shares * (parameter.total - least.sum())).tolist(), strict=True)
            )
    try:
        design = space.round(pd.DataFrame([row]))
    except (DesignError, SpaceError):
        return None
    return design if bool(space.contains(design)[0]) else None


def to_box(space: Space, designs: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn designs into points of the box; of the many points of a mixture one whose sum is the expected one.

    Parameters
    ----------
    space : Space
        What is allowed.
    designs : DataFrame, n rows
        The space's columns.

    Returns
    -------
    list of n dicts
        Column -> category, number, or u of a part.
    """
    points = [
        {str(name): value for name, value in row.items()}
        for row in designs[list(space.columns)].to_dict("records")
    ]
    for parameter in (one for one in space.parameters if isinstance(one, Simplex)):
        least = np.array([low for low, _ in parameter.limits.values()])
        spare = max(parameter.total - float(least.sum()), 1e-9)
        for point in points:
            shares = (np.array([point[part] for part in parameter.parts]) - least) / spare
            u = np.exp(-len(shares) * np.clip(shares, 0.0, None))
            point.update(zip(parameter.parts, np.clip(u, LEAST_U, 1.0).tolist(), strict=True))
    return points


def nearest_candidates(task: Task, wanted: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Take for each wanted design the nearest candidate that is left (encoded distance), each once.

    Parameters
    ----------
    task : Task
        One with candidates.
    wanted : DataFrame, n rows
        The space's columns.
    observations : DataFrame
        What was measured.

    Returns
    -------
    DataFrame
        At most n candidates, with their index.
    """
    left, encoder = remaining(task, observations), Encoder(task.space)
    points, chosen = encoder.encode(left), np.zeros(len(left), dtype=bool)
    order: list[int] = []
    for target in encoder.encode(wanted)[: len(left)]:
        distance = np.where(chosen, np.inf, ((points - target) ** 2).sum(axis=1))
        order.append(int(distance.argmin()))
        chosen[order[-1]] = True
    return left.iloc[order]


def together(
    task: Task, designs: Sequence[pd.DataFrame], n: int, observations: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Make a batch of allowed designs, filled up at random where too many points had to be rejected.

    Parameters
    ----------
    task : Task
        Which may allow candidates only.
    designs : sequence of DataFrame
        Allowed designs of one row each.
    n : int
        Size of the batch.
    observations : DataFrame
        What was measured.
    seed : int
        Of the run.

    Returns
    -------
    DataFrame, n rows
        The space's columns.
    """
    tables = list(designs[:n])
    if len(tables) < n:
        own = round_seed(seed, observations)
        tables.append(drawn(task.space, n - len(tables), own))
    found = pd.concat(tables, ignore_index=True)
    return found if task.candidates is None else nearest_candidates(task, found, observations)
