"""First-order and total effects from a given sample, against functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.sensitivity import first_order as subject
from surrogate.sensitivity.first_order import classes_of, exchange_effect, first_order, total_effect

# Ishigami and Homma (1990), a = 7, b = 0.1: the indices are exact.
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, (4000, 3))
    return x, ishigami(x)


@pytest.mark.parametrize("which", range(3))
def test_first_order_indices_of_ishigami(sample: tuple[np.ndarray, np.ndarray], which: int) -> None:
    x, y = sample
    found = first_order(classes_of(x[:, which]), y, 0)
    # The means over ten classes of width w are those of sin(x) times sin(w/2)/(w/2), and of cos(2x) times sin(w)/w.
    width = 2.0 * np.pi / subject.CLASSES
    seen = ((np.sin(width / 2.0) / (width / 2.0)) ** 2, (np.sin(width) / width) ** 2, 1.0)
    assert found.value == pytest.approx(FIRST[which] * seen[which], abs=0.025)
    assert found.low <= found.value <= found.high
    assert found.rows == 4000


@pytest.mark.parametrize("which", range(3))
def test_total_effects_of_ishigami(sample: tuple[np.ndarray, np.ndarray], which: int) -> None:
    x, y = sample
    other = x.copy()
    other[:, which] = np.random.default_rng(5).permutation(x[:, which])
    found = total_effect(y, ishigami(other), y, 0)
    assert found.value == pytest.approx(TOTAL[which], abs=0.04)
    assert found.low < TOTAL[which] < found.high


@pytest.mark.parametrize("which", range(3))
def test_both_indices_by_exchange(sample: tuple[np.ndarray, np.ndarray], which: int) -> None:
    """A pair that differs in an input alone has its total effect, one that shares it alone its first-order one."""
    x, y = sample
    order = np.random.default_rng(6).permutation(len(x))
    mixed = x.copy()
    mixed[:, which] = x[order, which]
    total, rest = exchange_effect(y, ishigami(mixed), 0), exchange_effect(y[order], ishigami(mixed), 0)
    assert total.value == pytest.approx(TOTAL[which], abs=0.04)
    assert total.low < TOTAL[which] < total.high
    assert 1.0 - rest.value == pytest.approx(FIRST[which], abs=0.05)
    assert total.rows == 4000
    assert exchange_effect(y, ishigami(mixed), 0) == total


def test_an_exchange_without_effect_is_exactly_nothing() -> None:
    y = np.random.default_rng(3).normal(size=100)
    assert exchange_effect(y, y, 0).value == 0.0
    assert np.isnan(exchange_effect(y[:5], y[:5], 0).value)  # too few pairs
    assert np.isnan(exchange_effect(np.ones(100), np.ones(100), 0).value)  # nothing varies
    gone = np.where(np.arange(100) < 40, np.nan, y)
    assert exchange_effect(gone, 0.5 * y, 0).rows == 60


def test_noise_beyond_the_bound_is_no_certainty() -> None:
    # Pairs of strangers: the share that they do not share is 1, and half of all samples say more.
    rng, beyond, inside = np.random.default_rng(8), 0, 0
    for seed in range(60):
        pairs = rng.normal(size=(2, 300))
        found = exchange_effect(pairs[0], pairs[1], seed)
        beyond += found.value == 1.0
        inside += found.high == 1.0
        assert found.low <= found.value <= found.high <= 1.0
        assert found.value - found.low > 0.08  # two standard deviations of a correlation of 300 pairs: 0.115
    assert 20 <= beyond <= 40
    assert inside >= 54


def test_an_input_without_effect_has_no_share_on_average() -> None:
    rng = np.random.default_rng(1)
    plain = [subject._adjusted(classes_of(rng.normal(size=300)), rng.normal(size=300)) for _ in range(200)]
    assert abs(np.mean(plain)) < 0.003  # uncorrected, nine degrees of freedom over 299: 0.03


def test_intervals_cover_the_share_of_a_category() -> None:
    # Three equally likely levels 0, 1, 2 (variance 2/3) and noise of variance 1: 0.4.
    rng, inside = np.random.default_rng(2), 0
    for seed in range(60):
        level = rng.integers(0, 3, 400)
        found = first_order(classes_of(level.astype(str).astype(object)), level + rng.normal(size=400), seed)
        inside += found.low <= 0.4 <= found.high
    assert inside >= 51  # of 57 expected


def test_a_value_that_many_rows_share_is_a_class_of_its_own() -> None:
    values = np.r_[np.zeros(500), np.linspace(1.0, 2.0, 500)]
    classes = classes_of(values)
    assert len(set(classes[:500])) == 1
    assert classes[0] not in set(classes[500:])
    assert 5 <= len(set(classes)) <= 6
    assert set(classes_of(np.full(10, 3.0))) == {0}
    assert classes_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0] * 40)).max() == 4


def test_rows_without_a_target_are_left_out_and_too_few_give_no_share() -> None:
    y = np.r_[np.full(100, np.nan), np.arange(100.0)]
    found = first_order(classes_of(np.arange(200.0)), y, 0)
    assert found.rows == 100
    assert found.value > 0.9
    assert np.isnan(first_order(np.zeros(50, dtype=np.intp), np.arange(50.0), 0).value)
    assert np.isnan(first_order(np.arange(100) % 2, np.full(100, 3.0), 0).high)
    assert np.isnan(total_effect(np.zeros(0), np.zeros(0), np.arange(9.0), 0).value)
    none = total_effect(np.arange(30.0), np.arange(30.0), np.arange(30.0), 0)
    assert (none.value, none.low, none.high) == (0.0, 0.0, 0.0)
