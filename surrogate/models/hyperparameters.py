"""Hyperparameters of a target's Gaussian process, their priors, and the fit by maximum a posteriori.

All values are on the natural-log scale of the target. Priors are weakly informative and assumed; they matter,
since some fifty published rows a target cannot identify a dozen hyperparameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from surrogate.models.kernels import Role, matern

Array = NDArray[np.float64]

LENGTHSCALE_MEDIAN, LENGTHSCALE_SPREAD = 0.6, 0.5  # in unit-scaled distance; designs that differ in kind
DISCREPANCY_MEDIAN, DISCREPANCY_SPREAD = 0.6, 0.6
LEAST_DISCREPANCY = 0.35  # physics is never right to better than about 40 % (assumed)
LITERATURE_NOISE_MEDIAN, LITERATURE_NOISE_SPREAD = 0.35, 0.6  # what unstated inputs and protocols add
CELL_NOISE = 0.12  # spread of replicate cells, about 12 % (assumed)
SLOPE_SPREAD = 0.3  # prior of rho about 1
# A measured level within about a factor of 2.7 of the simulated one (two sigma). It matters for cycle life: nearly
# all published lives are lower bounds, which alone would let the level rise without end (assumed).
SHIFT_SPREAD = 0.5
SHARED_MEDIAN = 1.0


@dataclass(frozen=True)
class Hyperparameters:
    """Fixed after a fit. lengthscales: one a role. shared, discrepancy: standard deviations a_f, a_d.

    literature: extra noise of published rows. slope, shift: of the mean, slope x emulator + shift (+ level for
    the plain process, whose mean is a constant and whose measured rows are shifted against the simulated).
    """

    lengthscales: tuple[float, ...]
    shared: float
    discrepancy: float
    literature: float
    cell: float
    slope: float
    shift: float
    level: float

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {**asdict(self), "lengthscales": list(self.lengthscales)}


@dataclass(frozen=True)
class Rows:
    """What is fitted. X (n, d); z (n,) values or bounds; censored, measured, published (n,) bool.

    base (n,): the emulator's mean at the rows, zeros without one. spread (n,): variance of the target over the
    designs that a published row may stand for, as far as it does not state one.
    """

    X: Array
    z: Array
    censored: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    published: NDArray[np.bool_]
    base: Array
    spread: Array


def noise_of(rows: Rows, hyper: Hyperparameters, simulation_noise: float) -> Array:
    """Variance of each observation given the design's own value, (n,)."""
    measured = hyper.cell**2 + np.where(rows.published, hyper.literature**2, 0.0) + rows.spread
    return np.where(rows.measured, measured, simulation_noise**2)


def mean_of(measured: Array, base: Array, hyper: Hyperparameters) -> Array:
    """Prior mean (n,): level + slope x base, and the shift of measured rows."""
    return np.asarray(hyper.level + hyper.slope * base + hyper.shift * measured)


def covariance_of(X: Array, other: Array, s: Array, t: Array, scales: Array, hyper: Hyperparameters) -> Array:
    """Prior covariance (n, m) of encoded rows X (n, d) and other (m, d) with sources s (n,), t (m,)."""
    a, b = torch.from_numpy(X / scales), torch.from_numpy(other / scales)
    alike = matern(a, b).numpy()
    return np.asarray((hyper.shared**2 + hyper.discrepancy**2 * s[:, None] * t[None, :]) * alike)


class MapFit:
    """Negative log posterior of the hyperparameters, bounds taken as values, and its minimiser.

    roles: what shares a lengthscale. plain: no emulator; the shared process is then fitted too.
    learned_cell: the cell noise is fitted as well (told rows only, as in the general optimizer).
    """

    def __init__(self, roles: list[Role], *, plain: bool, shift: bool, learned_cell: bool) -> None:
        self.roles, self.plain, self.shift, self.learned_cell = roles, plain, shift, learned_cell

    def start(self, z: Array) -> Array:
        """Prior medians, (p,)."""
        level = float(np.mean(z)) if self.plain and len(z) else 0.0
        tail = [np.log(SHARED_MEDIAN), np.log(DISCREPANCY_MEDIAN), np.log(LITERATURE_NOISE_MEDIAN)]
        return np.array(
            [np.log(LENGTHSCALE_MEDIAN)] * len(self.roles) + [*tail, np.log(CELL_NOISE), 1.0, 0.0, level]
        )

    def read(self, vector: Array) -> Hyperparameters:
        """The vector in words."""
        k = len(self.roles)
        shared, discrepancy, literature, cell, slope, shift, level = (float(one) for one in vector[k:])
        return Hyperparameters(
            lengthscales=tuple(
                float(min(np.exp(one), role.longest))
                for one, role in zip(vector[:k], self.roles, strict=True)
            ),
            shared=float(np.exp(shared)) if self.plain else 0.0,
            discrepancy=LEAST_DISCREPANCY + float(np.exp(discrepancy)) if self._has_discrepancy() else 0.0,
            literature=float(np.exp(literature)),
            cell=float(np.exp(cell)) if self.learned_cell else CELL_NOISE,
            slope=0.0 if self.plain else slope,
            shift=shift if self.shift else 0.0,
            level=level if self.plain else 0.0,
        )

    def _has_discrepancy(self) -> bool:
        return not self.plain or self.shift

    def scales(self, hyper: Hyperparameters, d: int) -> Array:
        """Lengthscale of each encoded dimension, (d,)."""
        scales = np.ones(d)
        for role, value in zip(self.roles, hyper.lengthscales, strict=True):
            scales[list(role.dimensions)] = value
        return scales

    def objective(self, rows: Rows) -> Callable[[Array], tuple[float, Array]]:
        """Value and gradient at a vector."""
        X, target = torch.from_numpy(rows.X), torch.from_numpy(rows.z)
        measured = torch.from_numpy(rows.measured.astype(float))
        published = torch.from_numpy(rows.published.astype(float))
        base, spread = torch.from_numpy(rows.base), torch.from_numpy(rows.spread)
        both = measured[:, None] * measured[None, :]
        k = len(self.roles)
        owner = np.zeros(X.shape[1], dtype=int)
        for at_role, role in enumerate(self.roles):
            owner[list(role.dimensions)] = at_role
        longest = torch.tensor([role.longest for role in self.roles], dtype=torch.double)
        at = torch.from_numpy(owner)

        def evaluate(vector: Array) -> tuple[float, Array]:
            v = torch.tensor(vector, dtype=torch.double, requires_grad=True)
            lengths = torch.minimum(v[:k].exp(), longest)
            shared, discrepancy = v[k].exp(), LEAST_DISCREPANCY + v[k + 1].exp()
            variance = (shared**2 if self.plain else 0.0) + (
                discrepancy**2 * both if self._has_discrepancy() else torch.zeros_like(both)
            )
            scaled = X / lengths[at]
            cell = v[k + 3].exp() if self.learned_cell else torch.tensor(CELL_NOISE, dtype=torch.double)
            seen = cell**2 + published * v[k + 2].exp() ** 2 + spread
            noise = torch.where(measured > 0, seen, torch.full_like(seen, SIMULATION_NOISE**2))
            covariance = variance * matern(scaled, scaled) + torch.diag(noise + 1e-8)
            mean = (v[k + 6] if self.plain else v[k + 4] * base) + (
                v[k + 5] * measured if self.shift else 0.0
            )
            lower = torch.linalg.cholesky(covariance)
            white = torch.linalg.solve_triangular(lower, (target - mean).unsqueeze(1), upper=False)
            value = 0.5 * white.square().sum() + lower.diagonal().log().sum() + self._prior(v)
            value.backward()
            assert v.grad is not None
            return float(value.detach()), v.grad.numpy().copy()

        return evaluate

    def _prior(self, v: Tensor) -> Tensor:
        k = len(self.roles)
        wanted = torch.tensor(
            [np.log(LENGTHSCALE_MEDIAN)] * k
            + [np.log(SHARED_MEDIAN), np.log(DISCREPANCY_MEDIAN), np.log(LITERATURE_NOISE_MEDIAN)]
            + [np.log(CELL_NOISE), 1.0, 0.0, 0.0],
            dtype=torch.double,
        )
        spread = torch.tensor(
            [LENGTHSCALE_SPREAD] * k
            + [1.0, DISCREPANCY_SPREAD, LITERATURE_NOISE_SPREAD, 1.0, SLOPE_SPREAD, SHIFT_SPREAD, 10.0],
            dtype=torch.double,
        )
        prior: Tensor = 0.5 * ((v - wanted) / spread).square().sum()
        return prior

    def minimise(self, rows: Rows, start: Array, steps: int) -> Array:
        """Hyperparameter vector of highest posterior density, from a start, in at most ``steps`` iterations."""
        found = minimize(self.objective(rows), start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
        return np.asarray(found.x if np.isfinite(found.fun) else start)


SIMULATION_NOISE = (
    0.05  # of a simulated row in the plain process: what a smooth surface cannot follow (assumed)
)
