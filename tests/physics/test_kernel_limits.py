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
def plated(packed) -> plating.Cycled:
    return plating.run(packed, workers=1)


def test_no_node_holds_less_than_nothing(plated):
    # Local stripping is limited by what a node holds: single-ion hosts rearrange lithium while they fill.
    assert plated.lithium.min() >= -1e-9 * plated.lithium.max()


def test_stripping_takes_no_more_than_there_is(packed):
    cycled = plating.run(packed, strip=True, workers=1)
    left = cycled.lithium[:, batch.LEFT]
    assert left.min() >= -1e-9 * cycled.lithium.max()
    whole = cycled.lithium[:, batch.PLATED].sum(axis=1)
    ran = cycled.stripped[:, batch.END] != batch.NOT_RUN
    balance = (left.sum(axis=1) + cycled.stripped[:, batch.PASSED])[ran] / whole[ran]
    np.testing.assert_allclose(balance, 1.0, rtol=1e-8)
    assert np.mean(cycled.stripped[:, batch.END] == k.FAILED) <= 0.005


def test_no_cell_holds_more_than_its_pores(packed, plated):
    pores = packed.hosts[:, k.POROSITY] * packed.hosts[:, k.WIDTH]
    held = plated.lithium[:, batch.PLACED, 1:-1] * k.LITHIUM_PER_COULOMB
    porous = ~packed.planar
    assert np.all(held[porous] <= pores[porous] * (1.0 + 1e-6))


def test_charge_that_passed_is_on_the_nodes(plated):
    passed = plated.plated[:, batch.PASSED]
    np.testing.assert_allclose(plated.lithium[:, batch.PLATED].sum(axis=1), passed, rtol=1e-9, atol=1e-9)


def test_a_cell_never_delivers_energy(plated):
    assert np.nanmin(plated.plated[:, batch.VOLTAGE_PLATEAU]) > 0.0


def test_numerical_failures_are_rare(plated):
    assert np.mean(plated.plated[:, batch.END] == k.FAILED) <= 0.005


def test_a_film_too_resistive_to_pass_the_current_ends_the_run(packed):
    """The drive then has to go tens of volts from its first guess, which Newton's damping must allow."""
    scalars = packed.scalars.copy()
    scalars[:, [k.FILM, k.COUNTER_FILM]] = 1.0  # ohm m2; 500 times that of an ether at 25 C
    resistive = plating.Packed(scalars, packed.hosts, packed.planar)
    ends = plating.run(resistive, workers=1).plated[:, batch.END]
    assert np.mean(ends == k.VOLTAGE) > 0.3
    assert not np.any(ends == k.FAILED)


def test_depleted_runs_do_not_crawl():
    """Salt that is nearly gone lets only ever smaller steps converge; the run has to end, not follow them."""
    designs = normalise_designs(host_space().sample(600, seed=9))[0]
    slow = designs[designs["electrolyte"].isin(["gel", "peo"])].assign(current_density_mA_cm2=10.0)
    plated = plating.run(plating.pack(slow), workers=1).plated
    gone = plated[:, batch.END] == k.SALT_GONE
    assert gone.sum() >= 20
    assert np.median(plated[gone, batch.STEPS]) <= 70
    assert plated[gone, batch.STEPS].max() <= 250


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
