"""From the words of a recipe to its parts: substances joined to one another, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from surrogate.errors import MaterialError
from surrogate.materials.recipes.recipe import Basis
from surrogate.materials.recipes.tokens import Token

EXAMPLE = 'write it as "1 M LiFSI in DME:TTE (1:3 v/v), 2 wt% LiNO3"'


@dataclass
class Part:
    """Substances that are joined, as they are read.

    Attributes
    ----------
    names : list of str
        Of the substances.
    coefficients : list of float or None
        The number before each name, as in LiFSI-1.2DME-3TTE.
    amount : Token or None
        Beside them.
    before : bool
        Whether the amount stands before the names.
    ratio : tuple of float
        Beside them; empty for none.
    led : bool
        Whether the ratio stands before the names.
    joins : set of str
        What stands between them.
    closed : bool
        Whether the word "in" follows.
    """

    names: list[str] = field(default_factory=list)
    coefficients: list[float | None] = field(default_factory=list)
    amount: Token | None = None
    before: bool = False
    ratio: tuple[float, ...] = ()
    led: bool = False
    joins: set[str] = field(default_factory=set)
    closed: bool = False

    @property
    def counted(self) -> bool:
        """Whether a name has a number before it."""
        return any(number is not None for number in self.coefficients)

    def extended_by(self, joined: str, coefficient: float | None) -> bool:
        """Whether a substance after this join belongs to this part."""
        if not joined or self.closed:
            return False
        if self.amount is not None:
            return self.before and joined in (":", "/", "-")
        if joined == ",":  # EC, DMC, DEC (1:1:1), but not EC:DEC, VC
            return not self.ratio and self.joins <= {","} and coefficient is None
        return not self.ratio or (self.led and len(self.names) < len(self.ratio))


class Parts:
    """The parts of a recipe and the bases of its ratios, in their order.

    Parameters
    ----------
    words
        Of the recipe.

    Raises
    ------
    MaterialError
        For an amount, a ratio or a number that belongs to nothing.
    """

    def __init__(self, words: tuple[Token, ...]) -> None:
        self.parts: list[Part] = []
        self.bases: list[Basis] = []
        self._joined = ""  # what stands between the last substance and here
        self._amount: Token | None = None  # these three wait for their substance
        self._ratio: tuple[float, ...] = ()
        self._coefficient: float | None = None
        for place, word in enumerate(words):
            self._take(word, words[place + 1].kind if place + 1 < len(words) else "")
        if self._amount or self._ratio:
            raise MaterialError("an amount or a ratio without a substance", remedy=EXAMPLE)

    def _take(self, word: Token, following: str) -> None:
        last = self.parts[-1] if self.parts else None
        match word.kind:
            case "substance":
                self._substance(word.text, last)
            case "amount" if following == "substance":
                self._amount = word
            case "amount":
                if last is None or last.amount or last.counted:
                    raise _no_place(word)
                last.amount = word
            case "ratio":
                self._take_ratio(word, following, last)
            case "coefficient":
                if following != "substance":
                    raise MaterialError("a number without a unit", value=word.text, remedy=EXAMPLE)
                self._coefficient = word.numbers[0]
            case "basis":
                self.bases.append(cast("Basis", word.text))
            case "join" | "comma":
                if last is None:
                    raise MaterialError(f"{word.text!r} before everything else", remedy=EXAMPLE)
                self._joined = self._joined or ("," if word.kind == "comma" else word.text.lower())
            case "in" if last:
                last.closed = True

    def _substance(self, name: str, last: Part | None) -> None:
        waiting = self._amount is not None or bool(self._ratio)
        if last and not waiting and last.extended_by(self._joined, self._coefficient):
            last.joins.add(self._joined)
        else:
            last = Part(
                amount=self._amount, before=self._amount is not None, ratio=self._ratio, led=bool(self._ratio)
            )
            self.parts.append(last)
        last.names.append(name)
        last.coefficients.append(self._coefficient)
        self._joined, self._amount, self._ratio, self._coefficient = "", None, (), None

    def _take_ratio(self, word: Token, following: str, last: Part | None) -> None:
        """Give a ratio to the mixture before it, else to the one that follows."""
        if last and not (last.closed or last.ratio or self._amount) and len(last.names) > 1:
            last.ratio = word.numbers
        elif self._ratio or following not in ("substance", "basis", "close", "open"):
            raise _no_place(word)
        else:
            self._ratio = word.numbers


def _no_place(word: Token) -> MaterialError:
    said = word.text if word.kind == "ratio" else f"{word.numbers[0]:g} {word.text}"
    return MaterialError(
        "it is not clear to what this belongs", value=said,
        limit="an amount before its substance, a ratio after its mixture", remedy=EXAMPLE,
    )  # fmt: skip
