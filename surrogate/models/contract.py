"""What every surrogate is given and what it must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class TargetData:
    """Rows of one target: X (n, d) encoded; z (n,) ln values or lower bounds (censored); measured (n,); papers (n,).

    groups: parameter -> encoded dimensions. Simulated rows have paper "". spread (n,): variance of z over the
    designs that a row may stand for, as far as its source does not state one; None: no such rows.
    """

    X: Array
    z: Array
    censored: Bools
    measured: Bools
    papers: NDArray[np.object_]
    groups: Mapping[str, Sequence[int]]
    spread: Array | None = None

    def take(self, rows: NDArray[np.int_]) -> TargetData:
        """Those rows only."""
        return TargetData(
            self.X[rows],
            self.z[rows],
            self.censored[rows],
            self.measured[rows],
            self.papers[rows],
            self.groups,
            None if self.spread is None else self.spread[rows],
        )

    @property
    def measured_only(self) -> TargetData:
        """Without the simulated rows."""
        return self.take(np.flatnonzero(self.measured))


class Predictor(Protocol):
    """A fitted surrogate of one target."""

    def predictive(self, X: Array) -> tuple[Array, Array]:
        """Mean and variance (m,) of ln target of one new cell made to each encoded design X (m, d)."""
        ...

    def published_noise(self, spread: Array) -> Array:
        """Variance (m,) that published rows have beyond that; spread (m,): see ``TargetData``."""
        ...


class Entrant(Protocol):
    """A way of fitting a surrogate; what competes in the contest."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    @property
    def proposes(self) -> bool:
        """Whether it may propose: only a process on the observations, so that a told cell counts."""
        ...

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Predictor:
        """Fit to rows; ``warm`` is an earlier fit of the same entrant to start from."""
        ...
