"""The records of the host: solid phases, frameworks made of them, lithiophilic agents, dopants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from surrogate.errors import MaterialError
from surrogate.materials.base import Material, one_of
from surrogate.materials.properties import Property, PropertyRange

SOLID_PHASES = ("conductor", "dielectric", "ion_conductor")
GRADABLE = ("composition", "agent", "porosity", "pore_size")
FARADAY_MAH_MOL = 96485.33212 / 3.6  # CODATA 2018; mAh per mol of electrons


@dataclass(frozen=True)
class Solid(Material):
    """A phase that frameworks, coatings and fillers are made of.

    nucleation_overpotential is that of lithium on it.
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
        one_of("phase", self.phase, SOLID_PHASES)


@dataclass(frozen=True)
class Framework(Material):
    """A porous host's skeleton: what it is made of, what labs make it with, and what can be graded in it.

    phase: its own kind (``none`` for the planar foil, whose ``material`` is then the foil's). gradable: what
    can differ between top and bottom; not_gradable: the reason for each of GRADABLE that is missing.
    minimum_own_fraction: the least volume fraction of the solid, at each end, that its own phase keeps.
    """

    phase: str
    material: str
    porosity: PropertyRange
    pore_size: PropertyRange
    thickness: PropertyRange
    tortuosity: PropertyRange
    minimum_own_fraction: Property
    gradable: frozenset[str]
    not_gradable: Mapping[str, str] = field(default_factory=dict)

    UNITS: ClassVar[Mapping[str, str]] = {"minimum_own_fraction": "1"}
    RANGES: ClassVar[Mapping[str, str]] = {
        "porosity": "1",
        "pore_size": "m",
        "thickness": "m",
        "tortuosity": "1",
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("phase", self.phase, (*SOLID_PHASES, "none"))
        for name in sorted(self.gradable | set(self.not_gradable)):
            one_of("gradable", name, GRADABLE)
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
        """(low, high) pore volume fraction that labs make."""
        return self.porosity.limits

    @property
    def pore_size_range_um(self) -> tuple[float, float]:
        """(low, high) pore diameter in um that labs make."""
        return _um(self.pore_size)

    @property
    def thickness_range_um(self) -> tuple[float, float]:
        """(low, high) thickness in um that labs make."""
        return _um(self.thickness)

    @property
    def tortuosity_range(self) -> tuple[float, float]:
        """(low, high) tortuosity factor of the pores that labs make."""
        return self.tortuosity.limits


@dataclass(frozen=True)
class Agent(Material):
    """A lithiophilic agent (or interphase former): a minor phase that sets where lithium nucleates.

    lithium_per_formula: lithium that one formula unit takes up before lithium metal plates on it.
    maximum_fraction: the most of the solid's volume it may be, at either end. film_resistance_factor: resistance
    of the interphase on lithium that it covers, over that without it; None where it forms none.
    lithium_diffusivity: of lithium in its alloy, where a source states it; nothing uses it.
    """

    nucleation_overpotential: Property
    density: Property
    cost: Property
    molar_mass: Property
    lithium_per_formula: Property
    maximum_fraction: Property
    film_resistance_factor: Property | None = None
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
        "lithium_diffusivity": "m^2/s",
    }
    OPTIONAL: ClassVar[frozenset[str]] = frozenset({"film_resistance_factor", "lithium_diffusivity"})

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

    barrier_factor: nucleation overpotential of the doped solid over that of the plain one. solids: identifiers
    of the solids it is built into.
    """

    barrier_factor: Property
    solids: frozenset[str]
    note: str = ""

    UNITS: ClassVar[Mapping[str, str]] = {"barrier_factor": "1"}


def _um(limits: PropertyRange) -> tuple[float, float]:
    scale = {"m": 1e6, "mm": 1e3, "um": 1.0, "nm": 1e-3}[limits.unit]
    return limits.low * scale, limits.high * scale
