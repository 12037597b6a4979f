"""The search for the next batch, for hosts and for any other space.

A batch is filled one design after the other, each chosen as if those before it were already under way. For
each member a pool of quasi-random designs is scored, the best of them with different categories are refined
by gradient ascent inside their own limits and constraints, the results are rounded to what can be made,
checked, and scored again. What is not feasible, or is the same design as one told, under way or already
chosen, is passed over for the next best; a simpler design that is worth as much, but for a small share, takes
its place. The value of a further design can only fall as the batch grows, so
from the second member on only the best of the pool are scored again.

``optimize_acqf_mixed_alternating`` of BoTorch knows neither limits nor constraints that depend on the
categories, and is therefore not used.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from botorch.models.model import Model
from linear_operator.utils.warnings import NumericalWarning
from torch import Tensor

from surrogate.errors import InputError
from surrogate.optimization.acquisition import Direction, Improvement, SearchSettings, one_thread
from surrogate.optimization.problem import Feasible, Problem, exhausted, new
from surrogate.optimization.refine import refine, settled, spread
from surrogate.space import Encoder, Space

__all__ = ["ACQUISITION_VALUE", "SearchSettings", "search"]

ACQUISITION_VALUE = "acquisition_value"
Progress = Callable[[str, int, int], None]
Simpler = Callable[[pd.DataFrame], pd.DataFrame]


def search(
    model: Model,
    space: Space,
    encoder: Encoder,
    n: int,
    seed: int,
    *,
    baseline: Any,
    pending: Any = None,
    fixed: Mapping[str, Any] | None = None,
    feasible: Feasible | None = None,
    simpler: Simpler | None = None,
    candidates: pd.DataFrame | None = None,
    settings: SearchSettings | None = None,
    directions: Sequence[Direction] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The n designs to try next: the space's columns and ``acquisition_value``.

    The value is the logarithm of the expected (hypervolume) improvement, in the model's scale.

    model: BoTorch model of the objectives over encoded designs. space: what may be proposed. encoder: of the
    model's own space, which may be wider. baseline: (b, d) encoded designs to improve on, usually the
    measured ones; empty: an ordinary design of the space serves. pending: (p, d) encoded designs under way.
    fixed: values of the encoder's columns that the space lacks. feasible: rows of the space's and the fixed
    columns -> whether each is allowed. simpler: one row of the space's columns -> simpler designs, simplest first;
    the first that keeps all but ``settings.simplicity`` of the expected improvement replaces it. candidates: the
    only designs allowed; they are not rounded and keep their index. directions: "max" or "min" for each output of
    the model (None: all to be maximised).
    The same arguments give the same result.

    Raises InputError for a wrong n or shape, SpaceError when fewer than n different designs are left,
    DesignError for a candidate outside the space.
    """
    settings = settings or SearchSettings()
    directions = tuple(directions or ("max",) * model.num_outputs)
    if n < 1:
        raise InputError("at least one design has to be asked for", where="n", value=n)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("not a whole number of at least 0", where="seed", value=seed)
    if len(directions) != model.num_outputs or not set(directions) <= {"max", "min"}:
        raise InputError(
            'one "max" or "min" for each output is needed',
            where="directions",
            value=directions,
            limit=f"{model.num_outputs} of them",
        )
    problem = Problem(space, encoder, dict(fixed or {}), feasible)
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", NumericalWarning)  # jitter on near-equal designs is expected
        known, under_way = _points(baseline, encoder, "baseline"), _points(pending, encoder, "pending")
        if candidates is None:
            pool = problem.draw(settings.pool, seed)
        else:
            pool = space.with_nulls(candidates, "candidates")
            space.require(pool, where="candidates")
            pool = pool[problem.allowed(pool)]
        taken = problem.here(torch.cat([known, under_way]))
        if not len(known):
            known = _ordinary(model, problem.encode(pool) if len(pool) else known, directions)
        improvement = Improvement(model, known, directions, settings, seed)
        if candidates is None:
            pool = pd.concat([pool, _near(problem, improvement.baseline, settings.near, seed)])
            pool = pool.drop_duplicates(ignore_index=True)
        batch = _Batch(problem, improvement, pool, taken, under_way, may_refine=candidates is None)
        batch.simpler = simpler if candidates is None else None
        for k in range(n):
            if progress:
                progress("search", k, n)
            batch.extend(n, seed)
        if progress:
            progress("search", n, n)
    result = batch.chosen.assign(**{ACQUISITION_VALUE: batch.worth})
    return result if candidates is not None else result.reset_index(drop=True)


class _Batch:
    """The batch while it grows."""

    def __init__(
        self,
        problem: Problem,
        improvement: Improvement,
        pool: pd.DataFrame,
        taken: pd.DataFrame,
        under_way: Tensor,
        *,
        may_refine: bool,
    ) -> None:
        self.problem, self.improvement, self.may_refine = problem, improvement, may_refine
        self.under_way = under_way
        self.taken, self.chosen = taken, pool.iloc[:0]
        self.simpler: Simpler | None = None
        self.worth: list[float] = []
        self.pool: pd.DataFrame
        self.points: Tensor
        self.value: np.ndarray[Any, Any]
        self.scored: bool
        self._fill_pool(pool)

    def extend(self, n: int, seed: int) -> None:
        """Add the best further design. Raises SpaceError when none is left."""
        if not len(self.pool):
            self._restock(n, seed)
        acquisition = self.improvement.given(self.under_way)
        order = self._score(acquisition)
        at = self._refine(acquisition, order)
        best, worth = self._simplest(acquisition, self.pool.iloc[[at]], float(self.value[at]))
        self.chosen = pd.concat([self.chosen, best])
        self.taken = pd.concat([self.taken, best])
        self.worth.append(worth)
        self.under_way = torch.cat([self.under_way, self.problem.encode(best)])
        self._keep(new(self.problem.space, self.pool, best))

    def _score(self, acquisition: Any) -> np.ndarray[Any, Any]:
        """Score the pool, after the first time only its best part; the order from best to worst."""
        keep = self.improvement.settings.keep if self.scored else len(self.pool)
        rows = np.argsort(-self.value, kind="stable")[:keep]
        self.value[rows] = self.improvement.values(acquisition, self.points[rows]).numpy()
        self.scored = True
        return rows[np.argsort(-self.value[rows], kind="stable")]

    def _refine(self, acquisition: Any, order: np.ndarray[Any, Any]) -> int:
        """Refine the best starts, add what that leads to to the pool, and tell where the best of all stands."""
        if not self.may_refine:
            return int(order[0])
        settings, space = self.improvement.settings, self.problem.space
        categories = self.pool[list(space.categorical)]
        tables = []
        for i in spread(
            order, categories, self.points, settings.starts if self.worth else settings.first_starts
        ):
            start = self.points[i]
            choice = {str(name): value for name, value in categories.iloc[i].items()}
            end = refine(acquisition, self.problem, choice, start, settings.maxiter)
            tables.append(settled(self.problem, start, end))
        table = pd.concat(tables, ignore_index=True).drop_duplicates(ignore_index=True)
        table = table[new(space, table, pd.concat([self.taken, self.pool]))]
        if len(table):
            points = self.problem.encode(table)
            self.pool = pd.concat([self.pool, table], ignore_index=True)
            self.points = torch.cat([self.points, points])
            self.value = np.append(self.value, self.improvement.values(acquisition, points).numpy())
        scored = np.append(order, np.arange(len(self.pool) - len(table), len(self.pool)))
        return int(scored[self.value[scored].argmax()])

    def _simplest(self, acquisition: Any, best: pd.DataFrame, worth: float) -> tuple[pd.DataFrame, float]:
        """The design itself, or the simplest that is worth nearly as much; the worth is a logarithm."""
        if self.simpler is None:
            return best, worth
        table = self.problem.space.round(self.simpler(best))
        table = table[self.problem.allowed(table)] if len(table) else table
        table = table[new(self.problem.space, table, self.taken)]
        if not len(table):
            return best, worth
        values = self.improvement.values(acquisition, self.problem.encode(table)).numpy()
        enough = np.flatnonzero(values >= worth + math.log1p(-self.improvement.settings.simplicity))
        if not len(enough):
            return best, worth
        return table.iloc[[enough[0]]], float(values[enough[0]])

    def _fill_pool(self, pool: pd.DataFrame) -> None:
        self.pool, self.scored = pool, False
        self.points = self.problem.encode(pool)
        self.value = np.zeros(len(pool))
        self._keep(new(self.problem.space, pool, self.taken))

    def _keep(self, mask: np.ndarray[Any, Any]) -> None:
        self.pool, self.points, self.value = (
            self.pool[mask],
            self.points[torch.from_numpy(mask)],
            self.value[mask],
        )

    def _restock(self, n: int, seed: int) -> None:
        """Draw further designs when the pool is used up."""
        size = self.improvement.settings.pool
        for table in self.problem.draws(size, seed + 1) if self.may_refine else ():
            self._fill_pool(table)
            if len(self.pool):
                return
        raise exhausted(len(self.chosen), n)


def _points(given: Any, encoder: Encoder, what: str) -> Tensor:
    """Encoded designs as a (n, d) double tensor. Raises InputError for a wrong shape or a missing number."""
    if given is None:
        return torch.empty(0, encoder.dim, dtype=torch.double)
    points = torch.as_tensor(np.asarray(given), dtype=torch.double)
    if points.ndim != 2 or points.shape[1] != encoder.dim:
        raise InputError("wrong shape", where=what, value=tuple(points.shape), limit=f"(n, {encoder.dim})")
    if not bool(points.isfinite().all()):
        raise InputError("a number is missing", where=what)
    return points.unique(dim=0)  # a repeated design adds nothing and makes covariances singular


def _ordinary(model: Model, points: Tensor, directions: Sequence[Direction]) -> Tensor:
    """The point of middling predicted worth (1, d): what a first design has to beat."""
    if not len(points):
        raise exhausted(0, 1)
    signs = torch.tensor([1.0 if one == "max" else -1.0 for one in directions], dtype=torch.double)
    with torch.no_grad():
        mean = torch.cat([model.posterior(part).mean for part in points.split(256)]) * signs
    ranks = mean.argsort(dim=0, stable=True).argsort(dim=0).sum(dim=1)
    middle = int(ranks.argsort(stable=True)[len(points) // 2])
    return points[[middle]]


def _near(problem: Problem, best: Tensor, n: int, seed: int) -> pd.DataFrame:
    """About n designs close to the best known ones that lie in the space.

    Each lies on the line from a known design to a quasi-random one with the same categories, where all limits
    and linear constraints hold as well; mostly close to the known one.
    """
    known = problem.decode(best)
    known = known[problem.space.contains(known)]
    tables = []
    for k in range(min(len(known), n)):
        row = known.iloc[[k]]
        choice = {name: row[name].iloc[0] for name in problem.space.categorical}
        towards = problem.encode(problem.space.sample_choice(choice, max(1, n // len(known)), seed + 1 + k))
        share = torch.logspace(-2, -0.3, len(towards), dtype=torch.double)[:, None]
        tables.append(problem.settle(problem.encode(row) + share * (towards - problem.encode(row))))
    return pd.concat(tables) if tables else known
