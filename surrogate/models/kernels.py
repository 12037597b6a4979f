"""Covariance between designs: one lengthscale for each role that a design's columns play.

Rows carry one more column than the encoding: 1 for a measured row, 0 for a simulated one. The covariance is

    a_f^2 k_f(x, x') + s s' a_d^2 k_d(x, x'),

with k a Matern 5/2 in distances scaled by role: what simulation and measurement share, and what only a
measurement shows (Kennedy & O'Hagan, J. R. Stat. Soc. B 63 (2001) 425).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gpytorch
import torch
from torch import Tensor

from surrogate.hosts.columns import COLUMNS

LONGEST = 1.5  # keep a measured cell's influence local (assumed)
# Of what a host and its cell are made of. One-hot, two such differ by the root of 2: where all three do, a told cell
# is correlated by less than 5 %, so that a copper foam in an ether says next to nothing of a garnet in a sulfide.
LONGEST_OF_KINDS = 0.85
KINDS = frozenset({"framework", "agent", "electrolyte"})


@dataclass(frozen=True)
class Role:
    """Encoded dimensions that share a lengthscale, and the longest that it may be."""

    dimensions: tuple[int, ...]
    longest: float = LONGEST


def roles_of(
    groups: Mapping[str, Sequence[int]], named: Mapping[str, str] = COLUMNS.kernel_roles
) -> list[Role]:
    """The roles, in a fixed order; a parameter without a role is one of its own.

    groups: parameter -> encoded dimensions. named: parameter -> role, of the registry of columns.
    """
    roles: dict[str, list[int]] = {}
    for parameter, dimensions in groups.items():
        roles.setdefault(named.get(parameter, parameter), []).extend(dimensions)
    return [
        Role(tuple(roles[name]), LONGEST_OF_KINDS if name in KINDS else LONGEST) for name in sorted(roles)
    ]


def matern(scaled: Tensor, other: Tensor) -> Tensor:
    """Matern 5/2 of rows that are divided by their lengthscales: (..., n, d), (..., m, d) -> (..., n, m)."""
    product = scaled @ other.transpose(-1, -2)
    norms = scaled.square().sum(-1).unsqueeze(-1) + other.square().sum(-1).unsqueeze(-2)
    square = (norms - 2.0 * product).clamp_min(0.0)
    distance = torch.sqrt(5.0 * square + 1e-12)
    return (1.0 + distance + distance.square() / 3.0) * torch.exp(-distance)


class SourceKernel(gpytorch.kernels.Kernel):
    """The covariance of this module with its hyperparameters fixed.

    lengthscales (d,): of each encoded dimension. shared, measured: the variances a_f^2 and a_d^2.
    """

    has_lengthscale = False

    def __init__(self, lengthscales: Tensor, shared: float, measured: float) -> None:
        super().__init__()
        self.register_buffer("inverse", 1.0 / lengthscales)
        self.shared, self.measured = shared, measured

    def forward(
        self, x1: Tensor, x2: Tensor, diag: bool = False, last_dim_is_batch: bool = False, **params: object
    ) -> Tensor:
        """(..., n, d + 1), (..., m, d + 1) -> (..., n, m), or its diagonal (..., n)."""
        if diag:
            source = x1[..., -1] * x2[..., -1]
            return self.shared + self.measured * source
        source = x1[..., -1].unsqueeze(-1) * x2[..., -1].unsqueeze(-2)
        alike = matern(x1[..., :-1] * self.inverse, x2[..., :-1] * self.inverse)
        return (self.shared + self.measured * source) * alike
