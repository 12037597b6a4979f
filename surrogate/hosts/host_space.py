"""The host space: the one instance of the general ``Space`` that this package is about.

``host_space()`` spans choices *and* conditions and is what the surrogates are encoded in; a campaign searches
a narrower space over the choices only (``surrogate.campaign.file``). Compatibility rules come from
``surrogate.materials.compatibility`` and become restrictions of the space here, so that a proposal can never
break one. Inactive columns (a pattern in a liquid cell) are fixed to their null by restrictions as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from functools import cache
from math import isnan
from typing import Any

import pandas as pd

from surrogate import materials
from surrogate.errors import DesignError, SpaceError
from surrogate.hosts import columns as c
from surrogate.hosts.designs import (
    LIQUID_KINDS,
    TESTED_ASPECT,
    deepest_cut_um,
    default_material,
    normalise_designs,
)
from surrogate.hosts.ranges import CONDITION_RANGES, HOST_RANGES, Range
from surrogate.materials.compatibility import MATERIAL_RULES, RULES, Rule
from surrogate.space.constraints import LinearConstraint, Restriction
from surrogate.space.encoding import Encoder
from surrogate.space.parameters import Categorical, Continuous, Simplex
from surrogate.space.space import Space

__all__ = ["Conditions", "HostDesign", "choice_space", "host_encoder", "host_space", "normalise_designs"]

Parameter = Categorical | Continuous | Simplex
LARGEST_AGENT_FRACTION = 0.3  # of the solid; above it the agent is the framework (assumed)


@dataclass(frozen=True)
class Conditions:
    """What a campaign holds fixed: the cell and how it is cycled. Units are in the names."""

    electrolyte: str = "liquid_ether"
    additives: str = "none"
    current_density_mA_cm2: float = 1.0
    areal_capacity_mAh_cm2: float = 1.0
    temperature_C: float = 25.0
    stack_pressure_MPa: float | None = None
    li_excess_mAh_cm2: float = 5.0

    def __post_init__(self) -> None:
        for column, value in asdict(self).items():
            if isinstance(value, float) and isnan(value):
                limits = CONDITION_RANGES[column]
                raise DesignError(
                    "not a number",
                    where="conditions",
                    value=value,
                    limit=f"{limits.accepted[0]:g} to {limits.accepted[1]:g} ({limits.why})",
                    remedy=f"give a number, or leave it out: then it is {limits.default:g}",
                    column=column,
                )
        probe = pd.DataFrame([{**asdict(self), "framework": "none"}])
        checked = normalise_designs(probe, where="conditions")[0].iloc[0]
        entry = materials.electrolyte(self.electrolyte)
        if checked["additives"] != self.additives:
            raise DesignError(
                f"additives dissolve in liquids, and {entry.label} is none",
                where="conditions",
                value=self.additives,
                limit="none",
                remedy='write additives = "none", or change the electrolyte',
                column="additives",
            )
        for column in c.CONDITIONS:
            object.__setattr__(self, column, _plain(checked[column]))
        low, high = entry.temperature_range.limits
        if not low <= self.temperature_C <= high:
            raise DesignError(
                f"{entry.label} is not known at this temperature",
                where="conditions",
                value=self.temperature_C,
                limit=f"{low:g} to {high:g} C",
                remedy="give a temperature within these limits, or change the electrolyte",
                column="temperature_C",
            )

    def as_dict(self) -> dict[str, Any]:
        """Column -> value, complete."""
        return asdict(self)


@dataclass(frozen=True)
class HostDesign:
    """One host as a lab would make it: every column of ``CHOICES`` by name, checked when it is made.

    Optional columns (``OVERRIDES``, ``MODIFIERS``) stay where they are given. Whether a column acts depends on the
    cell, so that it is :meth:`under` which puts those that do not to their null.

    Raises DesignError or MaterialError for a value outside its limits, fractions that do not sum to 1 or an
    unknown identifier.
    """

    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        checked = normalise_designs(pd.DataFrame([dict(self.values)]), where="design")[0].iloc[0]
        kept = {column: _plain(checked[column]) for column in c.CHOICES}
        for column in (*c.PATTERN, *c.OVERRIDES, *c.MODIFIERS):
            if column in self.values and not pd.isna(self.values[column]):
                kept[column] = _plain(self.values[column])
        object.__setattr__(self, "values", kept)

    def under(self, conditions: Conditions) -> pd.DataFrame:
        """This host in a cell: one complete row of ``DESIGN_COLUMNS``."""
        row = pd.DataFrame([{**self.values, **conditions.as_dict()}])
        return normalise_designs(row, where="design")[0]


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


@cache
def host_space() -> Space:
    """The whole space, choices and conditions: simulations are drawn from it, surrogates encoded in it."""
    parameters = _choice_parameters(c.FRAMEWORKS, c.AGENTS, {})
    parameters += [
        Categorical("electrolyte", list(c.ELECTROLYTES)),
        Categorical("additives", list(c.ADDITIVES)),
    ]
    parameters += [_continuous(name, limits) for name, limits in CONDITION_RANGES.items()]
    restrictions = [*_null_restrictions(), *_condition_restrictions(), *_range_restrictions({})]
    return Space(parameters, restrictions=[*restrictions, *_rule_restrictions()])


@cache
def host_encoder() -> Encoder:
    """The encoding every host surrogate uses."""
    return Encoder(host_space())


def choice_space(
    conditions: Conditions,
    *,
    frameworks: Iterable[str] = (),
    agents: Iterable[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> Space:
    """The choices that are open under given conditions.

    frameworks, agents: allowed identifiers; empty allows all. bounds: column -> (low, high), narrower than
    what the framework itself allows.

    Raises SpaceError when nothing is left, MaterialError for an unknown identifier.
    """
    frameworks = tuple(frameworks) or c.FRAMEWORKS
    agents = tuple(agents) or c.AGENTS
    for name in frameworks:
        materials.framework(name)
    for name in agents:
        materials.agent(name)
    bounds = dict(bounds or {})
    _check_bounds(bounds)
    parameters = _choice_parameters(frameworks, agents, bounds)
    known = {"electrolyte": conditions.electrolyte, "additives": conditions.additives}
    everything = [
        *_null_restrictions(),
        *_range_restrictions(bounds),
        *_rule_restrictions(),
    ]
    restrictions = [
        given for one in everything if (given := _given(one, known, frameworks, agents)) is not None
    ]
    return Space(parameters, restrictions=restrictions)


def _choice_parameters(
    frameworks: Iterable[str], agents: Iterable[str], bounds: Mapping[str, tuple[float, float]]
) -> list[Parameter]:
    parameters: list[Parameter] = [
        Categorical("framework", list(frameworks)),
        Categorical("agent", list(agents)),
    ]
    for end, parts in (("top", c.COMPOSITION_TOP), ("bottom", c.COMPOSITION_BOTTOM)):
        upper = {part: bounds.get(part, (0.0, 1.0))[1] for part in parts}
        upper[f"agent_{end}"] = min(upper[f"agent_{end}"], LARGEST_AGENT_FRACTION)
        parameters.append(Simplex(f"composition_{end}", list(parts), upper=upper, step=0.01))
    parameters += [_continuous(name, limits) for name, limits in HOST_RANGES.items()]
    return parameters


def _continuous(name: str, limits: Range) -> Continuous:
    return Continuous(name, *limits.searched, log=limits.log, step=limits.step)


def _null_restrictions() -> list[Restriction]:
    """Columns that do not act are fixed to their null, for each reason they may not act."""
    planar = {name: HOST_RANGES[name].null for name in c.GEOMETRY}
    planar |= dict.fromkeys((*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM), 0.0)
    planar |= {"conductor_top": 1.0, "conductor_bottom": 1.0}
    unpatterned = [name for name in materials.electrolytes if deepest_cut_um(name) == 0.0]
    return [
        Restriction({"framework": ["none"]}, "a planar foil has no pores and no composition", fix=planar),
        Restriction(
            {"agent": ["none"]}, "no lithiophilic agent", fix={"agent_top": 0.0, "agent_bottom": 0.0}
        ),
        Restriction(
            {"electrolyte": unpatterned},
            "an interface pattern is cut into a pellet of an inorganic solid electrolyte",
            fix=dict.fromkeys(c.PATTERN, 0.0),
        ),
        Restriction(
            {"electrolyte": [name for name in materials.electrolytes if name not in unpatterned]},
            "no channel deeper than these was tested, and lithium hardly fills them",
            constraints=[
                LinearConstraint({"pattern_depth_um": 1.0, "pattern_size_um": -TESTED_ASPECT}, "<=", 0.0)
            ],
        ),
        *(
            Restriction(
                {"electrolyte": [name]},
                "channels of both faces must not meet in the pellet",
                upper={"pattern_depth_um": deepest_cut_um(name)},
            )
            for name in materials.electrolytes
            if 0.0 < deepest_cut_um(name) < HOST_RANGES["pattern_depth_um"].searched[1]
        ),
    ]


def _condition_restrictions() -> list[Restriction]:
    """The same for conditions; only the whole space has them as parameters."""
    kinds = {name: entry.kind for name, entry in materials.electrolytes.items()}
    liquids = [name for name, kind in kinds.items() if kind in LIQUID_KINDS]
    solids = [name for name in kinds if name not in liquids]
    pressure = CONDITION_RANGES["stack_pressure_MPa"].null
    additives = [name for name in c.ADDITIVES if name != "none"]
    warm = CONDITION_RANGES["temperature_C"].searched
    ranges = {name: entry.temperature_range.limits for name, entry in materials.electrolytes.items()}
    return [
        *(
            Restriction(
                {"electrolyte": [name]},
                "where the electrolyte's properties are known",
                lower={"temperature_C": max(low, warm[0])},
                upper={"temperature_C": min(high, warm[1])},
            )
            for name, (low, high) in ranges.items()
        ),
        Restriction(
            {"electrolyte": liquids},
            "stack pressure acts in solid cells",
            fix={"stack_pressure_MPa": pressure},
        ),
        Restriction(
            {"electrolyte": solids, "additives": additives}, "additives dissolve in liquids", forbid=True
        ),
    ]


def _range_restrictions(bounds: Mapping[str, tuple[float, float]]) -> list[Restriction]:
    """What each framework can be made with, narrowed by the campaign's own bounds."""
    restrictions = []
    for name, entry in materials.frameworks.items():
        if name == "none":
            continue
        made = {
            **dict.fromkeys(("porosity_top", "porosity_bottom"), entry.porosity_range),
            **dict.fromkeys(("pore_size_top_um", "pore_size_bottom_um"), entry.pore_size_range_um),
            "thickness_um": entry.thickness_range_um,
            "tortuosity": entry.tortuosity_range,
        }
        limits = {}
        for column in (*HOST_RANGES, *c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM):
            searched = HOST_RANGES[column].searched if column in HOST_RANGES else (0.0, 1.0)
            wanted = [
                searched,
                *([made[column]] if column in made else []),
                *([bounds[column]] if column in bounds else []),
            ]
            limits[column] = (max(pair[0] for pair in wanted), min(pair[1] for pair in wanted))
            if limits[column][0] > limits[column][1]:
                restrictions.append(_nothing_left(name, column, wanted))
                break
        else:
            narrowed = {
                col: pair for col, pair in limits.items() if pair != (0.0, 1.0) and col not in c.PATTERN
            }
            restrictions.append(
                Restriction(
                    {"framework": [name]},
                    f"what {entry.label} is made with",
                    lower={column: pair[0] for column, pair in narrowed.items()},
                    upper={column: pair[1] for column, pair in narrowed.items()},
                )
            )
    return restrictions


def _nothing_left(framework: str, column: str, wanted: list[tuple[float, float]]) -> Restriction:
    ranges = " and ".join(f"{low:g}-{high:g}" for low, high in wanted)
    return Restriction({"framework": [framework]}, f"no {column} lies in {ranges}", forbid=True)


def _rule_restrictions() -> list[Restriction]:
    """What compatibility leaves open; rules on phase materials act where a framework has these by default."""
    found = [_restriction(rule) for rule in RULES]
    for rule in MATERIAL_RULES:
        (column,) = set(rule.when) & set(c.MATERIAL_COLUMNS)
        suiting = [
            name for name in sorted(rule.when["framework"])
            if default_material(column, name) in rule.when[column]
        ]  # fmt: skip
        if suiting:
            when = {key: values for key, values in rule.when.items() if key != column}
            found.append(_restriction(replace(rule, when={**when, "framework": frozenset(suiting)})))
    return found


def _restriction(rule: Rule) -> Restriction:
    if rule.forbids:
        return Restriction(
            {key: sorted(values) for key, values in rule.forbids.items()}, rule.reason, forbid=True
        )
    when = {key: sorted(values) for key, values in rule.when.items()}
    if len(rule.linear) == 1 and rule.sense == "<=" and rule.bound == 0.0:
        return Restriction(
            when, rule.reason, fix=dict.fromkeys(rule.linear, 0.0)
        )  # a constraint has no inside
    constraint = LinearConstraint(dict(rule.linear), rule.sense, rule.bound, rule.reason)
    return Restriction(when, rule.reason, constraints=(constraint,))


def _given(
    restriction: Restriction, known: Mapping[str, str], frameworks: tuple[str, ...], agents: tuple[str, ...]
) -> Restriction | None:
    """The restriction once the conditions are known; None when it cannot act any more."""
    when = {}
    open_values = {"framework": frameworks, "agent": agents}
    for column, values in restriction.when.items():
        if column in known:
            if known[column] not in values:
                return None
            continue
        when[column] = [value for value in values if value in open_values.get(column, values)]
        if not when[column]:
            return None
    return Restriction(
        when,
        restriction.reason,
        forbid=restriction.forbid,
        fix=restriction.fix,
        lower=restriction.lower,
        upper=restriction.upper,
        constraints=restriction.constraints,
    )


def _check_bounds(bounds: Mapping[str, tuple[float, float]]) -> None:
    searchable = {**{name: limits.searched for name, limits in HOST_RANGES.items()}}
    searchable |= dict.fromkeys((*c.COMPOSITION_TOP, *c.COMPOSITION_BOTTOM), (0.0, 1.0))
    for column, (low, high) in bounds.items():
        if column not in searchable:
            near = get_close_matches(column, searchable, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "name one of these columns"
            raise SpaceError(
                "bounds on an unknown column", where=column, limit=", ".join(searchable), remedy=remedy
            )
        lowest, highest = searchable[column]
        if not (lowest <= low <= high <= highest):
            raise SpaceError(
                "bounds outside what is searched",
                where=column,
                value=(low, high),
                limit=f"{lowest:g} to {highest:g}, low <= high",
                remedy="give two numbers within these limits, the lower one first",
            )
