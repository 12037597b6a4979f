"""Which experiments next, in any search space: the general optimizer under the optimizer for hosts.

A Gaussian process for each objective, fitted to the observations, and the search of
:mod:`surrogate.optimization.search`. Before there is enough to fit, designs that fill the space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from surrogate.errors import DesignError, InputError
from surrogate.optimization.objective_data import fit_models, read_objective
from surrogate.optimization.settings import Direction, SearchSettings
from surrogate.space import Encoder, Space

FEWEST = 2  # measured values of an objective below which nothing is fitted
_TOLERANCE = 1e-6  # on designs as given: files and single-precision numbers carry no more digits


def propose(
    space: Space,
    observations: pd.DataFrame | None,
    objectives: Mapping[str, Direction],
    n: int,
    seed: int,
    pending: pd.DataFrame | None = None,
    candidates: pd.DataFrame | None = None,
    *,
    feasible: Callable[[pd.DataFrame], Any] | None = None,
    settings: SearchSettings | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Choose the n designs to try next.

    They differ from each other and from all designs observed and pending. The same arguments give the same designs.

    Parameters
    ----------
    space : Space
        What may be proposed.
    observations : DataFrame, optional
        Parameter and objective columns, one row an experiment; NaN where an objective was not measured;
        ``<objective>_censored`` marks a value that is a lower bound (true) or an upper one ("below"), and
        ``<objective>_upper_bound`` gives the upper end of an interval that begins at the value. None or empty: the
        designs fill the space.
    objectives : mapping
        Column -> "max" or "min".
    n : int
        Designs to propose, at least 1.
    seed : int
        Of all random numbers, at least 0.
    pending : DataFrame, optional
        Designs that are being made, parameter columns.
    candidates : DataFrame, optional
        The only designs allowed; their index is kept.
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
        Naming row and column, for a row outside the space or with a missing parameter.
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
    directions = _directions(space, objectives)
    observed = _designs(space, observations, "observations")
    started = _designs(space, pending, "pending")
    measured = [read_objective(observations, name) for name in directions] if len(observed) else []

    # Heavy imports only once the input is known to be good.
    from surrogate.optimization.initial_designs import initial_designs
    from surrogate.optimization.problem import Problem
    from surrogate.optimization.search import ACQUISITION_VALUE, search
    from surrogate.optimization.threads import single_thread

    encoder = Encoder(space)
    with single_thread():
        if not measured or min(objective.measured.sum() for objective in measured) < FEWEST:
            problem = Problem(space, encoder, feasible=feasible)
            return initial_designs(problem, n, seed, pd.concat([observed, started]), candidates)
        encoded = encoder.encode(observed)
        found = search(
            fit_models(encoder, encoded, measured, progress),
            space,
            encoder,
            n,
            seed,
            baseline=encoded[np.any([objective.measured for objective in measured], axis=0)],
            pending=encoder.encode(started) if len(started) else None,
            feasible=feasible,
            candidates=candidates,
            settings=settings,
            directions=list(directions.values()),
            progress=progress,
        )
    return found.drop(columns=ACQUISITION_VALUE)


def _directions(space: Space, objectives: Mapping[str, Direction]) -> dict[str, Direction]:
    if not isinstance(objectives, Mapping) or not objectives:
        raise InputError("no objective", value=objectives, limit='for instance {"cycle_life_cycles": "max"}')
    for name, direction in objectives.items():
        if direction not in ("max", "min"):
            raise InputError(
                "unknown direction", where=f"objective {name}", value=direction, limit='"max" or "min"'
            )
        if name in space.columns:
            raise InputError("an objective has the name of a parameter", where=f"objective {name}")
    return dict(objectives)


def _designs(space: Space, table: pd.DataFrame | None, where: str) -> pd.DataFrame:
    """Return the parameter columns of a table, columns that do not act at their null; checked."""
    if table is None or not len(table):
        return pd.DataFrame({column: [] for column in space.columns})
    for column in space.columns:
        if column not in table.columns:
            raise DesignError("a parameter column is missing", where=where, column=column)
    for parameter in space.layout.categoricals:
        for row, value in enumerate(table[parameter.name]):
            if pd.isna(value) or parameter.code(value) < 0:
                raise DesignError(
                    "unknown category",
                    where=where,
                    row=row,
                    column=parameter.name,
                    value=value,
                    limit=parameter.allowed,
                )
    designs = space.with_nulls(table, where)
    space.require(
        designs, where, _TOLERANCE, nonlinear="none"
    )  # what breaks them may well have been measured
    return designs
