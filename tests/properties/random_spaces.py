"""Random search spaces and what was told in them, and a judge of proposals that shares no code with the package."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.optimize import Bounds, milp
from scipy.optimize import LinearConstraint as Rows

from surrogate.errors import SpaceError
from surrogate.optimization import propose
from surrogate.optimization.settings import SearchSettings
from surrogate.optimization.told import DesignWarning
from surrogate.space import (
    Categorical,
    Continuous,
    Discrete,
    LinearConstraint,
    Restriction,
    Simplex,
    Space,
)

EXACT = 1e-9  # of a limit or sum, relative to the size of its terms (at least 1)
#: The least work with which a search still does all that it does.
CHEAPEST = SearchSettings(
    pool=24, near=6, keep=6, first_starts=1, starts=1, maxiter=2, generations=1, parents=2, children=3,
    mc_samples=4, baseline=4, prune_samples=16,
)  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """What a space is made of."""

    parameters: tuple[Any, ...]
    constraints: tuple[LinearConstraint, ...]
    restrictions: tuple[Restriction, ...]

    def space(self) -> Space:
        """Make the space, which may refuse its parts."""
        return Space(self.parameters, self.constraints, self.restrictions)


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    """One to six parameters of every kind; constraints and restrictions come and go, and may leave nothing."""
    parameters: list[Any] = [draw(continuous(f"x{k}")) for k in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        values = draw(st.lists(st.sampled_from([1, 2, 3, 5, 8, 10, 40]), min_size=2, max_size=4, unique=True))
        parameters.append(Discrete("d", values, log=draw(st.booleans())))
    if draw(st.booleans()) or not parameters:
        parameters.append(draw(simplex("m")))
    for name, values in (("c", ["Cu", "Ni", "Ti"]), ("grade", [1, 2.5])):
        if draw(st.booleans()):
            parameters.append(Categorical(name, values[: draw(st.integers(1, 3))]))
    numbers = [
        column
        for one in parameters
        if not isinstance(one, Categorical) and not getattr(one, "log", False)
        for column in one.columns
    ]
    constraints = [draw(linear(numbers)) for _ in range(draw(st.integers(0, 2) if numbers else st.just(0)))]
    kinds = [one for one in parameters if isinstance(one, Categorical)]
    restrictions = []
    if kinds and draw(st.booleans()):
        restrictions.append(draw(restriction(kinds[0], parameters, numbers)))
    return Parts(tuple(parameters), tuple(constraints), tuple(restrictions))


@st.composite
def continuous(draw: st.DrawFn, name: str) -> Continuous:
    log = draw(st.booleans())
    low = draw(st.sampled_from([0.5, 2.0])) if log else draw(st.sampled_from([-3.0, 0.0, 0.25]))
    high = draw(st.sampled_from([3.0, 40.0, 1000.0] if log else [1.0, 2.5, 100.0]))
    return Continuous(name, low, high, log=log, step=draw(st.sampled_from([None, None, 0.1, 0.5, 1.0])))


@st.composite
def simplex(draw: st.DrawFn, name: str) -> Simplex:
    names = [f"{name}{k}" for k in range(draw(st.integers(2, 5)))]
    total = draw(st.sampled_from([1.0, 1.0, 100.0]))
    return Simplex(
        name,
        names,
        lower={names[0]: draw(st.sampled_from([0.0, 0.0, 0.1])) * total},
        upper={names[-1]: draw(st.sampled_from([1.0, 0.6, 0.35])) * total},
        step=draw(st.sampled_from([None, 0.05, 0.1, 0.25])) and draw(st.sampled_from([0.05, 0.1])) * total,
        total=total,
        at_most=draw(st.sampled_from([None, None, 1, 2, 3])),
        least=draw(st.sampled_from([None, None, 0.02, 0.1, 0.3]))
        and draw(st.sampled_from([0.02, 0.2])) * total,
    )


@st.composite
def linear(draw: st.DrawFn, numbers: list[str]) -> LinearConstraint:
    columns = draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=3, unique=True))
    coefficients = {one: draw(st.sampled_from([1.0, 1.0, -1.0, 0.5, 2.0, -0.3])) for one in columns}
    sense = draw(st.sampled_from(["<=", "<=", ">=", "=="]))
    return LinearConstraint(coefficients, sense, draw(st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.7, 20.0])))


@st.composite
def restriction(draw: st.DrawFn, kind: Categorical, parameters: list[Any], numbers: list[str]) -> Restriction:
    """What holds for the first category alone."""
    when = {kind.name: [next(iter(kind))]}
    open_ones: list[Any] = [one for one in parameters if isinstance(one, Continuous)]
    how = draw(st.sampled_from(["forbid", "fix", "limits", "linear"]))
    if how == "linear" and numbers:
        return Restriction(when, "for this one", constraints=(draw(linear(numbers)),))
    if how == "fix" and open_ones:
        return Restriction(when, "does not act", fix={open_ones[0].name: 0.0})
    if how == "limits" and open_ones:
        one = open_ones[0]
        middle = (one.lower * one.upper) ** 0.5 if one.log else 0.5 * (one.lower + one.upper)
        return Restriction(when, "not above", upper={one.name: middle})
    return Restriction(when, "not made", forbid=True)


def told(space: Space, n: int, seed: int, outside: float) -> pd.DataFrame:
    """n experiments, of which some gave no value and some have been made outside the space."""
    rng = np.random.default_rng(seed)
    table = space.sample(n, seed % 1000)
    free = [one for one in space.parameters if isinstance(one, Continuous)]
    for row in np.flatnonzero(rng.uniform(size=n) < outside):
        for one in free[:1]:
            table.loc[row, one.name] = one.upper * (1.3 if one.upper > 0 else 0.5)
        for kind in space.layout.categoricals[:1]:
            table[kind.name] = table[kind.name].astype(object)
            table.loc[row, kind.name] = "given up"
    table["y"] = rng.normal(size=n) + table[space.numeric[0]].to_numpy(dtype=float)
    table.loc[rng.uniform(size=n) < 0.2, "y"] = np.nan
    return table


@st.composite
def questions(draw: st.DrawFn, most: int) -> Question:
    """What ``propose`` may be asked in a random space, for at most so many designs."""
    return Question(
        draw(parts()),
        seed=draw(st.integers(0, 10**6)),
        n=draw(st.integers(1, most)),
        told=draw(st.integers(0, 14)),
        outside=draw(st.sampled_from([0.0, 0.3])),
        listed=draw(st.booleans()),
    )


@dataclass(frozen=True)
class Question:
    """Parts of a space, how many designs are asked for, and of what was told."""

    made: Parts
    seed: int
    n: int
    told: int
    outside: float
    listed: bool

    def answer(self) -> pd.DataFrame | SpaceError:
        """Return n proposals, or the error by which the space or the question is refused."""
        refused: SpaceError
        try:
            space = self.made.space()
        except SpaceError as error:
            refused = error
        else:
            try:
                return self._proposals(space)
            except SpaceError as error:
                refused = error
            assert "not enough different designs left" in str(refused)
            return refused
        # An equality of a restriction that no settable values meet is a slip, even where other categories are open.
        assert str(refused).startswith("restriction (") or not settable(self.made), refused
        return refused

    def _proposals(self, space: Space) -> pd.DataFrame:
        observations = told(space, self.told, self.seed, self.outside) if self.told else None
        candidates = space.round(space.sample(3 * self.n, self.seed % 7)) if self.listed else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DesignWarning)
            return propose(
                space, observations, {"y": "max"}, self.n, self.seed, candidates=candidates, settings=CHEAPEST
            )


def violations(made: Parts, designs: pd.DataFrame) -> list[str]:
    """Say in which ways designs are not allowed, judged from what the space is made of."""
    found = []
    for k, row in enumerate(designs.to_dict("records")):
        found += [f"row {k}: {one}" for one in _of_row(made, row)]
    return found


def _of_row(made: Parts, row: dict[str, Any]) -> list[str]:
    found, limits, fixed, linear_ones = [], _limits(made, row), {}, list(made.constraints)
    for one in made.restrictions:
        if all(row[name] in values for name, values in one.when.items()):
            if one.forbid:
                found.append(f"forbidden: {row}")
            fixed |= one.fix
            linear_ones += one.constraints
    for name, (low, high) in limits.items():
        if name in fixed:
            if row[name] != fixed[name]:
                found.append(f"{name} {row[name]} instead of {fixed[name]}")
        elif not low - EXACT * max(1.0, abs(low)) <= row[name] <= high + EXACT * max(1.0, abs(high)):
            found.append(f"{name} {row[name]} outside {low} to {high}")
    for parameter in made.parameters:
        if isinstance(parameter, Categorical | Discrete):
            if row[parameter.name] not in (allowed := parameter.values):  # noqa: PD011
                found.append(f"{parameter.name} {row[parameter.name]} is none of {allowed}")
        elif isinstance(parameter, Simplex):
            found += _of_mixture(parameter, row)
    for one in linear_ones:
        terms = [value * row[name] for name, value in one.coefficients.items()]
        size = EXACT * max(1.0, abs(one.bound), *map(abs, terms))
        over = {"<=": sum(terms) - one.bound, ">=": one.bound - sum(terms), "==": abs(sum(terms) - one.bound)}
        if over[one.sense] > size:
            found.append(f"{one}: {sum(terms)!r}")
    off = [name for name, step in _steps(made).items() if name not in fixed and _off(row[name], step)]
    if off and _grid_point_exists(made, limits, fixed, linear_ones):
        found.append(f"between steps: {', '.join(f'{name} {row[name]!r}' for name in off)}")
    return found


def _of_mixture(mixture: Simplex, row: dict[str, Any]) -> list[str]:
    amounts = np.array([row[part] for part in mixture.parts])
    slack, found = EXACT * max(1.0, mixture.total), []
    if abs(amounts.sum() - mixture.total) > slack:
        found.append(f"sum {amounts.sum()!r}")
    present = amounts > slack
    if mixture.at_most is not None and present.sum() > mixture.at_most:
        found.append(f"{present.sum()} parts")
    least = np.zeros(len(amounts)) if mixture.least is None else np.array(mixture.least)
    limits = np.array([mixture.limits[part] for part in mixture.parts])
    trace = (amounts != 0.0) & (np.abs(amounts) < 1e-6 * limits[:, 1]) & (limits[:, 0] == 0.0)
    if trace.any():
        found.append(f"traces: {amounts[trace].tolist()}")
    if (present & (amounts < least - slack)).any():
        found.append(f"less than the least: {amounts.tolist()}")
    return found


def _limits(made: Parts, row: dict[str, Any]) -> dict[str, tuple[float, float]]:
    limits: dict[str, tuple[float, float]] = {}
    for one in made.parameters:
        if isinstance(one, Continuous):
            limits[one.name] = one.lower, one.upper
        elif isinstance(one, Simplex):
            limits |= one.limits
    for one in made.restrictions:
        if all(row[name] in values for name, values in one.when.items()):
            limits |= {
                name: (limits[name][0], min(limits[name][1], upper)) for name, upper in one.upper.items()
            }
    return limits


def _steps(made: Parts) -> dict[str, float]:
    return {
        column: one.step
        for one in made.parameters
        if isinstance(one, Continuous | Simplex) and one.step is not None
        for column in one.columns
    }


def _off(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) > 1e-6


def settable(made: Parts) -> bool:
    """Say whether any design can be set: every number at a multiple of its step, nothing broken."""
    kinds = [one for one in made.parameters if isinstance(one, Categorical)]
    for values in itertools.product(*(list(one) for one in kinds)):
        row = dict(zip([one.name for one in kinds], values, strict=True))
        acting = [
            one for one in made.restrictions if all(row[name] in some for name, some in one.when.items())
        ]
        if not any(one.forbid for one in acting):
            fixed = {name: value for one in acting for name, value in one.fix.items()}
            linear_ones = [*made.constraints, *(more for one in acting for more in one.constraints)]
            if _grid_point_exists(made, _limits(made, row), fixed, linear_ones):
                return True
    return False


def _grid_point_exists(
    made: Parts, limits: dict[str, tuple[float, float]], fixed: dict[str, float], ones: list[LinearConstraint]
) -> bool:
    """Say whether any design of these categories has every stepped column at a multiple of its step.

    Variables: each column in its steps, and whether it is there (0 or 1), for mixtures.
    """
    steps, listed = _steps(made), [one for one in made.parameters if isinstance(one, Discrete)]
    mixtures = [one for one in made.parameters if isinstance(one, Simplex)]
    names = [*limits, *(one.name for one in listed)]
    scale = np.array([steps.get(name, 1.0) for name in names])
    whole = np.array([name in steps and name not in fixed for name in names])
    size, there = len(names), {name: len(names) + k for k, name in enumerate(names)}
    rows: list[tuple[dict[int, float], float, float]] = []
    for one in mixtures:
        for part, least in zip(one.parts, one.least or (0.0,) * len(one.parts), strict=True):
            k = names.index(part)
            rows.append(({k: scale[k], there[part]: -one.total}, -np.inf, 0.0))
            rows.append(({k: -scale[k], there[part]: least}, -np.inf, 0.0))
        rows.append(({there[part]: 1.0 for part in one.parts}, 0.0, float(one.at_most or len(one.parts))))
    sums = [LinearConstraint(dict.fromkeys(one.parts, 1.0), "==", one.total) for one in mixtures]
    for one in (*ones, *sums):
        terms = {names.index(name): v * scale[names.index(name)] for name, v in one.coefficients.items()}
        low, high = (
            (-np.inf if one.sense == "<=" else one.bound),
            (np.inf if one.sense == ">=" else one.bound),
        )
        rows.append((terms, low, high))
    matrix = np.zeros((len(rows), 2 * size))
    for k, (terms, _, _) in enumerate(rows):
        for column, value in terms.items():
            matrix[k, column] = value
    kept = Rows(matrix, [low for _, low, _ in rows], [high for _, _, high in rows]) if rows else ()
    for values in itertools.product(*(one.values for one in listed)):  # noqa: PD011
        at = fixed | dict(zip([one.name for one in listed], values, strict=True))
        ends = np.array([(at[name],) * 2 if name in at else limits[name] for name in names])
        lower, upper = (ends / scale[:, None] + 1e-6 * whole[:, None] * [-1.0, 1.0]).T
        found = milp(
            np.zeros(2 * size),
            integrality=np.concatenate([whole.astype(int), np.ones(size)]),
            bounds=Bounds(np.append(lower, np.zeros(size)), np.append(upper, np.ones(size))),
            constraints=kept,
        )
        if found.success:
            return True
    return False
