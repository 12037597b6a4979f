"""Which experiments next, in any search space: the general optimizer under the optimizer for hosts.

A Gaussian process for each objective, fitted to the observations, and the search of
:mod:`surrogate.optimization.search`. Before there is enough to fit, designs that fill the space.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import InputError
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
from surrogate.optimization.told import DesignWarning, read_designs
from surrogate.space import Space

SURELY = 0.9  # of 1, at which a design counts as one that will give a value
FEWEST = 2  # measured values of an objective below which nothing is fitted
MADE = "whether an experiment gives a value"
_FAR = 20.0  # spreads of an objective: farther away than any value


def propose(
    space: Space,
    observations: pd.DataFrame | None,
    objectives: Mapping[str, Direction | Goal],
    n: int,
    seed: int,
    pending: pd.DataFrame | None = None,
    candidates: pd.DataFrame | None = None,
    *,
    limits: Sequence[Limit] = (),
    feasible: Callable[[pd.DataFrame], Any] | None = None,
    settings: SearchSettings | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Choose the n designs to try next.

    They differ from each other and from all designs observed and pending. The same arguments give the same designs.

    Observations may lie outside the space of today (limits since narrowed, a category no longer listed, a new
    constraint): the models learn from them, and nothing outside is proposed or counts as the best so far. A sum of a
    mixture that is off by less than 1 % of its total is put right. A part that is not given is zero where the others
    make the total, as before it was added; to use a part no longer, keep it with the upper limit 0. A column or
    category that was renamed is read under its old name too, where the parameter says what it ``was``. A
    ``DesignWarning`` for each table says how many rows are concerned, and in what.

    Parameters
    ----------
    space : Space
        What may be proposed.
    observations : DataFrame, optional
        Parameter and objective columns, one row an experiment; NaN where an objective was not measured;
        ``<objective>_censored`` marks a value that is a lower bound (true) or an upper one ("below"), and
        ``<objective>_upper_bound`` gives the upper end of an interval that begins at the value. None or empty: the
        designs fill the space. A row without any value is an experiment that failed: it is not proposed again, and
        where more than one failed, designs that are likely to fail are passed over. ``<objective>_sem`` is the known
        standard error of a value.
    objectives : mapping
        Column -> "max", "min", ``Maximize(reference)``, ``Minimize(reference)``, ``Match(value)`` or
        ``Within(low, high)``.
    n : int
        Designs to propose, at least 1.
    seed : int
        Of all random numbers, at least 0.
    pending : DataFrame, optional
        Designs that are being made, parameter columns. Those outside the space are passed over.
    candidates : DataFrame, optional
        The only designs allowed; their index is kept. Those outside the space are left out.
    limits : sequence of Limit
        Bounds on outcomes, columns of the observations.
    feasible : callable, optional
        Rows of the parameter columns -> whether each is allowed.
    settings : SearchSettings, optional
        How hard to search.
    progress : callable, optional
        Called with (stage, steps done, steps in all).

    Returns
    -------
    DataFrame, n rows
        The parameter columns.

    Raises
    ------
    InputError
        For a wrong space, table, n, seed, objective or value.
    DesignError
        Naming row and column: for a missing parameter, text where a number belongs, a fraction below 0, the sum of a
        mixture that is off by 1 % or more, and candidates of which none is in the space.
    SpaceError
        When fewer than n different designs are left.
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
    observed, started, candidates = told.observed, told.pending, told.candidates
    for note in told.notes:
        warnings.warn(note, DesignWarning, stacklevel=2)
    names = list(dict.fromkeys([*goals, *(limit.name for limit in bounds)]))
    measured = [read_objective(observations, name) for name in names] if len(observed) else []
    made = np.any([one.measured for one in measured], axis=0) if measured else np.zeros(0, dtype=bool)

    # Heavy imports only once the input is known to be good.
    from surrogate.optimization.initial_designs import initial_designs
    from surrogate.optimization.problem import Problem
    from surrogate.optimization.search import ACQUISITION_VALUE, search
    from surrogate.optimization.threads import single_thread

    encoder = told.encoder
    with single_thread():
        if not measured or min(objective.measured.sum() for objective in measured) < FEWEST:
            problem = Problem(space, encoder, feasible=feasible)
            taken = pd.concat([observed.table[observed.inside], started.table[started.inside]])
            return initial_designs(problem, n, seed, taken, candidates)
        encoded, under_way = encoder.encode(observed.table), encoder.encode(started.table)
        if np.sum(~made) > 1:
            measured.append(_making(made))
            bounds.append(Limit(MADE, ">=", SURELY))
        of_limits = {limit.name for limit in bounds if limit.bound <= 0.0}
        targets = {name for name, goal in goals.items() if _least(goal) <= 0.0}
        positive = {one.name for one in measured} - of_limits - targets - {MADE}
        model, scales = fit_models(encoder, encoded, measured, progress, positive)
        found = search(
            model,
            space,
            encoder,
            n,
            seed,
            # What cannot be made any more is nothing to improve on, nor does it stand in for what can be made.
            baseline=encoded[made & observed.inside],
            pending=under_way[started.inside],
            feasible=feasible,
            candidates=candidates,
            settings=_with_reference(settings or SearchSettings(), goals, scales),
            directions=[_wanted(goal, scale) for goal, scale in zip(goals.values(), scales, strict=False)],
            limits=[_output_limit(limit, measured, scales) for limit in bounds],
            tried=np.concatenate([encoded[~(made & observed.inside)], under_way[~started.inside]]),
            progress=progress,
        )
    return found.drop(columns=ACQUISITION_VALUE)


def _making(made: NDArray[np.bool_]) -> ObjectiveData:
    """Whether each experiment gave a value, as an outcome of its own: 1 or 0."""
    value = made.astype(float)
    return ObjectiveData(MADE, value, value, np.zeros(len(made)))


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


def _output_limit(limit: Limit, measured: list[ObjectiveData], scales: list[Scaled]) -> OutputLimit:
    at = [one.name for one in measured].index(limit.name)
    return at, 1.0 if limit.side == "<=" else -1.0, scales[at].place(limit.bound)


def _with_reference(
    settings: SearchSettings, goals: Mapping[str, Goal], scales: list[Scaled]
) -> SearchSettings:
    """Put the worst values that count, where all are given, into the settings on the scale of the models."""
    given = [goal.reference if isinstance(goal, Maximize | Minimize) else None for goal in goals.values()]
    if settings.reference_point is not None or any(one is None for one in given):
        return settings
    placed = [scale.place(float(one or 0.0)) for one, scale in zip(given, scales, strict=False)]
    # What has no logarithm is worse than all that has one.
    return replace(settings, reference_point=[max(-_FAR, min(_FAR, one)) for one in placed])
