"""What a mixture is made of: the plain median, levels by class, regressions on conditions, the physics, a process.

Each is fitted to the measured rows and says what it would have predicted of every paper without it (``left_out``): in
closed form, or by folds of papers. An ingredient is a name and these two; a better process takes the place of the
present one by being wrapped in ``OfProcess``. Trees take part as rivals only (``regression``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from surrogate.evaluation.splits import folds_of_groups
from surrogate.models.class_level import Block, Linear, MixedModel, fit_mixed
from surrogate.models.contract import Array, Entrant, Predictor, TargetData
from surrogate.models.inputs import Inputs
from surrogate.models.regression import fit_ridge
from surrogate.shapes import Float

FOLDS = 3  # of papers, where there is no closed form; a fit of the process takes most of the time
Moments = tuple[Array, Array]
Trend = Callable[[Array], Array]
# What is fixed in a campaign, and how a host is built as far as papers state it; slopes over three tenths of a range.
_CONDITIONS = (
    "current_density_mA_cm2", "areal_capacity_mAh_cm2", "temperature_C", "stack_pressure_MPa", "li_excess_mAh_cm2",
    "electrolyte", "additives", "framework", "thickness_um", "pattern_depth_um",
)  # fmt: skip
_USUAL_STEP = 0.3


class Part(Protocol):
    """A fitted ingredient."""

    def at(self, inputs: Inputs) -> Moments:
        """Return mean and variance (m,) of one new cell of another paper, z and z^2."""
        ...


class Ingredient(Protocol):
    """A way of fitting a part of the mixture."""

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    def fit(self, rows: TargetData, target: str, *, seed: int) -> tuple[Part, Moments]:
        """Fit to measured rows.

        Parameters
        ----------
        rows : TargetData
            n measured rows.
        target : str
            Which target they are of.
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
class LinearPart:
    """A linear ingredient and the features that it is linear in.

    Parameters
    ----------
    linear : Linear
        Coefficients of a constant, the control, the encoded design, and the trend where there is one.
    trend : callable, optional
        Encoded designs (m, d) to z (m,).
    """

    linear: Linear
    trend: Trend | None = None

    def at(self, inputs: Inputs) -> Moments:
        """Return mean and variance (m,), z and z^2."""
        return self.linear.at(features_of(inputs, self.trend))


@dataclass(frozen=True)
class ProcessPart:
    """A process, with the spread between published cells."""

    process: Predictor

    def at(self, inputs: Inputs) -> Moments:
        """Return mean and variance (m,), z and z^2."""
        mean, variance = self.process.predictive(inputs.X)
        return mean, variance + self.process.published_noise(inputs.spread)


@dataclass(frozen=True)
class PlainMedian:
    """The median of the rows and their spread: the simplest, which the mixture falls back to."""

    name: str = "median"

    def fit(self, rows: TargetData, target: str, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to measured rows; see ``Ingredient.fit``."""
        part = _constant(rows)
        return part, by_folds(lambda kept: _constant(kept), rows, seed)


@dataclass(frozen=True)
class Mixed:
    """Levels and slopes with random effects (``class_level``).

    Parameters
    ----------
    name : str
        Short identifier.
    blocks : tuple of str
        Which of ``_blocks`` vary.
    trend : callable, optional
        Target -> trend of encoded designs (m, d) to z (m,): the physics, its slope 1 beforehand.
    """

    name: str
    blocks: tuple[str, ...]
    trend: Callable[[str], Trend] | None = None

    def fit(self, rows: TargetData, target: str, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to measured rows; see ``Ingredient.fit``."""
        trend = None if self.trend is None else self.trend(target)
        features = features_of(Inputs.of_rows(rows), trend)
        last = features.shape[1] - 1
        known = _blocks(rows.groups, last)
        blocks = [known[name] for name in self.blocks if known[name].columns]
        slope = None if trend is None else last
        fitted: MixedModel = fit_mixed(features, rows.z, rows.papers, blocks, slope=slope)
        return LinearPart(fitted.linear, trend), fitted.left_out()


@dataclass(frozen=True)
class RidgeRegression:
    """Ridge regression on the encoded design and the control (scikit-learn)."""

    name: str = "ridge"

    def fit(self, rows: TargetData, target: str, *, seed: int) -> tuple[LinearPart, Moments]:
        """Fit to measured rows; see ``Ingredient.fit``."""
        return _ridge(rows), by_folds(_ridge, rows, seed)


@dataclass(frozen=True)
class OfProcess:
    """A rival of the contest as an ingredient.

    Parameters
    ----------
    entrant : Entrant
        How the process is fitted; inner folds start from the fit to all rows of the outer one.
    """

    entrant: Entrant

    @property
    def name(self) -> str:
        """Short identifier."""
        return self.entrant.name

    def fit(self, rows: TargetData, target: str, *, seed: int) -> tuple[ProcessPart, Moments]:
        """Fit to measured rows; see ``Ingredient.fit``."""
        start = self.entrant.fit(rows.take(np.zeros(0, dtype=int)), target, seed=seed)
        whole = self.entrant.fit(rows, target, seed=seed, warm=start)

        def again(kept: TargetData) -> ProcessPart:
            return ProcessPart(self.entrant.fit(kept, target, seed=seed, warm=whole))

        return ProcessPart(whole), by_folds(again, rows, seed)


def by_folds(fit: Callable[[TargetData], Part], rows: TargetData, seed: int) -> Moments:
    """Predict each row by a fit to the other folds of papers; mean and variance (n,)."""
    mean, variance = np.empty(len(rows.z)), np.empty(len(rows.z))
    inputs = Inputs.of_rows(rows)
    for train, held in folds_of_groups(rows.papers.astype(str).tolist(), FOLDS, seed):
        mean[held], variance[held] = fit(rows.take(train)).at(inputs.take(held))
    return mean, variance


def features_of(inputs: Inputs, trend: Trend | None) -> Float[Array, "m p"]:
    """Return a constant, the control, the encoded design and the trend, (m, 2 + d) or (m, 3 + d)."""
    parts = [np.ones((len(inputs.X), 1)), inputs.control[:, None].astype(float), inputs.X]
    if trend is not None:
        parts.append(np.asarray(trend(inputs.X), dtype=float)[:, None])
    return np.concatenate(parts, axis=1)


def _blocks(groups: Mapping[str, Sequence[int]], last: int) -> dict[str, Block]:
    """Name the blocks of features; ``last`` is the place of the last feature."""
    conditions = [2 + place for name in _CONDITIONS for place in groups.get(name, ())]
    return {
        "control": Block((1,)),
        "class": Block(tuple(2 + place for place in groups.get("electrolyte", ()))),
        "conditions": Block(tuple(conditions), _USUAL_STEP * max(len(conditions), 1) ** 0.5),
        "temperature": Block(tuple(2 + place for place in groups.get("temperature_C", ())), _USUAL_STEP),
        "slope": Block((last,)),
    }


def _constant(rows: TargetData) -> LinearPart:
    z = rows.z
    middle = float(np.median(z)) if len(z) else 0.0
    coefficients = np.zeros(2 + rows.X.shape[1])
    coefficients[0] = middle
    spread = float(np.mean((z - middle) ** 2)) if len(z) else 1.0
    return LinearPart(Linear(coefficients, np.zeros((len(coefficients),) * 2), spread))


def _ridge(rows: TargetData) -> LinearPart:
    if len(rows.z) < 3:
        return _constant(rows)
    return LinearPart(fit_ridge(features_of(Inputs.of_rows(rows), None), rows.z, rows.papers))


def named(values: NDArray[np.float64], parts: Sequence[Ingredient]) -> dict[str, float]:
    """Map the name of each ingredient to its weight (k,)."""
    return {part.name: float(value) for part, value in zip(parts, values, strict=True)}
