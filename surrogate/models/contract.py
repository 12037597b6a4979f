"""What every surrogate of the literature is given and what it must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate.evaluation.bounds import as_values
from surrogate.evaluation.pools import Pool
from surrogate.shapes import Bool, Float, Int

if TYPE_CHECKING:
    from surrogate.models.inputs import Inputs

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class TargetData:
    """Published rows of one target.

    Parameters
    ----------
    X : Array
        Encoded designs (n, d).
    lower, upper : Array
        Ends (n,) between which z lies (``evaluation.bounds``): equal where it is known, infinite where open.
    papers : ndarray of str
        Paper (n,) of each row.
    groups : Mapping[str, Sequence[int]]
        Parameter -> its encoded dimensions.
    response : Array
        What the simulator says of each design against a bare foil in its cell, z (n,); see ``against_foil``.
    control : Bools
        Flags (n,): a control of its paper, not what the paper proposes.
    """

    X: Float[Array, "n d"]
    lower: Float[Array, " n"]
    upper: Float[Array, " n"]
    papers: NDArray[np.object_]
    groups: Mapping[str, Sequence[int]]
    response: Float[Array, " n"]
    control: Bool[Bools, " n"]

    @property
    def z(self) -> Array:
        """Return z (n,) with every bound taken as the value."""
        return as_values(self.lower, self.upper)

    def take(self, rows: Int[NDArray[np.int_], " m"]) -> TargetData:
        """Return the rows at these positions (m,) only."""
        return TargetData(
            self.X[rows], self.lower[rows], self.upper[rows], self.papers[rows], self.groups,
            self.response[rows], self.control[rows],
        )  # fmt: skip

    def less(self, part: Float[Array, " n"]) -> TargetData:
        """Return the rows with something (n,) subtracted from their z."""
        return TargetData(
            self.X,
            self.lower - part,
            self.upper - part,
            self.papers,
            self.groups,
            self.response,
            self.control,
        )


class Predictor(Protocol):
    """A fitted surrogate of one target."""

    def pool(self, inputs: Inputs) -> Pool:
        """Return the prediction of one new cell of another paper at each of m inputs, z."""
        ...


class Entrant(Protocol):
    """A way of fitting a surrogate; what competes in the contest."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    def fit(self, data: TargetData, target: str, *, seed: int) -> Predictor:
        """Fit to rows.

        Parameters
        ----------
        data : TargetData
            Published rows.
        target : str
            Which target they are of.
        seed : int
            Of whatever is random in the fit.
        """
        ...
