"""Ways to make hosts, and the hazards of what is handled: typed, sourced tables (``datasets/methods``).

A method makes frameworks, puts agents onto them, cuts channels into a pellet, or several of these. What it reaches is
a range of pore sizes, porosities and thicknesses; what it grades may differ between top and bottom.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from surrogate.errors import MaterialError
from surrogate.materials import agents, frameworks
from surrogate.materials.base import Material, check_allowed
from surrogate.materials.host import GRADABLE
from surrogate.materials.properties import Claim, Property, PropertyRange
from surrogate.materials.reader import load_table
from surrogate.resources import resource

#: What a method may reach a range of: name in the table -> the columns of designs.
REACHES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "pore_size": ("pore_size_top_um", "pore_size_bottom_um"),
    "porosity": ("porosity_top", "porosity_bottom"),
    "thickness": ("thickness_um",),
    "pattern_size": ("pattern_size_um",),
    "pattern_depth": ("pattern_depth_um",),
})  # fmt: skip
_SCALES = {"m": 1e6, "mm": 1e3, "um": 1.0, "nm": 1e-3, "1": 1.0}  # to the units of the columns
_NOTHING: Mapping[str, Claim] = MappingProxyType({})


@dataclass(frozen=True)
class Method(Material):
    """A way to make hosts.

    Attributes
    ----------
    frameworks, agents : mapping of str to Claim
        Identifiers of what it makes, and of what it puts onto or into a framework.
    grades : mapping of str to Claim
        What it can make differ between top and bottom, of GRADABLE.
    handles : mapping of str to Claim
        Substances of ``hazards`` that are handled, beside what the host itself consists of.
    onto : frozenset of str
        Frameworks that its agents can be put onto; empty: all.
    pore_size, porosity, thickness : PropertyRange or None
        What it reaches (m, 1, m); None where it makes no framework.
    filler : PropertyRange or None
        Share by weight (1), in what it makes, of phases other than the framework's own and the agent; the note ends
        with how they get in. None where the table does not say.
    pattern_size, pattern_depth : PropertyRange or None
        Width and depth of channels that it cuts (m); None where it cuts none.
    smallest_step : Property or None
        Its resolution in space (m), where one is stated.

    Raises
    ------
    MaterialError
        For an unknown framework, agent or quantity, or a range that is missing.
    """

    frameworks: Mapping[str, Claim] = field(default_factory=lambda: _NOTHING)
    agents: Mapping[str, Claim] = field(default_factory=lambda: _NOTHING)
    grades: Mapping[str, Claim] = field(default_factory=lambda: _NOTHING)
    handles: Mapping[str, Claim] = field(default_factory=lambda: _NOTHING)
    onto: frozenset[str] = frozenset()
    pore_size: PropertyRange | None = None
    porosity: PropertyRange | None = None
    thickness: PropertyRange | None = None
    filler: PropertyRange | None = None
    pattern_size: PropertyRange | None = None
    pattern_depth: PropertyRange | None = None
    smallest_step: Property | None = None

    UNITS: ClassVar[Mapping[str, str]] = {"smallest_step": "m"}
    RANGES: ClassVar[Mapping[str, str]] = {
        "pore_size": "m", "porosity": "1", "thickness": "m", "filler": "1", "pattern_size": "m", "pattern_depth": "m",
    }  # fmt: skip
    LISTS: ClassVar[frozenset[str]] = frozenset({"onto"})
    CLAIMS: ClassVar[frozenset[str]] = frozenset({"frameworks", "agents", "grades", "handles"})
    OPTIONAL: ClassVar[frozenset[str]] = frozenset({*RANGES, *UNITS, *LISTS, *CLAIMS})

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in (*self.frameworks, *self.onto):
            check_allowed("framework", name, tuple(frameworks))
        for name in self.agents:
            check_allowed("agent", name, tuple(agents))
        for name in self.grades:
            check_allowed("grades", name, GRADABLE)
        needed = ("pore_size", "porosity", "thickness") if self.frameworks else ()
        for name in needed:
            if getattr(self, name) is None:
                raise MaterialError("a method that makes frameworks needs its ranges", where=name)
        if (self.pattern_size is None) != (self.pattern_depth is None):
            raise MaterialError("a method that cuts channels needs their width and depth")
        if not (self.frameworks or self.agents or self.pattern_size):
            raise MaterialError("a method that makes nothing")

    @property
    def most_filler(self) -> float:
        """Most filler that it carries, as a share of the weight; 1 where nothing is known against it."""
        return 1.0 if self.filler is None else self.filler.high

    @property
    def reaches(self) -> dict[str, tuple[float, float]]:
        """Column of designs -> (low, high) in the unit of its name."""
        return {
            column: (given.low * _SCALES[given.unit], given.high * _SCALES[given.unit])
            for name, columns in REACHES.items()
            if (given := getattr(self, name)) is not None
            for column in columns
        }


@dataclass(frozen=True)
class Hazard(Material):
    """Hazards of a substance as it is classified.

    Attributes
    ----------
    statements : frozenset of str
        Codes of hazard statements.
    source : str
        Of the classification.
    note : str
        Of what form it is.

    Raises
    ------
    MaterialError
        For an unknown code, or no source.
    """

    statements: frozenset[str]
    source: str
    note: str = ""

    LISTS: ClassVar[frozenset[str]] = frozenset({"statements"})

    def __post_init__(self) -> None:
        super().__post_init__()
        for code in self.statements:
            check_allowed("statement", code, tuple(statements()))
        if not self.source.strip():
            raise MaterialError("no source")


@cache
def methods() -> Mapping[str, Method]:
    """Return the methods that are known: identifier -> method.

    Raises
    ------
    MaterialError
        If the table is damaged, or names a substance that is not among the hazards.
    """
    found = load_table(Method, resource("datasets/methods/methods.toml"))
    for name, one in found.items():
        for substance in one.handles:
            if substance not in hazards():
                raise MaterialError(
                    "handles a substance without an entry", where=f"methods.toml, {name}", value=substance,
                    limit=", ".join(hazards()), remedy="add it to hazards.toml",
                )  # fmt: skip
    return found


@cache
def hazards() -> Mapping[str, Hazard]:
    """Return the substances of which hazards are known: identifier -> hazard. One that is absent is not harmless."""
    return load_table(Hazard, resource("datasets/methods/hazards.toml"))


@cache
def statements() -> Mapping[str, str]:
    """Return hazard statements: code -> its words."""
    text = resource("datasets/methods/statements.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def method(identifier: str) -> Method:
    """Look up a method.

    Parameters
    ----------
    identifier : str
        Its identifier.

    Raises
    ------
    MaterialError
        If it is unknown; the message lists the known identifiers.
    """
    if identifier in methods():
        return methods()[identifier]
    near = get_close_matches(str(identifier), methods(), n=1)
    raise MaterialError(
        "unknown method", value=identifier, limit=", ".join(methods()),
        remedy=f"did you mean {near[0]!r}?" if near else "use one of these identifiers",
    )  # fmt: skip


def named(several: Sequence[Method]) -> str:
    """Name methods in words: their labels, or "any known method" for all of the table."""
    if {one.identifier for one in several} == set(methods()):
        return "any known method"
    return ", ".join(one.label for one in several)
