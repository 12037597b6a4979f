"""The search for the next batch, for hosts and for any other space.

A batch is filled one design after the other, each chosen as if those before it were already being made. For
each member a pool of quasi-random designs is scored, the best of them with different categories are refined
by gradient ascent inside their own limits and constraints, the results are rounded to what can be made,
checked, and scored again. What is not feasible, or is the same design as a design measured, pending or already
chosen, is passed over for the next best, as is a design that breaks a constraint too costly to ask all of the pool
about; a design that is simpler, less extreme or sturdier and worth as much, but for a small share, takes its
place (``replacement``). The value of a further design can only fall as the batch grows, so from the second member on
only the best of the pool are scored again.

``optimize_acqf_mixed_alternating`` of BoTorch knows neither limits nor constraints that depend on the
categories, and is therefore not used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from botorch.exceptions.warnings import BotorchWarning
from botorch.models.model import Model
from linear_operator.utils.warnings import NumericalWarning
from torch import Tensor

from surrogate.errors import InputError
from surrogate.optimization.acquisition import Improvement, Weight
from surrogate.optimization.batch import Batch, Kinds
from surrogate.optimization.few_parts import feasible_pool
from surrogate.optimization.gains import Logarithm
from surrogate.optimization.pool import median_design, near_best
from surrogate.optimization.problem import Feasible, Problem
from surrogate.optimization.replacement import Replacements
from surrogate.optimization.settings import OutputLimit, SearchSettings, Wanted
from surrogate.optimization.threads import single_thread
from surrogate.space import Encoder, Space

ACQUISITION_VALUE = "acquisition_value"
Progress = Callable[[str, int, int], None]


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
    replacements: Replacements | None = None,
    kinds: Kinds | None = None,
    makes: Kinds | None = None,
    candidates: pd.DataFrame | None = None,
    settings: SearchSettings | None = None,
    directions: Sequence[Wanted] | None = None,
    limits: Sequence[OutputLimit] = (),
    weight: Weight | None = None,
    logarithms: Sequence[Logarithm | None] | None = None,
    tried: Any = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Find the n designs to try next.

    The same arguments give the same result.

    Parameters
    ----------
    model : Model
        BoTorch model of m objectives over encoded designs.
    space : Space
        What may be proposed.
    encoder : Encoder
        Of the model's own space, which may be wider; d encoded columns.
    n : int
        Designs to propose, at least 1.
    seed : int
        Of all random numbers, at least 0.
    baseline : array, (b, d)
        Encoded designs to improve on, usually the measured designs; where there are none, an ordinary design of
        the space serves.
    pending : array, (p, d), optional
        Encoded designs that are being made.
    fixed : mapping, optional
        Values of the encoder's columns that the space lacks.
    feasible : callable, optional
        Rows of the space's and the fixed columns -> whether each is allowed.
    replacements : Replacements, optional
        What may take the place of each design that is best, if it keeps all but ``settings.simplicity`` of the
        expected improvement.
    kinds : callable, optional
        Rows of the space's columns -> what kind each is. Where all other members of a batch are of one kind, the last
        is of another if it promises ``settings.other_kind`` of the best.
    makes : callable, optional
        Rows of the space's columns -> of what each is made. Each further member of a batch is of something else than
        those before it if it promises as much.
    candidates : DataFrame, optional
        The only designs allowed; they are not rounded and keep their index.
    settings : SearchSettings, optional
        How hard to search.
    directions : sequence of "max", "min", numbers or pairs of numbers, optional
        What is wanted of the model's first outputs: a number is to be matched, a pair are the ends of a band; None:
        all outputs to be maximised.
    limits : sequence of OutputLimit
        Bounds on outputs; those after the objectives have nothing else wanted of them.
    weight : callable, optional
        Encoded designs (..., 1, d) -> logarithm (...,) of what share of its improvement each is worth.
    logarithms : sequence of Logarithm or None, optional
        Of which objectives the model has the logarithm, while what they are themselves is to be improved.
    tried : array, (t, d), optional
        Further encoded designs that must not be proposed again.
    progress : callable, optional
        Called with ("search", designs found, n).

    Returns
    -------
    DataFrame, n rows
        The space's columns and ``acquisition_value``: the logarithm of the expected (hypervolume) improvement,
        in the model's scale or, where ``logarithms`` are given, in that of what they are of.

    Raises
    ------
    InputError
        For a wrong n, seed, direction or shape.
    SpaceError
        When fewer than n different designs are left.
    DesignError
        For a candidate outside the space.
    """
    settings = settings or SearchSettings()
    directions = tuple(directions or ("max",) * model.num_outputs)
    if n < 1:
        raise InputError("at least one design must be requested", where="n", value=n)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("not a whole number of at least 0", where="seed", value=seed)
    free = model.num_outputs - len({at for at, _, _ in limits if at >= len(directions)})
    if len(directions) != free or not {one for one in directions if isinstance(one, str)} <= {"max", "min"}:
        raise InputError(
            'one "max" or "min" for each output is required',
            where="directions",
            value=directions,
            limit=f"{free} of them",
        )
    problem = Problem(space, encoder, dict(fixed or {}), feasible)
    with single_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", NumericalWarning)  # jitter on near-equal designs is expected
        # Where no known design keeps the limits, what is likely to keep them is worth most as it is.
        warnings.filterwarnings("ignore", "When all training points are infeasible", BotorchWarning)
        known, started = _points(baseline, encoder, "baseline"), _points(pending, encoder, "pending")
        if candidates is None:
            pool, narrow = feasible_pool(problem, settings.pool, seed)
        else:
            narrow = False
            pool = space.with_nulls(candidates, "candidates")
            space.require(pool, where="candidates", nonlinear="none")
            pool = pool[problem.allowed(pool)]
        taken = problem.same_context(torch.cat([known, started, _points(tried, encoder, "tried")]))
        ordinary = problem.encode(pool) if len(pool) else known
        if not len(known):
            known = median_design(model, ordinary, directions)
        improvement = Improvement(
            model, known, directions, settings, seed, limits, ordinary, weight, logarithms
        )
        if candidates is None:
            pool = pd.concat([pool, near_best(problem, improvement.baseline, settings.near, seed)])
            pool = pool.drop_duplicates(ignore_index=True)
        free = candidates is None
        batch = Batch(
            problem,
            improvement,
            pool,
            taken,
            started,
            may_refine=free,
            replacements=replacements if free else None,
            kinds=kinds,
            makes=makes,
            exchange=narrow or space.is_sparse,
        )
        for k in range(n):
            if progress:
                progress("search", k, n)
            batch.extend(n, seed)
        if progress:
            progress("search", n, n)
    result = batch.chosen.assign(**{ACQUISITION_VALUE: batch.worth})
    return result if candidates is not None else result.reset_index(drop=True)


def _points(given: Any, encoder: Encoder, what: str) -> Tensor:
    """Return encoded designs as a (n, d) double tensor; InputError for a wrong shape or a missing number."""
    if given is None:
        return torch.empty(0, encoder.dim, dtype=torch.double)
    points = torch.as_tensor(np.asarray(given), dtype=torch.double)
    if points.ndim != 2 or points.shape[1] != encoder.dim:
        raise InputError("wrong shape", where=what, value=tuple(points.shape), limit=f"(n, {encoder.dim})")
    if not bool(points.isfinite().all()):
        raise InputError("a number is missing", where=what)
    return points.unique(dim=0)  # a repeated design adds nothing and makes covariances singular
