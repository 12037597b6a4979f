"""The constants of the ageing law of highest posterior density, and how well the records identify them.

Two steps, the second given the first: what a cycle loses from coulombic efficiencies, then what a cell can stand
from lives. Nearly all lives are lower bounds; in one fit they would outvote the efficiencies and lower every loss
without end, as a bound never says that a life is too long (the "cut" of modular inference: Plummer, Stat. Comput.
25 (2015) 37). Efficiencies in gels and solids stay out of the first step: the tables' losses stand there, and one
that is wrong would speak through the exponents that all share.

A record that leaves most of its design open is a mixture over its draws: p(y) is the mean of p(y | draw). An
efficiency is a value, log-normal in 1 - CE, or a lower bound; a life is a value where the cell failed, else a bound
with the probability of living longer, or of dying sooner where only that is known. Priors are log-normal
(``training/ageing.toml``). Widths are those of the posterior of each step, by importance sampling about its optimum,
as dead lithium and interphase lie on a ridge that curvature at the optimum takes for too narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_ndtr
from scipy.stats import multivariate_t

from surrogate.learning.ageing.data import GEL_OR_SOLID, Cells
from surrogate.learning.ageing_recipe import SPREADS, AgeingPrior
from surrogate.physics.ageing.fitted import NAMES, AgeingConstants
from surrogate.physics.ageing.law import cycle_life, lost_per_cycle
from surrogate.physics.parameters import shipped_parameters

Array = NDArray[np.float64]
Likelihood = Callable[[Cells, Array], float]
ALL = (*NAMES, *SPREADS)
NINETY = 1.6448536269514722  # standard deviations to either side that hold 90 %
STEP = 1e-3  # of a logarithm, for derivatives
DRAWS = 20_000  # of the posterior, for its widths
LIMITS = frozenset({"wear_cycles", "wear_exponent", "short_cycles", "life_spread"})  # from lives
LOSSES = frozenset(ALL) - LIMITS  # from efficiencies


@dataclass(frozen=True)
class Fitted:
    """The constants and spreads of the ageing law, p of them, as fitted.

    Attributes
    ----------
    theta
        Shape (p,): logarithms, in the order of ``ALL``.
    low, high
        Shape (p,): 5 and 95 % of each logarithm; the prior's where they were not asked for.
    deviation
        Shape (p,): standard deviation of each logarithm; the prior's where it was not asked for.
    prior_mean, prior_deviation
        Shape (p,): of each logarithm.
    """

    theta: Array
    low: Array
    high: Array
    deviation: Array
    prior_mean: Array
    prior_deviation: Array

    @property
    def constants(self) -> AgeingConstants:
        """The constants at the optimum."""
        return _constants(self.theta)

    @property
    def spreads(self) -> tuple[float, float]:
        """Of ln(1 - CE) and of ln(cycles)."""
        efficiency, life = np.exp(self.theta[len(NAMES) :])
        return float(efficiency), float(life)

    def table(self) -> pd.DataFrame:
        """Tabulate the constants and spreads.

        Returns
        -------
        pandas.DataFrame
            A row for each: constant, value, low, high (90 %), prior_median, prior_low, prior_high, and learned: the
            share of the prior's variance that the records took away, 0 where they say nothing.
        """
        wide = NINETY * self.prior_deviation
        return pd.DataFrame(
            {
                "constant": list(ALL),
                "value": np.exp(self.theta),
                "low": np.exp(self.low),
                "high": np.exp(self.high),
                "prior_median": np.exp(self.prior_mean),
                "prior_low": np.exp(self.prior_mean - wide),
                "prior_high": np.exp(self.prior_mean + wide),
                "learned": np.clip(1.0 - (self.deviation / self.prior_deviation) ** 2, 0.0, 1.0),
            }
        )


def fit(
    cells: Cells, priors: Mapping[str, AgeingPrior], start: Array | None = None, *, widths: bool = False
) -> Fitted:
    """Fit the ageing law to the published cells that it describes.

    Parameters
    ----------
    cells
        Published cells.
    priors
        Constant or spread -> its prior.
    start
        Shape (p,): logarithms to start from; default: the priors' medians.
    widths
        Whether to find the posterior's widths too (seconds); else they are the prior's.

    Returns
    -------
    Fitted
        The posterior's mode, and its widths.
    """
    cells = cells.take(np.flatnonzero(cells.described))
    mean = np.log([priors[name].median for name in ALL])
    deviation = np.log([priors[name].high / priors[name].low for name in ALL]) / (2.0 * NINETY)
    wide = NINETY * deviation
    fitted = Fitted(mean if start is None else start, mean - wide, mean + wide, deviation, mean, deviation)
    liquid = np.isfinite(cells.loss) & (cells.kind != GEL_OR_SOLID)
    fitted = _step(fitted, LOSSES, cells.take(np.flatnonzero(liquid)), efficiency_likelihood, widths)
    return _step(fitted, LIMITS, cells.take(np.flatnonzero(np.isfinite(cells.life))), life_likelihood, widths)


def _step(
    fitted: Fitted, names: frozenset[str], cells: Cells, likelihood: Likelihood, widths: bool
) -> Fitted:
    """Those constants fitted, the others as they are."""
    at = np.array([k for k, name in enumerate(ALL) if name in names])
    mean, deviation = fitted.prior_mean[at], fitted.prior_deviation[at]

    def loss(part: Array) -> float:
        off = (part - mean) / deviation
        theta = fitted.theta.copy()
        theta[at] = part
        return 0.5 * float(off @ off) - likelihood(cells, theta)

    step = STEP * np.eye(len(at))

    def slope(part: Array) -> Array:
        return np.array([loss(part + shift) - loss(part - shift) for shift in step]) / (2.0 * STEP)

    found = minimize(loss, fitted.theta[at], jac=slope, method="L-BFGS-B").x
    theta = fitted.theta.copy()
    theta[at] = found
    if not widths:
        return replace(fitted, theta=theta)
    curvature = np.array([slope(found + shift) - slope(found - shift) for shift in step]) / (2.0 * STEP)
    covariance = np.asarray(np.linalg.pinv(0.5 * (curvature + curvature.T), hermitian=True), dtype=float)
    low, high, spread = fitted.low.copy(), fitted.high.copy(), fitted.deviation.copy()
    low[at], high[at], spread[at] = _widths(loss, found, covariance)
    return replace(fitted, theta=theta, low=low, high=high, deviation=spread)


def _widths(loss: Callable[[Array], float], found: Array, covariance: Array) -> tuple[Array, Array, Array]:
    """5 and 95 % and standard deviation of the density exp(-loss), each (p,), by importance sampling.

    Draws are of a Student t (5 degrees of freedom) about the optimum, with twice the covariance there.
    """
    proposal = multivariate_t(found, 2.0 * covariance, df=5.0, seed=0)
    draws = proposal.rvs(DRAWS).reshape(DRAWS, len(found))
    with np.errstate(over="ignore", invalid="ignore"):  # far out in the tails, where nothing weighs anything
        log_weight = -np.array([loss(draw) for draw in draws]) - proposal.logpdf(draws)
    log_weight[~np.isfinite(log_weight)] = -np.inf
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    low, high = np.empty(len(found)), np.empty(len(found))
    for k, values in enumerate(draws.T):
        order = np.argsort(values)
        low[k], high[k] = np.interp([0.05, 0.95], np.cumsum(weight[order]), values[order])
    mean = weight @ draws
    return low, high, np.sqrt(weight @ (draws - mean) ** 2)


def efficiency_likelihood(cells: Cells, theta: Array) -> float:
    """Log-likelihood of efficiencies of all cells."""
    spread = np.exp(theta[len(NAMES)])
    off = (cells.loss[:, None] - predicted_loss(cells, _constants(theta))) / spread
    each = np.where(cells.loss_bound[:, None], log_ndtr(off), -0.5 * off**2 - np.log(spread))
    return _mixed(each, cells.usable)


def life_likelihood(cells: Cells, theta: Array) -> float:
    """Log-likelihood of lives and bounds of all cells."""
    spread = np.exp(theta[len(NAMES) + 1])
    off = (cells.life[:, None] - predicted_life(cells, _constants(theta))) / spread
    each = np.where(cells.bound[:, None], log_ndtr(-off), -0.5 * off**2 - np.log(spread))
    each = np.where(cells.upper[:, None], log_ndtr(off), each)
    return _mixed(each, cells.usable)


def predicted_loss(cells: Cells, constants: AgeingConstants) -> Array:
    """ln(1 - CE) of every draw, (n, draws); NaN where a draw is not usable."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = sum(lost_per_cycle(cells.cycle, constants, shipped_parameters().ageing))
        loss = np.log(lost / cells.cycle.capacity)
    return np.where(cells.usable, loss.reshape(cells.usable.shape), np.nan)


def predicted_life(cells: Cells, constants: AgeingConstants) -> Array:
    """ln(cycles) of every draw, (n, draws); NaN where a draw is not usable."""
    with np.errstate(divide="ignore", invalid="ignore"):
        life = np.log(cycle_life(cells.cycle, constants, shipped_parameters().ageing)[0])
    return np.where(cells.usable, life.reshape(cells.usable.shape), np.nan)


def _mixed(each: Array, usable: NDArray[np.bool_]) -> float:
    """Sum over the cells of ln of the mean over their usable draws of exp(each)."""
    counted = np.where(usable, each, -np.inf)
    highest = counted.max(axis=1)
    total = np.exp(counted - highest[:, None]).sum(axis=1)
    return float(np.sum(highest + np.log(total / usable.sum(axis=1))))


def _constants(theta: Array) -> AgeingConstants:
    return AgeingConstants(**dict(zip(NAMES, np.exp(theta[: len(NAMES)]).tolist(), strict=True)))
