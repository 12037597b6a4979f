"""What every material record shares, and the records of the cell: electrolytes and additives.

Every physical attribute is a Property or a PropertyRange of ``properties``, with its unit, its source and
whether it was assumed. Records are frozen and checked when they are made; they raise MaterialError for a unit
of the wrong dimension or an unknown category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from surrogate.errors import MaterialError
from surrogate.materials.properties import SI_UNITS, Property, PropertyRange

KINDS = ("liquid", "gel", "polymer", "sulfide", "oxide", "nitride", "halide")
LITERATURE_CLASSES = (
    "liquid_ether",
    "liquid_carbonate",
    "gel",
    "polymer",
    "sulfide",
    "oxide",
    "halide",
    "nitride",
)


@dataclass(frozen=True)
class Material:
    """What all tables share: an identifier, a label, and the unit of each property.

    ``UNITS``: property -> SI unit its own unit has to convert to; ``RANGES``: the same for ranges;
    ``OPTIONAL``: properties that may be absent (None).
    """

    identifier: str
    label: str

    UNITS: ClassVar[Mapping[str, str]] = {}
    RANGES: ClassVar[Mapping[str, str]] = {}
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        for name, si in {**self.UNITS, **self.RANGES}.items():
            entry = getattr(self, name)
            if entry is None and name in self.OPTIONAL:
                continue
            if SI_UNITS[entry.unit] != si:
                raise MaterialError(
                    "unit of the wrong dimension",
                    where=f"property {name}",
                    value=entry.unit,
                    limit=f"a unit of {si}",
                )

    def properties(self) -> dict[str, Property]:
        """Property name -> Property, those given."""
        return {name: entry for name in self.UNITS if (entry := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Electrolyte(Material):
    """A bulk electrolyte at ``reference_temperature`` and the separator or pellet it is used in.

    sei_resistance is per real lithium area; dead_lithium_fraction is the share of the cycled lithium that
    becomes dead when all of it is plated on the top face, sei_loss the charge that real area loses to
    interphase in one cycle. reference_ccd is that of planar lithium at the reference temperature and pressure
    (solids only); it goes with stack pressure to the power pressure_exponent. young_modulus is the pellet's.
    temperature_range is where the Arrhenius law with conduction_activation_energy may be used.
    """

    kind: str
    literature_class: str
    conductivity: Property
    salt_diffusivity: Property
    cation_transference: Property
    salt_concentration: Property
    exchange_current_density: Property
    sei_resistance: Property
    separator_thickness: Property
    separator_porosity: Property
    separator_tortuosity: Property
    conduction_activation_energy: Property
    reference_temperature: Property
    temperature_range: PropertyRange
    dead_lithium_fraction: Property
    sei_loss: Property
    reference_ccd: Property | None = None
    reference_pressure: Property | None = None
    pressure_exponent: Property | None = None
    young_modulus: Property | None = None

    UNITS: ClassVar[Mapping[str, str]] = {
        "conductivity": "S/m",
        "salt_diffusivity": "m^2/s",
        "cation_transference": "1",
        "salt_concentration": "mol/m^3",
        "exchange_current_density": "A/m^2",
        "sei_resistance": "ohm*m^2",
        "separator_thickness": "m",
        "separator_porosity": "1",
        "separator_tortuosity": "1",
        "conduction_activation_energy": "J/mol",
        "reference_temperature": "K",
        "dead_lithium_fraction": "1",
        "sei_loss": "C/m^2",
        "reference_ccd": "A/m^2",
        "reference_pressure": "Pa",
        "pressure_exponent": "1",
        "young_modulus": "Pa",
    }
    RANGES: ClassVar[Mapping[str, str]] = {"temperature_range": "K"}
    OF_SOLIDS: ClassVar[tuple[str, ...]] = (
        "reference_ccd",
        "reference_pressure",
        "pressure_exponent",
        "young_modulus",
    )
    OPTIONAL: ClassVar[frozenset[str]] = frozenset(OF_SOLIDS)

    def __post_init__(self) -> None:
        super().__post_init__()
        one_of("kind", self.kind, KINDS)
        one_of("literature_class", self.literature_class, LITERATURE_CLASSES)
        given = {getattr(self, name) is not None for name in self.OF_SOLIDS}
        if given != {self.is_solid}:
            raise MaterialError(
                f"{', '.join(self.OF_SOLIDS)} are given for solids, and only for them", value=self.kind
            )

    @property
    def single_ion(self) -> bool:
        """True where only lithium ions move (t+ = 1), so that the concentration is frozen."""
        return self.cation_transference.value == 1.0

    @property
    def is_solid(self) -> bool:
        """True for all but liquids and gels."""
        return self.kind not in ("liquid", "gel")


@dataclass(frozen=True)
class Additive(Material):
    """An electrolyte additive: factors on what the base electrolyte loses, by literature class.

    sei_loss_factor and dead_lithium_factor: literature class -> factor (1 where the class is not listed).
    """

    sei_loss_factor: Mapping[str, Property] = field(default_factory=dict)
    dead_lithium_factor: Mapping[str, Property] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("sei_loss_factor", "dead_lithium_factor"):
            for electrolyte_class, factor in getattr(self, name).items():
                one_of(name, electrolyte_class, LITERATURE_CLASSES)
                if SI_UNITS[factor.unit] != "1" or factor.value <= 0:
                    raise MaterialError(
                        "a factor is a positive number without unit",
                        where=f"property {name}",
                        value=factor.value,
                    )

    def sei_loss(self, literature_class: str) -> float:
        """Factor on the charge lost to interphase in an electrolyte of this class."""
        return _factor(self.sei_loss_factor, literature_class)

    def dead_lithium(self, literature_class: str) -> float:
        """Factor on the dead lithium in an electrolyte of this class."""
        return _factor(self.dead_lithium_factor, literature_class)


def _factor(factors: Mapping[str, Property], literature_class: str) -> float:
    return factors[literature_class].value if literature_class in factors else 1.0


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raises MaterialError, naming the property, unless the value is one of those allowed."""
    if value not in allowed:
        raise MaterialError("unknown value", where=f"property {name}", value=value, limit=", ".join(allowed))
