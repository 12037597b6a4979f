"""Whether the parts of a search space fit together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from surrogate.errors import SpaceError
from surrogate.space.constraints import LinearConstraint, NonlinearConstraint, Restriction
from surrogate.space.layout import Layout
from surrogate.space.parameters import Categorical, Continuous, Discrete, Parameter, Simplex, grid_counts

_FINEST = 10**6  # denominator up to which a product of coefficient and step counts as a fraction


def check_definition(
    parameters: tuple[Parameter, ...],
    constraints: tuple[LinearConstraint | NonlinearConstraint, ...],
    restrictions: tuple[Restriction, ...],
) -> None:
    """Check that parameters, constraints and restrictions fit together.

    Parameters
    ----------
    parameters : tuple of Continuous, Discrete, Categorical or Simplex
    constraints : tuple of LinearConstraint or NonlinearConstraint
    restrictions : tuple of Restriction

    Raises
    ------
    SpaceError
        If there is no parameter, a name is used twice, or a constraint or restriction refers to a column or
        category that does not exist or cannot take part.
    """
    if not parameters:
        raise SpaceError("a space needs at least one parameter")
    for parameter in parameters:
        if not isinstance(parameter, Continuous | Discrete | Categorical | Simplex):
            raise SpaceError(
                "not a parameter", value=parameter, limit="Continuous, Discrete, Categorical or Simplex"
            )
    _refuse_repeated((parameter.name for parameter in parameters), "a parameter name is used twice")
    _refuse_repeated(
        (column for parameter in parameters for column in parameter.columns), "a column is used twice"
    )
    categories = {
        parameter.name: parameter.values for parameter in parameters if isinstance(parameter, Categorical)
    }
    numeric = {
        column
        for parameter in parameters
        if not isinstance(parameter, Categorical)
        for column in parameter.columns
    }
    logs = {
        parameter.name
        for parameter in parameters
        if isinstance(parameter, Continuous | Discrete) and parameter.log
    }
    for constraint in constraints:
        if isinstance(constraint, LinearConstraint):
            _check_constraint(constraint, numeric, logs, f"linear constraint {constraint}")
        elif not isinstance(constraint, NonlinearConstraint):
            raise SpaceError(
                "not a constraint", value=constraint, limit="LinearConstraint or NonlinearConstraint"
            )
    names = (one.name for one in constraints if isinstance(one, NonlinearConstraint))
    _refuse_repeated(names, "the name of a nonlinear constraint is used twice")
    for restriction in restrictions:
        _check_restriction(restriction, categories, numeric, logs)
    layout = Layout(parameters)
    for constraint in constraints:
        if isinstance(constraint, LinearConstraint):
            _check_grid(constraint, layout, frozenset(), f"linear constraint {constraint}")
    for restriction in restrictions:
        for constraint in restriction.constraints:
            where = f"restriction ({restriction.reason}), {constraint}"
            _check_grid(constraint, layout, frozenset(restriction.fix), where)


def _check_restriction(
    restriction: Restriction, categories: dict[str, Sequence[Any]], numeric: set[str], logs: set[str]
) -> None:
    """Refuse a restriction that refers to a column or category that does not exist."""
    where = f"restriction ({restriction.reason})"
    for column, values in restriction.when.items():
        if column not in categories:
            raise SpaceError(
                "not a categorical column",
                where=where,
                value=column,
                limit=", ".join(categories) or "there are none",
            )
        unknown = [value for value in values if value not in categories[column]]
        if unknown:
            allowed = ", ".join(map(str, categories[column]))
            raise SpaceError(
                "unknown category", where=f"{where}, column {column}", value=unknown[0], limit=allowed
            )
    for column in (*restriction.fix, *restriction.lower, *restriction.upper):
        if column not in numeric:
            raise SpaceError(
                "not a numeric column", where=where, value=column, limit=", ".join(sorted(numeric))
            )
    for constraint in restriction.constraints:
        _check_constraint(constraint, numeric, logs, where)


def _refuse_repeated(names: Iterable[str], what: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise SpaceError(what, value=name, remedy="give each its own name")


def _check_constraint(constraint: LinearConstraint, numeric: set[str], logs: set[str], where: str) -> None:
    for column in constraint.coefficients:
        if column not in numeric:
            raise SpaceError(
                "not a numeric column", where=where, value=column, limit=", ".join(sorted(numeric))
            )
    on_log = [column for column in constraint.coefficients if column in logs]
    if on_log and not (constraint.ties and len(on_log) == 2):
        raise SpaceError(
            "a column on a log scale cannot take part in a linear constraint",
            where=where,
            value=on_log[0],
            limit="two such columns may be held equal",
            remedy="set log=False for it, or constrain it by its limits",
        )


def _check_grid(constraint: LinearConstraint, layout: Layout, fixed: frozenset[str], where: str) -> None:
    """Refuse an equality over stepped columns that no multiples of the steps meet.

    An equality of one column alone is left: it names the value that is meant, and rounding gives way to it.
    """
    steps = dict(zip(layout.numeric, layout.steps, strict=True))
    own = {column: float(steps[column]) for column in constraint.coefficients}
    varies = all(low < high for low, high in (layout.limits[column] for column in own))
    if (
        constraint.sense != "=="
        or len(own) == 1
        or not varies
        or fixed & own.keys()
        or np.isnan(list(own.values())).any()
    ):
        return
    units = {column: constraint.coefficients[column] * step for column, step in own.items()}
    if not _is_multiple(constraint.bound, list(units.values())) or not _within_limits(
        constraint.bound, units, own, layout
    ):
        raise SpaceError(
            "no multiples of the steps meet this equality",
            where=where,
            value=constraint.bound,
            limit="steps " + ", ".join(f"{step:g} of {column}" for column, step in own.items()),
            remedy="choose a bound that the steps can reach, finer steps, or two inequalities",
        )


def _is_multiple(bound: float, units: Sequence[float]) -> bool:
    """Say whether a bound is a sum of whole multiples of some numbers, limits aside."""
    parts = [Fraction(unit).limit_denominator(_FINEST) for unit in units]
    shared = math.lcm(*(part.denominator for part in parts))
    unit = Fraction(math.gcd(*(int(part * shared) for part in parts)), shared)
    if not unit:
        return True
    return abs(bound - round(bound / unit) * float(unit)) <= 1e-9 * max(1.0, abs(bound))


def _within_limits(bound: float, units: dict[str, float], steps: dict[str, float], layout: Layout) -> bool:
    """Say whether a bound is a sum of whole multiples of some numbers, each within the limits of its column."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # late: importing a space should cost nothing

    counts = [grid_counts(*layout.limits[column], step) for column, step in steps.items()]
    if bound == 0.0 or any(least > most for least, most in counts):
        return True  # columns that are tied to each other; a column too narrow for its step is not rounded
    size = max(map(abs, units.values()))
    row = LinearConstraint(np.array(list(units.values()))[None, :] / size, bound / size, bound / size)
    least, most = np.array(counts, dtype=float).T
    found = milp(
        np.zeros(len(units)), integrality=np.ones(len(units)), bounds=Bounds(least, most), constraints=row
    )
    return found.status != 2  # 2: infeasible
