"""What the simulator assumes: every constant with its plausible range, where it acts, and what is left alone.

Values are read from the modules and property tables. Ranges of table entries stand in the tables; those of module
constants stand here. A sourced number with a range is listed too: the number is the source's, the range is ours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate import materials
from surrogate.hosts.cells import LIQUID_KINDS
from surrogate.hosts.columns import MATERIAL_COLUMNS
from surrogate.physics.ageing import fitted as ageing
from surrogate.physics.plating.inputs import FOIL

Mask = NDArray[np.bool_]

FITTED = "fitted"
MODULES = {"packing": "plating.inputs", "plating": "plating.runs"}
LOGARITHMIC_FROM = 3.0  # high over low from which a range is walked through in the logarithm


@dataclass(frozen=True)
class Constant:
    """One constant of the simulator.

    key: ``module.NAME`` of ``surrogate.physics`` (``folder.module.NAME`` further in), ``fitted.name`` of its ageing
    law, or ``table.material.property`` of ``surrogate.materials``. low, high: plausible range in ``unit``. acts:
    where, in words. on: hosts it can act on, a name in ``SELECTORS`` or a material's own. assumed: False where the
    value is a source's and only the range is ours.
    """

    key: str
    low: float
    high: float
    unit: str
    acts: str
    on: str = "every host"
    assumed: bool = True

    @property
    def value(self) -> float:
        """What the simulator uses now, in ``unit``."""
        owner, name = self.key.rsplit(".", 1)
        if owner == FITTED:
            return float(getattr(ageing.shipped(), name))
        if not is_entry(self.key):
            return float(getattr(import_module(f"surrogate.physics.{MODULES.get(owner, owner)}"), name))
        table, material = owner.split(".")
        return float(getattr(getattr(materials, table)[material], name).value)

    @property
    def logarithmic(self) -> bool:
        """Whether the range is walked through in the logarithm."""
        return self.low > 0.0 and self.high / self.low >= LOGARITHMIC_FROM

    def at(self, share: float) -> float:
        """The value a share 0..1 of the way from low to high."""
        if self.logarithmic:
            value = math.exp((1.0 - share) * math.log(self.low) + share * math.log(self.high))
        else:
            value = (1.0 - share) * self.low + share * self.high
        return min(max(value, self.low), self.high)

    def share(self, value: float) -> float:
        """Inverse of :meth:`at`."""
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def can_act(self, designs: pd.DataFrame) -> Mask:
        """Rows of complete designs (n,) on whose simulation the constant could act; the others are not rerun."""
        if self.on in SELECTORS:
            return SELECTORS[self.on](designs)
        table, material, _ = self.key.split(".")
        return _uses(designs, table, material)


def is_entry(key: str) -> bool:
    """Whether a key is ``table.material.property``, else it is ``module.NAME``."""
    return key.partition(".")[0] in PROPERTIES


def _wet(designs: pd.DataFrame) -> Mask:
    kinds = designs["electrolyte"].map({name: entry.kind for name, entry in materials.electrolytes.items()})
    return kinds.isin(LIQUID_KINDS).to_numpy()


SELECTORS = {
    "every host": lambda designs: np.full(len(designs), True),
    "porous hosts": lambda designs: (designs["framework"] != "none").to_numpy(),
    "hosts with an agent": lambda designs: (designs["agent"] != "none").to_numpy(),
    "liquids and gels": _wet,
    "solids": lambda designs: ~_wet(designs),
    "patterned solids": lambda designs: (designs["pattern_size_um"] > 0).to_numpy(),
}

MODULE_CONSTANTS = (
    Constant("packing.COVERING_THICKNESS", 50e-9, 1e-6, "m", "lithium that hides the substrate, h_n"),
    Constant("packing.NUCLEATION_SPREAD", 0.0125, 0.125, "1", "nucleation barrier: sites switch on within it"),
    Constant("laws.CARRYING_CONDUCTIVITY", 1e-4, 1e-2, "S/m", "nucleation barrier of a mixture", "porous hosts"),
    Constant("packing.WIRING_FILL", 0.2, 0.5, "1", "pore fill from which lithium conducts", "porous hosts"),
    Constant("packing.COUNTER_ROUGHNESS", 1.0, 10.0, "1", "real area of the counter foil, unless on a pellet"),
    Constant("packing.KINETIC_ACTIVATION_J_MOL", 40e3, 65e3, "J/mol", "charge transfer and film with temperature"),
    Constant("laws.PERCOLATION_THRESHOLD", 0.10, 0.33, "1", "electronic conductivity of a mixture", "porous hosts",
             assumed=False),
    Constant("laws.PERCOLATION_EXPONENT", 1.3, 2.5, "1", "electronic conductivity of a mixture", "porous hosts",
             assumed=False),
    Constant("laws.BRUGGEMAN_EXPONENT", 1.3, 2.5, "1", "electrons and ions through the porous solid", "porous hosts",
             assumed=False),
    Constant("laws.COVERING_FRACTION", 0.01, 0.1, "1", "agent that covers the surface", "hosts with an agent"),
    Constant("plating.STRIPPING_CUTOFF", 0.5, 1.5, "V", "end of stripping", assumed=False),
    Constant("ccd.LOCAL_LIMIT_MA_CM2", 1.0, 10.0, "mA/cm^2", "critical current: local limit", "liquids and gels"),
    Constant("ccd.REFERENCE_DEAD", 0.01, 0.04, "1", "critical current: local limit", "liquids and gels"),
    Constant("ccd.CAPACITY_EXPONENT", 0.0, 1.0, "1", "critical current: local limit", "liquids and gels"),
    Constant("ccd.AREA_EXPONENT", 0.0, 1.0, "1", "critical current: real area"),
    Constant("ccd.OVERGROWN_TOP_SHARE", 0.1, 0.5, "1", "critical current: overgrowth", "liquids and gels"),
    Constant("ccd.CCD_VOLTAGE_V", 0.5, 5.0, "V", "critical current: polarisation"),
    Constant("interface.limits.CREEP_ACTIVATION_J_MOL", 31e3, 43e3, "J/mol", "critical current: temperature",
             "solids", assumed=False),
    Constant("interface.limits.SHORT_ONSET_MPA", 7.0, 20.0, "MPa", "critical current: high pressure", "solids"),
    Constant("interface.limits.SHORTED_MPA", 20.5, 75.0, "MPa", "critical current: high pressure", "solids",
             assumed=False),
    Constant("interface.limits.PRESSING_POWER", 2.0, 6.0, "1", "cycle life: high pressure", "solids"),
    Constant("ageing.law.FADE", 0.1, 0.4, "1", "cycle life: inventory"),
    Constant("ageing.law.MOSS_CM2_PER_MAH", 4.0, 40.0, "cm^2/mAh", "cycle life: area of exposed lithium"),
    Constant("ageing.law.RESERVE_MAH_CM2", 3.0, 60.0, "mAh/cm^2", "cycle life: electrolyte used up"),
)  # fmt: skip

# Fitted to published cells (``physics.ageing.constants``): the range is the 90 % interval after the fit.
_FITTED = {
    "interphase_ether": ("cycle life: interphase, factor on the tables", "liquids and gels"),
    "interphase_carbonate": ("cycle life: interphase, factor on the tables", "liquids and gels"),
    "dead_ether": ("cycle life: dead lithium, factor on the tables", "liquids and gels"),
    "dead_carbonate": ("cycle life: dead lithium, factor on the tables", "liquids and gels"),
    "exposed_inside": ("cycle life: lithium half way down a host", "every host"),
    "area_exponent": ("cycle life: interphase on real area", "every host"),
    "current_exponent": ("cycle life: dead lithium with current", "every host"),
    "nitrate": ("cycle life: strength of additives in ethers", "liquids and gels"),
    "carbonate_additive": ("cycle life: strength of additives in carbonates", "liquids and gels"),
    "wear_cycles": ("cycle life: fatigue and drying", "every host"),
    "wear_exponent": ("cycle life: fatigue with capacity", "every host"),
    "short_cycles": ("cycle life above the critical current of a pellet", "solids"),
}

# What is written into the compiled code is a part of it: moving it would compile the kernel again for each value.
_COMPILED = "compiled into the kernel: each value would cost a compilation (about 15 s)"
_CHOICE = "a convention or a limit of the test, not an unknown"
NOT_VARIED = (
    ("laws.LEAST_CARRYING", "decides only between phases none of which conducts"),
    ("cells.REACHING", _COMPILED),
    ("cells.LEAST_PART", _COMPILED),
    ("cells.CLOSING_POWER", _COMPILED),
    ("cells.REPRESENTATIVE", _COMPILED),
    ("layout.FULL", _COMPILED),
    ("layout.MOST_COVERED", _COMPILED),
    ("kernel.DEPLETED", _COMPILED),
    ("kernel.EXHAUSTED", _COMPILED),
    ("packing.VOLTAGE_LIMIT", _CHOICE),
    ("plating.MOSTLY_OUTSIDE", "names an outcome and changes no number"),
    ("packing.LEAST_IONIC", "a floor far below any conductor"),
    ("laws.LEAST_CONDUCTIVITY", "a floor far below any conductor"),
    (
        "interface.geometry.WALL_ANGLE_DEG",
        "is in the fitted response surface: each value would cost a new one",
    ),
    ("interface.geometry.MOST_LEAN", "is in the fitted response surface: each value would cost a new one"),
    ("interface.limits.IMMEDIATE_SHORT_MPA", "a published pressure; names the limit and changes no number"),
    ("ageing.law.REFERENCE_LOCAL_MA_CM2", "goes with dead_lithium_fraction, which is varied"),
    ("ageing.law.SHARPNESS", "scatter of cells at a limit; changes no ranking away from it"),
    ("ageing.law.SHORTING_EXPONENT", "goes with the local limit, which is varied"),
)

_OF_THE_FILM = "film on lithium"
PROPERTIES = {
    "electrolytes": {
        "conductivity": "ionic path", "salt_diffusivity": "salt", "cation_transference": "salt, diffusion potential",
        "salt_concentration": "salt", "exchange_current_density": "charge transfer", "sei_resistance": _OF_THE_FILM,
        "separator_thickness": "separator", "separator_porosity": "separator", "separator_tortuosity": "separator",
        "conduction_activation_energy": "conduction with temperature",
        "reference_temperature": "temperature at which properties hold",
        "dead_lithium_fraction": "stripping, critical current, cycle life", "sei_loss": "cycle life: interphase",
        "reference_ccd": "critical current: planar reference",
        "reference_pressure": "critical current: planar reference",
        "pressure_exponent": "critical current: stack pressure",
        "young_modulus": "critical current: stress at channels",
    },
    "solids": {
        "electronic_conductivity": "electronic path", "ionic_conductivity": "ionic path in the solid",
        "nucleation_overpotential": "nucleation barrier",
    },
    "agents": {"nucleation_overpotential": "nucleation barrier", "film_resistance_factor": _OF_THE_FILM},
}  # fmt: skip


def constants(designs: pd.DataFrame) -> list[Constant]:
    """Module constants, and the entries with a range of all materials that complete designs (n rows) are made of."""
    found = [*MODULE_CONSTANTS, *fitted_constants()]
    for table in PROPERTIES:
        for material in getattr(materials, table):
            if _uses(designs, table, material).any():
                found += [one for one in entries(table, material) if one.low < one.high]
    return found


def fitted_constants() -> tuple[Constant, ...]:
    """The constants of the ageing law, with their intervals after the fit."""
    told = ageing.intervals()
    return tuple(
        Constant(f"{FITTED}.{name}", *told[name], "1", acts, on, assumed=False)
        for name, (acts, on) in _FITTED.items()
    )


@cache
def entries(table: str, material: str) -> tuple[Constant, ...]:
    """The entries of one material that have a range, as constants."""
    entry = getattr(materials, table)[material]
    found = []
    for name, acts in PROPERTIES[table].items():
        one = getattr(entry, name)
        if one is not None and one.low is not None and one.high is not None:
            key = f"{table}.{material}.{name}"
            found.append(
                Constant(key, one.low, one.high, one.unit, acts, f"hosts with {material}", one.assumed)
            )
    return tuple(found)


def _uses(designs: pd.DataFrame, table: str, material: str) -> Mask:
    """Rows (n,) with a material: the foil under every host, an agent or a phase where its share is not 0."""
    if table == "electrolytes":
        return (designs["electrolyte"] == material).to_numpy()
    if table == "agents":
        there = (designs["agent_top"] > 0) | (designs["agent_bottom"] > 0) | (designs["framework"] == "none")
        return (there & (designs["agent"] == material) & (material != "none")).to_numpy()
    found = np.full(len(designs), material == FOIL)
    for column in MATERIAL_COLUMNS:
        phase = column.removesuffix("_material")
        there = (designs[f"{phase}_top"] > 0) | (designs[f"{phase}_bottom"] > 0)
        found |= (there & (designs[column] == material)).to_numpy()
    return found
