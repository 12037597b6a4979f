"""Electrolytes, frameworks, lithiophilic agents, solid phases, additives, dopants: typed, sourced property tables.

``electrolytes``, ``frameworks``, ``agents``, ``solids``, ``additives``, ``dopants`` map identifiers to records, in
the order of the tables under ``datasets/materials``; the singular functions look one up and say what exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TypeVar

from surrogate.errors import MaterialError
from surrogate.materials.base import Additive, Electrolyte, Material
from surrogate.materials.host import Agent, Dopant, Framework, Solid
from surrogate.materials.properties import Property, PropertyRange
from surrogate.materials.reader import load_table
from surrogate.resources import resource

__all__ = [
    "Additive",
    "Agent",
    "Dopant",
    "Electrolyte",
    "Framework",
    "Material",
    "Property",
    "PropertyRange",
    "Solid",
    "additive",
    "additives",
    "agent",
    "agents",
    "dopant",
    "dopants",
    "electrolyte",
    "electrolytes",
    "framework",
    "frameworks",
    "solid",
    "solids",
]

M = TypeVar("M", bound=Material)

electrolytes: Mapping[str, Electrolyte] = load_table(
    Electrolyte, resource("datasets/materials/electrolytes.toml")
)
frameworks: Mapping[str, Framework] = load_table(Framework, resource("datasets/materials/frameworks.toml"))
agents: Mapping[str, Agent] = load_table(Agent, resource("datasets/materials/agents.toml"))
solids: Mapping[str, Solid] = load_table(Solid, resource("datasets/materials/solids.toml"))
additives: Mapping[str, Additive] = load_table(Additive, resource("datasets/materials/additives.toml"))
dopants: Mapping[str, Dopant] = load_table(Dopant, resource("datasets/materials/dopants.toml"))


def electrolyte(identifier: str) -> Electrolyte:
    """The electrolyte of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(electrolytes, identifier, "electrolyte")


def framework(identifier: str) -> Framework:
    """The framework of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(frameworks, identifier, "framework")


def agent(identifier: str) -> Agent:
    """The lithiophilic agent of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(agents, identifier, "agent")


def solid(identifier: str) -> Solid:
    """The solid phase of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(solids, identifier, "solid")


def additive(identifier: str) -> Additive:
    """The additive of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(additives, identifier, "additive")


def dopant(identifier: str) -> Dopant:
    """The dopant of this identifier; MaterialError listing the known ones otherwise."""
    return _look_up(dopants, identifier, "dopant")


def _look_up(table: Mapping[str, M], identifier: str, kind: str) -> M:
    if identifier in table:
        return table[identifier]
    near = get_close_matches(str(identifier), table, n=1)
    raise MaterialError(
        f"unknown {kind}",
        value=identifier,
        limit=", ".join(table),
        remedy=f"did you mean {near[0]!r}?" if near else "use one of these identifiers",
    )
