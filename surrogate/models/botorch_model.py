"""A fitted process as a BoTorch model: the same prior, with its hyperparameters fixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gpytorch
import torch
from botorch.models import SingleTaskGP
from botorch.posteriors import GPyTorchPosterior
from torch import Tensor

from surrogate.models import prior
from surrogate.models.hyperparameters import Hyperparameters

Mean = Callable[[Tensor], Tensor]  # of encoded designs, gradients pass through: (..., n, d) -> (..., n)


class PriorKernel(gpytorch.kernels.Kernel):
    """``prior.covariance`` of rows that carry their source last, for GPyTorch.

    Parameters
    ----------
    scales : Tensor
        Length scale of each encoded dimension, (d,).
    hyper : Hyperparameters[float]
        Fitted values.
    """

    has_lengthscale = False

    def __init__(self, scales: Tensor, hyper: Hyperparameters[float]) -> None:
        super().__init__()
        self.register_buffer("scales", scales)
        self.hyper = hyper

    def forward(
        self, x1: Tensor, x2: Tensor, diag: bool = False, last_dim_is_batch: bool = False, **params: object
    ) -> Tensor:
        """Return the covariance of two sets of rows.

        Parameters
        ----------
        x1
            Shape (..., n, d + 1).
        x2
            Shape (..., m, d + 1).
        diag
            Whether only the variance of the rows is asked for; GPyTorch gives the same rows twice then.
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
            return prior.variance(x1[..., -1] * x2[..., -1], self.hyper)
        return prior.covariance(x1, x2, self.scales, self.hyper)


class PriorMean(gpytorch.means.Mean):
    """``prior.mean`` of rows that carry their source last, for GPyTorch.

    Parameters
    ----------
    emulator : Mean or None
        The emulator's mean of encoded designs.
    hyper : Hyperparameters[float]
        Fitted values.
    """

    def __init__(self, emulator: Mean | None, hyper: Hyperparameters[float]) -> None:
        super().__init__()
        self._emulator, self._hyper = (
            (emulator,),
            hyper,
        )  # in a tuple: not a submodule whose weights could move

    def forward(self, x: Tensor) -> Tensor:
        """Return the prior mean (..., n), ln target, of rows (..., n, d + 1)."""
        source, emulator = x[..., -1], self._emulator[0]
        base = torch.zeros_like(source) if emulator is None else emulator(x[..., :-1])
        return prior.mean(source, base, self._hyper)


class AsMeasured(SingleTaskGP):
    """BoTorch model over encoded designs; every design asked about counts as measured.

    Parameters
    ----------
    rows : Tensor
        Encoded designs with their source last, (n, d + 1).
    values, variances : Tensor
        Observations (n, 1), ln target, and the variance of each.
    kernel : PriorKernel
        Prior covariance.
    mean : PriorMean
        Prior mean.
    """

    def __init__(
        self, rows: Tensor, values: Tensor, variances: Tensor, kernel: PriorKernel, mean: PriorMean
    ) -> None:
        super().__init__(
            rows, values, variances, covar_module=kernel, mean_module=mean, outcome_transform=None
        )
        self.requires_grad_(False)
        self.eval()

    def posterior(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        """Return the posterior of the designs' own values, ln target, at encoded designs (..., q, d)."""
        return super().posterior(prior.with_source(X, torch.ones_like(X[..., 0])), *args, **kwargs)
