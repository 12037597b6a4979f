"""Electrolyte recipes: ``1 M LiFSI in DME:TTE (1:3 v/v), 2 wt% LiNO3`` as a checked value with its make-up of atoms.

:func:`read_recipe` reads a text, :func:`composition` describes it; solvents and salts are those of
``datasets/electrolytes``.
"""

from __future__ import annotations

from surrogate.materials.recipes.composition import Composition, composition, electrolyte_class, moles
from surrogate.materials.recipes.reading import LONGEST_RECIPE, read_recipe
from surrogate.materials.recipes.recipe import Amount, Recipe
from surrogate.materials.recipes.substances import Salt, Solvent, Substances, shipped_substances

__all__ = [
    "LONGEST_RECIPE",
    "Amount",
    "Composition",
    "Recipe",
    "Salt",
    "Solvent",
    "Substances",
    "composition",
    "electrolyte_class",
    "moles",
    "read_recipe",
    "shipped_substances",
]
