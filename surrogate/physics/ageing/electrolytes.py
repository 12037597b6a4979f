"""What the electrolyte of a design loses: tables by its class, scaled by the recipe where one is stated.

A recipe multiplies both losses of its class with the predicted loss of planar lithium in it over that in the class's
own recipe (``materials.efficiency``). Its additives are in that prediction, so that their factors are not taken too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate.hosts.designs import CompleteDesigns
from surrogate.materials import MaterialTables

Array = NDArray[np.float64]


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
        What additives make of the two; 1 where a recipe is stated, which holds them.
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
    from surrogate.materials.efficiency import loss_ratio

    ratio = loss_ratio(recipe, entry.recipe)
    return interphase * ratio, dead * ratio, 1.0, 1.0
