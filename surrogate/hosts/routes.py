"""By which of some methods a host can be made, in which order.

A route is a method that makes the framework, then, where the host has an agent, one that puts it on. A method that
makes frameworks puts its agents into what it makes itself; one that makes none puts them onto any framework, or those
it names. A planar foil is bought, so that its coating and its channels are all that is made of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surrogate import materials
from surrogate.hosts.mechanism import GRADED, GRADED_PORES
from surrogate.materials.compatibility import graded_columns
from surrogate.materials.methods import Method

FOIL = "none"
_SLACK = 1e-9  # relative, of the ends of a range


@dataclass(frozen=True)
class Routes:
    """How a host can be made.

    Attributes
    ----------
    text : str
        The routes in words, such as "electrospinning, then sputtering or thermal evaporation"; empty where no method
        makes the host.
    methods : tuple of Method
        All that take part in one of them.
    """

    text: str
    methods: tuple[Method, ...]


def routes_of(host: Mapping[str, Any], methods: Sequence[Method]) -> Routes:
    """Find the routes to a host.

    Parameters
    ----------
    host : mapping of str to object
        A row of a complete design.
    methods : sequence of Method
        That may be used.

    Returns
    -------
    Routes
        Less than ``GRADED`` or ``GRADED_PORES`` between top and bottom is no gradient that a method has to make.
    """
    framework, agent = str(host["framework"]), str(host["agent"])
    foil, graded = framework == FOIL, graded_in(host)
    if agent != FOIL and not foil and max(host["agent_top"], host["agent_bottom"]) <= 0.0:
        agent = FOIL
    if foil:
        bodies: list[Sequence[Method]] = [[]]
        if host["pattern_size_um"] > 0.0:
            bodies = [[one] for one in cutters(methods) if _reaches(one, host)]
        texts = [one[0].label if one else "foil as it is bought" for one in bodies]
    else:
        bodies = [
            [one]
            for one in makers(methods, framework)
            if _reaches(one, host) and graded - {"agent"} <= set(one.grades)
        ]
        texts = [one[0].label for one in bodies]
    used = [one for body in bodies for one in body]
    if agent == FOIL or not bodies:
        return Routes(" or ".join(texts), tuple(used))
    own = [one for one in used if not foil and puts(one, framework, agent, graded)]
    onto = [one for one in coaters(methods) if puts(one, framework, agent, graded)]
    said = [" or ".join(one.label for one in own)] if own else []
    if onto:
        said.append(f"{' or '.join(texts)}, then {' or '.join(one.label for one in onto)}")
    return Routes("; or ".join(said), (*used, *onto) if onto else tuple(own))


def makers(methods: Sequence[Method], framework: str) -> list[Method]:
    """Return those of some methods that make a framework."""
    return [one for one in methods if framework in one.frameworks]


def coaters(methods: Sequence[Method]) -> list[Method]:
    """Return those of some methods that put agents onto what another one made."""
    return [one for one in methods if one.agents and not one.frameworks]


def cutters(methods: Sequence[Method]) -> list[Method]:
    """Return those of some methods that cut channels into a pellet."""
    return [one for one in methods if one.pattern_size is not None]


def puts(method: Method, framework: str, agent: str, graded: frozenset[str] | set[str]) -> bool:
    """Test whether a method puts an agent onto a framework, unequally at its ends if ``graded`` names the agent."""
    fits = (
        framework in method.frameworks if method.frameworks else not method.onto or framework in method.onto
    )
    return fits and agent in method.agents and ("agent" not in graded or "agent" in method.grades)


def graded_in(host: Mapping[str, Any]) -> set[str]:
    """Say what differs between top and bottom of a host, of ``materials.host.GRADABLE``."""
    entry = materials.framework(str(host["framework"]))
    if entry.phase == "none":
        return set()
    found = set()
    for quantity in ("composition", "agent", "porosity"):
        for column in graded_columns(entry, quantity):
            if abs(host[column.format(end="top")] - host[column.format(end="bottom")]) >= GRADED - _SLACK:
                found.add(quantity)
    ratio = abs(math.log(host["pore_size_top_um"] / host["pore_size_bottom_um"]))
    return found | ({"pore_size"} if ratio >= math.log(GRADED_PORES) - _SLACK else set())


def _reaches(method: Method, host: Mapping[str, Any]) -> bool:
    return all(
        low - _SLACK * abs(low) <= host[column] <= high + _SLACK * abs(high)
        for column, (low, high) in method.reaches.items()
        if method.frameworks or column.startswith("pattern")
    )
