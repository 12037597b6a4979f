"""Observed orders of the kernel, what it keeps, and what it gives back.

In space the scheme is of second order. In time it is of first order at last: backward Euler, with pore fill and
coverage extrapolated to half a step. Where these two carry most of the error, it falls faster at first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import reference

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.physics.constants import FARADAY
from surrogate.physics.parameters import shipped_parameters
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.nodes import front
from surrogate.physics.plating.structures import (
    DONE,
    LITHIUM_PER_COULOMB,
    NOT_RUN,
    NodeState,
    new_history,
    new_state,
)

LENGTH, SEPARATOR, AREA_PER_VOLUME = 100e-6, 25e-6, 3.2e5
SALT, DIFFUSIVITY, ANION, CURRENT = 1000.0, 4e-10, 0.65, 1e-4
CUTOFF_V = shipped_parameters().plating.stripping_cutoff_V
NEGLIGIBLE = 1e-9  # area of a face that is to take no part
BASE: dict[str, Any] = {
    "framework": "carbon_fiber", "electrolyte": "liquid_ether", "conductor_top": 1.0, "conductor_bottom": 1.0,
    "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0,
    "thickness_um": 100.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0,
    "nucleation_overpotential_top_mV": 0.0, "nucleation_overpotential_bottom_mV": 0.0,
}  # fmt: skip


def packed(*changes: dict[str, Any], cells: int = plating.CELLS) -> tuple[CompleteDesigns, plating.Packed]:
    complete = CompleteDesigns.of(pd.DataFrame([{**BASE, **change} for change in changes]))
    return complete, plating.pack(complete, shipped_parameters(), cells)


def states(complete: pd.DataFrame, cells: plating.Packed, cycled: plating.Cycled) -> CompleteDesigns:
    return plating.states(complete, cells, cycled, shipped_parameters().plating.mostly_outside)


def steady_salt(depth: np.ndarray, nu: float, b: float, separator_cells: int) -> np.ndarray:
    """Steady salt over the initial one, less 1, in a host whose porosity and tortuosity vary with depth.

    The ionic current is that of linear kinetics (Newman & Tobias); salt obeys D eps/tau dc/dz = -(1 - t) i_l/F,
    and none is lost. Returns the separator's cells, then ``depth``.
    """
    fine = np.linspace(0.0, 1.0, 20001)
    ionic = b + ((1 - b) * np.sinh(nu * (1 - fine)) - b * np.sinh(nu * fine)) / np.sinh(nu)
    slope = -ANION * CURRENT * ionic / FARADAY / (DIFFUSIVITY * porosity(fine) / tortuosity(fine)) * LENGTH
    inside = np.concatenate([[0.0], np.cumsum(0.5 * (slope[1:] + slope[:-1]) / 20000)])
    fall = ANION * CURRENT / (FARADAY * DIFFUSIVITY * 0.5 / 1.5)
    middles = SEPARATOR * (1.0 - (np.arange(separator_cells) + 0.5) / separator_cells)
    whole = 0.5 * SEPARATOR + LENGTH * np.trapezoid(porosity(fine), fine)
    mean = 0.5 * SEPARATOR * fall * SEPARATOR / 2 + LENGTH * np.trapezoid(porosity(fine) * inside, fine)
    return (np.concatenate([fall * middles, np.interp(depth, fine, inside)]) - mean / whole) / SALT


def porosity(depth: np.ndarray) -> np.ndarray:
    return 0.5 + 0.4 * depth


def tortuosity(depth: np.ndarray) -> np.ndarray:
    return 1.0 + 2.0 * depth**2


@pytest.mark.parametrize(("nu", "b"), [(3.0, 0.1), (10.0, 0.5)])
def test_salt_in_a_graded_host_converges_with_the_square_of_the_cell_width(
    plated, ideal_cell, ideal_host, nu, b
):
    resistivity = nu**2 / (AREA_PER_VOLUME * LENGTH**2)  # 1/kappa + 1/sigma for a film of 1 ohm m2
    asked = {
        "film": 1.0, "top_area": NEGLIGIBLE, "foil_area": NEGLIGIBLE, "current": CURRENT, "separator": SEPARATOR,
        "separator_porosity": 0.5, "separator_tortuosity": 1.5, "conductivity": 1e-9, "thermal": 1e-4,
        "voltage_limit": 1e9, "charge": CURRENT * 20 * (LENGTH + SEPARATOR) ** 2 / DIFFUSIVITY,
    }  # fmt: skip
    sizes, errors = np.array([20, 40, 80, 160]), []
    for cells in sizes:
        edges = uniform_host(cells)
        width, depth = np.diff(edges), 0.5 * (edges[1:] + edges[:-1])
        pore = 4 * porosity(depth) / AREA_PER_VOLUME  # as much surface everywhere
        host = ideal_host(
            cells, thickness=LENGTH, electronic=1 / (b * resistivity), extra_ionic=1 / ((1 - b) * resistivity),
            porosity=porosity(depth), tortuosity=tortuosity(depth), pore=pore,
        )  # fmt: skip
        run = plated(*ideal_cell(host, **asked))
        assert run.end == DONE
        exact = steady_salt(depth, nu, b, 8)
        found = np.delete(run.state.salt, [8, -1]) / SALT - 1.0
        weight = np.concatenate([np.full(8, SEPARATOR / 8), LENGTH * width])
        errors.append(np.sqrt(weight @ (found - exact) ** 2 / (weight @ exact**2)))
    orders = -np.diff(np.log(errors)) / np.diff(np.log(sizes))
    assert errors[0] <= 0.01
    assert 1.8 <= orders.min() <= orders.max() <= 2.5


TRANSIENTS = {
    "salt on its way down": {
        "electrolyte": "gel", "current_density_mA_cm2": 5.0, "areal_capacity_mAh_cm2": 0.3, "thickness_um": 80.0,
    },
    "a bare top that gets covered": {"nucleation_overpotential_top_mV": 40.0, "areal_capacity_mAh_cm2": 4.0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "quantity", "most", "at_50_steps"),
    [
        ("salt on its way down", "salt", 1.2, 0.05),
        ("salt on its way down", "lithium", 1.2, 4e-4),
        ("a bare top that gets covered", "lithium", 2.2, 0.035),
    ],
)
@pytest.mark.slow
def test_order_in_time(plated, name, quantity, most, at_50_steps):
    cells = packed(TRANSIENTS[name], cells=16)[1]
    protocol, model = cells.protocol(0), cells.model(0, 8)
    solved = reference.solve(protocol, model, rtol=1e-8)
    steps, errors = np.array([25, 50, 100, 200, 400]), []
    for count in steps:
        run = plated(protocol, model, int(count))
        found, exact = {
            "salt": (run.state.salt / model.cell.salt, solved.salt[:, -1] / model.cell.salt),
            "lithium": (run.state.live[8:] / protocol.charge, solved.lithium[:, -1] / protocol.charge),
        }[quantity]
        errors.append(np.abs(found - exact).sum())
    orders = -np.diff(np.log(errors)) / np.diff(np.log(steps))
    print(name, quantity, "errors", np.round(errors, 6), "orders", np.round(orders, 2))
    assert errors[1] <= at_50_steps
    assert 0.9 <= orders.min() <= orders.max() <= most


def test_salt_is_kept_where_nothing_fills(plated, ideal_cell, ideal_host):
    """All lithium goes to the top face, above pores that stay empty; the salt is far from even."""
    edges = uniform_host(30)
    host = ideal_host(30, pore=1e9, porosity=porosity(0.5 * (edges[1:] + edges[:-1])))
    protocol, model = ideal_cell(
        host, current=500.0, charge=10000.0, foil_area=NEGLIGIBLE, separator_porosity=0.5, separator=50e-6
    )
    run = plated(protocol, model, 60)
    volume = np.concatenate([np.full(8, 50e-6 / 8 * 0.5), [0.0], host.porosity * host.width, [0.0]])
    assert run.end == DONE
    assert np.ptp(run.state.salt) > 0.5 * SALT
    assert volume @ run.state.salt == pytest.approx(SALT * volume.sum(), rel=1e-6)
    assert run.state.live.sum() == pytest.approx(protocol.charge, rel=1e-5)


@pytest.mark.slow
def test_charge_becomes_lithium_in_all_kinds_of_hosts():
    complete = CompleteDesigns.of(host_space().sample(100, 13))
    cells = plating.pack(complete, shipped_parameters())
    state = states(complete, cells, plating.run(cells, workers=1))
    assert state["charge_error"].notna().sum() > 60
    assert state["charge_error"].max() <= 1e-5


STRIPPED = {
    "no barrier": {},
    "barrier": {"nucleation_overpotential_top_mV": 20.0, "nucleation_overpotential_bottom_mV": 20.0},
    "graded barrier": {"nucleation_overpotential_top_mV": 40.0},
    "thick and full": {"thickness_um": 300.0, "areal_capacity_mAh_cm2": 5.0},
}


def test_a_conductive_host_is_empty_again_after_stripping():
    complete, cells = packed(*STRIPPED.values())
    assert not any(dead.any() for dead in (cells.cells.dead_foil, cells.cells.dead_top, cells.hosts.dead))
    cycled = plating.run(cells, strip_to_V=CUTOFF_V, workers=1)
    state = states(complete, cells, cycled)
    assert (state["stranded_lithium_share"] <= 1e-3).all()
    assert (state["stripped_share"] >= 1.0 - 1e-3).all()
    assert not cycled.lithium.dead.any()


@pytest.mark.slow
def test_dead_and_live_lithium_add_up_to_what_was_plated():
    complete = CompleteDesigns.of(host_space().sample(100, 17))
    cells = plating.pack(complete, shipped_parameters())
    for dead in (cells.cells.dead_foil, cells.cells.dead_top, cells.hosts.dead):
        dead[:] = 0.03
    cycled = plating.run(cells, strip_to_V=CUTOFF_V, workers=1)
    ran = cycled.stripped.end != NOT_RUN
    assert ran.sum() > 60
    whole, left, dead = (
        one[ran].sum(axis=1) for one in (cycled.lithium.placed, cycled.lithium.left, cycled.lithium.dead)
    )
    passed = cycled.stripped.passed[ran]
    np.testing.assert_allclose(left + dead + passed, whole, rtol=1e-8)
    # Lithium moved within a host leaves some dead too, so that more than the law's share of the charge is dead.
    assert (dead >= 0.03 * passed * (1.0 - 1e-8)).all()
    liquid = cells.cells.frozen[ran] < 0.5
    assert np.median(dead[liquid] / passed[liquid]) == pytest.approx(0.03, rel=1e-3)


@pytest.mark.parametrize("thickness", [100.0, 300.0])
@pytest.mark.parametrize("barrier", [0.0, 20.0])
def test_a_gradient_between_good_conductors_is_a_null(thickness, barrier):
    same = {
        "nucleation_overpotential_top_mV": barrier, "nucleation_overpotential_bottom_mV": barrier,
        "thickness_um": thickness, "conductivity_bottom_S_m": 1e5,
    }  # fmt: skip
    complete, cells = packed(*({**same, "conductivity_top_S_m": top} for top in (1e2, 1e3, 1e5)))
    found = states(complete, cells, plating.run(cells, workers=1))["bottom_half_share"]
    assert np.ptp(found) < 0.002
    assert found.max() < 0.45


@pytest.mark.parametrize(
    ("electrolyte", "current", "capacity"), [("liquid_ether", 1.0, 10.0), ("gel", 2.0, 8.0)]
)
def test_salt_is_kept_over_cycles_that_fill_the_pores(electrolyte, current, capacity):
    """What lithium displaces flows to the gap that the counter electrode leaves, and comes back from there."""
    change = {
        "electrolyte": electrolyte,
        "current_density_mA_cm2": current,
        "areal_capacity_mAh_cm2": capacity,
    }
    cells = packed(change, cells=60)[1]
    protocol, model, top = cells.protocol(0), cells.model(0, 8), 8
    host, cell = model.host, model.cell
    pores = host.porosity * host.width
    state = new_state(top + 62)
    at_rest(cell, state)

    def salt() -> float:
        held, under = state.live + state.dead, np.zeros(top + 62)
        front(model, held, under)
        inside = held[top + 1 : -1] * LITHIUM_PER_COULOMB
        separator = np.full(top, cell.separator / top * cell.separator_porosity)
        volume = np.concatenate([separator, [0.0], pores - inside, [0.0]]) * (1.0 - under)
        volume[0] += held[top + 1 :].sum() * LITHIUM_PER_COULOMB
        return float(volume @ state.salt)

    start, history = salt(), new_history(2000)
    nothing = NodeState(*(np.zeros((0, 1)) for _ in NodeState._fields))
    for half in range(6):
        asked = protocol
        if half % 2 == 1:
            asked = protocol._replace(current=-protocol.current, charge=float(state.live.sum()))
        half_cycle(model, asked, 50, history, nothing, state)
        assert salt() == pytest.approx(start, rel=1e-5)
    assert np.ptp(state.salt) > 0.01 * cell.salt
