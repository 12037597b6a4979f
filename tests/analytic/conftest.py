"""Idealised cells for the plating kernel: linear kinetics, no barriers, so that a solution is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.inputs import kernel_constants
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.structures import (
    CellProperties,
    History,
    HostProfile,
    Model,
    NodeState,
    Protocol,
    new_history,
    new_state,
)

IDEAL_PROTOCOL = Protocol(current=10.0, charge=100.0, voltage_limit=5.0)
IDEAL_CELL = CellProperties(
    salt=1000.0, diffusivity=4e-10, conductivity=1.0, cation_number=0.35, frozen=0.0, thermal=0.05138, exchange=1e6,
    film=2e-3, counter_film=2e-3, covering=1e-25, wiring=0.3, separator=25e-6, separator_porosity=1.0,
    separator_tortuosity=1.0, top_area=1.0, foil_area=1.0, counter_area=1.0, top_barrier=0.0, foil_barrier=0.0,
    spread=0.05, dead_top=0.0, dead_foil=0.0,
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one half cycle left behind; SI. profiles: the state after each step, (steps, nodes)."""

    end: int
    history: History
    profiles: NodeState
    state: NodeState


def host(cells: int, *, thickness: float = 100e-6, **values: float | NDArray[np.float64]) -> HostProfile:
    """A host of the default mesh, uniform in what ``values`` (fields of ``HostProfile``) do not grade."""
    ideal = {"porosity": 0.8, "pore": 10e-6, "tortuosity": 1.5, "electronic": 1e4, "barrier": 0.0, "extra_ionic": 0.0,
             "dead": 0.0}  # fmt: skip
    given = {"width": thickness * np.diff(uniform_host(cells)), **ideal, **values}
    return HostProfile(**{name: np.full(cells, value, dtype=float) for name, value in given.items()})


NO_HOST = HostProfile(*(np.zeros(0) for _ in HostProfile._fields))  # a planar foil


def ideal(on: HostProfile = NO_HOST, *, separator_cells: int = 8, **values: float) -> tuple[Protocol, Model]:
    """An ideal cell on a host or a planar foil; ``values`` by the names of ``Protocol`` and ``CellProperties``."""
    asked = {name: value for name, value in values.items() if name in Protocol._fields}
    cell = IDEAL_CELL._replace(**{name: float(values[name]) for name in values if name not in asked})
    protocol = IDEAL_PROTOCOL._replace(**{name: float(value) for name, value in asked.items()})
    return protocol, Model(cell, on, kernel_constants(shipped_parameters().plating), separator_cells)


@pytest.fixture(scope="session")
def plated() -> Callable[..., Run]:
    """Function (protocol, model, steps) -> Run."""

    def run(protocol: Protocol, model: Model, steps: int = 50) -> Run:
        cells, room = len(model.host.width), 20 * steps + 200
        state = new_state(model.top + (cells + 2 if cells else 1))
        history = new_history(room)
        profiles = NodeState(*(np.zeros((room, len(state.salt))) for _ in NodeState._fields))
        at_rest(model.cell, state)
        end, done, _ = half_cycle(model, protocol, steps, history, profiles, state)
        return Run(
            end,
            History(*(one[:done] for one in history)),
            NodeState(*(one[:done] for one in profiles)),
            state,
        )

    return run


@pytest.fixture(scope="session")
def ideal_cell() -> Callable[..., tuple[Protocol, Model]]:
    return ideal


@pytest.fixture(scope="session")
def ideal_host() -> Callable[..., HostProfile]:
    return host
