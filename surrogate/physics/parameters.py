"""``PhysicsParameters``: every constant of the physics and every material entry it reads, as one frozen value.

    simulate(designs)                                                     # the shipped constants
    simulate(designs, PhysicsParameters().with_values({"ageing.fade": 0.3}))   # another laboratory

Two simulations with different parameters can run at once: nothing is shared. A value is named by a key:
``group.field`` of the groups in ``parameter_groups``, ``fitted.field`` of the constants of the ageing law that were
fitted to published cells, or ``table.material.property`` of the property tables (for the factors of additives
``additives.material.property.class``, with the class of the electrolyte).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import lru_cache
from math import isfinite
from numbers import Real
from typing import Any

from surrogate.errors import InputError, MaterialError
from surrogate.materials import MaterialTables, shipped_tables
from surrogate.materials.collection import entry_names
from surrogate.physics.ageing import fitted
from surrogate.physics.ageing.fitted import AgeingConstants
from surrogate.physics.parameter_groups import (
    AgeingParameters,
    CompositionParameters,
    CriticalCurrentParameters,
    InterfaceParameters,
    Number,
    PlatingParameters,
    number_of,
)

GROUPS: Mapping[str, type[Any]] = {
    "plating": PlatingParameters,
    "composition": CompositionParameters,
    "critical_current": CriticalCurrentParameters,
    "interface": InterfaceParameters,
    "ageing": AgeingParameters,
}
FITTED = "fitted"
TABLES = tuple(one.name for one in fields(MaterialTables))


@dataclass(frozen=True)
class PhysicsParameters:
    """What the simulator takes for granted. Frozen, hashable, equal when all its numbers are.

    Attributes
    ----------
    plating, composition, critical_current, interface, ageing
        Groups of constants; see ``surrogate.physics.parameter_groups``.
    fitted : AgeingConstants
        Constants of the ageing law that were fitted to published cells.
    entries : tuple of (str, float)
        Entries of the property tables that differ from the shipped ones, sorted by key: ``table.material.property``
        and the value in the unit of the entry. Made by :meth:`with_values`; those given in another order, or equal to
        the shipped ones, make the same value.

    Raises
    ------
    InputError
        For an entry that names nothing, is no finite number or is negative (temperatures may be).
    MaterialError
        For an entry that its record refuses, such as a factor of an additive that is zero.
    """

    plating: PlatingParameters = field(default_factory=PlatingParameters)
    composition: CompositionParameters = field(default_factory=CompositionParameters)
    critical_current: CriticalCurrentParameters = field(default_factory=CriticalCurrentParameters)
    interface: InterfaceParameters = field(default_factory=InterfaceParameters)
    ageing: AgeingParameters = field(default_factory=AgeingParameters)
    fitted: AgeingConstants = field(default_factory=fitted.shipped)
    entries: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        shipped = shipped_tables()
        kept: dict[str, float] = {}
        for key, value in self.entries:
            _check_number(key, value)
            try:
                entry = shipped.entry(key)
            except (MaterialError, AttributeError) as error:
                raise _unknown(key) from error
            _check_sign(key, value, entry.unit)
            if float(value) != entry.value:
                kept[key] = float(value)
        object.__setattr__(self, "entries", tuple(sorted(kept.items())))
        _tables(
            self.entries
        )  # a value that its record refuses is refused here, not in the middle of a simulation

    @property
    def materials(self) -> MaterialTables:
        """The property tables with ``entries`` in them.

        Returns
        -------
        MaterialTables
        """
        return _tables(self.entries)

    def value(self, key: str) -> float:
        """Return the number of a key, in its unit.

        Raises
        ------
        InputError
            For a key that names nothing.
        """
        if not isinstance(key, str):
            raise _unknown(key)
        owner, _, name = key.partition(".")
        if owner in TABLES:
            try:
                return float(self.materials.entry(key).value)
            except MaterialError as error:
                raise _unknown(key) from error
        group = getattr(self, owner, None) if owner in GROUPS or owner == FITTED else None
        if group is None or name not in {one.name for one in fields(group)}:
            raise _unknown(key)
        return float(getattr(group, name))

    def with_values(self, values: Mapping[str, float]) -> PhysicsParameters:
        """Return these parameters with some numbers replaced.

        Parameters
        ----------
        values : mapping of str to float
            Key -> value in the unit of the key (:func:`surrogate.physics.parameters.facts` says which).

        Returns
        -------
        PhysicsParameters

        Raises
        ------
        InputError
            For a key that names nothing, or a value outside its plausible range. To go beyond a range on purpose,
            make the group: ``replace(parameters, ageing=AgeingParameters(fade=0.6))``.
        """
        if not isinstance(values, Mapping):
            raise InputError(
                "not a mapping of keys to values",
                value=values,
                remedy='give a dict such as {"ageing.fade": 0.3}',
            )
        for key, value in values.items():
            _check(key, value)
        changed: dict[str, dict[str, float]] = {}
        entries = dict(self.entries)
        for key, value in values.items():
            owner, _, name = key.partition(".")
            if owner in TABLES:
                entries[key] = float(value)
            else:
                changed.setdefault(owner, {})[name] = float(value)
        groups = {owner: replace(getattr(self, owner), **numbers) for owner, numbers in changed.items()}
        return replace(self, **groups, entries=tuple(entries.items()))


@lru_cache(maxsize=64)
def _tables(entries: tuple[tuple[str, float], ...]) -> MaterialTables:
    return shipped_tables().with_values(dict(entries)) if entries else shipped_tables()


@lru_cache(maxsize=1)
def shipped_parameters() -> PhysicsParameters:
    """Return the parameters that come with the package; what ``simulate`` uses when none are given.

    Returns
    -------
    PhysicsParameters
    """
    return PhysicsParameters()


def keys() -> tuple[str, ...]:
    """Return every key of a group and of the fitted constants, in order.

    Returns
    -------
    tuple of str
        ``group.field`` and ``fitted.field``; entries of the property tables have keys of their own.
    """
    grouped = [f"{name}.{one.name}" for name, group in GROUPS.items() for one in fields(group)]
    return (*grouped, *(f"{FITTED}.{one.name}" for one in fields(AgeingConstants)))


def facts(key: str) -> Number:
    """Return unit, meaning, source and plausible range of a key.

    Raises
    ------
    InputError
        For a key that names nothing.
    """
    shipped_parameters().value(key)  # refuses an unknown key
    owner, _, name = key.partition(".")
    if owner in TABLES:
        entry = shipped_tables().entry(key)
        material = key.split(".")[1]
        return Number(
            entry.unit, name, entry.source, entry.assumed, entry.low, entry.high, on=f"hosts with {material}"
        )
    if owner == FITTED:
        return fitted.facts(name)
    return number_of(next(one for one in fields(GROUPS[owner]) if one.name == name))


def _entry_keys() -> tuple[str, ...]:
    """Every key ``table.material.property`` of the shipped tables."""
    tables = shipped_tables()
    return tuple(
        f"{table}.{material}.{name}"
        for table in TABLES
        for material, record in getattr(tables, table).items()
        for name in entry_names(record)
    )


def _check(key: str, value: float) -> None:
    known = facts(key)
    _check_number(key, value, known.unit)
    if known.low is not None and known.high is not None and not known.low <= value <= known.high:
        raise InputError(
            "outside its plausible range", where=key, value=value,
            limit=f"{known.low:g} to {known.high:g}{_in(known.unit)}",
            remedy="give a value within the range, or make the group itself to go beyond it on purpose",
        )  # fmt: skip
    _check_sign(key, value, known.unit)


def _check_sign(key: str, value: float, unit: str) -> None:
    if value < 0.0 and unit != "degC":
        raise InputError(
            "negative", where=key, value=value, limit=f"at least 0{_in(unit)}",
            remedy="give a number that is not negative",
        )  # fmt: skip


def _check_number(key: str, value: object, unit: str = "1") -> None:
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise InputError(
            "not a number that the physics can use", where=key, value=value, limit=f"a finite number{_in(unit)}",
            remedy="give the number itself",
        )  # fmt: skip


def _in(unit: str) -> str:
    """Write a unit after a number in a message."""
    return "" if unit == "1" else f" {unit}"


def _unknown(key: str) -> InputError:
    near = get_close_matches(str(key), (*keys(), *_entry_keys()), n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "see surrogate.physics.parameters.keys()"
    return InputError(
        "no such constant", value=key, limit="group.field or table.material.property", remedy=remedy
    )
