"""What the simulator says of designs: its own answer, and that against a bare foil in the same cell.

Data flow: designs -> one foil in the usual electrolyte of its class, without additives, for each set of conditions
among them, simulated once a process -> simulation of both -> z of each target, and its difference. The level of a
laboratory and of a class of electrolyte, and how current and capacity act on published cells, are the literature's to
say; what a host changes in its cell is physics: hardly a paper reports what its host does against another. It is
simulated, not emulated: a design costs about 9 ms of a core, and twice that where it is asked for alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import CONDITIONS, TARGETS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES
from surrogate.physics.simulate import simulated_columns
from surrogate.shapes import Float

Array = NDArray[np.float64]
MOST_FOILS = (
    1_000  # of which the answer is remembered: it follows from the conditions and the shipped constants
)
_FOILS: dict[tuple[Any, ...], Array] = {}
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
    """Simulate designs and the foils that they are compared with.

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
    kinds, remembered = list(dict.fromkeys(cells)), dict(_FOILS)
    new = [kind for kind in kinds if kind not in remembered]
    every = designs.together([_foils(new)]) if new else designs
    found = simulated_columns(every, progress=progress)
    z = np.column_stack([SCALES[name].to_z(found[name]) for name in TARGETS])
    own, bare = z[: len(designs)], z[len(designs) :]
    at_foil = dict(zip(new, bare, strict=True))
    at_foil |= {kind: remembered[kind] for kind in kinds if kind not in at_foil}
    if len(_FOILS) + len(at_foil) > MOST_FOILS:
        _FOILS.clear()
    _FOILS.update(list(at_foil.items())[:MOST_FOILS])
    simulated = {name: found[name][: len(designs)] for name in TARGETS}
    return AgainstFoil(simulated, np.nan_to_num(own - np.array([at_foil[cell] for cell in cells])))


def _foils(cells: Sequence[tuple[Any, ...]]) -> CompleteDesigns:
    bare = {"framework": "none", "agent": "none", "additives": "none"}
    foils = pd.DataFrame([bare | dict(zip(_OF_A_FOIL, cell, strict=True)) for cell in cells])
    return CompleteDesigns.of(foils, where="foils to compare with")
