"""What a plain process believes of designs before any cell: its hyperparameters, their priors, its covariance.

    z of a design   f(x), with mean level and covariance amplitude^2 k(x, x')
    z of a cell     f(x) + replicate noise of standard deviation cell

k is the Matern 5/2 correlation in distances scaled by role (``kernels``). Written once: for the fit (``map_fit``),
the prediction (``gp``) and BoTorch (``botorch_model``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.models.kernels import Role, matern
from surrogate.shapes import Float, Int

JITTER = 1e-8  # z squared, added to the variance of every observation, so that the Cholesky factor exists
LENGTHSCALES, AMPLITUDE, CELL = "lengthscales", "amplitude", "cell"


@dataclass(frozen=True)
class LogNormal:
    """Prior of a positive hyperparameter: its median, and the standard deviation of its logarithm."""

    median: float
    spread: float


#: Weakly informative and assumed. They matter: a dozen cells do not identify a length scale for each role.
PRIORS: Mapping[str, LogNormal] = MappingProxyType(
    {
        LENGTHSCALES: LogNormal(0.6, 0.5),  # encoded distance; of each role
        AMPLITUDE: LogNormal(1.0, 1.0),  # z
        CELL: LogNormal(0.12, 1.0),  # z; about 12 % where z is a logarithm
    }
)
LEVEL_SPREAD = 10.0  # z: standard deviation of the level, normal about 0: next to no prior


@dataclass(frozen=True)
class Hyperparameters:
    """What is fitted.

    Parameters
    ----------
    lengthscales : Mapping[str, float]
        How far apart two designs have to be in a role to differ in kind, by its name; units of the encoding.
    amplitude : float
        Standard deviation of what designs are themselves worth, z.
    cell : float
        Standard deviation between replicate cells, z.
    level : float
        Mean of all designs, z.
    """

    lengthscales: Mapping[str, float]
    amplitude: float
    cell: float
    level: float

    def scales(self, roles: Sequence[Role], d: int) -> Float[Tensor, " d"]:
        """Return the length scale of each of d encoded dimensions (d,).

        Raises
        ------
        ModelError
            As :func:`owners`.
        """
        by_role = [self.lengthscales[role.name] for role in roles]
        return torch.tensor(by_role, dtype=torch.double)[owners(roles, d)]


def owners(roles: Sequence[Role], d: int) -> Int[Tensor, " d"]:
    """Return for each of d encoded dimensions the position of its role in ``roles``, (d,).

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


def covariance(
    X: Float[Tensor, "... n d"],
    other: Float[Tensor, "... m d"],
    scales: Float[Tensor, " d"],
    amplitude: float | Tensor,
) -> Float[Tensor, "... n m"]:
    """Return the prior covariance (..., n, m) of two sets of designs, z squared.

    Parameters
    ----------
    X, other : Tensor
        Encoded designs, (..., n, d) and (..., m, d).
    scales : Tensor
        Length scale of each encoded dimension, (d,).
    amplitude : float or 0-d Tensor
        Standard deviation of what designs are worth, z.
    """
    scaled = X / scales
    return amplitude**2 * matern(scaled, scaled if other is X else other / scales)
