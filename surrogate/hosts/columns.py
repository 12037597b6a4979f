"""The names of every column a design has, once. Units are in the names.

z runs from 0 at the separator ("top") to 1 at the foil ("bottom"); a graded quantity is
``bottom + (top - bottom) * (1 - z) ** gradient_exponent``, or a stair of ``layers`` equal steps (``gradient``).
"""

from __future__ import annotations

FRAMEWORKS = (
    "none",
    "carbon_fiber",
    "carbon_nanotube",
    "graphene",
    "copper",
    "nickel",
    "pan",
    "glass_fiber",
    "llzo_scaffold",
)
AGENTS = (
    "none",
    "silver",
    "gold",
    "zinc",
    "zinc_oxide",
    "magnesium",
    "aluminium",
    "tin",
    "silicon",
    "indium",
    "lithium_nitride",
    "lithium_fluoride",
)
ELECTROLYTES = (
    "liquid_ether",
    "liquid_carbonate",
    "gel",
    "peo",
    "lpsc",
    "lgps",
    "lps",
    "llzo",
    "lipon",
    "li3incl6",
)
ADDITIVES = ("none", "lino3", "fec", "vc", "lino3_fec")
DOPANTS = ("none", "nitrogen", "oxygen", "sulfur", "boron", "fluorine", "phosphorus", "vacancy")

PHASES = ("conductor", "dielectric", "agent", "ion_conductor")
COMPOSITION_TOP = tuple(f"{phase}_top" for phase in PHASES)
COMPOSITION_BOTTOM = tuple(f"{phase}_bottom" for phase in PHASES)

# Choices of the maker.
CATEGORICAL_CHOICES = ("framework", "agent")
MATERIAL_COLUMNS = ("conductor_material", "dielectric_material", "ion_conductor_material")
GEOMETRY = (
    "gradient_exponent",
    "porosity_top",
    "porosity_bottom",
    "pore_size_top_um",
    "pore_size_bottom_um",
    "tortuosity",
    "thickness_um",
)
PATTERN = ("pattern_size_um", "pattern_depth_um")
# Measured, or resolved over depth, in place of what the tables or other columns imply; empty unless given.
TORTUOSITY_ENDS = ("tortuosity_top", "tortuosity_bottom")
OVERRIDES = (
    "conductivity_top_S_m",
    "conductivity_bottom_S_m",
    "nucleation_overpotential_top_mV",
    "nucleation_overpotential_bottom_mV",
    *TORTUOSITY_ENDS,
    "interface_resistance_ohm_cm2",
)
# What else is done to a host or its cell, each with a neutral default (``physics.modifiers``). Not searched.
CATEGORICAL_MODIFIERS = ("doping",)
NUMERIC_MODIFIERS = ("layers", "skin_coverage", "mass_transfer_factor", "pulse_factor")
MODIFIERS = ("layers", "doping", "skin_coverage", "mass_transfer_factor", "pulse_factor")

# Conditions: fixed per campaign.
CATEGORICAL_CONDITIONS = ("electrolyte", "additives")
NUMERIC_CONDITIONS = (
    "current_density_mA_cm2",
    "areal_capacity_mAh_cm2",
    "temperature_C",
    "stack_pressure_MPa",
    "li_excess_mAh_cm2",
)
CONDITIONS = CATEGORICAL_CONDITIONS + NUMERIC_CONDITIONS

CHOICES = CATEGORICAL_CHOICES + MATERIAL_COLUMNS + COMPOSITION_TOP + COMPOSITION_BOTTOM + GEOMETRY + PATTERN
DESIGN_COLUMNS = CHOICES + CONDITIONS + OVERRIDES + MODIFIERS
TEXT_COLUMNS = CATEGORICAL_CHOICES + MATERIAL_COLUMNS + CATEGORICAL_CONDITIONS + CATEGORICAL_MODIFIERS

TARGETS = ("cycle_life_cycles", "ccd_mA_cm2", "overpotential_mV")
OBJECTIVES = {"cycle_life_cycles": "max", "ccd_mA_cm2": "max", "overpotential_mV": "min"}
