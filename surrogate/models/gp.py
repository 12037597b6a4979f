"""A plain Gaussian process of one target over encoded designs: no physics, only what was measured.

Data flow: encoded designs and the ends between which their cells lie -> hyperparameters, with bounds taken as values
(``map_fit``: how far a life exceeds its bound is hardly identified, and a level free to follow its own bounds rises
without end) -> bounds as expectation-propagation sites (``censoring``) -> exact posterior of what designs are
themselves worth. The general optimizer proposes by it; in a campaign it stands beside the process with physics
(``gate``). Values are on a scale z of the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from botorch.models import SingleTaskGP
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from torch import Tensor

from surrogate.errors import ModelError
from surrogate.evaluation.bounds import as_values
from surrogate.models.botorch_model import PriorKernel, with_fixed_prior
from surrogate.models.censoring import bound_sites
from surrogate.models.kernels import Effects, Role, roles_of
from surrogate.models.leave_one_out import left_out, log_likelihood
from surrogate.models.map_fit import maximum_a_posteriori
from surrogate.models.prior import JITTER, PRIORS, Hyperparameters, LogNormal, covariance
from surrogate.shapes import Float

Array = NDArray[np.float64]
_LEAST_NOISE = 1e-6  # GPyTorch takes less for this, and warns


@dataclass(frozen=True)
class TargetGP:
    """A fitted process, made by :meth:`fit`.

    Parameters
    ----------
    X : ndarray (n, d)
        Encoded designs of the measured cells.
    lower, upper : ndarray (n,)
        Ends between which each lies, z: equal where it is known, infinite where open.
    roles : sequence of Role
        What shares a length scale.
    hyper : Hyperparameters
        As fitted.
    error : ndarray (n,) or None
        Known variance of each measurement beside the spread between cells, z squared; None: none.
    """

    X: Array
    lower: Array
    upper: Array
    roles: Sequence[Role]
    hyper: Hyperparameters
    error: Array | None = None

    @classmethod
    def fit(
        cls,
        X: Float[Array, "n d"],
        lower: Float[Array, " n"],
        upper: Float[Array, " n"],
        *,
        groups: Mapping[str, Sequence[int]],
        categories: Collection[str] = (),
        priors: Mapping[str, LogNormal] = PRIORS,
        error: Float[Array, " n"] | None = None,
        begin: Hyperparameters | None = None,
    ) -> TargetGP:
        """Fit the hyperparameters to measured cells by maximum a posteriori; without randomness.

        Parameters
        ----------
        X : ndarray (n, d)
            Encoded designs, at least one.
        lower, upper : ndarray (n,)
            Ends between which each lies, z: equal where it is known, infinite where open.
        groups : Mapping[str, Sequence[int]]
            Parameter -> its encoded dimensions.
        categories : collection of str
            Parameters that are categories and told apart from numbers (``kernels.mixed``).
        priors : mapping of str to LogNormal
            Of each positive hyperparameter.
        error : ndarray (n,), optional
            Known variance of each measurement, z squared.
        begin : Hyperparameters, optional
            Where the fit begins; default: the prior's medians.

        Raises
        ------
        ModelError
            If there are no rows, they are not finite or not of one length, bounds contradict each other, or a
            dimension belongs to no group.
        """
        X, low, high = (np.ascontiguousarray(one, dtype=np.float64) for one in (X, lower, upper))
        _check(X, low, high)
        roles = roles_of(groups, categories=categories)
        hyper = maximum_a_posteriori(X, as_values(low, high), roles, priors, error, begin)
        return cls(X, low, high, roles, hyper, error)

    @cached_property
    def _scales(self) -> Tensor:
        """Length scale of each encoded dimension (d,)."""
        return self.hyper.scales(self.roles, self.X.shape[1])

    @cached_property
    def _effects(self) -> Effects | None:
        return self.hyper.effects(self.roles, self.X.shape[1])

    def _covariance(self, X: Array, other: Array) -> Array:
        designs, others = torch.from_numpy(X), torch.from_numpy(other)
        return covariance(designs, others, self._scales, self.hyper.amplitude, self._effects).numpy()

    @cached_property
    def _prior(self) -> Array:
        """Covariance (n, n) of the rows' designs."""
        return self._covariance(self.X, self.X)

    @cached_property
    def _noise(self) -> Array:
        """Variance of each cell about what its design is worth (n,)."""
        return self.hyper.cell**2 + (np.zeros(len(self.X)) if self.error is None else self.error)

    @cached_property
    def _sites(self) -> tuple[Array, Array]:
        """Pseudo-values and pseudo-variances (n,) of all rows: those of values and their noise themselves."""
        mean = np.full(len(self.X), self.hyper.level)
        return bound_sites(mean, self._prior, self.lower, self.upper, self._noise)

    @cached_property
    def _observed(self) -> tuple[Array, Array]:
        """Covariance (n, n) of the observations, noise included, and how far each is from the level (n,)."""
        values, noise = self._sites
        return self._prior + np.diag(noise + JITTER), values - self.hyper.level

    @cached_property
    def _solved(self) -> tuple[Any, Array]:
        spread, residual = self._observed
        factor = cho_factor(spread, lower=True)
        return factor, cho_solve(factor, residual)

    def latent(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance (m,) of what designs (m, d) are themselves worth, z; no replicate noise."""
        cross = self._covariance(np.ascontiguousarray(X, dtype=np.float64), self.X)
        factor, weights = self._solved
        variance = self.hyper.amplitude**2 - np.einsum("ij,ji->i", cross, cho_solve(factor, cross.T))
        return self.hyper.level + cross @ weights, np.maximum(variance, 1e-10)

    def joint(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
        """Return mean (m,) and covariance (m, m) of what designs (m, d) are themselves worth, z."""
        X = np.ascontiguousarray(X, dtype=np.float64)
        cross = self._covariance(X, self.X)
        factor, weights = self._solved
        spread = self._covariance(X, X) - cross @ cho_solve(factor, cross.T)
        return self.hyper.level + cross @ weights, 0.5 * (spread + spread.T)

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance (m,) of one new cell made to each design (m, d), z: replicate noise included."""
        mean, variance = self.latent(X)
        return mean, variance + self.hyper.cell**2

    def leave_one_out(self) -> Float[Array, " n"]:
        """Return the logarithm (n,) of how likely each row is given all others, at these hyperparameters.

        A density of a value, a probability of a bound (``leave_one_out.log_likelihood``).
        """
        ends = self.lower, self.upper
        return log_likelihood(left_out(*self._observed), self._sites, ends, self._noise + JITTER)

    def botorch_model(self) -> SingleTaskGP:
        """Return the process for acquisition functions: the posterior of :meth:`joint`, hyperparameters fixed."""
        values, noise = self._sites
        return with_fixed_prior(
            torch.from_numpy(self.X),
            torch.from_numpy(values),
            torch.from_numpy(np.maximum(noise + JITTER, _LEAST_NOISE)),
            PriorKernel(self._scales, self.hyper.amplitude, self._effects),
            self.hyper.level,
        )


def _check(X: Array, lower: Array, upper: Array) -> None:
    """Refuse rows that say nothing or cannot be."""
    if X.ndim != 2 or not 0 < len(X) == len(lower) == len(upper) or not np.isfinite(X).all():
        raise ModelError(
            "rows to fit have to be finite and of one length",
            value=(X.shape, lower.shape, upper.shape),
            limit="at least one encoded design, and two ends for each",
        )
    wrong = ~(lower <= upper) | (np.isinf(lower) & np.isinf(upper))
    if wrong.any():
        row = int(wrong.argmax())
        raise ModelError(
            "the bounds of a row contradict each other, or say nothing",
            where=f"row {row + 1}",
            value=(float(lower[row]), float(upper[row])),
            limit="the lower one at most as high as the upper one, and one of them finite",
        )
