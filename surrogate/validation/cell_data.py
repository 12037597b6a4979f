"""Published cells and their voltages: ``datasets/validation/cells.csv`` and ``voltages.csv``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from surrogate.errors import RecordError
from surrogate.literature.faults import Fault, each, raise_first
from surrogate.literature.schema import Field
from surrogate.resources import resource
from surrogate.units import split_unit
from surrogate.validation.data_tables import FOLDER, TRACE, number, read_table, table_faults, text

_CURRENT = "current_density_mA_cm2"
VOLTAGE_FIELDS: dict[str, Field] = {
    "cell": text("cell of cells.csv"),
    _CURRENT: number(0, 500, "current density", above=True),
    "voltage_mV": number(0, 5000, "voltage in steady cycling, read as half the hysteresis", above=True),
    **TRACE,
}
_DESIGN: dict[str, Field] = {
    "framework": text("as in a designs file"),
    "agent": text("as in a designs file"),
    "electrolyte": text("as in a designs file"),
    "additives": text("as in a designs file"),
    "conductor_top": number(0, 1, "volume fraction of the solid"),
    "conductor_bottom": number(0, 1, "volume fraction of the solid"),
    "agent_top": number(0, 1, "volume fraction of the solid"),
    "agent_bottom": number(0, 1, "volume fraction of the solid"),
    "porosity_top": number(0, 1, "porosity"),
    "porosity_bottom": number(0, 1, "porosity"),
    "pore_size_top_um": number(0, 5000, "pore width", above=True),
    "pore_size_bottom_um": number(0, 5000, "pore width", above=True),
    "tortuosity": number(1, 100, "tortuosity factor"),
    "thickness_um": number(0, 10000, "thickness", above=True),
    "areal_capacity_mAh_cm2": number(0, 200, "areal capacity per half cycle", above=True),
}
CELL_FIELDS: dict[str, Field] = {
    "cell": text("name of the cell"),
    **_DESIGN,
    "host_counter": Field(
        "flag", "the counter electrode is a second host of the same kind, else lithium foil"
    ),
    "field_factor": number(
        0.1, 100, "mass transfer of the salt in the field it was measured in; 1: no field"
    ),
    "assumed": text("columns that no document states, separated by ;, for both ends without top and bottom"),
    "source": TRACE["source"],
    "ref": text("number of the cited work in the document"),
    "locator": TRACE["locator"],
    "note": TRACE["note"],
}


@dataclass(frozen=True)
class PublishedCell:
    """A cell of a review: its design, what it was measured at, and its voltages.

    Parameters
    ----------
    name
        As the document writes it.
    source
        The document, and where in it.
    design
        Columns of a designs file.
    voltages_mV
        Current density (mA cm-2) -> mV.
    host_counter
        Whether the counter electrode is a second host of the same kind, else lithium foil.
    field_factor
        Mass transfer of the salt in the magnetic field it was measured in; no source gives the number (assumed; 1 is
        no field).
    assumed
        What no document states, with the value that is assumed.
    """

    name: str
    source: str
    design: Mapping[str, object]
    voltages_mV: Mapping[float, float]
    host_counter: bool = False
    field_factor: float = 1.0
    assumed: str = ""


@cache
def cells() -> tuple[PublishedCell, ...]:
    """Load the shipped cells with their voltages, in the order of the table."""
    table = read_cells(resource(f"{FOLDER}/cells.csv"))
    voltages = read_voltages(resource(f"{FOLDER}/voltages.csv"), set(table["cell"]))
    found = []
    for row in table.to_dict("records"):
        of_cell = voltages[voltages["cell"] == row["cell"]]
        found.append(
            PublishedCell(
                name=row["cell"],
                source=f"{row['source']}, {row['locator']}",
                design=MappingProxyType({name: row[name] for name in _DESIGN}),
                voltages_mV=MappingProxyType(
                    dict(zip(of_cell[_CURRENT], of_cell["voltage_mV"], strict=True))
                ),
                host_counter=row["host_counter"],
                field_factor=row["field_factor"],
                assumed=", ".join(_assumption(row, name) for name in _split(row["assumed"])),
            )
        )
    return tuple(found)


def read_cells(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """Read published cells as designs, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``CELL_FIELDS``.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        A row for each cell.

    Raises
    ------
    RecordError
        With row and column, for a missing or unknown column, an empty or unknown source, a value outside its limits,
        a cell given twice, an ``assumed`` that names no column.
    """
    given, name = read_table(table, CELL_FIELDS, where)
    required = ("cell", *_DESIGN, "field_factor", "source", "locator")
    found = list(table_faults(given, CELL_FIELDS, required, ("cell",)))
    for row, assumed in given["assumed"].items():
        unknown = [name for name in _split(assumed) if not _columns_of(name)]
        if unknown:
            found.append(
                Fault((int(str(row)),), "assumed", "names no column", (unknown[0],), ", ".join(_DESIGN))
            )
    raise_first(found, name, list(CELL_FIELDS))
    return given


def read_voltages(table: str | Path | pd.DataFrame, known: Collection[str], where: str = "") -> pd.DataFrame:
    """Read published voltages, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``VOLTAGE_FIELDS``.
    known
        Names of the cells.
    where
        What messages call the table; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        A row for each voltage.

    Raises
    ------
    RecordError
        As :func:`read_cells`, and for a cell that is not known or has no voltage.
    """
    given, name = read_table(table, VOLTAGE_FIELDS, where)
    required = ("cell", _CURRENT, "voltage_mV", "source", "locator")
    found = list(table_faults(given, VOLTAGE_FIELDS, required, ("cell", _CURRENT)))
    other = given["cell"].notna() & ~given["cell"].isin(known)
    found += each(given, other, "cell", "not a cell of cells.csv", limit=", ".join(sorted(known)))
    raise_first(found, name, list(VOLTAGE_FIELDS))
    for cell in known:
        if cell not in set(given["cell"]):
            raise RecordError(
                "a cell without voltages", where=name, column="cell", value=cell, remedy="add them"
            )
    return given


def _split(assumed: Any) -> list[str]:
    return [] if pd.isna(assumed) else [name.strip() for name in assumed.split(";") if name.strip()]


def _columns_of(assumed: str) -> list[str]:
    """Return the columns that an entry of ``assumed`` names: itself, or both its ends."""
    quantity, unit = split_unit(assumed)
    ends = [f"{quantity}_{end}" + (f"_{unit}" if unit else "") for end in ("top", "bottom")]
    if all(end in _DESIGN for end in ends):
        return ends
    known = assumed in CELL_FIELDS and CELL_FIELDS[assumed].kind == "number"
    return [assumed] if known else []


def _assumption(row: Mapping[Any, Any], name: str) -> str:
    """Write an assumed quantity with its value and unit."""
    quantity, unit = split_unit(name)
    value = " to ".join(dict.fromkeys(f"{row[column]:g}" for column in _columns_of(name)))
    return f"{quantity.replace('_', ' ')} {value}" + (f" {unit.replace('_', '/')}" if unit else "")
