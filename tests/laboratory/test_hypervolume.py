from __future__ import annotations

import numpy as np
import pytest
import torch
from botorch.utils.multi_objective.hypervolume import Hypervolume
from contest_examples import mixed, values

from surrogate.laboratory.contest_summary import interval
from surrogate.laboratory.hypervolume import alone, gains, hypervolume, on_front


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_agrees_with_botorch(m: int) -> None:
    points = np.random.default_rng(m).random((25, m)) - 0.1
    expected = Hypervolume(torch.zeros(m, dtype=torch.double)).compute(torch.as_tensor(points))
    assert hypervolume(points) == pytest.approx(expected, rel=1e-9)


def test_worse_than_the_reference_counts_for_nothing() -> None:
    found = np.array([[1.0, -0.1], [2.0, np.nan], [0.5, 0.5]])
    assert hypervolume(found) == pytest.approx(0.25)
    assert hypervolume(found[:2]) == 0.0
    np.testing.assert_allclose(alone(found)[[0, 2]], [0.0, 0.25])


def test_gains_point_the_wanted_way() -> None:
    task = mixed()
    designs = task.space.sample(3, 0)
    found = gains(task, values(designs))
    np.testing.assert_allclose(found[:, 0], values(designs)["gain"])
    np.testing.assert_allclose(found[:, 1], 2.0 - values(designs)["cost"])


def test_a_copy_does_not_beat_its_twin() -> None:
    points = np.array([[1.0, 1.0], [1.0, 1.0], [0.5, 1.0], [0.0, 2.0]])
    assert on_front(points).tolist() == [True, True, False, True]


def test_the_interval_of_a_mean_holds_it_and_narrows() -> None:
    few, many = interval([1.0, 2.0, 3.0]), interval([1.0, 2.0, 3.0] * 20)
    assert few[0] < 2.0 < few[1]
    assert many[1] - many[0] < 0.5 * (few[1] - few[0])
    assert np.isnan(interval([1.0])).all()
