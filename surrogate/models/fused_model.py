"""A fused process as a BoTorch model: the same prior, its hyperparameters fixed."""

from __future__ import annotations

from typing import Any

import gpytorch
import torch
from botorch.models import SingleTaskGP
from botorch.models.model import Model
from botorch.posteriors import GPyTorchPosterior
from linear_operator import to_linear_operator
from torch import Tensor

from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.process import FusedProcess, covariance
from surrogate.models.shared_rows import asks_for_nothing, with_shared_rows

_NOTHING = 1e9  # variance of the observation that stands where there is none yet


class _Kernel(gpytorch.kernels.Kernel):
    has_lengthscale = False

    def __init__(self, process: FusedProcess) -> None:
        super().__init__()
        self._process = (process,)

    def forward(
        self, x1: Tensor, x2: Tensor, diag: bool = False, last_dim_is_batch: bool = False, **params: object
    ) -> Tensor:
        process = self._process[0]
        found = covariance(x1, x2, process.scales, process.hyper, process.assumed)
        return found.diagonal(dim1=-2, dim2=-1) if diag else found


class _Mean(gpytorch.means.Mean):
    def __init__(self, process: FusedProcess) -> None:
        super().__init__()
        self._process = (process,)

    def forward(self, x: Tensor) -> Tensor:
        process = self._process[0]
        return x[..., process.scales.shape[0]] + process.assumed.level


class FusedModel(SingleTaskGP):
    """BoTorch model over encoded designs: the latent posterior of one target, z.

    Parameters
    ----------
    process : FusedProcess
        Fitted.
    prior : EncodedPrior
        What physics says of encoded designs.
    target : str
        Which target the process is of.
    """

    def __init__(self, process: FusedProcess, prior: EncodedPrior, target: str) -> None:
        rows = process.cells.rows
        if len(rows):
            found, noise = process.sites
            values, variances = torch.from_numpy(found), torch.from_numpy(noise + 1e-8)
        else:
            rows = torch.zeros(1, process.scales.shape[0] + 1 + prior.functions, dtype=torch.double)
            values, variances = (
                torch.zeros(1, dtype=torch.double),
                torch.full((1,), _NOTHING, dtype=torch.double),
            )
        super().__init__(
            rows, values.unsqueeze(-1), variances.unsqueeze(-1),
            covar_module=_Kernel(process), mean_module=_Mean(process), outcome_transform=None,
        )  # fmt: skip
        self._prior = (prior,)
        self._target = target
        self.requires_grad_(False)
        self.eval()

    def posterior(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        """Return the posterior of the designs' own values, z, at encoded designs (..., q, d)."""
        plain = asks_for_nothing(*args, *kwargs.values())
        return with_shared_rows(self._joint, X) if plain else self._joint(X, *args, **kwargs)

    def _joint(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        return super().posterior(self._prior[0].basis_rows(X, self._target), *args, **kwargs)


class MixedModel(FusedModel):
    """A mixture of a fused and a plain process, as the normal with the same mean and covariance.

    Parameters
    ----------
    process, prior, target
        As of ``FusedModel``.
    plain : Model
        Without physics, over the same encoded designs.
    share : float
        Of the fused process, 0 to 1.
    """

    def __init__(
        self, process: FusedProcess, prior: EncodedPrior, target: str, plain: Model, share: float
    ) -> None:
        super().__init__(process, prior, target)
        self._plain, self._share = (plain,), share

    def posterior(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        """Return the posterior of the designs' own values, z, at encoded designs (..., q, d)."""
        transform = kwargs.pop("posterior_transform", None)
        posterior = with_shared_rows(self._mixed, X)
        return posterior if transform is None else transform(posterior)

    def _mixed(self, X: Tensor) -> GPyTorchPosterior:
        one, other = self._joint(X).distribution, self._plain[0].posterior(X).distribution
        w, apart = self._share, (one.mean - other.mean).unsqueeze(-1)
        spread = w * one.covariance_matrix + (1.0 - w) * other.covariance_matrix
        spread = spread + w * (1.0 - w) * apart @ apart.transpose(-1, -2)
        mean = w * one.mean + (1.0 - w) * other.mean
        # As an operator: where two designs are next to equal its factor is found with jitter, not refused.
        normal = gpytorch.distributions.MultivariateNormal(mean, to_linear_operator(spread))
        return GPyTorchPosterior(normal)
