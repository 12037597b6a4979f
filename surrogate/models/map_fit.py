"""The maximum a posteriori fit of a process's hyperparameters, bounds taken as values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from surrogate.models import prior
from surrogate.models.hyperparameters import Coordinates
from surrogate.models.prior import JITTER, Rows

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]


def negative_log_posterior(rows: Rows, coordinates: Coordinates) -> Objective:
    """Return a function of the optimizer's vector (p,): value and gradient (p,) of the negative log posterior.

    Bounds count as values (how far a life exceeds its bound is hardly identified). Constants are left out.

    Parameters
    ----------
    rows : Rows
        What is fitted, n rows.
    coordinates : Coordinates
        What the vector means.
    """
    inputs, target = rows.with_source(), torch.from_numpy(rows.z)
    source = inputs[:, -1]
    published = torch.from_numpy(rows.published.astype(float))
    base, spread = torch.from_numpy(rows.base), torch.from_numpy(rows.spread)
    owner = prior.owners(coordinates.roles, rows.X.shape[1])

    def evaluate(vector: Array) -> tuple[float, Array]:
        v = torch.tensor(vector, dtype=torch.double, requires_grad=True)
        hyper = coordinates.unpack(v)
        scales = prior.scales_of(hyper, coordinates.roles, owner)
        variances = prior.noise(source, published, spread, hyper) + JITTER
        covariance = prior.covariance(inputs, inputs, scales, hyper) + torch.diag(variances)
        residual = target - prior.mean(source, base, hyper)
        lower = torch.linalg.cholesky(covariance)
        white = torch.linalg.solve_triangular(lower, residual.unsqueeze(1), upper=False)
        value = 0.5 * white.square().sum() + lower.diagonal().log().sum() + coordinates.penalty(v)
        (gradient,) = torch.autograd.grad(value, v)
        return float(value.detach()), gradient.numpy().copy()

    return evaluate


def maximum_a_posteriori(rows: Rows, coordinates: Coordinates, start: Array, steps: int) -> Array:
    """Return the vector (p,) of highest posterior density that L-BFGS finds.

    Parameters
    ----------
    rows : Rows
        What is fitted.
    coordinates : Coordinates
        What the vector means.
    start : Array
        Where to begin, (p,).
    steps : int
        Most iterations.
    """
    objective = negative_log_posterior(rows, coordinates)
    found = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return np.asarray(found.x if np.isfinite(found.fun) else start)
