"""Posteriors of batches that share most of their rows: what is shared is computed once.

An acquisition function that asks what a design adds to those known asks for the joint posterior of all known designs
and one more, again for each candidate. Data flow: (b, q, d) encoded designs, of which the same s stand at the same
places in each of the b sets -> the s + b (q - s) rows that differ -> one joint posterior -> the mean and covariance
of each set, picked out of it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from botorch.posteriors import GPyTorchPosterior
from gpytorch.distributions import MultivariateNormal
from linear_operator import to_linear_operator
from torch import Tensor

Joint = Callable[[Tensor], GPyTorchPosterior]


def asks_for_nothing(*options: object) -> bool:
    """Test whether options of ``Model.posterior`` are what they are where they are not given."""
    return all(option is None or option is False for option in options)


def with_shared_rows(joint: Joint, X: Tensor) -> GPyTorchPosterior:
    """Return the posterior of sets of designs, of which those that all sets share are asked about once.

    Parameters
    ----------
    joint : callable
        Encoded designs (..., q, d) -> their joint posterior, one output.
    X : Tensor
        Encoded designs (..., q, d); anything but (b, q, d) of which at least half the rows are saved is given to
        ``joint`` as it is.

    Returns
    -------
    GPyTorchPosterior
        Equal to ``joint(X)`` but for rounding.
    """
    if X.dim() != 3 or len(X) == 1 or X.shape[1] == 1:
        return joint(X)
    sets, q = X.shape[:2]
    shared = (X.detach() == X.detach()[:1]).all(dim=0).all(dim=-1)
    count = int(shared.sum())
    if 2 * (count + sets * (q - count)) > sets * q:
        return joint(X)
    at = torch.empty(sets, q, dtype=torch.long)
    at[:, shared] = torch.arange(count)
    at[:, ~shared] = count + torch.arange(sets * (q - count)).reshape(sets, q - count)
    normal = joint(torch.cat([X[0, shared], X[:, ~shared].flatten(end_dim=1)])).distribution
    spread = normal.covariance_matrix[at.unsqueeze(-1), at.unsqueeze(-2)]
    return GPyTorchPosterior(MultivariateNormal(normal.mean[at], to_linear_operator(spread)))
