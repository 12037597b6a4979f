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
from surrogate.hosts.host_space import host_space
from surrogate.physics.constants import FARADAY
from surrogate.physics.plating import batch
from surrogate.physics.plating import layout as k
from surrogate.physics.plating import runs as plating
from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.kernel import at_rest, half_cycle
from surrogate.physics.plating.nodes import front

LENGTH, SEPARATOR, AREA_PER_VOLUME = 100e-6, 25e-6, 3.2e5
SALT, DIFFUSIVITY, ANION, CURRENT = 1000.0, 4e-10, 0.65, 1e-4
NEGLIGIBLE = 1e-9  # area of a face that is to take no part
BASE: dict[str, Any] = {
    "framework": "carbon_fiber", "electrolyte": "liquid_ether", "conductor_top": 1.0, "conductor_bottom": 1.0,
    "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 10.0, "pore_size_bottom_um": 10.0,
    "thickness_um": 100.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0,
    "nucleation_overpotential_top_mV": 0.0, "nucleation_overpotential_bottom_mV": 0.0,
}  # fmt: skip


def packed(*changes: dict[str, Any], cells: int = plating.CELLS) -> tuple[pd.DataFrame, plating.Packed]:
    complete = CompleteDesigns.of(pd.DataFrame([{**BASE, **change} for change in changes])).frame
    return complete, plating.pack(complete, cells)


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
    plated, ideal_scalars, ideal_host, nu, b
):
    resistivity = nu**2 / (AREA_PER_VOLUME * LENGTH**2)  # 1/kappa + 1/sigma for a film of 1 ohm m2
    p = ideal_scalars(
        FILM=1.0, TOP_AREA=NEGLIGIBLE, FOIL_AREA=NEGLIGIBLE, CURRENT=CURRENT, SEPARATOR=SEPARATOR, SEP_POROSITY=0.5,
        SEP_TORTUOSITY=1.5, CONDUCTIVITY=1e-9, THERMAL=1e-4, VOLTAGE_LIMIT=1e9,
        CHARGE=CURRENT * 20 * (LENGTH + SEPARATOR) ** 2 / DIFFUSIVITY,
    )  # fmt: skip
    sizes, errors = np.array([20, 40, 80, 160]), []
    for cells in sizes:
        edges = uniform_host(cells)
        width, depth = np.diff(edges), 0.5 * (edges[1:] + edges[:-1])
        pore = 4 * porosity(depth) / AREA_PER_VOLUME  # as much surface everywhere
        host = ideal_host(
            cells, thickness=LENGTH, ELECTRONIC=1 / (b * resistivity), EXTRA_IONIC=1 / ((1 - b) * resistivity),
            POROSITY=porosity(depth), TORTUOSITY=tortuosity(depth), PORE=pore,
        )  # fmt: skip
        run = plated(p, host, 50)
        assert run.end == k.DONE
        exact = steady_salt(depth, nu, b, 8)
        found = np.delete(run.salt, [8, -1]) / SALT - 1.0
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
    p, rows = cells.scalars[0], cells.hosts[0]
    solved = reference.solve(p, rows, 8, rtol=1e-8)
    steps, errors = np.array([25, 50, 100, 200, 400]), []
    for count in steps:
        run = plated(p, rows, int(count), 8)
        found, exact = {
            "salt": (run.salt / p[k.SALT], solved.salt[:, -1] / p[k.SALT]),
            "lithium": (run.lithium[8:] / p[k.CHARGE], solved.lithium[:, -1] / p[k.CHARGE]),
        }[quantity]
        errors.append(np.abs(found - exact).sum())
    orders = -np.diff(np.log(errors)) / np.diff(np.log(steps))
    print(name, quantity, "errors", np.round(errors, 6), "orders", np.round(orders, 2))
    assert errors[1] <= at_50_steps
    assert 0.9 <= orders.min() <= orders.max() <= most


def test_salt_is_kept_where_nothing_fills(plated, ideal_scalars, ideal_host):
    """All lithium goes to the top face, above pores that stay empty; the salt is far from even."""
    p = ideal_scalars(CURRENT=500.0, CHARGE=10000.0, FOIL_AREA=NEGLIGIBLE, SEP_POROSITY=0.5, SEPARATOR=50e-6)
    edges = uniform_host(30)
    rows = ideal_host(30, PORE=1e9, POROSITY=porosity(0.5 * (edges[1:] + edges[:-1])))
    run = plated(p, rows, 60)
    volume = np.concatenate([np.full(8, 50e-6 / 8 * 0.5), [0.0], rows[k.POROSITY] * rows[k.WIDTH], [0.0]])
    assert run.end == k.DONE
    assert np.ptp(run.salt) > 0.5 * SALT
    assert volume @ run.salt == pytest.approx(SALT * volume.sum(), rel=1e-6)
    assert run.lithium.sum() == pytest.approx(p[k.CHARGE], rel=1e-5)


@pytest.mark.slow
def test_charge_becomes_lithium_in_all_kinds_of_hosts():
    complete = CompleteDesigns.of(host_space().sample(100, 13)).frame
    cells = plating.pack(complete)
    state = plating.states(complete, cells, plating.run(cells, workers=1))
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
    assert not cells.scalars[:, [k.DEAD_FOIL, k.DEAD_TOP]].any()
    assert not cells.hosts[:, k.DEAD].any()
    cycled = plating.run(cells, strip=True, workers=1)
    state = plating.states(complete, cells, cycled)
    assert (state["stranded_lithium_share"] <= 1e-3).all()
    assert (state["stripped_share"] >= 1.0 - 1e-3).all()
    assert not cycled.lithium[:, batch.DEAD].any()


@pytest.mark.slow
def test_dead_and_live_lithium_add_up_to_what_was_plated():
    complete = CompleteDesigns.of(host_space().sample(100, 17)).frame
    cells = plating.pack(complete)
    cells.scalars[:, [k.DEAD_FOIL, k.DEAD_TOP]] = cells.hosts[:, k.DEAD] = 0.03
    cycled = plating.run(cells, strip=True, workers=1)
    ran = cycled.stripped[:, batch.END] != batch.NOT_RUN
    assert ran.sum() > 60
    whole = cycled.lithium[ran, batch.PLACED].sum(axis=1)
    dead = cycled.lithium[ran, batch.DEAD].sum(axis=1)
    passed = cycled.stripped[ran, batch.PASSED]
    np.testing.assert_allclose(cycled.lithium[ran, batch.LEFT].sum(axis=1) + dead + passed, whole, rtol=1e-8)
    # Lithium moved within a host leaves some dead too, so that more than the law's share of the charge is dead.
    assert (dead >= 0.03 * passed * (1.0 - 1e-8)).all()
    liquid = cells.scalars[ran, k.FROZEN] < 0.5
    assert np.median(dead[liquid] / passed[liquid]) == pytest.approx(0.03, rel=1e-3)


@pytest.mark.parametrize("thickness", [100.0, 300.0])
@pytest.mark.parametrize("barrier", [0.0, 20.0])
def test_a_gradient_between_good_conductors_is_a_null(thickness, barrier):
    same = {
        "nucleation_overpotential_top_mV": barrier, "nucleation_overpotential_bottom_mV": barrier,
        "thickness_um": thickness, "conductivity_bottom_S_m": 1e5,
    }  # fmt: skip
    complete, cells = packed(*({**same, "conductivity_top_S_m": top} for top in (1e2, 1e3, 1e5)))
    found = plating.states(complete, cells, plating.run(cells, workers=1))["bottom_half_share"]
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
    p, rows, top = cells.scalars[0].copy(), cells.hosts[0], 8
    pores = rows[k.POROSITY] * rows[k.WIDTH]
    state = np.zeros((k.STATE, top + 62))
    at_rest(p, state)

    def salt() -> float:
        held, under = state[k.S_LIVE] + state[k.S_DEAD], np.zeros(top + 62)
        front(rows, top, held, under)
        inside = held[top + 1 : -1] * k.LITHIUM_PER_COULOMB
        separator = np.full(top, p[k.SEPARATOR] / top * p[k.SEP_POROSITY])
        volume = np.concatenate([separator, [0.0], pores - inside, [0.0]]) * (1.0 - under)
        volume[0] += held[top + 1 :].sum() * k.LITHIUM_PER_COULOMB
        return float(volume @ state[k.S_SALT])

    start, history, nothing = salt(), np.zeros((2000, k.HISTORY)), np.zeros((0, k.STATE, 1))
    current_A, charge = p[k.CURRENT], p[k.CHARGE]
    for half in range(6):
        p[k.CURRENT] = current_A if half % 2 == 0 else -current_A
        p[k.CHARGE] = charge if half % 2 == 0 else state[k.S_LIVE].sum()
        half_cycle(p, rows, top, 50, history, nothing, state)
        assert salt() == pytest.approx(start, rel=1e-5)
    assert np.ptp(state[k.S_SALT]) > 0.01 * p[k.SALT]
