"""The list of what is screened: keys that exist, ranges that can be walked, no assumption without a reason."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.errors import InputError
from surrogate.physics.parameters import PhysicsParameters, facts, keys, shipped_parameters
from surrogate.physics.uncertainty import (
    DRAWN_SPREAD,
    SCREENED,
    Constant,
    constants,
    drawn_shares,
    is_entry,
    parameters_at,
)
from surrogate.sensitivity.cases import representative_hosts

EVERYTHING = constants(representative_hosts())
# Assumed, and not screened; docs/physics.md gives the reasons beside the values.
NOT_SCREENED = {
    "plating.least_ionic_S_m", "plating.full", "plating.most_covered", "plating.least_part",
    "plating.representative_pores", "plating.closing_power", "plating.reaching_fill", "plating.depleted",
    "plating.exhausted", "composition.least_carrying", "composition.least_conductivity_S_m", "ageing.sharpness",
    "ageing.shorting_exponent", "interface.contact_exponent",
}  # fmt: skip


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.key)
def test_every_constant_can_take_both_ends_of_its_range(one: Constant) -> None:
    assert one.value == shipped_parameters().value(one.key)
    assert one.low <= one.value <= one.high
    assert one.low < one.high
    for end in (one.low, one.high):
        moved = PhysicsParameters().with_values({one.key: end})
        assert moved.value(one.key) == end
        assert (moved == shipped_parameters()) == (end == one.value)
    for value in (one.low, one.value, one.high):
        assert one.at(one.share(value)) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_each_is_listed_once() -> None:
    listed = [one.key for one in EVERYTHING]
    assert len(set(listed)) == len(listed)
    assert listed[: len(SCREENED)] == list(SCREENED)
    assert all(is_entry(key) == (key not in keys()) for key in listed)


def test_every_assumed_constant_of_the_physics_is_screened_or_has_a_reason_not_to_be() -> None:
    assumed = {key for key in keys() if facts(key).assumed}
    assert len(assumed) > 20
    assert assumed - set(SCREENED) == NOT_SCREENED


def test_a_constant_without_a_range_is_refused() -> None:
    with pytest.raises(InputError, match=r"no plausible range.*plating\.voltage_limit_V"):
        Constant.of("plating.voltage_limit_V")
    with pytest.raises(InputError, match="no such constant"):
        Constant.of("plating.voltage_limit")


def test_drawn_constants_lie_around_the_shipped_values_within_their_ranges() -> None:
    listed = constants(representative_hosts())
    shares = drawn_shares(listed, 4000, np.random.default_rng(0))
    assert shares.shape == (4000, len(listed))
    assert shares.min() >= 0.0
    assert shares.max() <= 1.0
    centre = np.array([one.share(one.value) for one in listed])
    well_inside = np.abs(centre - 0.5) < 0.05
    assert well_inside.sum() > 5
    assert np.allclose(shares[:, well_inside].mean(axis=0), centre[well_inside], atol=0.03)
    assert np.allclose(shares[:, well_inside].std(axis=0), DRAWN_SPREAD, rtol=0.1)
    assert not np.array_equal(shares, drawn_shares(listed, 4000, np.random.default_rng(1)))


def test_parameters_at_the_shipped_shares_are_the_shipped_parameters() -> None:
    listed = constants(representative_hosts())
    shipped = parameters_at(listed, np.array([one.share(one.value) for one in listed]))
    lowest = parameters_at(listed, np.zeros(len(listed)))
    for one in listed:
        assert shipped.value(one.key) == pytest.approx(one.value, rel=1e-12)
        assert lowest.value(one.key) == pytest.approx(one.low, rel=1e-12)
