"""A training recipe: how many designs to simulate, how to fit the surrogates and how to judge them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from surrogate.learning.recipe_file import Section, load_sections


class Simulate(Section):
    """What is simulated.

    Parameters
    ----------
    n : int
        Designs to simulate.
    """

    n: int = Field(default=6000, ge=50, le=1_000_000)


class Ensemble(Section):
    """Size and training of the emulator.

    Parameters
    ----------
    members : int
        Networks in the ensemble.
    hidden : int
        Units of a hidden layer.
    epochs : int
        Passes over the training rows.
    """

    members: int = Field(default=5, ge=2, le=50)
    hidden: int = Field(default=64, ge=4, le=1024)
    epochs: int = Field(default=60, ge=1, le=10_000)


class Gp(Section):
    """The plain Gaussian process.

    Parameters
    ----------
    simulated_rows : int
        Rows of the simulator that it is fitted to beside the measured rows.
    """

    simulated_rows: int = Field(default=120, ge=10, le=2000)


class Judge(Section):
    """How the emulator is judged.

    Parameters
    ----------
    held_out : float
        Share of the simulated rows that it is not trained on.
    """

    held_out: float = Field(default=0.1, gt=0.0, lt=0.9)


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


class Recipe(Section):
    """A whole training recipe: one attribute a section of the file."""

    schema_version: int
    simulate: Simulate = Field(default_factory=Simulate)
    ensemble: Ensemble = Field(default_factory=Ensemble)
    gp: Gp = Field(default_factory=Gp)
    judge: Judge = Field(default_factory=Judge)
    physics: Physics = Field(default_factory=Physics)


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
