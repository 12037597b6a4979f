"""The hyperparameters of a plain process by maximum a posteriori, bounds taken as values.

Data flow: z and encoded designs -> negative log posterior of a vector and its gradient -> L-BFGS from the prior's
medians -> ``Hyperparameters``. The vector is the logarithms of the r roles' length scales, of the shares of what
depends on numbers and on categories alone where these are told apart, of the amplitude and of the spread between
cells, and the level; nothing outside this module knows it. A length scale beyond the longest of its role counts as
that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from surrogate.models.evidence import negative_log_evidence
from surrogate.models.kernels import Effects, Role
from surrogate.models.prior import (
    AMPLITUDE,
    CATEGORIES,
    CATEGORY,
    CELL,
    JITTER,
    LENGTHSCALES,
    LEVEL_SPREAD,
    PRIORS,
    SEPARATE,
    Hyperparameters,
    LogNormal,
    covariance,
    of_categories,
    owners,
)
from surrogate.shapes import Float

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]
Priors = Mapping[str, LogNormal]

STEPS, STEPS_ON = (
    60,
    20,
)  # most iterations of the optimizer, from the medians and from a fit to some of the values
_IMPOSSIBLE = 1e12  # negative log posterior of what has no covariance


def maximum_a_posteriori(
    X: Float[Array, "n d"],
    z: Float[Array, " n"],
    roles: Sequence[Role],
    priors: Priors = PRIORS,
    error: Array | None = None,
    begin: Hyperparameters | None = None,
) -> Hyperparameters:
    """Return the hyperparameters of highest posterior density that L-BFGS finds.

    Parameters
    ----------
    X : ndarray
        Encoded designs (n, d), at least one.
    z : ndarray
        One value for each, (n,).
    roles : sequence of Role
        What shares a length scale.
    priors : mapping of str to LogNormal
        Of each positive hyperparameter.
    error : ndarray, optional
        Known variance of each value (n,), z squared.
    begin : Hyperparameters, optional
        Where to begin, such as those of some of the values; default: the prior's medians.

    Raises
    ------
    ModelError
        If the roles do not give each dimension exactly one length scale.
    """
    start = medians(roles, float(np.mean(z)), priors) if begin is None else vector_of(begin, roles)
    objective = negative_log_posterior(X, z, roles, priors, error)
    steps = STEPS if begin is None else STEPS_ON
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return named(found.x if np.isfinite(found.fun) else start, roles)


def negative_log_posterior(
    X: Float[Array, "n d"],
    z: Float[Array, " n"],
    roles: Sequence[Role],
    priors: Priors = PRIORS,
    error: Array | None = None,
) -> Objective:
    """Return the negative log posterior of a vector (p,), but for a constant, and its gradient (p,) as a function.

    Parameters
    ----------
    X, z, roles, priors, error
        As for :func:`maximum_a_posteriori`.
    """
    designs, values = torch.from_numpy(X), torch.from_numpy(z)
    owner = owners(roles, X.shape[1])
    longest = torch.tensor([role.longest for role in roles], dtype=torch.double)
    centre = torch.from_numpy(medians(roles, priors=priors))
    spread = torch.from_numpy(_spreads(roles, priors))
    known = torch.from_numpy(np.zeros(len(z)) if error is None else error) + JITTER
    kinds, r = of_categories(roles, X.shape[1]), len(roles)

    def evaluate(vector: Array) -> tuple[float, Array]:
        v = torch.tensor(vector, dtype=torch.double, requires_grad=True)
        # The logarithms only: exp of a level might overflow and leave NaN as its gradient.
        positive, level = v[:-1].exp(), v[-1]
        scales = torch.minimum(positive[:r], longest)[owner]
        effects = None if kinds is None else Effects(kinds, *positive[r : r + 2].unbind())
        amplitude, cell = positive[-2:].unbind()
        noise = torch.diag(cell**2 + known)
        try:
            value = negative_log_evidence(
                covariance(designs, designs, scales, amplitude, effects) + noise, values - level
            )
        except RuntimeError:  # no Cholesky factor: a step far too long, to be taken back
            return _IMPOSSIBLE, np.zeros(len(vector))
        value = value + 0.5 * ((v - centre) / spread).square().sum()
        (gradient,) = torch.autograd.grad(value, v)
        return float(value.detach()), gradient.numpy().copy()

    return evaluate


def named(vector: Float[Array, " p"], roles: Sequence[Role]) -> Hyperparameters:
    """Return the hyperparameters that a vector (p,) stands for."""
    # By numpy, one at a time: torch's exp of a vector may differ in the last digit with the machine.
    positive = [float(np.exp(one)) for one in vector[:-1]]
    scales, shares, (amplitude, cell) = positive[: len(roles)], positive[len(roles) : -2], positive[-2:]
    limited = {role.name: min(scale, role.longest) for role, scale in zip(roles, scales, strict=True)}
    return Hyperparameters(limited, amplitude, cell, float(vector[-1]), *shares)


def vector_of(hyper: Hyperparameters, roles: Sequence[Role]) -> Float[Array, " p"]:
    """Return the vector (p,) that stands for hyperparameters: the inverse of :func:`named`."""
    told_apart = len({role.category for role in roles}) > 1
    shares = [hyper.separate, hyper.category] if told_apart else []
    scales = [hyper.lengthscales[role.name] for role in roles]
    return np.array([*np.log([*scales, *shares, hyper.amplitude, hyper.cell]), hyper.level])


def medians(roles: Sequence[Role], level: float = 0.0, priors: Priors = PRIORS) -> Float[Array, " p"]:
    """Return the vector (p,) of the prior's medians, with the level (z) where it is wanted."""
    return np.array([*(np.log(one.median) for one in _priors(roles, priors)), level])


def _spreads(roles: Sequence[Role], priors: Priors) -> Array:
    """Return the standard deviation (p,) of each coordinate's normal prior."""
    return np.array([*(one.spread for one in _priors(roles, priors)), LEVEL_SPREAD])


def _priors(roles: Sequence[Role], priors: Priors) -> list[LogNormal]:
    """Return the prior of each logarithm in the vector."""
    scales = [priors[CATEGORIES if role.category else LENGTHSCALES] for role in roles]
    told_apart = len({role.category for role in roles}) > 1
    shares = [priors[SEPARATE], priors[CATEGORY]] if told_apart else []
    return [*scales, *shares, priors[AMPLITUDE], priors[CELL]]
