"""Unit conversion at the edge; inside the package every number is in the unit that its name carries.

Column names end in a unit (``current_density_mA_cm2``). A table that gives the same quantity in another unit
(``current_density_A_m2``) is converted by :func:`convert_columns`; nothing else converts tables.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from surrogate.errors import UnitError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pandas as pd

# Spelling of a unit in a column name -> the same unit for pint. Longest spellings are tried first.
UNIT_SPELLINGS: dict[str, str] = {
    "mA_cm2": "mA/cm^2",
    "A_m2": "A/m^2",
    "A_cm2": "A/cm^2",
    "uA_cm2": "uA/cm^2",
    "mAh_cm2": "mA*hour/cm^2",
    "mAh_m2": "mA*hour/m^2",
    "uAh_cm2": "uA*hour/cm^2",
    "Ah_m2": "A*hour/m^2",
    "C_m2": "coulomb/m^2",
    "C_cm2": "coulomb/cm^2",
    "mAh_g": "mA*hour/g",
    "Ah_kg": "A*hour/kg",
    "ohm_cm2": "ohm*cm^2",
    "ohm_m2": "ohm*m^2",
    "kohm_cm2": "kohm*cm^2",
    "S_m": "S/m",
    "S_cm": "S/cm",
    "mS_cm": "mS/cm",
    "nm": "nm",
    "um": "um",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "uV": "uV",
    "mV": "mV",
    "V": "V",
    "Pa": "Pa",
    "kPa": "kPa",
    "MPa": "MPa",
    "GPa": "GPa",
    "bar": "bar",
    "C": "degC",
    "K": "kelvin",
    "hours": "hour",
    "h": "hour",
    "days": "day",
    "min": "minute",
    "pct": "percent",
    "fraction": "dimensionless",
}

# Units in which no column is given, so that a heading that ends in one is of another quantity. Those of one letter
# (litre, newton, joule, watt, ampere, molar, tonne) are read as such only in brackets.
OTHER_UNITS = frozenset({
    "kg", "g", "mg", "ug", "mL", "ml", "uL", "ul", "s", "ms", "us", "mN", "kN", "kJ", "Wh", "mWh", "Wh_kg",
    "mW", "kW", "mA", "uA", "mAh", "uAh", "Ah", "ohm", "kohm", "mohm", "Mohm", "Hz", "kHz", "mol", "mmol", "mM",
    "mol_L", "mol_kg", "kV", "eV", "keV", "nV", "cm2", "m2", "mm2", "um2", "m2_g", "cm3", "mm3", "m3", "nm3",
    "mg_cm2", "g_cm2", "g_m2", "g_cm3", "kg_m3", "mg_cm3", "cm3_g", "uL_cm2", "uL_mg", "uL_mAh", "ul_mAh",
    "mAh_cm3", "mAh_kg", "Wh_L", "mW_cm2", "rpm", "ppm", "wt_pct", "deg", "mV_s",
})  # fmt: skip
_OF_ONE_LETTER = frozenset("lLNJWAMt")

_LONGEST_FIRST = sorted(UNIT_SPELLINGS, key=len, reverse=True)
_ANY_LONGEST_FIRST = sorted({*UNIT_SPELLINGS, *OTHER_UNITS}, key=len, reverse=True)
DIGITS = 12  # significant digits of a converted number; no measurement has as many

_BRACKETED = re.compile(r"(.*[^\s])\s*[(\[]([^()\[\]]*)[)\]]")
_PLAIN = str.maketrans({**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--", strict=True)), "µ": "u", "μ": "u"})
_PLAIN |= str.maketrans({"°": "", "^": "", "\u03a9": "ohm", "\u2126": "ohm", "%": "pct"})  # both omegas


@cache
def _registry() -> Any:
    import pint  # heavy: only when a conversion is needed

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def convert(value: float, unit: str, to: str) -> float:
    """Convert a number between two units.

    Parameters
    ----------
    value : float
        The number, in ``unit``.
    unit, to : str
        Units in pint's spelling, such as ``"mA/cm^2"`` or ``"degC"``.

    Returns
    -------
    float
        The number in the unit ``to``.

    Raises
    ------
    UnitError
        For an unknown unit, or units of different dimensions.
    """
    registry = _registry()
    try:
        return float(registry.Quantity(float(value), unit).to(to).magnitude)
    except Exception as error:  # pint raises several unrelated classes
        raise UnitError(
            f"cannot convert from {unit!r} to {to!r}", value=value, remedy=f"give a unit that {to} measures"
        ) from error


@lru_cache(maxsize=4096)
def split_unit(column: str) -> tuple[str, str | None]:
    """Split a column name into its quantity and its unit.

    Parameters
    ----------
    column : str
        A column name, such as ``thickness_um``.

    Returns
    -------
    quantity : str
        The name without its unit, such as ``thickness``; the whole name where it carries none.
    unit : str or None
        The longest known spelling that the name ends in, such as ``um``; None where it carries none.
    """
    for spelling in _LONGEST_FIRST:
        if column.endswith("_" + spelling):
            return column[: -len(spelling) - 1], spelling
    return column, None


def written_unit(column: str) -> tuple[str, str | None]:
    """Split a column heading as people write it, such as ``Thickness (um)`` or ``current density [mA/cm2]``.

    Parameters
    ----------
    column : str
        The heading; without brackets it is split as by :func:`split_unit`.

    Returns
    -------
    quantity : str
        The quantity in lower snake case.
    unit : str or None
        The unit in the spelling of column names; the text in the brackets as it stands where no such
        spelling is known; None where the heading carries no unit.
    """
    found = _BRACKETED.fullmatch(column.strip())
    if not found:
        return split_unit(column)
    quantity = re.sub(r"[^a-z0-9]+", "_", found[1].lower()).strip("_")
    plain = re.sub(r"[\s/*·]+", "_", found[2].translate(_PLAIN).strip()).replace("-1", "").replace("-", "")
    return quantity, plain if plain in UNIT_SPELLINGS else found[2]


def heading_unit(heading: str) -> tuple[str, str | None]:
    """Split a heading of a laboratory's own table, in which anything may stand before the unit.

    Parameters
    ----------
    heading : str
        Such as ``felt_mm``, ``Felt, mm``, ``i in mA/cm2`` or ``Dicke (mm)``.

    Returns
    -------
    quantity : str
        What stands before the unit; the whole heading where it carries none.
    unit : str or None
        In the spelling of ``UNIT_SPELLINGS`` or ``OTHER_UNITS``, or the single letter that stands in brackets; None
        where there is none of these.
    """
    found = _BRACKETED.fullmatch(heading.strip())
    if found:
        unit = _underscored(found[2])
        known = unit in UNIT_SPELLINGS or unit in OTHER_UNITS or unit in _OF_ONE_LETTER
        return (found[1], unit) if known else (heading, None)
    plain = _underscored(heading)
    unit = next((one for one in _ANY_LONGEST_FIRST if plain.endswith(f"_{one}")), "")
    return (plain.removesuffix(f"_{unit}"), unit) if unit else (heading, None)


def _underscored(text: str) -> str:
    """Write a unit, or what ends in one, with ``_`` between its parts: ``mA cm-2`` is mA_cm2."""
    plain = re.sub(r"-1\b", "", text.translate(_PLAIN).strip())
    return re.sub(r"[\s,;/*·-]+", "_", re.sub(r"-(?=\d)", "", plain))


def allowed_units(column: str) -> list[str]:
    """List the units in which the quantity of a known column may be given.

    Parameters
    ----------
    column : str
        A known column, such as ``thickness_um``.

    Returns
    -------
    list of str
        Spellings of units, the column's own first; empty for a pure number.
    """
    own = split_unit(column)[1]
    if own is None:
        return []
    registry = _registry()
    wanted = registry.Unit(UNIT_SPELLINGS[own])
    fit = [name for name, unit in UNIT_SPELLINGS.items() if registry.Unit(unit).is_compatible_with(wanted)]
    return [own, *(name for name in fit if name != own)]


def convert_columns(
    table: pd.DataFrame, known: Iterable[str], where: str = "", fractions: Collection[str] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """Rename and scale columns that give a known quantity in another unit.

    Columns that are known, or whose quantity is not, stay as they are. Converted numbers are rounded to 12
    significant digits, so that 453.15 K becomes exactly 180 C.

    Parameters
    ----------
    table : DataFrame
        The table as it was given.
    known : iterable of str
        The columns that the package knows.
    where : str
        What messages call the table.
    fractions : collection of str
        Known columns that hold a fraction of 1 and may be given in per cent, as ``porosity_top_pct``.

    Returns
    -------
    converted : DataFrame
        The converted table.
    notes : list of str
        One sentence for each conversion made.

    Raises
    ------
    UnitError
        If a column gives a known quantity in a unit of another dimension, stands beside another column of the
        same quantity, or holds text where a number is to be converted.
    """
    known = list(known)
    others = set(table.columns).difference(known)
    converted, notes = table.copy(deep=False), []  # a copy on write
    by_quantity = {split_unit(name)[0]: name for name in known if split_unit(name)[1]} if others else {}
    for column in table.columns if others else ():
        name = str(column)
        quantity, unit = written_unit(name)
        if name in known or unit is None:
            continue
        of_one = quantity in fractions and unit in ("pct", "fraction")
        target = (
            quantity if of_one else by_quantity.get(quantity) or _unitless(name, quantity, unit, known, where)
        )
        if target is None:
            continue
        if target in converted.columns:
            raise UnitError(
                f"gives the same quantity as {target!r}, or as another column that converts to it",
                where=where,
                column=name,
                remedy="keep one of the two",
            )
        converted = converted.rename(columns={column: target})
        own = "fraction" if of_one else split_unit(target)[1]
        if own not in (None, unit):
            converted[target] = _scaled(
                converted[target], name, unit, f"{target}_fraction" if of_one else target, where
            )
            notes.append(f"{name} converted to {target}")
    return converted, notes


def _unitless(name: str, quantity: str, unit: str, known: list[str], where: str) -> str | None:
    """Find the known column for a unit that pint does not know: "cycle life (cycles)", "tortuosity (-)"."""
    if f"{quantity}_{unit}" in known:
        return f"{quantity}_{unit}"
    if quantity not in known or split_unit(name)[1] is not None:
        return None
    if unit not in ("-", "1", ""):
        raise UnitError(
            "has a unit, and should have none",
            where=where,
            column=name,
            value=unit,
            limit=f"{quantity}, without a unit",
            remedy=f"name the column {quantity} (fractions as 0 to 1, not in per cent)",
        )
    return quantity


def _scaled(given: pd.Series, name: str, unit: str, target: str, where: str) -> pd.Series:
    """Convert the column ``name`` to the unit of ``target``."""
    import pandas as pd

    allowed = allowed_units(target)
    if unit not in allowed:
        raise UnitError(
            "wrong unit",
            where=where,
            column=name,
            value=unit,
            limit=", ".join(allowed),
            remedy=f"give it as {target}, or in another of these units",
        )
    source, to = UNIT_SPELLINGS[unit], UNIT_SPELLINGS[allowed[0]]
    # An affine map covers offset units (C, K) too.
    offset = convert(0.0, source, to)
    scale = convert(1.0, source, to) - offset
    numbers = pd.to_numeric(given, errors="coerce")
    bad = (given.notna() & numbers.isna()).to_numpy()
    if bad.any():
        row = int(bad.argmax())
        raise UnitError("not a number", where=where, row=row, column=name, value=given.iloc[row])
    # To DIGITS significant digits: which unit a number came in leaves no trace, and 453.15 K is 180 C.
    converted = numbers * scale + offset
    return converted.map({number: float(f"{number:.{DIGITS - 1}e}") for number in converted.unique()})
