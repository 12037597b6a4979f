"""The shape of a gradient over depth: continuous, or in discrete layers of equal thickness.

z runs from 0 at the separator to 1 at the foil. A graded quantity is ``bottom + (top - bottom) * weight(z)``, so
that weight is 1 at the top and 0 at the bottom. One layer is the continuous gradient ``(1 - z) ** exponent``;
of N layers, layer j (0 at the separator) has the weight ``((N - 1 - j) / (N - 1)) ** exponent``. Two layers are
a bilayer or Janus host, three a trilayer.

Arguments are arrays that broadcast together; ``layers`` holds whole numbers from 1 to MOST_LAYERS.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate.hosts.columns import MOST_LAYERS

Array = NDArray[np.float64]


def weight(depth: ArrayLike, exponent: ArrayLike, layers: ArrayLike = 1.0) -> Array:
    """Weight of the top value at depth z in 0..1; a border belongs to the layer below it."""
    z, power, n = _floats(depth, exponent, layers)
    return np.asarray(np.where(n > 1.0, _level(np.floor(z * n), n), 1.0 - z) ** power)


def cell_mean_weight(edges: ArrayLike, exponent: ArrayLike, layers: ArrayLike) -> Array:
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
        total += _level(np.asarray(float(layer)), n) ** power * np.maximum(inside, 0.0)
    return np.asarray(total / (high - low))


def mean_weight(power: ArrayLike, layers: ArrayLike = 1.0) -> Array:
    """Exact mean over depth of weight ** (power / exponent): 1/(power + 1), or the mean over the layers."""
    p, n = np.broadcast_arrays(*_floats(power, layers))
    layered = sum(
        np.where(layer < n, _level(np.asarray(float(layer)), n) ** p, 0.0) for layer in range(MOST_LAYERS)
    )
    return np.asarray(np.where(n > 1.0, layered / n, 1.0 / (p + 1.0)))


def _level(layer: Array, layers: Array) -> Array:
    """Weight of a layer at exponent 1; a layer beyond the last has 0."""
    return np.asarray(np.maximum(layers - 1.0 - layer, 0.0) / np.maximum(layers - 1.0, 1.0))


def _floats(*given: ArrayLike) -> tuple[Array, ...]:
    return tuple(np.asarray(values, dtype=float) for values in given)
