"""What the electrolyte of a design loses: tables by its class, scaled by the recipe where one is stated.

A recipe multiplies both losses of its class with the predicted loss of planar lithium in it over that in the class's
own recipe (``materials.efficiency``). That prediction sees elements and no molecules, for which a few per cent of an
additive are next to nothing: additives that have factors in the tables are left out of it and act by their factors,
as they do without a recipe. (Leave one paper out, fold error of 1 - CE: 1.63 so, 1.68 with additives in the
prediction only, 1.68 with both.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables
from surrogate.materials.recipes import Recipe

Array = NDArray[np.float64]

KNOWN = frozenset({"LiNO3", "FEC", "VC"})  # substances of the identifiers of additives


@dataclass(frozen=True)
class Losses:
    """Losses of n electrolytes, (n,) each.

    Attributes
    ----------
    interphase : ndarray
        Loss to interphase without additives, mAh cm-2 of real area and cycle.
    dead : ndarray
        Share of the lithium left dead without additives.
    interphase_factor, dead_factor : ndarray
        What additives make of the two.
    """

    interphase: Array
    dead: Array
    interphase_factor: Array
    dead_factor: Array


def losses(designs: CompleteDesigns, tables: MaterialTables) -> Losses:
    """Return what the electrolytes of designs lose.

    Parameters
    ----------
    designs : CompleteDesigns
        n designs.
    tables : MaterialTables
        Entries of electrolytes and additives.

    Returns
    -------
    Losses
    """
    columns = (designs.text(name) for name in ("electrolyte", "additives", "electrolyte_recipe"))
    cells = [
        _losses(str(name), str(added), str(recipe), tables)
        for name, added, recipe in zip(*columns, strict=True)
    ]
    return Losses(*np.array(cells).T)


def _losses(electrolyte: str, additives: str, recipe: str, tables: MaterialTables) -> tuple[float, ...]:
    """Return the four losses of one cell."""
    entry, added = tables.electrolyte(electrolyte), tables.additive(additives)
    interphase, dead = entry.sei_loss.value, entry.dead_lithium_fraction.value
    if not recipe:
        kind = entry.literature_class
        return interphase, dead, added.sei_loss(kind), added.dead_lithium(kind)
    kind, ratio = entry.literature_class, _base_ratio(recipe, entry.recipe)
    return interphase * ratio, dead * ratio, added.sei_loss(kind), added.dead_lithium(kind)


@cache
def _base_ratio(recipe: str, usual: str) -> float:
    """Loss in a recipe over that in another, both without known additives."""
    from surrogate.materials.efficiency import loss_ratio
    from surrogate.materials.recipes import read_recipe

    base, reference = (without_known_additives(read_recipe(text)).text for text in (recipe, usual))
    return loss_ratio(base, reference)


def without_known_additives(recipe: Recipe) -> Recipe:
    """Return a recipe without the additives that have factors in the tables.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    Recipe
        LiNO3 stays where it is the only salt, and FEC or VC where they are among the solvents.
    """
    salts = tuple(one for one in recipe.salts if one.name not in KNOWN)
    additives = tuple(one for one in recipe.additives if one.name not in KNOWN)
    return replace(recipe, salts=salts or recipe.salts, additives=additives)
