"""The column ``electrolyte_recipe`` of a table of designs: read, held to its class, made canonical.

A recipe holds its additives: the identifier in ``additives`` follows from it (so that models, which do not see the
recipe, know of them), and one that says something else is refused. An empty recipe changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from surrogate import materials
from surrogate.errors import DesignError, MaterialError
from surrogate.hosts.entries import Bools, Given, Texts, refuse
from surrogate.hosts.registry import Column
from surrogate.materials.recipes import Recipe, electrolyte_class, read_recipe

# Of an additive, below which it counts as a trace (assumed): per cent, mol per litre or kg of solvents.
LEAST_AMOUNT = {"wt%": 0.1, "vol%": 0.1, "M": 0.01, "m": 0.01}
# Substances of a recipe -> the identifier of additives that stands for them.
_ADDITIVES = ((("LiNO3", "FEC"), "lino3_fec"), (("LiNO3",), "lino3"), (("FEC",), "fec"), (("VC",), "vc"))


def complete_recipes(
    given: Given, column: Column, electrolytes: Texts, additives: Texts, idle: Bools, notes: list[str]
) -> tuple[Texts, Texts]:
    """Read the recipes of a table.

    Parameters
    ----------
    given
        The table, n rows.
    column
        Entry of the registry.
    electrolytes, additives
        Identifiers (n,).
    idle
        (n,) where a recipe does not act.
    notes
        Gets a sentence for what was left out or assumed.

    Returns
    -------
    recipes : ndarray
        (n,) canonical texts; empty where there is none or it does not act.
    additives : ndarray
        (n,) identifiers, those of the recipe where there is one.

    Raises
    ------
    DesignError
        For a recipe that cannot be read, is none of the electrolyte's class, or lacks the additives that are given.
    """
    asked = [""] * len(given)
    if column.name in given:
        asked = [_plain(value) for value in given.table[column.name].tolist()]
    stated = np.array([text != "" for text in asked], dtype=bool)
    usual, lost = int((~stated & ~idle).sum()), int((stated & idle).sum())
    if usual:
        notes.append(f"{column.name} not given in {usual} row(s): the usual one of the electrolyte")
    if lost:
        notes.append(f"{column.name} only acts {column.acts}: left out in {lost} row(s)")
    stated &= ~idle
    faults: dict[int, DesignError] = {}
    said: dict[str, None] = {}  # each once, in order
    recipes, found = np.full(len(given), "", dtype=object), additives.copy()
    for row in np.flatnonzero(stated).tolist():
        try:
            recipe = read_recipe(asked[row])
            _fits(recipe, str(electrolytes[row]))
            found[row] = _with_additives(recipe, str(additives[row]))
        except MaterialError as error:
            faults[row] = DesignError(str(error), where=given.where, row=row, column=column.name)
            continue
        recipes[row] = recipe.text
        said |= dict.fromkeys(f"{column.name} {asked[row]!r}: {note}" for note in recipe.notes)
    notes.extend(said)
    fault: Callable[[int], DesignError] = faults.__getitem__
    refuse(np.array([row in faults for row in range(len(given))], dtype=bool), fault)
    return recipes, found


def additives_of_recipe(recipe: Recipe) -> str:
    """Return the identifier of additives that stands for a recipe; ``none`` where it holds none but traces of them.

    How much there is beyond ``LEAST_AMOUNT`` does not count: the tables have one factor for the usual amount.
    """
    there = {name for name in recipe.contents if not _is_trace(recipe, name)}
    for names, identifier in _ADDITIVES:
        if set(names) <= there:
            return identifier
    return "none"


def _is_trace(recipe: Recipe, name: str) -> bool:
    """Whether a recipe has less of a substance than any laboratory adds."""
    stated = [one for one in (*recipe.salts, *recipe.additives) if one.name == name]
    return bool(stated) and all(one.value < LEAST_AMOUNT.get(one.unit, 0.0) for one in stated)


def _fits(recipe: Recipe, electrolyte: str) -> None:
    """Refuse a recipe of another class of liquids; a gel takes any."""
    entry = materials.electrolyte(electrolyte)
    fitting = electrolyte_class(recipe)
    if entry.kind == "liquid" and fitting not in ("", entry.literature_class):
        raise MaterialError(
            f"this recipe is no {electrolyte}", value=recipe.text, limit=f"solvents of {electrolyte}",
            remedy=f"write electrolyte {fitting}, or change the recipe",
        )  # fmt: skip


def _with_additives(recipe: Recipe, given: str) -> str:
    """Return the additives of a recipe, and refuse others that are given beside it."""
    found = additives_of_recipe(recipe)
    if given not in ("none", found):
        raise MaterialError(
            f"additives says {given}, and the recipe holds {'none of them' if found == 'none' else found}",
            value=recipe.text, limit="additives stand in the recipe where there is one",
            remedy='write them into the recipe, such as ", 2 wt% LiNO3", or leave additives out',
        )  # fmt: skip
    return found


def _plain(value: Any) -> str:
    """Text without blanks around it; what is empty is the empty text."""
    if isinstance(value, str):
        return value.strip()
    return "" if pd.isna(value) else str(value)
