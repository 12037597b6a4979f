"""Idealised cells for the plating kernel: linear kinetics, no barriers, so that a solution is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from surrogate.physics.plating import layout as k
from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.kernel import at_rest, half_cycle


@dataclass(frozen=True)
class Run:
    """What one call of the kernel left behind; SI."""

    end: int
    history: NDArray[np.float64]
    profiles: NDArray[np.float64]
    salt: NDArray[np.float64]
    drive: NDArray[np.float64]
    lithium: NDArray[np.float64]

    @property
    def time(self) -> NDArray[np.float64]:
        return self.history[:, k.H_CHARGE]


def scalars(**values: float) -> NDArray[np.float64]:
    """Kernel scalars of an ideal cell; ``values`` by the kernel's names for their places."""
    p = np.zeros(k.SCALARS)
    ideal = {
        "CURRENT": 10.0, "CHARGE": 100.0, "SALT": 1000.0, "DIFFUSIVITY": 4e-10, "CONDUCTIVITY": 1.0,
        "CATION_NUMBER": 0.35, "FROZEN": 0.0, "THERMAL": 0.05138, "EXCHANGE": 1e6, "FILM": 2e-3, "COUNTER_FILM": 2e-3,
        "COVERING": 1e-25, "WIRING": 0.3, "SEPARATOR": 25e-6, "SEP_POROSITY": 1.0, "SEP_TORTUOSITY": 1.0,
        "TOP_AREA": 1.0, "FOIL_AREA": 1.0, "TOP_BARRIER": 0.0, "FOIL_BARRIER": 0.0, "VOLTAGE_LIMIT": 5.0,
        "COUNTER_AREA": 1.0, "SPREAD": 0.05,
    }  # fmt: skip
    for name, value in {**ideal, **values}.items():
        p[getattr(k, name)] = value
    return p


def host(cells: int, **values: float) -> NDArray[np.float64]:
    """Kernel profiles of a uniform host; ``thickness`` and the kernel's names."""
    ideal = {
        "POROSITY": 0.8,
        "PORE": 10e-6,
        "TORTUOSITY": 1.5,
        "ELECTRONIC": 1e4,
        "BARRIER": 0.0,
        "EXTRA_IONIC": 0.0,
    }
    rows = np.zeros((k.PROFILES, cells))
    given = {**ideal, **values}
    rows[k.WIDTH] = given.pop("thickness", 100e-6) * np.diff(uniform_host(cells))
    for name, value in given.items():
        rows[getattr(k, name)] = value
    return rows


@pytest.fixture(scope="session")
def plated() -> Callable[..., Run]:
    """Function (scalars, host or None for a planar foil, steps, separator cells) -> Run."""

    def run(
        p: NDArray[np.float64], rows: NDArray[np.float64] | None, steps: int = 50, separator_cells: int = 8
    ) -> Run:
        n = separator_cells + (1 if rows is None else rows.shape[1] + 2)
        room = 20 * steps + 200
        history, profiles = np.zeros((room, k.HISTORY)), np.zeros((room, k.STATE, n))
        state, profile = np.zeros((k.STATE, n)), np.zeros((k.PROFILES, 1)) if rows is None else rows
        at_rest(p, state)
        end, done, _ = half_cycle(p, profile, separator_cells, steps, history, profiles, state)
        return Run(end, history[:done], profiles[:done], state[k.S_SALT], state[k.S_DRIVE], state[k.S_LIVE])

    return run


@pytest.fixture(scope="session")
def ideal_scalars() -> Callable[..., NDArray[np.float64]]:
    return scalars


@pytest.fixture(scope="session")
def ideal_host() -> Callable[..., NDArray[np.float64]]:
    return host
