"""Regressions on conditions by scikit-learn: ridge, which is an ingredient, and trees, which are rivals only.

Trees were tried as ingredients (two of eight sets): no score of the mixture changed by more than the noise of a paper
bootstrap, at twenty times the cost. They take part in the contest, are never served, and so need no form on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import RidgeCV

from surrogate.evaluation.pools import Pool
from surrogate.models.class_level import LEAST_VARIANCE, Linear
from surrogate.models.contract import Array, TargetData
from surrogate.models.inputs import Inputs
from surrogate.models.weights import paper_votes
from surrogate.shapes import Float

PENALTIES = tuple(float(value) for value in np.logspace(-1, 4, 11))
TREES = 40
Means = Callable[[Array], Array]  # inputs (m, 1 + d) -> z (m,)


def fit_ridge(features: Float[Array, "n p"], z: Float[Array, " n"], papers: NDArray[np.object_]) -> Linear:
    """Fit ridge regression with the penalty of the least leave-one-out error; a paper has one vote.

    Parameters
    ----------
    features : Array
        (n, p), the first of them 1.
    z : Array
        Measured values (n,), bounds taken as values.
    papers : ndarray of str
        (n,).

    Returns
    -------
    Linear
        With the mean squared residual for noise, per degree of freedom that the penalty leaves.
    """
    votes = paper_votes(papers)
    deviation = features.std(axis=0)
    scale = np.where(deviation > 1e-9, deviation, np.inf)
    centre = features.mean(axis=0)
    scaled = (features - centre) / scale
    model = RidgeCV(alphas=PENALTIES).fit(scaled, z, sample_weight=votes)
    coefficients = np.asarray(model.coef_) / scale
    coefficients[0] = float(model.intercept_) - float(centre @ coefficients)
    residual = z - features @ coefficients
    freedom = max(1.0 - _degrees(scaled, votes, float(model.alpha_)) / votes.sum(), 0.2)
    noise = max(float(np.average(residual**2, weights=votes)) / freedom, LEAST_VARIANCE)
    return Linear(coefficients, np.zeros((len(coefficients),) * 2), noise)


def _degrees(scaled: Array, votes: Array, penalty: float) -> float:
    """Degrees of freedom that a ridge fit uses: the trace of its hat matrix."""
    root = np.sqrt(votes)[:, None] * (scaled - np.average(scaled, axis=0, weights=votes))
    squares = np.linalg.svd(root, compute_uv=False) ** 2
    return float(np.sum(squares / (squares + penalty)))


@dataclass(frozen=True)
class Regressed:
    """A regression on control and encoded design, with one variance for all.

    Parameters
    ----------
    mean : callable
        Inputs (m, 1 + d) to z (m,).
    variance : float
        Of one new cell, z^2.
    """

    mean: Means
    variance: float

    def pool(self, inputs: Inputs) -> Pool:
        """Return the prediction of one new cell of another paper at each of m inputs, z."""
        n = len(inputs.X)
        mean = self.mean(_columns(inputs)) if n else np.zeros(0)
        return Pool(mean[:, None], np.full((n, 1), self.variance), np.ones((n, 1)))


@dataclass(frozen=True)
class Forest:
    """A random forest; its variance is that of the rows which a tree has not seen."""

    name: str = "forest"

    def fit(self, data: TargetData, target: str, *, seed: int) -> Regressed:
        """Fit to published rows; see ``Entrant.fit``."""
        model = RandomForestRegressor(
            TREES, min_samples_leaf=3, max_features=0.5, oob_score=True, random_state=seed % 2**31, n_jobs=1
        )
        return _fitted(model, data, lambda found, z: z - found.oob_prediction_)


@dataclass(frozen=True)
class Boosting:
    """Gradient boosting of shallow trees."""

    name: str = "boosting"

    def fit(self, data: TargetData, target: str, *, seed: int) -> Regressed:
        """Fit to published rows; see ``Entrant.fit``."""
        model = GradientBoostingRegressor(
            n_estimators=TREES, learning_rate=0.08, max_depth=2, subsample=0.7, min_samples_leaf=4,
            random_state=seed % 2**31,
        )  # fmt: skip
        return _fitted(model, data, None)


def _fitted(model: Any, rows: TargetData, left_out: Callable[[Any, Array], Array] | None) -> Regressed:
    if len(rows.z) < 8:
        middle = float(np.median(rows.z)) if len(rows.z) else 0.0
        return Regressed(lambda columns: np.full(len(columns), middle), 1.0)
    columns, votes = _columns(Inputs.of_rows(rows)), paper_votes(rows.papers)
    model.fit(columns, rows.z, sample_weight=votes)
    residual = left_out(model, rows.z) if left_out else rows.z - model.predict(columns)
    spread = float(np.average(residual**2, weights=votes))
    return Regressed(lambda asked: np.asarray(model.predict(asked)), max(spread, LEAST_VARIANCE))


def _columns(inputs: Inputs) -> Array:
    return np.column_stack([inputs.control.astype(float), inputs.X])
