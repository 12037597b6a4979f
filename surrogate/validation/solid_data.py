"""Published trends of solid electrolytes: ``datasets/validation/solids.csv``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from surrogate.literature.faults import raise_first, repeated, schema_faults
from surrogate.literature.schema import Field
from surrogate.resources import resource
from surrogate.validation.data_tables import FOLDER, TRACE, number, read_table, text

TRENDS = ("contact", "coating", "density", "thickness", "inner area", "efficiency")
CCD, EFFICIENCY, RESISTANCE, TOUGHNESS = (
    "ccd_mA_cm2",
    "coulombic_efficiency_pct",
    "interface_resistance_ohm_cm2",
    "fracture_toughness_MPa_m05",
)
# fit: a constant was set by it; chosen: it helped to choose one; check: it did not.
USES = ("fit", "chosen", "check")
SOLID_FIELDS: dict[str, Field] = {
    "trend": Field("choice", "which trend the number belongs to", TRENDS),
    "state": text("of the face: bare, treated"),
    "condition": text("of which cell"),
    "design": text("columns of a design that stands for the cell, as name=value; empty: none can"),
    "quantity": Field("choice", "what was measured", (CCD, EFFICIENCY, RESISTANCE, TOUGHNESS)),
    "value": number(0, 1e5, "the number, in the unit of its quantity", above=True),
    "use": Field("choice", "what it was used for", USES),
    **TRACE,
    "source": text("a document of datasets/literature/documents.csv, a DOI, or where an abstract stands"),
}


def read_solids(table: str | Path | pd.DataFrame, where: str = "") -> pd.DataFrame:
    """Read published trends of solid electrolytes, typed and checked.

    Parameters
    ----------
    table
        A CSV file or a frame with the columns ``SOLID_FIELDS``.
    where
        What messages call it; default: the file's name.

    Returns
    -------
    pandas.DataFrame
        A row for each number.

    Raises
    ------
    RecordError
        With row and column, for a missing or unknown column, an empty source, a value outside its limits, a row
        that stands there twice.
    """
    given, name = read_table(table, SOLID_FIELDS, where)
    required = ("trend", "condition", "quantity", "value", "use", "source", "locator")
    found = [
        *schema_faults(given, SOLID_FIELDS, required),
        *repeated(given, ("trend", "condition", "quantity"), "trend"),
    ]
    raise_first(found, name, list(SOLID_FIELDS))
    return given


@cache
def solid_numbers() -> pd.DataFrame:
    """Load the shipped trends; texts that are not given are empty."""
    table = read_solids(resource(f"{FOLDER}/solids.csv"))
    texts = ["state", "design", "note"]
    table[texts] = table[texts].fillna("")
    return table
