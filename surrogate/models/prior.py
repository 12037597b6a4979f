"""What a plain process believes of designs before any cell: its hyperparameters, their priors, its covariance.

    z of a design   f(x), with mean level and covariance amplitude^2 k(x, x')
    z of a cell     f(x) + replicate noise of standard deviation cell

k is the Matern 5/2 correlation in distances scaled by role, or where categories are told apart the correlation of
numbers and categories (``kernels.mixed``). Written once: for the fit (``map_fit``),
the prediction (``gp``) and BoTorch (``botorch_model``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.models.kernels import Effects, Role, matern, mixed
from surrogate.shapes import Float, Int

JITTER = 1e-8  # z squared, added to the variance of every observation, so that the Cholesky factor exists
LENGTHSCALES, AMPLITUDE, CELL = "lengthscales", "amplitude", "cell"
CATEGORIES, SEPARATE, CATEGORY = "categories", "separate", "category"


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
        CATEGORIES: LogNormal(0.7, 0.7),  # of each category that is told apart from numbers
        SEPARATE: LogNormal(1.0, 1.0),  # effects of numbers and categories alone, over those of both together
        CATEGORY: LogNormal(1.0, 1.0),  # the effect of categories alone, over that of numbers alone
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
    separate, category : float
        Of :class:`kernels.Effects`, where categories are told apart from numbers.
    """

    lengthscales: Mapping[str, float]
    amplitude: float
    cell: float
    level: float
    separate: float = 1.0
    category: float = 1.0

    def effects(self, roles: Sequence[Role], d: int) -> Effects | None:
        """Return what depends on what of d encoded dimensions; None where no category is told apart from numbers."""
        kinds = of_categories(roles, d)
        return None if kinds is None else Effects(kinds, self.separate, self.category)

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


def of_categories(roles: Sequence[Role], d: int) -> Tensor | None:
    """Return which of d encoded dimensions are of categories (d,), None where there are only such, or none."""
    found = torch.zeros(d, dtype=torch.bool)
    for role in roles:
        found[list(role.dimensions)] = role.category
    return found if bool(found.any()) and not bool(found.all()) else None


def covariance(
    X: Float[Tensor, "... n d"],
    other: Float[Tensor, "... m d"],
    scales: Float[Tensor, " d"],
    amplitude: float | Tensor,
    effects: Effects | None = None,
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
    effects : Effects, optional
        What depends on numbers, on categories and on both, where these are told apart.
    """
    if effects is not None:
        scales = torch.where(effects.categories, scales.sqrt(), scales)
    scaled = X / scales
    against = scaled if other is X else other / scales
    likeness = matern(scaled, against) if effects is None else mixed(scaled, against, effects)
    return amplitude**2 * likeness
