"""What knows a laboratory's constants predicts it as well as its level, discrepancy and replicates let it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.laboratory import LaboratorySettings, ReferenceHosts, VirtualLaboratory, trial
from surrogate.laboratory.oracle import Oracle
from surrogate.models.physics_prior import FEATURES, PriorRows


class Prior:
    """Stands for a campaign's physics: no features, and a mean that is wrong."""

    def rows(self, designs: CompleteDesigns, simulated: pd.DataFrame | None = None) -> PriorRows:
        n = len(designs)
        return PriorRows(np.full((n, 4), 99.0), np.zeros((n, 4, 2)), np.zeros((n, len(FEATURES))))


@pytest.fixture(scope="module")
def exact(reference: ReferenceHosts) -> LaboratorySettings:
    """No discrepancy, hardly any noise, a level."""
    return LaboratorySettings(
        discrepancy_dex=0.0, life_noise=1e-3, ccd_noise=1e-3, overpotential_noise=1e-3, loss_noise=1e-3
    )


def test_one_cell_tells_the_level_and_nothing_else_is_unknown(reference, exact) -> None:
    laboratory = VirtualLaboratory.draw(reference.campaign, 3, exact, reference=reference)
    hosts = reference.designs.take(range(12))
    oracle = Oracle(Prior()).of(laboratory)
    before, after = (
        oracle.fit(laboratory.measure(hosts, 0).iloc[:0]),
        oracle.fit(laboratory.measure(hosts, 0).iloc[:1]),
    )
    truth = laboratory.truth(hosts)
    for target in TARGETS:
        z = truth[target].to_numpy()
        known = np.isfinite(z)
        mean, variance = before.latent(hosts)[target]
        np.testing.assert_allclose((mean - z)[known], -laboratory.levels[target], atol=1e-6)
        np.testing.assert_allclose(variance, math.log(2.0) ** 2, rtol=1e-3)
        mean, variance = after.latent(hosts)[target]
        np.testing.assert_allclose(mean[known], z[known], atol=0.01)
        assert (variance < 1e-4).all()
        np.testing.assert_allclose(after.predictive(hosts)[target][1] - variance, 1e-6, rtol=1e-6)


def test_in_a_trial_it_is_made_anew_for_each_laboratory(reference, exact) -> None:
    found = trial(reference, [Oracle(Prior())], (0, 1), exact, cells=(2,), scored=10)
    latent = found[found["against"] == "latent"]
    assert set(latent["contender"]) == {"oracle"}
    assert (latent.groupby("laboratory")["rmse"].max() < 0.01).all()
