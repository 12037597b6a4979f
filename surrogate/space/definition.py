"""Whether the parts of a search space fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from surrogate.errors import SpaceError
from surrogate.space.constraints import LinearConstraint, NonlinearConstraint, Restriction
from surrogate.space.grids import check_grid
from surrogate.space.layout import Layout
from surrogate.space.parameters import Categorical, Continuous, Discrete, Parameter
from surrogate.space.simplex import Simplex


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
    columns = {column for parameter in parameters for column in parameter.columns}
    old = [was for parameter in parameters for was in parameter.renamed.values()]
    for was in old:
        if was in columns or old.count(was) > 1:
            raise SpaceError(
                "an old name that means another column too", value=was,
                remedy="give each column an old name of its own, which is no column of today",
            )  # fmt: skip
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
            check_grid(constraint, layout, frozenset(), f"linear constraint {constraint}")
    for restriction in restrictions:
        for constraint in restriction.constraints:
            where = f"restriction ({restriction.reason}), {constraint}"
            check_grid(constraint, layout, frozenset(restriction.fix), where)


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
