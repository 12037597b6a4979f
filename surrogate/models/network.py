"""A deep ensemble of small perceptrons for regression: many inputs to many outputs at once.

Members differ in their first weights and in the order of the rows; their mean predicts, their disagreement says
where they have seen little (Lakshminarayanan et al., NeurIPS 2017). The loss is the squared error, and nothing where
an output is only known to be at least what it says and the network says more: how a search that was ended early is
learned from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]
_LAYERS = 3
_LEAST_SPREAD = 1e-2  # of an output, below which it counts as constant: differences of 1 % are no matter here
_FARTHEST = 8.0  # standard deviations of an input beyond which the network is asked about its edge


@dataclass(frozen=True)
class NetworkSettings:
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
    hidden: int = 128
    epochs: int = 100
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4


@dataclass(frozen=True)
class Network:
    """A trained ensemble.

    Parameters
    ----------
    tensors : Mapping[str, Tensor]
        Weights ``w0`` to ``w2`` (members, in, out) and biases ``b0`` to ``b2`` (members, 1, out); shift and scale of
        the inputs (d,) and of the outputs (k,). An input that never changed in training has scale infinity.
    losses : tuple of float
        Mean squared error of each epoch while it was trained, in units of each output's spread squared.
    """

    tensors: Mapping[str, Tensor]
    losses: tuple[float, ...] = ()

    def members(self, inputs: Float[Array, "n d"]) -> Float[Array, "members n k"]:
        """Return what each member says.

        Parameters
        ----------
        inputs : Array
            Rows (n, d).
        """
        t = self.tensors
        scaled = (torch.from_numpy(np.ascontiguousarray(inputs)) - t["x_shift"]) / t["x_scale"]
        rows = scaled.clamp(-_FARTHEST, _FARTHEST).to(t["w0"].dtype)
        with torch.no_grad():
            out = _forward(t, rows.expand(len(t["w0"]), -1, -1)).double()
        return np.asarray((out * t["y_scale"] + t["y_shift"]).numpy())

    def __call__(self, inputs: Float[Array, "n d"]) -> Float[Array, "n k"]:
        """Return the mean of the members.

        Parameters
        ----------
        inputs : Array
            Rows (n, d).
        """
        return np.asarray(self.members(inputs).mean(axis=0))

    @classmethod
    def fit(
        cls,
        inputs: Float[Array, "n d"],
        outputs: Float[Array, "n k"],
        *,
        seed: int,
        at_least: Bool[NDArray[np.bool_], "n k"] | None = None,
        settings: NetworkSettings | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Network:
        """Train; deterministic for a seed and a number of threads.

        Parameters
        ----------
        inputs, outputs : Array
            Rows (n, d) and what is to be learned of them (n, k); finite.
        seed : int
            Of the first weights and the order of the rows.
        at_least : ndarray of bool, optional
            Flags (n, k): the output is at least this. Default: all are known.
        settings : NetworkSettings, optional
            Size and training.
        progress : Callable[[int, int], None], optional
            Called with the epochs done and their number.

        Raises
        ------
        ModelError
            If there are fewer than two rows, shapes do not agree, or a number is missing.
        """
        settings = settings or NetworkSettings()
        if len(inputs) < 2 or len(inputs) != len(outputs):
            raise ModelError(
                "a network needs at least two rows of inputs and outputs", value=(inputs.shape, outputs.shape)
            )
        if not (np.isfinite(inputs).all() and np.isfinite(outputs).all()):
            raise ModelError("a number to learn from is missing", limit="finite inputs and outputs")
        spread = inputs.std(axis=0)
        final = {
            "x_shift": torch.from_numpy(inputs.mean(axis=0)),
            "x_scale": torch.from_numpy(np.where(spread > 1e-9, spread, np.inf)),
            "y_shift": torch.from_numpy(outputs.mean(axis=0)),
            "y_scale": torch.from_numpy(np.maximum(outputs.std(axis=0), _LEAST_SPREAD)),
        }
        x = (
            ((torch.from_numpy(inputs) - final["x_shift"]) / final["x_scale"])
            .clamp(-_FARTHEST, _FARTHEST)
            .float()
        )
        y = ((torch.from_numpy(outputs) - final["y_shift"]) / final["y_scale"]).float()
        bounds = torch.zeros(outputs.shape, dtype=torch.bool) if at_least is None else torch.tensor(at_least)
        generator = torch.Generator().manual_seed(seed)
        weights = _initial(inputs.shape[1], outputs.shape[1], settings, generator)
        losses = _train(weights, x, y, bounds, settings, generator, progress)
        return cls({**{name: trained.detach() for name, trained in weights.items()}, **final}, losses)


def _forward(t: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """(members, n, d) -> (members, n, k), in units of each output's spread."""
    h = x
    for layer in range(_LAYERS - 1):
        h = torch.nn.functional.silu(torch.baddbmm(t[f"b{layer}"], h, t[f"w{layer}"]))
    return torch.baddbmm(t[f"b{_LAYERS - 1}"], h, t[f"w{_LAYERS - 1}"])


def _initial(d: int, k: int, settings: NetworkSettings, generator: torch.Generator) -> dict[str, Tensor]:
    sizes = [(d, settings.hidden), (settings.hidden, settings.hidden), (settings.hidden, k)]
    tensors = {}
    for layer, (fan_in, fan_out) in enumerate(sizes):
        drawn = torch.randn(settings.members, fan_in, fan_out, generator=generator)
        gain = 1.0 if layer < _LAYERS - 1 else 0.1
        tensors[f"w{layer}"] = (drawn * math.sqrt(gain / fan_in)).requires_grad_(True)
        tensors[f"b{layer}"] = torch.zeros(settings.members, 1, fan_out, requires_grad=True)
    return tensors


def _train(
    weights: dict[str, Tensor],
    inputs: Tensor,
    wanted: Tensor,
    at_least: Tensor,
    settings: NetworkSettings,
    generator: torch.Generator,
    progress: Callable[[int, int], None] | None,
) -> tuple[float, ...]:
    """Least squares; each member sees its own order of the rows. Return the mean squared error of each epoch."""
    losses: list[float] = []
    n, members = len(inputs), settings.members
    batches = max(1, n // settings.batch)
    parameters: list[Any] = list(weights.values())
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=settings.learning_rate, total_steps=settings.epochs * batches
    )
    for epoch in range(settings.epochs):
        order = torch.stack([torch.randperm(n, generator=generator) for _ in range(members)])
        total = torch.zeros(())
        for batch in order.tensor_split(batches, dim=1):
            error = _forward(weights, inputs[batch]) - wanted[batch]
            error = torch.where(at_least[batch], error.clamp_max(0.0), error)
            loss = error.square().mean() * members
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.detach() / members
        losses.append(float(total) / batches)
        if progress is not None:
            progress(epoch + 1, settings.epochs)
    return tuple(losses)
