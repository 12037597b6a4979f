"""What takes the place of a best design: one that is simpler, less extreme or sturdier, and worth nearly as much.

Data flow: the best design and what it is worth -> simpler designs -> values at a limit moved back towards the middle
of their ranges -> where a small mistake in making it would cost it much, a near design that keeps its promise -> the
design that is proposed. All steps together may lose ``SearchSettings.simplicity`` of the expected improvement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.limits import moved_back
from surrogate.optimization.problem import Problem, is_new

Others = Callable[[pd.DataFrame], pd.DataFrame]
AtLimit = Callable[[pd.DataFrame], Sequence[str]]
Fragile = Callable[[pd.DataFrame], NDArray[np.bool_]]
Found = tuple[pd.DataFrame, float]
BACK = (0.25, 0.5, 1.0)  # shares of the way to the middle of its range that a value at a limit is moved
_ASKED = 8  # near designs that are asked at a time whether they are fragile
_ASKED_IN_ALL = 32


@dataclass(frozen=True)
class Replacements:
    """What may take a design's place; a step that is None is left out.

    Parameters
    ----------
    simpler : callable, optional
        One row of the space's columns -> simpler designs, simplest first; the first that is worth enough is taken.
    at_limit : callable, optional
        One row -> the numeric columns whose values are at a limit and should be moved back.
    near : callable, optional
        One row -> designs near it, for where it is fragile.
    fragile : callable, optional
        n rows -> whether each (n,) would be much worse if it were made a little wrong; needs ``near``.
    """

    simpler: Others | None = None
    at_limit: AtLimit | None = None
    near: Others | None = None
    fragile: Fragile | None = None


class Replacing:
    """Finds what takes the place of one design.

    Values are moved back from limits as BONSAI of Ax prunes deviations from a default design (Daulton, Eriksson,
    Balandat and Bakshy, arXiv:2602.07144, 2026): that which costs least first, as long as the loss, counted against
    the design before any was moved, stays within a tolerance (0.2 in Ax as well). Here the default is the middle of a
    value's range, only values at a limit are moved, the order is that of what each costs alone, and each goes a
    quarter of the way before any goes further.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    improvement : Improvement
        What a further design is worth.
    acquisition : AcquisitionFunction
        From ``improvement.given``.
    taken : DataFrame
        Designs that must not be proposed again, the space's columns.
    steps : Replacements
        What may take a design's place.
    """

    def __init__(
        self,
        problem: Problem,
        improvement: Improvement,
        acquisition: Any,
        taken: pd.DataFrame,
        steps: Replacements,
    ) -> None:
        self.problem, self.improvement, self.acquisition = problem, improvement, acquisition
        self.taken, self.steps = taken, steps

    def of(self, best: pd.DataFrame, worth: float) -> Found:
        """Return what takes the place of a design, which may be the design itself.

        Parameters
        ----------
        best : DataFrame
            One row, the space's columns.
        worth : float
            Logarithm of its expected improvement.

        Returns
        -------
        design : DataFrame
            One row.
        worth : float
            Logarithm of its expected improvement.
        """
        found, least = (best, worth), worth + math.log1p(-self.improvement.settings.simplicity)
        for step in (self._simpler, self._off_limits, self._sturdier):
            found = step(found, least)
        return found

    def _simpler(self, found: Found, least: float) -> Found:
        """Take the simplest that is worth enough."""
        if self.steps.simpler is None:
            return found
        table, values = self._worth_enough(self.steps.simpler(found[0]), least)
        return self._first_sure(table, values, range(len(table))) or found

    def _off_limits(self, found: Found, least: float) -> Found:
        """Move as many values as possible back from limits, and then as far as possible.

        In passes, each of which goes further than the last with the values that it moved: those that cost least when
        they alone go the first share of the way, as many as may be moved together.
        """
        if self.steps.at_limit is None:
            return found
        start, names = found[0], list(self.steps.at_limit(found[0]))
        for share in BACK:
            if not names:
                break
            back = moved_back(self.problem.space, start, names, share)
            if share == BACK[0]:
                names = self._cheapest_first(_moved(start, back, [[name] for name in names]), names)
            ever_more = [names[: k + 1] for k in range(len(names))]
            table, values = self._worth_enough(_moved(found[0], back, ever_more), least)
            best = self._first_sure(table, values, range(len(table) - 1, -1, -1))
            if best is None:
                break
            found, names = best, ever_more[int(best[0].index[0])]
        return found

    def _cheapest_first(self, moved: pd.DataFrame, names: list[str]) -> list[str]:
        """Sort names by what the design (row by row, one value moved) is worth; those that are not allowed last."""
        alone, values = self._worth_enough(moved, -math.inf)
        worth = {names[at]: values[k] for k, at in enumerate(alone.index)}
        return sorted(names, key=lambda name: -worth.get(name, -math.inf))

    def _sturdier(self, found: Found, least: float) -> Found:
        """Take the best near design that is not fragile in the place of one that is, if any is worth enough."""
        near, fragile = self.steps.near, self.steps.fragile
        if near is None or fragile is None or not fragile(found[0])[0]:
            return found
        table, values = self._worth_enough(near(found[0]), least)
        order = np.argsort(-values, kind="stable")[:_ASKED_IN_ALL]
        for start in range(0, len(order), _ASKED):
            block = order[start : start + _ASKED]
            better = self._first_sure(table, values, block[~fragile(table.iloc[block])])
            if better is not None:
                return better
        return found

    def _worth_enough(self, table: pd.DataFrame, least: float) -> tuple[pd.DataFrame, NDArray[np.float64]]:
        """Rows that may be proposed, rounded, and are worth at least that much, and what they are worth (n,)."""
        space = self.problem.space
        for parameter in space.layout.categoricals:  # others may lie outside the space
            table = table[table[parameter.name].isin(parameter.values)]
        table = space.round(table)
        table = table[self.problem.allowed(table)] if len(table) else table
        table = table[is_new(space, table, self.taken)]
        if not len(table):
            return table, np.zeros(0)
        values = self.improvement.values(self.acquisition, self.problem.encode(table)).numpy()
        return table[values >= least], values[values >= least]

    def _first_sure(
        self, table: pd.DataFrame, values: NDArray[np.float64], order: Iterable[int]
    ) -> Found | None:
        """Return the first row in an order that keeps the costly constraints too; None where none does."""
        for at in order:
            if self.problem.confirmed(table.iloc[[at]])[0]:
                return table.iloc[[at]], float(values[at])
        return None


def _moved(design: pd.DataFrame, back: pd.DataFrame, moves: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Take some values of another row, for each of several moves: a row each, indexed from 0."""
    rows = [design.assign(**{name: back[name].iloc[0] for name in names}) for names in moves]
    return pd.concat(rows, ignore_index=True)
