"""What a campaign answers: absolute and against its control, from physics, its level and its own cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from surrogate.campaign.belief import BETTER, against_last, answers, believe, botorch_model
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import SCALES, TARGETS
from surrogate.models.campaign_model import Level
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.physics import simulate

pytestmark = pytest.mark.simulation
LEVELS = dict.fromkeys(TARGETS, Level(0.0, 1.1))


@pytest.fixture(scope="module")
def hosts(small_campaign: Campaign) -> CompleteDesigns:
    """Six hosts of the campaign, porous ones."""
    found = small_campaign.space.sample(8, 5).assign(**small_campaign.conditions.as_dict())
    designs = CompleteDesigns.of(found)
    return designs.where(designs.text("framework") != "none").take(range(6))


def cells(hosts: CompleteDesigns, lives: list[float]) -> pd.DataFrame:
    made = hosts.take([0] * len(lives)).frame.reset_index(drop=True)
    return made.assign(cycle_life_cycles=lives)


def test_before_any_cell_the_simulator_answers(small_physics: PhysicsPrior, hosts: CompleteDesigns) -> None:
    control = control_of(hosts.take([0]))
    simulated = simulate(hosts.together([control]))
    table = answers(believe(small_physics, levels=LEVELS), hosts, control, {"cycle_life_cycles": "max"})
    assert len(table) == len(hosts) + 1
    for target in TARGETS:
        np.testing.assert_allclose(table[f"{target}_physics"], simulated[target].to_numpy(), rtol=1e-9)
        assert (table[f"{target}_lower"] < table[target]).all()
        assert (table[target] < table[f"{target}_upper"]).all()
        assert table[f"{target}_vs_control"].iloc[-1] == pytest.approx(1.0)
        assert table[f"{target}_vs_control_lower"].iloc[-1] == pytest.approx(1.0)
    assert table[BETTER].iloc[-1] == 0.5
    assert table[BETTER].between(0.0, 1.0).all()
    ratio = np.log(table["cycle_life_cycles_vs_control"][:-1])
    assert (np.sign(ratio) == np.sign(table[BETTER][:-1] - 0.5)).all()


def test_the_level_cancels_against_the_control(small_physics: PhysicsPrior, hosts: CompleteDesigns) -> None:
    control = control_of(hosts.take([0]))
    simulated = simulate(hosts.together([control]))
    known, unknown = (
        answers(
            believe(small_physics, levels=dict.fromkeys(TARGETS, level)),
            hosts,
            control,
            {TARGETS[0]: "max"},
            simulated=simulated,
        )
        for level in (Level(0.0, 0.1), Level(1.0, 2.0))
    )

    def width(table: pd.DataFrame, name: str) -> np.ndarray:
        return np.log(table[f"{name}_upper"] / table[f"{name}_lower"]).to_numpy()[:-1]

    life = "cycle_life_cycles"
    assert (width(unknown, life) > 1.5 * width(known, life)).all()
    np.testing.assert_allclose(
        width(unknown, f"{life}_vs_control"), width(known, f"{life}_vs_control"), rtol=1e-6
    )


def test_three_replicates_lie_in_the_interval_of_a_new_cell(
    small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    """Lives of 90, 160 and 310 cycles, of one host: what the next cell will do is that uncertain."""
    told = believe(small_physics, cells(hosts, [90.0, 160.0, 310.0]), LEVELS)
    row = answers(told, hosts.take([0]), control_of(hosts.take([0])), {"cycle_life_cycles": "max"}).iloc[0]
    assert row["cycle_life_cycles_lower"] < 90.0
    assert row["cycle_life_cycles_upper"] > 310.0
    assert row["cycle_life_cycles_upper"] / row["cycle_life_cycles_lower"] < 30.0


def test_a_running_cell_counts_as_a_bound(small_physics: PhysicsPrior, hosts: CompleteDesigns) -> None:
    before = believe(small_physics, levels=LEVELS).latent(hosts)["cycle_life_cycles"][0][0]
    running = cells(hosts, [float(np.exp(before) * 6.0)]).assign(cycle_life_cycles_censored=True)
    after = believe(small_physics, running, LEVELS).latent(hosts)["cycle_life_cycles"][0][0]
    modest = cells(hosts, [float(np.exp(before) / 50.0)]).assign(cycle_life_cycles_censored=True)
    unchanged = believe(small_physics, modest, LEVELS).latent(hosts)["cycle_life_cycles"][0][0]
    assert after > before + 0.5
    assert unchanged == pytest.approx(before, abs=0.05)


def test_a_known_error_makes_a_cell_count_less(small_physics: PhysicsPrior, hosts: CompleteDesigns) -> None:
    before = believe(small_physics, levels=LEVELS).latent(hosts)["cycle_life_cycles"][0][0]
    told = cells(hosts, [float(np.exp(before + 1.5))])
    sure = believe(small_physics, told, LEVELS).latent(hosts)["cycle_life_cycles"][0][0]
    unsure = believe(
        small_physics, told.assign(cycle_life_cycles_sem=2.0 * told["cycle_life_cycles"]), LEVELS
    ).latent(hosts)["cycle_life_cycles"][0][0]
    assert before < unsure < sure


def test_botorch_sees_the_same_posterior(small_physics: PhysicsPrior, hosts: CompleteDesigns) -> None:
    told = cells(hosts, [150.0, 140.0]).assign(overpotential_mV=[30.0, 32.0])
    other = (
        hosts.take([2, 3])
        .frame.reset_index(drop=True)
        .assign(cycle_life_cycles=[90.0, 60.0], overpotential_mV=[50.0, 20.0])
    )
    for measured in (None, pd.concat([told, other], ignore_index=True)):
        model = believe(small_physics, measured, LEVELS)
        X = torch.from_numpy(host_encoder().encode(hosts.frame))
        encoded = EncodedPrior(small_physics, host_encoder())
        for target in ("cycle_life_cycles", "overpotential_mV", "ccd_mA_cm2"):
            posterior = botorch_model(model, encoded, target).posterior(X)
            mean, variance = model.latent(hosts)[target]
            np.testing.assert_allclose(posterior.mean.detach().numpy().ravel(), mean, atol=1e-4)
            np.testing.assert_allclose(
                posterior.variance.detach().numpy().ravel(), variance, rtol=2e-3, atol=1e-4
            )


def test_a_mixture_can_be_asked_about_designs_that_are_next_to_equal(
    small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    """As children of a measured host are: their covariance has no exact factor."""
    told = hosts.take([0, 1, 2]).frame.reset_index(drop=True).assign(cycle_life_cycles=[90.0, 600.0, 60.0])
    model = believe(small_physics, told, LEVELS)
    assert model.shares["cycle_life_cycles"] < 0.999
    encoded = EncodedPrior(small_physics, host_encoder())
    X = torch.from_numpy(host_encoder().encode(hosts.frame))[[0] * 10 + [1] * 10]
    posterior = botorch_model(model, encoded, "cycle_life_cycles").posterior(X)
    assert posterior.rsample(torch.Size([4])).isfinite().all()


def test_a_control_is_the_plain_host(hosts: CompleteDesigns) -> None:
    host = hosts.take([1])
    control = control_of(host)
    row, own = control.row(0), host.row(0)
    assert row["framework"] == own["framework"]
    assert row["agent"] == "none"
    assert row["conductor_top"] == row["conductor_bottom"] == 1.0
    assert row["conductor_material"] == row["framework"]  # not the material that a phase has by default
    assert row["porosity_top"] == row["porosity_bottom"]
    assert row["pore_size_top_um"] == row["pore_size_bottom_um"]
    assert row["thickness_um"] == own["thickness_um"]
    assert {name: row[name] for name in c.CONDITIONS} == {name: own[name] for name in c.CONDITIONS}
    assert control_of(control).frame.equals(control.frame)


def test_the_control_of_a_foil_is_a_bare_foil() -> None:
    coated = CompleteDesigns.of(
        pd.DataFrame([{"framework": "none", "agent": "indium", "electrolyte": "llzo"}])
    )
    control = control_of(coated).row(0)
    assert (control["framework"], control["agent"], control["electrolyte"]) == ("none", "none", "llzo")


def test_differences_to_the_last() -> None:
    mean, spread = against_last(np.array([1.0, 3.0]), np.array([[2.0, 0.5], [0.5, 1.0]]))
    np.testing.assert_allclose(mean, [-2.0, 0.0])
    np.testing.assert_allclose(spread, [np.sqrt(2.0), 0.0])
    assert SCALES["coulombic_efficiency_pct"].direction("max") == "min"
