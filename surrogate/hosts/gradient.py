"""The shape of a gradient over depth: continuous, or in discrete layers of equal thickness.

z runs from 0 at the separator to 1 at the foil. A graded quantity is ``bottom + (top - bottom) * weight(z)``, so
that weight is 1 at the top and 0 at the bottom. One layer is the continuous gradient ``(1 - z) ** exponent``;
of N layers, layer j (0 at the separator) has the weight ``((N - 1 - j) / (N - 1)) ** exponent``. Two layers are
a bilayer or Janus host, three a trilayer. Stacked alternately, the layers have the weights 1, 0, 1, ... from the top
whatever the exponent: lamellae of two compositions, the uppermost that of the top.

Arguments are arrays that broadcast together; ``layers`` holds whole numbers from 1 to MOST_LAYERS, ``alternating``
whether two or more layers are stacked alternately.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts.columns import ALTERNATING, MOST_LAYERS

if TYPE_CHECKING:
    from surrogate.hosts.designs import CompleteDesigns

Array = NDArray[np.float64]


def shape_of(designs: CompleteDesigns) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Exponent, number of layers, and whether these alternate, of n designs, (n,) each."""
    alternating = np.asarray(designs.text("stacking") == ALTERNATING, dtype=bool)
    return designs.column("gradient_exponent"), designs.column("layers"), alternating


def weight(
    depth: ArrayLike, exponent: ArrayLike, layers: ArrayLike = 1.0, alternating: ArrayLike = False
) -> Array:
    """Weight of the top value at depth z in 0..1; a border belongs to the layer below it."""
    z, power, n = _floats(depth, exponent, layers)
    layer = np.minimum(np.floor(z * n), n - 1.0)
    return np.asarray(np.where(n > 1.0, _layer_weight(layer, n, power, alternating), (1.0 - z) ** power))


def cell_mean_weight(
    edges: ArrayLike, exponent: ArrayLike, layers: ArrayLike, alternating: ArrayLike = False
) -> Array:
    """Average the weight of a layered gradient over each cell of a mesh.

    A cell that a border runs through takes the share of either layer, so that the mean over all cells is that of
    the layers whatever the mesh.

    Parameters
    ----------
    edges
        Shape (..., m + 1): the borders of m cells, 0 (top) to 1.
    exponent
        Of the gradient.
    layers
        Number of layers; 1 is a continuous gradient.
    alternating
        Whether the layers are stacked alternately.

    Returns
    -------
    numpy.ndarray
        Shape (..., m).
    """
    (z,) = _floats(edges)
    low, high = z[..., :-1], z[..., 1:]
    power, n = _floats(exponent, layers)
    total = np.zeros(np.broadcast_shapes(low.shape, power.shape, n.shape))
    for layer in range(MOST_LAYERS):
        inside = np.minimum(high, (layer + 1) / n) - np.maximum(low, layer / n)
        total += _layer_weight(np.asarray(float(layer)), n, power, alternating) * np.maximum(inside, 0.0)
    return np.asarray(total / (high - low))


def mean_weight(power: ArrayLike, layers: ArrayLike = 1.0, alternating: ArrayLike = False) -> Array:
    """Exact mean over depth of weight ** (power / exponent): 1/(power + 1), or the mean over the layers."""
    p, n = np.broadcast_arrays(*_floats(power, layers))
    if not (n > 1.0).any():
        return np.asarray(1.0 / (p + 1.0))
    layered = sum(
        np.where(layer < n, _layer_weight(np.asarray(float(layer)), n, p, alternating), 0.0)
        for layer in range(MOST_LAYERS)
    )
    return np.asarray(np.where(n > 1.0, layered / n, 1.0 / (p + 1.0)))


def _layer_weight(layer: Array, layers: Array, power: Array, alternating: ArrayLike) -> Array:
    """Weight of a layer, 0 at the separator: of the stair, where one beyond the last has 0, or 1 and 0 in turn."""
    stair = np.maximum(layers - 1.0 - layer, 0.0) / np.maximum(layers - 1.0, 1.0)
    return np.where(alternating, 1.0 - layer % 2.0, stair**power)


def _floats(*given: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(values, dtype=float) for values in given)
