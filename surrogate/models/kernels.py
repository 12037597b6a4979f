"""Likeness of designs: a Matern kernel with one length scale for each role that a design's columns play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """

    dimensions: tuple[int, ...]
    longest: float = LONGEST
    name: str = field(kw_only=True)


def roles_of(
    groups: Mapping[str, Sequence[int]], named: Mapping[str, str] = COLUMNS.kernel_roles
) -> list[Role]:
    """Return the roles in the order of their names; a parameter that is in no role is a role of its own.

    Parameters
    ----------
    groups : Mapping[str, Sequence[int]]
        Parameter -> its encoded dimensions.
    named : Mapping[str, str]
        Parameter -> role, of the registry of columns.
    """
    roles: dict[str, list[int]] = {}
    for parameter, dimensions in groups.items():
        roles.setdefault(named.get(parameter, parameter), []).extend(dimensions)
    return [
        Role(tuple(roles[name]), LONGEST_OF_KINDS if name in KINDS else LONGEST, name=name)
        for name in sorted(roles)
    ]


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
    # In place where no gradient needs the intermediate: allocating (n, m) costs as much as filling it. Another order
    # of the operations changes the last digit of every fit.
    twice = (scaled @ other.transpose(-1, -2)).mul_(2.0)
    norms = scaled.square().sum(-1).unsqueeze(-1) + other.square().sum(-1).unsqueeze(-2)
    distance = norms.sub_(twice).clamp_min(0.0).mul_(5.0).add_(1e-12).sqrt_()
    return (1.0 + distance).add_(distance.square().div_(3.0)) * (-distance).exp_()
