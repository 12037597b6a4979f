"""From the words of an electrolyte recipe to a :class:`Recipe`.

Data flow: text -> ``tokens`` -> ``parts`` (substances joined to one another, with the amount or ratio that stands
beside them) -> salts, solvents and additives. What the text leaves open and everybody reads alike is taken and said
in the notes (equal volumes, ratios by volume, per cent by weight); everything else is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from surrogate.errors import MaterialError
from surrogate.materials.recipes.composition import composition
from surrogate.materials.recipes.parts import EXAMPLE, Part, Parts
from surrogate.materials.recipes.recipe import Amount, Basis, Recipe, Unit
from surrogate.materials.recipes.substances import Substances, shipped_substances
from surrogate.materials.recipes.tokens import Token, tokens

LONGEST_RECIPE = 400  # characters


def read_recipe(text: str, substances: Substances | None = None) -> Recipe:
    """Read the recipe of an electrolyte.

    Parameters
    ----------
    text
        Such as ``1 M LiFSI in DME:TTE 1:3 (v/v), 2 wt% LiNO3``.
    substances
        Names that may stand in it; the shipped ones unless given.

    Returns
    -------
    Recipe
        ``recipe.text`` is its canonical text, ``recipe.notes`` what was assumed.

    Raises
    ------
    MaterialError
        For what cannot be understood or cannot be mixed.
    """
    return _read(str(text), substances or shipped_substances())


@lru_cache(maxsize=4096)
def _read(text: str, substances: Substances) -> Recipe:
    where = f"electrolyte recipe {text if len(text) <= LONGEST_RECIPE else text[:LONGEST_RECIPE] + '...'!r}"
    if len(text) > LONGEST_RECIPE:
        raise MaterialError("too long", where=where, limit=f"{LONGEST_RECIPE} characters", remedy=EXAMPLE)
    if not text.strip():
        raise MaterialError("empty", where=where, remedy=EXAMPLE)
    words = tokens(text, substances)
    try:
        recipe = _Reading(substances).recipe(words)
        composition(recipe)  # refuses what dissolves nowhere
    except MaterialError as error:
        raise MaterialError(str(error), where=where) from error
    return recipe


class _Reading:
    """The recipe as far as it is read."""

    def __init__(self, substances: Substances) -> None:
        self.substances = substances
        self.notes: list[str] = []
        self.salts: list[Amount] = []
        self.additives: list[Amount] = []
        self.shares: list[tuple[str, float, str]] = []  # solvents in per cent
        self.solvents: list[tuple[str, float]] = []
        self.basis: Basis | None = None

    def recipe(self, words: tuple[Token, ...]) -> Recipe:
        """Return what the words say."""
        found = Parts(words)
        for word in words:
            self._remark(word)
        if len(set(found.bases)) > 1:
            raise MaterialError(
                "the ratio is by volume and by weight or mole", value=", ".join(found.bases),
                limit="one of them", remedy=EXAMPLE,
            )  # fmt: skip
        self.basis = found.bases[0] if found.bases else None
        for part in found.parts:
            self._interpret(part)
        self._share_out()
        if not self.solvents:
            raise MaterialError("no solvent", remedy=EXAMPLE)
        return Recipe(
            tuple(self.salts), tuple(self.solvents), self.basis or "volume", tuple(self.additives),
            tuple(dict.fromkeys(self.notes)), self.substances,
        )  # fmt: skip

    def _remark(self, word: Token) -> None:
        """Say how an abbreviation that means two things was read."""
        one = self.substances.solvents.get(word.text)
        if one is not None and word.written in one.remarks:
            self.notes.append(one.remarks[word.written])

    def _interpret(self, part: Part) -> None:
        salts = [name for name in part.names if name in self.substances.salts]
        solvents = [name for name in part.names if name not in self.substances.salts]
        if part.counted:
            if part.amount is not None or part.ratio:
                raise MaterialError(
                    f"{':'.join(part.names)} has numbers before its parts and an amount or ratio too",
                    remedy=EXAMPLE,
                )  # fmt: skip
            part.ratio = tuple(1.0 if one is None else one for one in part.coefficients)
            self._by_mole(part.names, part.ratio)
        elif salts and solvents:
            self._together(part, salts, solvents)
        elif salts:
            self._salts(salts, part.amount, part.ratio)
        elif part.amount is not None:
            self._added(solvents, part.amount)
        else:
            self._mixture(solvents, part.ratio)

    def _together(self, part: Part, salts: list[str], solvents: list[str]) -> None:
        """Salts and solvents in one part: "1 M LiFSI/DME", or parts by mole."""
        if part.amount is not None:
            self._salts(salts, part.amount, ())
            self._mixture(solvents, part.ratio)
        elif len(part.ratio) == len(part.names):
            self._by_mole(part.names, part.ratio)
        else:
            raise self._no_amount(salts[0])

    def _by_mole(self, names: list[str], parts: tuple[float, ...]) -> None:
        if self.basis not in (None, "mole"):
            raise MaterialError(
                "salts and solvents in one ratio that is not by mole", value=self.basis,
                remedy='write "LiFSI:DME:TTE (1:1.2:3 by mole)"',
            )  # fmt: skip
        if self.basis is None:
            self.notes.append(f"the ratio {':'.join(f'{one:g}' for one in parts)} is taken by mole")
        self.basis = "mole"
        pairs = list(zip(names, parts, strict=True))
        self.salts += [Amount(name, one, "parts") for name, one in pairs if name in self.substances.salts]
        self._no_second([name for name, _ in pairs if name not in self.substances.salts])
        self.solvents = [(name, one) for name, one in pairs if name not in self.substances.salts]

    def _salts(self, salts: list[str], amount: Token | None, ratio: tuple[float, ...]) -> None:
        if amount is None:
            raise self._no_amount(salts[0])
        if len(salts) > 1 and len(ratio) != len(salts):
            raise MaterialError(
                f"one amount for {len(salts)} salts",
                value=", ".join(salts),
                remedy="give each its own amount",
            )
        unit, value = self._unit(amount, salts[0])
        parts = ratio or (1.0,)
        made = [
            Amount(name, value * part / sum(parts), unit) for name, part in zip(salts, parts, strict=True)
        ]
        if unit in ("M", "m"):
            self.salts += made
        elif unit == "vol%":
            raise MaterialError(
                f"{salts[0]} in per cent of volume", limit="salts in M, m or wt%", remedy=EXAMPLE
            )
        else:
            self.additives += made

    def _added(self, solvents: list[str], amount: Token) -> None:
        if len(solvents) > 1:
            raise MaterialError(
                f"one amount for {len(solvents)} solvents", value=", ".join(solvents),
                remedy="give each its own amount",
            )  # fmt: skip
        unit, value = self._unit(amount, solvents[0])
        if unit == "m":
            raise MaterialError(
                f"{solvents[0]} in mol/kg", limit="solvents in M, wt% or vol%", remedy=EXAMPLE
            )
        self.shares.append((solvents[0], value, unit))

    def _mixture(self, solvents: list[str], ratio: tuple[float, ...]) -> None:
        self._no_second(solvents)
        if ratio and len(ratio) != len(solvents):
            raise MaterialError(
                f"a ratio of {len(ratio)} numbers for {len(solvents)} solvents",
                value=f"{':'.join(f'{one:g}' for one in ratio)} for {':'.join(solvents)}",
                limit="one number a solvent", remedy="complete the ratio or the solvents",
            )  # fmt: skip
        if not ratio and len(solvents) > 1:
            self.notes.append(f"{':'.join(solvents)} without a ratio: equal parts")
        if self.basis is None and len(solvents) > 1:
            self.notes.append("the ratio of the solvents is taken by volume")
        self.solvents = list(zip(solvents, ratio or (1.0,) * len(solvents), strict=True))

    def _no_second(self, solvents: list[str]) -> None:
        if self.solvents:
            raise MaterialError(
                f"{':'.join(solvents)} has no amount beside the solvents "
                f"{':'.join(name for name, _ in self.solvents)}",
                remedy="give it in wt% or vol%, or name it within the mixture",
            )  # fmt: skip

    def _share_out(self) -> None:
        """Solvents in per cent: all of the mixture, or additives to it."""
        units = {unit for _, _, unit in self.shares}
        if not self.solvents and self.shares and len(units) == 1 and units <= {"wt%", "vol%"}:
            total = sum(value for _, value, _ in self.shares)
            if abs(total - 100.0) > 0.5:
                raise MaterialError(
                    "the solvents do not make up the whole", value=f"{total:g} %", limit="100 %",
                    remedy="correct their shares, or name the mixture that they are added to",
                )  # fmt: skip
            self.basis = "weight" if units == {"wt%"} else "volume"
            self.solvents = [(name, value) for name, value, _ in self.shares]
            return
        self.additives += [Amount(name, value, cast("Unit", unit)) for name, value, unit in self.shares]

    def _unit(self, amount: Token, name: str) -> tuple[Unit, float]:
        unit, value = amount.text, amount.numbers[0]
        if unit in ("mol%", "ppm"):
            raise MaterialError(
                f"{name} in {unit}", limit="M, mM, mol/L, m, mol/kg, wt%, vol%",
                remedy="give it in one of these",
            )  # fmt: skip
        if unit == "%":
            self.notes.append(f"{value:g} % {name} is taken by weight")
            unit = "wt%"
        return cast("Unit", unit), value

    @staticmethod
    def _no_amount(salt: str) -> MaterialError:
        return MaterialError(
            f"{salt} has no concentration", limit="M (mol/L of solvents), m (mol/kg), or parts by mole",
            remedy=EXAMPLE,
        )  # fmt: skip
