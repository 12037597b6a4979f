"""A number of a material (value, unit, source, plausible range), and a range of such numbers.

Records are frozen and checked when they are made. They raise MaterialError for a unit that the tables may not
use, a value outside its own range, or neither a source nor ``assumed``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from surrogate.errors import MaterialError

# Unit as the tables may spell it -> SI unit of the same dimension; other spellings are refused.
SI_UNITS: dict[str, str] = {
    "1": "1",
    "S/m": "S/m",
    "S/cm": "S/m",
    "mS/cm": "S/m",
    "m^2/s": "m^2/s",
    "cm^2/s": "m^2/s",
    "mol/m^3": "mol/m^3",
    "mol/L": "mol/m^3",
    "m^3/mol": "m^3/mol",
    "cm^3/mol": "m^3/mol",
    "A/m^2": "A/m^2",
    "mA/cm^2": "A/m^2",
    "ohm*m^2": "ohm*m^2",
    "ohm*cm^2": "ohm*m^2",
    "m": "m",
    "mm": "m",
    "um": "m",
    "nm": "m",
    "J/mol": "J/mol",
    "kJ/mol": "J/mol",
    "degC": "K",
    "K": "K",
    "Pa": "Pa",
    "MPa": "Pa",
    "GPa": "Pa",
    "V": "V",
    "mV": "V",
    "kg/m^3": "kg/m^3",
    "g/cm^3": "kg/m^3",
    "kg/mol": "kg/mol",
    "g/mol": "kg/mol",
    "C/m^2": "C/m^2",
    "mA*hour/cm^2": "C/m^2",
    "C/kg": "C/kg",
    "mA*hour/g": "C/kg",
    "USD/kg": "USD/kg",
}
# SI units in each unit that is not SI itself. The tests compare them with pint, which would take longer to load than
# a simulation takes.
_FACTORS: dict[str, float] = {
    "S/cm": 100.0,
    "mS/cm": 0.1,
    "cm^2/s": 1e-4,
    "mol/L": 1e3,
    "cm^3/mol": 1e-6,
    "mA/cm^2": 10.0,
    "ohm*cm^2": 1e-4,
    "mm": 1e-3,
    "um": 1e-6,
    "nm": 1e-9,
    "kJ/mol": 1e3,
    "MPa": 1e6,
    "GPa": 1e9,
    "mV": 1e-3,
    "g/cm^3": 1e3,
    "g/mol": 1e-3,
    "mA*hour/cm^2": 36000.0,
    "mA*hour/g": 3600.0,
}
ZERO_CELSIUS = 273.15  # K


@dataclass(frozen=True)
class Property:
    """A number of a material.

    Attributes
    ----------
    value : float
        The number, in ``unit``.
    unit : str
        One of SI_UNITS.
    source : str
        Where the value is published; may be empty only where it is assumed.
    assumed : bool
        Whether the value is a judgement and not published.
    low, high : float or None
        Plausible range in ``unit``, for sensitivity studies; may be left out only where the value is sourced.
    note : str
        Remark.

    Raises
    ------
    MaterialError
        For an unknown unit, a value outside its range, or a missing source or range.
    """

    value: float
    unit: str
    source: str = ""
    assumed: bool = False
    low: float | None = None
    high: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _check_number("value", self.value)
        for name in ("low", "high"):
            number = getattr(self, name)
            if number is not None:
                _check_number(name, number)
        _check_unit(self.unit)
        _check_source(self.source, self.assumed)
        if (self.low is None) != (self.high is None) or (self.assumed and self.low is None):
            raise MaterialError(
                "an assumed value needs its plausible range, and a range both ends",
                value=(self.low, self.high),
                remedy="give low and high",
            )
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise MaterialError(
                "value outside its range", value=self.value, limit=f"{self.low:g} to {self.high:g}"
            )

    @property
    def si(self) -> float:
        """The value in the SI unit of its dimension (kelvin for a temperature, coulomb for a charge)."""
        return to_si(self.value, self.unit)


@dataclass(frozen=True)
class PropertyRange:
    """What laboratories make, or where a law holds.

    Attributes
    ----------
    low, high : float
        The ends, in ``unit``.
    unit : str
        One of SI_UNITS.
    source : str
        Where the range is published; may be empty only where it is assumed.
    assumed : bool
        Whether the range is a judgement and not published.
    note : str
        Remark.

    Raises
    ------
    MaterialError
        For an unknown unit, a missing source, or ends that are not in order.
    """

    low: float
    high: float
    unit: str
    source: str = ""
    assumed: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        _check_number("low", self.low)
        _check_number("high", self.high)
        _check_unit(self.unit)
        _check_source(self.source, self.assumed)
        if not self.low <= self.high:
            raise MaterialError("range upside down", value=(self.low, self.high), limit="low <= high")

    @property
    def limits(self) -> tuple[float, float]:
        """(low, high) in ``unit``."""
        return self.low, self.high


@dataclass(frozen=True)
class Claim:
    """A statement without a number, such as that a method makes a framework.

    Attributes
    ----------
    source : str
        Where it is published; may be empty only where it is assumed.
    assumed : bool
        Whether it is a judgement and not published.
    note : str
        Where in the source; of a judgement its reason.
    only : str
        The framework or agent that it is limited to; empty: none.

    Raises
    ------
    MaterialError
        For a missing source, or a judgement without a reason.
    """

    source: str = ""
    assumed: bool = False
    note: str = ""
    only: str = ""

    def __post_init__(self) -> None:
        _check_source(self.source, self.assumed, "a reason in note")
        if self.assumed and not self.note.strip():
            raise MaterialError("no reason", remedy="say in note why it is assumed")


def to_si(value: float, unit: str) -> float:
    """Convert a number to the SI unit that SI_UNITS names for its unit.

    Parameters
    ----------
    value : float
        The number, in ``unit``.
    unit : str
        One of SI_UNITS.

    Returns
    -------
    float
    """
    return float(value) + ZERO_CELSIUS if unit == "degC" else float(value) * _FACTORS.get(unit, 1.0)


def _check_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise MaterialError(f"{name} is not a finite number", value=value)


def _check_unit(unit: str) -> None:
    if unit not in SI_UNITS:
        raise MaterialError("unknown unit", value=unit, limit=", ".join(SI_UNITS))


def _check_source(source: str, assumed: bool, instead: str = "a range") -> None:
    if not assumed and not source.strip():
        raise MaterialError("no source", remedy=f"give source, or assumed = true with {instead}")
