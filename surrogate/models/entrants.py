"""The rivals of the contest: two Gaussian processes that may propose, and three baselines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

from surrogate.models.contract import Array, Entrant, Predictor, TargetData
from surrogate.models.ensemble import DeepEnsemble
from surrogate.models.gp import FIRST_STEPS, TargetGP
from surrogate.shapes import Float

Trend = Callable[[Array], Array]  # encoded designs (m, d) -> ln target (m,)

WARM_STEPS = 8
LEAST_VARIANCE = 0.12**2  # one cell's spread (assumed), also below baselines that would claim less


@dataclass(frozen=True)
class PlainGP:
    """A process over simulated and measured rows, with the row's source as an input.

    Parameters
    ----------
    name, proposes
        See ``Entrant``.
    """

    name: str = "gp_plain"
    proposes: bool = True

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> TargetGP:
        """Fit a process; see ``Entrant.fit`` and ``TargetGP.fit``."""
        start = warm if isinstance(warm, TargetGP) else None
        return TargetGP.fit(
            data.X,
            data.lower,
            data.upper,
            groups=data.groups,
            measured=data.measured,
            published=data.measured,
            spread=data.spread,
            start=start,
            steps=FIRST_STEPS if start is None else WARM_STEPS,
            seed=seed,
        )


@dataclass(frozen=True)
class EmulatorGP:
    """A process whose mean is the ensemble's emulation of the simulator; measured rows only.

    Parameters
    ----------
    ensemble : DeepEnsemble
        The emulator.
    name, proposes
        See ``Entrant``.
    """

    ensemble: DeepEnsemble
    name: str = "gp_emulator"
    proposes: bool = True

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> TargetGP:
        """Fit a process; see ``Entrant.fit`` and ``TargetGP.fit``."""
        start = warm if isinstance(warm, TargetGP) else None
        rows = data.measured_only
        return TargetGP.fit(
            rows.X,
            rows.lower,
            rows.upper,
            groups=rows.groups,
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
    """A fixed trend, a shift and a residual variance; bounds are taken as values.

    Parameters
    ----------
    trend : Callable[[Array], Array]
        Encoded designs (m, d) to ln target (m,).
    shift : float
        Added to the trend, ln target.
    variance : float
        Of one new cell, (ln target)^2.
    """

    trend: Trend
    shift: float
    variance: float

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return trend plus shift (m,) at encoded designs (m, d), and the same variance for all."""
        return np.asarray(self.trend(X) + self.shift), np.full(len(X), self.variance)

    def published_noise(self, spread: Float[Array, " m"]) -> Float[Array, " m"]:
        """Return zeros (m,): the residual variance comes from published rows already."""
        return np.zeros_like(spread)


def shifted(trend: Trend, data: TargetData, *, level: bool = True) -> Shifted:
    """Return a trend with the residual spread of the measured rows.

    Parameters
    ----------
    trend : Callable[[Array], Array]
        Encoded designs (m, d) to ln target (m,).
    data : TargetData
        Rows; only the measured rows count.
    level : bool
        Whether the trend is moved to the measured level (by the median residual) or left at its own.
    """
    rows = data.measured_only
    if not len(rows.z):
        return Shifted(trend, 0.0, 1.0)
    residual = rows.z - trend(rows.X)
    shift = float(np.median(residual)) if level else 0.0
    spread = float(np.mean((residual - shift) ** 2))
    return Shifted(trend, shift, max(spread, LEAST_VARIANCE))


@dataclass(frozen=True)
class PlainEnsemble:
    """The emulator itself, shifted to the measured level.

    Parameters
    ----------
    ensemble : DeepEnsemble
        The emulator.
    name, proposes
        See ``Entrant``.
    """

    ensemble: DeepEnsemble
    name: str = "ensemble"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Take shift and residual variance from the measured rows; see ``Entrant.fit``."""
        k = self.ensemble.targets.index(target)
        return shifted(lambda X: self.ensemble.predict(X)[0][:, k], data)


@dataclass(frozen=True)
class Ridge:
    """Ridge regression on the encoded design (scikit-learn); measured rows only, bounds taken as values.

    Parameters
    ----------
    name, proposes
        See ``Entrant``.
    """

    name: str = "ridge"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Fit with the penalty of the best leave-one-out error; see ``Entrant.fit``."""
        rows = data.measured_only
        if len(rows.z) < 3:
            return shifted(_zeros, data)
        scaler = StandardScaler().fit(rows.X)
        model = RidgeCV(alphas=np.logspace(0, 4, 9)).fit(scaler.transform(rows.X), rows.z)
        return shifted(lambda X: model.predict(scaler.transform(X)) if len(X) else np.zeros(0), data)


@dataclass(frozen=True)
class Median:
    """The median of the training rows and their spread: what a model has to beat.

    Parameters
    ----------
    name, proposes
        See ``Entrant``.
    """

    name: str = "median"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Shifted:
        """Take median and mean squared deviation of the measured rows; see ``Entrant.fit``."""
        return shifted(_zeros, data)


def _zeros(X: Float[Array, "m d"]) -> Float[Array, " m"]:
    return np.zeros(len(X))


def entrants(ensemble: DeepEnsemble) -> tuple[Entrant, ...]:
    """Return all rivals, in the order of the scorecard.

    Parameters
    ----------
    ensemble : DeepEnsemble
        The emulator, for those that use it.
    """
    return (EmulatorGP(ensemble), PlainGP(), PlainEnsemble(ensemble), Ridge(), Median())
