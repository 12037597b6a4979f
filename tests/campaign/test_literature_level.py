"""The level of a laboratory before its cells: where its physics meets what the champion says of plain hosts."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.belief import believe
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.literature_level import LEAST_SPREAD, literature_levels
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.physics import simulate

pytestmark = pytest.mark.simulation
SHIFT = {
    "cycle_life_cycles": 1.2,
    "ccd_mA_cm2": -2.0,
    "overpotential_mV": 0.4,
    "coulombic_efficiency_pct": -0.3,
}


@dataclass
class Champion:
    """Shifts the simulator's answer by a number of each target, with an interval of a given width."""

    deviation: float
    asked: list[pd.DataFrame] = field(default_factory=list)

    def predict(self, designs: CompleteDesigns) -> pd.DataFrame:
        self.asked.append(designs.frame)
        simulated, said = simulate(designs), {}
        for target in TARGETS:
            scale, reach = SCALES[target], 1.645 * self.deviation
            z = scale.to_z(simulated[target].to_numpy()) + SHIFT[target]
            low, high = scale.ends_from_z(z - reach, z + reach)
            said |= {target: scale.from_z(z), f"{target}_lower": low, f"{target}_upper": high}
            said[f"{target}_physics"] = simulated[target].to_numpy()
        return pd.DataFrame(said)


def test_with_it_a_campaign_says_of_plain_hosts_what_the_champion_says(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    champion = Champion(2.0)
    levels = literature_levels(small_campaign, champion, small_physics)
    (controls,) = champion.asked
    assert sorted(controls["framework"]) == ["carbon_fiber", "copper"]  # a foil is no plain host
    plain = CompleteDesigns.of(controls)
    for k in range(len(plain)):
        again = control_of(plain.take([k])).frame.reset_index(drop=True)
        pd.testing.assert_frame_equal(again, controls.iloc[[k]].reset_index(drop=True))
    belief = believe(small_physics, levels=levels)
    for target, (mean, variance) in belief.latent(plain, simulate(plain)).items():
        said = SCALES[target].to_z(champion.predict(plain)[target].to_numpy())
        assert mean.mean() == pytest.approx(said.mean(), abs=1e-6)
        assert np.sqrt(variance.mean() + belief.noise(target)) == pytest.approx(2.0, rel=0.1)


def test_it_is_never_held_for_known(small_campaign: Campaign, small_physics: PhysicsPrior) -> None:
    for level in literature_levels(small_campaign, Champion(0.01), small_physics).values():
        assert LEAST_SPREAD <= level.spread < 2.0 * LEAST_SPREAD


def test_where_only_foils_are_left_they_are_asked_about(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    champion = Champion(1.0)
    foils = Campaign("schema_version = 1\n[search]\nframeworks = ['none']\n")
    literature_levels(foils, champion, small_physics)
    assert champion.asked[0]["framework"].tolist() == ["none"]
