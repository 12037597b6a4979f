"""Levels by class, by control and by paper, slopes on conditions: linear models with random effects.

    z = m(x) + sum_j phi_j(x)' b_j + paper + cell,    b_j ~ N(0, s_j^2),  paper ~ N(0, s_p^2),  cell ~ N(0, s_c^2)

m is a level. The deviations s are found by maximum a posteriori under log-normal priors, b integrated out (empirical
Bayes; Robbins 1956, Laird & Ware, Biometrics 38 (1982) 963). So a class of few papers stays near the level of all.
Predictions of each paper by all others follow from one fit, in closed form. Bounds are taken as values: respected as
bounds (by expectation propagation, tried) they changed no score of critical currents or efficiencies by more than
0.003, and lives, nearly all bounds, had a level that nothing held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from surrogate.models.weights import paper_votes
from surrogate.shapes import Float

Array = NDArray[np.float64]
Integers = NDArray[np.int_]

MEDIAN_DEVIATION, PRIOR_WIDTH = 0.4, 1.0  # of every s, in z, and of ln s (assumed, wide)
LEVEL_DEVIATION = 1.0  # of the common level about the mean of the papers, in z (assumed, wide)
_LEAST, _MOST = -5.0, 1.5  # limits of ln s
_STEPS = 40
LEAST_VARIANCE = 0.1**2  # of one new cell, z^2: no cell is told better than by 10 % (assumed)


@dataclass(frozen=True)
class DeviationPrior:
    """The log-normal prior of every deviation s.

    Parameters
    ----------
    median : float
        Of s, in z.
    width : float
        Standard deviation of ln s.
    """

    median: float = MEDIAN_DEVIATION
    width: float = PRIOR_WIDTH


USUAL_PRIOR = DeviationPrior()


@dataclass(frozen=True)
class Block:
    """Columns of the features that share a deviation.

    Parameters
    ----------
    columns : tuple of int
        Places in the features.
    unit : float
        What one standard deviation s acts over: the columns are divided by it.
    """

    columns: tuple[int, ...]
    unit: float = 1.0


@dataclass(frozen=True)
class Linear:
    """A normal prediction that is linear in features; what every ingredient but a process comes down to.

    Parameters
    ----------
    coefficients : Array
        Of the features, (p,), z.
    covariance : Array
        What is not known of these, (p, p).
    noise : float
        Variance of one new cell of another paper beside that, z^2.
    """

    coefficients: Float[Array, " p"]
    covariance: Float[Array, "p p"]
    noise: float

    def at(self, features: Float[Array, "m p"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance (m,) at features (m, p)."""
        unsure = ((features @ self.covariance) * features).sum(axis=1)
        return features @ self.coefficients, np.maximum(unsure + self.noise, LEAST_VARIANCE)


@dataclass(frozen=True)
class MixedModel:
    """A fitted model with random effects, at its rows.

    Parameters
    ----------
    linear : Linear
        What it predicts of other papers.
    deviations : Array
        s of each block, then of the paper and of the cell, z.
    precision : Array
        Inverse (n, n) of the covariance of the measured z.
    residual : Array
        z less the prior mean, (n,).
    papers : ndarray of str
        (n,).
    prior_mean : Array
        (n,), z.
    """

    linear: Linear
    deviations: Array
    precision: Float[Array, "n n"]
    residual: Float[Array, " n"]
    papers: NDArray[np.object_]
    prior_mean: Float[Array, " n"]

    def left_out(self) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
        """Return mean and variance (n,) of each row given the rows of all other papers, with the deviations of all.

        Rasmussen & Williams 2006, sec. 5.4.2, for blocks: the inverse of a block of the precision is the covariance
        of its rows given the others.
        """
        mean, variance = np.empty(len(self.residual)), np.empty(len(self.residual))
        weighted = self.precision @ self.residual
        for paper in dict.fromkeys(self.papers):
            rows = np.flatnonzero(self.papers == paper)
            given = np.linalg.inv(self.precision[np.ix_(rows, rows)])
            mean[rows] = self.prior_mean[rows] + self.residual[rows] - given @ weighted[rows]
            variance[rows] = np.diag(given)
        return mean, np.maximum(variance, LEAST_VARIANCE)


def fit_mixed(
    features: Float[Array, "n p"],
    z: Float[Array, " n"],
    papers: NDArray[np.object_],
    blocks: Sequence[Block],
    prior: DeviationPrior = USUAL_PRIOR,
) -> MixedModel:
    """Fit levels and slopes.

    Parameters
    ----------
    features : Array
        (n, p), the first of them 1.
    z : Array
        Measured values (n,), bounds taken as values.
    papers : ndarray of str
        Paper of each row, (n,).
    blocks : sequence of Block
        What varies; a column may stand in several.
    prior : DeviationPrior
        Of what each block, paper and cell varies by.

    Returns
    -------
    MixedModel
    """
    beforehand = np.zeros(features.shape[1])
    beforehand[0] = np.average(z, weights=paper_votes(papers)) if len(z) else 0.0
    mean = features @ beforehand
    same = (papers[:, None] == papers[None, :]).astype(float)
    parts = [_of_block(features, block) for block in blocks] + [same, np.eye(len(z))]
    deviations = _deviations(np.array(parts), z - mean, prior)
    variances = _prior_variances(features.shape[1], blocks, deviations)
    covariance = (features * variances) @ features.T + deviations[-2] ** 2 * same
    covariance += (deviations[-1] ** 2 + 1e-9) * np.eye(len(z))
    precision = cho_solve(cho_factor(covariance, lower=True), np.eye(len(z)))
    gain = variances[:, None] * (features.T @ precision)
    linear = Linear(
        beforehand + gain @ (z - mean),
        np.diag(variances) - gain @ (features * variances),
        float(deviations[-2] ** 2 + deviations[-1] ** 2),
    )
    return MixedModel(linear, deviations, precision, z - mean, papers, mean)


def _of_block(features: Array, block: Block) -> Array:
    scaled = features[:, list(block.columns)] / block.unit
    return scaled @ scaled.T


def _prior_variances(p: int, blocks: Sequence[Block], deviations: Array) -> Array:
    """Variance of each coefficient (p,) beforehand: the sum over the blocks that it stands in."""
    prior = np.zeros(p)
    prior[0] = LEVEL_DEVIATION**2
    for block, deviation in zip(blocks, deviations[: len(blocks)], strict=True):
        prior[list(block.columns)] += (deviation / block.unit) ** 2
    return prior


def _deviations(parts: Array, residual: Array, prior: DeviationPrior) -> Array:
    """Find s of every part (k, n, n) of the covariance by maximum a posteriori; prior medians without rows."""
    usual = np.full(len(parts), np.log(prior.median))
    n = len(residual)
    if not n:
        return np.exp(usual)

    def loss(logs: Array) -> tuple[float, Array]:
        squares = np.exp(2.0 * logs)
        covariance = LEVEL_DEVIATION**2 + np.tensordot(squares, parts, 1) + 1e-9 * np.eye(n)
        factor = cho_factor(covariance, lower=True)
        inverse = cho_solve(factor, np.eye(n))
        weighted = inverse @ residual
        away = (logs - usual) / prior.width
        value = 0.5 * residual @ weighted + np.log(np.diag(factor[0])).sum() + 0.5 * away @ away
        slope = np.outer(weighted, weighted) - inverse
        return float(value), -squares * np.einsum("kij,ij->k", parts, slope) + away / prior.width

    limits = [(_LEAST, _MOST)] * len(parts)
    found = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": _STEPS})
    return np.exp(np.asarray(found.x))
