"""What lies behind the answers of a batch: factors, what choices are worth, which cell would change the ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from surrogate.campaign.belief import answers, believe
from surrogate.campaign.choice_groups import choice_groups
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.understanding import CHANGES_BEST, factors, p_changes_best, understanding
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.models.campaign_model import Level
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.physics import simulate

LIFE, LOSS = "cycle_life_cycles", "coulombic_efficiency_pct"
LEVELS = dict.fromkeys(TARGETS, Level(0.4, 1.1))
OBJECTIVES = {LIFE: "max", "overpotential_mV": "min"}
HOST = {
    "framework": "carbon_fiber", "agent": "silver", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.9,
    "agent_bottom": 0.1, "porosity_top": 0.8, "porosity_bottom": 0.8, "pore_size_top_um": 20.0,
    "pore_size_bottom_um": 20.0, "thickness_um": 150.0,
}  # fmt: skip

BARE = {"agent": "none", "conductor_top": 1.0, "agent_top": 0.0, "conductor_bottom": 1.0, "agent_bottom": 0.0}


def designs_of(campaign: Campaign, *changes: dict[str, object]) -> CompleteDesigns:
    rows = pd.DataFrame([{**HOST, **one, **campaign.conditions.as_dict()} for one in changes])
    return CompleteDesigns.of(rows)


@pytest.fixture(scope="module")
def hosts(small_campaign: Campaign) -> CompleteDesigns:
    """Six porous hosts of the campaign."""
    found = small_campaign.space.sample(8, 5).assign(**small_campaign.conditions.as_dict())
    designs = CompleteDesigns.of(found)
    return designs.where(designs.text("framework") != "none").take(range(6))


def lives(hosts: CompleteDesigns, rows: list[int], factor: list[float]) -> pd.DataFrame:
    """Cells that lived so many times as long as simulated."""
    made = hosts.take(rows)
    table = made.frame.reset_index(drop=True)
    return table.assign(**{LIFE: simulate(made)[LIFE].to_numpy() * np.array(factor)})


@pytest.mark.simulation
@pytest.mark.parametrize("told", [False, True])
def test_factors_multiply_up_to_the_median(
    small_physics: PhysicsPrior, hosts: CompleteDesigns, told: bool
) -> None:
    measured = lives(hosts, [0, 1, 2, 3], [2.0, 1.5, 3.0, 0.7]) if told else None
    belief = believe(small_physics, measured, LEVELS)
    simulated = simulate(hosts.together([control_of(hosts.take([0]))]))
    every = CompleteDesigns.of(simulated)
    table = answers(belief, every.take(range(6)), every.take([6]), {LIFE: "max"}, simulated=simulated)
    split = factors(belief, every, simulated)
    assert (belief.shares[LIFE] < 0.999) == told  # the process without physics has a part
    for target in TARGETS:
        physics, literature, cells = (split[f"{target}_by_{by}"] for by in ("physics", "literature", "cells"))
        size = (lambda y: 100.0 - y) if target == LOSS else (lambda y: y)
        np.testing.assert_allclose(size(physics) * literature * cells, size(table[target]), rtol=1e-9)
        np.testing.assert_allclose(literature, np.exp(0.4))
        if not (told and target == LIFE):
            assert (cells == 1.0).all()
    if told:
        assert (split[f"{LIFE}_by_cells"] != 1.0).all()
    np.testing.assert_allclose(
        np.log(split[f"{LIFE}_by_physics"]), belief.bases(every, simulated)[LIFE].mean, rtol=1e-12
    )


@pytest.mark.simulation
def test_a_cell_raises_the_factor_and_no_more_than_all_is_lost(
    small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    simulated, name = simulate(hosts), f"{LIFE}_by_cells"
    better, worse = (
        factors(believe(small_physics, lives(hosts, [0], [times]), LEVELS), hosts, simulated)[name][0]
        for times in (8.0, 0.2)
    )
    assert better > 2.0
    assert worse < 0.5
    lost = factors(believe(small_physics, levels={LOSS: Level(20.0, 1.0)}), hosts, simulated)
    np.testing.assert_allclose((100.0 - lost[f"{LOSS}_by_physics"]) * lost[f"{LOSS}_by_literature"], 100.0)
    assert (lost[f"{LOSS}_by_cells"] == 1.0).all()


@pytest.mark.simulation
def test_where_one_group_differs_it_is_all_that_the_host_is_worth(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    """Silver in a plain felt: to take it off makes the control, so that the worth is the ratio to it."""
    host = designs_of(small_campaign, {})
    control = control_of(host)
    every = host.together([control])
    simulated = simulate(every)
    measured = every.frame.assign(**{LIFE: simulated[LIFE].to_numpy() * 1.5})
    for belief in (believe(small_physics, levels=LEVELS), believe(small_physics, measured, LEVELS)):
        row = understanding(belief, every, simulated, OBJECTIVES).iloc[0]
        whole = answers(belief, host, control, {LIFE: "max"}, simulated=simulated).iloc[0]
        for end in ("", "_lower", "_upper"):
            assert row[f"worth_agent{end}"] == pytest.approx(whole[f"{LIFE}_vs_control{end}"], rel=1e-3)
        others = [name for name in row.index if name.startswith("worth_") and "agent" not in name]
        assert len(others) == 3 * (len(choice_groups()) - 1)
        assert row[others].isna().all()


@pytest.mark.simulation
def test_what_the_simulator_likes_is_worth_more_than_one_and_the_truth_lies_in_the_interval(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    """In laboratories that are the simulator, 1.7 times over, with noise, a choice is worth what it says."""
    every = designs_of(
        small_campaign,
        {**BARE, "thickness_um": 80.0},
        {"thickness_um": 300.0},
        {**BARE, "thickness_um": 300.0},
    )
    simulated = simulate(every)
    truth = simulated[LIFE].to_numpy()
    changed = [(0, "thickness", truth[0] / truth[2]), (1, "agent", truth[1] / truth[2])]
    assert changed[0][2] > 1.2  # in a thin felt less lithium is lost
    assert changed[1][2] < 0.8
    covered = []
    for seed in range(5):
        cells = None
        if seed:
            noise = np.exp(0.3 * np.random.default_rng(seed).normal(size=6))
            cells = pd.concat([every.frame] * 2, ignore_index=True).assign(
                **{LIFE: 1.7 * np.tile(truth, 2) * noise}
            )
        table = understanding(believe(small_physics, cells, LEVELS), every, simulated, OBJECTIVES)
        for row, group, ratio in changed:
            low, middle, high = (table[f"worth_{group}{end}"][row] for end in ("_lower", "", "_upper"))
            assert low < middle < high
            assert (middle > 1.0) == (ratio > 1.0)
            covered.append(low < ratio < high)
        assert np.isnan(table["worth_agent"][0])
        assert np.isnan(table["worth_thickness"][1])
        assert table.filter(like="worth_").iloc[2].isna().all()  # the control
    assert sum(covered) >= 8  # of 10; 9 are expected


@pytest.mark.simulation
def test_a_change_that_cannot_be_made_has_no_worth(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    """Pores of 60 um in a felt as thin as the control's, and anything between a host and a foil."""
    wide = {"pore_size_top_um": 60.0, "pore_size_bottom_um": 60.0, "thickness_um": 300.0}
    thin = {**BARE, "thickness_um": 50.0}
    belief = believe(small_physics, levels=LEVELS)
    every = designs_of(small_campaign, wide, thin)
    row = understanding(belief, every, simulate(every), OBJECTIVES).iloc[0]
    assert np.isnan(row["worth_thickness"])
    assert row[["worth_agent", "worth_pore_size"]].notna().all()
    every = designs_of(small_campaign, wide).together(
        [control_of(designs_of(small_campaign, {"framework": "none"}))]
    )
    row = understanding(belief, every, simulate(every), OBJECTIVES).iloc[0]
    assert row.filter(like="worth_").isna().all()
    assert row[CHANGES_BEST] == 0.0  # the only host there is


@pytest.mark.simulation
def test_a_measured_host_competes_under_its_own_conditions_alone(
    small_campaign: Campaign, small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    every = hosts.take([0]).together([control_of(hosts.take([0]))])
    simulated, cells = simulate(every), lives(hosts, [2], [20.0])
    here = believe(small_physics, cells, LEVELS)
    elsewhere = believe(small_physics, cells.assign(current_density_mA_cm2=2.0), LEVELS)
    assert 0.0 < understanding(here, every, simulated, OBJECTIVES)[CHANGES_BEST][0] < 1.0
    assert understanding(elsewhere, every, simulated, OBJECTIVES)[CHANGES_BEST][0] == 0.0


def test_two_hosts_in_closed_form() -> None:
    from scipy.stats import norm

    covariance = np.diag([0.3, 0.5])
    found = p_changes_best(np.array([1.0, 0.4]), covariance, 0.2, "max")
    slopes = np.diag(covariance) / np.sqrt(np.diag(covariance) + 0.2)
    np.testing.assert_allclose(found, norm.cdf(-0.6 / slopes), rtol=1e-12)
    np.testing.assert_allclose(
        p_changes_best(-np.array([1.0, 0.4]), covariance, 0.2, "min"), found, rtol=1e-12
    )


def test_what_cannot_matter_has_no_chance_and_a_par_has_a_half() -> None:
    mean, variance = np.array([0.0, -8.0, -0.5, 0.0]), np.array([1e-12, 1.0, 1e-12, 1.0])
    found = p_changes_best(mean, np.diag(variance), 0.1, "max")
    np.testing.assert_allclose(
        found[[0, 1, 2]], [0.5, 0.0, 0.0], atol=1e-6
    )  # of the first any change decides a tie
    assert found[3] == pytest.approx(0.5)
    shared = p_changes_best(np.array([0.1, 0.0]), np.ones((2, 2)), 0.1, "max")
    np.testing.assert_array_equal(shared, 0.0)  # a cell that moves both alike leaves them in order


def test_chances_are_those_of_drawn_outcomes() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(5, 5))
    mean, covariance, noise = rng.normal(size=5), root @ root.T, 0.4
    found = p_changes_best(mean, covariance, noise, "max")
    drawn = rng.multivariate_normal(mean, covariance, size=40_000)
    for i in range(5):
        y = drawn[:, i] + np.sqrt(noise) * rng.normal(size=len(drawn))
        after = mean + np.outer(y - mean[i], covariance[i] / (covariance[i, i] + noise))
        assert found[i] == pytest.approx(np.mean(after.argmax(axis=1) != mean.argmax()), abs=0.01)
    assert found.max() - found.min() > 0.1
    np.testing.assert_allclose(p_changes_best(-mean, covariance, noise, "min"), found, rtol=1e-12)


def test_of_a_band_the_nearest_is_the_best_and_what_breaks_a_limit_is_not() -> None:
    """Independent hosts: the first, in the band, is left if its cell moves it farther out than the second is."""
    mean, covariance = np.array([0.0, 3.0, -9.0]), np.diag([1.0, 0.0, 0.0])
    found = p_changes_best(mean, covariance, 0.0, (-1.0, 1.0))
    # out of the band by more than 2, the distance of the second host: two tails beyond 3 standard deviations
    assert found == pytest.approx([2.0 * ndtr(-3.0), 0.0, 0.0], abs=1e-3)
    assert p_changes_best(mean, covariance, 0.0, 0.5)[0] == pytest.approx(ndtr(-2.0) + ndtr(-3.0), abs=1e-3)
    kept = np.array([False, True, True])
    assert p_changes_best(mean, covariance, 0.0, (-1.0, 1.0), kept).tolist() == [0.0, 0.0, 0.0]
    wide = np.diag([1.0, 16.0, 0.0])
    assert p_changes_best(mean, wide, 0.0, "max", kept)[1] == pytest.approx(ndtr(-3.0), abs=1e-9)
