"""The records of the host: solid phases, frameworks made of them, lithiophilic agents, dopants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from surrogate.errors import MaterialError
from surrogate.materials.base import Material, check_allowed
from surrogate.materials.properties import Property, PropertyRange

SOLID_PHASES = ("conductor", "dielectric", "ion_conductor")
GRADABLE = ("composition", "agent", "porosity", "pore_size")
FARADAY_MAH_MOL = 96485.33212 / 3.6  # CODATA 2018; mAh per mol of electrons


@dataclass(frozen=True)
class Solid(Material):
    """A phase that frameworks, coatings and fillers are made of.

    Attributes
    ----------
    phase : str
        One of SOLID_PHASES.
    electronic_conductivity, ionic_conductivity : Property
        Of the dense solid (S/m).
    density : Property
        kg/m^3 or a unit that converts to it.
    cost : Property
        USD/kg.
    nucleation_overpotential : Property
        Of lithium on the solid (V).

    Raises
    ------
    MaterialError
        For an unknown phase or a unit of the wrong dimension.
    """

    phase: str
    electronic_conductivity: Property
    ionic_conductivity: Property
    density: Property
    cost: Property
    nucleation_overpotential: Property

    UNITS: ClassVar[Mapping[str, str]] = {
        "electronic_conductivity": "S/m",
        "ionic_conductivity": "S/m",
        "density": "kg/m^3",
        "cost": "USD/kg",
        "nucleation_overpotential": "V",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        check_allowed("phase", self.phase, SOLID_PHASES)


@dataclass(frozen=True)
class Framework(Material):
    """The skeleton of a porous host: what it is made of, what laboratories make it with, what can be graded in it.

    Attributes
    ----------
    phase : str
        Its own kind of solid; ``none`` for the planar foil, whose ``material`` is then that of the foil.
    material : str
        Identifier of the solid that it is made of.
    porosity, pore_size, thickness, tortuosity : PropertyRange
        What laboratories make (1, m, m, 1).
    thinnest_strut : Property
        Diameter of the thinnest fibre, strut or wall that laboratories make (m).
    minimum_own_fraction : Property
        The least volume fraction of the solid, at each end, that its own phase keeps.
    gradable : frozenset of str
        What can differ between top and bottom, of GRADABLE.
    not_gradable : mapping of str to str
        The reason for each of GRADABLE that is missing there.

    Raises
    ------
    MaterialError
        For an unknown phase or quantity, a unit of the wrong dimension, or a quantity that is not in exactly
        one of ``gradable`` and ``not_gradable``.
    """

    phase: str
    material: str
    porosity: PropertyRange
    pore_size: PropertyRange
    thickness: PropertyRange
    tortuosity: PropertyRange
    thinnest_strut: Property
    minimum_own_fraction: Property
    gradable: frozenset[str]
    not_gradable: Mapping[str, str] = field(default_factory=dict)

    UNITS: ClassVar[Mapping[str, str]] = {"thinnest_strut": "m", "minimum_own_fraction": "1"}
    RANGES: ClassVar[Mapping[str, str]] = {
        "porosity": "1",
        "pore_size": "m",
        "thickness": "m",
        "tortuosity": "1",
    }
    LISTS: ClassVar[frozenset[str]] = frozenset({"gradable"})

    def __post_init__(self) -> None:
        super().__post_init__()
        check_allowed("phase", self.phase, (*SOLID_PHASES, "none"))
        for name in sorted(self.gradable | set(self.not_gradable)):
            check_allowed("gradable", name, GRADABLE)
        if self.gradable & set(self.not_gradable) or len(self.gradable) + len(self.not_gradable) != len(
            GRADABLE
        ):
            raise MaterialError(
                "each quantity is either in gradable or, with a reason, in not_gradable",
                value=sorted(self.gradable),
                limit=", ".join(GRADABLE),
            )

    @property
    def porosity_range(self) -> tuple[float, float]:
        """(low, high) pore volume fraction that laboratories make."""
        return self.porosity.limits

    @property
    def pore_size_range_um(self) -> tuple[float, float]:
        """(low, high) pore diameter in um that laboratories make."""
        return _um(self.pore_size)

    @property
    def thickness_range_um(self) -> tuple[float, float]:
        """(low, high) thickness in um that laboratories make."""
        return _um(self.thickness)

    @property
    def tortuosity_range(self) -> tuple[float, float]:
        """(low, high) tortuosity factor of the pores that laboratories make."""
        return self.tortuosity.limits


@dataclass(frozen=True)
class Agent(Material):
    """A lithiophilic agent (or interphase former): a minor phase that determines where lithium nucleates.

    Attributes
    ----------
    nucleation_overpotential : Property
        Of lithium on the agent (V).
    density, cost, molar_mass : Property
        Of the agent (kg/m^3, USD/kg, kg/mol).
    lithium_per_formula : Property
        Lithium atoms that one formula unit takes up before lithium metal plates on it.
    maximum_fraction : Property
        The largest share of the solid's volume that it may be, at either end.
    film_resistance_factor : Property or None
        Resistance of the interphase on the lithium that it covers, relative to that without it; None where
        it forms none.
    coated_resistance : Property or None
        Of a face between lithium and an inorganic solid electrolyte that the agent coats (ohm m^2), at room
        temperature; None where it is no coating.
    lithium_molar_volume : Property or None
        Volume by which the agent grows for a mole of lithium that it takes up (m^3/mol); None where it takes up none.
    lithium_diffusivity : Property or None
        Of lithium in its alloy (m^2/s), where a source states it; no simulation uses it.
    note : str
        Remark.

    Raises
    ------
    MaterialError
        For a unit of the wrong dimension.
    """

    nucleation_overpotential: Property
    density: Property
    cost: Property
    molar_mass: Property
    lithium_per_formula: Property
    maximum_fraction: Property
    film_resistance_factor: Property | None = None
    coated_resistance: Property | None = None
    lithium_molar_volume: Property | None = None
    lithium_diffusivity: Property | None = None
    note: str = ""

    UNITS: ClassVar[Mapping[str, str]] = {
        "nucleation_overpotential": "V",
        "density": "kg/m^3",
        "cost": "USD/kg",
        "molar_mass": "kg/mol",
        "lithium_per_formula": "1",
        "maximum_fraction": "1",
        "film_resistance_factor": "1",
        "coated_resistance": "ohm*m^2",
        "lithium_molar_volume": "m^3/mol",
        "lithium_diffusivity": "m^2/s",
    }
    OPTIONAL: ClassVar[frozenset[str]] = frozenset({
        "film_resistance_factor", "coated_resistance", "lithium_molar_volume", "lithium_diffusivity",
    })  # fmt: skip

    @property
    def lithium_density(self) -> float:
        """Lithium that a volume of the agent takes up before lithium metal plates on it, mol/m^3."""
        return self.lithium_per_formula.si * self.density.si / self.molar_mass.si

    @property
    def swelling(self) -> float:
        """Volume that a volume of the agent gains when it has taken up its lithium."""
        grown = self.lithium_molar_volume
        return 0.0 if grown is None else self.lithium_density * grown.si

    @property
    def alloying_capacity(self) -> Property:
        """Charge that the agent itself takes up before lithium metal plates on it, in mAh per gram of agent.

        Returns
        -------
        Property
            ``lithium_per_formula`` times the charge of a mole of electrons, over the molar mass; source and range
            are those of the stoichiometry. Tin has 993 mAh/g (Li22Sn5), silicon 3579 mAh/g (Li15Si4).
        """
        stoichiometry = self.lithium_per_formula
        scale = FARADAY_MAH_MOL / (self.molar_mass.si * 1000.0)
        return Property(
            value=stoichiometry.value * scale,
            unit="mA*hour/g",
            source=stoichiometry.source,
            assumed=stoichiometry.assumed,
            low=None if stoichiometry.low is None else stoichiometry.low * scale,
            high=None if stoichiometry.high is None else stoichiometry.high * scale,
            note="from lithium_per_formula and molar_mass",
        )


@dataclass(frozen=True)
class Dopant(Material):
    """What is built into the surface of a conductor so that lithium nucleates on it more easily.

    Attributes
    ----------
    barrier_factor : Property
        Nucleation overpotential of the doped solid relative to that of the undoped solid.
    solids : frozenset of str
        Identifiers of the solids that it is built into.
    note : str
        Remark.

    Raises
    ------
    MaterialError
        For a unit of the wrong dimension.
    """

    barrier_factor: Property
    solids: frozenset[str]
    note: str = ""

    UNITS: ClassVar[Mapping[str, str]] = {"barrier_factor": "1"}
    LISTS: ClassVar[frozenset[str]] = frozenset({"solids"})


def _um(limits: PropertyRange) -> tuple[float, float]:
    scale = {"m": 1e6, "mm": 1e3, "um": 1.0, "nm": 1e-3}[limits.unit]
    return limits.low * scale, limits.high * scale
