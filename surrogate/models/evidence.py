"""How likely values are under a process, with the gradient in closed form: what fits of hyperparameters maximise.

Automatic differentiation goes back through the Cholesky factor at several times the cost of the factor itself; the
gradient with respect to the covariance is known (Rasmussen & Williams 2006, eq. 5.9) and takes one inverse.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from surrogate.shapes import Float


def negative_log_evidence(
    covariance: Float[Tensor, "n n"], residual: Float[Tensor, " n"]
) -> Float[Tensor, ""]:
    """Return -log N(residual; 0, covariance), but for a constant; differentiable once in both.

    Parameters
    ----------
    covariance : Tensor
        Of the values, their noise included (n, n), symmetric.
    residual : Tensor
        Values less their means, (n,).

    Raises
    ------
    torch.linalg.LinAlgError
        For a covariance that is not positive definite.
    """
    found: Tensor = _Evidence.apply(covariance, residual)
    return found


class _Evidence(torch.autograd.Function):
    """Half the squared residual in the metric of the covariance, and half its log determinant."""

    @staticmethod
    def forward(ctx: Any, covariance: Tensor, residual: Tensor) -> Tensor:
        lower = torch.linalg.cholesky(covariance)
        weights = torch.cholesky_solve(residual.unsqueeze(1), lower)
        ctx.save_for_backward(lower, weights)
        return 0.5 * (residual @ weights.squeeze(1)) + lower.diagonal().log().sum()

    @staticmethod
    def backward(ctx: Any, grown: Tensor) -> tuple[Tensor, Tensor]:
        lower, weights = ctx.saved_tensors
        of_covariance = torch.cholesky_inverse(lower).sub_(weights @ weights.T).mul_(0.5)
        return grown * of_covariance, grown * weights.squeeze(1)
