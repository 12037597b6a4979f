"""``Recipe``: what an electrolyte is mixed from; frozen, checked when it is made, with one canonical text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Literal

from surrogate.errors import MaterialError
from surrogate.materials.recipes.substances import Substances, shipped_substances

Unit = Literal["M", "m", "parts", "wt%", "vol%"]
Basis = Literal["volume", "weight", "mole"]

# The most of one substance that a recipe may state; the strongest salts-in-solvent reach about 10 mol/L of solvents.
MOST = {"M": 15.0, "m": 30.0, "parts": 1e4, "wt%": 60.0, "vol%": 60.0}
UNITS = {"M": "mol per litre of solvents", "m": "mol per kg of solvents", "parts": "parts by mole"}
MOST_SHARE = 60.0  # per cent that all additives may make up together
_BASIS_TEXT: dict[Basis, str] = {"volume": "v/v", "weight": "w/w", "mole": "by mole"}


@dataclass(frozen=True)
class Amount:
    """A substance and how much of it.

    Parameters
    ----------
    name
        Of the substance.
    value
        In ``unit``.
    unit
        ``M`` (mol per litre of solvents), ``m`` (mol per kg of solvents), ``parts`` by mole beside the solvents,
        ``wt%`` of the finished electrolyte or ``vol%`` of the finished solvents.

    Raises
    ------
    MaterialError
        For an amount that is not positive or more than ``MOST``.
    """

    name: str
    value: float
    unit: Unit

    def __post_init__(self) -> None:
        if not (isfinite(self.value) and 0.0 < self.value <= MOST[self.unit]):
            raise MaterialError(
                f"{self.name} cannot be in this amount", value=f"{self.value:g} {self.unit}",
                limit=f"above 0, at most {MOST[self.unit]:g} {UNITS.get(self.unit, self.unit)}",
                remedy="check the number and its unit",
            )  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """An electrolyte: salts in a mixture of solvents, with additives.

    Parameters
    ----------
    salts
        In ``M``, ``m`` or ``parts``.
    solvents
        Name and part of each; a single solvent has the part 1.
    basis
        Of the parts of the solvents.
    additives
        In ``wt%`` or ``vol%``; solvents also in ``M``.
    notes
        What was assumed on reading; two recipes that differ in nothing else are equal.
    substances
        The tables.

    Raises
    ------
    MaterialError
        For what cannot be mixed.
    """

    salts: tuple[Amount, ...]
    solvents: tuple[tuple[str, float], ...]
    basis: Basis = "volume"
    additives: tuple[Amount, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)
    substances: Substances = field(default_factory=shipped_substances, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, part in self.solvents:
            self.substances.solvent(name)
            if not (isfinite(part) and 0.0 < part <= MOST["parts"]):
                raise MaterialError(
                    f"{name} cannot have this part of the solvents", value=part,
                    limit=f"above 0, at most {MOST['parts']:g}", remedy="check the ratio",
                )  # fmt: skip
        if not self.solvents:
            raise MaterialError("no solvent", remedy='name the solvents, as in "1 M LiFSI in DME"')
        if all(self.substances.solvent(name).family == "diluent" for name, _ in self.solvents):
            raise MaterialError(
                "diluents alone dissolve hardly any salt", value=":".join(name for name, _ in self.solvents),
                limit="at least one ether, carbonate or other solvent", remedy='add it, as in "DME:TTE (1:3 v/v)"',
            )  # fmt: skip
        for salt in self.salts:
            self.substances.salt(salt.name)
        if not any(name in self.substances.salts for name in self.contents):
            raise MaterialError("no salt", remedy='name a salt and its amount, as in "1 M LiFSI in DME"')
        self._no_twice()
        self._no_share_too_large()
        if any(salt.unit == "parts" for salt in self.salts) and self.basis != "mole":
            raise MaterialError(
                "salts in parts beside solvents that are not by mole", value=self.basis,
                remedy='give all parts by mole, as in "LiFSI:DME:TTE (1:1.2:3 by mole)"',
            )  # fmt: skip

    def _no_twice(self) -> None:
        for names in (
            [salt.name for salt in self.salts],
            [name for name, _ in self.solvents],
            [added.name for added in self.additives],
        ):
            twice = [name for name in names if names.count(name) > 1]
            if twice:
                raise MaterialError(f"{twice[0]} is named twice", remedy="give its whole amount once")

    def _no_share_too_large(self) -> None:
        for unit in ("wt%", "vol%"):
            share = sum(added.value for added in self.additives if added.unit == unit)
            if share > MOST_SHARE:
                raise MaterialError(
                    "the additives are most of the electrolyte", value=f"{share:g} {unit}",
                    limit=f"{MOST_SHARE:g} %", remedy="name it among the solvents, with its ratio",
                )  # fmt: skip

    @cached_property
    def contents(self) -> tuple[str, ...]:
        """Names of all substances, salts first."""
        names = [one.name for one in self.salts] + [name for name, _ in self.solvents]
        return tuple(dict.fromkeys(names + [one.name for one in self.additives]))

    @cached_property
    def text(self) -> str:
        """The canonical text; reading it gives an equal recipe."""
        salts = " + ".join(
            f"{_number(one.value)} {one.unit} {one.name}" for one in self.salts if one.unit != "parts"
        )
        parts = [(one.name, one.value) for one in self.salts if one.unit == "parts"] + list(self.solvents)
        mixture = ":".join(name for name, _ in parts)
        if len(parts) > 1:
            mixture += f" ({':'.join(_number(part) for _, part in parts)} {_BASIS_TEXT[self.basis]})"
        head = f"{salts} in {mixture}" if salts else mixture
        return ", ".join([head, *(f"{_number(one.value)} {one.unit} {one.name}" for one in self.additives)])


def _number(value: float) -> str:
    """Write a number in full, without an exponent."""
    text = repr(float(value))
    if "e" in text:
        text = f"{value:.20f}".rstrip("0")
    return text.removesuffix(".0")
