"""One target's Gaussian process over encoded designs, on the scale z of the target (``hosts.targets``).

A measured value is  mean(x) + discrepancy(x) + cell noise (+ more for a published row, whose design is only
partly stated). Two means: a constant, learned together with simulated rows whose source is an input (plain);
or rho x emulator(x) + shift, learned from measured rows only. Bounds enter as expectation-propagation sites
(``censoring``). Hyperparameters are found once (``map_fit``), with bounds taken as values: how far a life exceeds
its bound is hardly identified, and a level free to follow its own bounds rises without end.
:meth:`TargetGP.condition` never refits, so that a measured cell acts where its design is, and only there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from botorch.models import SingleTaskGP
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.models import prior
from surrogate.models.botorch_model import AsMeasured, Mean, PriorKernel, PriorMean
from surrogate.models.censoring import LEAST_PRECISION, bound_sites, surprise
from surrogate.models.hyperparameters import Coordinates, Hyperparameters, Variant
from surrogate.models.kernels import Role, roles_of
from surrogate.models.leave_one_out import left_out
from surrogate.models.map_fit import maximum_a_posteriori
from surrogate.models.prior import JITTER, Rows
from surrogate.shapes import Bool, Float

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
FIRST_STEPS = 60


@dataclass(frozen=True)
class TargetGP:
    """A fitted process, made by :meth:`fit`.

    Parameters
    ----------
    rows : Rows
        What it has seen.
    hyper : Hyperparameters[float]
        As fitted.
    roles : Sequence[Role]
        What shares a length scale.
    variant : Variant
        Which hyperparameters act.
    mean : Mean or None
        The emulator's mean; None without an emulator.
    position : Array or None
        Where the optimizer ended, in ``Coordinates``; another fit may start there. It says more than ``hyper``:
        a coordinate may lie beyond the longest length scale. None for a process read from disk.
    """

    rows: Rows
    hyper: Hyperparameters[float]
    roles: Sequence[Role]
    variant: Variant
    mean: Mean | None
    position: Array | None = None

    @classmethod
    def fit(
        cls,
        X: Float[Array, "n d"],
        lower: Float[Array, " n"],
        upper: Float[Array, " n"] | None = None,
        *,
        groups: Mapping[str, Sequence[int]],
        measured: Bool[Bools, " n"] | None = None,
        published: Bool[Bools, " n"] | None = None,
        spread: Float[Array, " n"] | None = None,
        mean: Mean | None = None,
        start: TargetGP | None = None,
        steps: int = FIRST_STEPS,
        seed: int = 0,
    ) -> TargetGP:
        """Fit to rows.

        Parameters
        ----------
        X : Array
            Encoded designs (n, d).
        lower, upper : Array
            Ends (n,) between which z lies, infinite where open. Default of ``upper``: as ``lower``, values.
        groups : Mapping[str, Sequence[int]]
            Parameter -> its encoded dimensions.
        measured : Bools, optional
            Flags (n,), false for a simulated row. Default: all are measured, and the spread between replicate
            cells is learned from them.
        published : Bools, optional
            Flags (n,): measured, but the design is only partly stated. Default: none is.
        spread : Array, optional
            Variance (n,) of z over the designs that a row may stand for. Default: zeros.
        mean : Mean, optional
            The emulator's mean; with it, simulated rows are left out.
        start : TargetGP, optional
            An earlier fit of the same variant and groups, to start from. Default: the prior medians.
        steps : int
            Most iterations of the optimizer.
        seed : int
            Not used, the fit is deterministic; part of the contract of all surrogates.

        Returns
        -------
        TargetGP
            Without rows, the prior.

        Raises
        ------
        ModelError
            If rows are not finite, bounds contradict each other, shapes do not agree, a dimension belongs to no
            group, or ``start`` is of another variant or other groups.
        """
        rows = _rows(X, lower, upper, measured, published, spread, mean)
        variant = Variant(
            emulated=mean is not None,
            shifted=mean is not None or not rows.measured.all(),
            learned_cell=measured is None,
        )
        coordinates = Coordinates(roles_of(groups), variant)
        n = len(rows.X)
        vector = coordinates.start(float(np.mean(rows.z)) if n else 0.0)
        if start is not None:
            vector = start._position_in(coordinates)
        if n:
            vector = maximum_a_posteriori(rows, coordinates, vector, steps)
        return cls(rows, coordinates.values(vector), coordinates.roles, variant, mean, vector)

    def _position_in(self, coordinates: Coordinates) -> Array:
        """Where a fit with these coordinates starts from this fit."""
        if Coordinates(self.roles, self.variant) != coordinates:
            raise ModelError(
                "a fit can only start from a fit of the same variant and roles",
                value=self.variant,
                limit=str(coordinates.variant),
            )
        return coordinates.pack(self.hyper) if self.position is None else self.position

    def condition(
        self, X: Float[Array, "m d"], lower: Float[Array, " m"], upper: Float[Array, " m"] | None = None
    ) -> TargetGP:
        """Return the same process with further measured rows; hyperparameters stay.

        Parameters
        ----------
        X : Array
            Encoded designs (m, d).
        lower, upper : Array
            Ends (m,) between which z lies, infinite where open. Default of ``upper``: as ``lower``, values.

        Raises
        ------
        ModelError
            If bounds contradict each other.
        """
        m = len(lower)
        old, X = self.rows, np.ascontiguousarray(X, dtype=np.float64)
        low, high = _ends(lower, upper)
        rows = Rows(
            np.concatenate([old.X, X]),
            np.concatenate([old.lower, low]),
            np.concatenate([old.upper, high]),
            np.concatenate([old.measured, np.ones(m, dtype=bool)]),
            np.concatenate([old.published, np.zeros(m, dtype=bool)]),
            np.concatenate([old.base, _evaluate(self.mean, X)]),
            np.concatenate([old.spread, np.zeros(m)]),
        )
        return replace(self, rows=rows)

    @cached_property
    def _scales(self) -> Tensor:
        """Length scale of each encoded dimension (d,)."""
        return prior.scales_of(self.hyper, self.roles, prior.owners(self.roles, self.rows.X.shape[1]))

    @cached_property
    def _prior(self) -> tuple[Array, Array]:
        """Mean (n,) and covariance (n, n) at the rows."""
        inputs = self.rows.with_source()
        mean = prior.mean(inputs[:, -1], torch.from_numpy(self.rows.base), self.hyper)
        return mean.numpy(), prior.covariance(inputs, inputs, self._scales, self.hyper).numpy()

    @cached_property
    def _noise(self) -> Array:
        """Variance of each row given its design's own value (n,), z squared."""
        rows = self.rows
        measured, published = (
            torch.from_numpy(flag.astype(float)) for flag in (rows.measured, rows.published)
        )
        return prior.noise(measured, published, torch.from_numpy(rows.spread), self.hyper).numpy()

    @cached_property
    def _sites(self) -> tuple[Array, Array]:
        """Pseudo-values and pseudo-variances (n,) of all rows."""
        mean, covariance = self._prior
        rows, noise = self.rows, self._noise
        values, variances = bound_sites(mean, covariance, rows.lower, rows.upper, noise)
        own = rows.censored & rows.measured & ~rows.published
        if own.any() and not self.variant.learned_cell:  # the general optimizer's bounds are fitted already
            share = surprise(mean, covariance, rows.lower, rows.upper, noise, own)
            variances[own] = 1.0 / np.maximum(share / variances[own], LEAST_PRECISION)
        return values, variances

    @cached_property
    def _solved(self) -> tuple[Any, Array]:
        mean, covariance = self._prior
        values, noise = self._sites
        factor = cho_factor(covariance + np.diag(noise + JITTER), lower=True)
        return factor, cho_solve(factor, values - mean)

    def latent(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance of what designs are themselves worth, as measured.

        Parameters
        ----------
        X : Array
            Encoded designs (m, d).

        Returns
        -------
        mean, variance : Array
            (m,) each, z and z squared; without the spread between replicate cells.
        """
        X = np.ascontiguousarray(X, dtype=np.float64)
        ones = torch.ones(len(X), dtype=torch.double)
        mean = prior.mean(ones, torch.from_numpy(_evaluate(self.mean, X)), self.hyper).numpy()
        variance = prior.variance(ones, self.hyper).numpy()
        if len(self.rows.X):
            asked = prior.with_source(torch.from_numpy(X), ones)
            cross = prior.covariance(asked, self.rows.with_source(), self._scales, self.hyper).numpy()
            factor, weights = self._solved
            mean = mean + cross @ weights
            variance = variance - np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T))
        return mean, np.maximum(variance, 1e-10)

    def joint(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
        """Return mean (m,) and covariance (m, m) of what designs are themselves worth, as measured.

        Parameters
        ----------
        X : Array
            Encoded designs (m, d).
        """
        X = np.ascontiguousarray(X, dtype=np.float64)
        ones = torch.ones(len(X), dtype=torch.double)
        asked = prior.with_source(torch.from_numpy(X), ones)
        spread = prior.covariance(asked, asked, self._scales, self.hyper).numpy()
        if len(self.rows.lower):
            cross = prior.covariance(asked, self.rows.with_source(), self._scales, self.hyper).numpy()
            spread = spread - cross @ cho_solve(self._solved[0], cross.T)
        return self.latent(X)[0], 0.5 * (spread + spread.T)

    def leave_one_out(self) -> Float[Array, " n"]:
        """Return the logarithm of the density (n,) of each row given all others, at these hyperparameters.

        Of a bound it is that of the pseudo-observation in its place. Rasmussen & Williams 2006, eq. 5.12.
        """
        mean, covariance = self._prior
        values, noise = self._sites
        error, variance = left_out(covariance + np.diag(noise + JITTER), values - mean)
        return np.asarray(-0.5 * np.log(2.0 * np.pi * variance) - 0.5 * error**2 / variance)

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance (m,) of one new cell made to each design (m, d): its own spread included."""
        mean, variance = self.latent(X)
        return mean, variance + self.hyper.cell**2

    def published_noise(self, spread: Float[Array, " m"]) -> Float[Array, " m"]:
        """Return the variance (m,) that published rows have beyond one cell's spread, z squared.

        Parameters
        ----------
        spread : Array
            Variance (m,) from inputs that a row does not state; protocols that differ come on top.
        """
        return np.asarray(self.hyper.literature**2 + spread)

    def botorch_model(self) -> SingleTaskGP:
        """Return the process for acquisition functions: latent posterior as measured, hyperparameters fixed."""
        values, noise = self._sites
        return AsMeasured(
            self.rows.with_source(),
            torch.from_numpy(values).unsqueeze(-1),
            torch.from_numpy(noise + JITTER).unsqueeze(-1),
            PriorKernel(self._scales, self.hyper),
            PriorMean(self.mean, self.hyper),
        )


def _rows(
    X: Array,
    lower: Array,
    upper: Array | None,
    measured: Bools | None,
    published: Bools | None,
    spread: Array | None,
    mean: Mean | None,
) -> Rows:
    """Check the rows to fit; with an emulator, keep the measured rows only."""
    n = len(lower)
    X = np.ascontiguousarray(X, dtype=np.float64)
    low, high = _ends(lower, upper)
    if X.ndim != 2 or len(X) != n or not np.isfinite(X).all():
        raise ModelError("rows to fit have to be finite and of one length", value=(X.shape, n))
    flags = [
        np.asarray(flag, dtype=bool) if flag is not None else np.full(n, default)
        for flag, default in ((measured, True), (published, False))
    ]
    unsure = np.zeros(n) if spread is None else np.asarray(spread, dtype=np.float64)
    if mean is not None:
        kept = flags[0]
        X, low, high, unsure = X[kept], low[kept], high[kept], unsure[kept]
        flags = [flag[kept] for flag in flags]
    return Rows(X, low, high, flags[0], flags[1], _evaluate(mean, X), unsure)


def _ends(lower: Array, upper: Array | None) -> tuple[Array, Array]:
    """Check the ends of what is known of rows; without upper ends the lower ones are values."""
    low = np.asarray(lower, dtype=np.float64)
    high = low if upper is None else np.asarray(upper, dtype=np.float64)
    wrong = ~(low <= high) | (np.isinf(low) & np.isinf(high))
    if wrong.any():
        row = int(wrong.argmax())
        raise ModelError(
            "the bounds of a row contradict each other, or say nothing",
            where=f"row {row + 1}",
            value=(float(low[row]), float(high[row])),
            limit="the lower one at most as high as the upper one, and one of them finite",
        )
    return low, high


def _evaluate(mean: Mean | None, X: Array) -> Array:
    if mean is None or not len(X):
        return np.zeros(len(X))
    with torch.no_grad():
        return mean(torch.from_numpy(X)).numpy().astype(np.float64)
