"""The likeness of designs: the Matern kernel, and which columns share a length scale."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.gaussian_process.kernels import Matern

from surrogate.hosts.columns import COLUMNS
from surrogate.models.kernels import (
    KINDS,
    LONGEST,
    LONGEST_OF_KINDS,
    Effects,
    Role,
    matern,
    mixed,
    roles_of,
)

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


def test_numbers_and_categories_act_alone_and_together() -> None:
    """Against the formula, with the Hamming distance counted and the Matern kernel of another library."""
    kinds = np.array(
        [[1, 0, 0, 1, 0], [0, 1, 0, 1, 0], [0, 1, 0, 0, 1], [1, 0, 0, 1, 0.0]]
    )  # of three, of two
    numbers = X[:4, :2].numpy()
    rows = torch.from_numpy(np.hstack([kinds, numbers / 0.5]))
    rows[:, :3] /= np.sqrt(0.8)
    rows[:, 3:5] /= np.sqrt(0.4)
    effects = Effects(torch.tensor([True] * 5 + [False] * 2), separate=2.0, category=0.3)
    first, second = kinds[:, :3].argmax(axis=1), kinds[:, 3:].argmax(axis=1)
    differ = (first[:, None] != first) / 0.8 + (second[:, None] != second) / 0.4
    by_number, by_kind = Matern(0.5, nu=2.5)(numbers), np.exp(-differ)
    expected = (by_number * by_kind + 2.0 * by_number + 0.6 * by_kind) / (1.0 + 2.0 + 0.6)
    np.testing.assert_allclose(mixed(rows, rows, effects).numpy(), expected, atol=1e-5)
    np.testing.assert_allclose(mixed(rows[1:3].clone(), rows, effects).numpy(), expected[1:3], atol=1e-5)


def test_a_category_that_is_told_apart_is_a_role_of_its_own() -> None:
    groups = {"agent": [0, 1], "x": [2]}
    assert roles_of(groups, categories=["agent"]) == [
        Role((0, 1), np.inf, name="agent", category=True),
        Role((2,), name="x"),
    ]
