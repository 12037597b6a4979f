"""What models of the literature see of a cell: its encoded design, what physics makes of it, whether it is a control.

Papers report a host and, some of them, what it is compared with. A control did markedly worse: among critical
currents and efficiencies nothing else that a design says tells as much of other papers (nested, the score of a
critical current falls from 0.345 to 0.299 and of an efficiency from 0.240 to 0.209 by it alone).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from surrogate.models.contract import Array, Bools, TargetData
from surrogate.shapes import Bool, Float

# Encoded dimensions of a bare foil: what an asked design has to be, to count as a control.
_BARE = ("framework", "agent")
_CUT = "pattern_depth_um"


@dataclass(frozen=True)
class Inputs:
    """Cells to predict.

    Parameters
    ----------
    X : Array
        Encoded designs (m, d).
    control : Bools
        Flags (m,): a control, not what its laboratory proposes.
    response : Array
        What the simulator says of each design against a bare foil in its cell, z (m,).
    features : Array, optional
        What :func:`features_of` makes of X and control, (m, 3 + d), where it is known already.
    """

    X: Float[Array, "m d"]
    control: Bool[Bools, " m"]
    response: Float[Array, " m"]
    features: Float[Array, "m p"] | None = None

    @classmethod
    def of_designs(
        cls, X: Float[Array, "m d"], response: Float[Array, " m"], groups: Mapping[str, Sequence[int]]
    ) -> Inputs:
        """Return designs (m, d) that somebody asks about: a bare foil is a control, nothing else is."""
        inputs = cls(X, is_bare(X, groups), response)
        return replace(inputs, features=features_of(inputs, groups))

    def responding(self, response: Float[Array, " m"]) -> Inputs:
        """Return the same cells with another response (m,), as another target has it."""
        return replace(self, response=response)

    @classmethod
    def of_rows(cls, data: TargetData) -> Inputs:
        """Return published rows."""
        return cls(data.X, data.control, data.response)

    def take(self, rows: NDArray[np.int_]) -> Inputs:
        """Return the cells at these positions only."""
        return Inputs(self.X[rows], self.control[rows], self.response[rows])


def is_foil(X: Float[Array, "m d"], groups: Mapping[str, Sequence[int]]) -> Bool[Bools, " m"]:
    """Say of encoded designs (m, d) whether they have no framework, (m,).

    The first identifier of a framework is ``none``. An encoding without frameworks has no foils.
    """
    if "framework" not in groups:
        return np.zeros(len(X), dtype=bool)
    return np.asarray(X[:, groups["framework"][0]] > 0.5)


def is_bare(X: Float[Array, "m d"], groups: Mapping[str, Sequence[int]]) -> Bool[Bools, " m"]:
    """Say of encoded designs (m, d) whether they are foils without agent and channels, (m,).

    The first identifier of a framework and of an agent is ``none``. An encoding without these has no bare foils.
    """
    if not all(name in groups for name in _BARE):
        return np.zeros(len(X), dtype=bool)
    bare = is_foil(X, groups) & (X[:, groups["agent"][0]] > 0.5)
    for place in groups.get(_CUT, ()):
        bare &= X[:, place] <= 0.0
    return bare


def features_of(inputs: Inputs, groups: Mapping[str, Sequence[int]]) -> Float[Array, "m p"]:
    """Return a constant, the control, the foil and the encoded design, (m, 3 + d)."""
    if inputs.features is not None:
        return inputs.features
    flags = np.column_stack([np.ones(len(inputs.X)), inputs.control, is_foil(inputs.X, groups)])
    return np.concatenate([flags, inputs.X], axis=1)
