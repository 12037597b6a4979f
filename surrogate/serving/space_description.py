"""What a design may hold, told to a program: each column's type, unit, limits, choices and default."""

from __future__ import annotations

from functools import cache
from typing import Any

from surrogate import materials
from surrogate.hosts import columns as c
from surrogate.hosts.host_space import Conditions, host_space
from surrogate.hosts.ranges import (
    CONDITION_RANGES,
    FRACTION,
    HOST_RANGES,
    MODIFIER_DEFAULTS,
    MODIFIER_RANGES,
    OVERRIDE_RANGES,
)
from surrogate.materials.compatibility import RULES, Rule
from surrogate.report.quantities import axis_title, label
from surrogate.units import split_unit

_CHOICES: dict[str, tuple[str, ...]] = {
    "framework": c.FRAMEWORKS,
    "agent": c.AGENTS,
    "electrolyte": c.ELECTROLYTES,
    "additives": c.ADDITIVES,
    "doping": c.DOPANTS,
}
_RANGES = {
    **dict.fromkeys(c.COMPOSITION_TOP + c.COMPOSITION_BOTTOM, FRACTION),
    **HOST_RANGES,
    **CONDITION_RANGES,
    **MODIFIER_RANGES,
}


_MEANINGS = {
    "framework": "Skeleton of the host; none is a planar foil",
    "agent": "Lithiophilic agent in the framework; on a planar foil, its coating",
    "electrolyte": "Electrolyte of the cell",
    "additives": "Additives; they act in liquid and gel electrolytes",
    "doping": "What is built into a carbon conductor so that lithium nucleates on it more easily",
}


@cache
def column_facts() -> tuple[dict[str, Any], ...]:
    """One dict per column of ``DESIGN_COLUMNS``, in order.

    Keys: name, role (choice, condition, override, modifier), type (number, text), unit (as the name spells it),
    description, required, choices (identifiers, or None), default, and for numbers accepted ([low, high], in
    the column's unit); for those that are searched also searched ([low, high]), log (on a logarithmic scale),
    step, and null (the value where the column does not act).
    """
    return tuple(
        _text(name) if name in _CHOICES or name in c.MATERIAL_COLUMNS else _number(name)
        for name in c.DESIGN_COLUMNS
    )


def describe_space() -> dict[str, Any]:
    """The answer of ``GET /space``."""
    return {
        "columns": list(column_facts()),
        "sums": [
            {"columns": list(end), "equals": 1.0, "meaning": "volume fractions of the solid at one end"}
            for end in (c.COMPOSITION_TOP, c.COMPOSITION_BOTTOM)
        ],
        "encoded_columns": list(host_space().columns),
        "rules": [_rule(rule) for rule in RULES],
        "targets": [
            {
                "name": name,
                "unit": split_unit(name)[1] or "cycles",
                "wanted": goal,
                "description": axis_title(name),
            }
            for name, goal in c.OBJECTIVES.items()
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    """A forbidden combination (``forbids``), or a linear constraint ``when`` given values are chosen."""
    said: dict[str, Any] = {
        "name": rule.name,
        "reason": rule.reason,
        "source": rule.source,
        "assumed": rule.assumed,
    }
    if rule.forbids:
        return said | {"forbids": {column: sorted(values) for column, values in rule.forbids.items()}}
    when = {column: sorted(values) for column, values in rule.when.items()}
    return said | {"when": when, "linear": dict(rule.linear), "sense": rule.sense, "bound": rule.bound}


def _role(name: str) -> str:
    if name in c.CONDITIONS:
        return "condition"
    if name in c.MODIFIERS:
        return "modifier"
    return "override" if name in c.OVERRIDES else "choice"


def _text(name: str) -> dict[str, Any]:
    if name in c.MATERIAL_COLUMNS:
        phase = name.removesuffix("_material")
        choices = [solid for solid, entry in materials.solids.items() if entry.phase == phase]
        default = None  # depends on the framework
        said = "Material of this phase; by default the framework's own where it is of this kind"
    else:
        choices = list(_CHOICES[name])
        said = _MEANINGS[name]
        default = {"agent": "none", **MODIFIER_DEFAULTS, **Conditions().as_dict()}.get(name)
    return {
        "name": name,
        "role": _role(name),
        "type": "text",
        "unit": None,
        "description": said,
        "required": name == "framework",
        "choices": choices,
        "default": default,
    }


def _number(name: str) -> dict[str, Any]:
    limits = _RANGES.get(name)
    why = limits.why if limits else "measured; replaces what the composition implies"
    fact = {
        "name": name,
        "role": _role(name),
        "type": "number",
        "unit": split_unit(name)[1],
        "description": f"{label(name)}: {why}",
        "required": False,  # those without a default are needed by porous frameworks only
        "choices": None,
        "default": limits.default if limits else None,
        "accepted": list(limits.accepted if limits else OVERRIDE_RANGES[name]),
        "required_if_porous": limits is not None and limits.default is None,
    }
    if limits is None or name in c.MODIFIERS:
        return fact
    return fact | {
        "searched": list(limits.searched),
        "log": limits.log,
        "step": limits.step,
        "null": limits.null,
    }
