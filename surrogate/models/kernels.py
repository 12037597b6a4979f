"""Likeness of designs: a Matern kernel with one length scale for each role that a design's columns play.

Where categories are told apart from numbers, what depends on a category alone, on the numbers alone and on both
together are three effects (:class:`Effects`): a solvent may shift a result, or change what a temperature does.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from surrogate.hosts.columns import COLUMNS

LONGEST = 1.5  # keep a measured cell's influence local (assumed)
# Of what a host and its cell are made of. One-hot, two such differ by the root of 2: where all three do, a cell
# is correlated by less than 5 %, so that a copper foam in an ether says next to nothing of a garnet in a sulfide.
LONGEST_OF_KINDS = 0.85
KINDS = frozenset({"framework", "agent", "electrolyte"})


@dataclass(frozen=True)
class Role:
    """Encoded dimensions that share a length scale.

    Parameters
    ----------
    dimensions : tuple[int, ...]
        Positions in the encoding.
    longest : float
        The longest that the length scale may be, in units of the encoding.
    name : str
        Names the length scale; a set of roles has each name once.
    category : bool
        Whether the dimensions are those of a category, of which the likeness is told apart from that of numbers.
    """

    dimensions: tuple[int, ...]
    longest: float = LONGEST
    name: str = field(kw_only=True)
    category: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Effects:
    """What depends on numbers, on categories, and on both together.

    Parameters
    ----------
    categories : Tensor of bool, (d,)
        Which encoded dimensions are of categories.
    separate : float or 0-d Tensor
        Variance of what depends on the numbers alone, over that of what depends on both together.
    category : float or 0-d Tensor
        Variance of what depends on the categories alone, over that of what depends on the numbers alone.
    """

    categories: Tensor
    separate: float | Tensor
    category: float | Tensor


def mixed(scaled: Tensor, other: Tensor, effects: Effects) -> Tensor:
    """Return the correlation (..., n, m) of two sets of rows of numbers and categories.

    Parameters
    ----------
    scaled, other : Tensor
        Encoded designs, (..., n, d) and (..., m, d): numbers divided by their length scales, the 0/1 dimensions of
        categories by the roots of theirs.
    effects : Effects
        What depends on what.

    Notes
    -----
    (M C + s (M + c C)) / (1 + s (1 + c)) with the Matern correlation M of the numbers and C = exp(-sum of 1/length
    scale over the categories that differ), as in BoTorch's MixedSingleTaskGP (Ru et al., Bayesian optimisation over
    multiple continuous and categorical inputs, ICML 2020), but with the same length scales in both terms.
    """
    same, at = other is scaled, effects.categories
    numbers, kinds = scaled[..., ~at], scaled[..., at]
    by_number = matern(numbers, numbers if same else other[..., ~at])
    by_kind = (-0.5 * squared_distances(kinds, kinds if same else other[..., at])).exp()
    alone, kind = effects.separate, effects.category
    return (by_number * by_kind + alone * (by_number + kind * by_kind)) / (1.0 + alone * (1.0 + kind))


def roles_of(
    groups: Mapping[str, Sequence[int]],
    named: Mapping[str, str] = COLUMNS.kernel_roles,
    categories: Collection[str] = (),
) -> list[Role]:
    """Return the roles in the order of their names; a parameter that is in no role is a role of its own.

    Parameters
    ----------
    groups : Mapping[str, Sequence[int]]
        Parameter -> its encoded dimensions.
    named : Mapping[str, str]
        Parameter -> role, of the registry of columns.
    categories : collection of str
        Parameters of which the likeness is told apart from that of numbers; none is in a role with others.
    """
    roles: dict[str, list[int]] = {}
    for parameter, dimensions in groups.items():
        roles.setdefault(named.get(parameter, parameter), []).extend(dimensions)
    return [
        Role(tuple(roles[name]), math.inf, name=name, category=True)
        if name in categories
        else Role(tuple(roles[name]), LONGEST_OF_KINDS if name in KINDS else LONGEST, name=name)
        for name in sorted(roles)
    ]


def squared_distances(scaled: Tensor, other: Tensor) -> Tensor:
    """Return the squared distances (..., n, m) of two sets of rows, (..., n, d) and (..., m, d)."""
    # In place where no gradient needs the intermediate: allocating (n, m) costs as much as filling it. Another order
    # of the operations changes the last digit of every fit.
    twice = (scaled @ other.transpose(-1, -2)).mul_(2.0)
    norms = scaled.square().sum(-1).unsqueeze(-1) + other.square().sum(-1).unsqueeze(-2)
    return norms.sub_(twice).clamp_min(0.0)


def matern(scaled: Tensor, other: Tensor) -> Tensor:
    """Return the Matern 5/2 correlation (..., n, m) of two sets of rows.

    Parameters
    ----------
    scaled, other : Tensor
        Encoded designs divided by their length scales, (..., n, d) and (..., m, d).

    Notes
    -----
    (1 + r + r^2/3) exp(-r) with r = sqrt(5) times the distance (Rasmussen & Williams 2006, eq. 4.17).
    """
    return matern_at(squared_distances(scaled, other))


def matern_at(squared: Tensor) -> Tensor:
    """Return the Matern 5/2 correlation (..., n, m) at squared distances in length scales, (..., n, m)."""
    distance = squared.mul(5.0).add_(1e-12).sqrt_()
    return (1.0 + distance).add_(distance.square().div_(3.0)) * (-distance).exp_()
