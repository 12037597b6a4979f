"""A mixture of predictions, which cannot lose to its ingredients by more than noise; it answers before own cells do.

Data flow of a fit: measured rows -> each ingredient, fitted to all rows and asked about each paper without it
(``ingredients``) -> weights and the stretch of the intervals from the latter (``weights``). A contest that holds a
paper out hands in the other rows only, so that the paper is in no inner fit either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from surrogate.errors import ModelError
from surrogate.evaluation.pools import Pool, crps_terms
from surrogate.evaluation.scorecard import values_decide
from surrogate.models.class_level import Linear
from surrogate.models.contract import Array, Entrant, Predictor, TargetData
from surrogate.models.ensemble import DeepEnsemble
from surrogate.models.ingredients import (
    Ingredient,
    LinearPart,
    Mixed,
    OfProcess,
    Part,
    PlainMedian,
    ProcessPart,
    RidgeRegression,
    Trend,
)
from surrogate.models.inputs import Inputs
from surrogate.models.regression import Boosting, Forest, Regressed
from surrogate.models.weights import conformal_factor, paper_votes, stacking_weights
from surrogate.shapes import Float

_EMPTY = 1e-9  # of a weight, below which an ingredient is left out of what is kept


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture of one target.

    Parameters
    ----------
    names : tuple of str
        Of the ingredients, (k,).
    parts : tuple of Part
        Fitted, (k,).
    weights : Array
        (k,), 1 in all.
    factor : float
        By which all quantiles are moved away from the median.
    groups : mapping
        Parameter -> its encoded dimensions.
    """

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    weights: Float[Array, " k"]
    factor: float
    groups: Mapping[str, Sequence[int]]

    def pool(self, inputs: Inputs) -> Pool:
        """Return the prediction of one new cell of another paper at each of m inputs."""
        moments = [part.at(inputs) for part in self.parts]
        means, variances = (np.column_stack([pair[k] for pair in moments]) for k in (0, 1))
        pool = Pool(means, variances, np.tile(self.weights, (len(means), 1)))
        return pool.stretched(np.full(len(means), self.factor))

    def of_designs(self, X: Float[Array, "m d"]) -> Pool:
        """Return the prediction of one new cell made to each encoded design (m, d)."""
        return self.pool(Inputs.of_designs(X, self.groups))

    def predictive(self, X: Float[Array, "m d"]) -> tuple[Float[Array, " m"], Float[Array, " m"]]:
        """Return mean and variance (m,) of one new cell made to each encoded design (m, d), z and z^2."""
        return self.of_designs(X).moments()

    def published_noise(self, spread: Float[Array, " m"]) -> Float[Array, " m"]:
        """Return zeros (m,): the spread between papers is in the prediction already."""
        return np.zeros_like(spread)

    def quantiles(self, X: Float[Array, "m d"], level: float) -> Float[Array, " m"]:
        """Return the quantile (m,) of a level, z, at encoded designs (m, d)."""
        return self.of_designs(X).quantiles(level)

    def cdf(self, X: Float[Array, "m d"], z: Float[Array, " m"]) -> Float[Array, " m"]:
        """Return the probability (m,) of less than z (m,) at encoded designs (m, d)."""
        return self.of_designs(X).cdf(z)

    def linear_state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return what a folder keeps: arrays by name, and settings for JSON; a process is kept by its own name."""
        arrays: dict[str, Array] = {"weights": self.weights}
        kinds = {}
        for name, part in zip(self.names, self.parts, strict=True):
            if isinstance(part, LinearPart):
                arrays[f"{name}.coefficients"] = part.linear.coefficients
                arrays[f"{name}.covariance"] = part.linear.covariance
                kinds[name] = {"noise": part.linear.noise, "physics": part.trend is not None}
        return arrays, {"names": list(self.names), "factor": self.factor, "linear": kinds}

    @property
    def process(self) -> tuple[str, Predictor] | None:
        """Name and process of the ingredient that is one; None where it has no weight."""
        for name, part in zip(self.names, self.parts, strict=True):
            if isinstance(part, ProcessPart):
                return name, part.process
        return None

    @classmethod
    def of_state(
        cls,
        arrays: Mapping[str, Array],
        settings: Mapping[str, Any],
        *,
        groups: Mapping[str, Sequence[int]],
        trend: Trend,
        process: Predictor | None,
    ) -> Mixture:
        """Make the mixture again of what :meth:`linear_state` gave.

        Parameters
        ----------
        arrays, settings : mapping
            As given.
        groups : mapping
            Parameter -> its encoded dimensions.
        trend : callable
            The physics, where an ingredient needs it.
        process : Predictor, optional
            The process, where one has a weight.

        Raises
        ------
        ModelError
            Where an ingredient is missing.
        """
        parts: list[Part] = []
        for name in settings["names"]:
            kind = settings["linear"].get(name)
            if kind is not None:
                linear = Linear(
                    arrays[f"{name}.coefficients"], arrays[f"{name}.covariance"], float(kind["noise"])
                )
                parts.append(LinearPart(linear, trend if kind["physics"] else None))
            elif process is not None:
                parts.append(ProcessPart(process))
            else:
                raise ModelError("the saved mixture lacks an ingredient", value=name)
        return cls(
            tuple(settings["names"]), tuple(parts), arrays["weights"], float(settings["factor"]), groups
        )


@dataclass(frozen=True)
class Mixing:
    """The way of fitting a mixture.

    Parameters
    ----------
    ingredients : tuple of Ingredient
        The simplest first: a prior draws the weights to it.
    name, proposes
        See ``Entrant``.
    """

    ingredients: tuple[Ingredient, ...]
    name: str = "mixture"
    proposes: bool = False

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Mixture:
        """Fit ingredients, weights and intervals to the measured rows; see ``Entrant.fit``.

        Where hardly a row is a value, bounds count as values: else the weights go to what promises most.
        """
        rows = data.measured_only
        if not len(rows.z):
            part, _ = self.ingredients[0].fit(rows, target, seed=seed)
            return Mixture((self.ingredients[0].name,), (part,), np.ones(1), 1.0, rows.groups)
        fitted = [ingredient.fit(rows, target, seed=seed) for ingredient in self.ingredients]
        means, variances = (np.column_stack([left_out[k] for _, left_out in fitted]) for k in (0, 1))
        lower, upper = (rows.lower, rows.upper) if values_decide(rows.lower, rows.upper) else (rows.z, rows.z)
        votes = paper_votes(rows.papers)
        weights = stacking_weights(crps_terms(means, variances, lower, upper), votes)
        pool = Pool(means, variances, np.tile(weights, (len(means), 1)))
        # Never narrower: papers left out one by one share what all of them taught. Intervals that may shrink held
        # 87 % of efficiencies in place of 91 %, and the same of the others.
        factor = max(1.0, conformal_factor(pool, rows.z, votes))
        kept = np.flatnonzero(weights > _EMPTY)
        return Mixture(
            tuple(self.ingredients[place].name for place in kept),
            tuple(fitted[place][0] for place in kept),
            weights[kept] / weights[kept].sum(),
            factor,
            rows.groups,
        )


def literature_mixture(trend: Callable[[str], Trend], process: Entrant) -> Mixing:
    """Return the mixture that is served.

    Parameters
    ----------
    trend : callable
        Target -> what the physics says of encoded designs (m, d), z (m,).
    process : Entrant
        The process on the observations.
    """
    return Mixing(
        (
            # The simplest, which the prior draws to: the levels of classes. With the plain median in its place the
            # score of a critical current is 0.303 for 0.301, and no other changes.
            Mixed("class_level", ("control", "class")),
            PlainMedian(),
            Mixed("conditions", ("control", "temperature", "conditions")),
            RidgeRegression("ridge_conditions"),
            Mixed("physics", ("control", "class", "slope"), trend),
            OfProcess(process),
        )
    )


def emulated(ensemble: DeepEnsemble) -> Callable[[str], Trend]:
    """Return the physics as the emulator gives it: target -> z (m,) of encoded designs (m, d)."""

    def of(target: str) -> Trend:
        place = ensemble.targets.index(target)
        return lambda X: ensemble.predict(X)[0][:, place] if len(X) else np.zeros(0)

    return of


@dataclass(frozen=True)
class Alone:
    """An ingredient as a rival of its own, to show what the mixture makes of it.

    Parameters
    ----------
    ingredient : Ingredient
        How it is fitted.
    proposes : bool
        See ``Entrant``.
    """

    ingredient: Ingredient
    proposes: bool = False

    @property
    def name(self) -> str:
        """Short identifier."""
        return self.ingredient.name

    def fit(self, data: TargetData, target: str, *, seed: int, warm: Predictor | None = None) -> Mixture:
        """Fit the ingredient to the measured rows, its intervals as it gives them; see ``Entrant.fit``."""
        rows = data.measured_only
        part, _ = self.ingredient.fit(rows, target, seed=seed)
        return Mixture((self.name,), (part,), np.ones(1), 1.0, rows.groups)


def pool_of(fitted: Predictor, inputs: Inputs) -> Pool:
    """Return what any fitted rival predicts of published rows (m,).

    Parameters
    ----------
    fitted : Predictor
        A mixture, a regression that sees controls, or any other.
    inputs : Inputs
        The rows.
    """
    if isinstance(fitted, Mixture):
        return fitted.pool(inputs)
    seen: Part = fitted if isinstance(fitted, Regressed) else ProcessPart(fitted)
    mean, variance = seen.at(inputs)
    return Pool(mean[:, None], variance[:, None], np.ones((len(mean), 1)))


def regressions(mixing: Mixing) -> tuple[Entrant, ...]:
    """Return what the mixture must not lose to, as rivals: its own ingredients, and trees.

    Parameters
    ----------
    mixing : Mixing
        Its plain median and its process are rivals already.
    """
    alone = tuple(Alone(part) for part in mixing.ingredients if not isinstance(part, PlainMedian | OfProcess))
    return (*alone, Forest(), Boosting())
