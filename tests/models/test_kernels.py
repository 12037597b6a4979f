"""The covariance between designs, against its closed form and the rules a covariance keeps."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.gaussian_process.kernels import Matern

from surrogate.hosts import columns as c
from surrogate.models.hyperparameters import MapFit, Rows
from surrogate.models.kernels import (
    KINDS,
    LONGEST,
    LONGEST_OF_KINDS,
    ROLES,
    Role,
    SourceKernel,
    matern,
    roles_of,
)

GENERATOR = torch.Generator().manual_seed(0)
X = torch.rand(7, 4, generator=GENERATOR, dtype=torch.double)


def test_it_is_the_matern_five_halves_of_another_library() -> None:
    expected = Matern(length_scale=1.0, nu=2.5)(X.numpy())
    np.testing.assert_allclose(matern(X, X).numpy(), expected, atol=1e-5)


def test_simulated_and_measured_rows_share_only_the_shared_part() -> None:
    kernel = SourceKernel(torch.full((4,), 0.5, dtype=torch.double), 1.3, 0.6)
    rows = torch.cat([X, torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]).double()[:, None]], dim=-1)
    full = kernel.forward(rows, rows)
    alike = matern(X / 0.5, X / 0.5)
    assert float(full[1, 3]) == pytest.approx(1.9 * float(alike[1, 3]), rel=1e-9)
    assert float(full[0, 3]) == pytest.approx(1.3 * float(alike[0, 3]), rel=1e-9)
    assert float(torch.linalg.eigvalsh(full).min()) > 0.0
    np.testing.assert_allclose(kernel.forward(rows, rows, diag=True), full.diagonal(), rtol=1e-5)


def test_every_column_of_the_host_has_a_role(host_rows) -> None:
    groups = host_rows.encoder.groups
    assert set(groups) <= set(ROLES)
    assert set(c.CONDITIONS) <= set(ROLES)
    dimensions = sorted(at for role in roles_of(groups) for at in role.dimensions)
    assert dimensions == list(range(host_rows.encoder.dim))


def test_other_parameters_are_roles_of_their_own() -> None:
    assert roles_of({"x1": [0], "mix": [1, 2]}) == [Role((1, 2)), Role((0,))]


@pytest.mark.parametrize(("plain", "learned"), [(True, False), (False, False), (True, True)])
def test_the_gradient_of_the_fit_is_that_of_differences(plain: bool, learned: bool) -> None:
    rng = np.random.default_rng(0)
    measured = np.arange(7) > 2
    rows = Rows(
        X.numpy(),
        rng.normal(size=7),
        np.zeros(7, bool),
        measured,
        measured,
        rng.normal(size=7),
        np.full(7, 0.1),
    )
    fit = MapFit([Role((0, 1)), Role((2, 3))], plain=plain, shift=True, learned_cell=learned)
    objective = fit.objective(rows)
    at = fit.start(rows.z) + 0.05
    gradient = objective(at)[1]
    for k in range(len(at)):
        step = np.zeros(len(at))
        step[k] = 1e-5
        numeric = (objective(at + step)[0] - objective(at - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(numeric, rel=1e-4, abs=1e-6)


def test_lengthscales_never_exceed_the_longest() -> None:
    fit = MapFit([Role((0,))], plain=True, shift=False, learned_cell=False)
    vector = fit.start(np.zeros(1))
    vector[0] = 5.0
    assert fit.read(vector).lengthscales == (LONGEST,)


@pytest.mark.slow
def test_a_told_cell_hardly_reaches_what_is_made_of_other_things(host_rows) -> None:
    """Designs of another framework, agent and electrolyte, at the longest lengthscales that any fit may have."""
    encoder = host_rows.encoder
    roles = roles_of(encoder.groups)
    vector = np.concatenate([np.full(len(roles), 9.0), np.zeros(7)])
    fit = MapFit(roles, plain=True, shift=True, learned_cell=False)
    scales = fit.scales(fit.read(vector), encoder.dim)
    table = encoder.space.sample(400, 3)
    other = (table[sorted(KINDS)] != table[sorted(KINDS)].iloc[0]).all(axis=1).to_numpy()
    Z = torch.from_numpy(encoder.encode(table) / scales)
    reach = matern(Z[:1], Z)[0].numpy()
    assert other.sum() > 100
    assert reach[other].max() < 0.05
    assert LONGEST_OF_KINDS < LONGEST
