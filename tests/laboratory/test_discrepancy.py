"""A discrepancy has the stated spread, is smooth, and follows the kernel it is drawn from."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.laboratory import Discrepancy, ReferenceHosts
from surrogate.laboratory.coordinates import STATE_LENGTH, Coordinates
from surrogate.laboratory.discrepancy import RandomFunction


@pytest.fixture(scope="module")
def coordinates(reference: ReferenceHosts) -> Coordinates:
    return reference.coordinates


@pytest.mark.slow
def test_its_spread_over_the_reference_hosts_is_as_stated(coordinates: Coordinates) -> None:
    hosts = coordinates.reference
    drawn = [Discrepancy.draw(coordinates, 0.35, np.random.default_rng(seed)) for seed in (1, 2)]
    values = [one(hosts) for one in drawn]
    for one, of_hosts in zip(drawn, values, strict=True):
        assert of_hosts.std() == pytest.approx(0.35, rel=1e-9)
        assert of_hosts.mean() == pytest.approx(0.0, abs=1e-9)
        parts = one.of_states(coordinates.states(hosts)), one.of_design(coordinates.encoded(hosts))
        spreads = [part.std() * factor for part, factor in zip(parts, one.factor, strict=True)]
        assert spreads[0] == pytest.approx(spreads[1], rel=1e-9)
    assert abs(np.corrcoef(values)[0, 1]) < 0.7
    assert Discrepancy.draw(coordinates, 0.0, np.random.default_rng(1))(hosts).tolist() == [0.0] * len(hosts)


@pytest.mark.slow
def test_hosts_that_are_near_differ_little(coordinates: Coordinates) -> None:
    """Also in each coordinate alone: steps that are half as long change half as much."""
    hosts = coordinates.reference.where(coordinates.reference.text("framework") != "none")
    drawn = Discrepancy.draw(coordinates, 0.35, np.random.default_rng(3))

    def moved(by: float) -> np.ndarray:
        thicker = {**hosts.arrays, "thickness_um": hosts.column("thickness_um") * (1.0 + by)}
        return drawn(CompleteDesigns(thicker, hosts.index)) - drawn(hosts)

    near, nearer = moved(0.02), moved(0.01)
    assert np.abs(near).max() > 0.0
    assert np.sqrt(np.mean(near**2)) < 0.1 * 0.35
    assert np.sqrt(np.mean(nearer**2)) == pytest.approx(0.5 * np.sqrt(np.mean(near**2)), rel=0.2)


@pytest.mark.slow
def test_draws_have_the_covariance_of_the_matern_kernel() -> None:
    x = np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 2.0]])
    drawn = np.array([RandomFunction.draw(2, np.random.default_rng(seed))(x) for seed in range(1500)])
    r = np.sqrt(5.0) * np.array([0.5, 2.0])
    expected = (1.0 + r + r**2 / 3.0) * np.exp(-r)  # 0.83 and 0.14
    covariance = np.cov(drawn.T)
    assert np.diag(covariance) == pytest.approx(1.0, abs=0.1)
    assert covariance[0, 1:] == pytest.approx(expected, abs=0.08)


def test_states_span_one_and_a_foil_is_full(coordinates: Coordinates) -> None:
    designs = coordinates.reference
    states = coordinates.states(designs) * STATE_LENGTH
    inside = (states > -1e-9) & (states < 1.0 + 1e-9)
    assert inside.mean(axis=0).min() > 0.9
    foils = designs.text("framework") == "none"
    assert foils.any()
    assert np.ptp(states[foils, 4]) == 0.0
    assert states[foils, 4].min() >= states[~foils, 4].max()
    encoded = coordinates.encoded(designs)
    apart = np.linalg.norm(encoded[:, None] - encoded[None], axis=-1)
    assert apart.sum() / (len(apart) * (len(apart) - 1)) == pytest.approx(1.0)
