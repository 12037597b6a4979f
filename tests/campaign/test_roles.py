"""What a host is made for follows from what it is expected to do beyond the scatter between cells."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.campaign.gains import gains, keeping
from surrogate.campaign.roles import beaten_beyond_noise, promising
from surrogate.hosts.targets import SCALES
from surrogate.optimization import Limit, Match, Within

LIFE, MV, CCD = "cycle_life_cycles", "overpotential_mV", "ccd_mA_cm2"
FREE = {LIFE: "max", MV: "min"}
NOISE = np.array([0.37, 0.15])  # of the logarithm of life and overpotential


def exploited(
    life: list[float],
    millivolts: list[float],
    ccd: list[float],
    objectives=FREE,
    limits: tuple[Limit, ...] = (),
) -> list[int]:
    """Which of some hosts, of which the last is the control, promise something."""
    medians = {LIFE: life, MV: millivolts, CCD: ccd}
    z = {name: SCALES[name].to_z(np.array(values)) for name, values in medians.items()}
    control = len(life) - 1
    found = promising(gains(objectives, z), keeping(limits, z, len(life)), NOISE, control)
    return np.flatnonzero(found[:control]).tolist()


@pytest.mark.parametrize(
    ("objectives", "limits", "promise"),
    [
        (FREE, (), [2]),  # the third is better in both
        (FREE, (Limit(CCD, ">=", 1.5),), [0, 1]),  # but breaks the limit
        ({LIFE: "max", MV: Match(30.0)}, (Limit(CCD, ">=", 1.5),), [1]),  # 35 mV is within the scatter of 30
        ({LIFE: "max", MV: Within(5.0, 40.0)}, (Limit(CCD, ">=", 1.5),), [1]),
        (FREE, (Limit(CCD, ">=", 99.0),), []),
    ],
)
def test_what_breaks_a_limit_is_explored_and_beats_nothing(objectives, limits, promise: list[int]) -> None:
    hosts = [100.0, 200.0, 900.0, 50.0, 90.0], [10.0, 35.0, 5.0, 29.0, 60.0], [2.0, 2.0, 1.0, 9.0, 2.0]
    assert exploited(*hosts, objectives, limits) == promise


def test_an_edge_of_the_front_is_no_promise_by_less_than_cells_scatter() -> None:
    """A host of 3 cycles is best in the overpotential by 0.1 mV; one that is a little worse is as good."""
    front = [400.0, 340.0, 3.0, 200.0], [20.0, 21.0, 19.9, 30.0], [2.0] * 4
    assert exploited(*front) == [0, 1]
    # Nor by more than that, as the control is ahead of it on the whole; unless the control breaks a limit.
    far = [400.0, 340.0, 3.0, 200.0], [20.0, 21.0, 8.0, 30.0], [2.0, 2.0, 2.0, 1.0]
    assert exploited(*far) == [0, 1]
    assert exploited(*far, FREE, (Limit(CCD, ">=", 1.5),)) == [0, 1, 2]
    # A compromise that is worse in the mean by less than such a mean scatters is one.
    assert exploited([150.0, 120.0, 200.0], [25.0, 30.0, 30.0], [2.0] * 3) == [0]


def test_being_beaten_needs_more_than_the_noise_in_one_and_no_more_than_it_lost_in_another() -> None:
    values = np.array([[0.0, 0.0], [0.4, -0.1], [0.4, -0.2], [0.3, 0.1], [np.nan, 9.0]])
    assert beaten_beyond_noise(values, NOISE)[0].tolist() == [False, True, False, False, False]
