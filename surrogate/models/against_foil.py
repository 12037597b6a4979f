"""What the simulator says of designs: its own answer, and that against a bare foil in the same cell.

Data flow: designs -> one foil in the usual electrolyte of its class, without additives, for each set of conditions
among them -> simulation of both -> z of each target, and its difference. The level of a laboratory and of a class of
electrolyte, and how current and capacity act on published cells, are the literature's to say; what a host changes in
its cell is physics: hardly a paper reports what its host does against another. It is simulated, not emulated: a
design costs about 15 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.hosts.columns import CONDITIONS, TARGETS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES
from surrogate.physics.simulate import simulate
from surrogate.shapes import Float

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AgainstFoil:
    """The simulator's word on n designs.

    Parameters
    ----------
    simulated : DataFrame
        ``simulate`` of the designs, n rows.
    response : ndarray (n, 4)
        z of each of ``TARGETS`` less that of the foil; 0 where one of both runs cannot be trusted.
    """

    simulated: pd.DataFrame
    response: Float[Array, "n targets"]

    @property
    def trusted(self) -> NDArray[np.bool_]:
        """Whether the simulator has an answer for every target of a design (n,)."""
        return np.asarray(self.simulated[list(TARGETS)].notna().all(axis=1))

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
    conditions = (
        designs.frame[list(CONDITIONS)].reset_index(drop=True).assign(additives="none", electrolyte_recipe="")
    )
    cell = conditions.groupby(list(CONDITIONS), dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(cell, return_index=True)[1]
    bare = conditions.iloc[first].assign(framework="none", agent="none")
    foils = CompleteDesigns.of(bare.reset_index(drop=True), where="foils to compare with")
    every = simulate(designs.together([foils]), progress=progress).reset_index(drop=True)
    z = np.column_stack([SCALES[name].to_z(every[name].to_numpy(dtype=float)) for name in TARGETS])
    own, foil = z[: len(designs)], z[len(designs) :]
    simulated = every.iloc[: len(designs)].set_axis(designs.index, axis=0)
    return AgainstFoil(simulated, np.nan_to_num(own - foil[cell]))
