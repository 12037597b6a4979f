"""What makes a batch of a campaign: simpler hosts that may take a proposal's place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.file import Campaign
from surrogate.campaign.proposals import propose_hosts, with_fewer_phases
from surrogate.evaluation.domain import Domain
from surrogate.hosts import columns as c
from surrogate.hosts.search_space import host_encoder, host_space
from surrogate.models.bundle import HostModel
from surrogate.models.ensemble import DeepEnsemble, EnsembleSettings
from surrogate.models.gp import TargetGP
from surrogate.optimization.settings import SearchSettings


def test_a_host_without_its_minor_phases():
    host = pd.DataFrame([{
        "framework": "carbon_fiber", "agent": "zinc", "conductor_top": 0.5, "dielectric_top": 0.3, "agent_top": 0.0,
        "ion_conductor_top": 0.2, "conductor_bottom": 0.9, "dielectric_bottom": 0.0, "agent_bottom": 0.1,
        "ion_conductor_bottom": 0.0,
    }])  # fmt: skip
    found = with_fewer_phases(host)
    assert len(found) == 7  # all subsets of three
    assert (found.loc[0, ["conductor_top", "conductor_bottom"]] == 1.0).all()
    assert found.loc[0, "agent"] == "none"
    ends = found[["conductor_top", "dielectric_top", "agent_top", "ion_conductor_top"]].sum(axis=1)
    np.testing.assert_allclose(ends, 1.0)
    assert found.iloc[-1]["dielectric_top"] == pytest.approx(0.3 / 1.0)  # only the agent is gone
    assert with_fewer_phases(host.assign(framework="none")).empty


@pytest.fixture(scope="module")
def model() -> HostModel:
    """Of 120 hosts; the thicker the host, the less is lost: z falls by 3 over the range of thickness."""
    encoder = host_encoder()
    X = encoder.encode(host_space().sample(120, 3))
    thick = X[:, next(iter(encoder.groups["thickness_um"]))]
    z = -3.0 - 3.0 * thick
    few = EnsembleSettings(members=2, hidden=8, epochs=2, batch=32)
    ensemble = DeepEnsemble.fit(X, np.stack([z] * len(c.TARGETS), axis=1), c.TARGETS, seed=0, settings=few)
    process = TargetGP.fit(X, z, groups=encoder.groups, measured=np.ones(len(X), dtype=bool), steps=25)
    citations = tuple("10.1/x#" for _ in X)
    return HostModel(dict.fromkeys(c.TARGETS, process), ensemble, (), Domain.of(X), X, citations, {})


@pytest.mark.slow
@pytest.mark.simulation
def test_a_campaign_for_efficiency_proposes_what_loses_least(model: HostModel) -> None:
    """The same model, asked for more and for less: the direction is that of the efficiency, not of its logarithm."""
    text = (
        "schema_version = 1\n[search]\nframeworks = ['carbon_fiber']\nagents = ['none', 'silver']\n"
        "[objectives]\ncoulombic_efficiency_pct = '{}'\n"
    )
    quick = SearchSettings(pool=64)
    found = {
        goal: propose_hosts(Campaign(text.format(goal)), model, n=2, seed=0, settings=quick)
        for goal in ("max", "min")
    }
    name = "coulombic_efficiency_pct"
    for batch in found.values():
        assert (batch[f"{name}_lower"] < batch[name]).all()
        assert (batch[name] < batch[f"{name}_upper"]).all()
        assert batch[f"{name}_upper"].max() < 100.0
    loss = {goal: np.log(100.0 - batch[name]).mean() for goal, batch in found.items()}
    assert loss["max"] < loss["min"] - 1.0
    assert found["max"]["thickness_um"].min() > 2.0 * found["min"]["thickness_um"].max()
