"""A recipe of the ageing law: a prior for each constant, and how many designs stand for a record."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from surrogate.errors import RecipeError
from surrogate.learning.recipe_file import Section, load_sections, read_recipe
from surrogate.physics.ageing.fitted import NAMES as CONSTANTS

SPREADS = ("efficiency_spread", "life_spread")  # of ln(1 - CE) and of ln(cycles) about the ageing law


class AgeingData(Section):
    """What the law is fitted to.

    Parameters
    ----------
    draws : int
        Designs drawn for each record.
    documents : {"read_in_full", "all"}
        Whose records: of the documents that were read in full, so that the others can test the law, or of all.
    """

    draws: int = Field(default=12, ge=2, le=500)
    documents: Literal["read_in_full", "all"] = "all"


class AgeingPrior(Section):
    """A log-normal prior.

    Parameters
    ----------
    median, low, high : float
        Its median, and the range that holds 90 % of it; in the unit of its constant.
    """

    median: float = Field(default=1.0, gt=0.0)
    low: float = Field(default=0.1, gt=0.0)
    high: float = Field(default=10.0, gt=0.0)


class AgeingRecipe(Section):
    """How the ageing law is fitted: a prior for each of its constants and spreads."""

    schema_version: int
    kind: Literal["ageing"]
    data: AgeingData = Field(default_factory=AgeingData)
    prior: dict[str, AgeingPrior]


def load_ageing_recipe(name: str | Path) -> tuple[str, AgeingRecipe]:
    """Load a recipe of how the ageing law is fitted.

    Parameters
    ----------
    name : str or Path
        A shipped recipe ("ageing") or a ``.toml`` file.

    Returns
    -------
    str
        Its short name.
    AgeingRecipe

    Raises
    ------
    RecipeError
        Naming the key, the value and the limit; also for a prior that is missing, unknown or out of order.
    """
    stem, recipe = load_sections(name, AgeingRecipe)
    wanted = {*CONSTANTS, *SPREADS}
    for key in sorted(wanted ^ set(recipe.prior)):
        raise RecipeError(
            f"prior.{key} is {'missing' if key in wanted else 'not a constant of the ageing law'}",
            where=str(name), limit=", ".join((*CONSTANTS, *SPREADS)),
            remedy="begin from a copy of training/ageing.toml",
        )  # fmt: skip
    for key, prior in recipe.prior.items():
        if not prior.low < prior.median < prior.high:
            raise RecipeError(
                f"prior.{key} is out of order", where=str(name), limit="low < median < high",
                value=f"{prior.low:g}, {prior.median:g}, {prior.high:g}",
            )  # fmt: skip
    return stem, recipe


def is_ageing(name: str | Path) -> bool:
    """Say whether a recipe is for the ageing law.

    Parameters
    ----------
    name : str or Path
        A shipped recipe or a ``.toml`` file.

    Raises
    ------
    RecipeError
        For a recipe that cannot be read.
    """
    return read_recipe(name)[1].get("kind") == "ageing"
