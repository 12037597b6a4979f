"""The prior of a target's process: mean, covariance and noise of rows, each written once.

Used by the fit (hyperparameters are tensors with gradients), by the prediction and by BoTorch's kernel
(hyperparameters are floats). With s = 1 for a measured row and 0 for a simulated row,

    mean(x, s)             = level + slope emulator(x) + shift s
    cov((x, s), (x', s'))  = (shared^2 + discrepancy^2 s s') k(x, x')

with k a Matern 5/2 in distances scaled by role: what simulation and measurement share, and what only a
measurement shows (Kennedy & O'Hagan, J. R. Stat. Soc. B 63 (2001) 425).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.evaluation.bounds import as_values
from surrogate.models.hyperparameters import Hyperparameters, Value
from surrogate.models.kernels import Role, matern

Array = NDArray[np.float64]

# Standard deviation of a simulated row, ln target: what a smooth surface cannot follow (assumed).
SIMULATION_NOISE = 0.05
JITTER = 1e-8  # added to the variance of every observation, so that the Cholesky factor exists


@dataclass(frozen=True)
class Rows:
    """What a process is fitted to and conditioned on.

    Parameters
    ----------
    X : Array
        Encoded designs (n, d).
    lower, upper : Array
        Ends (n,) between which z lies (``evaluation.bounds``): equal where it is known, infinite where open.
    measured, published : ndarray of bool
        Flags (n,): measured, not simulated; measured in the literature.
    base : Array
        The emulator's mean (n,) at the rows, ln target; zeros without an emulator.
    spread : Array
        Variance (n,) of ln target over the designs that a published row may stand for, as far as it does not
        state a design.
    """

    X: Array
    lower: Array
    upper: Array
    measured: NDArray[np.bool_]
    published: NDArray[np.bool_]
    base: Array
    spread: Array

    @property
    def z(self) -> Array:
        """Return z (n,) with every bound taken as the value."""
        return as_values(self.lower, self.upper)

    @property
    def censored(self) -> NDArray[np.bool_]:
        """Whether a row is a bound or an interval, and no value: (n,)."""
        return np.asarray(self.lower != self.upper)

    def with_source(self) -> Tensor:
        """Return the encoded designs with their source (1 measured, 0 simulated) as last column, (n, d + 1)."""
        return with_source(torch.from_numpy(self.X), torch.from_numpy(self.measured.astype(float)))


def with_source(X: Tensor, source: Tensor) -> Tensor:
    """Return encoded designs (..., n, d) with their source (..., n) as last column, (..., n, d + 1)."""
    return torch.cat([X, source.unsqueeze(-1)], dim=-1)


def owners(roles: Sequence[Role], d: int) -> Tensor:
    """Return for each encoded dimension (d,) the position of its role in ``roles``.

    Raises
    ------
    ModelError
        If the roles do not give each dimension exactly one length scale.
    """
    found = sorted(at for role in roles for at in role.dimensions)
    if found != list(range(d)):
        raise ModelError(
            "every encoded dimension needs one length scale", value=found, limit=f"each of 0 to {d - 1} once"
        )
    owner = torch.zeros(d, dtype=torch.long)
    for at, role in enumerate(roles):
        owner[list(role.dimensions)] = at
    return owner


def scales_of(hyper: Hyperparameters[Value], roles: Sequence[Role], owner: Tensor) -> Tensor:
    """Return the length scale of each encoded dimension (d,).

    Parameters
    ----------
    hyper : Hyperparameters
        Length scales by role.
    roles : Sequence[Role]
        The roles that ``owner`` refers to.
    owner : Tensor
        Position (d,) of each dimension's role, from :func:`owners`.
    """
    by_role = [torch.as_tensor(hyper.lengthscales[role.name], dtype=torch.double) for role in roles]
    return torch.stack(by_role)[owner]


def mean(source: Tensor, base: Tensor, hyper: Hyperparameters[Value]) -> Tensor:
    """Return the prior mean (..., n), ln target.

    Parameters
    ----------
    source : Tensor
        1 for a measured row, 0 for a simulated row, (..., n).
    base : Tensor
        The emulator's mean (..., n), ln target; zeros without an emulator.
    hyper : Hyperparameters
        ``level``, ``slope`` and ``shift`` act.
    """
    return hyper.level + hyper.slope * base + hyper.shift * source


def variance(both: Tensor, hyper: Hyperparameters[Value]) -> Tensor:
    """Return the prior variance of equal designs, (ln target)^2, in the shape of ``both``.

    Parameters
    ----------
    both : Tensor
        Product of the two rows' sources: 1 where both are measured, else 0.
    hyper : Hyperparameters
        ``shared`` and ``discrepancy`` act.
    """
    return (hyper.discrepancy**2 * both).add_(hyper.shared**2)


def covariance(rows: Tensor, other: Tensor, scales: Tensor, hyper: Hyperparameters[Value]) -> Tensor:
    """Return the prior covariance (..., n, m) of rows and other rows, (ln target)^2.

    Parameters
    ----------
    rows, other : Tensor
        Encoded designs with their source last, (..., n, d + 1) and (..., m, d + 1).
    scales : Tensor
        Length scale of each encoded dimension, (d,).
    hyper : Hyperparameters
        ``shared`` and ``discrepancy`` act.
    """
    scaled = rows[..., :-1] / scales
    scaled_other = scaled if other is rows else other[..., :-1] / scales
    both = rows[..., -1].unsqueeze(-1) * other[..., -1].unsqueeze(-2)
    return variance(both, hyper) * matern(scaled, scaled_other)


def noise(measured: Tensor, published: Tensor, spread: Tensor, hyper: Hyperparameters[Value]) -> Tensor:
    """Return the variance (n,) of each observation given the design's own value, (ln target)^2.

    Parameters
    ----------
    measured, published : Tensor
        Flags (n,) as 0 or 1, floating point.
    spread : Tensor
        Variance (n,) from inputs that a published row does not state, (ln target)^2.
    hyper : Hyperparameters
        ``cell`` and ``literature`` act.
    """
    seen = hyper.cell**2 + published * hyper.literature**2 + spread
    return torch.where(measured > 0, seen, SIMULATION_NOISE**2)
