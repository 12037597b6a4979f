"""Papers held out whole, and where a design stops being familiar."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.evaluation.domain import Domain
from surrogate.evaluation.splits import leave_one_group_out


def test_each_paper_is_held_out_once_and_whole() -> None:
    papers = ["b", "a", "b", "c", "a"]
    folds = list(leave_one_group_out(papers))
    assert [name for name, _, _ in folds] == ["b", "a", "c"]
    for name, train, held in folds:
        assert {papers[k] for k in held} == {name}
        assert name not in {papers[k] for k in train}
        assert sorted([*train, *held]) == list(range(5))


def test_learned_rows_are_inside_and_far_ones_outside() -> None:
    rows = np.random.default_rng(0).uniform(size=(300, 3))
    domain = Domain.of(rows)
    np.testing.assert_array_equal(domain.extrapolation(rows), 0.0)
    np.testing.assert_array_equal(domain.extrapolation(rows + 10.0), 1.0)


def test_extrapolation_rises_smoothly_with_distance() -> None:
    domain = Domain(np.zeros((1, 2)), 1.0)
    distance = np.linspace(0.0, 3.0, 301)
    value = domain.extrapolation(np.stack([distance, np.zeros(301)], axis=1))
    assert (np.diff(value) >= 0).all()
    assert np.abs(np.diff(value)).max() < 0.02
    assert value[100] == pytest.approx(0.0, abs=1e-12)
    assert value[150] == pytest.approx(0.5, abs=1e-9)
    assert value[200] == pytest.approx(1.0)


def test_nineteen_of_twenty_learned_rows_are_familiar_to_the_others() -> None:
    rows = np.random.default_rng(1).normal(size=(400, 2))
    domain = Domain.of(rows)
    alone = [
        Domain(np.delete(rows, k, axis=0), domain.inside).extrapolation(rows[[k]])[0] for k in range(400)
    ]
    assert np.mean(np.asarray(alone) > 0) == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("n", [0, 1])
def test_with_hardly_any_rows_everything_else_is_outside(n: int) -> None:
    domain = Domain.of(np.zeros((n, 2)))
    np.testing.assert_array_equal(domain.extrapolation(np.ones((2, 2))), 1.0)
