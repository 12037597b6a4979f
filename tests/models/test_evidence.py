"""The likelihood of values and its gradient: against SciPy and against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from surrogate.models.evidence import negative_log_evidence


def some(n: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((n, n))
    return torch.from_numpy(root @ root.T + n * np.eye(n)), torch.from_numpy(rng.standard_normal(n))


@pytest.mark.parametrize("n", [1, 2, 7])
def test_it_is_the_normal_density_but_for_a_constant(n: int) -> None:
    covariance, residual = some(n)
    expected = -multivariate_normal(np.zeros(n), covariance.numpy()).logpdf(residual.numpy())
    found = negative_log_evidence(covariance, residual) + 0.5 * n * np.log(2.0 * np.pi)
    assert float(found) == pytest.approx(expected, rel=1e-12)


def test_its_gradient_is_that_of_differences() -> None:
    covariance, residual = (one.requires_grad_() for one in some(5))
    # Only symmetric covariances are asked about; gradcheck moves one entry at a time.
    torch.autograd.gradcheck(lambda a, b: negative_log_evidence(0.5 * (a + a.T), b), (covariance, residual))


def test_what_is_no_covariance_is_refused() -> None:
    with pytest.raises(torch.linalg.LinAlgError):
        negative_log_evidence(torch.tensor([[1.0, 2.0], [2.0, 1.0]]), torch.zeros(2))
