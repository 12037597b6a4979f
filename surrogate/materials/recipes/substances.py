"""Solvents and salts of electrolyte recipes: the tables of ``datasets/electrolytes`` as checked values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args

from surrogate.errors import MaterialError
from surrogate.materials.properties import Property
from surrogate.materials.recipes.formula import ATOMIC_WEIGHTS, atoms_of, molar_mass
from surrogate.resources import resource

Family = Literal["ether", "carbonate", "diluent", "other"]
MOST_NEAR = 3  # names that a message offers


@dataclass(frozen=True, kw_only=True)
class Solvent:
    """A solvent.

    Parameters
    ----------
    name
        As recipes write it.
    formula
        Molecular formula.
    family
        ``ether`` or ``carbonate`` (they dissolve the salt and name the class of an electrolyte), ``diluent`` (hardly
        dissolves a salt) or ``other``.
    density
        Of the liquid, g/cm^3 near room temperature, with its source.
    aliases
        Other names.
    remarks
        Alias that also means another substance -> how it is read.

    Raises
    ------
    MaterialError
        For a formula or density that cannot be.
    """

    name: str
    formula: str
    family: Family
    density: Property
    aliases: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        atoms_of(self.formula)
        if self.family not in get_args(Family):
            raise MaterialError("unknown family", value=self.family, limit=", ".join(get_args(Family)))
        if self.density.unit != "g/cm^3" or not 0.5 < self.density.value < 2.5:
            raise MaterialError(
                "not the density of a solvent", value=self.density.value, limit="0.5 to 2.5 g/cm^3"
            )

    @cached_property
    def atoms(self) -> Mapping[str, int]:
        """Element -> atoms of a molecule."""
        return atoms_of(self.formula)

    @cached_property
    def molar_mass_g_mol(self) -> float:
        """Molar mass, from the formula."""
        return molar_mass(self.atoms)


@dataclass(frozen=True, kw_only=True)
class Salt:
    """A salt of one lithium and one anion.

    Parameters
    ----------
    name
        As recipes write it.
    anion
        Formula of the anion.
    aliases
        Other names.

    Raises
    ------
    MaterialError
        For a formula that cannot be.
    """

    name: str
    anion: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        atoms_of(self.anion)

    @cached_property
    def atoms(self) -> Mapping[str, int]:
        """Element -> atoms of the anion."""
        return atoms_of(self.anion)

    @cached_property
    def molar_mass_g_mol(self) -> float:
        """Molar mass of the salt, from the formula."""
        return molar_mass(self.atoms) + ATOMIC_WEIGHTS["Li"]


S = TypeVar("S", Solvent, Salt)


@dataclass(frozen=True, eq=False)  # found again by what it is, not by its content
class Substances:
    """Solvents and salts by their names.

    Parameters
    ----------
    solvents, salts
        Name -> entry.

    Raises
    ------
    MaterialError
        For two substances of one name.
    """

    solvents: Mapping[str, Solvent]
    salts: Mapping[str, Salt]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for substance in self.every:
            for word in (substance.name, *substance.aliases):
                if seen.setdefault(word.lower(), substance.name) != substance.name:
                    raise MaterialError(
                        f"both {seen[word.lower()]} and {substance.name} have this name", value=word,
                        remedy="leave it out of the aliases of one",
                    )  # fmt: skip

    @cached_property
    def every(self) -> tuple[Solvent | Salt, ...]:
        """All substances, solvents first."""
        every: list[Solvent | Salt] = [*self.solvents.values(), *self.salts.values()]
        return tuple(every)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every name in lower case -> the name that recipes write."""
        return MappingProxyType(
            {word.lower(): one.name for one in self.every for word in (one.name, *one.aliases)}
        )

    def solvent(self, name: str) -> Solvent:
        """Return a solvent by its name; any other is a MaterialError with the nearest names."""
        if name not in self.solvents:
            raise self.unknown(name)
        return self.solvents[name]

    def salt(self, name: str) -> Salt:
        """Return a salt by its name; any other is a MaterialError with the nearest names."""
        if name not in self.salts:
            raise self.unknown(name)
        return self.salts[name]

    def unknown(self, name: str, where: str = "") -> MaterialError:
        """Describe a name that is none of the substances.

        Parameters
        ----------
        name
            As it was written.
        where
            The recipe.

        Returns
        -------
        MaterialError
            With the nearest names.
        """
        near = get_close_matches(name.lower(), list(self.words), n=MOST_NEAR, cutoff=0.6)
        offered = ", ".join(dict.fromkeys(self.words[word] for word in near))
        kind = "salt" if name.lower().startswith("li") else "solvent or salt"
        return MaterialError(
            f"unknown {kind}", where=where, value=name,
            limit=f"{len(self.solvents)} solvents and {len(self.salts)} salts of datasets/electrolytes",
            remedy=f"did you mean {offered}?" if offered else "write one of their names, such as DME or LiFSI",
        )  # fmt: skip


@cache
def shipped_substances() -> Substances:
    """Return the solvents and salts that ship with the package.

    Returns
    -------
    Substances

    Raises
    ------
    MaterialError
        For a faulty table, with file and entry.
    """
    solvents = [_made(Solvent, "solvents.toml", name, entry) for name, entry in _entries("solvents.toml")]
    salts = [_made(Salt, "salts.toml", name, entry) for name, entry in _entries("salts.toml")]
    return Substances(
        MappingProxyType({one.name: one for one in solvents}),
        MappingProxyType({one.name: one for one in salts}),
    )


def _entries(file: str) -> list[tuple[str, dict[str, Any]]]:
    text = resource(f"datasets/electrolytes/{file}").read_text(encoding="utf-8")
    return list(tomllib.loads(text).items())


def _made(kind: type[S], file: str, identifier: str, entry: dict[str, Any]) -> S:
    values = {**entry, "aliases": tuple(entry.get("aliases", ()))}
    try:
        if "density" in values:
            values["density"] = Property(**values["density"])
        return kind(**values)
    except (MaterialError, TypeError) as error:
        raise MaterialError(str(error), where=f"{file}, entry {identifier}") from error
