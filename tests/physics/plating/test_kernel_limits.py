"""What the kernel may never do: give lithium that a cell does not hold, fill what is full, deliver energy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.host_space import host_space
from surrogate.physics.plating import batch
from surrogate.physics.plating import layout as k
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.newton import plating_rates


@pytest.fixture(scope="module")
def designs() -> pd.DataFrame:
    return CompleteDesigns.of(host_space().sample(200, seed=5)).frame


@pytest.fixture(scope="module")
def packed(designs) -> plating.Packed:
    return plating.pack(designs)


@pytest.fixture(scope="module")
def plated(packed) -> plating.Cycled:
    return plating.run(packed, workers=1)


def test_no_node_holds_less_than_nothing(plated):
    # Local stripping is limited by what a node holds: single-ion hosts rearrange lithium while they fill.
    assert plated.lithium.min() >= -1e-9 * plated.lithium.max()


@pytest.mark.slow
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


@pytest.mark.slow
def test_depleted_runs_do_not_crawl():
    """Salt that is nearly gone lets only ever smaller steps converge; the run has to end, not follow them."""
    designs = CompleteDesigns.of(host_space().sample(600, seed=9)).frame
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


CHARGE = 5.0 * 36000.0  # C m-2, 5 mAh cm-2


def _cells(dead_inside: float, dead_top: float) -> tuple[np.ndarray, np.ndarray]:
    """Kernel input of a uniform host that leaves these shares of CHARGE dead."""
    design = {
        "framework": "carbon_fiber", "agent": "none", "conductor_top": 1.0, "conductor_bottom": 1.0,
        "porosity_top": 0.6, "porosity_bottom": 0.6, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0,
        "thickness_um": 60.0,
        "areal_capacity_mAh_cm2": 5.0, "tortuosity": 1.5, "nucleation_overpotential_top_mV": 0.0,
        "nucleation_overpotential_bottom_mV": 0.0,
    }  # fmt: skip
    packed = plating.pack(CompleteDesigns.of(pd.DataFrame([design])).frame)
    p = packed.scalars[0].copy()
    host = packed.hosts[0].copy()
    host[k.DEAD] = p[k.DEAD_FOIL] = dead_inside
    p[k.DEAD_TOP] = dead_top
    return p, host


def _cycled(p: np.ndarray, host: np.ndarray, halves: int) -> tuple[np.ndarray, np.ndarray]:
    """State after plating and stripping in turn, and the history of the last half cycle."""
    state = np.zeros((k.STATE, 8 + host.shape[1] + 2))
    at_rest(p, state)
    current, charge = p[k.CURRENT], p[k.CHARGE]
    for half in range(halves):
        p[k.CURRENT] = current if half % 2 == 0 else -current
        p[k.CHARGE] = charge if half % 2 == 0 else state[k.S_LIVE].sum()
        history = np.zeros((2000, k.HISTORY))
        rows = half_cycle(p, host, 8, 50, history, np.zeros((0, k.STATE, 1)), state)[1]
    return state, history[:rows]


def test_lithium_dies_as_its_place_has_it():
    inside, _ = _cycled(*_cells(0.02, 0.0), 2)
    assert inside[k.S_DEAD, 8] == 0.0
    assert inside[k.S_DEAD, 9:].sum() == pytest.approx(0.02 * CHARGE, rel=0.1)
    top, _ = _cycled(*_cells(0.0, 0.02), 2)
    assert top[k.S_DEAD, 9:].sum() == 0.0
    assert top[k.S_DEAD, 8] > 0.0


def test_dead_lithium_takes_room_from_the_living():
    """Half of what a cell strips dies: after a few cycles the pores are too full for the capacity."""
    fresh, _ = _cycled(*_cells(0.0, 0.0), 5)
    state, _ = _cycled(*_cells(0.3, 0.3), 5)
    pores = 0.6 * 60e-6 / k.LITHIUM_PER_COULOMB
    held = (state[k.S_LIVE] + state[k.S_DEAD])[9:].sum()
    assert held <= pores * (1.0 + 1e-6)
    assert state[k.S_LIVE, 8] > 2.0 * fresh[k.S_LIVE, 8] + 1.0  # what has no room below lies on top


def test_patches_that_shrink_keep_more_surface_than_a_thinning_film():
    """Where little is plated, coverage falls as volume to the power 2/3, and the end takes less voltage."""
    p, host = _cells(0.0, 0.0)
    p[k.CHARGE] = 0.02 * CHARGE
    history = _cycled(p, host, 2)[1]
    stripped, voltage = history[:, k.H_CHARGE] / (0.02 * CHARGE), np.abs(history[:, k.H_VOLTAGE])
    late = (stripped > 0.9) & (stripped < 0.97)
    early = (stripped > 0.1) & (stripped < 0.2)
    assert 2.0 < voltage[late].mean() / voltage[early].mean() < 4.5  # 6.5 if only the film law held
