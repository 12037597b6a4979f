"""What the simulator says of designs: its own answer, and that against a bare foil in the same cell.

Data flow: designs -> one foil in the usual electrolyte of its class, without additives, for each set of conditions
among them -> simulation of both, each once a process and remembered -> z of each target, and its difference. The
level of a laboratory and of a class of electrolyte, and how current and capacity act on published cells, are the
literature's to say; what a host changes in its cell is physics: hardly a paper reports what its host does against
another. It is simulated, not emulated: a design costs about 8 ms of a core, and half as much again where it is asked
for alone. An emulator of 20,000 simulations over the whole space was off by 8 % of cycle life and critical current at
the median, but by a factor of two in one host of twenty and of nine in one of a hundred.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import CONDITIONS, TARGETS
from surrogate.hosts.designs import CompleteDesigns, Key
from surrogate.hosts.targets import SCALES
from surrogate.physics.simulate import simulated_columns
from surrogate.shapes import Float

Array = NDArray[np.float64]
K = TypeVar("K", bound=Hashable)
MOST_REMEMBERED = (
    4_096  # designs, and sets of conditions: a simulation follows from these and shipped constants
)
_FOILS: dict[tuple[Any, ...], Array] = {}  # conditions -> what is simulated of the foil
_REMEMBERING = threading.Lock()
_DESIGNS: dict[Key, Array] = {}  # a design -> what is simulated of it: TARGETS (4,)
_OF_A_FOIL = tuple(name for name in CONDITIONS if name not in ("additives", "electrolyte_recipe"))


@dataclass(frozen=True)
class AgainstFoil:
    """The simulator's word on n designs.

    Parameters
    ----------
    simulated : mapping of str to ndarray (n,)
        Each of ``TARGETS`` as ``simulate`` has it, in the unit of its name; NaN where a run cannot be trusted.
    response : ndarray (n, 4)
        z of each of ``TARGETS`` less that of the foil; 0 where one of both runs cannot be trusted.
    """

    simulated: Mapping[str, Array]
    response: Float[Array, "n targets"]

    @property
    def trusted(self) -> NDArray[np.bool_]:
        """Whether the simulator has an answer for every target of a design (n,)."""
        return ~np.any([np.isnan(self.simulated[name]) for name in TARGETS], axis=0)

    def of(self, target: str) -> Float[Array, " n"]:
        """Return the response (n,) of one target."""
        return self.response[:, list(TARGETS).index(target)]


def against_foil(
    designs: CompleteDesigns, progress: Callable[[str, int, int], None] | None = None
) -> AgainstFoil:
    """Simulate designs and the foils that they are compared with, as far as the answers are not remembered.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Raises
    ------
    DesignError, MaterialError, UnitError
        For a design that cannot be read.
    """
    cells = list(zip(*(designs.arrays[name].tolist() for name in _OF_A_FOIL), strict=True))
    keys = designs.row_keys()
    own, bare = _known(_DESIGNS, keys), _known(_FOILS, cells)
    first = {key: row for row, key in reversed(list(enumerate(keys))) if key not in own}
    foils, new = [cell for cell in dict.fromkeys(cells) if cell not in bare], sorted(first.values())
    every = designs.take(new).together([_foils(foils)] if foils else [])
    if len(every):
        found = simulated_columns(every, progress=progress)
        rows = list(np.column_stack([found[name] for name in TARGETS]))
        own |= _remember(_DESIGNS, [keys[row] for row in new], rows[: len(new)])
        bare |= _remember(_FOILS, foils, rows[len(new) :])
    simulated = dict(
        zip(TARGETS, np.array([own[key] for key in keys]).reshape(-1, len(TARGETS)).T, strict=True)
    )
    of_foils = np.array([bare[cell] for cell in cells]).reshape(-1, len(TARGETS)).T
    response = [
        SCALES[name].to_z(simulated[name]) - SCALES[name].to_z(foil)
        for name, foil in zip(TARGETS, of_foils, strict=True)
    ]
    return AgainstFoil(simulated, np.nan_to_num(np.column_stack(response)))


def _known(remembered: dict[K, Array], keys: Sequence[K]) -> dict[K, Array]:
    """Return what is remembered of these; other threads may remember and forget meanwhile."""
    found = {key: remembered.get(key) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def _remember(remembered: dict[K, Array], keys: Sequence[K], values: Sequence[Array]) -> dict[K, Array]:
    """Remember the latest, and what there is room for of those before, the oldest forgotten first."""
    new = dict(zip(keys, values, strict=True))
    with _REMEMBERING:
        remembered.update(new)
        for key in list(islice(remembered, max(0, len(remembered) - MOST_REMEMBERED))):
            del remembered[key]
    return new


def _foils(cells: Sequence[tuple[Any, ...]]) -> CompleteDesigns:
    bare = {"framework": "none", "agent": "none", "additives": "none"}
    foils = pd.DataFrame([bare | dict(zip(_OF_A_FOIL, cell, strict=True)) for cell in cells])
    return CompleteDesigns.of(foils, where="foils to compare with")
