"""Which experiments next, in any search space: the general optimizer under the optimizer for hosts.

A Gaussian process for each objective, fitted to the observations, and the search of
:mod:`surrogate.optimization.search`. Before there is enough to fit, designs that fill the space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from surrogate.optimization.goals import Goal, Limit
from surrogate.optimization.question import read_question
from surrogate.optimization.settings import Direction, SearchSettings
from surrogate.space import Space


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
    make the total, as before it was added; to use a part no longer, keep it with the upper limit 0
    (``upper={"w3": 0}``): rows that have it are learned from, and refused where the mixture lacks it. A column or
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
        designs fill the space. A row without any value is an experiment that failed: it is not proposed again,
        and designs that are likely to fail are passed over, from the first failure on. ``<objective>_sem`` is the
        known standard error of a value.
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
    asked = read_question(space, observations, objectives, n, seed, pending, candidates, limits)
    told = asked.told

    # Heavy imports only once the input is known to be good.
    from surrogate.optimization.initial_designs import initial_designs
    from surrogate.optimization.problem import Problem
    from surrogate.optimization.search import ACQUISITION_VALUE, search
    from surrogate.optimization.threads import single_thread

    encoder, observed, started = told.encoder, told.observed, told.pending
    with single_thread():
        if not asked.is_known:
            problem = Problem(space, encoder, feasible=feasible)
            taken = pd.concat([observed.table[observed.inside], started.table[started.inside]])
            return initial_designs(problem, n, seed, taken, told.candidates)
        asked, others = asked.of_those_that_tell()
        posterior, under_way = asked.fit(progress), encoder.encode(started.table)
        usable = posterior.made & asked.told.observed.inside
        found = search(
            posterior.model,
            space,
            encoder,
            n,
            seed,
            # What cannot be made any more is nothing to improve on, nor does it stand in for what can be made.
            baseline=posterior.encoded[usable],
            pending=under_way[started.inside],
            feasible=feasible,
            candidates=told.candidates,
            settings=posterior.settings(settings, asked.goals),
            directions=posterior.directions,
            limits=posterior.limits,
            logarithms=posterior.logarithms,
            weight=posterior.making.log_weight if posterior.making is not None else None,
            tried=np.concatenate(
                [posterior.encoded[~usable], under_way[~started.inside], encoder.encode(others)]
            ),
            progress=progress,
        )
    return found.drop(columns=ACQUISITION_VALUE)
