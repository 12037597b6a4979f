"""The nodes of the plating kernel, compiled: geometry and resistances at a given fill, voltage, smallest salt."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from surrogate.physics.compiled import JIT
from surrogate.physics.constants import FARADAY, LITHIUM_CONDUCTIVITY
from surrogate.physics.layout import (
    CATION_NUMBER,
    CONDUCTIVITY,
    COUNTER_AREA,
    COVERING,
    CURRENT,
    DIFFUSIVITY,
    ELECTRONIC,
    EXCHANGE,
    EXTRA_IONIC,
    FILM,
    FOIL_AREA,
    FROZEN,
    FULL,
    LITHIUM_PER_COULOMB,
    PORE,
    POROSITY,
    SALT,
    SEP_POROSITY,
    SEP_TORTUOSITY,
    SEPARATOR,
    THERMAL,
    TOP_AREA,
    TORTUOSITY,
    WIDTH,
    WIRING,
)


@njit(**JIT)
def node_geometry(
    p: np.ndarray,
    host: np.ndarray,
    separator_cells: int,
    lithium: np.ndarray,
    volume: np.ndarray,
    area: np.ndarray,
    covered: np.ndarray,
    room: np.ndarray,
    half: np.ndarray,
) -> None:
    """Pore volume, plating area, coverage, room for lithium and half-cell resistances at the given lithium.

    lithium (n,): C m-2 held by each node. half (n, 3): ionic resistance (ohm m2), electronic resistance
    (ohm m2) and diffusive resistance (s m-1) from a node's middle to its face; 0 at a node without volume.
    """
    n = lithium.shape[0]
    top = separator_cells
    width = p[SEPARATOR] / separator_cells
    share = p[SEP_POROSITY] / p[SEP_TORTUOSITY]
    for k in range(top):
        volume[k] = width * p[SEP_POROSITY]
        area[k] = 0.0
        half[k, 0] = 0.5 * width / (p[CONDUCTIVITY] * share)
        half[k, 1] = 0.0
        half[k, 2] = 0.5 * width / (p[DIFFUSIVITY] * share)
    for k in range(top, n):
        held = max(lithium[k], 0.0) * LITHIUM_PER_COULOMB
        if k == top or k == n - 1:
            volume[k] = 0.0
            area[k] = p[TOP_AREA] if k == top else p[FOIL_AREA]
            covered[k] = -math.expm1(-held / (max(area[k], 1e-12) * p[COVERING]))
            room[k] = 1e300
            half[k, 0] = half[k, 1] = half[k, 2] = 0.0
            continue
        cell = host[:, k - top - 1]
        pores = cell[POROSITY] * cell[WIDTH]
        fill = min(held / pores, FULL)
        free = 1.0 - fill
        bare_area = 4.0 * pores / cell[PORE]
        volume[k] = pores * free
        area[k] = bare_area * math.sqrt(free)
        covered[k] = -math.expm1(-held / (bare_area * p[COVERING]))
        room[k] = max(FULL * pores - held, 0.0) / LITHIUM_PER_COULOMB
        # Tortuosity grows as pores fill, tau (1 - s)^-1/2 (Bruggeman), on top of the lost pore volume.
        ionic = cell[POROSITY] * free * math.sqrt(free) / cell[TORTUOSITY]
        wired = max(fill - p[WIRING], 0.0) / (1.0 - p[WIRING])
        electronic = cell[ELECTRONIC] + LITHIUM_CONDUCTIVITY * cell[POROSITY] * wired * wired
        half[k, 0] = 0.5 * cell[WIDTH] / (p[CONDUCTIVITY] * ionic + cell[EXTRA_IONIC])
        half[k, 1] = 0.5 * cell[WIDTH] / electronic
        half[k, 2] = 0.5 * cell[WIDTH] / (p[DIFFUSIVITY] * ionic)


@njit(**JIT)
def cell_voltage(p: np.ndarray, top: int, salt: np.ndarray, drive: np.ndarray, half: np.ndarray) -> float:
    """Voltage between the counter electrode (lithium foil) and the foil under the host, V."""
    n = salt.shape[0]
    diffusion = 0.0 if p[FROZEN] > 0.5 else p[THERMAL] * (1.0 - p[CATION_NUMBER])
    through = p[CURRENT]
    # From the counter electrode, where the salt is highest, into the middle of the first cell.
    surface = salt[0]
    if diffusion > 0.0:
        surface += (1.0 - p[CATION_NUMBER]) * p[CURRENT] / FARADAY * half[0, 2]
    drop = p[CURRENT] * half[0, 0] - diffusion * math.log(salt[0] / surface)
    for k in range(n - 1):
        ionic = half[k, 0] + half[k + 1, 0]
        electronic = half[k, 1] + half[k + 1, 1]
        pull = diffusion * math.log(salt[k + 1] / salt[k])
        if k >= top:
            through = (p[CURRENT] * electronic + pull - (drive[k + 1] - drive[k])) / (ionic + electronic)
        drop += ionic * through - pull
    exchange = p[EXCHANGE] * math.sqrt(max(surface / p[SALT], 1e-6))
    local = p[CURRENT] / p[COUNTER_AREA]
    stripping = p[THERMAL] * math.asinh(local / (2.0 * exchange)) + local * p[FILM]
    return drive[n - 1] + drop + stripping


@njit(**JIT)
def least_salt(salt: np.ndarray, lithium: np.ndarray, host: np.ndarray, top: int) -> float:
    """Smallest concentration; clogged cells (more than 95 % full) are left out, as nothing plates in them."""
    least = salt[top]
    for k in range(top + 1, salt.shape[0]):
        if k < salt.shape[0] - 1:
            cell = host[:, k - top - 1]
            if lithium[k] * LITHIUM_PER_COULOMB > 0.95 * cell[POROSITY] * cell[WIDTH]:
                continue
        least = min(least, salt[k])
    return least
