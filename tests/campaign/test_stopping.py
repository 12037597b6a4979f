"""Whether a campaign is worth another batch: by what its cells say, in the order in which they were told."""

from __future__ import annotations

import numpy as np
import pytest

from surrogate.campaign.belief import believe
from surrogate.campaign.file import Campaign
from surrogate.campaign.stopping import campaign_outlook
from surrogate.hosts.designs import CompleteDesigns
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization.outlook import RECENT


@pytest.mark.slow
@pytest.mark.parametrize("objectives", [("cycle_life_cycles",), ("cycle_life_cycles", "ccd_mA_cm2")])
def test_what_was_reached_and_what_the_last_hosts_brought(
    objectives: tuple[str, ...], small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    campaign = small_campaign.wanting(dict.fromkeys(objectives, "max"), ())
    drawn = campaign.space.sample(4 * RECENT, 3, "cheap").assign(**campaign.conditions.as_dict())
    designs = CompleteDesigns.of(drawn)
    physics = believe(small_physics).latent(designs)
    life, ccd = (physics[name][0] for name in ("cycle_life_cycles", "ccd_mA_cm2"))
    cells = designs.frame.assign(cycle_life_cycles=np.exp(life), ccd_mA_cm2=np.exp(ccd))
    worst_last = cells.iloc[np.argsort(-(life - life.mean()) / life.std() - (ccd - ccd.mean()) / ccd.std())]
    found = {}
    for name, told in (("last", worst_last), ("first", worst_last.iloc[::-1])):
        told = told.reset_index(drop=True)
        found[name] = campaign_outlook(campaign, believe(small_physics, told), told, n=1)
    last, first = found["last"], found["first"]
    assert last is not None
    assert first is not None
    assert last.several == (len(objectives) > 1)
    assert 0.0 <= last.gain_of_reached < 10.0
    assert last.recent_of_reached == pytest.approx(0.0, abs=0.02)
    assert first.recent_of_reached is not None
    assert first.recent_of_reached > 0.05
    assert campaign_outlook(campaign, believe(small_physics), cells.iloc[:0]) is None
