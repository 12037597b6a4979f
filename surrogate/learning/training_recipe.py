"""A training recipe: the settings of what is fitted, how it is judged, and how much is simulated."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from surrogate.learning.recipe_file import Section, load_sections
from surrogate.models.mixture_settings import MixtureSettings


class Simulate(Section):
    """The table that ``surrogate simulate --recipe`` makes.

    Parameters
    ----------
    n : int
        Designs of the whole host space.
    """

    n: int = Field(default=6000, ge=50, le=1_000_000)


class Judge(Section):
    """How the champion is judged beside its predictions of papers.

    Parameters
    ----------
    hosts : int
        Random hosts that are changed in one thing, to compare its direction with the simulator's.
    """

    hosts: int = Field(default=60, ge=1, le=10_000)


class Physics(Section):
    """How much of each campaign's hosts is simulated, once, for the prior of its own.

    Parameters
    ----------
    hosts : int
        Simulated at the shipped constants.
    groups, group : int
        Draws of the constants, and hosts simulated under each.
    draws : int
        Draws of the constants that mean and principal functions are taken over.
    epochs : int
        Passes over them of the campaign's emulator.
    """

    hosts: int = Field(default=3000, ge=50, le=100_000)
    groups: int = Field(default=96, ge=2, le=10_000)
    group: int = Field(default=24, ge=2, le=10_000)
    draws: int = Field(default=32, ge=2, le=1000)
    epochs: int = Field(default=100, ge=1, le=10_000)


class Searched(Section):
    """By what the settings of the mixture were chosen; ``surrogate search`` writes it.

    Parameters
    ----------
    papers : tuple of str
        Papers that the choice has seen: they take no part in the comparison with the champion.
    """

    papers: tuple[str, ...] = Field(default=(), strict=False)


class Recipe(Section):
    """A whole training recipe: one attribute a section of the file."""

    schema_version: int
    simulate: Simulate = Field(default_factory=Simulate)
    judge: Judge = Field(default_factory=Judge)
    physics: Physics = Field(default_factory=Physics)
    mixture: MixtureSettings = Field(default_factory=MixtureSettings)
    searched: Searched = Field(default_factory=Searched)

    @property
    def reduced(self) -> str:
        """What is less than half of what the shipped recipe asks for, in words; empty where nothing is.

        A reduced recipe is for trying things out: a champion by it would make every campaign stand on too few
        simulations, which its scores on papers do not show.
        """
        found = []
        for name, section in (("simulate", Simulate), ("physics", Physics)):
            for key, shipped in section().model_dump().items():
                own = getattr(getattr(self, name), key)
                if 2 * own < shipped:
                    found.append(f"{name}.{key} {own} (shipped: {shipped})")
        return ", ".join(found)


def load_recipe(name: str | Path) -> tuple[str, Recipe]:
    """Load a recipe of how a champion is trained.

    Parameters
    ----------
    name : str or Path
        A shipped recipe ("default") or a ``.toml`` file.

    Returns
    -------
    str
        Its short name.
    Recipe

    Raises
    ------
    RecipeError
        Naming the key, the value and the limit.
    """
    return load_sections(name, Recipe)
