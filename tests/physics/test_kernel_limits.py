"""What the kernel may never do: give lithium that a cell does not hold, fill what is full, deliver energy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.design.columns import DESIGN_COLUMNS
from surrogate.design.hosts import host_space, normalise_designs
from surrogate.physics import batch, plating
from surrogate.physics import kernel as k


@pytest.fixture(scope="module")
def designs() -> pd.DataFrame:
    return normalise_designs(host_space().sample(200, seed=5))[0]


@pytest.fixture(scope="module")
def packed(designs) -> plating.Packed:
    return plating.pack(designs)


@pytest.fixture(scope="module")
def plated(packed) -> plating.Plated:
    return plating.run(packed, workers=1)


def test_no_node_holds_less_than_nothing(plated):
    # Local stripping is limited by what a node holds: single-ion hosts rearrange lithium while they fill.
    assert plated.lithium.min() >= -1e-9 * plated.lithium.max()


def test_no_cell_holds_more_than_its_pores(packed, plated):
    pores = packed.hosts[:, k.POROSITY] * packed.hosts[:, k.WIDTH]
    held = plated.lithium[:, 1:-1] * k.LITHIUM_PER_COULOMB
    porous = ~packed.planar
    assert np.all(held[porous] <= pores[porous] * (1.0 + 1e-6))


def test_charge_that_passed_is_on_the_nodes(plated):
    passed = plated.summary[:, batch.S_PASSED]
    np.testing.assert_allclose(plated.lithium.sum(axis=1), passed, rtol=1e-9, atol=1e-9)


def test_a_cell_never_delivers_energy(plated):
    assert np.nanmin(plated.summary[:, batch.S_PLATEAU]) > 0.0


def test_numerical_failures_are_rare(plated):
    assert np.mean(plated.summary[:, batch.S_END] == k.FAILED) <= 0.005


def test_a_film_too_resistive_to_pass_the_current_ends_the_run(packed):
    """The drive then has to go tens of volts from its first guess, which Newton's damping must allow."""
    scalars = packed.scalars.copy()
    scalars[:, k.FILM] = 1.0  # ohm m2; 500 times that of an ether at 25 C
    resistive = plating.Packed(scalars, packed.hosts, packed.planar)
    ends = plating.run(resistive, workers=1).summary[:, batch.S_END]
    assert np.mean(ends == k.VOLTAGE) > 0.3
    assert not np.any(ends == k.FAILED)


def test_depleted_runs_do_not_crawl():
    """Once salt is gone at an insulating host's foil, step after step is cut; it has to end in few of them."""
    gone = normalise_designs(
        pd.DataFrame(
            [
                {
                    "framework": "pan", "electrolyte": "gel", "dielectric_top": 1.0, "dielectric_bottom": 1.0,
                    "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "tortuosity": 2.0,
                    "pore_size_bottom_um": 10.0, "thickness_um": 150.0, "current_density_mA_cm2": j,
                    "areal_capacity_mAh_cm2": 4.0,
                }
                for j in (4.0, 8.0, 15.0)
            ]
        )
    )[0]  # fmt: skip
    summary = plating.run(plating.pack(gone[list(DESIGN_COLUMNS)]), workers=1).summary
    ends, steps = summary[:, batch.S_END], summary[:, batch.S_STEPS]
    assert set(ends) == {k.SALT_GONE}
    assert steps.max() <= 3 * plating.STEPS
