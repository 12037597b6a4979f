"""What the kernel may never do: give lithium that a cell does not hold, fill what is full, deliver energy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.design.hosts import host_space, normalise_designs
from surrogate.physics import batch, plating
from surrogate.physics import layout as k
from surrogate.physics.newton import plating_rates


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


INSULATING_TOP = {
    "framework": "pan", "electrolyte": "liquid_ether", "dielectric_top": 1.0, "dielectric_bottom": 0.1,
    "conductor_bottom": 0.9, "porosity_top": 0.62, "porosity_bottom": 0.82, "pore_size_top_um": 1.7,
    "pore_size_bottom_um": 3.9, "tortuosity": 1.85, "thickness_um": 25.0, "current_density_mA_cm2": 0.75,
    "areal_capacity_mAh_cm2": 3.9,
}  # fmt: skip


def test_depleted_runs_do_not_crawl():
    """Salt that is nearly gone lets only ever smaller steps converge; the run has to end, not follow them."""
    mixed = {**INSULATING_TOP, "electrolyte": "gel", "dielectric_bottom": 0.5, "conductor_bottom": 0.5}
    gone = normalise_designs(pd.DataFrame([INSULATING_TOP, mixed]))[0]
    summary = plating.run(plating.pack(gone), workers=1).summary
    assert set(summary[:, batch.S_END]) == {k.SALT_GONE}
    assert summary[:, batch.S_STEPS].max() <= 90


@pytest.mark.parametrize("drive", [-0.5, -0.05, 0.05, 0.5])
def test_a_step_neither_overdraws_a_node_nor_overfills_it(drive):
    """One covered cell between the faces, asked for far more than it holds or has room for."""
    p = np.zeros(k.SCALARS)
    p[[k.SALT, k.EXCHANGE, k.THERMAL]] = 1000.0, 20.0, 0.0514
    rate, slope, held, room, dt = np.zeros(3), np.zeros(3), 5.0, 3.0, 1e6
    state = (np.full(3, drive), np.full(3, 1000.0), np.array([0.0, 10.0, 0.0]), np.ones(3))
    plating_rates(
        p, np.zeros((k.PROFILES, 1)), 0, dt, *state, np.full(3, room), np.full(3, held), rate, slope
    )
    gained = rate[1] * dt
    assert gained == pytest.approx(room if drive > 0 else -held, rel=1e-3)
    assert -held * (1 + 1e-12) <= gained <= room * (1 + 1e-12)
