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

Feasible = Callable[[pd.DataFrame], Any]
_SAME = 1e-6
_DRAWS = 8  # how often a pool is drawn anew before a search gives up


@dataclass(frozen=True)
class Problem:
    """A search space within the (possibly wider) space of an encoder.

    fixed: values of the encoder's columns that the space lacks. feasible: rows of the space's and the fixed
    columns -> whether each is allowed. Raises SpaceError when a column is in neither or in both.
    """

    space: Space
    encoder: Encoder
    fixed: Mapping[str, Any] = field(default_factory=dict)
    feasible: Feasible | None = None

    def __post_init__(self) -> None:
        for column in self.fixed:
            if column in self.space.columns or column not in self.encoder.space.columns:
                raise SpaceError(
                    "a fixed column has to be known to the encoder and not part of the space", value=column
                )
        for column in self.encoder.space.columns:
            if column not in self.space.columns and column not in self.fixed:
                raise SpaceError("no value for a column that the search space lacks", value=column)

    def encode(self, table: pd.DataFrame) -> Float[Tensor, "{len(table)} d"]:
        """(n, d) double."""
        return torch.from_numpy(self.encoder.encode(table.assign(**self.fixed)))

    def decode(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """The space's columns of points (n, d)."""
        return self.encoder.decode(points.numpy())[list(self.space.columns)]

    def settle(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """The nearest designs that can be made and are allowed; points without such a design are left out."""
        table = self.space.round(self.decode(points))
        return table[self.allowed(table)]

    def allowed(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether each row is in the space and feasible: (n,).

        Raises InputError when the feasibility test gives the wrong number of answers.
        """
        allowed = self.space.contains(table)
        if self.feasible is not None and allowed.any():
            answer = np.asarray(self.feasible(table[allowed].assign(**self.fixed)), dtype=bool)
            if answer.shape != (int(allowed.sum()),):
                raise InputError(
                    "the feasibility test has to answer once for each row",
                    value=answer.shape,
                    limit=f"({int(allowed.sum())},)",
                )
            allowed[allowed] = answer
        return allowed

    def here(self, points: Float[Tensor, "n d"]) -> pd.DataFrame:
        """Designs of those points (n, d) that were made with the same fixed columns."""
        dimensions = self.encoder.fixed(self.fixed)
        at = torch.tensor(list(dimensions), dtype=torch.long)
        value = torch.tensor(list(dimensions.values()), dtype=torch.double)
        same = ((points[:, at] - value).abs() <= _SAME).all(dim=1)
        return self.decode(points[same])

    def draws(self, n: int, seed: int) -> Iterator[pd.DataFrame]:
        """Tables of different allowed designs from n quasi-random points each; a few draws, then it ends."""
        for draw in range(_DRAWS):
            table = self.space.round(self.space.sample(n, seed + 7919 * draw))
            yield table[self.allowed(table)].drop_duplicates(ignore_index=True)

    def draw(self, n: int, seed: int) -> pd.DataFrame:
        """The first draw with an allowed design. Raises SpaceError when there is none."""
        for table in self.draws(n, seed):
            if len(table):
                return table
        raise SpaceError(
            "no design in the space passes the feasibility test",
            value=f"{_DRAWS * n} designs tried",
            remedy="widen the space or relax the test",
        )


def new(space: Space, table: pd.DataFrame, taken: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each row of a table is a design that is not taken yet: (n,)."""
    if not len(taken) or not len(table):
        return np.ones(len(table), dtype=bool)
    return np.asarray(~space.matches(table, taken).any(axis=1), dtype=bool)


def fill(problem: Problem, n: int, seed: int, taken: pd.DataFrame, batch: int) -> pd.DataFrame:
    """n different allowed designs that are not taken, spread quasi-randomly over the space.

    Raises SpaceError when fewer can be found.
    """
    chosen = taken.iloc[:0]
    for table in problem.draws(batch, seed):
        fresh = table[new(problem.space, table, pd.concat([taken, chosen]))]
        for i in range(len(fresh)):
            row = fresh.iloc[[i]]
            if new(problem.space, row, chosen)[0]:
                chosen = pd.concat([chosen, row])
            if len(chosen) == n:
                return chosen.reset_index(drop=True)
    raise exhausted(len(chosen), n)


def exhausted(found: int, wanted: int) -> SpaceError:
    """The error for a space or table with too few different designs."""
    return SpaceError(
        "there are not enough different designs left to propose",
        value=found,
        limit=f"{wanted} were asked for",
        remedy="ask for fewer, widen the space or the table of candidates, or use finer steps",
    )
