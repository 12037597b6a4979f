"""A mixture of predictions, which cannot lose to its ingredients by more than noise; it answers before own cells do.

    z = w response(design) + sum_k weight_k level_k(class, conditions, foil, control, paper) + cell

Data flow of a fit: published rows -> how much of the simulator's response they bear (``trend_weight``) -> that much
taken off the rows -> each ingredient, fitted to all rows and asked about each paper without it (``ingredients``) ->
weights and the stretch of the intervals from the latter (``weights``). A contest that holds a paper out hands in the
other rows only, so that the paper is in no inner fit either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from surrogate.evaluation.pools import Pool, crps_terms
from surrogate.evaluation.scorecard import values_decide
from surrogate.models.class_level import DeviationPrior
from surrogate.models.contract import Array, Entrant, TargetData
from surrogate.models.ingredients import (
    Ingredient,
    LinearPart,
    Mixed,
    Part,
    PlainMedian,
    RidgeRegression,
)
from surrogate.models.inputs import Inputs
from surrogate.models.mixture_settings import SHIPPED, MixtureSettings
from surrogate.models.regression import Boosting, Forest
from surrogate.models.weights import PRIOR_PAPERS, conformal_factor, paper_votes, stacking_weights
from surrogate.shapes import Float

_EMPTY = 1e-9  # of a weight, below which an ingredient is left out of what is kept
TREND_WEIGHTS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture of one target.

    Parameters
    ----------
    names : tuple of str
        Of the ingredients, (k,).
    parts : tuple of Part
        Fitted to rows less the trend, (k,).
    weights : Array
        (k,), 1 in all.
    factor : float
        By which all quantiles are moved away from the median.
    trend : float
        Share of the simulator's response that counts.
    """

    names: tuple[str, ...]
    parts: tuple[Part, ...]
    weights: Float[Array, " k"]
    factor: float
    trend: float

    def pool(self, inputs: Inputs) -> Pool:
        """Return the prediction of one new cell of another paper at each of m inputs, z."""
        pool = self.unstretched(inputs)
        return pool.stretched(np.full(len(pool.means), self.factor))

    def unstretched(self, inputs: Inputs) -> Pool:
        """Return :meth:`pool` before its quantiles are moved away from the median by ``factor``."""
        moments = [part.at(inputs) for part in self.parts]
        means, variances = (np.column_stack([pair[k] for pair in moments]) for k in (0, 1))
        means = means + self.trend * inputs.response[:, None]
        return Pool(means, variances, np.tile(self.weights, (len(means), 1)))

    def state(self) -> tuple[dict[str, Array], dict[str, Any]]:
        """Return what a folder keeps: arrays, and settings for JSON."""
        arrays: dict[str, Array] = {"weights": self.weights}
        kept: dict[str, Any] = {}
        for name, part in zip(self.names, self.parts, strict=True):
            own, kept[name] = part.state()
            arrays |= {f"{name}.{key}": values for key, values in own.items()}
        return arrays, {
            "names": list(self.names),
            "factor": self.factor,
            "trend": self.trend,
            "parts": kept,
        }

    @classmethod
    def of_state(
        cls, arrays: Mapping[str, Array], settings: Mapping[str, Any], groups: Mapping[str, Sequence[int]]
    ) -> Mixture:
        """Make the mixture again of what :meth:`state` gave.

        Parameters
        ----------
        arrays, settings : mapping
            As given.
        groups : mapping
            Parameter -> its encoded dimensions.

        Raises
        ------
        KeyError
            Where something is missing.
        """
        parts = []
        for name in settings["names"]:
            start = f"{name}."
            own = {key.removeprefix(start): one for key, one in arrays.items() if key.startswith(start)}
            parts.append(LinearPart.of_state(own, settings["parts"][name], groups))
        factor, trend = float(settings["factor"]), float(settings["trend"])
        return cls(tuple(settings["names"]), tuple(parts), arrays["weights"], factor, trend)


@dataclass(frozen=True)
class Mixing:
    """The way of fitting a mixture.

    Parameters
    ----------
    ingredients : tuple of Ingredient
        The simplest first: a prior draws the weights to it.
    name
        See ``Entrant``.
    prior_papers : float
        How many papers that prior is worth.
    """

    ingredients: tuple[Ingredient, ...]
    name: str = "mixture"
    prior_papers: float = PRIOR_PAPERS

    def fit(self, data: TargetData, target: str, *, seed: int) -> Mixture:
        """Fit trend, ingredients, weights and intervals to published rows; see ``Entrant.fit``.

        Where hardly a row is a value, bounds count as values: else the weights go to what promises most.
        """
        trend = trend_weight(self.ingredients[0], data, seed=seed)
        rows = data.less(trend * data.response)
        if not len(rows.z):
            part, _ = self.ingredients[0].fit(rows, seed=seed)
            return Mixture((self.ingredients[0].name,), (part,), np.ones(1), 1.0, trend)
        fitted = [ingredient.fit(rows, seed=seed) for ingredient in self.ingredients]
        means, variances = (np.column_stack([left_out[k] for _, left_out in fitted]) for k in (0, 1))
        votes = paper_votes(rows.papers)
        weights = stacking_weights(crps_terms(means, variances, *_scored(rows)), votes, self.prior_papers)
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
            trend,
        )


def _scored(rows: TargetData) -> tuple[Array, Array]:
    """Return the ends (n,) that rows are scored by: their own where enough are values, else bounds as values."""
    return (rows.lower, rows.upper) if values_decide(rows.lower, rows.upper) else (rows.z, rows.z)


def trend_weight(ingredient: Ingredient, rows: TargetData, *, seed: int) -> float:
    """Return the share of the simulator's response with which papers are predicted best, one of ``TREND_WEIGHTS``.

    Each paper is predicted by the others with every share. Papers that hardly vary their hosts cannot show that
    physics is right, so that it is never left out: the direction of a change stays the simulator's. With the largest
    share that papers bear within two standard errors the mixture was no better than the plain median in two targets.

    Parameters
    ----------
    ingredient : Ingredient
        Beside which it is judged.
    rows : TargetData
        n published rows.
    seed : int
        Of whatever is random.
    """
    if not len(rows.z) or not rows.response.any():
        return 1.0
    scores = []
    for weight in TREND_WEIGHTS:
        less = rows.less(weight * rows.response)
        _, (mean, variance) = ingredient.fit(less, seed=seed)
        pool = Pool(mean[:, None], variance[:, None], np.ones((len(mean), 1)))
        scores.append(float(pool.crps(*_scored(less)).mean()))
    return TREND_WEIGHTS[int(np.argmin(scores))]


def _ingredients(settings: MixtureSettings) -> dict[str, Ingredient]:
    """Make every ingredient by the name of its switch in the settings; the simplest, which has none, first."""
    prior = DeviationPrior(settings.median_deviation, settings.prior_width)
    return {
        # The simplest, which the prior draws to: the levels of classes. With the plain median in its place the
        # score of a critical current is 0.303 for 0.301, and no other changes.
        "class_level": Mixed("class_level", ("control", "foil", "class"), prior=prior),
        "median": PlainMedian(),
        "conditions": Mixed("conditions", ("control", "foil", "temperature", "conditions"), prior=prior),
        "ridge_conditions": RidgeRegression(),
        "process": Mixed(
            "fused",
            ("control", "foil", "class"),
            smooth=True,
            length=settings.smooth_length,
            materials=settings.process_materials,
            prior=prior,
        ),
    }


def literature_mixture(settings: MixtureSettings = SHIPPED) -> Mixing:
    """Return the mixture that is served.

    Parameters
    ----------
    settings : MixtureSettings
        Which ingredients take part, the kernel of the process, and the priors.
    """
    parts = tuple(part for name, part in _ingredients(settings).items() if getattr(settings, name, True))
    return Mixing(parts, prior_papers=settings.prior_papers)


@dataclass(frozen=True)
class Alone:
    """An ingredient as a rival of its own, to show what the mixture makes of it.

    Parameters
    ----------
    ingredient : Ingredient
        How it is fitted.
    physics : bool
        Whether it is fitted beside the simulator's response, with the weight that it finds.
    label : str
        Short identifier; empty: that of the ingredient.
    """

    ingredient: Ingredient
    physics: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """Short identifier."""
        return self.label or self.ingredient.name

    def fit(self, data: TargetData, target: str, *, seed: int) -> Mixture:
        """Fit the ingredient, its intervals as it gives them; see ``Entrant.fit``."""
        trend = trend_weight(self.ingredient, data, seed=seed) if self.physics else 0.0
        part, _ = self.ingredient.fit(data.less(trend * data.response), seed=seed)
        return Mixture((self.name,), (part,), np.ones(1), 1.0, trend)


def literature_rivals(settings: MixtureSettings = SHIPPED) -> tuple[Entrant, ...]:
    """Return what takes part in the contest: the mixture, what it must not lose to, and trees.

    Every ingredient stands alone without physics, also one that takes no part in the mixture; beside them the levels
    of classes with physics, and the process with physics. That one and the mixture are the surrogates, the others
    what they have to beat.

    Parameters
    ----------
    settings : MixtureSettings
        Of the mixture and of the ingredients.
    """
    parts = _ingredients(settings)
    fused, levels = parts.pop("process"), parts["class_level"]
    physics = Alone(levels, physics=True, label="physics")
    alone = [Alone(part) for part in parts.values()]
    return (literature_mixture(settings), Alone(fused, physics=True), physics, *alone, Forest(), Boosting())
