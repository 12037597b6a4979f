"""What makes a batch of a campaign: simpler hosts that may take a proposal's place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.proposals import with_fewer_phases


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
