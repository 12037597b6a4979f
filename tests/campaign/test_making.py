"""Which hosts can be made, as learned from those that could not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.making import CAN_BE_MADE, chances, learned_making
from surrogate.hosts.designs import CompleteDesigns
from surrogate.report.tolerances import can_be_made


def hosts(campaign: Campaign, n: int) -> pd.DataFrame:
    drawn = campaign.space.sample(n, 3, "cheap").assign(**campaign.conditions.as_dict())
    return CompleteDesigns.of(drawn[drawn["framework"] != "none"]).frame.reset_index(drop=True)


@pytest.mark.slow
def test_hosts_of_a_framework_that_cannot_be_made_are_told_from_others(small_campaign: Campaign) -> None:
    table = hosts(small_campaign, 48)
    copper = (table["framework"] == "copper").to_numpy()
    told, asked = table[:24], table[24:]
    measured, tried = told[~copper[:24]], told[copper[:24]].assign(state="not_made")
    making = learned_making(measured.assign(cycle_life_cycles=100.0), tried)
    assert making is not None
    found = chances(making, CompleteDesigns.of(asked.reset_index(drop=True)))
    assert list(found) == [CAN_BE_MADE]
    assert found[CAN_BE_MADE].between(0.0, 1.0).all()
    assert found[CAN_BE_MADE][copper[24:]].max() < 0.5 < found[CAN_BE_MADE][~copper[24:]].min()
    # each its own, whatever is asked beside it
    alone = chances(making, CompleteDesigns.of(asked.iloc[[3]].reset_index(drop=True)))
    assert alone[CAN_BE_MADE].iloc[0] == pytest.approx(found[CAN_BE_MADE].iloc[3], abs=1e-9)


def test_what_was_lost_says_nothing_of_a_host_and_one_failure_too_little(small_campaign: Campaign) -> None:
    table = hosts(small_campaign, 12)
    told = table[:4].assign(cycle_life_cycles=100.0)
    lost = table[4:8].assign(state="lost")
    assert learned_making(told, None) is None
    assert learned_making(told, lost) is None
    assert learned_making(told, table[4:5].assign(state="failed")) is None
    assert chances(None, CompleteDesigns.of(table)).shape == (len(table), 0)
    one_of_each = pd.concat([lost, table[8:9].assign(state="failed"), table[9:10].assign(state="not_made")])
    assert learned_making(told, one_of_each) is not None


def test_the_chance_in_words() -> None:
    assert can_be_made({CAN_BE_MADE: 0.834})[0][1].startswith("probability 0.83")
    assert can_be_made({CAN_BE_MADE: np.nan}) == []
