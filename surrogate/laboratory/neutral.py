"""Neutral tasks: formulas that have nothing to do with the product's own physics, by name.

They are there so that an optimizer is not tuned to what it was made for. ``neutral_classics`` holds functions of the
literature, most of them with a known front, ``neutral_formulations`` what users have: recipes, with mixtures,
categories and noise.
"""

from __future__ import annotations

from collections.abc import Callable

from surrogate.errors import InputError
from surrogate.laboratory import neutral_classics as classics
from surrogate.laboratory import neutral_formulations as formulations
from surrogate.laboratory.tasks import Task, TaskSource

MAKERS: dict[str, Callable[[], Task]] = {
    "hartmann6": classics.hartmann6,
    "ackley_mixed": classics.ackley_mixed,
    "branin_currin": classics.branin_currin,
    "dtlz2_30": classics.dtlz2_30,
    "zdt1_whole": classics.zdt1_whole,
    "dtlz2_limited": classics.dtlz2_limited,
    "penicillin": classics.penicillin,
    "blend": formulations.blend,
    "coating": formulations.coating,
    "electrolyte": formulations.electrolyte,
}


def neutral_task(name: str) -> Task:
    """Make a neutral task.

    Parameters
    ----------
    name : str
        A key of ``MAKERS``.

    Returns
    -------
    Task

    Raises
    ------
    InputError
        For any other name.
    """
    if name not in MAKERS:
        raise InputError("no such task", value=name, limit=", ".join(MAKERS))
    return MAKERS[name]()


def neutral_sources() -> dict[str, TaskSource]:
    """List the neutral tasks: name -> how to make it."""
    return {name: TaskSource(name, f"{__name__}:neutral_task", {"name": name}) for name in MAKERS}
