"""Quasi-random points of a region: scrambled Sobol points, turned into mixtures and moved inside constraints.

Each free column takes a Sobol coordinate, on its own scale. The parts of a simplex take exponential variates,
whose shares are uniform on the simplex (a flat Dirichlet distribution). Where further constraints tie columns
together, points outside are replaced by random points of the allowed polytope.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from surrogate.errors import InputError
from surrogate.shapes import Float
from surrogate.space.polytope import Block, Floats, walk
from surrogate.space.region import Region
from surrogate.space.rounding import nearest_listed, repair

_EDGE = 1e-12


def sobol(n: int, dimension: int, seed: int) -> Float[Floats, "{n} {dimension}"]:
    """Draw scrambled Sobol points.

    Parameters
    ----------
    n : int
        Number of points.
    dimension : int
        Number of coordinates.
    seed : int
        Seed of the scrambling.

    Returns
    -------
    ndarray, shape (n, dimension)
        Points inside (0, 1).

    Raises
    ------
    InputError
        When n is negative.
    """
    from scipy.stats import qmc  # late: importing a space should cost nothing

    if n < 0:
        raise InputError("a number of points cannot be negative", value=n)
    engine = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(max(n - 1, 0).bit_length())[:n]
    return np.clip(points, _EDGE, 1 - _EDGE)


def place(region: Region, unit: Float[Floats, "n k"], seed: int | Sequence[int]) -> Float[Floats, "n k"]:
    """Map points of the unit cube to feasible points of a region.

    Parameters
    ----------
    region : Region
        The region, with k numeric columns.
    unit : ndarray, shape (n, k)
        Points of the unit cube.
    seed : int or sequence of int
        Seed of the random points that replace infeasible points.

    Returns
    -------
    ndarray, shape (n, k)
        Points in natural units.
    """
    values = np.tile(region.lower, (len(unit), 1))
    listed = dict(region.listed)
    for i in region.free:
        low, high = float(region.lower[i]), float(region.upper[i])
        if i in listed:
            values[:, i] = listed[i][(unit[:, i] * len(listed[i])).astype(np.intp)]
        elif region.log[i]:
            values[:, i] = low * (high / low) ** unit[:, i]
        else:
            values[:, i] = low + unit[:, i] * (high - low)
    rng = np.random.default_rng(seed)
    for block in region.blocks:
        if any(block.columns is tied for tied in region.tied):  # one number, on its own scale
            low, high = region.lower[block.columns].max(), region.upper[block.columns].min()
            one = low * (high / low) ** unit[:, block.columns[0]]
            values[:, block.columns] = np.clip(one, low, high)[:, None]
            continue
        base, span = region.lower[block.columns], (region.upper - region.lower)[block.columns]
        values[:, block.columns] = base + _inside(region, block, unit[:, block.columns], rng) * span
    values = np.clip(values, region.lower, region.upper)
    return _on_lists(region, values) if listed else values


def _on_lists(region: Region, values: Floats) -> Floats:
    """Move columns with listed values to the nearest, in place; rows that then break a constraint are repaired."""
    for i, listed in region.listed:
        values[:, i] = nearest_listed(listed, values[:, i], log=bool(region.log[i]))
    for row in np.flatnonzero(~region.satisfied(values)):
        values[row] = repair(region, values[row])
    return values


def _inside(region: Region, block: Block, unit: Floats, rng: np.random.Generator) -> Floats:
    """Map points of the unit cube to feasible points of a block in its scaled coordinates, (n, m)."""
    span = (region.upper - region.lower)[block.columns]
    points = unit.copy()
    for parts in block.simplexes:
        shares = -np.log1p(-unit[:, parts])
        shares /= shares.sum(axis=1, keepdims=True)
        # What is left of the simplex once every part has its lower limit.
        own = {int(i) for i in block.columns[parts]}
        simplex, total = next(
            (ids, total) for _, ids, total in region.simplexes if own <= {int(i) for i in ids}
        )
        spare = max(0.0, total - float(region.lower[simplex].sum()))
        points[:, parts] = shares * spare / span[parts]
    # Random points never meet an equality beside the sums of the simplexes.
    unreachable = len(block.equal[0]) > len(block.simplexes)
    outside = (points @ block.below[0].T > block.below[1] + 1e-12).any(axis=1) | unreachable
    points[outside] = walk(block, int(outside.sum()), rng)
    return points
