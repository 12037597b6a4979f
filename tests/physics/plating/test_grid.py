"""Cells of a host: as many as asked for, finer at the faces and where the conductivity changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import grid, inputs
from surrogate.physics.plating import runs as plating

CELLS = 60
MIDDLES = (np.arange(grid.SAMPLES) + 0.5) / grid.SAMPLES


def step_at(depth: float, low: float = 1e-8, high: float = 10.0) -> np.ndarray:
    return np.where(depth > MIDDLES, low, high)[None, :]


@pytest.mark.parametrize("level", [1e-10, 1e-3, 1e4])
def test_a_host_that_conducts_alike_everywhere_has_the_plain_mesh(level: float) -> None:
    edges = grid.cell_edges(np.full((3, grid.SAMPLES), level), CELLS)
    np.testing.assert_allclose(edges, np.tile(grid.uniform_host(CELLS), (3, 1)), atol=1e-12)


def test_a_change_among_good_conductors_draws_no_cells() -> None:
    edges = grid.cell_edges(step_at(0.5, 1e2, 1e5), CELLS)
    np.testing.assert_allclose(edges[0], grid.uniform_host(CELLS), atol=1e-12)


@pytest.mark.parametrize("depth", [0.01, 0.2, 0.5, 0.83, 1.0])
def test_cells_gather_at_a_step_and_none_is_lost(depth: float) -> None:
    edges = grid.cell_edges(step_at(depth), CELLS)[0]
    width = np.diff(edges)
    assert (edges[0], edges[-1]) == (0.0, 1.0)
    assert width.min() > 1e-4
    assert width.max() < 1.6 * np.diff(grid.uniform_host(CELLS)).max()
    if 0.1 < depth < 0.9:
        near = np.sum((edges > depth - 0.02) & (edges < depth + 0.02))
        plain = np.sum(np.abs(grid.uniform_host(CELLS) - depth) < 0.02)
        assert near >= 4 * plain


def test_the_mesh_of_a_design_resolves_its_percolation_threshold() -> None:
    """A gradient from polymer to carbon conducts from 16 % of carbon on: there the cells are."""
    host = {
        "framework": "pan", "agent": "none", "dielectric_top": 1.0, "conductor_bottom": 1.0,
        "conductor_material": "carbon_fiber", "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 5.0,
        "pore_size_bottom_um": 5.0, "thickness_um": 100.0, "tortuosity": 1.5,
    }  # fmt: skip
    width = plating.pack(CompleteDesigns.of(pd.DataFrame([host])), shipped_parameters()).hosts.width[0]
    assert width.sum() == pytest.approx(100e-6)
    middle = (np.cumsum(width) - 0.5 * width) / width.sum()
    finest = middle[(middle > 0.05) & (middle < 0.95)][np.argmin(width[(middle > 0.05) & (middle < 0.95)])]
    assert finest == pytest.approx(0.16, abs=0.04)


def test_no_cell_of_a_layered_host_has_two_makes() -> None:
    """Each border between layers is an edge, as many edges as before stay in order, and one layer changes nothing."""
    edges = np.tile(grid.uniform_host(60), (3, 1))
    moved = grid.with_borders(edges, np.array([1.0, 3.0, 5.0]))
    np.testing.assert_array_equal(moved[0], edges[0])
    for row, layers in ((1, 3), (2, 5)):
        assert set(np.arange(1, layers) / layers) <= set(moved[row])
    assert (np.diff(moved, axis=1) > 0.0).all()
    assert (moved[:, [0, -1]] == [0.0, 1.0]).all()


def test_designs_on_another_mesh_are_those_packed_for_it() -> None:
    """Whatever stripping leaves dead, and whichever mesh came before."""
    designs = CompleteDesigns.of(host_space().sample(40, seed=5))
    parameters = shipped_parameters()
    packed = inputs.pack(designs, parameters)
    inputs.leave_dead(packed, np.full(40, 0.1), parameters.fitted)
    again, wanted = inputs.with_cells(packed, designs, parameters, 24), inputs.pack(designs, parameters, 24)
    for name in ("protocol_rows", "cell_rows", "host_rows", "planar", "roughening"):
        np.testing.assert_array_equal(getattr(again, name), getattr(wanted, name))
    again.set_current(np.full(40, 3.0))
    assert packed.cells.dead_top[0] == 0.1, "what it was made from stays as it was"
    np.testing.assert_array_equal(packed.protocol_rows, inputs.pack(designs, parameters).protocol_rows)
