"""What a design may hold, for a program to read: each column's type, unit, limits, choices and default.

Every fact comes from the registry of columns (``surrogate.hosts.columns``).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from surrogate import materials
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.registry import Column, Columns
from surrogate.hosts.search_space import host_space
from surrogate.hosts.targets import SCALES
from surrogate.materials.compatibility import EVERY_RULE, Rule, StateRule
from surrogate.report.quantities import axis_title
from surrogate.units import split_unit


def column_facts(columns: Columns = COLUMNS) -> tuple[dict[str, Any], ...]:
    """Facts of each column, in the order of tables.

    Parameters
    ----------
    columns
        The registry.

    Returns
    -------
    tuple[dict[str, Any], ...]
        Keys: name, role (choice, condition, override, modifier), type (number, text), unit (as the name spells it),
        description, required, choices (identifiers, or None for a number and for
        free text), default, and for numbers accepted ([low, high], in
        the column's unit) and required_if_porous; for those that are searched also searched ([low, high]), log (on a
        logarithmic scale), step, and null (the value where the column does not act).
    """
    return _column_facts(columns)


@cache
def _column_facts(columns: Columns) -> tuple[dict[str, Any], ...]:
    return tuple(_number(column) if column.kind == "number" else _text(column) for column in columns.values())


def describe_space(columns: Columns = COLUMNS) -> dict[str, Any]:
    """Describe the space as ``GET /space`` answers: columns, sums, encoded columns, rules and targets."""
    return {
        "columns": list(column_facts(columns)),
        "sums": [
            {"columns": list(parts), "equals": 1.0, "meaning": "volume fractions of the solid at one end"}
            for parts in columns.simplexes.values()
        ],
        "encoded_columns": list(host_space(columns).columns),
        "rules": [_rule(rule) for rule in EVERY_RULE],
        "targets": [
            {
                "name": name,
                "unit": split_unit(name)[1] or "cycles",
                "wanted": target.goal,
                "description": axis_title(name),
            }
            for name, target in SCALES.items()
        ],
    }


def _rule(rule: Rule | StateRule) -> dict[str, Any]:
    """Describe a forbidden combination, a linear constraint (``when`` values are chosen), or a bound on a quantity.

    A bound says what it reads (``quantity``, ``meaning``), and whether that takes a simulation (``simulated``) and a
    planar foil has to keep it (``planar_too``).
    """
    facts: dict[str, Any] = {
        "name": rule.name,
        "reason": rule.reason,
        "source": rule.source,
        "assumed": rule.assumed,
    }
    if isinstance(rule, StateRule):
        read = ("quantity", "meaning", "sense", "bound", "simulated", "planar_too")
        return facts | {name: getattr(rule, name) for name in read}
    if rule.forbids:
        return facts | {"forbids": {column: sorted(values) for column, values in rule.forbids.items()}}
    when = {column: sorted(values) for column, values in rule.when.items()}
    return facts | {"when": when, "linear": dict(rule.linear), "sense": rule.sense, "bound": rule.bound}


def _text(column: Column) -> dict[str, Any]:
    choices = list(column.identifiers) or None  # free text has none
    if column.phase:
        choices = [name for name, solid in materials.solids.items() if solid.phase == column.phase]
    return {
        "name": column.name,
        "role": column.role,
        "type": "text",
        "unit": None,
        "description": column.description,
        "required": column.required,
        "choices": choices,
        "default": None if column.phase else column.default,  # of a phase it depends on the framework
    }


def _number(column: Column) -> dict[str, Any]:
    fact = {
        "name": column.name,
        "role": column.role,
        "type": "number",
        "unit": column.unit,
        "description": f"{column.label}: {column.description}",
        "required": False,  # those without a default are needed by porous frameworks only
        "choices": None,
        "default": column.default,
        "accepted": list(column.limits),
        "required_if_porous": column.required_if_porous,
    }
    if column.searched is None:
        return fact
    return fact | {
        "searched": list(column.searched),
        "log": column.log,
        "step": column.step,
        "null": column.null,
    }
