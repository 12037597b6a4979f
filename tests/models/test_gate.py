"""The gate: a process with physics is left where it predicts cells worse than one without."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from surrogate.models.gate import BELIEF, Mixed, share_of_fused
from surrogate.models.gp import TargetGP
from surrogate.models.kernels import Role
from surrogate.models.prior import LogNormal
from surrogate.models.process import Assumed, Basis, FusedProcess

GROUPS = {"first": [0], "second": [1]}
ROLES = [Role((0,), name="first"), Role((1,), name="second")]
ASSUMED = Assumed(LogNormal(0.1, 0.3), level_spread=0.3, tau=0.1)


def fitted(upside_down: bool, n: int = 16) -> tuple[FusedProcess, TargetGP, Basis]:
    rng = np.random.default_rng(1)
    X = rng.uniform(size=(n, 2))
    truth = 3.0 * X[:, 0] - 1.0
    values = truth + 0.05 * rng.standard_normal(n)
    told = Basis(X, -truth if upside_down else truth, np.zeros((n, 1)))
    return (
        FusedProcess.fit(told, values, roles=ROLES, assumed=ASSUMED),
        TargetGP.fit(X, values, values, groups=GROUPS),
        told,
    )


def test_physics_that_is_right_is_kept() -> None:
    fused, plain, _ = fitted(upside_down=False)
    assert share_of_fused(fused, plain) > 0.95


def test_physics_that_is_upside_down_loses_belief() -> None:
    """Its residual can make up for it on so smooth a task, so that it is not left altogether."""
    fused, plain, _ = fitted(upside_down=True)
    assert logit(share_of_fused(fused, plain)) < logit(BELIEF) - 1.0


def test_before_much_is_known_the_prior_share_decides() -> None:
    fused, plain, _ = fitted(upside_down=False, n=2)
    assert abs(share_of_fused(fused, plain) - BELIEF) < 0.1


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_the_mixture_has_the_mean_and_variance_of_draws(share: float) -> None:
    fused, plain, told = fitted(upside_down=True)
    mean, covariance = Mixed.of(fused, plain, share).joint(told)
    rng = np.random.default_rng(0)
    of_fused = rng.uniform(size=40_000) < share
    draws = np.where(
        of_fused[:, None],
        rng.multivariate_normal(*fused.joint(told), size=40_000),
        rng.multivariate_normal(*plain.joint(told.inputs), size=40_000),
    )
    np.testing.assert_allclose(mean, draws.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(covariance, np.cov(draws, rowvar=False), atol=0.05)
    np.testing.assert_allclose(Mixed.of(fused, plain, share).latent(told)[1], np.diag(covariance), rtol=1e-6)


def test_a_share_of_nearly_one_leaves_the_other_out() -> None:
    fused, plain, told = fitted(upside_down=False)
    assert Mixed.of(fused, plain, 0.9999).plain is None
    np.testing.assert_array_equal(Mixed.of(fused, plain, 0.9999).latent(told)[0], fused.latent(told)[0])


@pytest.mark.parametrize("side", ["at least", "at most"])
def test_cells_that_are_still_running_do_not_switch_physics_off(side: str) -> None:
    """Half of the cells are bounds at the median: what is told of them fits physics that is right."""
    rng = np.random.default_rng(3)
    X = rng.uniform(size=(12, 2))
    truth = 3.0 * X[:, 0] - 1.0 + np.sin(9.0 * X[:, 1])
    values = truth + 0.1 * rng.standard_normal(12)
    middle = np.median(values)
    lower = np.minimum(values, middle) if side == "at least" else np.where(values < middle, -np.inf, values)
    upper = np.where(values > middle, np.inf, values) if side == "at least" else np.maximum(values, middle)
    told = Basis(X, truth, np.zeros((12, 1)))
    shares = [
        share_of_fused(
            FusedProcess.fit(told, low, high, roles=ROLES, assumed=ASSUMED),
            TargetGP.fit(X, low, high, groups=GROUPS),
        )
        for low, high in ((values, values), (lower, upper))
    ]
    assert shares[0] > 0.95
    assert shares[1] > 0.9
