"""The shape of a gradient: its ends, its layers, its means."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from surrogate.hosts import gradient

EXPONENTS = (0.3, 1.0, 2.5)
FINE = (np.arange(60000) + 0.5) / 60000  # a multiple of every number of layers


def test_one_layer_is_the_continuous_gradient() -> None:
    np.testing.assert_array_equal(gradient.weight(FINE, 2.0), (1.0 - FINE) ** 2.0)
    assert gradient.weight(0.0, 0.3) == 1.0
    assert gradient.weight(1.0, 0.3) == 0.0


@pytest.mark.parametrize("layers", range(2, gradient.MOST_LAYERS + 1))
def test_layers_are_equally_thick_steps_from_top_to_bottom(layers: int) -> None:
    found = gradient.weight(FINE, 1.0, layers)
    values, counts = np.unique(found, return_counts=True)
    np.testing.assert_allclose(values, np.linspace(0.0, 1.0, layers), atol=1e-12)
    assert np.ptp(counts) <= 1
    assert np.all(np.diff(found) <= 0)
    assert (found[0], found[-1]) == (1.0, 0.0)


def test_the_exponent_moves_the_middle_layer_only() -> None:
    assert gradient.weight([0.1, 0.5, 0.9], 2.0, 3).tolist() == [1.0, 0.25, 0.0]
    for exponent in EXPONENTS:  # a bilayer has no middle
        assert gradient.weight([0.49, 0.51], exponent, 2).tolist() == [1.0, 0.0]
    assert gradient.weight([0.0, 1.0], 1.0, 2).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("layers", range(1, gradient.MOST_LAYERS + 1))
@pytest.mark.parametrize("exponent", EXPONENTS)
def test_means_are_the_integrals_over_depth(layers: int, exponent: float) -> None:
    profile = gradient.weight(FINE, exponent, layers)
    assert gradient.mean_weight(exponent, layers) == pytest.approx(np.mean(profile), abs=2e-5)
    assert gradient.mean_weight(2 * exponent, layers) == pytest.approx(np.mean(profile**2), abs=2e-5)


def test_means_of_many_rows_at_once() -> None:
    found = gradient.mean_weight(np.array([1.0, 2.0, 2.0]), np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(found, [0.5, 0.5, (1.0 + 0.25) / 3.0])


@pytest.mark.parametrize("layers", range(2, gradient.MOST_LAYERS + 1))
@pytest.mark.parametrize("cells", [1, 7, 40, 160])
def test_cell_means_add_up_to_the_layers_on_any_mesh(layers: int, cells: int) -> None:
    edges = np.linspace(0.0, 1.0, cells + 1) ** 1.3
    found = gradient.cell_mean_weight(edges, 2.0, layers)
    assert found @ np.diff(edges) == pytest.approx(float(gradient.mean_weight(2.0, layers)), rel=1e-12)
    inside = [int(low * layers) == int(high * layers - 1e-9) for low, high in pairwise(edges)]
    middle = 0.5 * (edges[1:] + edges[:-1])
    np.testing.assert_allclose(
        found[inside], gradient.weight(middle, 2.0, layers)[inside], rtol=1e-12, atol=1e-15
    )


def test_a_cell_across_a_border_takes_the_share_of_either_layer() -> None:
    assert gradient.cell_mean_weight([0.0, 0.4, 0.8, 1.0], 1.0, 2).tolist() == pytest.approx([1.0, 0.25, 0.0])


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_lamellae_are_top_and_bottom_in_turn_whatever_the_exponent(exponent: float) -> None:
    middles = {n: (np.arange(n) + 0.5) / n for n in range(2, gradient.MOST_LAYERS + 1)}
    for n, depth in middles.items():
        turns = [1.0, 0.0, 1.0, 0.0, 1.0][:n]
        assert gradient.weight(depth, exponent, n, True).tolist() == turns
        assert gradient.mean_weight(exponent, n, True) == pytest.approx(np.mean(turns), rel=1e-15)
        assert gradient.weight(1.0, exponent, n, True) == turns[-1]
    assert gradient.weight(0.3, 2.0, 1, True) == gradient.weight(0.3, 2.0, 1)
    assert gradient.mean_weight(2.0, 1, True) == gradient.mean_weight(2.0, 1)


@pytest.mark.parametrize("cells", [1, 7, 60])
def test_cell_means_of_lamellae_add_up_on_any_mesh(cells: int) -> None:
    edges = np.linspace(0.0, 1.0, cells + 1) ** 1.3
    for layers in (2, 3, 5):
        found = gradient.cell_mean_weight(edges, 0.5, layers, True)
        assert found @ np.diff(edges) == pytest.approx(
            float(gradient.mean_weight(0.5, layers, True)), rel=1e-12
        )
