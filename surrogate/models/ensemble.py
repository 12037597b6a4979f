"""A deep ensemble that learns the simulator: encoded design -> mean and spread of each ln target.

Five multilayer perceptrons with mean and variance heads, trained together on one loss (Lakshminarayanan et al.,
NeurIPS 2017); their disagreement is the uncertainty about the simulator. Rows in which a target is missing
(a run that did not complete) count only for the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.shapes import Float

Array = NDArray[np.float64]


@dataclass(frozen=True)
class EnsembleSettings:
    """Size and training of the networks: AdamW under a one-cycle schedule.

    Parameters
    ----------
    members : int
        Number of networks.
    hidden : int
        Width of each of the two hidden layers.
    epochs : int
        Passes over the rows.
    batch : int
        Rows per step.
    learning_rate, weight_decay : float
        Of the optimizer; the rate is the schedule's highest.
    """

    members: int = 5
    hidden: int = 64
    epochs: int = 60
    batch: int = 256
    learning_rate: float = 4e-3
    weight_decay: float = 1e-5


@dataclass(frozen=True)
class DeepEnsemble:
    """A trained ensemble.

    Parameters
    ----------
    targets : tuple[str, ...]
        Names of the k targets.
    tensors : Mapping[str, Tensor]
        Weights ``w0`` to ``w2`` (members, in, out) and biases ``b0`` to ``b2`` (members, 1, out); shift and scale
        of the inputs (d,) and of the ln targets (k,).
    """

    targets: tuple[str, ...]
    tensors: Mapping[str, Tensor]

    def outputs(
        self, X: Float[Tensor, "*rows d"]
    ) -> tuple[Float[Tensor, "members *rows k"], Float[Tensor, "members *rows k"]]:
        """Return what each member says.

        Parameters
        ----------
        X : Tensor
            Encoded designs (..., d).

        Returns
        -------
        mean, variance : Tensor
            (members, ..., k) each, ln target and (ln target)^2.
        """
        t = self.tensors
        shape = X.shape[:-1]
        flat = ((X.reshape(-1, X.shape[-1]) - t["x_shift"]) / t["x_scale"]).clamp(-6.0, 6.0)
        mean, log_variance = _forward(t, flat.unsqueeze(0).expand(t["w0"].shape[0], -1, -1))
        mean = mean * t["y_scale"] + t["y_shift"]
        variance = log_variance.exp() * t["y_scale"] ** 2
        k = len(self.targets)
        members = len(mean)  # stated, since -1 is ambiguous when no row is asked about
        return mean.reshape(members, *shape, k), variance.reshape(members, *shape, k)

    def mean(self, target: str) -> Callable[[Tensor], Tensor]:
        """Return the mixture's mean of one target as a function that gradients pass through.

        It takes encoded designs (..., d) and gives ln target (...).

        Parameters
        ----------
        target : str
            One of ``targets``.
        """
        k = self.targets.index(target)
        return lambda X: self.outputs(X)[0].mean(dim=0)[..., k]

    def predict(self, X: Float[Array, "n d"]) -> tuple[Float[Array, "n k"], Float[Array, "n k"]]:
        """Return mean and variance of the mixture of the members.

        Parameters
        ----------
        X : Array
            Encoded designs (n, d).

        Returns
        -------
        mean, variance : Array
            (n, k) each, ln target and (ln target)^2.
        """
        with torch.no_grad():
            means, variances = self.outputs(torch.from_numpy(np.ascontiguousarray(X, dtype=np.float64)))
        mean = means.mean(dim=0)
        variance = variances.mean(dim=0) + means.var(dim=0, unbiased=False)
        return mean.numpy(), variance.numpy()

    @classmethod
    def fit(
        cls,
        X: Float[Array, "n d"],
        z: Float[Array, "n k"],
        targets: Sequence[str],
        *,
        seed: int,
        settings: EnsembleSettings | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> DeepEnsemble:
        """Train an ensemble; deterministic for a seed and a number of threads. On a GPU when torch has it.

        Parameters
        ----------
        X : Array
            Encoded designs (n, d).
        z : Array
            Natural logarithms (n, k) of the targets, NaN where missing.
        targets : Sequence[str]
            Names (k,).
        seed : int
            Of the initial weights and the order of the rows.
        settings : EnsembleSettings, optional
            Size and training.
        progress : Callable[[int, int], None], optional
            Called with the epochs done and their number.

        Raises
        ------
        ModelError
            If a target has fewer than two values, or shapes do not agree.
        """
        settings = settings or EnsembleSettings()
        known = np.isfinite(z)
        if z.shape != (len(X), len(targets)) or (known.sum(axis=0) < 2).any():
            raise ModelError(
                "every target needs at least two simulated values", value=known.sum(axis=0).tolist()
            )
        shift, scale = (
            np.nanmean(np.where(known, z, np.nan), axis=0),
            np.nanstd(np.where(known, z, np.nan), axis=0),
        )
        scale = np.maximum(scale, 1e-3)
        x_scale = np.maximum(X.std(axis=0), 0.05)
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        generator = torch.Generator().manual_seed(seed)
        tensors = _initial(X.shape[1], len(targets), settings, generator)
        weights = {name: drawn.to(device).requires_grad_(True) for name, drawn in tensors.items()}
        inputs = torch.tensor(
            ((X - X.mean(axis=0)) / x_scale).clip(-6.0, 6.0), dtype=torch.float32, device=device
        )
        wanted = torch.tensor(np.where(known, (z - shift) / scale, 0.0), dtype=torch.float32, device=device)
        mask = torch.tensor(known, dtype=torch.float32, device=device)
        _train(weights, inputs, wanted, mask, settings, generator, progress)
        final = {name: trained.detach().cpu().double() for name, trained in weights.items()}
        final["x_shift"], final["x_scale"] = torch.from_numpy(X.mean(axis=0)), torch.from_numpy(x_scale)
        final["y_shift"], final["y_scale"] = torch.from_numpy(shift), torch.from_numpy(scale)
        return cls(tuple(targets), final)


def _forward(t: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """(members, n, d) -> mean and log variance (members, n, k)."""
    h = torch.nn.functional.silu(torch.baddbmm(t["b0"], x, t["w0"]))
    h = torch.nn.functional.silu(torch.baddbmm(t["b1"], h, t["w1"]))
    out = torch.baddbmm(t["b2"], h, t["w2"])
    mean, raw = out.chunk(2, dim=-1)
    return mean, raw.clamp(-9.0, 4.0)


def _initial(d: int, k: int, settings: EnsembleSettings, generator: torch.Generator) -> dict[str, Tensor]:
    sizes = [(d, settings.hidden), (settings.hidden, settings.hidden), (settings.hidden, 2 * k)]
    tensors = {}
    for layer, (fan_in, fan_out) in enumerate(sizes):
        drawn = torch.randn(settings.members, fan_in, fan_out, generator=generator)
        tensors[f"w{layer}"] = drawn * math.sqrt((1.0 if layer < 2 else 0.1) / fan_in)
        tensors[f"b{layer}"] = torch.zeros(settings.members, 1, fan_out)
    return tensors


def _train(
    weights: dict[str, Tensor],
    inputs: Tensor,
    wanted: Tensor,
    mask: Tensor,
    settings: EnsembleSettings,
    generator: torch.Generator,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Gaussian negative log likelihood; each member sees its own order of the rows."""
    n, members = len(inputs), settings.members
    batches = max(1, n // settings.batch)
    parameters: list[Any] = list(weights.values())
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=settings.learning_rate, total_steps=settings.epochs * batches
    )
    for epoch in range(settings.epochs):
        order = torch.stack([torch.randperm(n, generator=generator) for _ in range(members)]).to(
            inputs.device
        )
        for batch in order.tensor_split(batches, dim=1):
            mean, log_variance = _forward(weights, inputs[batch])
            error = (mean - wanted[batch]).square() * torch.exp(-log_variance) + log_variance
            loss = (error * mask[batch]).sum() / mask[batch].sum().clamp_min(1.0) * members
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        if progress is not None:
            progress(epoch + 1, settings.epochs)
