"""Run the simulator with constants moved, and put every one of them back."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import Any

from surrogate import materials
from surrogate.errors import InputError
from surrogate.physics.ageing import fitted as ageing
from surrogate.sensitivity.constants import (
    FITTED,
    MODULE_CONSTANTS,
    MODULES,
    NOT_VARIED,
    PROPERTIES,
    Constant,
    entries,
    fitted_constants,
    is_entry,
)

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def adjusted(values: Mapping[str, float]) -> Iterator[None]:
    """Constants at other values while the block runs; as they were after it, also when it fails.

    values: key of a :class:`Constant` -> value in its unit, within its plausible range. Blocks in other threads
    wait for this one; a simulation that another thread runs outside such a block sees the moved values.

    Raises InputError for an unknown constant, one that cannot be moved, or a value outside its range.
    """
    for key, value in values.items():
        _check(key, value)
    with _ONE_AT_A_TIME, ExitStack() as undo:
        for key, value in values.items():
            owner, name = key.rsplit(".", 1)
            if owner == FITTED:
                _set_fitted(undo, name, value)
            elif is_entry(key):
                table, material = owner.split(".")
                _set_entry(undo, table, material, name, value)
            else:
                _set_everywhere(undo, owner, name, value)
        yield


def find(key: str) -> Constant:
    """The constant of this key; InputError where there is none, or where it cannot be moved."""
    for known in (*MODULE_CONSTANTS, *fitted_constants()):
        if known.key == key:
            return known
    table, _, rest = key.partition(".")
    material = rest.partition(".")[0]
    if table in PROPERTIES and material in getattr(materials, table):
        for known in entries(table, material):
            if known.key == key:
                return known
    why = dict(NOT_VARIED).get(key, "")
    raise InputError(
        f"cannot be moved: {why}" if why else "no such constant with a range",
        value=key, remedy="see surrogate.sensitivity.constants for those that there are",
    )  # fmt: skip


def _check(key: str, value: float) -> None:
    known = find(key)
    if not known.low <= value <= known.high:
        raise InputError(
            "outside its plausible range",
            where=key,
            value=value,
            limit=f"{known.low:g} to {known.high:g} {known.unit}",
        )


def _set_everywhere(undo: ExitStack, owner: str, name: str, value: float) -> None:
    """In its module and in those that imported it by name."""
    old = getattr(import_module(f"surrogate.physics.{MODULES.get(owner, owner)}"), name)
    for path, module in list(sys.modules.items()):
        if path.startswith("surrogate.physics.") and vars(module).get(name) is old:
            _set(undo, module, name, value)


def _set_fitted(undo: ExitStack, name: str, value: float) -> None:
    """A constant of the ageing law, for whoever asks for the shipped ones."""
    moved = replace(ageing.shipped(), **{name: value})
    _set(undo, ageing, "shipped", lambda: moved)


def _set_entry(undo: ExitStack, table: str, material: str, name: str, value: float) -> None:
    before = getattr(materials, table)
    entry: Any = before[material]
    moved = replace(entry, **{name: replace(getattr(entry, name), value=value)})
    _set(undo, materials, table, MappingProxyType({**before, material: moved}))


def _set(undo: ExitStack, module: Any, name: str, value: Any) -> None:
    undo.callback(setattr, module, name, getattr(module, name))
    setattr(module, name, value)
