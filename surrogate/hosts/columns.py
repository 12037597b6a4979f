"""The registry of design columns, ``COLUMNS``: every fact about a column stands in its one entry here.

To add a column, add an entry, and what it does to ``physics``; tables, campaign files, the search, ``/space``,
reports and the campaign store take it from here (``registry`` says how). Units are in the names.

z runs from 0 at the separator ("top") to 1 at the foil ("bottom"); a graded quantity is
``bottom + (top - bottom) * (1 - z) ** gradient_exponent``, or a stair of ``layers`` equal steps (``gradient``).
"""

from __future__ import annotations

from collections.abc import Iterator

from surrogate.hosts.registry import Column, Columns, Place
from surrogate.hosts.targets import OBJECTIVES as OBJECTIVES  # columns too: of what is measured and predicted
from surrogate.hosts.targets import TARGETS as TARGETS

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
STACKINGS = ("graded", "alternating")
ALTERNATING = STACKINGS[1]
MOST_LAYERS = 5
_LAYERS = (1.0, float(MOST_LAYERS))

_TORTUOSITY_FACTOR = (1.0, 20.0)
EQUAL = "equal in all that is known: no target tells these apart"
# Of what ``surrogate levers`` finds to explain nothing, though a host may differ: docs/physics.md, Levers.
IDLE = "explains less than 1 % of every target in each of seven cells"
# What a phase is made of where neither the design nor the framework says it (nor, for ions, a solid electrolyte).
_USUAL_SOLID = {"conductor": "carbon_nanotube", "dielectric": "pan", "ion_conductor": "llzo"}


def _materials() -> Iterator[Column]:
    labels = {"conductor": "Conductor", "dielectric": "Dielectric", "ion_conductor": "Ion conductor"}
    for phase, usual in _USUAL_SOLID.items():
        yield Column(
            name=f"{phase}_material", role="choice", kind="identifier", phase=phase, default=usual,
            label=labels[phase],
            description="Material of this phase; by default the framework's own where it is of this kind"
            + (f"; insulators below 1e-10 S/m are {EQUAL}" if phase == "dielectric" else "")
            + (", else the cell's own solid electrolyte" if phase == "ion_conductor" else ""),
        )  # fmt: skip


def _composition(end: str) -> Iterator[Column]:
    """Volume fractions of the solid at one end; a planar foil counts as a conductor."""
    for phase in PHASES:
        place: Place = "with an agent in a porous host" if phase == "agent" else "in a porous host"
        yield Column(
            name=f"{phase}_{end}", role="choice", accepted=(0.0, 1.0), searched=(0.0, 1.0), step=0.01,
            default=0.0, null=1.0 if phase == "conductor" else 0.0, acts=place, kernel_role="composition",
            label=f"{phase.capitalize().replace('_', ' ')}, {end}", simplex=f"composition_{end}", in_percent=True,
            description="a volume fraction of the solid",
        )  # fmt: skip


def _pores() -> Iterator[Column]:
    for end in ("top", "bottom"):
        yield Column(
            name=f"porosity_{end}", role="choice", accepted=(0.05, 0.99), searched=(0.4, 0.95), step=0.01,
            null=0.0, acts="in a porous host", kernel_role="pores", in_percent=True,
            description="a pore volume fraction that still has pores and a solid",
        )  # fmt: skip
    for end in ("top", "bottom"):
        yield Column(
            name=f"pore_size_{end}_um", role="choice", accepted=(0.05, 1000.0), searched=(1.0, 200.0), log=True,
            step=0.5, null=0.0, acts="in a porous host", kernel_role="pores",
            description="continuum transport: pores well above the double layer",
        )  # fmt: skip


def _choices() -> Iterator[Column]:
    yield Column(
        name="framework", role="choice", kind="identifier", identifiers=FRAMEWORKS, kernel_role="framework",
        description="Skeleton of the host; none is a planar foil",
    )  # fmt: skip
    yield Column(
        name="agent", role="choice", kind="identifier", identifiers=AGENTS, default="none", kernel_role="agent",
        label="Lithiophilic agent",
        description="Lithiophilic agent in the framework; on a planar foil its coating, which acts in solid cells "
        "(in others by its film alone)",
    )  # fmt: skip
    yield from _materials()
    yield from _composition("top")
    yield from _composition("bottom")
    yield Column(
        name="gradient_exponent", role="choice", accepted=(0.1, 10.0), searched=(0.3, 3.0), log=True, step=0.1,
        default=1.0, acts="in a porous host", kernel_role="composition",
        description="beyond it the gradient is a step at one face",
    )  # fmt: skip
    yield Column(
        name="layers", role="choice", accepted=_LAYERS, searched=_LAYERS, step=1.0, default=1.0, whole=True,
        acts="in a porous host", kernel_role="layers", neutral_default=True,
        description="1 is a continuous gradient, 2 to 5 are discrete layers of equal thickness",
    )  # fmt: skip
    yield Column(
        name="stacking", role="choice", kind="identifier", identifiers=STACKINGS, default=STACKINGS[0],
        acts="in two or more layers of a porous host", kernel_role="layers", neutral_default=True,
        description="Order of the layers: in steps from top to bottom, or lamellae of top and bottom in turn",
    )  # fmt: skip
    yield from _pores()
    yield Column(
        name="tortuosity", role="choice", accepted=_TORTUOSITY_FACTOR, searched=(1.1, 5.0), step=0.1, default=1.5,
        null=1.0, acts="in a porous host", kernel_role="pores", label="Tortuosity factor",
        description="a tortuosity factor, 1 for straight pores",
    )  # fmt: skip
    yield Column(
        name="thickness_um", role="choice", accepted=(2.0, 2000.0), searched=(20.0, 400.0), log=True, step=5.0,
        null=0.0, acts="in a porous host", kernel_role="thickness",
        description="one-dimensional porous-electrode theory",
    )  # fmt: skip
    yield Column(
        name="pattern_size_um", role="choice", accepted=(0.0, 2000.0), searched=(0.0, 600.0), step=10.0, default=0.0,
        acts="in a pellet that channels can be cut into", kernel_role="pattern",
        description="channel width; 0 is a planar interface",
    )  # fmt: skip
    yield Column(
        name="pattern_depth_um", role="choice", accepted=(0.0, 1000.0), searched=(0.0, 400.0), step=10.0, default=0.0,
        acts="in a pellet that channels can be cut into", kernel_role="pattern",
        description="channel depth; 0 is a planar interface",
    )  # fmt: skip


def _conditions() -> Iterator[Column]:
    yield Column(
        name="electrolyte", role="condition", kind="identifier", identifiers=ELECTROLYTES, default="liquid_ether",
        kernel_role="electrolyte", description="Electrolyte of the cell",
    )  # fmt: skip
    yield Column(
        name="additives", role="condition", kind="identifier", identifiers=ADDITIVES, default="none",
        acts="in a liquid or gel electrolyte", kernel_role="additives", of_the_electrolyte=True,
        description="Additives; they act in liquid and gel electrolytes", hint="they act in liquid and gel cells",
    )  # fmt: skip
    yield Column(
        name="electrolyte_recipe", role="condition", kind="text", default="", acts="in a liquid or gel electrolyte",
        of_the_electrolyte=True, hint='such as "1 M LiFSI in DME:TTE (1:3 v/v), 2 wt% LiNO3"; empty: the usual one',
        description="Recipe of the electrolyte with its additives; empty: the usual one of its class",
    )  # fmt: skip
    yield Column(
        name="current_density_mA_cm2", role="condition", accepted=(0.01, 200.0), searched=(0.1, 10.0), log=True,
        default=1.0, blank=False, kernel_role="cycling", description="a plating current", hint="plating current",
    )  # fmt: skip
    yield Column(
        name="areal_capacity_mAh_cm2", role="condition", accepted=(0.01, 100.0), searched=(0.1, 10.0), log=True,
        default=1.0, blank=False, kernel_role="cycling", description="lithium plated per half cycle",
        hint="lithium plated per half cycle",
    )  # fmt: skip
    yield Column(
        name="temperature_C", role="condition", accepted=(-40.0, 180.0), searched=(-20.0, 120.0), default=25.0,
        kernel_role="environment", description="solid lithium: it melts at 180.5 C", hint="cell temperature",
    )  # fmt: skip
    # Stack pressure hardly acts in a cell with a liquid; 0.1 MPa is about a coin cell's spring (assumed).
    yield Column(
        name="stack_pressure_MPa", role="condition", accepted=(0.01, 300.0), searched=(0.1, 80.0), log=True,
        default=1.0, null=0.1, acts="in a solid cell", kernel_role="environment", of_the_electrolyte=True,
        description="a solid cell needs some pressure", hint="acts in solid cells",
    )  # fmt: skip
    yield Column(
        name="li_excess_mAh_cm2", role="condition", accepted=(0.0, 500.0), searched=(0.0, 50.0), default=5.0,
        kernel_role="cycling", label="Lithium excess", description="lithium beyond what one half cycle moves",
        hint="lithium beyond what one half cycle moves",
    )  # fmt: skip


def _overrides() -> Iterator[Column]:
    """Measured, or resolved over depth, in place of what the tables or other columns imply; empty unless given."""
    measured = "measured; replaces what the composition implies"
    ends = ("top", "bottom")
    ranges: dict[str, tuple[float, float]] = {f"conductivity_{end}_S_m": (1e-16, 1e8) for end in ends}
    ranges |= {f"nucleation_overpotential_{end}_mV": (0.0, 500.0) for end in ends}
    for name, accepted in ranges.items():
        yield Column(name=name, role="override", accepted=accepted, description=measured)
    for end in ends:
        yield Column(
            name=f"tortuosity_{end}", role="override", accepted=_TORTUOSITY_FACTOR, acts="in a porous host",
            description=measured,
        )  # fmt: skip
    yield Column(
        name="interface_resistance_ohm_cm2", role="override", accepted=(0.01, 1e5), acts="on a solid electrolyte",
        description=measured,
    )  # fmt: skip
    pellet = "of the cell's pellet; replaces the tables'"
    # From a sputtered film to the thickest pellets that are pressed (assumed).
    yield Column(
        name="pellet_thickness_um", role="override", accepted=(0.2, 5000.0),
        acts="in an inorganic solid electrolyte", description=pellet,
    )  # fmt: skip
    # The toughness of garnet was measured from 83 to 98 % of the crystal's density (Hu et al., Chin. Phys. Lett.).
    yield Column(
        name="pellet_density_pct", role="override", accepted=(60.0, 100.0),
        acts="in an inorganic solid electrolyte", label="Pellet density, of the crystal's", description=pellet,
    )  # fmt: skip


def _modifiers() -> Iterator[Column]:
    """Describe what else is done to a host or its cell, each with a neutral default. Not searched."""
    yield Column(
        name="doping", role="modifier", kind="identifier", identifiers=DOPANTS, default="none",
        acts="on a carbon conductor",
        description=f"What is built into a carbon conductor so that lithium nucleates on it more easily; {IDLE}",
    )  # fmt: skip
    yield Column(
        name="skin_coverage", role="modifier", accepted=(0.0, 1.0), step=0.05, default=0.0, acts="on a porous host",
        description="share of the top face under an insulating skin",
    )  # fmt: skip
    # No source gives a number for a magnetic field; a factor of ten is more than a stirred cell gains (assumed).
    yield Column(
        name="mass_transfer_factor", role="modifier", accepted=(1.0, 10.0), step=0.1, default=1.0,
        acts="in a liquid electrolyte", description="stirring adds to diffusion; 1 is no magnetic field",
    )  # fmt: skip
    # Pulses of 1 MHz raised the critical current of garnet pellets sixfold (002_612f39683bb0201f, sec. 6.5).
    yield Column(
        name="pulse_factor", role="modifier", accepted=(1.0, 6.0), step=0.1, default=1.0,
        acts="on the interface of an inorganic solid electrolyte",
        description="the most that pulses are reported to gain; 1 is direct current",
    )  # fmt: skip


#: The registry of every column of a design.
COLUMNS = Columns((*_choices(), *_conditions(), *_overrides(), *_modifiers()))

# Names that the code of one subject needs as such; everything else asks the registry.
DESIGN_COLUMNS = COLUMNS.names
CHOICES, CONDITIONS = COLUMNS.choices, COLUMNS.conditions
OVERRIDES, MODIFIERS = COLUMNS.overrides, COLUMNS.modifiers
MATERIAL_COLUMNS, TEXT_COLUMNS = COLUMNS.materials, COLUMNS.texts
COMPOSITION_TOP, COMPOSITION_BOTTOM = (
    COLUMNS.simplexes["composition_top"],
    COLUMNS.simplexes["composition_bottom"],
)
PATTERN = ("pattern_size_um", "pattern_depth_um")
TORTUOSITY_ENDS = ("tortuosity_top", "tortuosity_bottom")
