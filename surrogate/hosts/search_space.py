"""The host space: the one instance of the general ``Space`` that this package is about.

``host_space()`` spans choices *and* conditions and is what the surrogates are encoded in; a campaign searches
a narrower space over the choices only (``surrogate.campaign.file``). Compatibility rules come from
``surrogate.materials.compatibility`` and become restrictions of the space here, so that a proposal can never
break one. Rules on what a design does in its cell are constraints of a campaign's space only: an emulator has to
learn what is bad as well. Inactive columns (a pattern in a liquid cell) are fixed to their null by restrictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache

from surrogate import materials
from surrogate.errors import SpaceError
from surrogate.hosts import columns as c
from surrogate.hosts.cells import LIQUID_KINDS, TESTED_ASPECT, deepest_cut_um, idle_where
from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.completion import default_material
from surrogate.hosts.conditions import Conditions
from surrogate.hosts.registry import Columns, Place
from surrogate.materials.compatibility import MATERIAL_RULES, RULES, Rule
from surrogate.space.constraints import LinearConstraint, NonlinearConstraint, Restriction
from surrogate.space.encoding import Encoder
from surrogate.space.parameters import Categorical, Continuous
from surrogate.space.simplex import Simplex
from surrogate.space.space import Space

Parameter = Categorical | Continuous | Simplex
LARGEST_AGENT_FRACTION = 0.3  # of the solid; above it the agent is the framework (assumed)


# Why a column that acts in a place is fixed elsewhere.
_REASONS: Mapping[Place, str] = {
    "in a porous host": "a planar foil has no pores and no composition",
    "with an agent in a porous host": "no lithiophilic agent",
    "in a pellet that channels can be cut into": (
        "an interface pattern is cut into a pellet of an inorganic solid electrolyte"
    ),
    "in a solid cell": "stack pressure acts in solid cells",
}


def host_space(columns: Columns = COLUMNS) -> Space:
    """Build the whole space, choices and conditions: simulations are drawn from it, surrogates encoded in it."""
    return _host_space(columns)


@cache
def _host_space(columns: Columns) -> Space:
    parameters = _parameters(columns, (*columns.choices, *columns.conditions))
    restrictions = [*_null_restrictions(columns, columns.choices), *_layer_restrictions()]
    restrictions += _channel_restrictions(columns)
    restrictions += [*_condition_restrictions(columns), *_range_restrictions({}, columns)]
    return Space(parameters, restrictions=[*restrictions, *_rule_restrictions()])


def host_encoder(columns: Columns = COLUMNS) -> Encoder:
    """Build the encoding that every host surrogate uses."""
    return _host_encoder(columns)


@cache
def _host_encoder(columns: Columns) -> Encoder:
    return Encoder(_host_space(columns))


def choice_space(
    conditions: Conditions,
    *,
    frameworks: Iterable[str] = (),
    agents: Iterable[str] = (),
    bounds: Mapping[str, tuple[float, float]] | None = None,
    constraints: Sequence[NonlinearConstraint] = (),
    columns: Columns = COLUMNS,
    restrictions: Sequence[Restriction] = (),
) -> Space:
    """Build the space of the choices that are open under given conditions.

    Parameters
    ----------
    conditions
        The cell and how it is cycled.
    frameworks, agents
        Allowed identifiers; empty allows all.
    bounds
        Column -> (low, high) in the unit of its name, narrower than what the framework itself allows.
    constraints
        What a design has to do beside the rules on composition.
    columns
        The registry.
    restrictions
        Further restrictions, by framework or agent.

    Raises
    ------
    SpaceError
        When nothing is left.
    MaterialError
        For an unknown identifier.
    """
    frameworks = tuple(frameworks) or columns["framework"].identifiers
    agents = tuple(agents) or columns["agent"].identifiers
    for name in frameworks:
        materials.framework(name)
    for name in agents:
        materials.agent(name)
    bounds = dict(bounds or {})
    _check_bounds(bounds, columns)
    parameters = _parameters(columns, columns.choices, {"framework": frameworks, "agent": agents}, bounds)
    known = {name: value for name, value in conditions.as_dict().items() if isinstance(value, str)}
    everything = [
        *_null_restrictions(columns, columns.choices),
        *_layer_restrictions(),
        *_channel_restrictions(columns),
        *_range_restrictions(bounds, columns),
        *_rule_restrictions(),
        *restrictions,
    ]
    acting = [
        given
        for restriction in everything
        if (given := _given(restriction, known, frameworks, agents)) is not None
    ]
    return Space(parameters, constraints=constraints, restrictions=acting)


def _parameters(
    columns: Columns,
    names: Iterable[str],
    allowed: Mapping[str, tuple[str, ...]] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> list[Parameter]:
    """Make a parameter for each encoded column, or simplex of columns, in the order of the registry."""
    made: dict[str, Parameter] = {}
    for column in (columns[name] for name in names):
        if not column.encoded or column.parameter in made:
            continue
        if column.kind == "identifier":
            made[column.name] = Categorical(
                column.name, list((allowed or {}).get(column.name, column.identifiers))
            )
        elif column.simplex:
            made[column.simplex] = _simplex(column.simplex, columns, bounds or {})
        else:
            made[column.name] = Continuous(
                column.name, *column.search_limits, log=column.log, step=column.step, whole=column.whole
            )
    return list(made.values())


def _simplex(name: str, columns: Columns, bounds: Mapping[str, tuple[float, float]]) -> Simplex:
    parts = columns.simplexes[name]
    upper = {part: bounds.get(part, (0.0, 1.0))[1] for part in parts}
    for part in parts:
        if columns[part].acts == "with an agent in a porous host":
            upper[part] = min(upper[part], LARGEST_AGENT_FRACTION)
    return Simplex(name, list(parts), upper=upper, step=columns[parts[0]].step)


def _null_restrictions(columns: Columns, names: Iterable[str]) -> list[Restriction]:
    """Fix encoded numbers that do not act to their null, under each identifier that idles them."""
    found: dict[tuple[str, tuple[str, ...]], tuple[str, dict[str, float]]] = {}
    for entry in (columns[name] for name in names):
        if entry.encoded and entry.kind == "number":
            for idling in idle_where(entry.acts).items():
                reason = _REASONS.get(entry.acts, f"acts only {entry.acts}")
                found.setdefault(idling, (reason, {}))[1][entry.name] = entry.idle
    return [
        Restriction({column: values}, reason, fix=fixed)
        for (column, values), (reason, fixed) in found.items()
    ]


def _layer_restrictions() -> list[Restriction]:
    """Lamellae are two layers or more, in a host."""
    reason = "lamellae are two layers or more of a porous host"
    return [
        Restriction({"framework": ["none"], "stacking": [c.ALTERNATING]}, reason, forbid=True),
        Restriction({"stacking": [c.ALTERNATING]}, reason, lower={"layers": 2.0}),
    ]


def _channel_restrictions(columns: Columns) -> list[Restriction]:
    """How deep channels may be, by their width and by the pellet."""
    deepest = {name: deepest_cut_um(name) for name in materials.electrolytes}
    searched = columns["pattern_depth_um"].search_limits[1]
    return [
        Restriction(
            {"electrolyte": [name for name, depth in deepest.items() if depth > 0.0]},
            "no channel deeper than these was tested, and lithium hardly fills them",
            constraints=[
                LinearConstraint({"pattern_depth_um": 1.0, "pattern_size_um": -TESTED_ASPECT}, "<=", 0.0)
            ],
        ),
        *(
            Restriction(
                {"electrolyte": [name]},
                "channels of both faces must not meet in the pellet",
                upper={"pattern_depth_um": depth},
            )
            for name, depth in deepest.items()
            if 0.0 < depth < searched
        ),
    ]


def _condition_restrictions(columns: Columns) -> list[Restriction]:
    """Fix conditions that do not act to their null; only the whole space has them as parameters."""
    kinds = {name: entry.kind for name, entry in materials.electrolytes.items()}
    solids = [name for name, kind in kinds.items() if kind not in LIQUID_KINDS]
    additives = [name for name in columns["additives"].identifiers if name != "none"]
    coldest, warmest = columns["temperature_C"].search_limits
    ranges = {name: entry.temperature_range.limits for name, entry in materials.electrolytes.items()}
    return [
        *(
            Restriction(
                {"electrolyte": [name]},
                "where the electrolyte's properties are known",
                lower={"temperature_C": max(low, coldest)},
                upper={"temperature_C": min(high, warmest)},
            )
            for name, (low, high) in ranges.items()
        ),
        *_null_restrictions(columns, columns.conditions),
        Restriction(
            {"electrolyte": solids, "additives": additives}, "additives dissolve in liquids", forbid=True
        ),
    ]


def _range_restrictions(bounds: Mapping[str, tuple[float, float]], columns: Columns) -> list[Restriction]:
    """Restrict a host to what its framework can be made with, narrowed by the campaign's own bounds."""
    searched = _searched(columns)
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
        for column, range_ in searched.items():
            wanted = [
                range_,
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


def _searched(columns: Columns) -> dict[str, tuple[float, float]]:
    """Map each number of a host that is searched to its range."""
    those = [columns[name] for name in columns.choices]
    return {
        column.name: column.search_limits for column in those if column.encoded and column.kind == "number"
    }


def _nothing_left(framework: str, column: str, wanted: list[tuple[float, float]]) -> Restriction:
    ranges = " and ".join(f"{low:g}-{high:g}" for low, high in wanted)
    return Restriction({"framework": [framework]}, f"no {column} lies in {ranges}", forbid=True)


def _rule_restrictions() -> list[Restriction]:
    """Write what compatibility leaves open; rules on phase materials act where a host has these by default."""
    found = [_restriction(rule) for rule in RULES]
    for rule in MATERIAL_RULES:
        (column,) = set(rule.when) & set(c.MATERIAL_COLUMNS)
        for electrolyte in sorted(rule.when["electrolyte"]):
            suiting = frozenset(
                name for name in rule.when["framework"]
                if default_material(column, name, electrolyte) in rule.when[column]
            )  # fmt: skip
            if suiting:
                when = {"framework": suiting, "electrolyte": frozenset({electrolyte})}
                found.append(_restriction(replace(rule, when=when)))
    return found


def _restriction(rule: Rule) -> Restriction:
    if rule.forbids:
        return Restriction(
            {key: sorted(values) for key, values in rule.forbids.items()}, rule.reason, forbid=True
        )
    when = {key: sorted(values) for key, values in rule.when.items()}
    if rule.sense == "<=" and rule.bound == 0.0 and min(rule.linear.values()) > 0.0:
        # Nothing here is negative, so that all are 0: a constraint would have no inside.
        return Restriction(when, rule.reason, fix=dict.fromkeys(rule.linear, 0.0))
    constraint = LinearConstraint(dict(rule.linear), rule.sense, rule.bound, rule.reason)
    return Restriction(when, rule.reason, constraints=(constraint,))


def _given(
    restriction: Restriction, known: Mapping[str, str], frameworks: tuple[str, ...], agents: tuple[str, ...]
) -> Restriction | None:
    """Return the restriction once the conditions are known; None when it cannot act any more."""
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


def _check_bounds(bounds: Mapping[str, tuple[float, float]], columns: Columns) -> None:
    searchable = _searched(columns)
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
                remedy="give two numbers within these limits, the lower first",
            )
