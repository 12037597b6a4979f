"""An emulator of states says that a charge passed whole where it did, and less where it ran out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_space
from surrogate.models.network import NetworkSettings
from surrogate.models.state_emulator import StateEmulator
from surrogate.physics import simulate
from surrogate.physics.parameters import shipped_parameters

pytestmark = [pytest.mark.simulation, pytest.mark.slow]


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """Hosts in an ether at a current at which some run out of salt."""
    hosts = host_space().sample(700, 2)
    hosts = hosts[hosts["framework"] != "none"].head(120)
    cell = {"electrolyte": "liquid_ether", "current_density_mA_cm2": 40.0, "areal_capacity_mAh_cm2": 2.0}
    table = simulate(CompleteDesigns.of(hosts.assign(**cell, additives="none").reset_index(drop=True)))
    return table[table["cycle_life_cycles"].notna()].reset_index(drop=True)


def test_a_charge_that_passed_whole_is_told_as_whole(simulated) -> None:
    whole = (simulated["charge_passed_share"] > 1.0 - 1e-9).to_numpy()
    assert 10 < whole.sum() < len(whole) - 3
    shipped = shipped_parameters()
    few = NetworkSettings(members=2, hidden=32, epochs=150, batch=32)
    emulator = StateEmulator.fit([(simulated, shipped)], (), seed=0, settings=few)
    told = emulator.states(CompleteDesigns.of(simulated), shipped)["charge_passed_share"].to_numpy()
    assert np.mean(told[whole] == 1.0) > 0.9
    assert told[~whole].mean() < told[whole].mean() - 0.02
