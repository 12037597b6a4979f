"""Electrolytes, frameworks, lithiophilic agents, solid phases, additives, dopants: typed, sourced property tables.

``electrolytes``, ``frameworks``, ``agents``, ``solids``, ``additives``, ``dopants`` map identifiers to the shipped
records, in the order of the tables under ``datasets/materials``; the singular functions look up a record and raise
MaterialError, listing the known identifiers, for any other. :class:`MaterialTables` holds all tables as one value,
from which variants can be made.
"""

from __future__ import annotations

from surrogate.materials.base import Additive, Electrolyte, Material
from surrogate.materials.collection import MaterialTables, shipped_tables
from surrogate.materials.host import Agent, Dopant, Framework, Solid
from surrogate.materials.properties import Property, PropertyRange

__all__ = [
    "Additive",
    "Agent",
    "Dopant",
    "Electrolyte",
    "Framework",
    "Material",
    "MaterialTables",
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
    "shipped_tables",
    "solid",
    "solids",
]

_shipped = shipped_tables()
electrolytes, frameworks, agents = _shipped.electrolytes, _shipped.frameworks, _shipped.agents
solids, additives, dopants = _shipped.solids, _shipped.additives, _shipped.dopants
electrolyte, framework, agent = _shipped.electrolyte, _shipped.framework, _shipped.agent
solid, additive, dopant = _shipped.solid, _shipped.additive, _shipped.dopant
