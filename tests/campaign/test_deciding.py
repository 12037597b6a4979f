"""What cells show of two hosts, and when that is decided, by drawing cells."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.campaign.deciding import (
    DECIDED,
    SHOWN,
    cells_to_show,
    chance_to_clear,
    decisive_difference,
    difference_shown,
)


def test_cells_clear_a_bar_as_often_as_it_is_said() -> None:
    draw = np.random.default_rng(0)
    for unsure in (0.0, 0.6):
        true = draw.normal(0.4, unsure, 100_000)
        ahead = true + draw.normal(0.0, 0.37 * np.sqrt(1 / 3 + 1 / 2), 100_000)
        assert np.mean(ahead > 0.5) == pytest.approx(chance_to_clear(0.4, 0.5, 0.37, 3, 2, unsure), abs=0.005)
    least = difference_shown(0.5, 0.37, 3, 2)
    assert chance_to_clear(least, 0.5, 0.37, 3, 2) == pytest.approx(SHOWN)


def test_so_many_cells_show_what_is_believed_and_one_less_does_not() -> None:
    def power(n: int) -> float:
        return chance_to_clear(0.4, decisive_difference(0.4, 0.5, 0.37, n, n), 0.37, n, n)

    many = cells_to_show(0.4, 0.5, 0.37, 40)
    assert many is not None
    assert power(many) >= SHOWN > power(many - 1)
    assert cells_to_show(0.4, 0.5, 0.37, many - 1) is None
    assert cells_to_show(3.0, 0.5, 0.1, 40) == 1
    assert cells_to_show(-0.1, 0.5, 0.1, 40) is None


@pytest.mark.parametrize(("mean", "spread"), [(0.1, 0.6), (-0.3, 0.4), (1.5, 0.5)])
def test_at_that_difference_the_host_is_better_for_sure(mean: float, spread: float) -> None:
    ahead = decisive_difference(mean, spread, 0.37, 3, 2)
    true = np.linspace(mean - 8 * spread, mean + 8 * spread, 40_001)
    own = 0.37**2 * (1 / 3 + 1 / 2)
    density = np.exp(-0.5 * ((true - mean) / spread) ** 2 - 0.5 * (ahead - true) ** 2 / own)
    assert density[true > 0.0].sum() / density.sum() == pytest.approx(DECIDED, abs=1e-3)


def test_a_host_that_is_sure_to_be_better_may_fall_short() -> None:
    assert decisive_difference(2.5, 0.5, 0.37, 3, 3) < 0.0 < decisive_difference(0.0, 0.5, 0.37, 3, 3)
