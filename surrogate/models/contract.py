"""What every surrogate is given and what it must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate.evaluation.bounds import as_values
from surrogate.shapes import Bool, Float, Int

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class TargetData:
    """Rows of one target.

    Parameters
    ----------
    X : Array
        Encoded designs (n, d).
    lower, upper : Array
        Ends (n,) between which z lies (``evaluation.bounds``): equal where it is known, infinite where open.
    measured : Bools
        Flags (n,): measured, not simulated.
    papers : ndarray of str
        Paper (n,) of each row; "" for a simulated row.
    groups : Mapping[str, Sequence[int]]
        Parameter -> its encoded dimensions.
    spread : Array, optional
        Variance (n,) of z over the designs that a row may stand for, as far as its source does not state a design.
        Default: no such rows.
    control : Bools, optional
        Flags (n,): a control of its paper, not what the paper proposes. Default: nothing is said of it.
    """

    X: Float[Array, "n d"]
    lower: Float[Array, " n"]
    upper: Float[Array, " n"]
    measured: Bool[Bools, " n"]
    papers: NDArray[np.object_]
    groups: Mapping[str, Sequence[int]]
    spread: Float[Array, " n"] | None = None
    control: Bool[Bools, " n"] | None = None

    @property
    def z(self) -> Array:
        """Return z (n,) with every bound taken as the value."""
        return as_values(self.lower, self.upper)

    @property
    def censored(self) -> Bools:
        """Whether a row is a bound or an interval, and no value: (n,)."""
        return np.asarray(self.lower != self.upper)

    def take(self, rows: Int[NDArray[np.int_], " m"]) -> TargetData:
        """Return the rows at these positions (m,) only."""
        return TargetData(
            self.X[rows],
            self.lower[rows],
            self.upper[rows],
            self.measured[rows],
            self.papers[rows],
            self.groups,
            None if self.spread is None else self.spread[rows],
            None if self.control is None else self.control[rows],
        )

    @property
    def measured_only(self) -> TargetData:
        """The same without the simulated rows."""
        return self.take(np.flatnonzero(self.measured))


class Predictor(Protocol):
    """A fitted surrogate of one target."""

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance of one new cell made to each design.

        Parameters
        ----------
        X : Array
            Encoded designs (m, d).

        Returns
        -------
        mean, variance : Array
            (m,) each, z and z squared.
        """
        ...

    def published_noise(self, spread: Float[Array, " m"]) -> Float[Array, " m"]:
        """Return the variance (m,) that published rows have beyond that, z squared.

        Parameters
        ----------
        spread : Array
            Of each row (m,), see ``TargetData``.
        """
        ...


class Entrant(Protocol):
    """A way of fitting a surrogate; what competes in the contest."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    @property
    def proposes(self) -> bool:
        """Whether it may propose: only a process on the observations, so that a measured cell counts."""
        ...

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Predictor:
        """Fit to rows.

        Parameters
        ----------
        data : TargetData
            Simulated and measured rows.
        target : str
            Which target they are of.
        seed : int
            Of whatever is random in the fit.
        warm : Predictor, optional
            An earlier fit of the same entrant, to start from.
        """
        ...
