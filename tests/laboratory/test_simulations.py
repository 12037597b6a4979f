"""Simulations are made once for each design, and say what ``simulate`` says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.errors import InputError
from surrogate.hosts.targets import TARGETS
from surrogate.laboratory import ReferenceHosts, Simulations
from surrogate.laboratory import simulations as module
from surrogate.laboratory.reference import random_hosts
from surrogate.laboratory.simulations import STATES
from surrogate.physics.simulate import simulate


def test_a_design_is_simulated_once(reference: ReferenceHosts, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(designs: pd.DataFrame, *rest: Any, **options: Any) -> pd.DataFrame:
        asked.append(len(designs))
        return simulate(designs, *rest, **options)

    monkeypatch.setattr(module, "simulate", counted)
    simulations, few = Simulations(), reference.designs.take([3, 1, 3, 2])
    first = simulations(few)
    assert asked == [3]
    assert len(simulations) == 3
    more = simulations(reference.designs.take([2, 4, 1]))
    assert asked == [3, 1]
    assert list(first.index) == [3, 1, 3, 2]
    straight = simulate(few)[[*TARGETS, *STATES]]
    pd.testing.assert_frame_equal(first, straight, rtol=1e-12)
    np.testing.assert_array_equal(more.loc[[2, 1]], first.iloc[[3, 1]])


@pytest.mark.slow
def test_random_hosts_are_distinct_and_of_the_campaign(garnet: Campaign, reference: ReferenceHosts) -> None:
    designs = reference.designs
    assert len(set(designs.row_keys())) == len(designs) > 50
    assert garnet.space.contains(designs.frame[list(garnet.space.columns)]).all()
    assert random_hosts(garnet, len(designs), 0).row_keys() == designs.row_keys()


def test_a_foil_in_a_liquid_is_one_host() -> None:
    text = Campaign.template("foils", electrolyte="liquid_ether")
    for wanted, value in (("frameworks", "none"), ("agents", "none")):
        text = text.replace(f"# {wanted} = [", f'{wanted} = ["{value}"]  # [')
    foils = Campaign(text)
    assert len(random_hosts(foils, 5, 0)) == 1
    with pytest.raises(InputError, match="too few distinct hosts"):
        ReferenceHosts.of(foils, 5)
