"""What a mixture is made of: the plain median, levels by class, regressions on conditions, a process over conditions.

Each is fitted to published rows and says what it would have predicted of every paper without it (``left_out``): in
closed form, or by folds of papers. None of them sees what a host is beyond its framework: what a design changes in
its cell is physics (``against_foil``), which the mixture takes off the rows before and puts back after. Papers tell
next to nothing of it, since hardly one reports what its host does against another: left free, the slope of ln life
on its own simulated response comes out as -0.2, because nearly all published lives only say how long somebody cycled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from scipy.linalg import solve_triangular
from torch import Tensor, from_numpy

from surrogate.evaluation.scorecard import values_decide
from surrogate.evaluation.splits import folds_of_groups
from surrogate.models.class_level import (
    LEAST_VARIANCE,
    USUAL_PRIOR,
    Block,
    DeviationPrior,
    Linear,
    MixedModel,
    fit_mixed,
)
from surrogate.models.contract import Array, TargetData
from surrogate.models.inputs import Inputs, features_of
from surrogate.models.kernels import matern
from surrogate.models.regression import fit_ridge
from surrogate.shapes import Float

FOLDS = 3  # of papers, where there is no closed form
Moments = tuple[Array, Array]
_NUMBERS = (
    "current_density_mA_cm2", "areal_capacity_mAh_cm2", "temperature_C", "stack_pressure_MPa", "li_excess_mAh_cm2",
)  # fmt: skip
CONDITIONS = (*_NUMBERS, "electrolyte", "framework")
_USUAL_STEP = 0.3  # slopes act over three tenths of a range
SMOOTH_LENGTH = 1.0  # of the process, in units of the encoding; 0.8 and 1.2 score the same within 0.004
# What the process is over where enough rows are values. Nested scores of the mixture with it over the conditions
# alone, with the agent, and over the whole encoded design: critical current 0.324, 0.299, 0.306; overpotential 0.200,
# 0.193, 0.193; efficiency 0.223, 0.225, 0.219; of the plain median 0.351, 0.217, 0.240. Over the whole design it
# turned simulated responses round: of an efficiency to an additive in 45 of 60 hosts, and of a life to an insulating
# top in 32 of 55.
MATERIALS = (*CONDITIONS, "agent")
_FIRST = 3  # features before the encoded design: a constant, the control, the foil


class Part(Protocol):
    """A fitted ingredient."""

    def at(self, inputs: Inputs) -> Moments:
        """Return mean and variance (m,) of one new cell of another paper, z and z^2."""
        ...

    def state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return what a folder keeps: arrays by name, and settings for JSON."""
        ...


class Ingredient(Protocol):
    """A way of fitting a part of the mixture."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    def fit(self, rows: TargetData, *, seed: int) -> tuple[Part, Moments]:
        """Fit to published rows.

        Parameters
        ----------
        rows : TargetData
            n rows.
        seed : int
            Of whatever is random.

        Returns
        -------
        Part
            The fit to all rows.
        mean, variance : Array
            Of each row (n,) without its paper.
        """
        ...


@dataclass(frozen=True)
class Smooth:
    """A Matern 5/2 process over some encoded dimensions as features that a linear model can take.

    The features of a row are its covariances with n anchors, whitened: with the rows of a fit as anchors their
    products are the prior correlations of the rows, exactly.

    Parameters
    ----------
    anchors : Array
        (n, d).
    places : tuple of int
        Which encoded dimensions it is over, d of them.
    length : float
        Length scale, in units of the encoding.
    """

    anchors: Float[Array, "n d"]
    places: tuple[int, ...]
    length: float = SMOOTH_LENGTH

    def features(self, X: Float[Array, "m w"]) -> Float[Array, "m n"]:
        """Return the features of encoded designs (m, w)."""
        scaled = self._scaled
        asked = from_numpy(np.ascontiguousarray(X[:, list(self.places)]) / self.length)
        return np.asarray(solve_triangular(self._root, matern(scaled, asked).numpy(), lower=True).T)

    @cached_property
    def _scaled(self) -> Tensor:
        """Anchors over the length scale, (n, d)."""
        return from_numpy(self.anchors / self.length)

    @cached_property
    def _root(self) -> Float[Array, "n n"]:
        """Cholesky factor of the anchors' correlations, for whatever is asked."""
        scaled = self._scaled
        return np.asarray(np.linalg.cholesky(matern(scaled, scaled).numpy() + 1e-8 * np.eye(len(scaled))))


@dataclass(frozen=True)
class LinearPart:
    """A linear ingredient and the features that it is linear in.

    Parameters
    ----------
    linear : Linear
        Coefficients of a constant, control, foil, the encoded design, and the features of ``smooth``.
    groups : mapping
        Parameter -> its encoded dimensions.
    smooth : Smooth, optional
        A process over conditions.
    deviation : float
        Standard deviation of that process, z.
    """

    linear: Linear
    groups: Mapping[str, Sequence[int]]
    smooth: Smooth | None = None
    deviation: float = 0.0

    def at(self, inputs: Inputs) -> Moments:
        """Return mean and variance (m,), z and z^2."""
        features = features_of(inputs, self.groups)
        if self.smooth is None:
            return self.linear.at(features)
        near = self.smooth.features(inputs.X)
        mean, variance = self.linear.at(np.column_stack([features, near]))
        far = np.maximum(1.0 - np.sum(near**2, axis=1), 0.0)  # what the anchors say nothing of
        return mean, variance + self.deviation**2 * far

    def state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return what a folder keeps: arrays by name, and settings for JSON."""
        arrays = {"coefficients": self.linear.coefficients, "covariance": self.linear.covariance}
        settings: dict[str, Any] = {"noise": self.linear.noise}
        if self.smooth is not None:
            arrays["anchors"] = self.smooth.anchors
            settings |= {"places": list(self.smooth.places), "length": self.smooth.length}
            settings["deviation"] = self.deviation
        return arrays, settings

    @classmethod
    def of_state(
        cls, arrays: Mapping[str, Array], settings: Mapping[str, Any], groups: Mapping[str, Sequence[int]]
    ) -> LinearPart:
        """Make the part again of what :meth:`state` gave.

        Raises
        ------
        KeyError
            Where something is missing.
        """
        linear = Linear(arrays["coefficients"], arrays["covariance"], float(settings["noise"]))
        if "places" not in settings:
            return cls(linear, groups)
        length = float(settings.get("length", 1.0))  # what all were made with that do not say
        smooth = Smooth(arrays["anchors"], tuple(settings["places"]), length)
        return cls(linear, groups, smooth, float(settings["deviation"]))


@dataclass(frozen=True)
class PlainMedian:
    """The median of the rows and their spread: the simplest of all."""

    name: str = "median"

    def fit(self, rows: TargetData, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to published rows; see ``Ingredient.fit``."""
        return _constant(rows), by_folds(_constant, rows, seed)


@dataclass(frozen=True)
class Mixed:
    """Levels and slopes with random effects (``class_level``).

    Parameters
    ----------
    name : str
        Short identifier.
    blocks : tuple of str
        Which of ``_blocks`` vary.
    smooth : bool
        Whether a process stands beside them: over ``MATERIALS`` where enough rows are values, else over
        ``CONDITIONS``, since a bound says how long somebody cycled and nothing of what the host did.
    length : float
        Length scale of that process, in units of the encoding.
    materials : bool
        False: the process is over ``CONDITIONS`` wherever it stands.
    prior : DeviationPrior
        Of all that varies.
    """

    name: str
    blocks: tuple[str, ...]
    smooth: bool = False
    length: float = SMOOTH_LENGTH
    materials: bool = True
    prior: DeviationPrior = USUAL_PRIOR

    def fit(self, rows: TargetData, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to published rows; see ``Ingredient.fit``."""
        features = features_of(Inputs.of_rows(rows), rows.groups)
        known = _blocks(rows.groups)
        blocks = [known[name] for name in self.blocks if known[name].columns]
        if not (self.smooth and len(rows.z)):
            fitted: MixedModel = fit_mixed(features, rows.z, rows.papers, blocks, self.prior)
            return LinearPart(fitted.linear, rows.groups), fitted.left_out()
        names = MATERIALS if self.materials and values_decide(rows.lower, rows.upper) else CONDITIONS
        places = tuple(place for name in names for place in rows.groups.get(name, ()))
        smooth = Smooth(np.ascontiguousarray(rows.X[:, list(places)]), places, self.length)
        near = smooth.features(rows.X)
        blocks.append(Block(tuple(range(features.shape[1], features.shape[1] + near.shape[1]))))
        fitted = fit_mixed(np.column_stack([features, near]), rows.z, rows.papers, blocks, self.prior)
        deviation = float(fitted.deviations[len(blocks) - 1])
        return LinearPart(fitted.linear, rows.groups, smooth, deviation), fitted.left_out()


@dataclass(frozen=True)
class RidgeRegression:
    """Ridge regression on the conditions and the control (scikit-learn)."""

    name: str = "ridge_conditions"

    def fit(self, rows: TargetData, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to published rows; see ``Ingredient.fit``."""
        return _ridge(rows), by_folds(_ridge, rows, seed)


def by_folds(fit: Callable[[TargetData], Part], rows: TargetData, seed: int) -> Moments:
    """Predict each row by a fit to the other folds of papers; mean and variance (n,)."""
    mean, variance = np.empty(len(rows.z)), np.empty(len(rows.z))
    inputs = Inputs.of_rows(rows)
    for train, held in folds_of_groups(rows.papers.astype(str).tolist(), FOLDS, seed):
        mean[held], variance[held] = fit(rows.take(train)).at(inputs.take(held))
    return mean, variance


def _blocks(groups: Mapping[str, Sequence[int]]) -> dict[str, Block]:
    """Name the blocks of features."""
    conditions = [_FIRST + place for name in CONDITIONS for place in groups.get(name, ())]
    return {
        "control": Block((1,)),
        "foil": Block((2,)),
        "class": Block(tuple(_FIRST + place for place in groups.get("electrolyte", ()))),
        "conditions": Block(tuple(conditions), _USUAL_STEP * max(len(conditions), 1) ** 0.5),
        "temperature": Block(tuple(_FIRST + place for place in groups.get("temperature_C", ())), _USUAL_STEP),
    }


def _constant(rows: TargetData) -> LinearPart:
    z = rows.z
    middle = float(np.median(z)) if len(z) else 0.0
    coefficients = np.zeros(_FIRST + rows.X.shape[1])
    coefficients[0] = middle
    spread = float(np.mean((z - middle) ** 2)) if len(z) else 1.0
    linear = Linear(coefficients, np.zeros((len(coefficients),) * 2), max(spread, LEAST_VARIANCE))
    return LinearPart(linear, rows.groups)


def _ridge(rows: TargetData) -> LinearPart:
    if len(rows.z) < 3:
        return _constant(rows)
    features = features_of(Inputs.of_rows(rows), rows.groups)
    seen = np.zeros(features.shape[1], dtype=bool)
    seen[: _FIRST - 1] = True
    seen[[_FIRST + place for name in CONDITIONS for place in rows.groups.get(name, ())]] = True
    return LinearPart(fit_ridge(np.where(seen, features, 0.0), rows.z, rows.papers), rows.groups)
