"""Covariance between designs: one lengthscale for each role that a design's columns play.

Rows carry one more column than the encoding: 1 for a measured row, 0 for a simulated one. The covariance is

    a_f^2 k_f(x, x') + s s' a_d^2 k_d(x, x'),

with k a Matern 5/2 in distances scaled by role: what simulation and measurement share, and what only a
measurement shows (Kennedy & O'Hagan, J. R. Stat. Soc. B 63 (2001) 425).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gpytorch
import torch
from torch import Tensor

ROLES: Mapping[str, str] = {
    "framework": "framework",
    "agent": "agent",
    "electrolyte": "electrolyte",
    "additives": "additives",
    "composition_top": "composition",
    "composition_bottom": "composition",
    "gradient_exponent": "composition",
    "porosity_top": "pores",
    "porosity_bottom": "pores",
    "pore_size_top_um": "pores",
    "pore_size_bottom_um": "pores",
    "tortuosity": "pores",
    "thickness_um": "thickness",
    "pattern_size_um": "pattern",
    "pattern_depth_um": "pattern",
    "current_density_mA_cm2": "cycling",
    "areal_capacity_mAh_cm2": "cycling",
    "li_excess_mAh_cm2": "cycling",
    "temperature_C": "environment",
    "stack_pressure_MPa": "environment",
}


def roles_of(groups: Mapping[str, Sequence[int]]) -> list[list[int]]:
    """Encoded dimensions of each role, in a fixed order; a parameter without a role is one of its own."""
    roles: dict[str, list[int]] = {}
    for parameter, dimensions in groups.items():
        roles.setdefault(ROLES.get(parameter, parameter), []).extend(dimensions)
    return [roles[name] for name in sorted(roles)]


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
