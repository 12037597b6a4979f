"""The current distribution in a porous electrode with linear kinetics: Newman & Tobias, J. Electrochem. Soc. 109
(1962) 1183. Ionic current over total current at depth z, with nu^2 = a L^2 (1/kappa + 1/sigma)/R and
b = (1/sigma)/(1/kappa + 1/sigma):

    b + (1 - b) sinh(nu (1 - z))/sinh(nu) - b sinh(nu z)/sinh(nu)
"""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.physics.plating.grid import uniform_host
from surrogate.physics.plating.inputs import CELLS
from surrogate.physics.plating.structures import DONE

THICKNESS, AREA_PER_VOLUME, RESISTANCE = 100e-6, 4 * 0.8 / 10e-6, 1.0
FACE = 1e-9  # area of the two faces, so that only the cells plate


def analytic_shares(cells: int, nu: float, b: float) -> np.ndarray:
    edges = uniform_host(cells)
    ionic = b + ((1 - b) * np.sinh(nu * (1 - edges)) - b * np.sinh(nu * edges)) / np.sinh(nu)
    return -np.diff(ionic)


def simulated_shares(plated, ideal_cell, ideal_host, cells: int, nu: float, b: float) -> np.ndarray:
    total = nu**2 * RESISTANCE / (AREA_PER_VOLUME * THICKNESS**2)  # 1/kappa + 1/sigma, ohm m
    kappa = 1.0 / ((1 - b) * total)
    host = ideal_host(cells, thickness=THICKNESS, electronic=1.0 / (b * total) if b > 0 else 1e12)
    cell = ideal_cell(
        host, frozen=1.0, cation_number=1.0, film=RESISTANCE, top_area=FACE, foil_area=FACE, charge=1e-3,
        current=1e-4, conductivity=kappa * 1.5 / 0.8,
    )  # fmt: skip
    run = plated(*cell, steps=10)
    assert run.end == DONE
    last = (
        run.profiles.live[-1] - run.profiles.live[-2]
    )  # of the last step, when all of the surface is covered
    return last[9:-1] / last.sum()


def l2(found: np.ndarray, expected: np.ndarray, cells: int) -> float:
    """Relative L2 error of the rate per volume."""
    width = np.diff(uniform_host(cells))
    error = np.sum((found - expected) ** 2 / width)
    return float(np.sqrt(error / np.sum(expected**2 / width)))


@pytest.mark.parametrize("nu", [0.3, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("b", [0.0, 0.1, 0.5, 0.9])
def test_linear_kinetics_follow_newman_and_tobias(plated, ideal_cell, ideal_host, nu, b):
    found = simulated_shares(plated, ideal_cell, ideal_host, CELLS, nu, b)
    assert l2(found, analytic_shares(CELLS, nu, b), CELLS) <= 0.005


@pytest.mark.parametrize("b", [0.0, 0.5])
def test_the_error_falls_with_the_square_of_the_cell_width(plated, ideal_cell, ideal_host, b):
    sizes = np.array([20, 40, 80, 160])
    errors = [
        l2(simulated_shares(plated, ideal_cell, ideal_host, n, 10.0, b), analytic_shares(n, 10.0, b), n)
        for n in sizes
    ]
    orders = -np.diff(np.log(errors)) / np.diff(np.log(sizes))
    assert orders.min() >= 1.8
    assert (
        orders.max() <= 2.5
    )  # more than the scheme can give would mean that the test measures something else


def test_with_little_resistance_the_current_spreads_evenly(plated, ideal_cell, ideal_host):
    found = simulated_shares(plated, ideal_cell, ideal_host, CELLS, 0.05, 0.5)
    np.testing.assert_allclose(found / np.diff(uniform_host(CELLS)), 1.0, rtol=0.05**2)
