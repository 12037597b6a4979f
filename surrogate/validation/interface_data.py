"""Published numbers of lithium at a solid electrolyte: ``datasets/validation/interface.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.faults import Fault, each, raise_first
from surrogate.literature.schema import Field
from surrogate.resources import resource
from surrogate.validation.data_tables import FOLDER, TRACE, number, read_table, table_faults, text


@dataclass(frozen=True)
class Comparison:
    """What the rows of one comparison of ``interface.csv`` must state.

    Parameters
    ----------
    unit
        Unit of their value; empty: any.
    conditions
        Columns that are never empty.
    rows
        How many rows there are; 0: one or more.
    """

    unit: str = ""
    conditions: tuple[str, ...] = ()
    rows: int = 0


_WIDTH, _CURRENT, _PRESSURE, _TEMPERATURE = (
    "channel_width_um",
    "current_density_mA_cm2",
    "pressure_MPa",
    "temperature_C",
)
COMPARISONS: Mapping[str, Comparison] = MappingProxyType(
    {
        "planar_ccd": Comparison("mA/cm2", (_WIDTH, _PRESSURE), 1),
        "pattern_ccd": Comparison("mA/cm2", (_WIDTH, _PRESSURE)),
        "contact_area_gain": Comparison("1", (_WIDTH,), 1),
        "lowest_stable_pressure": Comparison("MPa", (_WIDTH, _CURRENT), 1),
        "pressure_elsewhere": Comparison("MPa", (_WIDTH, _CURRENT, "condition"), 1),
        "cycled": Comparison("yes/no", (_WIDTH, _CURRENT, _PRESSURE)),
        "full_cell": Comparison("yes/no", (_WIDTH, _CURRENT, _PRESSURE, _TEMPERATURE)),
        "stress_gain": Comparison("1", (_WIDTH,), 1),
        "interface_resistance": Comparison("ohm cm2", (_WIDTH,), 2),
        "bulk_resistance": Comparison("ohm cm2", (_WIDTH,), 2),
        "cell_voltage": Comparison("mV", (_WIDTH, _CURRENT)),
        "garnet_ccd_over_temperature": Comparison("mA/cm2", (_TEMPERATURE,)),
        "sulfide_ccd": Comparison("mA/cm2", (_PRESSURE,), 2),
        "sulfide_cycled": Comparison("yes/no", (_PRESSURE,)),
        "not_modelled": Comparison("", ("quantity", "condition")),
    }
)
UNITS = ("mA/cm2", "MPa", "ohm cm2", "mV", "1", "yes/no")
INTERFACE_FIELDS: dict[str, Field] = {
    "comparison": Field("choice", "which comparison the number belongs to", tuple(COMPARISONS)),
    "quantity": text("what is not modelled; empty in other rows"),
    "condition": text("of which cell, where the columns do not say it"),
    _WIDTH: number(0, 5000, "width of the channels; 0: planar"),
    _CURRENT: number(0, 500, "current density", above=True),
    _PRESSURE: number(0, 1000, "stack pressure", above=True),
    _TEMPERATURE: number(-80, 250, "temperature"),
    "value": number(0, 1e5, "the number; of yes/no: 1 cycled until the test ended, 0 shorted"),
    "unit": Field("choice", "its unit", UNITS),
    **TRACE,
}


@dataclass(frozen=True)
class PublishedNumber:
    """One row of ``interface.csv``; NaN where a condition is not given.

    Parameters
    ----------
    value
        The number, in ``unit``.
    unit
        One of ``UNITS``.
    channel_width_um
        Width of the channels; 0 is planar.
    current_density_mA_cm2, pressure_MPa, temperature_C
        Conditions.
    quantity, condition, note
        What a number is of that no model predicts, and why.
    source, locator
        The document, and where in it.
    """

    value: float
    unit: str
    channel_width_um: float
    current_density_mA_cm2: float
    pressure_MPa: float
    temperature_C: float
    quantity: str
    condition: str
    note: str
    source: str
    locator: str


@cache
def interface_numbers() -> Mapping[str, tuple[PublishedNumber, ...]]:
    """The shipped numbers of interfaces: comparison -> its rows, in the order of the table."""
    table = read_interface(resource(f"{FOLDER}/interface.csv"))
    texts = ["quantity", "condition", "note"]
    table[texts] = table[texts].fillna("")
    return MappingProxyType(
        {
            name: tuple(
                PublishedNumber(**{str(column): cell for column, cell in row.items()})
                for row in table[table["comparison"] == name].drop(columns="comparison").to_dict("records")
            )
            for name in COMPARISONS
        }
    )


def read_interface(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """Published numbers of lithium at a solid electrolyte, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``INTERFACE_FIELDS``.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        A row for each number.

    Raises
    ------
    RecordError
        With row and column, for a missing or unknown column, an empty or unknown source, a value outside its limits,
        a unit or condition that does not fit the comparison, a comparison without its rows.
    """
    given, name = read_table(table, INTERFACE_FIELDS, where)
    required = ("comparison", "value", "unit", "source", "locator")
    identity = ("comparison", "quantity", "condition", _WIDTH, _CURRENT, _PRESSURE, _TEMPERATURE)
    found = [*table_faults(given, INTERFACE_FIELDS, required, identity), *_comparison_faults(given)]
    raise_first(found, name, list(INTERFACE_FIELDS))
    for comparison, asked in COMPARISONS.items():
        rows = int((given["comparison"] == comparison).sum())
        if rows == 0 or (asked.rows and rows != asked.rows):
            raise RecordError(
                "a comparison without its rows"
                if rows < max(asked.rows, 1)
                else "a comparison with too many rows",
                where=name,
                column="comparison",
                value=f"{rows} of {comparison}",
                limit=str(asked.rows or "one or more"),
            )
    return given


def _comparison_faults(table: pd.DataFrame) -> Iterator[Fault]:
    for name, asked in COMPARISONS.items():
        rows = table["comparison"] == name
        for column in asked.conditions:
            yield from each(table, rows & table[column].isna(), column, "empty", limit=f"a value, for {name}")
        if asked.unit:
            other = rows & table["unit"].notna() & (table["unit"] != asked.unit)
            yield from each(table, other, "unit", f"not the unit of {name}", limit=asked.unit)
    cut = {0.0, *table.loc[table["comparison"] == "pattern_ccd", _WIDTH]}
    other = (
        table[_WIDTH].notna() & ~table[_WIDTH].isin(cut) & (len(cut) > 1)
    )  # without any: refused as missing rows
    yield from each(
        table, other, _WIDTH, "a width without a critical current", limit="0 or a width of pattern_ccd"
    )
    doubtful = (table["unit"].fillna("") == "yes/no") & ~table["value"].isin([0.0, 1.0])
    yield from each(table, doubtful, "value", "neither yes nor no", limit="1 or 0")
