"""The words of an electrolyte recipe: one text into amounts, ratios, substances and what joins them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from surrogate.materials.recipes.recipe import Basis
from surrogate.materials.recipes.substances import Substances

Kind = Literal["substance", "amount", "ratio", "coefficient", "basis", "join", "comma", "in", "open", "close"]

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)"
_PER = r"\s*(?:/\s*{0}|[ .*]?\s*{0}\s*\^?\s*-1)"
# Unit as it is written -> unit of an amount and what it is multiplied with. Capital M and small m differ.
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"mM|mmol" + _PER.format("[Ll]"), "M", 1e-3),
    (r"mol" + _PER.format("(?:kg|Kg)") + r"|molal|m", "m", 1.0),
    (r"mol" + _PER.format(r"(?:[Ll]|dm\^?3)") + r"|mol\s*dm\^?-3|molar(?!\s*ratio)|M", "M", 1.0),
    (r"(?:wt|w|weight|mass)\s*\.?-?\s*%|wt\.?\s*percent|%\s*by\s+(?:weight|mass)", "wt%", 1.0),
    (r"%\s*\(?wt?\s*/\s*wt?\)?|%\s*wt", "wt%", 1.0),
    (r"(?:vol|v|volume)\s*\.?-?\s*%|vol\.?\s*percent|%\s*by\s+vol(?:ume)?", "vol%", 1.0),
    (r"%\s*\(?v\s*/\s*v\)?|%\s*vol", "vol%", 1.0),
    (r"mol(?:e|ar)?\s*\.?-?\s*%", "mol%", 1.0),
    (r"ppm", "ppm", 1.0),
    (r"%", "%", 1.0),
)  # fmt: skip
_END = r"(?![A-Za-z0-9])"
_AMOUNTS = [(re.compile(rf"({_NUMBER})\s*(?:{unit}){_END}"), name, times) for unit, name, times in _UNITS]
_RATIO = re.compile(rf"(?:{_NUMBER}(?:\s*:\s*{_NUMBER})+|{_NUMBER}(?:\s*/\s*{_NUMBER})+)(?![\d.]\d|\d)")
_COEFFICIENT = re.compile(_NUMBER)
_BASIS_WORDS: dict[Basis, str] = {
    "volume": r"v(?:ol)?\s*[/:]\s*v(?:ol)?(?:\s*[/:]\s*v(?:ol)?)*|vol(?:umes?|umetric)?\b\.?(?:\s*%)?|v\s*%",
    "weight": r"w(?:t)?\s*[/:]\s*w(?:t)?(?:\s*[/:]\s*w(?:t)?)*|(?:wt|weight|mass)\b\.?(?:\s*%)?|w\s*%",
    "mole": r"mol\s*[/:]\s*mol|n\s*/\s*n|mol(?:e|es|ar)?\b\.?(?:\s*%)?",
}
_BASES = [
    (basis, re.compile(rf"(?:(?:in|by)\s+)?(?:{words})(?:\s*ratio)?{_END}", re.IGNORECASE))
    for basis, words in _BASIS_WORDS.items()
]
_PLAIN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("open", re.compile(r"[(\[]")),
    ("close", re.compile(r"[)\]]")),
    ("join", re.compile(r"[:/&+-]|(?:and|plus)\b", re.IGNORECASE)),
    ("comma", re.compile(r"[,;|]")),
    ("in", re.compile(r"(?:dissolved\s+)?in\b", re.IGNORECASE)),
)
_NOISE = re.compile(
    r"[\s=]+|(?:with|of|the|an?|ratio|additives?|containing|mixture|solvents?|electrolyte|solution)\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"[^\s,;:/()\[\]+&]+")
_TO_ASCII = str.maketrans(
    dict.fromkeys("‐‑‒–—−", "-") | {"·": " ", "×": "*", "∶": ":", "′": "'", "⁄": "/", "•": " "}
)
# 1,5 M is 1.5 M; 1,2-dimethoxyethane stays.
_DECIMAL_COMMA = re.compile(r"(?<![\w,.])(\d+),(\d+)(?!\d*(?:,\d+)*-[A-Za-z(])(?![\d,])")


@dataclass(frozen=True)
class Token:
    """One word of a recipe.

    Parameters
    ----------
    kind
        What it is.
    text
        A substance's name, a unit, a basis, or the text itself.
    numbers
        Of an amount or coefficient, one; of a ratio, several.
    written
        Of a substance: the name that stands there.
    """

    kind: Kind
    text: str
    numbers: tuple[float, ...] = ()
    written: str = ""


def tokens(text: str, substances: Substances) -> tuple[Token, ...]:
    """Split a recipe into its words.

    Parameters
    ----------
    text
        As a person wrote it.
    substances
        Names that may stand in it.

    Returns
    -------
    tuple of Token

    Raises
    ------
    MaterialError
        For a word that is none of these, with the nearest names.
    """
    plain = _DECIMAL_COMMA.sub(r"\1.\2", unicodedata.normalize("NFKC", text).translate(_TO_ASCII))
    names = _names(substances)
    found: list[Token] = []
    place = 0
    while place < len(plain):
        name = names.match(plain, place)  # first: names begin with digits
        if name is not None:
            found.append(Token("substance", substances.words[name[0].lower()], written=name[0]))
            place = name.end()
            continue
        noise = _NOISE.match(plain, place)
        if noise is not None:
            place = noise.end()
            continue
        token, place = _one(plain, place, substances, text)
        found.append(token)
    return tuple(found)


def _one(plain: str, place: int, substances: Substances, text: str) -> tuple[Token, int]:
    """Read the word at a place, and say where it ends."""
    ratio = _RATIO.match(plain, place)
    amount = next(
        ((match, unit, times) for pattern, unit, times in _AMOUNTS if (match := pattern.match(plain, place))),
        None,
    )
    if amount is not None and ratio is None:
        match, unit, times = amount
        return Token("amount", unit, (float(match[1]) * times,)), match.end()
    if ratio is not None:
        return Token(
            "ratio", ratio[0], tuple(float(part) for part in re.split("[:/]", ratio[0]))
        ), ratio.end()
    for basis, pattern in _BASES:
        if match := pattern.match(plain, place):
            return Token("basis", basis), match.end()
    for kind, pattern in _PLAIN:
        if match := pattern.match(plain, place):
            return Token(kind, match[0]), match.end()
    if match := _COEFFICIENT.match(plain, place):
        return Token("coefficient", match[0], (float(match[0]),)), match.end()
    word = _UNKNOWN.match(plain, place)
    raise substances.unknown(word[0] if word else plain[place], where=f"electrolyte recipe {text!r}")


@cache
def _names(substances: Substances) -> re.Pattern[str]:
    """Any name of a substance, the longest first, not within another word."""
    words = sorted(substances.words, key=len, reverse=True)
    every = "|".join(re.escape(word) for word in words)
    return re.compile(rf"(?:{every})(?![A-Za-z0-9]|\s*\^?%)", re.IGNORECASE)
