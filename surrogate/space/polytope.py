"""Geometry of the polytopes that simplexes and linear constraints cut out of the limits of some columns.

In the shapes below, n is the number of points, k that of numeric columns of a region, m that of columns of a
block.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from surrogate.space.region import Region

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
# Steps of a walk; more of them change the means of the tested polytopes by less than sampling noise does.
_STEPS_PER_DIMENSION = 6


@dataclass(frozen=True, eq=False)
class Rows:
    """Linear rows ``matrix @ x = bound`` or ``matrix @ x <= bound`` over all numeric columns of a region.

    Attributes
    ----------
    matrix : ndarray, shape (r, k)
        Coefficients, in natural units.
    bound : ndarray, shape (r,)
        Right-hand sides.
    names : tuple of str
        What a message calls each row.
    limits : tuple of str
        Each row written as a limit, for messages.
    """

    matrix: Floats
    bound: Floats
    names: tuple[str, ...]
    limits: tuple[str, ...]

    def excess(self, values: Floats) -> Floats:
        """Compute how far points exceed the bound of each row.

        Parameters
        ----------
        values : ndarray, shape (n, k)
            Points in natural units.

        Returns
        -------
        ndarray, shape (n, r)
            ``matrix @ x - bound`` over the size of its terms (at least 1).
        """
        terms = values[:, None, :] * self.matrix[None, :, :]
        scale = np.maximum(1.0, np.abs(terms).sum(axis=2))
        return (terms.sum(axis=2) - self.bound) / scale


@dataclass(frozen=True, eq=False)
class Block:
    """Columns that rows tie together, in coordinates scaled so that the limits are 0 and 1.

    Attributes
    ----------
    columns : ndarray of int, shape (m,)
        Positions of the columns in the region.
    simplexes : tuple of ndarray of int
        For each simplex, the positions of its free parts within the block.
    equal : tuple of ndarray
        Rows (a, b) with ``a @ y = b``.
    below : tuple of ndarray
        Rows (a, b) with ``a @ y <= b``, limits included.
    centre : ndarray, shape (m,)
        A point well inside.
    null : ndarray, shape (m, dimension)
        Orthonormal directions along which the equalities stay met.
    """

    columns: Indices
    simplexes: tuple[Indices, ...]
    equal: tuple[Floats, Floats]
    below: tuple[Floats, Floats]
    centre: Floats
    null: Floats

    @property
    def dimension(self) -> int:
        """Degrees of freedom."""
        return int(self.null.shape[1])


def block_of(region: Region, columns: Indices) -> Block | None:
    """Make a block of columns that rows tie together.

    Parameters
    ----------
    region : Region
        The region that they belong to.
    columns : ndarray of int, shape (m,)
        Positions of the columns in the region.

    Returns
    -------
    Block or None
        None when no point satisfies its rows.
    """
    position = {int(column): i for i, column in enumerate(columns)}
    simplexes = tuple(
        np.array([position[int(i)] for i in parts if int(i) in position], dtype=np.intp)
        for _, parts, _ in region.simplexes
        if any(int(i) in position for i in parts)
    )
    equal = _scaled(region, region.equalities, columns)
    below = _scaled(region, region.inequalities, columns)
    size = len(columns)
    limits = (np.vstack([-np.eye(size), np.eye(size)]), np.concatenate([np.zeros(size), np.ones(size)]))
    below = (np.vstack([below[0], limits[0]]), np.concatenate([below[1], limits[1]]))
    rows = (equal[0], equal[1], below[0], below[1])
    centre, null = _inside_of(size, *(np.ascontiguousarray(row, dtype=float).tobytes() for row in rows))
    return None if centre is None else Block(columns, simplexes, equal, below, centre, null)


@lru_cache(maxsize=4096)
def _inside_of(
    size: int, equal_matrix: bytes, equal_bound: bytes, below_matrix: bytes, below_bound: bytes
) -> tuple[Floats | None, Floats]:
    """Find centre (None if there is no inside) and null space of a block; regions of a space share many blocks."""
    equal = np.frombuffer(equal_matrix).reshape(-1, size), np.frombuffer(equal_bound)
    below = np.frombuffer(below_matrix).reshape(-1, size), np.frombuffer(below_bound)
    null = np.eye(size)
    if len(equal[0]):
        _, values, rows = np.linalg.svd(equal[0])
        null = rows[int((values > 1e-9).sum()) :].T
    return _centre(equal, below, null), null


def _scaled(region: Region, rows: Rows, columns: Indices) -> tuple[Floats, Floats]:
    """Scale rows that touch the columns to coordinates where the limits are 0 and 1, each to unit norm."""
    touching = np.abs(rows.matrix[:, columns]).max(axis=1, initial=0.0) > 0
    matrix, bound = rows.matrix[touching], rows.bound[touching]
    span = (region.upper - region.lower)[columns]
    # Columns outside the block that these rows touch are constant, so their lower limit is their value.
    shifted = bound - matrix @ region.lower
    scaled = matrix[:, columns] * span
    norm = np.linalg.norm(scaled, axis=1)
    return scaled / norm[:, None], shifted / norm


def _centre(equal: tuple[Floats, Floats], below: tuple[Floats, Floats], null: Floats) -> Floats | None:
    """Find the centre of the largest ball inside, within the plane of the equalities (Chebyshev centre)."""
    from scipy.optimize import linprog  # late: importing a space should cost nothing

    size = below[0].shape[1]
    reach = np.linalg.norm(below[0] @ null, axis=1)
    found = linprog(
        c=np.append(np.zeros(size), -1.0),
        A_ub=np.column_stack([below[0], reach]),
        b_ub=below[1],
        A_eq=np.column_stack([equal[0], np.zeros(len(equal[0]))]) if len(equal[0]) else None,
        b_eq=equal[1] if len(equal[0]) else None,
        bounds=[(None, None)] * size + [(0.0, 1.0)],
        method="highs",
    )
    if not found.success:
        return None
    return onto(np.asarray(found.x[:size])[None, :], equal)[0]


def onto(points: Floats, equal: tuple[Floats, Floats]) -> Floats:
    """Project points onto the plane of some equalities.

    Parameters
    ----------
    points : ndarray, shape (n, m)
        Points.
    equal : tuple of ndarray
        Rows (a, b) of ``a @ y = b``; dependent rows are allowed.

    Returns
    -------
    ndarray, shape (n, m)
        The nearest points in the plane.
    """
    matrix, bound = equal
    if not len(matrix):
        return points
    moved: Floats = points - (points @ matrix.T - bound) @ np.linalg.pinv(matrix).T
    return moved


def walk(block: Block, n: int, rng: np.random.Generator) -> Floats:
    """Draw points of a block, nearly uniform, by hit-and-run walks from its centre.

    Each step goes to a uniform point of the chord in a random direction (Smith, Oper. Res. 32, 1296, 1984).

    Parameters
    ----------
    block : Block
        The block.
    n : int
        Number of points.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    ndarray, shape (n, m)
        Points in the block's scaled coordinates.
    """
    matrix, bound = block.below
    points = np.tile(block.centre, (n, 1))
    for _ in range(_STEPS_PER_DIMENSION * block.dimension):
        direction = rng.normal(size=(n, block.dimension)) @ block.null.T
        rate = direction @ matrix.T  # (n, rows): how fast each step approaches each limit
        room = np.maximum(bound - points @ matrix.T, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = room / rate
        ahead = np.where(rate > 1e-12, reach, np.inf).min(axis=1)
        behind = np.where(rate < -1e-12, reach, -np.inf).max(axis=1)
        share = rng.uniform(size=n)
        points = points + (behind + share * (ahead - behind))[:, None] * direction
    return onto(points, block.equal)
