"""How many cells tell two hosts apart, and when that is decided, by drawing cells."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.campaign.deciding import DECIDED, SURE, cells_to_tell, chance_to_tell, decisive_difference


def test_so_many_cells_put_the_better_host_ahead_and_one_less_does_not() -> None:
    draw = np.random.default_rng(0)
    many = cells_to_tell(-0.4, 0.37)
    assert many is not None
    ahead = draw.normal(0.4, 0.37, (20_000, many)).mean(axis=1) > draw.normal(0.0, 0.37, (20_000, many)).mean(
        axis=1
    )
    assert np.mean(ahead) == pytest.approx(chance_to_tell(0.4, 0.37, many, many), abs=0.01)
    assert chance_to_tell(0.4, 0.37, many, many) >= SURE > chance_to_tell(0.4, 0.37, many - 1, many - 1)
    assert cells_to_tell(3.0, 0.1) == 1
    assert cells_to_tell(0.0, 0.37) is None


@pytest.mark.parametrize(("mean", "spread"), [(0.1, 0.6), (-0.3, 0.4), (1.5, 0.5)])
def test_at_that_difference_the_host_is_better_for_sure(mean: float, spread: float) -> None:
    ahead = decisive_difference(mean, spread, 0.37, 3, 2)
    true = np.linspace(mean - 8 * spread, mean + 8 * spread, 40_001)
    own = 0.37**2 * (1 / 3 + 1 / 2)
    density = np.exp(-0.5 * ((true - mean) / spread) ** 2 - 0.5 * (ahead - true) ** 2 / own)
    assert density[true > 0.0].sum() / density.sum() == pytest.approx(DECIDED, abs=1e-3)


def test_a_host_that_is_sure_to_be_better_may_fall_short() -> None:
    assert decisive_difference(2.5, 0.5, 0.37, 3, 3) < 0.0 < decisive_difference(0.0, 0.5, 0.37, 3, 3)
