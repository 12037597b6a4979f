"""Physics as a differentiable function of encoded designs, for gradients of an acquisition function.

The laws behind ``PhysicsPrior`` are NumPy and tables, not torch; their derivative is taken by differences, all
columns of all designs in one call. Each design is computed once: designs that come again, as those to improve on do
in every step of a search, are looked up.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.hosts import columns as c
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.models.physics_prior import FEATURES, PhysicsPrior
from surrogate.space import Encoder

Array = NDArray[np.float64]

_STEP = 5e-3  # of an encoded column: above what the solver's grid blurs, below what bends a law
_KEPT = 20_000  # designs
_STEPPED = 4  # designs that are stepped together with their values; of many, some may need no slope
_SIMPLEXES = (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM)


class EncodedPrior:
    """``PhysicsPrior.rows`` of encoded designs, flat, with gradients.

    Parameters
    ----------
    prior : PhysicsPrior
        Of a campaign.
    encoder : Encoder
        Of the d encoded columns.

    Notes
    -----
    Between two designs that can be made lie encoded points that cannot (fractions that do not quite sum to 1, two and
    a half layers): they are taken as the nearest that can be simulated.
    """

    def __init__(self, prior: PhysicsPrior, encoder: Encoder) -> None:
        self.prior, self.encoder = prior, encoder
        self._moving = [
            dimension
            for name, dimension in encoder.columns.items()
            if COLUMNS[name].role == "choice" and not COLUMNS[name].whole
        ]
        self._numbers = list(encoder.columns)
        accepted = [COLUMNS[name].accepted or (-np.inf, np.inf) for name in self._numbers]
        self._least, self._most = np.array(accepted, dtype=float).T
        self._idle = np.array([COLUMNS[name].idle for name in self._numbers])
        self._whole = np.array([COLUMNS[name].whole for name in self._numbers])
        self._mixtures = [[self._numbers.index(part) for part in parts] for parts in _SIMPLEXES]
        self._values: OrderedDict[bytes, Array] = OrderedDict()
        self._slopes: OrderedDict[bytes, Array] = OrderedDict()

    @property
    def functions(self) -> int:
        """Number k of principal functions of a target."""
        width = int(self.prior.departures.tensors["y_shift"].shape[0])
        return width // len(TARGETS) - 1

    def __call__(self, X: Tensor) -> Tensor:
        """Return what physics says of encoded designs.

        Parameters
        ----------
        X : Tensor
            Encoded designs (..., d).

        Returns
        -------
        Tensor
            (..., w): features, means, principal functions, as ``PriorRows.flat``.
        """
        flat: Tensor = _Lookup.apply(X, self)
        return flat

    def basis_rows(self, X: Tensor, target: str) -> Tensor:
        """Return encoded designs (..., d) as rows (..., d + p + 1 + k) of ``process.Basis`` of one target."""
        flat, at = self(X), TARGETS.index(target)
        p, t, k = len(FEATURES), len(TARGETS), self.functions
        start = p + t + at * k
        return torch.cat(
            [X, flat[..., :p], flat[..., p + at : p + at + 1], flat[..., start : start + k]], dim=-1
        )

    def values(self, points: Array) -> Array:
        """Return the numbers (n, w) of encoded designs (n, d)."""
        keys = [row.tobytes() for row in points]
        new = [k for k, key in enumerate(keys) if key not in self._values]
        if new:
            for k, row in zip(new, self._computed(points[new]), strict=True):
                self._values[keys[k]] = row
        found = np.stack([self._values[key] for key in keys])
        _forget(self._values)
        return found

    def slopes(self, points: Array) -> Array:
        """Return the derivatives (n, d, w) of the numbers of encoded designs (n, d)."""
        keys = [row.tobytes() for row in points]
        new = [k for k, key in enumerate(keys) if key not in self._slopes]
        if new:
            at, moving = points[new], self._moving
            steps = np.where(at[:, moving] > 0.5, -_STEP, _STEP)  # away from the nearer limit
            asked = np.repeat(at[:, None, :], len(moving) + 1, axis=1)
            asked[:, 1 + np.arange(len(moving)), moving] += steps
            told = self._computed(asked.reshape(-1, points.shape[1])).reshape(len(new), len(moving) + 1, -1)
            slope = np.zeros((len(new), points.shape[1], told.shape[2]))
            slope[:, moving, :] = (told[:, 1:] - told[:, :1]) / steps[:, :, None]
            for k, row, value in zip(new, slope, told[:, 0], strict=True):
                self._slopes[keys[k]] = row
                self._values[keys[k]] = value
        found = np.stack([self._slopes[key] for key in keys])
        _forget(self._slopes)
        return found

    def step_together(self, points: Array) -> None:
        """Compute values and slopes of encoded designs (n, d) in one call, half the time, where few are new."""
        new = [row.tobytes() not in self._values for row in points]
        if 0 < sum(new) <= _STEPPED:
            self.slopes(points[new])

    def _computed(self, points: Array) -> Array:
        return self.prior.rows(self.designs(points)).flat

    def designs(self, points: Array) -> CompleteDesigns:
        """Return the designs that can be simulated nearest to encoded points (n, d)."""
        table = self.encoder.decode(points)
        numbers = table[self._numbers].to_numpy(dtype=float)
        numbers = np.where(numbers == self._idle, numbers, np.clip(numbers, self._least, self._most))
        numbers[:, self._whole] = np.round(numbers[:, self._whole])
        for parts in self._mixtures:
            numbers[:, parts] /= numbers[:, parts].sum(axis=1, keepdims=True)
        table[self._numbers] = numbers
        return CompleteDesigns.of(table, where="designs of the search")


class _Lookup(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, X: Tensor, prior: EncodedPrior) -> Tensor:
        points = np.ascontiguousarray(X.detach().numpy().reshape(-1, X.shape[-1]))
        ctx.points, ctx.prior, ctx.shape = points, prior, X.shape
        if ctx.needs_input_grad[0]:
            prior.step_together(points)
        return torch.from_numpy(prior.values(points)).reshape(*X.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (gradient,) = gradients
        flat = gradient.numpy().reshape(len(ctx.points), -1)
        needed = np.flatnonzero(np.abs(flat).max(axis=1) > 0.0)
        out = np.zeros(ctx.points.shape)
        if len(needed):
            out[needed] = np.einsum("nw,ndw->nd", flat[needed], ctx.prior.slopes(ctx.points[needed]))
        return torch.from_numpy(out).reshape(ctx.shape), None


def _forget(kept: OrderedDict[bytes, Array]) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
