"""Every number that the physics assumes, with its unit, source and plausible range beside it.

Each group is a frozen dataclass of floats, one a part of the physics; ``surrogate.physics.parameters`` joins them
with the fitted constants and the property tables of materials. A field is made by :func:`number`. ``low`` and
``high`` are the plausible range that sensitivity studies and virtual laboratories walk through; a number without
one is a convention, a limit of the test or a numerical floor, and says so in ``meaning``. Numbers that decide only
how a computation is done (meshes, tolerances) stay in the modules that do it.

Data flow: groups -> ``PhysicsParameters`` -> ``simulate(designs, parameters)`` -> composition laws (``composition``),
kernel input and kernel (``plating``), search for the critical current (``critical_current``, ``interface``) and
cycle life (``ageing``).
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from math import isfinite
from numbers import Real
from typing import Any

from surrogate.errors import InputError

ON_EVERY_HOST = "every host"
ON_POROUS_HOSTS = "porous hosts"
ON_AGENTS = "hosts with an agent"
ON_LIQUIDS = "liquids and gels"
ON_SOLIDS = "solids"


@dataclass(frozen=True)
class Number:
    """What is known of one number.

    Attributes
    ----------
    unit : str
        Unit, "1" for a pure number.
    meaning : str
        What the number is, in a phrase.
    source : str
        Publication or source document; empty where ``assumed``.
    assumed : bool
        Whether the value is this project's assumption and not a source's.
    low, high : float or None
        Plausible range, both or neither.
    acts : str
        Which result it acts on, for tables.
    on : str
        On which designs it can act, for studies that leave out the others.
    compiled : bool
        Whether the compiled kernel reads it.
    """

    unit: str
    meaning: str
    source: str = ""
    assumed: bool = False
    low: float | None = None
    high: float | None = None
    acts: str = ""
    on: str = ON_EVERY_HOST
    compiled: bool = False


def number(value: float, unit: str, meaning: str, **facts: Any) -> Any:
    """Return a dataclass field with a default and the facts of a :class:`Number`.

    Parameters
    ----------
    value : float
        Default, in ``unit``.
    unit : str
        "1" for a pure number.
    meaning : str
        What the number is, in a phrase.
    **facts
        Further attributes of :class:`Number`.

    Returns
    -------
    dataclasses.Field
    """
    return field(default=value, metadata={"number": Number(unit, meaning, **facts)})


def number_of(one: Field[Any]) -> Number:
    """Return the facts of a field that :func:`number` made.

    Parameters
    ----------
    one : dataclasses.Field
        Of a group.

    Returns
    -------
    Number
    """
    found: Number = one.metadata["number"]
    return found


@dataclass(frozen=True)
class Group:
    """What groups share: every field is a finite number, not negative.

    Raises
    ------
    InputError
        For a field that is none; a value beyond its plausible range is taken.
    """

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value) or value < 0:
                unit = number_of(one).unit
                raise InputError(
                    "not a number that the physics can use", where=f"{type(self).__name__}.{one.name}", value=value,
                    limit="a finite number of at least 0" + ("" if unit == "1" else f" {unit}"),
                    remedy="give the number itself",
                )  # fmt: skip
            object.__setattr__(self, one.name, float(value))


@dataclass(frozen=True)
class CompositionParameters(Group):
    """Laws from composition to properties (``surrogate.physics.laws``)."""

    percolation_threshold: float = number(
        0.16, "1", "critical volume fraction of a random mixture", source="Scher & Zallen, J. Chem. Phys. 53 (1970)",
        low=0.10, high=0.33, acts="electronic conductivity of a mixture", on=ON_POROUS_HOSTS,
    )  # fmt: skip
    percolation_exponent: float = number(
        2.0, "1", "conductivity exponent of three-dimensional percolation", source="Stauffer & Aharony (1994)",
        low=1.3, high=2.5, acts="electronic conductivity of a mixture", on=ON_POROUS_HOSTS,
    )  # fmt: skip
    bruggeman_exponent: float = number(
        1.5, "1", "of the volume fraction, in the conductivity of a porous solid",
        source="Bruggeman, Ann. Phys. 416 (1935) 636", low=1.3, high=2.5,
        acts="electrons and ions through the porous solid", on=ON_POROUS_HOSTS,
    )  # fmt: skip
    covering_fraction: float = number(
        0.03, "1", "of the solid's volume, the agent that covers the surface; coating fibres of 5 um by about 40 nm",
        assumed=True, low=0.01, high=0.1, acts="agent that covers the surface", on=ON_AGENTS,
    )  # fmt: skip
    # A wall of 1 um still carries 1 mA cm-2 for 10 mV there: phases well below bring no electrons to their surface.
    carrying_conductivity_S_m: float = number(
        1e-3, "S/m", "electronic conductivity from which a phase brings electrons to its surface", assumed=True,
        low=1e-4, high=1e-2, acts="nucleation barrier of a mixture", on=ON_POROUS_HOSTS,
    )  # fmt: skip
    least_carrying: float = number(
        1e-6, "1", "weight of a phase that brings no electrons; decides only between phases none of which conducts",
        assumed=True,
    )  # fmt: skip
    least_conductivity_S_m: float = number(
        1e-12, "S/m", "electronic conductivity of an insulator: a floor far below any conductor", assumed=True
    )


@dataclass(frozen=True)
class PlatingParameters(Group):
    """Plating and stripping in a host (``surrogate.physics.plating``)."""

    covering_thickness_m: float = number(
        200e-9, "m", "lithium that hides the substrate, h_n", assumed=True, low=50e-9, high=1e-6,
        acts="lithium that hides the substrate, h_n",
    )  # fmt: skip
    # By classical nucleation theory the rate goes as exp(-G*/kT) with G* ~ 1/eta^2, so that it grows e-fold within
    # eta kT/(2 G*); G* of 10 kT where nuclei appear (plausible 4 to 40).
    nucleation_spread: float = number(
        0.05, "1", "share of the nucleation overpotential over which sites switch on", assumed=True, low=0.0125,
        high=0.125, acts="nucleation barrier: sites switch on within it",
    )  # fmt: skip
    wiring_fill: float = number(
        0.3, "1", "pore fill from which deposited lithium conducts through, as a percolation threshold", assumed=True,
        low=0.2, high=0.5, acts="pore fill from which lithium conducts", on=ON_POROUS_HOSTS,
    )  # fmt: skip
    counter_roughness: float = number(
        3.0, "1", "real over geometric area of a cycled lithium foil; 1 on a pellet", assumed=True, low=1.0,
        high=10.0, acts="real area of the counter foil, unless on a pellet",
    )  # fmt: skip
    # More and smaller nuclei at a higher current (Pei et al., Nano Lett. 17 (2017) 1132). Fitted to the voltages of
    # two published cells, each of which predicts the other's better with it (``surrogate validate cells``).
    area_current_exponent: float = number(
        0.48, "1", "of the current, in the real area of lithium in liquids, gels and polymers",
        source="fitted to 001_89b681a870519680, sec. 4.2.2 and 4.2.3", low=0.3, high=0.65,
        acts="real area of lithium with current",
    )  # fmt: skip
    # Transfer of solvated lithium ions into graphite has 53 to 59 kJ/mol: Abe et al., J. Electrochem. Soc. 151 (2004)
    # A1120.
    kinetic_activation_J_mol: float = number(
        50e3, "J/mol", "activation energy of charge transfer and of the film's resistance on lithium", assumed=True,
        low=40e3, high=65e3, acts="charge transfer and film with temperature",
    )  # fmt: skip
    stripping_cutoff_V: float = number(
        1.0, "V", "against lithium, the usual end of stripping in a half cell", source="001_89b681a870519680",
        low=0.5, high=1.5, acts="end of stripping",
    )  # fmt: skip
    voltage_limit_V: float = number(5.0, "V", "a cycler's usual safety limit: a limit of the test")
    mostly_outside: float = number(
        0.5,
        "1",
        "share of the lithium outside the pores from which a porous host is called overgrown; names an outcome",
    )
    least_ionic_S_m: float = number(
        1e-9, "S/m", "ionic conductivity where no phase conducts: a floor; a host of 100 um has 1e9 ohm cm2 with it",
        assumed=True,
    )  # fmt: skip
    full: float = number(0.999, "1", "pore fill that a cell can reach", assumed=True, compiled=True)
    most_covered: float = number(
        0.99, "1", "share of a cell from which the lithium grown up from the foil is past it", assumed=True,
        compiled=True,
    )  # fmt: skip
    least_part: float = number(
        0.02, "1", "of the free pores, kept for whichever of the front and the cells did not grow in the last step",
        assumed=True, compiled=True,
    )  # fmt: skip
    # A representative elementary volume: Bear, Dynamics of Fluids in Porous Media, 1972, sec. 1.3.
    representative_pores: float = number(
        3.0, "1", "pore diameters over which the equations of a porous medium mean something", assumed=True,
        compiled=True,
    )  # fmt: skip
    closing_power: float = number(
        4.0, "1", "power of the fill of the uppermost pores with which their mouths close: a film leaves them open",
        assumed=True, low=2.0, high=8.0, acts="pores that close at the top", on=ON_POROUS_HOSTS, compiled=True,
    )  # fmt: skip
    reaching_fill: float = number(
        0.9,
        "1",
        "pore fill from which a cell's lithium grows on into its neighbours",
        assumed=True,
        compiled=True,
    )
    depleted: float = number(
        0.02,
        "1",
        "of the initial salt: below it a step that fails is called depletion",
        assumed=True,
        compiled=True,
    )
    exhausted: float = number(
        1e-4, "1", "of the initial salt: below it steps that shrink are not followed any further", assumed=True,
        compiled=True,
    )  # fmt: skip


@dataclass(frozen=True)
class CriticalCurrentParameters(Group):
    """Limits of the critical current density of liquids and gels, and of its search (``surrogate.physics.ccd``)."""

    # In an ether with 2 % dead lithium; lower where more lithium dies, as both come from its morphology.
    local_limit_mA_cm2: float = number(
        4.0, "mA/cm^2", "current on planar lithium from which it grows dendritic at 1 mAh cm-2", assumed=True,
        low=1.0, high=10.0, acts="critical current: local limit", on=ON_LIQUIDS,
    )  # fmt: skip
    reference_dead: float = number(
        0.02, "1", "dead lithium per cycle of the ether at which the local limit is stated", assumed=True, low=0.01,
        high=0.04, acts="critical current: local limit", on=ON_LIQUIDS,
    )  # fmt: skip
    # Below the limiting current Sand's capacity, with 1, sets no limit, and from 3.3 to 6 mAh cm-2 the voltage of a
    # foil kept its form at 2 mA cm-2 (Markevich et al., ACS Energy Lett. 2 (2017) 1321).
    capacity_exponent: float = number(
        0.25, "1", "of the fall of the local limit with areal capacity", assumed=True, low=0.0, high=1.0,
        acts="critical current: local limit", on=ON_LIQUIDS,
    )  # fmt: skip
    # Plating starts at the most favourable sites, so that 30 times the area bears about 3 times the current; 1 would
    # be a surface without any favourites.
    area_exponent: float = number(
        1.0 / 3.0, "1", "of the gain in critical current with real area", assumed=True, low=0.0, high=1.0,
        acts="critical current: real area",
    )  # fmt: skip
    overgrown_top_share: float = number(
        0.2, "1", "of the lithium plated, on the top face because of the current", assumed=True, low=0.1, high=0.5,
        acts="critical current: overgrowth", on=ON_LIQUIDS,
    )  # fmt: skip
    voltage_V: float = number(
        1.0, "V", "polarisation that ends a step test", assumed=True, low=0.5, high=5.0,
        acts="critical current: polarisation",
    )  # fmt: skip


@dataclass(frozen=True)
class InterfaceParameters(Group):
    """Lithium at a solid electrolyte (``surrogate.physics.interface``).

    The wall angle of channels is part of the fitted response surface and stands with its geometry.
    """

    creep_activation_J_mol: float = number(
        37e3, "J/mol", "power-law creep of lithium, 37 +- 6 kJ/mol",
        source="LePage et al., J. Electrochem. Soc. 166 (2019) A89, 10.1149/2.0221902jes", low=31e3, high=43e3,
        acts="critical current: temperature", on=ON_SOLIDS,
    )  # fmt: skip
    # Between 7 MPa, where Li6PS5Cl still cycles (000_7d66cda92dc0047f, sec. 2.2.2), and 25 MPa; their geometric mean.
    short_onset_MPa: float = number(
        13.0, "MPa", "stack pressure above which the critical current falls", assumed=True, low=7.0, high=20.0,
        acts="critical current: high pressure", on=ON_SOLIDS,
    )  # fmt: skip
    shorted_MPa: float = number(
        25.0, "MPa", "stack pressure at which full cells short in their second cycle",
        source="002_612f39683bb0201f, sec. 6.5", low=20.5, high=75.0, acts="critical current: high pressure",
        on=ON_SOLIDS,
    )  # fmt: skip
    immediate_short_MPa: float = number(
        75.0, "MPa", "stack pressure at which cells short before any cycling",
        source="000_7d66cda92dc0047f, sec. 2.2.2",
    )  # fmt: skip
    pressing_power: float = number(
        4.0, "1", "of the fall of life with stack pressure", assumed=True, low=2.0, high=6.0,
        acts="cycle life: high pressure", on=ON_SOLIDS,
    )  # fmt: skip
    # From the medians of bare garnets (1195 ohm cm2, 0.1 mA cm-2) to those of treated ones (11, 1.05); 1 would be
    # contact that does nothing but constrict (arXiv 2501.00600), and one laboratory before and after has 0.11
    # (10.1021/acsaem.3c02319). The pairs stand in datasets/validation/solids.csv.
    contact_exponent: float = number(
        0.5, "1", "of the fall of the critical current with interface resistance", assumed=True, low=0.1, high=1.0,
        acts="critical current: contact", on=ON_SOLIDS,
    )  # fmt: skip
    full_contact_ohm_cm2: float = number(
        1.0, "ohm*cm^2", "least resistance of a face that is told of garnet; contact is no better below",
        source="002_612f39683bb0201f, sec. 6.1", low=0.3, high=5.0, acts="critical current: contact", on=ON_SOLIDS,
    )  # fmt: skip
    # K_Ic from 0.44 to 1.51 MPa m^0.5 between 83 and 98 % of the crystal's density.
    toughness_decay: float = number(
        8.2, "1", "of ln K_Ic of garnet with the volume fraction of pores",
        source="Hu, Xu, Scalco de Vasconcelos, Stanciu, Ni, Zhao, Chin. Phys. Lett. (LLZTO, abstract)", low=0.0,
        high=14.0, acts="critical current: pellet density", on=ON_SOLIDS,
    )  # fmt: skip


@dataclass(frozen=True)
class AgeingParameters(Group):
    """What the ageing law assumes beside its fitted constants (``surrogate.physics.ageing``)."""

    fade: float = number(
        0.2, "1", "of the areal capacity, lost before a cell without excess lithium counts as dead", assumed=True,
        low=0.1, high=0.4, acts="cycle life: inventory",
    )  # fmt: skip
    # Whiskers of diameter d have 4/d times 4.85 um of area per mAh cm-2, d about 1 um (5 to 0.5 um). None on a
    # pellet, against which lithium is pressed.
    moss_cm2_per_mAh: float = number(
        20.0, "cm^2/mAh", "real area of the lithium itself on an open face", assumed=True, low=4.0, high=40.0,
        acts="cycle life: area of exposed lithium",
    )  # fmt: skip
    # 40 uL of a coin cell's ether hold about 2 mAh cm-2 of nitrate and 14 mAh cm-2 of DOL, one electron each. Bounds
    # cannot identify it: they would raise it without end.
    reserve_mAh_cm2: float = number(
        15.0, "mAh/cm^2", "lithium lost to interphase that uses up the electrolyte", assumed=True, low=3.0, high=60.0,
        acts="cycle life: electrolyte used up",
    )  # fmt: skip
    # The layer of dead lithium lengthens the path of ions (Chen et al., J. Mater. Chem. A 5 (2017) 11671). A foil of
    # 250 um, 52 mAh cm-2, can become one.
    dead_reserve_mAh_cm2: float = number(
        50.0, "mAh/cm^2", "dead lithium at which the polarisation has doubled", assumed=True, low=15.0, high=150.0,
        acts="cycle life: layer of dead lithium",
    )  # fmt: skip
    # From 9.8 % lost a cycle at 20 C to 0.7 % at 60 C. Low: a threefold fall, high: twentyfold.
    loss_activation_J_mol: float = number(
        54e3, "J/mol", "activation energy with which losses in liquids and gels fall with temperature",
        source="002_612f39683bb0201f, sec. 3.6", low=22e3, high=61e3, acts="cycle life: losses with temperature",
        on=ON_LIQUIDS,
    )  # fmt: skip
    cold_loss_activation_J_mol: float = number(
        22e3, "J/mol", "the same below 20 C, where no source gives a number", assumed=True, low=5e3, high=54e3,
        acts="cycle life: losses with temperature", on=ON_LIQUIDS,
    )  # fmt: skip
    reference_local_mA_cm2: float = number(
        1.0, "mA/cm^2", "local current at which dead_lithium_fraction is stated; goes with it"
    )
    sharpness: float = number(
        20.0, "1", "of the onset of shorts of a solid in i/i_crit: cells scatter by some 5 %", assumed=True
    )
    # Far below the limiting current, fast cycling ends cells by layers of dead lithium and interphase, not by a short
    # (Lu et al., Adv. Energy Mater. 5 (2015) 1400993).
    shorting_exponent: float = number(
        1.0, "1", "of i/i_crit in a liquid, whose critical current is no sharp limit; goes with the local limit",
        assumed=True,
    )  # fmt: skip
