"""The table of what is not proposed, for people: a row a rule, those that differ by framework or agent as one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from surrogate.materials.compatibility import EVERY_RULE
from surrogate.materials.groups import POROUS, PRESENT
from surrogate.materials.rules import either

# Rules that the property tables make, one a framework or agent, by the part of their name that they share.
_FAMILIES = {
    "_keeps_its_own_": (
        "keeps_its_own",
        "a framework with less of its own phase does not hold together, or is another framework",
        "own phase at each end >= minimum_own_fraction of the framework",
        "frameworks.toml",
    ),
    "_at_most_top": (
        "agent_at_most",
        "an agent is a coating or decoration: more of it swells or costs too much",
        "agent at each end <= maximum_fraction of the agent",
        "agents.toml",
    ),
    "_at_most_bottom": ("agent_at_most", "", "", ""),
    "_no_gradient_of_": (
        "no_gradient",
        "how a framework is made leaves some of its properties without a gradient",
        "top = bottom for what is not gradable in the framework",
        "frameworks.toml",
    ),
}


@dataclass(frozen=True)
class Row:
    """A rule as people read it.

    Attributes
    ----------
    name, reason, limit, source : str
        Identifier, one sentence, what is allowed, and who says so (``assumed``: a judgement).
    """

    name: str
    reason: str
    limit: str
    source: str


@cache
def rule_rows() -> tuple[Row, ...]:
    """Return the table of rules, both ends of a host and all frameworks or agents of a kind as one row.

    Returns
    -------
    tuple of Row
    """
    rows: dict[str, Row] = {}
    for rule in EVERY_RULE:
        family = next((row for part, row in _FAMILIES.items() if part in rule.name), None)
        if family is not None and not rule.name.startswith("garnet_powder"):
            rows.setdefault(family[0], Row(*family))
            continue
        name, limit = rule.name, rule.limit
        for end in ("top", "bottom"):
            if name.endswith(f"_{end}"):
                name, limit = name.removesuffix(f"_{end}"), limit.replace(f"_{end}", " at each end")
        for names, words in ((POROUS, "any porous one"), (PRESENT, "any")):
            limit = limit.replace(either(names), words)
        source = ", ".join(filter(None, [rule.source, "assumed" if rule.assumed else ""]))
        rows.setdefault(name, Row(name, rule.reason, limit, source))
    return tuple(rows.values())
