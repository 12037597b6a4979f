"""The recipe of a record's electrolyte, where its words state one that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surrogate.errors import MaterialError
from surrogate.hosts.recipes import additives_of_recipe
from surrogate.literature.electrolyte_terms import Solution
from surrogate.materials import electrolyte
from surrogate.materials.recipes import Recipe, electrolyte_class, read_recipe


@dataclass(frozen=True)
class StatedRecipe:
    """What the words of a record say of its recipe.

    Parameters
    ----------
    text
        Canonical; empty where none is stated that can be read.
    additives
        Identifier that stands for its additives.
    reason
        Why there is no text.
    """

    text: str = ""
    additives: str = "none"
    reason: str = ""


def recipe_of(record: Mapping[str, Any], solution: Solution) -> StatedRecipe:
    """Read the recipe of a record.

    Of several recipes of one class the first with most additives counts, as for the identifier of additives.

    Parameters
    ----------
    record
        Cells that hold something (``host_terms.stated``).
    solution
        The electrolyte of the record.

    Returns
    -------
    StatedRecipe
    """
    if not solution.identifier or (entry := electrolyte(solution.identifier)).kind not in ("liquid", "gel"):
        return StatedRecipe(reason="not a liquid or gel")
    if not solution.recipe:
        return StatedRecipe(reason="no electrolyte stated")
    if not solution.stated:
        return StatedRecipe(reason="stated for cells of two classes together")
    added = [one.strip() for one in str(record.get("additives", "")).split(",")]
    read: list[Recipe] = []
    reason = ""
    for words in solution.recipe.split(" | "):
        lacking = [one for one in added if one and one not in words]
        try:
            recipe = read_recipe(", ".join([words, *lacking]))
        except MaterialError as error:
            reason = reason or str(error)
            continue
        if entry.kind == "liquid" and electrolyte_class(recipe) not in ("", entry.literature_class):
            reason = reason or f"no recipe of {entry.literature_class}"
            continue
        read.append(recipe)
    if not read:
        return StatedRecipe(reason=reason)
    chosen = max(read, key=lambda recipe: len(recipe.contents))
    return StatedRecipe(chosen.text, additives_of_recipe(chosen))
