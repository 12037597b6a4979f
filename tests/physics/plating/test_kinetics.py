"""Plating kinetics: the inverted Butler-Volmer law behind a film, and the nucleation barrier of a bare surface."""

from __future__ import annotations

import math

import numpy as np
import pytest

from surrogate.physics.plating.kinetics import lithium_current, plating_current

SCALE, EXCHANGE, FILM = 0.05138, 20.0, 2e-3  # V (2RT/F at 25 C), A m-2, ohm m2
SPREAD = 0.05  # of a barrier


@pytest.mark.parametrize("current", [1e-12, 1e-6, 0.1, 2.0, 10.0, 1e3, 1e5, 1e8, -10.0])
@pytest.mark.parametrize("film", [0.0, 1e-15, 1e-6, 2e-3, 1.0, 1e3])
def test_the_law_is_inverted(current, film):
    eta = SCALE * math.asinh(current / (2.0 * EXCHANGE)) + current * film
    found, slope = lithium_current(eta, EXCHANGE, film, SCALE)
    assert found == pytest.approx(current, rel=1e-9)
    assert slope == pytest.approx(1.0 / (SCALE / math.hypot(2.0 * EXCHANGE, current) + film), rel=1e-9)


def test_small_drives_see_the_linear_resistance():
    found, _ = lithium_current(1e-9, EXCHANGE, FILM, SCALE)
    assert found == pytest.approx(1e-9 / (SCALE / (2.0 * EXCHANGE) + FILM), rel=1e-9)


@pytest.mark.parametrize("covered", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("barrier", [0.0, 0.01, 0.04])
@pytest.mark.parametrize("eta", [-0.05, -1e-3, 1e-3, 0.039, 0.05, 0.5])
def test_the_slope_is_the_derivative(covered, barrier, eta):
    step = 1e-7
    up, down = (
        plating_current(eta + d, covered, barrier, SPREAD, EXCHANGE, FILM, SCALE)[0] for d in (step, -step)
    )
    slope = plating_current(eta, covered, barrier, SPREAD, EXCHANGE, FILM, SCALE)[1]
    assert slope == pytest.approx((up - down) / (2.0 * step), rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("barrier", [0.0, 0.01, 0.04])
def test_nothing_plates_without_a_drive(barrier):
    """A softplus alone would plate on a bare surface at zero drive, and a cell would deliver energy."""
    for covered in (0.0, 0.5, 1.0):
        assert plating_current(0.0, covered, barrier, SPREAD, EXCHANGE, FILM, SCALE)[0] == 0.0
    assert plating_current(-0.1, 0.0, barrier, SPREAD, EXCHANGE, FILM, SCALE) == (0.0, 0.0)


@pytest.mark.parametrize("eta", [1e-5, 1e-3, 0.02, 0.2])
def test_a_surface_without_a_barrier_plates_as_lithium_does(eta):
    full = lithium_current(eta, EXCHANGE, FILM, SCALE)
    assert plating_current(eta, 0.0, 0.0, SPREAD, EXCHANGE, FILM, SCALE) == full
    nearly = plating_current(eta, 0.0, 1e-8, SPREAD, EXCHANGE, FILM, SCALE)  # no jump as a barrier sets in
    assert nearly[0] == pytest.approx(full[0], rel=2e-3)


def test_power_is_never_delivered():
    for eta in np.linspace(-0.2, 0.2, 81):
        for covered in (0.0, 0.4, 1.0):
            for barrier in (0.0, 0.04):
                assert eta * plating_current(eta, covered, barrier, SPREAD, EXCHANGE, FILM, SCALE)[0] >= 0.0


def test_the_barrier_shifts_a_bare_surface_and_not_a_covered_one():
    free = lithium_current(0.1 - 0.04, EXCHANGE, FILM, SCALE)[0]
    assert plating_current(0.1, 0.0, 0.04, SPREAD, EXCHANGE, FILM, SCALE)[0] == pytest.approx(free, rel=1e-6)
    full = lithium_current(0.1, EXCHANGE, FILM, SCALE)[0]
    assert plating_current(0.1, 1.0, 0.04, SPREAD, EXCHANGE, FILM, SCALE)[0] == full
    # Well below the barrier a bare surface takes next to nothing.
    assert (
        plating_current(0.04 - 10 * SPREAD * 0.04, 0.0, 0.04, SPREAD, EXCHANGE, FILM, SCALE)[0] < 1e-3 * free
    )


def test_a_mixed_surface_is_the_area_weighted_mean():
    bare, covered, mixed = (
        plating_current(0.06, share, 0.04, SPREAD, EXCHANGE, FILM, SCALE)[0] for share in (0.0, 1.0, 0.25)
    )
    assert mixed == pytest.approx(0.75 * bare + 0.25 * covered, rel=1e-12)
