"""The unit cell of a patterned lithium / solid-electrolyte interface, and its mesh.

Half a period of parallel channels cut into one face of a pellet and filled with lithium: x from the middle of a
channel (0) to the middle of a ridge (the channel's width, as channels and ridges are equally wide at half depth);
y from the middle plane of the pellet (0) up to the plunger on the lithium. Walls lean by ``WALL_ANGLE_DEG``.

The mesh is a grid that follows the wall, each of its meshes halved into triangles, finer towards the two corners of
the interface.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.errors import InputError

if TYPE_CHECKING:
    from skfem import MeshTri

Array = NDArray[np.float64]

WALL_ANGLE_DEG = 5.0  # from the vertical, of a channel cut by a laser (assumed)
MOST_LEAN = 0.4  # of the width: a narrow channel keeps a floor (assumed)
# Cells of the usual mesh: across each half of the cell, below the channel, within its depth, and above it.
ACROSS, BELOW, WITHIN, ABOVE = 10, 8, 16, 12
# The cell beside a corner, over the mean one of a band that is as long as the channel is wide or deep. Longer bands
# are drawn together further, so that the corners of a fine pattern are resolved as those of a coarse one.
CLOSENESS = 0.07


@dataclass(frozen=True)
class UnitCell:
    """Lengths of half a period in metres; depth 0 is a planar interface.

    Attributes
    ----------
    width : float
        Of a channel, and of a ridge, at half depth.
    depth : float
        Of a channel.
    lithium : float
        Thickness of the foil above the ridges.
    pellet : float
        Half the thickness of the pellet, ridges included.

    Raises
    ------
    InputError
        For lengths that are not positive and finite, or a channel that cuts the pellet through.
    """

    width: float = 200e-6
    depth: float = 0.0
    lithium: float = 500e-6
    pellet: float = 800e-6

    def __post_init__(self) -> None:
        for name in ("width", "lithium", "pellet"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0.0):
                raise InputError(f"the {name} of a unit cell must be positive", value=value, limit="> 0 m")
        if not (math.isfinite(self.depth) and 0.0 <= self.depth < self.pellet):
            raise InputError(
                "channels must end above the middle of the pellet", value=self.depth,
                limit=f"0 to {self.pellet:g} m", remedy="cut less deep or take a thicker pellet",
            )  # fmt: skip

    @property
    def planar(self) -> bool:
        """Whether there is no channel."""
        return self.depth == 0.0

    @property
    def lean(self) -> float:
        """Horizontal run of a wall, m."""
        return float(_lean(np.asarray(self.width), np.asarray(self.depth)))

    @property
    def interface_length(self) -> float:
        """Of floor, wall and ridge together, m; over ``width`` it is the gain in area."""
        return self.area_gain * self.width

    @property
    def area_gain(self) -> float:
        """Real over geometric area of the interface."""
        return float(area_gain(self.width, self.depth))


def area_gain(width: ArrayLike, depth: ArrayLike) -> Array:
    """Return real over geometric area of channels; 1 without depth.

    Parameters
    ----------
    width, depth : array_like
        Of the channels, m; scalars or (n,).

    Returns
    -------
    ndarray
        Of the shape that they broadcast to.
    """
    wide, deep = np.asarray(width, dtype=float), np.asarray(depth, dtype=float)
    run = _lean(wide, deep)
    return np.asarray((wide - run + np.hypot(deep, run)) / wide)


def _lean(width: Array, depth: Array) -> Array:
    return np.minimum(depth * math.tan(math.radians(WALL_ANGLE_DEG)), MOST_LEAN * width)


def depth_for_gain(width: float, gain: float) -> float:
    """Return the depth at which channels of a width have a given gain in area.

    Parameters
    ----------
    width : float
        m.
    gain : float
        Real over geometric area.

    Returns
    -------
    float
        m.

    Raises
    ------
    InputError
        For a gain below 1.
    """
    if not gain >= 1.0:
        raise InputError("a pattern cannot have less area than a plane", value=gain, limit=">= 1")
    angle = math.radians(WALL_ANGLE_DEG)
    steep = (gain - 1.0) * width / (1.0 / math.cos(angle) - math.tan(angle))
    if steep * math.tan(angle) <= MOST_LEAN * width:
        return steep
    lean = MOST_LEAN * width
    return math.sqrt(((gain - 1.0) * width + lean) ** 2 - lean**2)


def mesh(cell: UnitCell, refinement: float = 1.0, *, mirrored: bool = False) -> MeshTri:
    """Return triangles with subdomains ``lithium`` and ``electrolyte``.

    Parameters
    ----------
    cell : UnitCell
        Geometry.
    refinement : float
        Cells per length over the usual number; spacing keeps its shape, so that a mesh of twice the refinement has
        half the size everywhere.
    mirrored : bool
        Whether to mesh the whole period, of -width to width.

    Returns
    -------
    skfem.MeshTri
    """
    from skfem import MeshTri

    floor, top = cell.pellet - cell.depth, cell.pellet
    foot, mouth = 0.5 * (cell.width - cell.lean), 0.5 * (cell.width + cell.lean)

    def count(usual: int) -> int:
        return max(2, round(usual * refinement))

    scale = cell.width if cell.planar else min(cell.width, cell.depth)
    bands = [floor * _towards_end(count(BELOW), scale / floor)]
    if not cell.planar:
        bands.append(floor + cell.depth * _towards_both(count(WITHIN), scale / cell.depth))
    bands.append(top + cell.lithium * (1.0 - _towards_end(count(ABOVE), scale / cell.lithium)[::-1]))
    y = np.concatenate([bands[0], *(band[1:] for band in bands[1:])])
    rising = np.clip((y - floor) / cell.depth, 0.0, 1.0) if not cell.planar else np.zeros_like(y)
    wall = foot + (mouth - foot) * rising
    left = _towards_end(count(ACROSS), scale / cell.width)
    right = 1.0 - left[::-1]
    x = np.concatenate([left[:, None] * wall, wall + right[1:, None] * (cell.width - wall)])
    if mirrored:
        x = np.concatenate([-x[:0:-1], x])
    index = np.arange(x.size).reshape(x.shape)
    corners = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]])
    negative = np.broadcast_to((x[:-1] + x[1:])[:, :-1] < 0.0, corners.shape[1:])
    triangles = [
        corners[:, chosen][list(half)]
        for chosen, halves in ((~negative, ((0, 1, 2), (0, 2, 3))), (negative, ((0, 1, 3), (1, 2, 3))))
        for half in halves
    ]  # diagonals mirrored as well
    points = np.stack([x.ravel(), np.broadcast_to(y, x.shape).ravel()])
    made = MeshTri(points, np.concatenate(triangles, axis=1))

    def is_electrolyte(middle: Array) -> NDArray[np.bool_]:
        rise = np.clip((middle[1] - floor) / max(cell.depth, 1e-300), 0.0, 1.0)
        beside = np.abs(middle[0]) > foot + (mouth - foot) * rise
        return np.asarray((middle[1] < floor) | ((middle[1] < top) & beside))

    return made.with_subdomains({
        "electrolyte": is_electrolyte,
        "lithium": lambda middle: ~is_electrolyte(middle),
    })  # fmt: skip


def _towards_end(cells: int, length: float) -> Array:
    """Edges from 0 to 1, closer towards 1: the last cell is ``CLOSENESS length`` of the mean one (at most that)."""
    bend = _bend(CLOSENESS * min(length, 1.0))
    return np.asarray(1.0 - np.sinh(bend * np.linspace(1.0, 0.0, cells + 1)) / math.sinh(bend))


def _towards_both(cells: int, length: float) -> Array:
    """Edges from 0 to 1, closer towards both ends."""
    half = _towards_end(max(cells // 2, 1), 2.0 * length)
    return np.concatenate([0.5 * (1.0 - half[::-1]), 0.5 * (1.0 + half[1:])])


def _bend(closeness: float) -> float:
    """Find b at which b/sinh(b), the slope of sinh(b s)/sinh(b) at 0, has a value below 1."""
    low, high = 1e-6, 50.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle / math.sinh(middle) > closeness else (low, middle)
    return low
