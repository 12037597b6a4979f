"""The prior covariance of a plain process and BoTorch's kernel of it, against another library's kernel."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.gaussian_process.kernels import Matern

from surrogate.errors import ModelError
from surrogate.models.botorch_model import PriorKernel
from surrogate.models.kernels import Role
from surrogate.models.prior import Hyperparameters, covariance, owners

ROLES = [Role((0, 3), name="a"), Role((1, 2), name="b")]
HYPER = Hyperparameters({"b": 1.2, "a": 0.5}, amplitude=1.1, cell=0.2, level=2.0)
X = np.random.default_rng(0).uniform(size=(9, 4))
EXPECTED = 1.1**2 * Matern([0.5, 1.2, 1.2, 0.5], nu=2.5)(X)
DESIGNS = torch.from_numpy(X)


def test_each_dimension_has_the_length_scale_of_its_role() -> None:
    assert owners(ROLES, 4).tolist() == [0, 1, 1, 0]
    assert HYPER.scales(ROLES, 4).tolist() == [0.5, 1.2, 1.2, 0.5]


def test_the_covariance_is_the_formula() -> None:
    scales = HYPER.scales(ROLES, 4)
    found = covariance(DESIGNS, DESIGNS, scales, HYPER.amplitude)
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-11)
    some = covariance(DESIGNS[2:6].clone(), DESIGNS, scales, torch.tensor(1.1, dtype=torch.double))
    np.testing.assert_allclose(some, EXPECTED[2:6], rtol=1e-11)


def test_botorchs_kernel_is_the_same_covariance_in_batches_too() -> None:
    kernel = PriorKernel(HYPER.scales(ROLES, 4), HYPER.amplitude)
    np.testing.assert_allclose(kernel(DESIGNS).to_dense(), EXPECTED, rtol=1e-11)
    np.testing.assert_allclose(kernel(DESIGNS, diag=True), EXPECTED.diagonal(), rtol=1e-11)
    batch = kernel(DESIGNS[:8].reshape(2, 4, 4), DESIGNS).to_dense()
    np.testing.assert_allclose(batch, EXPECTED[:8].reshape(2, 4, 9), rtol=1e-11)


@pytest.mark.parametrize(
    "roles", [[Role((0, 1), name="a")], [*ROLES, Role((2,), name="c")]], ids=["gap", "twice"]
)
def test_every_dimension_has_one_length_scale(roles: list[Role]) -> None:
    with pytest.raises(ModelError, match=r"needs one length scale .*Allowed: each of 0 to 3 once"):
        owners(roles, 4)


def test_only_categories_or_only_numbers_are_not_told_apart() -> None:
    kinds = [Role((0, 3), name="a", category=True), Role((1, 2), name="b", category=True)]
    assert HYPER.effects(ROLES, 4) is None
    assert HYPER.effects(kinds, 4) is None
    effects = HYPER.effects([kinds[0], ROLES[1]], 4)
    assert effects is not None
    assert effects.categories.tolist() == [True, False, False, True]
    kernel = PriorKernel(HYPER.scales(ROLES, 4), HYPER.amplitude, effects)
    batch = kernel(DESIGNS[:8].reshape(2, 4, 4), DESIGNS).to_dense()
    whole = kernel(DESIGNS).to_dense()
    np.testing.assert_allclose(batch, whole[:8].reshape(2, 4, 9), rtol=1e-11)
    np.testing.assert_allclose(whole.diagonal(), 1.1**2, rtol=1e-9)
    assert not np.allclose(whole, EXPECTED, rtol=0.01)
