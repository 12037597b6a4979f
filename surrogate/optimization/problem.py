"""What a search may propose: a space, the columns given beside it, and a test no linear row can express."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from surrogate.errors import InputError, SpaceError
from surrogate.shapes import Float
from surrogate.space import Encoder, Space
from surrogate.space.constraints import Asked

Feasible = Callable[[pd.DataFrame], Any]
_SAME = 1e-6
DRAWS = 8  # how often a pool is drawn before a search gives up
_PAIRS = 4_000_000  # of designs that are compared at once: some hundred megabytes


@dataclass(frozen=True)
class Problem:
    """A search space within the (possibly wider) space of an encoder.

    Parameters
    ----------
    space : Space
        What may be proposed.
    encoder : Encoder
        Of the wider space; d encoded columns.
    fixed : mapping
        Values of the encoder's columns that the space lacks.
    feasible : callable, optional
        Rows of the space's and the fixed columns -> whether each is allowed.

    Raises
    ------
    SpaceError
        When a column of the encoder is in neither the space nor ``fixed``, or in both.
    """

    space: Space
    encoder: Encoder
    fixed: Mapping[str, Any] = field(default_factory=dict)
    feasible: Feasible | None = None

    def __post_init__(self) -> None:
        for column in self.fixed:
            if column in self.space.columns or column not in self.encoder.space.columns:
                raise SpaceError(
                    "a fixed column must be known to the encoder and must not be part of the space",
                    value=column,
                )
        for column in self.encoder.space.columns:
            if column not in self.space.columns and column not in self.fixed:
                raise SpaceError("no value for a column that the search space lacks", value=column)

    def encode(self, table: pd.DataFrame) -> Float[Tensor, "{len(table)} d"]:
        """Encode n rows of the space's columns as an (n, d) tensor of doubles."""
        return torch.from_numpy(self.encoder.encode(table.assign(**self.fixed)))

    def decode(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """Decode points (n, d) into the space's columns."""
        return self.encoder.decode(points.numpy())[list(self.space.columns)]

    def feasible_designs(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """Round points (n, d) to designs that can be made, and drop those that are not allowed."""
        table = self.space.round(self.decode(points))
        return table[self.allowed(table)]

    @property
    def has_costly(self) -> bool:
        """Whether the space has constraints that only finalists are asked about."""
        return any(constraint.costly for constraint in self.space.nonlinear)

    def confirmed(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Say of each row (n,) whether it also keeps the constraints that cost much."""
        return self.allowed(table, "all") if self.has_costly else np.ones(len(table), dtype=bool)

    def allowed(self, table: pd.DataFrame, nonlinear: Asked = "cheap") -> NDArray[np.bool_]:
        """Say of each row whether it is in the space and feasible.

        Parameters
        ----------
        table : DataFrame, n rows
            The space's columns.
        nonlinear : {"all", "cheap", "none"}
            Which nonlinear constraints of the space to ask.

        Returns
        -------
        array of bool, (n,)

        Raises
        ------
        InputError
            When the feasibility test gives the wrong number of answers.
        """
        allowed = self.space.contains(table, nonlinear)
        if self.feasible is not None and allowed.any():
            answer = np.asarray(self.feasible(table[allowed].assign(**self.fixed)), dtype=bool)
            if answer.shape != (int(allowed.sum()),):
                raise InputError(
                    "the feasibility test must return one answer a row",
                    value=answer.shape,
                    limit=f"({int(allowed.sum())},)",
                )
            allowed[allowed] = answer
        return allowed

    def same_context(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """Designs of those points that were made with the same fixed columns.

        Parameters
        ----------
        points : Tensor, (n, d)
            Encoded designs.

        Returns
        -------
        DataFrame
            The space's columns of those whose fixed columns are this problem's.
        """
        dimensions = self.encoder.fixed(self.fixed)
        at = torch.tensor(list(dimensions), dtype=torch.long)
        value = torch.tensor(list(dimensions.values()), dtype=torch.double)
        same = ((points[:, at] - value).abs() <= _SAME).all(dim=1)
        return self.decode(points[same])

    def draws(self, n: int, seed: int, nonlinear: Asked = "cheap") -> Iterator[pd.DataFrame]:
        """Yield a few tables of different allowed designs, from n quasi-random points each.

        Parameters
        ----------
        n, seed : int
            Points in one draw; of the points.
        nonlinear : {"all", "cheap", "none"}
            Which nonlinear constraints of the space to ask.
        """
        for draw in range(DRAWS):
            table = self.space.round(self.space.sample(n, seed + 7919 * draw, nonlinear))
            yield table[self.allowed(table, nonlinear)].drop_duplicates(ignore_index=True)

    def draw(self, n: int, seed: int) -> pd.DataFrame:
        """Return the first draw of n quasi-random points that has an allowed design.

        Parameters
        ----------
        n, seed : int
            Points in one draw; of the points.

        Raises
        ------
        SpaceError
            When no draw has a feasible point.
        """
        for table in self.draws(n, seed):
            if len(table):
                return table
        raise SpaceError(
            "no design in the space passes the feasibility test",
            value=f"{DRAWS * n} designs tried",
            remedy="widen the space or relax the test",
        )


def is_new(space: Space, table: pd.DataFrame, taken: pd.DataFrame) -> NDArray[np.bool_]:
    """Say of each of n rows whether the design is not taken yet.

    Parameters
    ----------
    space : Space
        Which says when two designs are the same.
    table, taken : DataFrame
        The space's columns, n rows and any number of rows.

    Returns
    -------
    array of bool, (n,)
    """
    if not len(taken) or not len(table):
        return np.ones(len(table), dtype=bool)
    new = np.ones(len(table), dtype=bool)
    step = max(1, _PAIRS // len(table))
    for first in range(0, len(taken), step):
        new &= ~space.matches(table, taken[first : first + step]).any(axis=1)
    return new


def fill_space(problem: Problem, n: int, seed: int, taken: pd.DataFrame, batch: int) -> pd.DataFrame:
    """Draw n different allowed designs that are not taken, spread quasi-randomly over the space.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    n, seed : int
        How many designs; of the quasi-random points.
    taken : DataFrame
        Designs that must not be drawn, the space's columns.
    batch : int
        Points in one draw.

    Returns
    -------
    DataFrame, n rows
        The space's columns.

    Raises
    ------
    SpaceError
        When fewer can be found.
    """
    chosen = taken.iloc[:0]
    for table in problem.draws(batch, seed):
        unused = table[is_new(problem.space, table, pd.concat([taken, chosen]))]
        for start in range(0, len(unused), n):
            part = unused.iloc[start : start + n]
            part = part[problem.confirmed(part)]
            for i in range(len(part)):
                row = part.iloc[[i]]
                if is_new(problem.space, row, chosen)[0]:
                    chosen = pd.concat([chosen, row])
                if len(chosen) == n:
                    return chosen.reset_index(drop=True)
    raise exhausted(len(chosen), n, tested=problem.feasible is not None)


def exhausted(found: int, wanted: int, *, tested: bool = False) -> SpaceError:
    """Make the error for a space or table with too few different designs.

    Parameters
    ----------
    found, wanted : int
        Designs that there are, and that were requested.
    tested : bool
        Whether a feasibility test narrows the space.
    """
    test = "relax the test (feasible=), " if tested else ""
    return SpaceError(
        "there are not enough different designs left to propose",
        value=found,
        limit=f"{wanted} were requested",
        remedy=f"ask for fewer, {test}widen the space or the table of candidates, or use finer steps",
    )
