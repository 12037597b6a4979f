"""Simulations of measured hosts that are kept: what is looked up is what would be simulated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from surrogate.campaign import told_simulations
from surrogate.campaign.file import Campaign
from surrogate.campaign.told_simulations import simulated_hosts
from surrogate.hosts.designs import CompleteDesigns


@pytest.mark.slow
def test_each_host_is_simulated_once(
    small_campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def simulate(designs: CompleteDesigns, **_: Any) -> pd.DataFrame:
        asked.append(len(designs))
        frame = designs.frame[["framework", "thickness_um"]]
        return frame.assign(cycle_life_cycles=frame["thickness_um"] / 3.0, outcome="completed")

    monkeypatch.setattr(told_simulations, "simulate", simulate)
    monkeypatch.setattr(told_simulations, "FEWEST", 4)
    table = small_campaign.space.sample(8, 1, "cheap").assign(**small_campaign.conditions.as_dict())
    designs = CompleteDesigns.of(table)
    first = simulated_hosts(designs.take([0, 1, 2, 3, 0]), root=tmp_path)
    assert (
        first["cycle_life_cycles"].tolist()
        == (designs.frame["thickness_um"] / 3.0).iloc[[0, 1, 2, 3, 0]].tolist()
    )
    later = simulated_hosts(designs.take([5, 3, 2, 1, 4, 5]), root=tmp_path)
    assert later["thickness_um"].tolist() == designs.frame["thickness_um"].iloc[[5, 3, 2, 1, 4, 5]].tolist()
    assert asked == [5, 3]  # the two new ones, of which one stands twice
    simulated_hosts(designs.take([0, 1]), root=tmp_path)  # a few are simulated faster than they are looked up
    assert asked == [5, 3, 2]
    (kept,) = tmp_path.glob("told-*.kept")
    kept.write_bytes(b"damaged")
    pd.testing.assert_frame_equal(simulated_hosts(designs.take([0, 1, 2, 3, 0]), root=tmp_path), first)
