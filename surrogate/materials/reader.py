"""Reader of the property tables (TOML, ``datasets/materials``) into the records of ``base`` and ``host``.

A file holds a TOML table for each material; each property is an inline table ``{ value, unit, source, assumed,
low, high, note }``, each range ``{ low, high, unit, source, assumed, note }``. Whatever is wrong with a file is
raised as MaterialError naming file, material and property.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from surrogate.errors import MaterialError
from surrogate.materials.base import Additive, Material
from surrogate.materials.properties import Claim, Property, PropertyRange

M = TypeVar("M", bound=Material)


def load_table(record: type[M], path: str | Path) -> Mapping[str, M]:
    """Read a property table.

    Parameters
    ----------
    record : type of Material
        Class of the records.
    path : str or Path
        The TOML file.

    Returns
    -------
    mapping of str to Material
        Identifier -> record, in the order of the file; read-only.

    Raises
    ------
    MaterialError
        For a file that is not TOML, an unknown or missing key, a missing source, a value outside its range or
        a unit of the wrong dimension.
    """
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MaterialError(
            f"cannot be read: {error}", where=path.name, remedy="correct the table"
        ) from error
    if not raw:
        raise MaterialError("holds no material", where=path.name)
    return MappingProxyType({name: _material(record, name, entry, path.name) for name, entry in raw.items()})


def _material(record: type[M], identifier: str, entry: object, file: str) -> M:
    where = f"{file}, material {identifier}"
    if not isinstance(entry, dict):
        raise MaterialError("a material is a TOML table", where=where, value=entry)
    known = [field.name for field in fields(record) if field.name != "identifier"]
    unknown = [key for key in entry if key not in known]
    if unknown:
        raise MaterialError("unknown key", where=f"{where}, property {unknown[0]}", limit=", ".join(known))
    values = {key: _value(record, key, value, f"{where}, property {key}") for key, value in entry.items()}
    absent = [name for name in _required(record) if name not in values]
    if absent:
        raise MaterialError("missing", where=f"{where}, property {absent[0]}", remedy="add it to the table")
    try:
        return record(identifier=identifier, **values)
    except MaterialError as error:
        raise MaterialError(str(error), where=where) from error


def _required(record: type[Material]) -> list[str]:
    optional = {
        "note",
        "not_gradable",
        "sei_loss_factor",
        "dead_lithium_factor",
        *record.OPTIONAL,
        "identifier",
    }
    return [field.name for field in fields(record) if field.name not in optional]


def _value(record: type[Material], key: str, value: object, where: str) -> Any:
    if key in record.UNITS:
        return _record(Property, value, where)
    if key in record.RANGES:
        return _record(PropertyRange, value, where)
    if key in record.CLAIMS:
        claims = _mapping(value, where)
        return MappingProxyType(
            {name: _record(Claim, claim, f"{where}.{name}") for name, claim in claims.items()}
        )
    if key in record.LISTS:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise MaterialError("needs a list of names", where=where, value=value)
        return frozenset(value)
    if key == "not_gradable":
        return MappingProxyType(_mapping(value, where))
    if record is Additive and key != "label":
        factors = _mapping(value, where)
        return MappingProxyType(
            {name: _record(Property, factor, f"{where}.{name}") for name, factor in factors.items()}
        )
    if not isinstance(value, str):
        raise MaterialError("needs text", where=where, value=value)
    return value


def _mapping(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MaterialError("needs a table", where=where, value=value)
    return value


P = TypeVar("P", Property, PropertyRange, Claim)


def _record(record: type[P], value: object, where: str) -> P:
    entry = _mapping(value, where)
    known = [field.name for field in fields(record)]
    unknown = [key for key in entry if key not in known]
    if unknown:
        raise MaterialError(f"unknown key {unknown[0]!r}", where=where, limit=", ".join(known))
    try:
        return record(**entry)
    except TypeError as error:  # a key without default is absent
        raise MaterialError(f"incomplete: {error}", where=where, limit=", ".join(known)) from error
    except MaterialError as error:
        raise MaterialError(str(error), where=where) from error
