"""Which electrolyte identifier and additives the words of a record stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surrogate.literature.priors import priors


@dataclass(frozen=True)
class Solution:
    """The electrolyte of a record.

    Parameters
    ----------
    identifier
        As in a designs file; empty: no identifier stands for it.
    recipe
        Of a liquid, as the record has it.
    stated
        Whether the record states it, else it is assumed.
    """

    identifier: str
    recipe: str = ""
    stated: bool = True


def electrolyte_of(record: Mapping[str, Any]) -> Solution:
    """Read the electrolyte of a record: by its class, else by its recipes, else the documented guess (not stated).

    Parameters
    ----------
    record
        Cells that hold something (``host_terms.stated``).

    Returns
    -------
    Solution
        A class without an identifier of its kind ("other", "nitride" unless it is LiPON) gives an empty identifier.
    """
    kind, recipe = record.get("electrolyte_class", "unknown"), record.get("electrolyte", "")
    named = next((name for word, name in priors().electrolyte_words.items() if _has(recipe, word)), "")
    if kind != "unknown":
        return Solution(named or priors().electrolyte_classes.get(kind, ""), recipe)
    by_class: dict[str, list[str]] = {}
    for solution in recipe.split(" | "):
        for liquid, words in priors().liquid_words.items():
            if any(_has(solution, word) for word in words):
                by_class.setdefault(f"liquid_{liquid}", []).append(solution)
    if len(by_class) == 1:
        ((found, recipes),) = by_class.items()
        return Solution(found, " | ".join(recipes))
    guess = priors().unassigned_electrolyte
    return Solution(guess, " | ".join(by_class.get(guess, [])), stated=False)


def additives_of(record: Mapping[str, Any], solution: Solution) -> tuple[str, bool]:
    """Read the additives of a liquid cell.

    Of several recipes of one class the one with most additives counts; FEC stands for FEC with VC, being the
    larger part wherever both are listed. A recipe that lists no additive states that there is none.

    Parameters
    ----------
    record
        Cells that hold something (``host_terms.stated``).
    solution
        The electrolyte of the record.

    Returns
    -------
    identifier : str
        As in a designs file.
    stated : bool
        Whether the record states it.
    """
    text = record.get("additives", "") or solution.recipe
    if not text:
        return priors().additives, False
    nitrate, fec = _has(text, "LiNO3"), _has(text, "FEC")
    found = "lino3_fec" if nitrate and fec else "lino3" if nitrate else "fec" if fec else ""
    found = found or ("vc" if _has(text, "VC") else "none")
    recipe_known = bool(re.search(r"\d ?M ", solution.recipe)) or found != "none"
    return found, solution.stated and recipe_known


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text) is not None
