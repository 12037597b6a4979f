"""Moving the numbers of one design uphill while its categories stay, inside all limits and linear rows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd
import torch
from botorch.acquisition.acquisition import AcquisitionFunction
from botorch.exceptions.errors import BotorchError
from botorch.optim.optimize import optimize_acqf
from torch import Tensor

from surrogate.optimization.problem import Problem
from surrogate.shapes import Float

_BACK = (0.7, 0.4, 0.15)  # shares of the way to a point that is not feasible at which designs are tried


def refine(
    acquisition: AcquisitionFunction,
    problem: Problem,
    choice: Mapping[str, Any],
    start: Float[Tensor, " d"],
    maxiter: int,
) -> Float[Tensor, " d"]:
    """Move the numbers of one design uphill while its categories, and the parts of sparse mixtures, stay.

    Parameters
    ----------
    acquisition : AcquisitionFunction
        To be maximised, over encoded designs.
    problem : Problem
        Limits and linear constraints.
    choice : mapping
        Categorical column -> the category that stays.
    start : Tensor, (d,)
        Encoded design to begin with.
    maxiter : int
        Most steps of SLSQP (with linear constraints) or L-BFGS-B (without).

    Returns
    -------
    Tensor, (d,)
        The best point found; the start where the acquisition cannot be evaluated or nothing may move.
    """
    encoder = problem.encoder
    subspace = problem.space.subspace(choice, problem.decode(start[None, :]))
    free = [encoder.columns[column] for column in subspace.free]
    if not free:
        return start
    bounds = torch.stack([start, start])
    bounds[:, free] = torch.from_numpy(encoder.subspace_bounds(subspace, problem.fixed)[:, free])
    below, equal = encoder.linear(subspace)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # reaching maxiter is no fault here, and says so at every start
        try:
            point, _ = optimize_acqf(
                acquisition,
                bounds=bounds,
                q=1,
                num_restarts=1,
                batch_initial_conditions=start.clamp(bounds[0], bounds[1]).view(1, 1, -1),
                fixed_features={i: float(start[i]) for i in range(len(start)) if i not in free},
                inequality_constraints=below or None,
                equality_constraints=equal or None,
                options={"maxiter": maxiter, "batch_limit": 1},
                retry_on_optimization_warning=False,
            )
        except (BotorchError, RuntimeError, ValueError):
            return start  # the start is a valid design; the search goes on with it
    point = point.detach().view(-1)
    return point if bool(point.isfinite().all()) else start


def feasible_end(problem: Problem, start: Tensor, end: Tensor) -> pd.DataFrame:
    """Find the feasible design at the end of a refinement, or on the way there.

    Parameters
    ----------
    problem : Problem
        What may be proposed.
    start, end : Tensor, (d,)
        Encoded designs between which the refinement went.

    Returns
    -------
    DataFrame, at most one row
        The space's columns; no row when nothing on the way is feasible.
    """
    table = problem.feasible_designs(end[None, :])
    table = table[problem.confirmed(table)]
    if len(table) or (problem.feasible is None and not problem.space.nonlinear):
        return table
    # Linear rows and limits hold anywhere between two points where they hold.
    shares = torch.tensor(_BACK, dtype=torch.double)[:, None]
    table = problem.feasible_designs(start + shares * (end - start))
    return table[problem.confirmed(table)].iloc[:1]
