"""The score of a lower bound against its integral, over everything a model may claim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from surrogate.evaluation.metrics import crps_gaussian, crps_lower_bound


def integral(mean: float, deviation: float, bound: float) -> float:
    """Integral of Phi((t - mean) / deviation)^2 up to the bound."""
    places = [mean - 3 * deviation, mean, mean + 3 * deviation]
    inside = [place for place in places if mean - 12 * deviation < place < bound]
    start = min(mean - 12 * deviation, bound)

    def square(t: float) -> float:
        return float(norm.cdf(t, mean, deviation) ** 2)

    return float(quad(square, start, bound, points=inside or None, limit=400)[0])


def score(mean: float, deviation: float, bound: float) -> float:
    return float(crps_lower_bound(np.array([mean]), np.array([deviation]), np.array([bound]))[0])


@pytest.mark.parametrize("deviation", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("z", [-6.0, -2.0, -0.5, 0.0, 1.0, 3.0, 40.0])
def test_it_is_the_integral(deviation: float, z: float) -> None:
    expected = integral(2.0, deviation, 2.0 + z * deviation)
    assert score(2.0, deviation, 2.0 + z * deviation) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_a_bound_costs_no_more_than_the_value_would() -> None:
    """What is left out of the score, the part above the bound, is never negative."""
    rng = np.random.default_rng(0)
    mean, deviation, at = rng.normal(size=500), rng.uniform(0.05, 3.0, 500), rng.normal(0.0, 3.0, 500)
    part, whole = crps_lower_bound(mean, deviation, at), crps_gaussian(mean, deviation, at)
    assert (part <= whole * (1.0 + 1e-12) + 1e-12).all()
    assert (part < 0.9 * whole).any()


def test_it_rises_with_the_bound_and_falls_with_the_mean() -> None:
    bounds = [score(0.0, 0.7, bound) for bound in np.linspace(-2.0, 3.0, 30)]
    means = [score(mean, 0.7, 0.5) for mean in np.linspace(-3.0, 2.0, 30)]
    assert (np.diff(bounds) > 0).all()
    assert (np.diff(means) < 0).all()
