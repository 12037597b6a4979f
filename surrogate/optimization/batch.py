"""A batch while it grows: one design after the other, each chosen as if those before it were being made."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from surrogate.optimization.acquisition import Improvement
from surrogate.optimization.local_moves import children
from surrogate.optimization.problem import Problem, exhausted, is_new
from surrogate.optimization.refine import feasible_end, refine
from surrogate.optimization.replacement import Replacements, Replacing
from surrogate.optimization.starting_points import diverse_starts

Kinds = Callable[[pd.DataFrame], Sequence[str]]
_FINALISTS = 32  # the best of the pool that are asked about constraints that cost much, at a time


class Batch:
    """The chosen designs, and the pool of scored designs that further designs are taken from.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    improvement : Improvement
        What a further design is worth.
    pool : DataFrame
        Designs to choose from, the space's columns.
    taken : DataFrame
        Designs that must not be proposed again, the space's columns.
    pending : Tensor, (p, d)
        Encoded designs that are being made.
    may_refine : bool
        Whether designs outside the pool may be proposed.
    replacements : Replacements, optional
        What may take the place of each design that is best.
    kinds : callable, optional
        Rows of the space's columns -> what kind each is: where all others are of one kind, the last member is of
        another if that is worth at least ``settings.other_kind`` of the best.
    makes : callable, optional
        Rows of the space's columns -> of what each is made: each further member is of something else than those
        before it if that is worth as much.
    exchange : bool
        Whether parts of mixtures are also exchanged for each other in designs near the best.
    """

    def __init__(
        self,
        problem: Problem,
        improvement: Improvement,
        pool: pd.DataFrame,
        taken: pd.DataFrame,
        pending: Tensor,
        *,
        may_refine: bool,
        replacements: Replacements | None = None,
        kinds: Kinds | None = None,
        makes: Kinds | None = None,
        exchange: bool = False,
    ) -> None:
        self.exchange = exchange
        self.problem, self.improvement, self.may_refine = problem, improvement, may_refine
        self.pending, self.kinds, self.makes = pending, kinds, makes
        self.replacements = replacements or Replacements()
        self.taken, self.chosen, self.failed = taken, pool.iloc[:0], pool.iloc[:0]
        self.worth: list[float] = []
        self.pool: pd.DataFrame
        self.points: Tensor
        self.value: np.ndarray[Any, Any]
        self.sure: np.ndarray[Any, Any]  # whether each is known to keep the costly constraints
        self.scored: bool
        self._fill_pool(pool)

    def extend(self, n: int, seed: int) -> None:
        """Add the best further design.

        Parameters
        ----------
        n : int
            Size of the whole batch, for the message when nothing is left.
        seed : int
            Of the designs that are drawn when the pool is used up.

        Raises
        ------
        SpaceError
            When no further design is left.
        """
        acquisition = self.improvement.given(self.pending)
        order = self._breed(acquisition, self._best(acquisition, n, seed), seed)
        if 0 < n - len(self.chosen) <= min(self.improvement.settings.untried, n - 1):
            order = self._untried(acquisition, order)
        order = self._of_another_make(acquisition, order)
        if len(self.chosen) == n - 1:
            order = self._of_another_kind(order)
        at = self._refine(acquisition, order)
        replacing = Replacing(self.problem, self.improvement, acquisition, self.taken, self.replacements)
        best, worth = replacing.of(self.pool.iloc[[at]], float(self.value[at]))
        self.chosen = pd.concat([self.chosen, best])
        self.taken = pd.concat([self.taken, best])
        self.worth.append(worth)
        self.pending = torch.cat([self.pending, self.problem.encode(best)])
        self._keep(is_new(self.problem.space, self.pool, best))

    def _best(self, acquisition: Any, n: int, seed: int) -> np.ndarray[Any, Any]:
        """Rows of the best of the pool that keep every constraint, best first; the pool loses those that do not."""
        while True:
            if not len(self.pool):
                self._restock(n, seed)
            order = self._sure(self._score(acquisition), _FINALISTS)
            if len(order):
                return order

    def _sure(self, order: np.ndarray[Any, Any], enough: int) -> np.ndarray[Any, Any]:
        """Rows of an order, best first, that are known to keep the costly constraints.

        Goes down the order and asks until that many are known to; the pool loses those that do not.
        """
        if not self.problem.has_costly:
            return order
        lost = np.zeros(len(self.pool), dtype=bool)
        at = 0
        while at < len(order) and self.sure[order[:at]].sum() < enough:
            block = order[at : at + enough]
            unknown = block[~self.sure[block]]
            kept = self.problem.confirmed(self.pool.iloc[unknown]) if len(unknown) else np.zeros(0, bool)
            self.sure[unknown[kept]], lost[unknown[~kept]] = True, True
            at += len(block)
        found = order[self.sure[order]]
        if lost.any():
            self.failed = pd.concat([self.failed, self.pool[lost]])
            self._keep(~lost)
            found = (np.cumsum(~lost) - 1)[found]  # where they stand once the others are gone
        return np.asarray(found)

    def _untried(self, acquisition: Any, order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Rows, best first, whose combination of categories no known or chosen design has; the order if none has.

        Where the order has none they are looked for in the whole pool.
        """
        names = list(self.problem.space.categorical)
        if not names:
            return order
        known = pd.MultiIndex.from_frame(self.taken[names])
        fresh = ~pd.MultiIndex.from_frame(self.pool[names]).isin(known)
        if not fresh.any():
            return order
        if not fresh[order].any():
            return self._sure_or_best(acquisition, self._rescored(acquisition, np.flatnonzero(fresh)))
        return order[fresh[order]]

    def _of_another_make(self, acquisition: Any, order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Rows, best first, made of something else than the chosen designs, if they are worth enough; else the order.

        They are looked for in the whole pool, of which an order is only the best.
        """
        if self.makes is None or not len(self.chosen):
            return order
        rows = np.flatnonzero(~np.isin(self.makes(self.pool), self.makes(self.chosen)))
        if len(rows):
            rows = self._rescored(acquisition, rows)
        rows = rows[self.value[rows] >= self._enough(order)]
        return self._sure_or_best(acquisition, rows) if len(rows) else order

    def _enough(self, order: np.ndarray[Any, Any]) -> float:
        """Return what a design that is unlike the others has to be worth beside the best of an order."""
        return float(self.value[order[0]]) + math.log(self.improvement.settings.other_kind)

    def _rescored(
        self, acquisition: Any, rows: np.ndarray[Any, Any], *, all_of_them: bool = False
    ) -> np.ndarray[Any, Any]:
        """Score the best of some rows of the pool; their order from best to worst."""
        keep = len(rows) if all_of_them else self.improvement.settings.keep
        rows = rows[np.argsort(-self.value[rows], kind="stable")][:keep]
        self.value[rows] = self.improvement.values(acquisition, self.points[rows]).numpy()
        return rows[np.argsort(-self.value[rows], kind="stable")]

    def _sure_or_best(self, acquisition: Any, rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Rows of an order that keep the costly constraints or, if none does, the best of the pool that is left."""
        rows = self._sure(rows, 1)
        return rows if len(rows) else self._sure(self._score(acquisition), 1)

    def _of_another_kind(self, order: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Rows of an order that are of another kind than a batch of one kind, if they are worth enough; else all."""
        if self.kinds is None or not len(self.chosen):
            return order
        own = set(self.kinds(self.chosen))
        if len(own) > 1:
            return order
        rows = order[self.value[order] >= self._enough(order)]
        others = rows[~np.isin(self.kinds(self.pool.iloc[rows]), list(own))]
        return others if len(others) else order

    def _score(self, acquisition: Any) -> np.ndarray[Any, Any]:
        """Score the pool, after the first time only its best part; the order from best to worst."""
        best = self._rescored(acquisition, np.arange(len(self.pool)), all_of_them=not self.scored)
        self.scored = True
        return best

    def _breed(self, acquisition: Any, order: np.ndarray[Any, Any], seed: int) -> np.ndarray[Any, Any]:
        """Add designs near the best to the pool, a few times over; the order from best to worst of what is scored."""
        settings = self.improvement.settings
        if not self.may_refine:
            return order
        rng = np.random.default_rng([seed, len(self.chosen)])
        for _ in range(settings.generations):
            codes = self.pool[list(self.problem.space.categorical)]
            best = diverse_starts(order, codes, self.points, settings.parents)
            others = self.points[order.copy()]
            table = children(
                self.problem, self.points[best], others, settings.children, rng, exchange=self.exchange
            )
            order = np.append(order, self._add(acquisition, table))
            order = self._sure(order[np.argsort(-self.value[order], kind="stable")], settings.parents)
        return order

    def _add(self, acquisition: Any, table: pd.DataFrame, *, sure: bool = False) -> np.ndarray[Any, Any]:
        """Add those designs to the pool, scored, that are new; their rows in it.

        With ``sure`` only those that keep the costly constraints, else these are not asked.
        """
        columns = list(self.problem.space.columns)
        again = pd.concat([self.pool[columns], table[columns]]).duplicated().to_numpy()[len(self.pool) :]
        table = table[~again]
        table = table[is_new(self.problem.space, table, self.taken)] if len(table) else table
        table = table[self.problem.confirmed(table)] if sure and len(table) else table
        if len(table):
            points = self.problem.encode(table)
            self.pool = pd.concat([self.pool, table], ignore_index=True)
            self.points = torch.cat([self.points, points])
            self.value = np.append(self.value, self.improvement.values(acquisition, points).numpy())
            self.sure = np.append(self.sure, np.full(len(table), sure))
        return np.arange(len(self.pool) - len(table), len(self.pool))

    def _refine(self, acquisition: Any, order: np.ndarray[Any, Any]) -> int:
        """Refine the best starts, add the results to the pool, and return the row of the best of all."""
        if not self.may_refine:
            return int(order[0])
        settings, space = self.improvement.settings, self.problem.space
        categories = self.pool[list(space.categorical)]
        tables = []
        for i in diverse_starts(
            order, categories, self.points, settings.starts if self.worth else settings.first_starts
        ):
            start = self.points[i]
            choice = {str(name): value for name, value in categories.iloc[i].items()}
            end = refine(acquisition, self.problem, choice, start, settings.maxiter)
            tables.append(feasible_end(self.problem, start, end))
        table = pd.concat(tables, ignore_index=True).drop_duplicates(ignore_index=True)
        scored = np.append(order, self._add(acquisition, table, sure=True))
        return int(scored[self.value[scored].argmax()])

    def _fill_pool(self, pool: pd.DataFrame) -> None:
        self.pool, self.scored = pool, False
        self.points = self.problem.encode(pool)
        self.value, self.sure = np.zeros(len(pool)), np.zeros(len(pool), dtype=bool)
        self._keep(is_new(self.problem.space, pool, pd.concat([self.taken, self.failed])))

    def _keep(self, mask: np.ndarray[Any, Any]) -> None:
        self.pool, self.points = self.pool[mask], self.points[torch.from_numpy(mask)]
        self.value, self.sure = self.value[mask], self.sure[mask]

    def _restock(self, n: int, seed: int) -> None:
        """Draw further designs when the pool is used up."""
        size = self.improvement.settings.pool
        for table in self.problem.draws(size, seed + 1) if self.may_refine else ():
            self._fill_pool(table)
            if len(self.pool):
                return
        raise exhausted(len(self.chosen), n, tested=self.problem.feasible is not None)
