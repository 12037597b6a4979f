"""The rivals: two Gaussian processes that may propose, and three baselines that they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

from surrogate.models.contract import Array, Entrant, Predictor, TargetData
from surrogate.models.ensemble import DeepEnsemble
from surrogate.models.gp import FIRST_STEPS, TargetGP

WARM_STEPS = 8
LEAST_VARIANCE = 0.12**2  # one cell's spread (assumed), also below baselines that would claim less


@dataclass(frozen=True)
class PlainGP:
    """One process over simulated and measured rows, with the row's source as an input."""

    name: str = "gp_plain"
    proposes: bool = True

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> TargetGP:
        """See TargetGP.fit."""
        start = warm if isinstance(warm, TargetGP) else None
        return TargetGP.fit(
            data.X,
            data.z,
            groups=data.groups,
            censored=data.censored,
            measured=data.measured,
            published=data.measured,
            spread=data.spread,
            start=start,
            steps=FIRST_STEPS if start is None else WARM_STEPS,
            seed=seed,
        )


@dataclass(frozen=True)
class EmulatorGP:
    """A process whose mean is the ensemble's emulation of the simulator; measured rows only."""

    ensemble: DeepEnsemble
    name: str = "gp_emulator"
    proposes: bool = True

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> TargetGP:
        """See TargetGP.fit."""
        start = warm if isinstance(warm, TargetGP) else None
        rows = data.measured_only
        return TargetGP.fit(
            rows.X,
            rows.z,
            groups=rows.groups,
            censored=rows.censored,
            measured=rows.measured,
            published=rows.measured,
            spread=rows.spread,
            mean=self.ensemble.mean(target),
            start=start,
            steps=FIRST_STEPS if start is None else WARM_STEPS,
            seed=seed,
        )


@dataclass(frozen=True)
class Shifted:
    """A fixed trend, a shift and a residual variance; bounds are taken as values."""

    trend: Any
    shift: float
    variance: float

    def predictive(self, X: Array) -> tuple[Array, Array]:
        """Trend + shift, one variance for all."""
        return np.asarray(self.trend(X) + self.shift), np.full(len(X), self.variance)

    def published_noise(self, spread: Array) -> Array:
        """None beyond the residual variance, which comes from published rows."""
        return np.zeros_like(spread)


def shifted(trend: Any, data: TargetData, *, level: bool = True) -> Shifted:
    """A trend with the residual spread of the measured rows, moved to their level or left at its own."""
    rows = data.measured_only
    if not len(rows.z):
        return Shifted(trend, 0.0, 1.0)
    residual = rows.z - trend(rows.X)
    shift = float(np.median(residual)) if level else 0.0
    spread = float(np.mean((residual - shift) ** 2))
    return Shifted(trend, shift, max(spread, LEAST_VARIANCE))


@dataclass(frozen=True)
class PlainEnsemble:
    """The emulator itself, shifted to the measured level."""

    ensemble: DeepEnsemble
    name: str = "ensemble"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Shift and residual variance from the measured rows."""
        k = self.ensemble.targets.index(target)
        return shifted(lambda X: self.ensemble.predict(X)[0][:, k], data)


@dataclass(frozen=True)
class Ridge:
    """Ridge regression on the encoded design, scikit-learn; measured rows only, bounds taken as values."""

    name: str = "ridge"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Penalty by leave-one-out."""
        rows = data.measured_only
        if len(rows.z) < 3:
            return shifted(_zeros, data)
        scaler = StandardScaler().fit(rows.X)
        model = RidgeCV(alphas=np.logspace(0, 4, 9)).fit(scaler.transform(rows.X), rows.z)
        return shifted(lambda X: model.predict(scaler.transform(X)) if len(X) else np.zeros(0), data)


@dataclass(frozen=True)
class Median:
    """The median of the training rows and their spread: what a model has to beat."""

    name: str = "median"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Median and mean squared deviation of the measured rows."""
        return shifted(_zeros, data)


def _zeros(X: NDArray[np.float64]) -> Array:
    return np.zeros(len(X))


def entrants(ensemble: DeepEnsemble) -> tuple[Entrant, ...]:
    """All rivals, in the order of the scorecard."""
    return (EmulatorGP(ensemble), PlainGP(), PlainEnsemble(ensemble), Ridge(), Median())
