"""How a column is written for a reader: its name in words, its unit in print, its number rounded sensibly.

What design columns are called stands in the registry of columns. Units come from the column's own name
(``surrogate.units.split_unit``), so a column cannot be shown in another unit than it carries; fractions of 1 are
shown in per cent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from surrogate.hosts.columns import COLUMNS
from surrogate.hosts.registry import Columns, words
from surrogate.hosts.targets import SCALES
from surrogate.units import split_unit

_UNIT_IN_PRINT = {
    "um": "µm",
    "mA_cm2": "mA cm⁻²",
    "mAh_cm2": "mAh cm⁻²",
    "mAh_g": "mAh g⁻¹",
    "ohm_cm2": "Ω cm²",
    "S_m": "S m⁻¹",
    "C": "°C",
    "pct": "%",
    "hours": "h",
}

# Of columns that are no design columns: those are named in the registry.
_LABELS = {
    "cycle_life_cycles": "Cycle life",
    "ccd_mA_cm2": "Critical current density",
    "overpotential_mV": "Overpotential",
    "coulombic_efficiency_pct": "Coulombic efficiency",
    "host_capacity_mAh_cm2": "Host capacity",
    "bottom_half_share": "Lithium in the bottom half",
    "top_face_share": "Lithium on the top face",
    "outcome": "Outcome",
    "ccd_limit": "What limits the critical current",
    "extrapolation": "Extrapolation",
    "nearest_literature": "Nearest in the literature",
    "acquisition_value": "Acquisition value",
    "p_within_limits": "Keeps the limits",
    "interchangeable": "Equal in all that is known",
}

_SHARES = frozenset({"bottom_half_share", "top_face_share"})


def is_missing(value: Any) -> bool:
    """Test for None, NaN, NA and the empty string.

    Parameters
    ----------
    value : object
        Any value.

    Returns
    -------
    bool
    """
    return value is None or value is pd.NA or value == "" or (isinstance(value, float) and math.isnan(value))


def given(row: Mapping[str, Any], column: str) -> Any:
    """Return the value of a column, None where it is absent or empty.

    Parameters
    ----------
    row : mapping of str to object
        A row of a table.
    column : str
        A column.

    Returns
    -------
    object or None
    """
    value = row.get(column)
    return None if is_missing(value) else value


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dicts by column name.

    Parameters
    ----------
    table : DataFrame
        n rows.

    Returns
    -------
    list of dict
        n dicts.
    """
    return cast("list[dict[str, Any]]", table.rename(columns=str).to_dict("records"))


def label(column: str, columns: Columns = COLUMNS) -> str:
    """Name a column in plain words, without its unit.

    Parameters
    ----------
    column : str
        A column; for T_lower and T_upper the label is that of T with the end named.
    columns : Columns
        The registry.

    Returns
    -------
    str
    """
    for suffix, end in (("_lower", ", lower end"), ("_upper", ", upper end")):
        if column.endswith(suffix):
            return label(column.removesuffix(suffix), columns) + end
    if column in columns:
        return columns[column].label
    return _LABELS.get(column) or words(column)


def unit(column: str, columns: Columns = COLUMNS) -> str:
    """Return the unit of a column as printed.

    Parameters
    ----------
    column : str
        A column.
    columns : Columns
        The registry.

    Returns
    -------
    str
        Such as "mA cm⁻²"; empty for a pure number.
    """
    column = column.removesuffix("_lower").removesuffix("_upper")
    if column == "cycle_life_cycles":
        return "cycles"
    if in_percent(column, columns):
        return "%"
    spelling = split_unit(column)[1]
    return _UNIT_IN_PRINT.get(spelling, spelling) if spelling else ""


def in_percent(column: str, columns: Columns = COLUMNS) -> bool:
    """Test whether a column holds shares of 1 that are printed in per cent.

    Parameters
    ----------
    column : str
        A column.
    columns : Columns
        The registry.

    Returns
    -------
    bool
    """
    return columns[column].in_percent if column in columns else column in _SHARES


def axis_title(column: str, columns: Columns = COLUMNS) -> str:
    """Return label and unit as on an axis.

    Parameters
    ----------
    column : str
        A column.
    columns : Columns
        The registry.

    Returns
    -------
    str
        Such as "Cycle life (cycles)".
    """
    name, shown = label(column, columns), unit(column, columns)
    return f"{name} ({shown})" if shown else name


def number(value: float, digits: int = 3) -> str:
    """Write a number to some significant digits, with thousands separated and without needless zeros.

    Parameters
    ----------
    value : float
        The number.
    digits : int
        Significant digits.

    Returns
    -------
    str
    """
    value = float(value)
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent >= 7 or exponent < -4:
        mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa}×10{raised}".replace("-", "−")
    places = max(digits - 1 - exponent, 0)
    text = f"{round(value, digits - 1 - exponent):,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def rounded(value: float, column: str, digits: int = 3) -> str:
    """Write a number of a column without its unit.

    Parameters
    ----------
    value : float
        In the unit of the column.
    column : str
        The column.
    digits : int
        Significant digits; of an efficiency they count for what it lacks of its limit, so that 99.94 % is not 100 %.
        What is counted is a whole number.

    Returns
    -------
    str
    """
    scale = SCALES.get(column.removesuffix("_lower").removesuffix("_upper").removesuffix("_upper_bound"))
    if scale is not None and scale.counted and math.isfinite(value):
        return "< 1" if 0.0 < value < 0.5 else number(round(float(value)), digits)
    lost = scale.most - float(value) if scale is not None and scale.decreasing else 0.0
    if not 0.0 < lost < 90.0:
        return number(value, digits)
    return number(value, max(digits - 2 - math.floor(math.log10(lost)), digits - 2) + 2)


def quantity(value: Any, column: str, digits: int = 3, columns: Columns = COLUMNS) -> str:
    """Write a value with its unit.

    Parameters
    ----------
    value : object
        A number in the unit of the column, or text.
    column : str
        The column.
    digits : int
        Significant digits of a number.
    columns : Columns
        The registry.

    Returns
    -------
    str
        Text stays as it is; a dash stands for a missing value.
    """
    if is_missing(value):
        return "–"
    if isinstance(value, str):
        return value
    shown = unit(column, columns)
    if in_percent(column, columns):
        percent = 100.0 * float(value)
        # Near the ends "100 %" and "0 %" would claim more than the number says.
        if 0 < percent < 0.05 or 99.95 <= percent < 100:
            return "< 0.1 %" if percent < 1 else "> 99.9 %"
        places = 1 if 0 < percent < 1 or 99 < percent < 100 else 0
        return f"{percent:.{places}f} %"
    return f"{rounded(value, column, digits)} {shown}".strip()
