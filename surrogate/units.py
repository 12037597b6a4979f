"""Unit conversion at the edge. Inside the package every number is in the unit its name carries.

Column names end in a unit (``current_density_mA_cm2``). A table that comes in with another unit in the
same place (``current_density_A_m2``) is converted by :func:`convert_columns`; nothing else converts tables.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from surrogate.errors import UnitError

if TYPE_CHECKING:
    from collections.abc import Iterable

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
}


@cache
def _registry() -> Any:
    import pint  # heavy: only when a conversion is really wanted

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def convert(value: float, unit: str, to: str) -> float:
    """Convert one number between two unit expressions (pint's spelling).

    Raises UnitError for an unknown unit or a wrong dimension.
    """
    registry = _registry()
    try:
        return float(registry.Quantity(float(value), unit).to(to).magnitude)
    except Exception as error:  # pint raises several unrelated classes
        raise UnitError(
            f"cannot convert from {unit!r} to {to!r}", value=value, remedy=f"give a unit that {to} measures"
        ) from error


def split_unit(column: str) -> tuple[str, str | None]:
    """Split ``thickness_um`` into (``thickness``, ``um``); the unit is None when the name carries none."""
    for spelling in sorted(UNIT_SPELLINGS, key=len, reverse=True):
        if column.endswith("_" + spelling):
            return column[: -len(spelling) - 1], spelling
    return column, None


def convert_columns(table: pd.DataFrame, known: Iterable[str]) -> tuple[pd.DataFrame, list[str]]:
    """Rename and scale columns that carry another unit than the known column of the same quantity.

    Returns the converted table and one sentence for each conversion made. Columns that are known, or
    whose quantity is not, stay as they are.

    Raises UnitError when a column names a known quantity in a unit of another dimension, or stands
    beside the known column itself.
    """
    import pandas as pd

    known = list(known)
    by_quantity = {split_unit(name)[0]: name for name in known if split_unit(name)[1]}
    converted, said = table.copy(), []
    for column in table.columns:
        name = str(column)
        quantity, spelling = split_unit(name)
        target = by_quantity.get(quantity)
        if name in known or spelling is None or target is None:
            continue
        if target in table.columns:
            raise UnitError(
                f"columns {name!r} and {target!r} give the same quantity", remedy="keep one of the two"
            )
        target_spelling = split_unit(target)[1]
        assert target_spelling is not None
        source_unit, target_unit = UNIT_SPELLINGS[spelling], UNIT_SPELLINGS[target_spelling]
        # An affine map covers offset units (C, K) too.
        offset = convert(0.0, source_unit, target_unit)
        scale = convert(1.0, source_unit, target_unit) - offset
        numbers = pd.to_numeric(converted[column], errors="coerce")
        bad = converted[column].notna() & numbers.isna()
        if bad.any():
            row = int(bad.to_numpy().argmax())
            raise UnitError(f"row {row + 1}, column {name}: not a number", value=converted[column].iloc[row])
        converted[column] = numbers * scale + offset
        converted = converted.rename(columns={column: target})
        said.append(f"{name} converted to {target}")
    return converted, said
