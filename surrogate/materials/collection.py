"""All property tables together, as one value: the shipped tables, or the shipped tables with entries replaced.

``MaterialTables`` maps identifiers to records, in the order of the tables under ``datasets/materials``; its methods
look up a record and raise an error that lists the known identifiers for any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from surrogate.errors import MaterialError
from surrogate.materials.base import Additive, Electrolyte, Material
from surrogate.materials.host import Agent, Dopant, Framework, Solid
from surrogate.materials.properties import Property
from surrogate.materials.reader import load_table
from surrogate.resources import resource

M = TypeVar("M", bound=Material)


@dataclass(frozen=True, eq=False)
class MaterialTables:
    """Identifier -> record, for each kind of material; the mappings are read-only.

    Attributes
    ----------
    electrolytes : mapping of str to Electrolyte
    frameworks : mapping of str to Framework
    agents : mapping of str to Agent
    solids : mapping of str to Solid
    additives : mapping of str to Additive
    dopants : mapping of str to Dopant
    """

    electrolytes: Mapping[str, Electrolyte]
    frameworks: Mapping[str, Framework]
    agents: Mapping[str, Agent]
    solids: Mapping[str, Solid]
    additives: Mapping[str, Additive]
    dopants: Mapping[str, Dopant]

    def electrolyte(self, identifier: str) -> Electrolyte:
        """Look up an electrolyte.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Electrolyte

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.electrolytes, identifier, "electrolyte")

    def framework(self, identifier: str) -> Framework:
        """Look up a framework.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Framework

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.frameworks, identifier, "framework")

    def agent(self, identifier: str) -> Agent:
        """Look up a lithiophilic agent.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Agent

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.agents, identifier, "agent")

    def solid(self, identifier: str) -> Solid:
        """Look up a solid phase.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Solid

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.solids, identifier, "solid")

    def additive(self, identifier: str) -> Additive:
        """Look up an additive.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Additive

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.additives, identifier, "additive")

    def dopant(self, identifier: str) -> Dopant:
        """Look up a dopant.

        Parameters
        ----------
        identifier : str
            Its identifier.

        Returns
        -------
        Dopant

        Raises
        ------
        MaterialError
            If it is unknown; the message lists the known identifiers.
        """
        return _look_up(self.dopants, identifier, "dopant")

    def entry(self, key: str) -> Property:
        """Return the property that a key names.

        Parameters
        ----------
        key : str
            ``table.material.property``, such as ``electrolytes.gel.conductivity``; for a factor of an additive
            ``additives.material.property.class``, the class being that of the electrolyte.

        Returns
        -------
        Property

        Raises
        ------
        MaterialError
            If there is no such table, material or property, or the record leaves the property out.
        """
        table, _, rest = key.partition(".")
        material, _, rest = rest.partition(".")
        name, dot, part = rest.partition(".")
        tables = [field.name for field in fields(self)]
        if table not in tables:
            raise MaterialError("no such property table", value=key, limit=", ".join(tables))
        record = _look_up(getattr(self, table), material, table.removesuffix("s"))
        found = getattr(record, name, None)
        if dot and isinstance(found, Mapping):
            found = found.get(part)
        elif dot:
            found = None
        if not isinstance(found, Property):
            raise MaterialError(
                f"{record.label} has no such property", value=key, limit=", ".join(entry_names(record))
            )
        return found

    def with_values(self, values: Mapping[str, float]) -> MaterialTables:
        """Return these tables with some entries at other values.

        Parameters
        ----------
        values : mapping of str to float
            Key as :meth:`entry` takes it -> value in the unit of the entry.

        Returns
        -------
        MaterialTables

        Raises
        ------
        MaterialError
            For a key that names no entry, or a value that its record refuses. The entry's plausible range does not
            bind: it is widened where the value lies outside.
        """
        tables: dict[str, dict[str, Any]] = {}
        for key, value in values.items():
            moved = _at(self.entry(key), value)
            table, material, name, *part = key.split(".")
            records = tables.setdefault(table, dict(getattr(self, table)))
            there = getattr(records[material], name)
            records[material] = replace(
                records[material], **{name: {**there, part[0]: moved} if part else moved}
            )
        return replace(self, **{name: MappingProxyType(records) for name, records in tables.items()})


def entry_names(record: Material) -> tuple[str, ...]:
    """Return what a key may name of a record: its properties, and ``property.class`` for the factors of an additive.

    Parameters
    ----------
    record : Material

    Returns
    -------
    tuple of str
    """
    parts = ("sei_loss_factor", "dead_lithium_factor") if isinstance(record, Additive) else ()
    return (*record.properties(), *(f"{name}.{part}" for name in parts for part in getattr(record, name)))


def _at(entry: Property, value: float) -> Property:
    low = None if entry.low is None else min(entry.low, value)
    high = None if entry.high is None else max(entry.high, value)
    return replace(entry, value=value, low=low, high=high)


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


@cache
def shipped_tables() -> MaterialTables:
    """Return the tables that come with the package.

    Returns
    -------
    MaterialTables
        Read once and shared.

    Raises
    ------
    MaterialError
        If a table is damaged.
    ResourceError
        If a table is not installed.
    """

    def table(record: type[M], name: str) -> Mapping[str, M]:
        return load_table(record, resource(f"datasets/materials/{name}.toml"))

    return MaterialTables(
        electrolytes=table(Electrolyte, "electrolytes"),
        frameworks=table(Framework, "frameworks"),
        agents=table(Agent, "agents"),
        solids=table(Solid, "solids"),
        additives=table(Additive, "additives"),
        dopants=table(Dopant, "dopants"),
    )
