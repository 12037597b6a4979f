"""Nonlinear constraints of a space: which rows keep them, and random designs that do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.errors import SpaceError
from surrogate.space.constraints import Asked, NonlinearConstraint

# Designs drawn for each one wanted, and at least, before sampling gives up.
MOST_TRIES, LEAST_TRIES = 60, 1500
_LARGEST_BLOCK, _SMALLEST_BLOCK, _SPARE = 4096, 16, 1.2


def asked(constraints: Sequence[NonlinearConstraint], which: Asked) -> list[NonlinearConstraint]:
    """Select the constraints to ask, those that cost little first.

    Parameters
    ----------
    constraints : sequence of NonlinearConstraint
    which : {"all", "cheap", "none"}
        Which of them to ask.

    Returns
    -------
    list of NonlinearConstraint
    """
    cheap = [constraint for constraint in constraints if not constraint.costly]
    if which == "all":
        return [*cheap, *(constraint for constraint in constraints if constraint.costly)]
    return cheap if which == "cheap" else []


class Tally:
    """How many designs were asked about each constraint, and how many kept it.

    Parameters
    ----------
    constraints : sequence of NonlinearConstraint
        In the order in which they are asked: each only about what kept those before it.
    """

    def __init__(self, constraints: Sequence[NonlinearConstraint]) -> None:
        self.constraints = tuple(constraints)
        self.asked, self.kept = np.zeros((2, len(self.constraints)), dtype=int)

    def keeping(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        """Ask all constraints, and count.

        Parameters
        ----------
        table : DataFrame
            n rows of the space's columns.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        kept = np.ones(len(table), dtype=bool)
        for k, constraint in enumerate(self.constraints):
            self.asked[k] += int(kept.sum())
            kept[kept] = constraint.kept(table if kept.all() else table[kept])
            self.kept[k] += int(kept.sum())
        return kept

    def shares(self) -> str:
        """Name each constraint that was broken, the narrowest first, with the share that kept it and its reason."""
        share = self.kept / np.maximum(self.asked, 1)
        narrow = [k for k in np.argsort(share, kind="stable") if self.kept[k] < self.asked[k]]
        return "; ".join(
            f"{self.constraints[k].name} ({self.constraints[k].reason}): "
            f"{self.kept[k]} of {self.asked[k]} ({100 * share[k]:.2g} %) keep it"
            for k in narrow
        )


def draw(
    drawn: Callable[[int, int], pd.DataFrame],
    constraints: Sequence[NonlinearConstraint],
    n: int,
    seed: int,
) -> pd.DataFrame:
    """Draw random designs until n of them keep all constraints.

    Parameters
    ----------
    drawn : callable
        (number, seed) -> so many designs of the space without these constraints.
    constraints : sequence of NonlinearConstraint
        To be asked in this order.
    n : int
        Number of designs.
    seed : int
        The first draw takes it as it is, each further draw one made from it.

    Returns
    -------
    DataFrame
        n rows, in the order of the draws.

    Raises
    ------
    SpaceError
        When too few designs keep the constraints; it names them with the share that keeps each.
    """
    table = drawn(n, seed)
    if not constraints or not n:
        return table
    tally, found, tried = Tally(constraints), [table.iloc[:0]], 0
    while True:
        found.append(table[tally.keeping(table)])
        tried += len(table)
        got = sum(map(len, found))
        if got >= n:
            return pd.concat(found, ignore_index=True).iloc[:n]
        most = max(MOST_TRIES * n, LEAST_TRIES)
        if tried >= most:
            raise SpaceError(
                "too few designs of the space keep its nonlinear constraints",
                value=f"{got} of {tried} designs tried, {n} wanted",
                limit=tally.shares(),
                remedy="widen the space, or change what the constraint named first is about",
            )
        size = int(_SPARE * (n - got) / max(got / tried, 1.0 / MOST_TRIES))
        size = min(max(size, _SMALLEST_BLOCK), _LARGEST_BLOCK, most - tried)
        table = drawn(size, int(np.random.SeedSequence((seed, tried)).generate_state(1)[0]))
