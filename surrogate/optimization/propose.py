"""Which experiments next, in any search space: the general optimizer under the one for hosts.

A Gaussian process for each objective, fitted to the observations, and the search of
:mod:`surrogate.optimization.search`. Before there is enough to fit, designs that fill the space.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import DesignError, InputError
from surrogate.space import Encoder, Space

if TYPE_CHECKING:
    from botorch.models.model import Model

    from surrogate.optimization.acquisition import SearchSettings

Direction = Literal["max", "min"]
FEWEST = 2  # measured values of an objective below which nothing is fitted
_TOLERANCE = 1e-6  # on told designs: files and single-precision numbers carry no more digits


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
    """The n designs to try next, as a table of the parameter columns.

    They differ from each other and from all designs told and pending.

    observations: parameter and objective columns; NaN where an objective was not measured; a true
    ``<objective>_censored`` marks a value that is a lower bound. Empty: the designs fill the space.
    objectives: column -> "max" or "min". pending: designs under way, parameter columns. candidates: the only
    designs allowed (their index is kept). feasible: rows -> whether each is allowed. settings: how hard to
    search. The same arguments give the same designs.

    An objective whose values are all positive is modelled on a log scale, any other as it is.

    Raises InputError for a wrong space, table, n, seed, objective or value; DesignError, naming row and column, for
    a row outside the space or with a missing parameter; SpaceError when fewer than n different designs are left.
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
                remedy="make one with pandas.DataFrame(...)",
            )
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise InputError("a whole number is needed", where="n", value=n, limit="1 or more")
    if n < 1:
        raise InputError("at least one design has to be asked for", where="n", value=n)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("not a whole number of at least 0", where="seed", value=seed)
    directions = _directions(space, objectives)
    told = _designs(space, observations, "observations")
    under_way = _designs(space, pending, "pending")
    series = [_series(observations, name) for name in directions] if len(told) else []

    # Heavy imports only once the input is known to be good.
    from surrogate.optimization.acquisition import one_thread
    from surrogate.optimization.problem import Problem
    from surrogate.optimization.search import ACQUISITION_VALUE, search
    from surrogate.optimization.start import first_designs

    encoder = Encoder(space)
    with one_thread():
        if not series or min(one.measured.sum() for one in series) < FEWEST:
            problem = Problem(space, encoder, feasible=feasible)
            return first_designs(problem, n, seed, pd.concat([told, under_way]), candidates)
        encoded = encoder.encode(told)
        found = search(
            _fit(encoder, encoded, series, seed, progress),
            space,
            encoder,
            n,
            seed,
            baseline=encoded[np.any([one.measured for one in series], axis=0)],
            pending=encoder.encode(under_way) if len(under_way) else None,
            feasible=feasible,
            candidates=candidates,
            settings=settings,
            directions=list(directions.values()),
            progress=progress,
        )
    return found.drop(columns=ACQUISITION_VALUE)


@dataclass(frozen=True)
class _Series:
    """One objective: values (n,), NaN where not measured, and whether each is a lower bound (n,)."""

    name: str
    value: NDArray[np.float64]
    censored: NDArray[np.bool_]

    @property
    def measured(self) -> NDArray[np.bool_]:
        return np.isfinite(self.value)

    def scaled(self) -> NDArray[np.float64]:
        """The measured values with mean 0 and spread 1, of the logarithm where all are positive."""
        values = self.value[self.measured]
        values = np.log(values) if (values > 0).all() else values
        spread = float(values.std())
        return np.asarray((values - values.mean()) / (spread if spread > 0 else 1.0))


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
    """The parameter columns of a table, columns that do not act at their null; checked."""
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
    space.require(designs, where, _TOLERANCE)
    return designs


def _series(observations: pd.DataFrame | None, name: str) -> _Series:
    if observations is None or name not in observations.columns:
        known = [] if observations is None else [str(column) for column in observations.columns]
        raise InputError(
            "unknown objective", value=name, limit=f"a column of the observations: {', '.join(known)}"
        )
    given = observations[name]
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    for row in np.flatnonzero(given.notna().to_numpy() & ~np.isfinite(numbers)).tolist():
        raise InputError(
            "not a finite number", where="observations", row=row, column=name, value=given.tolist()[row]
        )
    censored = np.zeros(len(given), dtype=bool)
    flag = f"{name}_censored"
    if flag in observations.columns:
        for at, value in enumerate(observations[flag]):
            if pd.isna(value):
                continue
            if value not in (True, False):
                raise InputError(
                    "not a truth value",
                    where="observations",
                    row=at,
                    column=flag,
                    value=value,
                    limit="true or false",
                )
            censored[at] = bool(value)
    return _Series(name, numbers, censored)


def _fit(
    encoder: Encoder,
    encoded: NDArray[np.float64],
    series: list[_Series],
    seed: int,
    progress: Callable[[str, int, int], None] | None,
) -> Model:
    """One Gaussian process for each objective, joined."""
    from surrogate.models.gp import TargetGP
    from surrogate.optimization.acquisition import joined

    models = []
    for k, one in enumerate(series):
        if progress:
            progress("fit", k, len(series))
        rows = one.measured
        fitted = TargetGP.fit(
            encoded[rows], one.scaled(), groups=encoder.groups, censored=one.censored[rows], seed=seed
        )
        models.append(fitted.botorch_model())
    return joined(models)
