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
    """Base of all material records.

    Attributes
    ----------
    identifier : str
        Name in lower snake case, as designs use it.
    label : str
        Name for a reader.
    UNITS : mapping of str to str
        Property -> SI unit that its own unit has to convert to.
    RANGES : mapping of str to str
        The same for ranges.
    OPTIONAL : frozenset of str
        Keys that may be absent.
    LISTS : frozenset of str
        Keys that hold a list of names.
    CLAIMS : frozenset of str
        Keys that hold a Claim for each of some names.

    Raises
    ------
    MaterialError
        For a unit of the wrong dimension.
    """

    identifier: str
    label: str

    UNITS: ClassVar[Mapping[str, str]] = {}
    RANGES: ClassVar[Mapping[str, str]] = {}
    OPTIONAL: ClassVar[frozenset[str]] = frozenset()
    LISTS: ClassVar[frozenset[str]] = frozenset()
    CLAIMS: ClassVar[frozenset[str]] = frozenset()

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
        """Return the properties that are given.

        Returns
        -------
        dict of str to Property
            Name -> property, without ranges.
        """
        return {name: entry for name in self.UNITS if (entry := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Electrolyte(Material):
    """A bulk electrolyte at its reference temperature, and the separator or pellet that it is used in.

    Units are those of ``UNITS`` or convert to them.

    Attributes
    ----------
    kind : str
        One of KINDS.
    literature_class : str
        One of LITERATURE_CLASSES.
    conductivity, salt_diffusivity, cation_transference, salt_concentration : Property
        Bulk transport at ``reference_temperature`` (S/m, m^2/s, 1, mol/m^3).
    exchange_current_density : Property
        Of lithium plating at ``reference_temperature`` (A/m^2).
    sei_resistance : Property
        Resistance of the interphase per real lithium area (ohm m^2).
    separator_thickness, separator_porosity, separator_tortuosity : Property
        Of the separator or pellet (m, 1, 1).
    conduction_activation_energy : Property
        Of the Arrhenius law of conduction (J/mol).
    reference_temperature : Property
        Temperature at which the properties hold (K).
    temperature_range : PropertyRange
        Where the Arrhenius law may be used (K).
    dead_lithium_fraction : Property
        Share of the cycled lithium that becomes dead when all of it is plated on the top face.
    sei_loss : Property
        Charge that real area loses to interphase in one cycle (C/m^2).
    reference_ccd, reference_pressure : Property or None
        Critical current density of planar lithium at the reference temperature and this stack pressure
        (A/m^2, Pa); solids only.
    pressure_exponent : Property or None
        The critical current density grows with stack pressure to this power; solids only.
    young_modulus : Property or None
        Of the pellet (Pa); solids only.
    pellet_density : Property or None
        Of the pellet over the crystal's; given for inorganic solids.
    contact_loss : Property or None
        Lithium behind voids, per lithium plated on an open face, when it is stripped at the critical current: it is
        missing from what is stripped, and the next plating reaches it again. None: nothing is known.
    recipe : str
        What a liquid or gel electrolyte of this name is mixed from unless a design says otherwise; empty for others.

    Raises
    ------
    MaterialError
        For an unknown kind or class, a unit of the wrong dimension, or properties of solids that are missing
        for a solid or given for a liquid or gel.
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
    pellet_density: Property | None = None
    contact_loss: Property | None = None
    recipe: str = ""

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
        "pellet_density": "1",
        "contact_loss": "1",
    }
    RANGES: ClassVar[Mapping[str, str]] = {"temperature_range": "K"}
    OF_SOLIDS: ClassVar[tuple[str, ...]] = (
        "reference_ccd",
        "reference_pressure",
        "pressure_exponent",
        "young_modulus",
    )
    OPTIONAL: ClassVar[frozenset[str]] = frozenset({*OF_SOLIDS, "pellet_density", "contact_loss", "recipe"})

    def __post_init__(self) -> None:
        super().__post_init__()
        check_allowed("kind", self.kind, KINDS)
        check_allowed("literature_class", self.literature_class, LITERATURE_CLASSES)
        if bool(self.recipe) != (self.kind in ("liquid", "gel")):
            raise MaterialError(
                "a recipe is given for liquids and gels, and only for them", value=self.recipe
            )
        given = {getattr(self, name) is not None for name in self.OF_SOLIDS}
        if given != {self.is_solid}:
            raise MaterialError(
                f"{', '.join(self.OF_SOLIDS)} are given for solids, and only for them", value=self.kind
            )

    @property
    def single_ion(self) -> bool:
        """Whether only lithium ions move (t+ = 1), so that the concentration cannot change."""
        return self.cation_transference.value == 1.0

    @property
    def is_solid(self) -> bool:
        """Whether it is neither a liquid nor a gel."""
        return self.kind not in ("liquid", "gel")


@dataclass(frozen=True)
class Additive(Material):
    """An electrolyte additive: factors on what the base electrolyte loses, by literature class.

    Attributes
    ----------
    sei_loss_factor : mapping of str to Property
        Literature class -> factor on the charge lost to interphase; 1 where the class is not listed.
    dead_lithium_factor : mapping of str to Property
        Literature class -> factor on the dead lithium; 1 where the class is not listed.

    Raises
    ------
    MaterialError
        For an unknown class, or a factor that is not a positive number without unit.
    """

    sei_loss_factor: Mapping[str, Property] = field(default_factory=dict)
    dead_lithium_factor: Mapping[str, Property] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("sei_loss_factor", "dead_lithium_factor"):
            for electrolyte_class, factor in getattr(self, name).items():
                check_allowed(name, electrolyte_class, LITERATURE_CLASSES)
                if SI_UNITS[factor.unit] != "1" or factor.value <= 0:
                    raise MaterialError(
                        "a factor is a positive number without unit",
                        where=f"property {name}",
                        value=factor.value,
                    )

    def sei_loss(self, literature_class: str) -> float:
        """Return the factor on the charge lost to interphase.

        Parameters
        ----------
        literature_class : str
            Class of the base electrolyte.

        Returns
        -------
        float
        """
        return _factor(self.sei_loss_factor, literature_class)

    def dead_lithium(self, literature_class: str) -> float:
        """Return the factor on the dead lithium.

        Parameters
        ----------
        literature_class : str
            Class of the base electrolyte.

        Returns
        -------
        float
        """
        return _factor(self.dead_lithium_factor, literature_class)


def _factor(factors: Mapping[str, Property], literature_class: str) -> float:
    return factors[literature_class].value if literature_class in factors else 1.0


def check_allowed(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Check that a property has an allowed value.

    Parameters
    ----------
    name : str
        The property, for the message.
    value : str
        Its value.
    allowed : tuple of str
        The allowed values.

    Raises
    ------
    MaterialError
        For any other value.
    """
    if value not in allowed:
        raise MaterialError("unknown value", where=f"property {name}", value=value, limit=", ".join(allowed))
