"""Salt between planar lithium electrodes: Sand's time, the limiting current and what is conserved."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.physics.constants import FARADAY
from surrogate.physics.plating import layout as k
from surrogate.physics.transport import limiting_current, sand_time

SALT, DIFFUSIVITY, ANION = 1000.0, 4e-10, 0.65


@pytest.mark.parametrize(("porosity", "tortuosity"), [(1.0, 1.0), (0.5, 2.5)])
def test_salt_is_gone_at_sands_time(plated, ideal_scalars, porosity, tortuosity):
    current = 200.0
    tau = float(sand_time(DIFFUSIVITY / tortuosity, porosity * SALT, current, ANION))
    deep = 6 * np.sqrt(DIFFUSIVITY / tortuosity * tau)  # far enough for the electrode to see no other
    p = ideal_scalars(
        CURRENT=current, CHARGE=1.5 * current * tau, SEPARATOR=deep, SEP_POROSITY=porosity,
        SEP_TORTUOSITY=tortuosity, CONDUCTIVITY=1e3, FILM=0.0,
    )  # fmt: skip
    run = plated(p, None, steps=1000, separator_cells=400)
    assert run.end == k.SALT_GONE
    assert run.time[-1] / current == pytest.approx(tau, rel=0.02)


def test_the_surface_concentration_falls_with_the_root_of_time(plated, ideal_scalars):
    current = 200.0
    tau = float(sand_time(DIFFUSIVITY, SALT, current, ANION))
    deep = 6 * np.sqrt(DIFFUSIVITY * tau)
    p = ideal_scalars(CURRENT=current, CHARGE=0.9 * current * tau, SEPARATOR=deep, CONDUCTIVITY=1e3)
    run = plated(p, None, steps=1000, separator_cells=400)
    late = run.time > 0.05 * run.time[-1]
    expected = 1.0 - np.sqrt(run.time[late] / current / tau)
    np.testing.assert_allclose(run.history[late, k.H_LEAST_SALT] / SALT, expected, atol=0.005)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_steady_drop_gives_the_limiting_current(plated, ideal_scalars, share):
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    p = ideal_scalars(
        CURRENT=share * limit,
        CHARGE=share * limit * 10 * length**2 / DIFFUSIVITY,
        SEPARATOR=length,
        CONDUCTIVITY=1e3,
    )
    run = plated(p, None, separator_cells=8)
    assert run.end == k.DONE
    drop = 1.0 - run.salt[-1] / SALT
    assert share * limit / drop == pytest.approx(limit, rel=0.01)


@pytest.mark.parametrize(("share", "end"), [(0.98, k.DONE), (1.03, k.SALT_GONE)])
def test_only_beyond_the_limiting_current_is_the_salt_used_up(plated, ideal_scalars, share, end):
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    p = ideal_scalars(
        CURRENT=share * limit,
        CHARGE=share * limit * 20 * length**2 / DIFFUSIVITY,
        SEPARATOR=length,
        CONDUCTIVITY=1e3,
        FILM=0.0,
    )
    assert plated(p, None).end == end


def test_a_closed_cell_keeps_its_salt(plated, ideal_scalars, ideal_host):
    # Pores so large that lithium fills less than a millionth of them.
    deep = 10e-3
    p = ideal_scalars(CURRENT=50.0, CHARGE=50.0, DIFFUSIVITY=1e-6, SEPARATOR=1e-3, SEP_POROSITY=0.5)
    run = plated(p, ideal_host(30, thickness=deep), steps=50)
    assert run.end == k.DONE
    rows = ideal_host(30, thickness=deep)
    volume = np.concatenate([np.full(8, 1e-3 / 8 * 0.5), [0.0], rows[k.WIDTH] * 0.8, [0.0]])
    moved = np.abs(volume @ np.abs(run.salt - SALT)) / (SALT * volume.sum())
    assert moved > 1e-5  # the profile has formed: the balance is not empty
    assert abs(volume @ (run.salt - SALT)) / (SALT * volume.sum()) <= 1e-6


def test_all_charge_becomes_lithium(plated, ideal_scalars, ideal_host):
    p = ideal_scalars(CURRENT=10.0, CHARGE=36000.0, TOP_AREA=0.2, FOIL_AREA=0.8)
    run = plated(p, ideal_host(30))
    assert run.end == k.DONE
    assert run.lithium.sum() == pytest.approx(36000.0, rel=1e-8)
    assert np.all(run.lithium[8:] > 0)


def test_the_voltage_of_a_planar_single_ion_cell_is_the_sum_of_its_drops(plated, ideal_scalars):
    current, film = 10.0, 2e-3
    p = ideal_scalars(
        CURRENT=current, FROZEN=1.0, CATION_NUMBER=1.0, SEPARATOR=500e-6, CONDUCTIVITY=0.1, EXCHANGE=20.0, FILM=film,
        COUNTER_AREA=3.0,
    )  # fmt: skip
    run = plated(p, None)

    def electrode(local: float) -> float:
        return p[k.THERMAL] * np.arcsinh(local / 40.0) + local * film

    expected = current * 500e-6 / 0.1 + electrode(current) + electrode(current / 3.0)
    assert run.history[-1, k.H_VOLTAGE] == pytest.approx(expected, rel=1e-6)


def test_the_concentration_overpotential_is_that_of_a_binary_electrolyte(plated, ideal_scalars):
    # Steady: the potential difference seen by lithium electrodes adds (2RT/F)(1 - t) ln(c_anode/c_cathode) to
    # the ohmic drop; nothing else is left with fast kinetics and no film.
    length = 100e-6
    limit = float(limiting_current(DIFFUSIVITY, SALT, length, ANION))
    current = 0.5 * limit
    p = ideal_scalars(
        CURRENT=current, CHARGE=current * 20 * length**2 / DIFFUSIVITY, SEPARATOR=length, CONDUCTIVITY=1.0,
        FILM=0.0, COUNTER_FILM=0.0, EXCHANGE=1e9,
    )  # fmt: skip
    run = plated(p, None, separator_cells=100)
    expected = current * length / 1.0 + p[k.THERMAL] * ANION * np.log(1.5 / 0.5)
    assert run.history[-1, k.H_VOLTAGE] == pytest.approx(expected, rel=2e-3)


def test_faraday_sets_the_salt_gradient(plated, ideal_scalars):
    current, length = 20.0, 100e-6
    p = ideal_scalars(CURRENT=current, CHARGE=current * 2000.0, SEPARATOR=length)
    run = plated(p, None, separator_cells=20)
    slope = (run.salt[19] - run.salt[0]) / (length * 19 / 20)
    assert slope == pytest.approx(-current * ANION / (FARADAY * DIFFUSIVITY), rel=1e-3)
