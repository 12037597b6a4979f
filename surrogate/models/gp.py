"""One target's Gaussian process over encoded designs, on the natural-log scale.

A measured value is  mean(x) + discrepancy(x) + cell noise (+ more for a published row, whose design is only
partly stated). Two means: a constant, learned together with simulated rows whose source is an input (plain);
or rho x emulator(x) + shift, learned from measured rows only. Bounds enter as expectation-propagation sites
(``censoring``). Hyperparameters are found once (``hyperparameters``), with bounds taken as values: how far a
life exceeds its bound is hardly identified, and a level free to follow its own bounds rises without end.
:meth:`TargetGP.condition` never refits, so that a told cell acts where its design is, and only there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import gpytorch
import numpy as np
import torch
from botorch.models import SingleTaskGP
from botorch.posteriors import GPyTorchPosterior
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.models.censoring import LEAST_PRECISION, bound_sites, surprise
from surrogate.models.hyperparameters import (
    SIMULATION_NOISE,
    Hyperparameters,
    MapFit,
    Rows,
    covariance_of,
    mean_of,
    noise_of,
)
from surrogate.models.kernels import Role, SourceKernel, roles_of
from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
FIRST_STEPS = 60


Mean = Callable[[Tensor], Tensor]  # of encoded designs, gradients pass through: (..., n, d) -> (..., n)


@dataclass(frozen=True)
class TargetGP:
    """A fitted process. Make one with :meth:`fit`.

    rows: what it has seen. vector: the hyperparameters as fitted. roles: what shares a lengthscale.
    mean: the emulator's mean, or None for the plain process. plain, shifted, learned_cell: see ``MapFit``.
    """

    rows: Rows
    vector: Array
    roles: list[Role]
    mean: Mean | None
    shifted: bool
    learned_cell: bool

    @classmethod
    def fit(
        cls,
        X: Float[Array, "n d"],
        z: Float[Array, " n"],
        *,
        groups: Mapping[str, Sequence[int]],
        censored: Bool[Bools, " n"] | None = None,
        measured: Bool[Bools, " n"] | None = None,
        published: Bool[Bools, " n"] | None = None,
        spread: Float[Array, " n"] | None = None,
        mean: Mean | None = None,
        start: Array | None = None,
        steps: int = FIRST_STEPS,
        seed: int = 0,
    ) -> TargetGP:
        """Fit to rows X (n, d) with natural-log values z (n,).

        groups: parameter -> its encoded dimensions. censored: z is a lower bound. measured: False for a
        simulated row (None: all are measured). published: measured, but the design is partly unstated (None:
        none). spread (n,): variance of ln target over the designs that a row may stand for (None: none). mean: of the
        emulator; then simulated rows are left out. start, steps: a warm start for the
        fit. seed: not used, the fit is deterministic; part of the contract of all surrogates.

        Raises ModelError for values that are not finite or shapes that do not agree.
        """
        n = len(z)
        X, z = np.ascontiguousarray(X, dtype=np.float64), np.asarray(z, dtype=np.float64)
        if X.ndim != 2 or len(X) != n or not (np.isfinite(X).all() and np.isfinite(z).all()):
            raise ModelError("rows to fit have to be finite and of one length", value=(X.shape, n))
        flags = [
            np.asarray(one, dtype=bool) if one is not None else np.full(n, default)
            for one, default in ((censored, False), (measured, True), (published, False))
        ]
        unsure = np.zeros(n) if spread is None else np.asarray(spread, dtype=np.float64)
        if mean is not None:
            X, z, unsure = X[flags[1]], z[flags[1]], unsure[flags[1]]
            flags = [one[flags[1]] for one in flags]
        rows = Rows(X, z, flags[0], flags[1], flags[2], _evaluate(mean, X), unsure)
        simulated = not flags[1].all()
        told_only = measured is None
        shifted = mean is not None or simulated
        fit = MapFit(roles_of(groups), plain=mean is None, shift=shifted, learned_cell=told_only)
        vector = start if start is not None else fit.start(z)
        process = cls(rows, vector, roles_of(groups), mean, shifted, told_only)
        if not n or not len(z):
            return process
        vector = fit.minimise(rows, vector, steps)
        return replace(process, vector=vector)

    def condition(
        self, X: Float[Array, "m d"], z: Float[Array, " m"], censored: Bool[Bools, " m"] | None = None
    ) -> TargetGP:
        """The same process with further measured rows: X (m, d), z (m,). Hyperparameters stay."""
        m = len(z)
        flags = np.zeros(m, dtype=bool) if censored is None else np.asarray(censored, dtype=bool)
        old, X = self.rows, np.ascontiguousarray(X, dtype=np.float64)
        rows = Rows(
            np.concatenate([old.X, X]),
            np.concatenate([old.z, np.asarray(z, dtype=np.float64)]),
            np.concatenate([old.censored, flags]),
            np.concatenate([old.measured, np.ones(m, dtype=bool)]),
            np.concatenate([old.published, np.zeros(m, dtype=bool)]),
            np.concatenate([old.base, _evaluate(self.mean, X)]),
            np.concatenate([old.spread, np.zeros(m)]),
        )
        return replace(self, rows=rows)

    @cached_property
    def hyper(self) -> Hyperparameters:
        """The hyperparameters in words."""
        return self._fit.read(self.vector)

    @cached_property
    def _fit(self) -> MapFit:
        return MapFit(self.roles, plain=self.mean is None, shift=self.shifted, learned_cell=self.learned_cell)

    @cached_property
    def _scales(self) -> Array:
        return self._fit.scales(self.hyper, self.rows.X.shape[1])

    @cached_property
    def _prior(self) -> tuple[Array, Array]:
        """Mean (n,) and covariance (n, n) at the rows."""
        source = self.rows.measured.astype(float)
        covariance = covariance_of(self.rows.X, self.rows.X, source, source, self._scales, self.hyper)
        return mean_of(source, self.rows.base, self.hyper), covariance

    @cached_property
    def _sites(self) -> tuple[Array, Array]:
        """Pseudo-values and pseudo-variances (n,) of all rows."""
        mean, covariance = self._prior
        noise = noise_of(self.rows, self.hyper, SIMULATION_NOISE)
        rows = self.rows
        values, variances = bound_sites(mean, covariance, rows.z, noise, rows.censored)
        told = rows.censored & rows.measured & ~rows.published
        if told.any() and not self.learned_cell:  # the general optimizer's bounds are fitted, not told
            share = surprise(mean, covariance, rows.z, noise, rows.censored, told)
            variances[told] = 1.0 / np.maximum(share / variances[told], LEAST_PRECISION)
        return values, variances

    @cached_property
    def _solved(self) -> tuple[Any, Array]:
        mean, covariance = self._prior
        values, noise = self._sites
        factor = cho_factor(covariance + np.diag(noise + 1e-8), lower=True)
        return factor, cho_solve(factor, values - mean)

    def latent(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Mean and variance (m,) of what designs X (m, d) are themselves worth, as measured, ln target."""
        X = np.ascontiguousarray(X, dtype=np.float64)
        ones = np.ones(len(X))
        mean = mean_of(ones, _evaluate(self.mean, X), self.hyper)
        variance = np.full(len(X), self.hyper.shared**2 + self.hyper.discrepancy**2)
        if len(self.rows.z):
            source = self.rows.measured.astype(float)
            cross = covariance_of(X, self.rows.X, ones, source, self._scales, self.hyper)
            factor, weights = self._solved
            mean = mean + cross @ weights
            variance = variance - np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T))
        return mean, np.maximum(variance, 1e-10)

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """The same for one new cell made to each design: its own spread is included."""
        mean, variance = self.latent(X)
        return mean, variance + self.hyper.cell**2

    def published_noise(self, spread: Float[Array, " m"]) -> Float[Array, " m"]:
        """Variance (m,) that published rows have beyond one cell's spread: unstated inputs (spread (m,)) and
        protocols."""
        return np.asarray(self.hyper.literature**2 + spread)

    def botorch_model(self) -> SingleTaskGP:
        """The process for acquisition functions: latent posterior as measured, hyperparameters fixed."""
        values, noise = self._sites
        source = torch.from_numpy(self.rows.measured.astype(float)).unsqueeze(-1)
        return _AsMeasured(
            torch.cat([torch.from_numpy(self.rows.X), source], dim=-1),
            torch.from_numpy(values).unsqueeze(-1),
            torch.from_numpy(noise + 1e-8).unsqueeze(-1),
            SourceKernel(torch.from_numpy(self._scales), self.hyper.shared**2, self.hyper.discrepancy**2),
            _PriorMean(self.mean, self.hyper),
        )


def _evaluate(mean: Mean | None, X: Array) -> Array:
    if mean is None or not len(X):
        return np.zeros(len(X))
    with torch.no_grad():
        return mean(torch.from_numpy(X)).numpy().astype(np.float64)


class _PriorMean(gpytorch.means.Mean):
    """level + slope x emulator + shift x source, of rows that carry their source last."""

    def __init__(self, mean: Mean | None, hyper: Hyperparameters) -> None:
        super().__init__()
        self._emulator, self._hyper = (mean,), hyper  # in a tuple: not a submodule whose weights could move

    def forward(self, x: Tensor) -> Tensor:
        emulator = self._emulator[0]
        value = self._hyper.level + self._hyper.shift * x[..., -1]
        return value if emulator is None else value + self._hyper.slope * emulator(x[..., :-1])


class _AsMeasured(SingleTaskGP):
    """BoTorch model over encoded designs; every design asked about is a measured one."""

    def __init__(
        self, X: Tensor, Y: Tensor, variance: Tensor, kernel: SourceKernel, mean: _PriorMean
    ) -> None:
        super().__init__(X, Y, variance, covar_module=kernel, mean_module=mean, outcome_transform=None)
        self.requires_grad_(False)
        self.eval()

    def posterior(self, X: Tensor, *args: Any, **kwargs: Any) -> GPyTorchPosterior:
        """Posterior over (..., q, d) encoded designs."""
        return super().posterior(torch.cat([X, torch.ones_like(X[..., :1])], dim=-1), *args, **kwargs)
