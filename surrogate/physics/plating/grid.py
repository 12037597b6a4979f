"""Where the cells of a host lie: finer at both faces, and where its electronic conductivity changes.

Plating happens where electrons and ions meet. In a host whose composition passes the percolation threshold that is a
thin sheet somewhere inside, which a mesh made for the faces alone would miss.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STRETCH = 2.0  # of the tanh mesh; cells at either face are about a thirteenth of those in the middle
SAMPLES = 200  # slices of the depth in which the conductivity is looked at
DECADES = (-8.0, 1.0)  # of S m-1, between which a change of conductivity moves the current
MOST_MOVED = 0.3  # of the cells, drawn to where it changes
HALF_MOVED = 1.0  # decades of change that draw half as many
SMEARED = 0.04  # of the depth over which those cells are spread about the change


@cache
def uniform_host(cells: int) -> Array:
    """Return the cell edges of a host that conducts alike everywhere.

    Parameters
    ----------
    cells : int
        Number of cells.

    Returns
    -------
    ndarray (cells + 1,)
        From 0 to 1 of the depth, finer at both ends; read-only, as it is made once.
    """
    edges = _at(np.linspace(0.0, 1.0, cells + 1))
    edges.setflags(write=False)
    return edges


@cache
def _density() -> Array:
    """Share of the uniform host's cells that lie above each border of two samples, (SAMPLES + 1,)."""
    borders, many = np.linspace(0.0, 1.0, SAMPLES + 1), np.linspace(0.0, 1.0, 2001)
    return np.interp(borders, _at(many), many)


def cell_edges(conductivity: Array, cells: int) -> Array:
    """Return the cell edges of hosts, finer where their conductivity changes.

    Each cell gets the same share of a density: that of the uniform host's mesh, and added to it up to 0.3 of the
    cells in proportion to the change of log10 sigma, smeared over 4 % of the depth.

    Parameters
    ----------
    conductivity : ndarray (n, SAMPLES)
        Electronic, of SAMPLES equal slices of the depth, S m-1.
    cells : int
        Number of cells.

    Returns
    -------
    ndarray (n, cells + 1)
        From 0 to 1 of the depth.
    """
    level = np.clip(np.log10(np.maximum(conductivity, 1e-300)), *DECADES)
    change = np.abs(np.diff(level, axis=1))
    decades = change.sum(axis=1, keepdims=True)
    moved = MOST_MOVED * decades / (decades + HALF_MOVED)
    # Each change stands at the border of two samples; a sample takes part in those within reach of it.
    reach, place = round(0.5 * SMEARED * SAMPLES), np.arange(SAMPLES)
    sums = np.pad(np.cumsum(change, axis=1), ((0, 0), (1, 0)))
    near = sums[:, np.minimum(place + reach, SAMPLES - 1)] - sums[:, np.maximum(place - reach, 0)]
    near = near / np.maximum(near.sum(axis=1, keepdims=True), 1e-300)
    added = np.pad(np.cumsum(near, axis=1), ((0, 0), (1, 0)))
    borders, base = np.linspace(0.0, 1.0, SAMPLES + 1), _density()
    edges = np.empty((len(conductivity), cells + 1))
    wanted = np.linspace(0.0, 1.0, cells + 1)
    uniform = uniform_host(cells)
    for row in range(len(conductivity)):
        if moved[row, 0] <= 0.0:
            edges[row] = uniform
        else:
            edges[row] = np.interp(wanted, (1.0 - moved[row]) * base + moved[row] * added[row], borders)
    edges[:, 0], edges[:, -1] = 0.0, 1.0
    return edges


def with_borders(edges: Array, layers: Array) -> Array:
    """Move the nearest cell edge of each host onto every border between its layers, so that no cell has two makes.

    Parameters
    ----------
    edges : ndarray (n, cells + 1)
        Of the cells, from 0 to 1 of the depth.
    layers : ndarray (n,)
        Number of equal layers; 1 leaves a row as it is.

    Returns
    -------
    ndarray (n, cells + 1)
    """
    moved = edges.copy()
    for row in np.flatnonzero(layers > 1.0).tolist():
        for border in np.arange(1.0, layers[row]) / layers[row]:
            inner = moved[row, 1:-1]
            inner[np.abs(inner - border).argmin()] = border
    return moved


def _at(places: Array) -> Array:
    return np.asarray(0.5 * (1.0 + np.tanh(STRETCH * (2.0 * places - 1.0)) / math.tanh(STRETCH)))
