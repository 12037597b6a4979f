"""Exchange current density of lithium in an electrolyte by its solvents: ``datasets/electrolytes``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from surrogate.errors import MaterialError
from surrogate.materials.properties import Property
from surrogate.materials.recipes.composition import moles
from surrogate.materials.recipes.reading import read_recipe
from surrogate.materials.recipes.recipe import Recipe
from surrogate.materials.recipes.substances import shipped_substances
from surrogate.resources import resource

FILE = "datasets/electrolytes/exchange_currents.toml"


@dataclass(frozen=True)
class MeasuredExchange:
    """An exchange current density and the electrolytes that it stands for.

    Attributes
    ----------
    label : str
        For tables.
    any_of : tuple of str
        Solvents.
    least_share : float
        Of the solvents' molecules that they are together.
    exchange_current_density : Property
        With unit and source.

    Raises
    ------
    MaterialError
        For an unknown solvent or a share beyond 0 to 1.
    """

    label: str
    any_of: tuple[str, ...]
    least_share: float
    exchange_current_density: Property

    def __post_init__(self) -> None:
        for name in self.any_of:
            shipped_substances().solvent(name)
        if not 0.0 < self.least_share <= 1.0:
            raise MaterialError(
                "not a share", where=self.label, value=self.least_share, limit="above 0, at most 1"
            )

    def holds_for(self, recipe: Recipe) -> bool:
        """Return whether a recipe has enough of these solvents.

        Parameters
        ----------
        recipe : Recipe

        Returns
        -------
        bool
        """
        solvents = {
            name: amount for name, amount in moles(recipe).items() if name not in recipe.substances.salts
        }
        share = sum(solvents.get(name, 0.0) for name in self.any_of) / sum(solvents.values())
        return share >= self.least_share


@cache
def measured_exchanges() -> tuple[MeasuredExchange, ...]:
    """Return the shipped table, in the order in which entries are asked.

    Returns
    -------
    tuple of MeasuredExchange

    Raises
    ------
    MaterialError
        For a damaged table.
    """

    def entry(fields: dict[str, Any]) -> MeasuredExchange:
        return MeasuredExchange(
            label=fields["label"],
            any_of=tuple(fields["any_of"]),
            least_share=float(fields["least_share"]),
            exchange_current_density=Property(**fields["exchange_current_density"]),
        )

    try:
        table = tomllib.loads(resource(FILE).read_text(encoding="utf-8"))
        return tuple(entry(fields) for fields in table.values())
    except (KeyError, TypeError, ValueError) as error:
        raise MaterialError(
            "the table of exchange currents cannot be read", where=FILE, value=str(error)
        ) from error


@cache
def exchange_current_A_m2(recipe: str) -> float | None:
    """Return the exchange current density of lithium in an electrolyte.

    Parameters
    ----------
    recipe : str

    Returns
    -------
    float or None
        A m-2 at room temperature; None where nothing of the like was measured.

    Raises
    ------
    MaterialError
        For a recipe that cannot be read.
    """
    read = read_recipe(recipe)
    for one in measured_exchanges():
        if one.holds_for(read):
            return float(one.exchange_current_density.si)
    return None
