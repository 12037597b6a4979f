"""Whether the parts of a search space fit together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from surrogate.errors import SpaceError
from surrogate.space.constraints import LinearConstraint, Restriction
from surrogate.space.parameters import Categorical, Continuous, Parameter, Simplex


def check_definition(
    parameters: tuple[Parameter, ...],
    constraints: tuple[LinearConstraint, ...],
    restrictions: tuple[Restriction, ...],
) -> None:
    """Raises SpaceError for parameters, constraints and restrictions that do not fit together."""
    if not parameters:
        raise SpaceError("a space needs at least one parameter")
    for one in parameters:
        if not isinstance(one, Continuous | Categorical | Simplex):
            raise SpaceError("not a parameter", value=one, limit="Continuous, Categorical or Simplex")
    _refuse_repeated((one.name for one in parameters), "a parameter name is used twice")
    _refuse_repeated((column for one in parameters for column in one.columns), "a column is used twice")
    categories = {one.name: one.values for one in parameters if isinstance(one, Categorical)}
    numeric = {column for one in parameters if not isinstance(one, Categorical) for column in one.columns}
    logs = {one.name for one in parameters if isinstance(one, Continuous) and one.log}
    for constraint in constraints:
        _check_constraint(constraint, numeric, logs, f"linear constraint {constraint}")
    for restriction in restrictions:
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
            raise SpaceError(what, value=name, remedy="give every column its own name")


def _check_constraint(constraint: LinearConstraint, numeric: set[str], logs: set[str], where: str) -> None:
    for column in constraint.coefficients:
        if column not in numeric:
            raise SpaceError(
                "not a numeric column", where=where, value=column, limit=", ".join(sorted(numeric))
            )
        if column in logs:
            raise SpaceError(
                "a column on a log scale cannot take part in a linear constraint",
                where=where,
                value=column,
                remedy="set log=False for it, or constrain it by its limits",
            )
