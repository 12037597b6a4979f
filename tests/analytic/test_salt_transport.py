"""Salt between planar lithium electrodes: Sand's time, the limiting current and what is conserved."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.physics.constants import FARADAY
from surrogate.physics.plating.structures import DONE, SALT_GONE
from surrogate.physics.transport import limiting_current, sand_time

SALT, DIFFUSIVITY, ANION = 1000.0, 4e-10, 0.65


@pytest.mark.parametrize(("porosity", "tortuosity"), [(1.0, 1.0), (0.5, 2.5)])
def test_salt_is_gone_at_sands_time(plated, ideal_cell, porosity, tortuosity):
    current = 200.0
    tau = float(sand_time(DIFFUSIVITY / tortuosity, porosity * SALT, current, ANION))
    deep = 6 * np.sqrt(DIFFUSIVITY / tortuosity * tau)  # far enough for the electrode to see no other
    cell = ideal_cell(
        current=current, charge=1.5 * current * tau, separator=deep, separator_porosity=porosity,
        separator_tortuosity=tortuosity, conductivity=1e3, film=0.0, separator_cells=400,
    )  # fmt: skip
    run = plated(*cell, steps=1000)
    assert run.end == SALT_GONE
    assert run.history.charge[-1] / current == pytest.approx(tau, rel=0.02)


def test_the_surface_concentration_falls_with_the_root_of_time(plated, ideal_cell):
    current = 200.0
    tau = float(sand_time(DIFFUSIVITY, SALT, current, ANION))
    deep = 6 * np.sqrt(DIFFUSIVITY * tau)
    cell = ideal_cell(
        current=current, charge=0.9 * current * tau, separator=deep, conductivity=1e3,
        separator_cells=400,
    )  # fmt: skip
    run = plated(*cell, steps=1000)
    passed = run.history.charge
    late = passed > 0.05 * passed[-1]
    expected = 1.0 - np.sqrt(passed[late] / current / tau)
    np.testing.assert_allclose(run.history.least_salt[late] / SALT, expected, atol=0.005)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_steady_drop_gives_the_limiting_current(plated, ideal_cell, share):
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    cell = ideal_cell(
        current=share * limit,
        charge=share * limit * 10 * length**2 / DIFFUSIVITY,
        separator=length,
        conductivity=1e3,
    )
    run = plated(*cell)
    assert run.end == DONE
    drop = 1.0 - run.state.salt[-1] / SALT
    assert share * limit / drop == pytest.approx(limit, rel=0.01)


@pytest.mark.parametrize(("share", "end"), [(0.98, DONE), (1.03, SALT_GONE)])
def test_only_beyond_the_limiting_current_is_the_salt_used_up(plated, ideal_cell, share, end):
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    cell = ideal_cell(
        current=share * limit,
        charge=share * limit * 20 * length**2 / DIFFUSIVITY,
        separator=length,
        conductivity=1e3,
        film=0.0,
    )
    assert plated(*cell).end == end


def test_a_closed_cell_keeps_its_salt(plated, ideal_cell, ideal_host):
    # Pores so large that lithium fills less than a millionth of them.
    deep = 10e-3
    host = ideal_host(30, thickness=deep)
    cell = ideal_cell(
        host, current=50.0, charge=50.0, diffusivity=1e-6, separator=1e-3, separator_porosity=0.5
    )
    run = plated(*cell, steps=50)
    assert run.end == DONE
    volume = np.concatenate([np.full(8, 1e-3 / 8 * 0.5), [0.0], host.width * 0.8, [0.0]])
    moved = np.abs(volume @ np.abs(run.state.salt - SALT)) / (SALT * volume.sum())
    assert moved > 1e-5  # the profile has formed: the balance is not empty
    assert abs(volume @ (run.state.salt - SALT)) / (SALT * volume.sum()) <= 1e-6


def test_all_charge_becomes_lithium(plated, ideal_cell, ideal_host):
    run = plated(*ideal_cell(ideal_host(30), current=10.0, charge=36000.0, top_area=0.2, foil_area=0.8))
    assert run.end == DONE
    assert run.state.live.sum() == pytest.approx(36000.0, rel=1e-8)
    assert np.all(run.state.live[8:] > 0)


def test_the_voltage_of_a_planar_single_ion_cell_is_the_sum_of_its_drops(plated, ideal_cell):
    current, film = 10.0, 2e-3
    protocol, model = ideal_cell(
        current=current, frozen=1.0, cation_number=1.0, separator=500e-6, conductivity=0.1, exchange=20.0, film=film,
        counter_area=3.0,
    )  # fmt: skip
    run = plated(protocol, model)

    def electrode(local: float) -> float:
        return model.cell.thermal * np.arcsinh(local / 40.0) + local * film

    expected = current * 500e-6 / 0.1 + electrode(current) + electrode(current / 3.0)
    assert run.history.voltage[-1] == pytest.approx(expected, rel=1e-6)


def test_the_concentration_overpotential_is_that_of_a_binary_electrolyte(plated, ideal_cell):
    # Steady: the potential difference seen by lithium electrodes adds (2RT/F)(1 - t) ln(c_anode/c_cathode) to
    # the ohmic drop; nothing else is left with fast kinetics and no film.
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    current = 0.5 * limit
    protocol, model = ideal_cell(
        current=current, charge=current * 20 * length**2 / DIFFUSIVITY, separator=length, conductivity=1.0,
        film=0.0, counter_film=0.0, exchange=1e9, separator_cells=100,
    )  # fmt: skip
    run = plated(protocol, model)
    expected = current * length / 1.0 + model.cell.thermal * ANION * np.log(1.5 / 0.5)
    assert run.history.voltage[-1] == pytest.approx(expected, rel=2e-3)


def test_faraday_sets_the_salt_gradient(plated, ideal_cell):
    current, length = 20.0, 100e-6
    run = plated(*ideal_cell(current=current, charge=current * 2000.0, separator=length, separator_cells=20))
    slope = (run.state.salt[19] - run.state.salt[0]) / (length * 19 / 20)
    assert slope == pytest.approx(-current * ANION / (FARADAY * DIFFUSIVITY), rel=1e-3)
