"""A fitted plain process as a BoTorch model: the same prior, its hyperparameters fixed."""

from __future__ import annotations

from typing import Any

import gpytorch
import torch
from botorch.models import SingleTaskGP
from botorch.posteriors import GPyTorchPosterior
from torch import Tensor

from surrogate.models.kernels import Effects
from surrogate.models.prior import covariance
from surrogate.models.shared_rows import asks_for_nothing, with_shared_rows


class PriorKernel(gpytorch.kernels.Kernel):
    """``prior.covariance`` for GPyTorch.

    Parameters
    ----------
    scales : Tensor
        Length scale of each encoded dimension, (d,).
    amplitude : float
        Standard deviation of what designs are worth, z.
    effects : Effects, optional
        What depends on numbers, on categories and on both, where these are told apart.
    """

    has_lengthscale = False

    def __init__(self, scales: Tensor, amplitude: float, effects: Effects | None = None) -> None:
        super().__init__()
        self.register_buffer("scales", scales)
        self.amplitude, self.effects = amplitude, effects

    def forward(
        self, x1: Tensor, x2: Tensor, diag: bool = False, last_dim_is_batch: bool = False, **params: object
    ) -> Tensor:
        """Return the covariance of two sets of encoded designs, z squared.

        Parameters
        ----------
        x1
            Shape (..., n, d).
        x2
            Shape (..., m, d).
        diag
            Whether only the variance is asked for; GPyTorch gives the same designs twice then.
        last_dim_is_batch
            Part of GPyTorch's interface; not used.
        **params
            Part of GPyTorch's interface; not used.

        Returns
        -------
        torch.Tensor
            Shape (..., n, m); with ``diag`` (..., n).
        """
        if diag:
            return x1.new_full(x1.shape[:-1], self.amplitude**2)
        return covariance(x1, x2, self.scales, self.amplitude, self.effects)


class PlainModel(SingleTaskGP):
    """BoTorch's model, which computes rows that sets of designs share once."""

    def posterior(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        """Return the posterior at encoded designs (..., q, d)."""
        joint = super().posterior
        plain = asks_for_nothing(*args, *kwargs.values())
        return with_shared_rows(joint, X) if plain else joint(X, *args, **kwargs)


def with_fixed_prior(
    X: Tensor, values: Tensor, variances: Tensor, kernel: PriorKernel, level: float
) -> SingleTaskGP:
    """Return a model of encoded designs whose posterior is that of the designs' own values, z.

    Parameters
    ----------
    X : Tensor
        Encoded designs (n, d).
    values, variances : Tensor
        Observations (n,), z, and the variance of each.
    kernel : PriorKernel
        Prior covariance.
    level : float
        Prior mean, z.
    """
    mean = gpytorch.means.ConstantMean().double()
    # As a tensor: GPyTorch rounds a float to single precision.
    mean.initialize(constant=torch.tensor(level, dtype=torch.double))
    model = PlainModel(
        X, values.unsqueeze(-1), variances.unsqueeze(-1),
        covar_module=kernel, mean_module=mean, outcome_transform=None,
    )  # fmt: skip
    model.requires_grad_(False)
    return model.eval()
