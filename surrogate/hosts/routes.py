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
from surrogate.hosts.columns import PATTERN, PHASES
from surrogate.hosts.mechanism import GRADED, GRADED_PORES
from surrogate.materials.compatibility import graded_columns
from surrogate.materials.methods import Method

FOIL, FILLER = "none", "filler"
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
            bodies = [[one] for one in cutters(methods) if _cuts(one, host)]
        texts = [one[0].label if one else "foil as it is bought" for one in bodies]
    else:
        bodies = [[one] for one in makers(methods, framework) if not falls_short(one, host)]
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


def falls_short(method: Method, host: Mapping[str, Any]) -> list[str]:
    """List what a method that makes the framework of a host does not reach of it.

    Parameters
    ----------
    method : Method
        One of ``makers``.
    host : mapping of str to object
        A row of a complete design.

    Returns
    -------
    list of str
        Columns whose value is outside its range; ``FILLER``, where an end of the host holds more than it carries; of
        ``materials.host.GRADABLE`` what it cannot grade. Empty where it makes the host, but for the agent.
    """
    outside = [
        column
        for column, ends in method.reaches.items()
        if method.frameworks and not _within(float(host[column]), ends)
    ]
    if max(filler_by_weight(host, end) for end in ("top", "bottom")) > method.most_filler + _SLACK:
        outside.append(FILLER)
    return outside + sorted(graded_in(host) - {"agent"} - set(method.grades))


def closest_maker(methods: Sequence[Method], host: Mapping[str, Any]) -> Method | None:
    """Return the method that falls short of a host in least, of those that make its framework; None without any."""
    return min(
        makers(methods, str(host["framework"])), key=lambda one: len(falls_short(one, host)), default=None
    )


def fillers_of(host: Mapping[str, Any]) -> list[str]:
    """List the phases of a host that are made together with its framework and are not its own; an agent is none."""
    own = materials.framework(str(host["framework"])).phase
    return [
        phase
        for phase in PHASES
        if phase not in ("agent", own)
        and max(float(host[f"{phase}_{end}"]) for end in ("top", "bottom")) > 0.0
    ]


def filler_by_weight(host: Mapping[str, Any], end: str) -> float:
    """Return the share of ``fillers_of`` in the weight of an end of a host without its agent; 0 of a foil.

    Parameters
    ----------
    host : mapping of str to object
        A row of a complete design.
    end : {"top", "bottom"}
        The end.
    """
    own, filler = materials.framework(str(host["framework"])).phase, fillers_of(host)
    if own == "none":
        return 0.0
    mass = {
        phase: float(host[f"{phase}_{end}"]) * materials.solid(str(host[f"{phase}_material"])).density.si
        for phase in (own, *filler)
    }
    whole = sum(mass.values())
    return sum(mass[phase] for phase in filler) / whole if whole > 0.0 else 0.0


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


def _cuts(method: Method, host: Mapping[str, Any]) -> bool:
    """Test whether a method cuts the channels of a foil's pellet."""
    return all(
        _within(float(host[column]), ends) for column, ends in method.reaches.items() if column in PATTERN
    )


def _within(value: float, ends: tuple[float, float]) -> bool:
    low, high = ends
    return low - _SLACK * abs(low) <= value <= high + _SLACK * abs(high)
