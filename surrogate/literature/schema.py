"""The literature table: every column, its type and range, and the classes it may name.

One row is one cell or cell group at one set of conditions in one source. Empty means "not stated"; nothing
is inferred in the table itself (``featurize`` fills gaps, from documented priors, on its own copy).

``note`` is for people: nothing is computed from it. Any table may lack the columns of ``OPTIONAL``: what decides the
meaning of a number (whether it is a bound, whether cycles may be hours, room temperature, a foil), how it was
measured, and with which cell the source compares it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pandera.pandas as pa

STRATEGIES = (
    "planar_baseline",
    "porous_scaffold",
    "conductivity_gradient",
    "lithiophilicity_gradient",
    "dual_gradient",
    "pore_size_gradient",
    "doping_defects",
    "homogenized_field",
    "magnetic_field",
    "sei_components",
    "alloy",
    "miec",
    "sse_scaffold",
    "micropattern",
    "interface_layer",
    "electrolyte_additive",
    "external_pressure",
    "temperature",
    "pulse_current",
    "other",
)
HOST_CLASSES = ("carbon", "metal", "alloy", "dielectric", "composite", "ceramic", "polymer", "none")
ELECTROLYTE_CLASSES = (
    "liquid_ether",
    "liquid_carbonate",
    "gel",
    "polymer",
    "sulfide",
    "oxide",
    "halide",
    "nitride",
    "other",
    "unknown",
)
CELL_TYPES = ("half", "symmetric", "full")
BOUNDS = ("lower", "upper")
# What two cells of a pair may differ in (``differs_in``), and how a cell may have failed (``failure``).
DIFFERENCES = (
    "framework",
    "agent",
    "gradient",
    "pores",
    "thickness",
    "pattern",
    "interlayer",
    "alloy",
    "doping",
    "electrolyte",
    "additive",
    "pressure",
    "temperature",
    "current",
    "field",
    "pulse",
    "density",
    "other",
)
FAILURES = ("short_circuit", "polarisation", "low_efficiency", "fluctuation", "dendrite", "not_said")
EFFICIENCY_METHODS = ("reservoir", "cycling", "initial")


@dataclass(frozen=True)
class Field:
    """One column of a table.

    Parameters
    ----------
    kind
        What its cells hold: text, one of ``values`` (``choices``: several, separated by ``;``), a number or
        true/false.
    about
        What the column means, for people.
    values
        The classes that a ``choice`` may name.
    low, high
        Limits of a number, in the unit of the column's name.
    above
        Whether ``low`` itself is refused.
    default
        What an empty cell of a flag means.
    """

    kind: Literal["text", "choice", "choices", "number", "flag"]
    about: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: bool = False
    default: bool = False

    @property
    def limit(self) -> str:
        """The allowed values, as an error message gives them."""
        if self.kind in ("choice", "choices"):
            several = "one or more, separated by ;, of " if self.kind == "choices" else ""
            return several + ", ".join(self.values) + " (or empty)"
        if self.kind == "number":
            return f"{'above' if self.above else 'from'} {self.low:g} to {self.high:g}"
        return "true or false" if self.kind == "flag" else "text"


def _text(about: str) -> Field:
    return Field("text", about)


def _number(low: float, high: float, about: str) -> Field:
    return Field("number", about, low=low, high=high)


def _above_zero(high: float, about: str) -> Field:
    return Field("number", about, low=0.0, high=high, above=True)


def _bound(of: str) -> Field:
    return Field("choice", f"{of} is a lower or an upper bound; empty: the value itself", BOUNDS)


def _other_end(of: str, high: float) -> Field:
    return _above_zero(high, f"{of} lies below this; its own column holds the lower bound")


# Additional, optional columns: a column that a table lacks is empty in every row. First what decides the meaning of a
# number; ``about`` says what empty means.
QUALIFIERS: dict[str, Field] = {
    "duration_bound": _bound("the number of cycles or hours, as the document prints it,"),
    "cycles_may_be_hours": Field("flag", "the document leaves open whether the number in cycles means hours"),
    "coulombic_efficiency_bound": _bound("the coulombic efficiency"),
    "overpotential_bound": _bound("the overpotential"),
    "capacity_retention_bound": _bound("the capacity retention"),
    "volume_change_bound": _bound("the change of thickness"),
    "ccd_bound": _bound("the critical current density"),
    "interface_resistance_bound": _bound("the interface resistance"),
    "specific_capacity_bound": _bound("the specific capacity"),
    "cycles_upper_bound": _other_end("the number of cycles", 1e6),
    "hours_upper_bound": _other_end("the number of hours", 1e6),
    "coulombic_efficiency_upper_bound_pct": _other_end("the coulombic efficiency", 100),
    "overpotential_upper_bound_mV": _other_end("the overpotential", 5000),
    "ccd_upper_bound_mA_cm2": _other_end("the critical current density", 1000),
    "interface_resistance_upper_bound_ohm_cm2": _other_end("the interface resistance", 1e7),
    "room_temperature": Field("flag", "the document says room temperature and prints no number"),
    "li_foil_thickness_um": _above_zero(
        10000, "thickness of the lithium foil that supplies the lithium excess"
    ),
    "electrolyte_channels": Field(
        "flag",
        "channels as wide as pore_size_top_um are cut into the solid electrolyte; implied by strategy micropattern",
    ),
}
# Then how it was measured,
PROTOCOL: dict[str, Field] = {
    "ccd_step_mA_cm2": _above_zero(100, "step by which the current of a critical-current test rises"),
    "ccd_step_time_h": _above_zero(1000, "time of each half cycle of that test"),
    "ccd_step_capacity_mAh_cm2": _above_zero(200, "areal capacity of each half cycle of that test"),
    "pellet_thickness_um": _above_zero(10000, "thickness of the solid electrolyte"),
    "pellet_density_pct": _above_zero(100, "density of the solid electrolyte, of that of its crystal"),
    "interface_coating": _text("layer between lithium and solid electrolyte"),
    "coulombic_efficiency_method": Field(
        "choice",
        "how the efficiency was measured: from a reservoir of lithium (Aurbach), by repeated or by the first cycle",
        EFFICIENCY_METHODS,
    ),
    "coulombic_efficiency_cycles": _above_zero(1e6, "cycles of that measurement"),
}
# and what it is to be compared with (``pairs``).
COMPARISON: dict[str, Field] = {
    "control_of": _text("`system` of the cell that this one is compared with: same paper, same conditions"),
    "differs_in": Field("choices", "what this cell and its control differ in", DIFFERENCES),
    "failure": Field("choice", "how the cell failed, where `censored` is false", FAILURES),
}
OPTIONAL: dict[str, Field] = {**QUALIFIERS, **PROTOCOL, **COMPARISON}
FIELDS: dict[str, Field] = {
    "source": _text("DOI of the document, or its file stem where the text gives none"),
    "ref": _text("number of the cited work in the document; empty for the document's own data"),
    "group": _text("identifies the paper; empty means source#ref"),
    "system": _text("name of the cell or host as the document writes it"),
    "section": _text("section or table of the document"),
    "strategy": Field("choice", "what the work does to the anode or cell", STRATEGIES),
    "host_material": _text("what the host is made of"),
    "host_class": Field("choice", "class of the host", HOST_CLASSES),
    "lithiophilic_agent": _text("agents, the nearest to the foil first"),
    "electrolyte_class": Field("choice", "class of the electrolyte, where assigned", ELECTROLYTE_CLASSES),
    "electrolyte": _text("recipe; several unassigned recipes are separated by ' | '"),
    "additives": _text("additives of an assigned electrolyte"),
    "cell_type": Field("choice", "kind of cell", CELL_TYPES),
    "counter_electrode": _text("counter electrode"),
    "separator": _text("separator, where it is special"),
    "current_density_mA_cm2": _above_zero(500, "current density of the cycling"),
    "areal_capacity_mAh_cm2": _above_zero(200, "areal capacity per half cycle"),
    "cycles": _number(0, 1e6, "full cycles"),
    "hours": _number(0, 1e6, "duration of the cycling"),
    "coulombic_efficiency_pct": _above_zero(100, "coulombic efficiency"),
    "overpotential_mV": _above_zero(5000, "half the plateau-to-plateau voltage hysteresis"),
    "ccd_mA_cm2": _above_zero(1000, "critical current density"),
    "interface_resistance_ohm_cm2": _above_zero(1e7, "interface resistance"),
    "interface_resistance_before_ohm_cm2": _above_zero(1e7, "interface resistance without the measure taken"),
    "stack_pressure_MPa": _number(0, 1000, "stack pressure"),
    "temperature_C": _number(-80, 250, "temperature"),
    "c_rate": _above_zero(100, "rate of a full cell"),
    "cathode": _text("cathode of a full cell"),
    "capacity_retention_pct": _number(0, 150, "capacity retention of a full cell"),
    "specific_capacity_mAh_g": _above_zero(5000, "specific capacity of a full cell"),
    "deposited_li_mAh_cm2": _number(0, 200, "lithium put into the host before assembly"),
    "li_excess_mAh_cm2": _number(0, 1000, "lithium beyond what one half cycle moves"),
    "n_p_ratio": _above_zero(1000, "capacity of the anode over that of the cathode"),
    "host_thickness_um": _above_zero(10000, "thickness of the host"),
    "pore_size_top_um": _above_zero(5000, "pore (or channel) width at the separator side"),
    "pore_size_bottom_um": _above_zero(5000, "pore width at the foil side"),
    "tortuosity": _number(1, 100, "tortuosity factor"),
    "volume_change_pct": _number(-100, 1000, "change of the electrode's thickness"),
    "censored": Field("flag", "true unless the source states failure", default=True),
    "approximate": Field("flag", "number or unit marked or known as doubtful"),
    "locator": _text("where exactly the numbers stand"),
    "note": _text("remarks for people: conflicts and doubts"),
    **OPTIONAL,
}
ADDED_FIELDS: dict[str, Field] = {  # of a table that `surrogate literature add` keeps
    "added_from": _text("name of the file that the record was added from"),
    "added_sha256": _text("SHA-256 of that file"),
    "added_on": _text("date of adding (UTC)"),
}
COLUMNS = tuple(FIELDS)
NUMBERS = tuple(name for name, field in FIELDS.items() if field.kind == "number")
TEXTS = tuple(name for name, field in FIELDS.items() if field.kind in ("text", "choice", "choices"))
FLAGS = tuple(name for name, field in FIELDS.items() if field.kind == "flag")

REQUIRED = ("source",)  # of any table
PROVENANCE = ("system", "strategy", "locator")  # of a table that is to be published
MEASURED = (
    "cycles",
    "hours",
    "coulombic_efficiency_pct",
    "overpotential_mV",
    "ccd_mA_cm2",
    "interface_resistance_ohm_cm2",
    "capacity_retention_pct",
    "specific_capacity_mAh_g",
    "volume_change_pct",
)
BOUND_OF = {  # column of a bound -> the columns that hold its number
    "duration_bound": ("cycles", "hours"),
    "coulombic_efficiency_bound": ("coulombic_efficiency_pct",),
    "overpotential_bound": ("overpotential_mV",),
    "capacity_retention_bound": ("capacity_retention_pct",),
    "volume_change_bound": ("volume_change_pct",),
    "ccd_bound": ("ccd_mA_cm2",),
    "interface_resistance_bound": ("interface_resistance_ohm_cm2",),
    "specific_capacity_bound": ("specific_capacity_mAh_g",),
}
UPPER_END = {  # column of a number -> column of the upper end, where both ends are known
    "cycles": "cycles_upper_bound",
    "hours": "hours_upper_bound",
    "coulombic_efficiency_pct": "coulombic_efficiency_upper_bound_pct",
    "overpotential_mV": "overpotential_upper_bound_mV",
    "ccd_mA_cm2": "ccd_upper_bound_mA_cm2",
    "interface_resistance_ohm_cm2": "interface_resistance_upper_bound_ohm_cm2",
}
COUNTS = ("cycles", "hours")  # mostly whole numbers
PER_CENT = ("coulombic_efficiency_pct", "capacity_retention_pct")  # hardly ever 1 or less
REMARKS = ("section", "locator", "note")  # nothing is computed from them
FULL_CELL_ONLY = ("c_rate", "cathode", "capacity_retention_pct", "specific_capacity_mAh_g")


def several(cell: object) -> tuple[str, ...]:
    """Split a cell that holds several of a column's classes; none for an empty cell."""
    return (
        tuple(part.strip() for part in str(cell).split(";") if part.strip()) if isinstance(cell, str) else ()
    )


def _each_of(values: tuple[str, ...]) -> Callable[[object], bool]:
    return lambda cell: bool(several(cell)) and set(several(cell)) <= set(values)


def table_schema(fields: Mapping[str, Field], required: Collection[str]) -> pa.DataFrameSchema:
    """Build the schema of a typed table: types, ranges, classes, columns that may not be empty.

    Parameters
    ----------
    fields
        The columns of the table, in order.
    required
        Columns without empty cells.

    Returns
    -------
    pandera.DataFrameSchema
        Strict and ordered: a table has these columns and no others.
    """
    columns = {}
    for name, field in fields.items():
        checks = []
        if field.kind == "choice":
            checks.append(pa.Check.isin(field.values))
        if field.kind == "choices":
            checks.append(pa.Check(_each_of(field.values), element_wise=True))
        if field.kind == "number":
            checks.append(pa.Check.le(field.high))
            checks.append(pa.Check.gt(field.low) if field.above else pa.Check.ge(field.low))
        dtype = {"number": "float64", "flag": "bool"}.get(field.kind, "string")
        columns[name] = pa.Column(dtype, checks, nullable=name not in required)
    return pa.DataFrameSchema(columns, strict=True, ordered=True)
