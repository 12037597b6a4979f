"""What a contest of optimizers is held on: a space, objectives, and a truth that only the contest knows.

A task of any origin (a formula, a table of materials, a virtual laboratory) is an object with the attributes and the
two methods of :class:`Task`. :class:`TaskSource` says how a process of its own makes it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from surrogate.errors import InputError
from surrogate.optimization.settings import Direction
from surrogate.space import Encoder, Space

NoiseKind = Literal["absolute", "relative"]


@runtime_checkable
class Task(Protocol):
    """Something to be optimized by experiments.

    Attributes
    ----------
    name : str
        Short identifier.
    space : Space
        What may be proposed.
    objectives : mapping
        Objective -> "max" or "min".
    reference : mapping
        Objective -> the worst value that counts, in its unit: the corner from which hypervolume is measured.
    start, rounds, batch : int
        Designs measured before the first proposal, number of batches, designs in each.
    logarithmic : bool
        Whether hypervolume and regret are measured in natural logarithms of the objectives.
    candidates : DataFrame or None
        The only designs allowed, each at most once; None: anywhere in the space, as often as wanted.
    best : float or None
        Hypervolume of the whole true front (of one objective: distance of the optimum from the reference).
    top : float or None
        Hypervolume that a single design has alone if it is among the best 5 % of the candidates; None without any.
    """

    @property
    def name(self) -> str:
        """Short identifier."""
        ...

    @property
    def space(self) -> Space:
        """What may be proposed."""
        ...

    @property
    def objectives(self) -> Mapping[str, Direction]:
        """Objective -> what is wanted of it."""
        ...

    @property
    def reference(self) -> Mapping[str, float]:
        """Objective -> the worst value that counts."""
        ...

    @property
    def start(self) -> int:
        """Designs measured before the first proposal."""
        ...

    @property
    def rounds(self) -> int:
        """Number of batches."""
        ...

    @property
    def batch(self) -> int:
        """Designs in each batch."""
        ...

    @property
    def logarithmic(self) -> bool:
        """Whether hypervolume is measured in logarithms."""
        ...

    @property
    def candidates(self) -> pd.DataFrame | None:
        """The only designs allowed."""
        ...

    @property
    def best(self) -> float | None:
        """Hypervolume of the whole true front."""
        ...

    @property
    def top(self) -> float | None:
        """Hypervolume of a single design among the best."""
        ...

    def truth(self, designs: pd.DataFrame) -> pd.DataFrame:
        """Say what n designs are worth, free of noise.

        Parameters
        ----------
        designs : DataFrame, n rows
            The space's columns.

        Returns
        -------
        DataFrame, n rows
            A column for each objective, in its unit.
        """
        ...

    def measure(self, designs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """Measure n designs.

        Parameters
        ----------
        designs : DataFrame, n rows
            The space's columns.
        rng : Generator
            Of the noise. Equal generators give the k-th design the same noise, whatever the designs are.

        Returns
        -------
        DataFrame, n rows
            A column for each objective, NaN where nothing was measured; ``<objective>_censored`` where there are
            bounds, as :func:`surrogate.optimization.propose` takes them.
        """
        ...


@dataclass(frozen=True, eq=False)
class FunctionTask:
    """A task whose truth is a formula; see :class:`Task`.

    Parameters
    ----------
    name, space, objectives, reference, start, rounds, batch, best, logarithmic, candidates, top
        As in :class:`Task`.
    function : callable
        Designs (n rows) -> table of the objectives (n rows).
    noise : mapping
        Objective -> standard deviation between replicates: in its unit, or of its logarithm.
    noise_kind : {"absolute", "relative"}
        Which of the two; relative noise needs positive objectives.
    """

    name: str
    space: Space
    objectives: Mapping[str, Direction]
    reference: Mapping[str, float]
    function: Callable[[pd.DataFrame], pd.DataFrame]
    start: int
    rounds: int
    batch: int = 4
    best: float | None = None
    noise: Mapping[str, float] = field(default_factory=dict)
    noise_kind: NoiseKind = "absolute"
    logarithmic: bool = False
    candidates: None = None
    top: None = None

    def truth(self, designs: pd.DataFrame) -> pd.DataFrame:
        """See :meth:`Task.truth`."""
        return self.function(designs)[list(self.objectives)].reset_index(drop=True)

    def measure(self, designs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        """See :meth:`Task.measure`."""
        truth = self.truth(designs)
        spread = np.array([self.noise.get(name, 0.0) for name in self.objectives])
        error = spread * rng.standard_normal(truth.shape)
        return truth * np.exp(error) if self.noise_kind == "relative" else truth + error


@dataclass(frozen=True)
class TaskSource:
    """How to make a task, in this process or another.

    Parameters
    ----------
    name : str
        Of the task.
    maker : str
        ``module:function``; the function takes the arguments and returns the :class:`Task`.
    arguments : mapping
        Of the function, as JSON can hold them.
    physics : bool
        Whether the task is a virtual laboratory, which has a ``campaign``; contenders with physics need one.
    bounds : bool
        Whether its tests end before all cells have failed, so that lives are told as lower bounds.
    """

    name: str
    maker: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    physics: bool = False
    bounds: bool = False

    def make(self) -> Task:
        """Make the task.

        Raises
        ------
        InputError
            As the maker does, or when it makes something else.
        """
        task = named(self.maker)(**self.arguments)
        if not isinstance(task, Task):
            raise InputError("not a task", where=self.maker, value=type(task).__name__)
        return task


def drawn(space: Space, n: int, seed: int, first: pd.DataFrame | None = None) -> pd.DataFrame:
    """Draw designs that are allowed once they are rounded, which may break a constraint that is not linear.

    Parameters
    ----------
    space : Space
        What is allowed.
    n : int
        How many.
    seed : int
        Of the draw, 0 or more.
    first : DataFrame, optional
        Designs that are rounded and taken before any is drawn; those that are then not allowed are replaced.

    Returns
    -------
    DataFrame, n rows
        The space's columns.

    Raises
    ------
    SpaceError
        When hardly any design keeps the constraints.
    """
    from surrogate.optimization.problem import (
        Problem,
        exhausted,
    )  # late: torch, which pools and peers do without

    problem, tables = Problem(space, Encoder(space)), []
    if first is not None:
        table = space.round(first.reset_index(drop=True))
        tables.append(table[problem.allowed(table, "all")])
    for table in problem.draws(n, seed, "all"):
        if sum(map(len, tables)) >= n:
            break
        tables.append(table)
    found = pd.concat(tables, ignore_index=True).head(n)
    if len(found) < n:
        raise exhausted(len(found), n)
    return found


def named(place: str) -> Any:
    """Import what stands at ``module:name``.

    Parameters
    ----------
    place : str
        Such as ``surrogate.laboratory.neutral:neutral_task``.

    Returns
    -------
    object
    """
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
