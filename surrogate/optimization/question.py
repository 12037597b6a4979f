"""What is asked of the optimizer for any space, read and checked, and the models that answer it.

Data flow: space, observations, goals and limits as a person gives them -> :class:`Question` -> a process for each
objective and limit, and one for the chance that an experiment gives a value -> :class:`Posterior`, on whose scale the
search and the stopping advice work.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError
from surrogate.evaluation.bounds import as_values
from surrogate.optimization.goals import (
    Goal,
    Limit,
    Match,
    Maximize,
    Minimize,
    Within,
    read_goals,
    read_limits,
)
from surrogate.optimization.objective_data import ObjectiveData, Scaled, fit_models, read_objective
from surrogate.optimization.settings import Direction, OutputLimit, SearchSettings, Wanted
from surrogate.optimization.telling import MOST, telling_rows
from surrogate.optimization.told import Designs, DesignWarning, Told, read_designs
from surrogate.space import Space

if TYPE_CHECKING:
    from botorch.models.model import Model

    from surrogate.optimization.gains import Logarithm
    from surrogate.optimization.making import Making

FEWEST = 2  # measured values of an objective below which nothing is fitted
BEYOND = 3.0  # spreads of a logarithm above the best that was told: draws of a posterior count up to there
_FAR = 20.0  # spreads of an objective: farther away than any value


@dataclass(frozen=True)
class Question:
    """What is asked, made by :func:`read_question`.

    Parameters
    ----------
    space : Space
        What may be proposed.
    goals : mapping
        Objective -> what is wanted of it.
    limits : list of Limit
        On outcomes.
    told : Told
        Designs observed and pending, and candidates.
    measured : list of ObjectiveData
        Of each objective and, after them, of each further outcome with a limit; empty without observations.
    made : array of bool, (n,)
        Whether each observed design gave a value.
    """

    space: Space
    goals: Mapping[str, Goal]
    limits: list[Limit]
    told: Told
    measured: list[ObjectiveData]
    made: NDArray[np.bool_]

    @property
    def is_known(self) -> bool:
        """Whether there is enough to fit models to."""
        return bool(self.measured) and min(one.measured.sum() for one in self.measured) >= FEWEST

    def of_those_that_tell(self) -> tuple[Question, pd.DataFrame]:
        """Keep of very many observations those that say most, and return the designs of the others beside them.

        Returns
        -------
        Question
            Of at most ``telling.MOST`` observations.
        DataFrame
            The other designs: they are not to be proposed again.
        """
        observed = self.told.observed
        if len(observed) <= MOST or not self.measured:
            return self, observed.table.iloc[:0]
        # Of outcomes that only limits are on, what was measured comes first as well.
        goals = [*self.goals.values(), *[Maximize()] * (len(self.measured) - len(self.goals))]
        gains = [
            _gain(goal, as_values(one.lower, one.upper))
            for goal, one in zip(goals, self.measured, strict=True)
        ]
        rows = telling_rows(self.told.encoder.encode(observed.table), gains)
        others = np.setdiff1d(np.arange(len(observed)), rows)
        told = replace(self.told, observed=Designs(observed.table.iloc[rows], observed.inside[rows]))
        measured = [
            replace(one, lower=one.lower[rows], upper=one.upper[rows], error=one.error[rows])
            for one in self.measured
        ]
        kept = replace(self, told=told, measured=measured, made=self.made[rows])
        return kept, observed.table.iloc[others]

    def fit(self, progress: Callable[[str, int, int], None] | None = None) -> Posterior:
        """Fit the models; threads are the caller's.

        Parameters
        ----------
        progress : callable, optional
            Called with ("fit", objectives done, objectives in all).
        """
        from surrogate.optimization.making import Making
        from surrogate.optimization.multi_output import join_models

        encoder, made = self.told.encoder, self.made
        encoded = encoder.encode(self.told.observed.table)
        of_limits = {limit.name for limit in self.limits if limit.bound <= 0.0}
        targets = {name for name, goal in self.goals.items() if _least(goal) <= 0.0}
        positive = {one.name for one in self.measured} - of_limits - targets
        fitted = fit_models(encoder, encoded, self.measured, progress, positive)
        models, scales = [one.model for one in fitted], [one.scaled for one in fitted]
        names = [one.name for one in self.measured]
        limits = [_output_limit(one, names, scales) for one in self.limits]
        making = Making.fit(encoder, encoded, made)
        if making is not None:
            limits.append(making.limit(len(models)))
            models.append(making.model)
        return Posterior(
            join_models(models), scales[: len(self.goals)],
            [_wanted(goal, scale) for goal, scale in zip(self.goals.values(), scales, strict=False)],
            limits, np.array([one.spread for one in fitted[: len(self.goals)]]), encoded, made, making,
        )  # fmt: skip


@dataclass(frozen=True)
class Posterior:
    """What is believed of designs, on a scale of its own for each objective.

    Parameters
    ----------
    model : Model
        BoTorch model of the m objectives and, after them, of outcomes with limits.
    scales : list of m Scaled
        Of the objectives.
    directions : list of m "max", "min", numbers or pairs of numbers
        What is wanted of them; a number is a value to be matched, a pair the ends of a band.
    limits : list of OutputLimit
        On outputs of the model.
    spreads : array, (m,)
        Standard deviation between replicates of one design.
    encoded : array, (n, d)
        Observed designs.
    made : array of bool, (n,)
        Whether each gave a value.
    making : Making or None
        The chance that a design gives a value; None where all do.
    """

    model: Model
    scales: list[Scaled]
    directions: list[Wanted]
    limits: list[OutputLimit]
    spreads: NDArray[np.float64]
    encoded: NDArray[np.float64]
    made: NDArray[np.bool_]
    making: Making | None

    @property
    def logarithms(self) -> list[Logarithm | None] | None:
        """Which objectives are modelled as logarithms while their hypervolume counts; of a single one none.

        A front is judged in the units of its objectives: a logarithm is how they are best predicted, not what they
        are worth.
        """
        from surrogate.optimization.gains import Logarithm

        if len(self.scales) < 2:
            return None
        return [
            Logarithm(scale.spread, scale.most + BEYOND) if scale.logarithm else None for scale in self.scales
        ]

    def settings(self, given: SearchSettings | None, goals: Mapping[str, Goal]) -> SearchSettings:
        """Put the worst values that count, where all goals have one, into the settings of a search."""
        settings = given or SearchSettings()
        worst = [goal.reference if isinstance(goal, Maximize | Minimize) else None for goal in goals.values()]
        if settings.reference_point is not None or any(one is None for one in worst):
            return settings
        placed = [scale.place(float(one or 0.0)) for one, scale in zip(worst, self.scales, strict=True)]
        # What has no logarithm is worse than all that has one.
        return replace(settings, reference_point=[max(-_FAR, min(_FAR, one)) for one in placed])


def read_question(
    space: Space,
    observations: pd.DataFrame | None,
    objectives: Mapping[str, Direction | Goal],
    n: int,
    seed: int,
    pending: pd.DataFrame | None,
    candidates: pd.DataFrame | None,
    limits: Sequence[Limit],
) -> Question:
    """Read and check what ``propose`` is asked; a ``DesignWarning`` for each table says what lies outside the space.

    Parameters
    ----------
    space, observations, objectives, n, seed, pending, candidates, limits
        As for ``propose``.

    Raises
    ------
    InputError, DesignError
        As ``propose``.
    """
    if not isinstance(space, Space):
        raise InputError(
            "not a search space", where="space", value=type(space).__name__, limit="a surrogate.space.Space"
        )
    for where, table in (("observations", observations), ("pending", pending), ("candidates", candidates)):
        if table is not None and not isinstance(table, pd.DataFrame):
            raise InputError(
                "not a table",
                where=where,
                value=type(table).__name__,
                limit="a pandas DataFrame, or None",
                remedy="make it with pandas.DataFrame(...)",
            )
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise InputError("not a whole number", where="n", value=n, limit="1 or more")
    if n < 1:
        raise InputError("at least one design must be requested", where="n", value=n)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("not a whole number of at least 0", where="seed", value=seed)
    goals, bounds = read_goals(objectives, space.columns), read_limits(limits, space.columns)
    if "acquisition_value" in space.columns:
        raise InputError("a parameter cannot have this name", value="acquisition_value", remedy="rename it")
    told = read_designs(space, observations, pending, candidates)
    for note in told.notes:
        warnings.warn(note, DesignWarning, stacklevel=3)
    names = list(dict.fromkeys([*goals, *(limit.name for limit in bounds)]))
    measured = [read_objective(observations, name) for name in names] if len(told.observed) else []
    made = np.any([one.measured for one in measured], axis=0) if measured else np.zeros(0, dtype=bool)
    rare = {one.name: int(one.measured.sum()) for one in measured if one.measured.sum() < FEWEST}
    for name, count in rare.items() if len(rare) < len(measured) else ():
        what = "designs that fill the space are proposed" if name in goals else "its limit is left out"
        warnings.warn(
            f"{name} was measured {count} times, and {FEWEST} are needed to learn from: {what}",
            DesignWarning,
            stacklevel=3,
        )
    left_out = rare.keys() - goals.keys()
    return Question(
        space, goals, [one for one in bounds if one.name not in left_out], told,
        [one for one in measured if one.name not in left_out], made,
    )  # fmt: skip


def _gain(goal: Goal, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values of an objective so that more is better; NaN stays."""
    if isinstance(goal, Match):
        return -np.abs(values - goal.target)
    if isinstance(goal, Within):
        return -np.maximum(np.maximum(goal.low - values, values - goal.high), 0.0)
    return values if isinstance(goal, Maximize) else -values


def _wanted(goal: Goal, scale: Scaled) -> Wanted:
    if isinstance(goal, Match):
        return scale.place(goal.target)
    if isinstance(goal, Within):
        return scale.place(goal.low), scale.place(goal.high)
    return "max" if isinstance(goal, Maximize) else "min"


def _least(goal: Goal) -> float:
    """Return the lowest value that a goal names, infinite where it names none; at or below 0 has no logarithm."""
    if isinstance(goal, Match):
        return goal.target
    return goal.low if isinstance(goal, Within) else math.inf


def _output_limit(limit: Limit, names: list[str], scales: list[Scaled]) -> OutputLimit:
    at = names.index(limit.name)
    return at, 1.0 if limit.side == "<=" else -1.0, scales[at].place(limit.bound)
