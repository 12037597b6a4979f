"""The likeness of designs: the Matern kernel, and which columns share a length scale."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.gaussian_process.kernels import Matern

from surrogate.hosts.columns import COLUMNS
from surrogate.models.kernels import KINDS, LONGEST, LONGEST_OF_KINDS, Role, matern, roles_of

GENERATOR = torch.Generator().manual_seed(0)
X = torch.rand(7, 4, generator=GENERATOR, dtype=torch.double)


def test_it_is_the_matern_five_halves_of_another_library() -> None:
    expected = Matern(length_scale=1.0, nu=2.5)(X.numpy())
    np.testing.assert_allclose(matern(X, X).numpy(), expected, atol=1e-5)


def test_every_column_of_the_host_has_a_role(host_rows) -> None:
    groups = host_rows.encoder.groups
    assert set(groups) <= set(COLUMNS.kernel_roles)
    numbers = {name for name in COLUMNS.conditions if COLUMNS[name].kind != "text"}
    assert numbers <= set(COLUMNS.kernel_roles)
    dimensions = sorted(at for role in roles_of(groups) for at in role.dimensions)
    assert dimensions == list(range(host_rows.encoder.dim))


def test_other_parameters_are_roles_of_their_own() -> None:
    assert roles_of({"x1": [0], "mix": [1, 2]}) == [Role((1, 2), name="mix"), Role((0,), name="x1")]


@pytest.mark.slow
def test_a_measured_cell_hardly_reaches_what_is_made_of_other_things(host_rows) -> None:
    """Designs of another framework, agent and electrolyte, at the longest length scales that any fit may have."""
    encoder = host_rows.encoder
    scales = np.ones(encoder.dim)
    for role in roles_of(encoder.groups):
        assert role.longest == (LONGEST_OF_KINDS if role.name in KINDS else LONGEST)
        scales[list(role.dimensions)] = role.longest
    table = encoder.space.sample(400, 3)
    other = (table[sorted(KINDS)] != table[sorted(KINDS)].iloc[0]).all(axis=1).to_numpy()
    Z = torch.from_numpy(encoder.encode(table) / scales)
    reach = matern(Z[:1], Z)[0].numpy()
    assert other.sum() > 100
    assert reach[other].max() < 0.05
    assert LONGEST_OF_KINDS < LONGEST
