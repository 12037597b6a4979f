"""What the kernel may never do: give lithium that a cell does not hold, fill what is full, deliver energy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.newton import hold, plating_rates
from surrogate.physics.plating.structures import (
    FAILED,
    LITHIUM_PER_COULOMB,
    NOT_RUN,
    SALT_GONE,
    VOLTAGE,
    CellProperties,
    History,
    HostProfile,
    Model,
    NewtonSystem,
    Nodes,
    NodeState,
    Places,
    Protocol,
    new_history,
    new_state,
)

CUTOFF_V = shipped_parameters().plating.stripping_cutoff_V


def pack(table: CompleteDesigns) -> plating.Packed:
    return plating.pack(table, shipped_parameters())


def largest(lithium: Places) -> float:
    return max(float(one.max()) for one in lithium)


@pytest.fixture(scope="module")
def designs() -> CompleteDesigns:
    return CompleteDesigns.of(host_space().sample(200, seed=5))


@pytest.fixture(scope="module")
def packed(designs) -> plating.Packed:
    return pack(designs)


@pytest.fixture(scope="module")
def plated(packed) -> plating.Cycled:
    return plating.run(packed, workers=1)


def test_no_node_holds_less_than_nothing(plated):
    # Local stripping is limited by what a node holds: single-ion hosts rearrange lithium while they fill.
    assert min(one.min() for one in plated.lithium) >= -1e-9 * largest(plated.lithium)


@pytest.mark.slow
def test_stripping_takes_no_more_than_there_is(packed):
    cycled = plating.run(packed, strip_to_V=CUTOFF_V, workers=1)
    left, stripped = cycled.lithium.left, cycled.stripped
    assert left.min() >= -1e-9 * largest(cycled.lithium)
    whole = cycled.lithium.plated.sum(axis=1)
    ran = stripped.end != NOT_RUN
    balance = (left.sum(axis=1) + stripped.passed)[ran] / whole[ran]
    np.testing.assert_allclose(balance, 1.0, rtol=1e-8)
    assert np.mean(stripped.end == FAILED) <= 0.005


def test_no_cell_holds_more_than_its_pores(packed, plated):
    pores = packed.hosts.porosity * packed.hosts.width
    held = plated.lithium.placed[:, 1:-1] * LITHIUM_PER_COULOMB
    porous = ~packed.planar
    assert np.all(held[porous] <= pores[porous] * (1.0 + 1e-6))


def test_charge_that_passed_is_on_the_nodes(plated):
    passed = plated.plated.passed
    np.testing.assert_allclose(plated.lithium.plated.sum(axis=1), passed, rtol=1e-9, atol=1e-9)


def test_a_cell_never_delivers_energy(plated):
    assert np.nanmin(plated.plated.plateau) > 0.0


def test_numerical_failures_are_rare(plated):
    assert np.mean(plated.plated.end == FAILED) <= 0.005


def test_a_film_too_resistive_to_pass_the_current_ends_the_run(packed):
    """The drive then has to go tens of volts from its first guess, which Newton's damping must allow."""
    resistive = packed.take(np.arange(len(packed.planar)))
    for film in (resistive.cells.film, resistive.cells.counter_film):
        film[:] = 1.0  # ohm m2; 500 times that of an ether at 25 C
    ends = plating.run(resistive, workers=1).plated.end
    assert np.mean(ends == VOLTAGE) > 0.3
    assert not np.any(ends == FAILED)


@pytest.mark.slow
def test_depleted_runs_do_not_crawl():
    """Salt that is nearly gone lets only ever smaller steps converge; the run has to end, not follow them."""
    designs = CompleteDesigns.of(host_space().sample(600, seed=9))
    chosen = designs.frame[designs["electrolyte"].isin(["gel", "peo"])]
    slow = CompleteDesigns.of(chosen.assign(current_density_mA_cm2=10.0))
    plated = plating.run(pack(slow), workers=1).plated
    gone = plated.end == SALT_GONE
    assert gone.sum() >= 20
    assert np.median(plated.steps[gone]) <= 70
    assert plated.steps[gone].max() <= 300


@pytest.mark.parametrize("drive", [-0.5, -0.05, 0.05, 0.5])
def test_a_step_neither_overdraws_a_node_nor_overfills_it(drive):
    """One covered cell between the faces, asked for far more than it holds or has room for."""
    cell = CellProperties(**{**dict.fromkeys(CellProperties._fields, 0.0), "salt": 1000.0, "exchange": 20.0,
                             "thermal": 0.0514})  # fmt: skip
    constants = pack(CompleteDesigns.of(pd.DataFrame([{"framework": "none"}]))).constants
    model = Model(cell, HostProfile(*(np.zeros(1) for _ in HostProfile._fields)), constants, 0)
    held, room, dt = 5.0, 3.0, 1e6
    nodes = Nodes(**{name: np.zeros(3) for name in Nodes._fields})._replace(
        area=np.array([0.0, 10.0, 0.0]), covered=np.ones(3), room=np.full(3, room), stock=np.full(3, held)
    )
    blocks = (np.zeros((3, 4)) for _ in range(3))
    system = NewtonSystem(*np.zeros((6, 3)), *blocks, np.zeros((3, 2)))
    hold(model, np.full(3, 1000.0), nodes, system)
    plating_rates(model, dt, np.full(3, drive), nodes, system)
    gained = system.rate[1] * dt
    assert gained == pytest.approx(room if drive > 0 else -held, rel=1e-3)
    assert -held * (1 + 1e-12) <= gained <= room * (1 + 1e-12)


CHARGE = 5.0 * 36000.0  # C m-2, 5 mAh cm-2


def _cell(dead_inside: float, dead_top: float) -> tuple[Protocol, Model]:
    """A uniform host that leaves these shares of CHARGE dead, and what is asked of it."""
    design = {
        "framework": "carbon_fiber", "agent": "none", "conductor_top": 1.0, "conductor_bottom": 1.0,
        "porosity_top": 0.6, "porosity_bottom": 0.6, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0,
        "thickness_um": 60.0,
        "areal_capacity_mAh_cm2": 5.0, "tortuosity": 1.5, "nucleation_overpotential_top_mV": 0.0,
        "nucleation_overpotential_bottom_mV": 0.0,
    }  # fmt: skip
    packed = pack(CompleteDesigns.of(pd.DataFrame([design])))
    packed.hosts.dead[:] = packed.cells.dead_foil[:] = dead_inside
    packed.cells.dead_top[:] = dead_top
    return packed.protocol(0), packed.model(0, plating.SEPARATOR_CELLS)


def _cycled(protocol: Protocol, model: Model, halves: int) -> tuple[NodeState, History]:
    """State after plating and stripping in turn, and the history of the last half cycle."""
    state = new_state(model.top + len(model.host.width) + 2)
    at_rest(model.cell, state)
    nothing = NodeState(*(np.zeros((0, 1)) for _ in NodeState._fields))
    for half in range(halves):
        asked = protocol
        if half % 2 == 1:
            asked = protocol._replace(current=-protocol.current, charge=float(state.live.sum()))
        history = new_history(2000)
        steps = half_cycle(model, asked, 50, history, nothing, state)[1]
    return state, History(*(one[:steps] for one in history))


def test_lithium_dies_as_its_place_has_it():
    inside, _ = _cycled(*_cell(0.02, 0.0), 2)
    assert inside.dead[8] == 0.0
    assert inside.dead[9:].sum() == pytest.approx(0.02 * CHARGE, rel=0.1)
    top, _ = _cycled(*_cell(0.0, 0.02), 2)
    assert top.dead[9:].sum() == 0.0
    assert top.dead[8] > 0.0


def test_dead_lithium_takes_room_from_the_living():
    """Half of what a cell strips dies: after a few cycles the pores are too full for the capacity."""
    fresh, _ = _cycled(*_cell(0.0, 0.0), 5)
    state, _ = _cycled(*_cell(0.3, 0.3), 5)
    pores = 0.6 * 60e-6 / LITHIUM_PER_COULOMB
    held = (state.live + state.dead)[9:].sum()
    assert held <= pores * (1.0 + 1e-6)
    assert state.live[8] > 2.0 * fresh.live[8] + 1.0  # what has no room below lies on top


def test_patches_that_shrink_keep_more_surface_than_a_thinning_film():
    """Where little is plated, coverage falls as volume to the power 2/3, and the end takes less voltage."""
    protocol, model = _cell(0.0, 0.0)
    history = _cycled(protocol._replace(charge=0.02 * CHARGE), model, 2)[1]
    stripped, voltage = history.charge / (0.02 * CHARGE), np.abs(history.voltage)
    late = (stripped > 0.9) & (stripped < 0.97)
    early = (stripped > 0.1) & (stripped < 0.2)
    assert 2.0 < voltage[late].mean() / voltage[early].mean() < 4.5  # 6.5 if only the film law held
