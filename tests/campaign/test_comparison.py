"""How the hosts of a batch compare: with what the batch itself says of them, and with simulations made one by one."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign.belief import BETTER, answers, believe
from surrogate.campaign.comparison import Comparison, compared, made_already, p_better
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.simpler import KEPT, simplest_hosts
from surrogate.campaign.understanding import understanding
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.models.campaign_model import CampaignModel, Level
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization import Limit, Within
from surrogate.physics import simulate
from surrogate.report.cards.card import cards_of

LIFE, MV = "cycle_life_cycles", "overpotential_mV"
HOST = {
    "framework": "carbon_fiber", "agent": "silver", "conductor_top": 0.98, "agent_top": 0.02, "conductor_bottom": 0.8,
    "agent_bottom": 0.2, "porosity_top": 0.85, "porosity_bottom": 0.75, "pore_size_top_um": 20.0,
    "pore_size_bottom_um": 19.0, "thickness_um": 150.0,
}  # fmt: skip
COPPER = HOST | {"framework": "copper", "agent": "none", "conductor_top": 1.0, "agent_top": 0.0}
COPPER |= {"conductor_bottom": 1.0, "agent_bottom": 0.0, "porosity_bottom": 0.85}


@pytest.fixture(scope="module")
def every(small_campaign: Campaign) -> CompleteDesigns:
    """A felt that is graded with silver, a copper foam, and the control."""
    rows = pd.DataFrame([{**host, **small_campaign.conditions.as_dict()} for host in (HOST, COPPER)])
    designs = CompleteDesigns.of(rows)
    return designs.together([control_of(designs.take([0]))])


@pytest.fixture(scope="module")
def belief(small_physics: PhysicsPrior) -> CampaignModel:
    return believe(small_physics, levels=dict.fromkeys(TARGETS, Level(0.4, 1.1)))


@pytest.fixture(scope="module")
def batch(small_campaign: Campaign, every: CompleteDesigns, belief: CampaignModel) -> pd.DataFrame:
    """As a batch is recorded, as far as it is asked for here."""
    simulated = simulate(every)
    told = answers(belief, every.take([0, 1]), every.take([2]), small_campaign.objectives, (), simulated)
    behind = understanding(belief, every, simulated, small_campaign.objectives)
    return pd.concat([every.frame, told, behind], axis=1).assign(
        role=["exploit", "explore", "control"], cells_to_make=3
    )


@pytest.fixture(scope="module")
def found(small_campaign: Campaign, batch: pd.DataFrame, belief: CampaignModel) -> Comparison:
    made = compared(batch, small_campaign, belief)
    assert made is not None
    return made


@pytest.mark.simulation
def test_it_agrees_with_the_batch(found: Comparison, batch: pd.DataFrame) -> None:
    for table in found.p_better.values():
        np.testing.assert_allclose(table + table.T, 1.0)
    np.testing.assert_allclose(found.p_better[LIFE][:, -1], batch[BETTER], rtol=1e-6)
    for name in (name for name in batch if str(name).startswith("worth_")):
        np.testing.assert_allclose(
            found.worths[LIFE][name].astype(float), batch[name].astype(float), rtol=1e-6, equal_nan=True
        )
    assert found.worths[MV]["worth_agent"].notna().tolist() == [True, False, False]


@pytest.mark.simulation
def test_the_simplest_host_keeps_its_share_and_leaves_out_what_does_nothing(
    found: Comparison, every: CompleteDesigns, belief: CampaignModel
) -> None:
    """Of a felt that is worse than its control in what is wanted, and so better in the opposite."""
    assert np.isnan(found.simplest["kept"][0])
    simulated = simulate(every)
    felt, _ = simplest_hosts(belief, every, simulated, {LIFE: "min", MV: "max"}).to_dict("records")
    left_out = str(felt["left_out"]).split(";")
    assert "pore_size" in left_out  # 20 to 19 um is next to no gradient
    assert felt["kept"] >= KEPT
    assert felt["next_left_out"] == ""
    # The same host made by hand, and asked by itself.
    columns = {
        "pore_size": ("pore_size_top_um", "pore_size_bottom_um"), "porosity": ("porosity_top", "porosity_bottom"),
        "agent": ("agent", "agent_top", "agent_bottom", "conductor_top", "conductor_bottom"),
    }  # fmt: skip
    names = [name for feature in left_out for name in columns[feature]]
    host, control = every.frame.iloc[[0]], every.frame.iloc[[2]]
    designs = CompleteDesigns.of(
        pd.concat([host, host.assign(**control[names].iloc[0].to_dict()), control], ignore_index=True)
    )
    medians = belief.latent(designs, simulate(designs))
    worse = medians[MV][0] - medians[LIFE][0]
    assert felt["kept"] == pytest.approx((worse[1] - worse[2]) / (worse[0] - worse[2]), rel=1e-3)


@pytest.mark.simulation
def test_where_no_simpler_host_keeps_enough_the_one_that_keeps_most_is_named(
    every: CompleteDesigns, belief: CampaignModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated, wanted = simulate(every), {LIFE: "min", MV: "max"}
    enough = simplest_hosts(belief, every, simulated, wanted).iloc[0]
    monkeypatch.setattr("surrogate.campaign.simpler.KEPT", 10.0)
    never = simplest_hosts(belief, every, simulated, wanted).iloc[0]
    assert (never["left_out"], never["kept"]) == ("", 1.0)
    assert never["next_left_out"]
    assert enough["kept"] <= never["next_kept"] < 10.0


@pytest.mark.simulation
def test_the_simulated_values_of_a_card_are_those_of_the_simulator(
    found: Comparison, batch: pd.DataFrame, small_campaign: Campaign
) -> None:
    """As ``surrogate simulate`` gives them for the rows of ``candidates.csv``."""
    read_again = pd.read_csv(io.StringIO(batch.to_csv(index=False)), keep_default_na=False, na_values=[""])
    again = simulate(
        CompleteDesigns.of(
            read_again[list(small_campaign.space.columns)].assign(**small_campaign.conditions.as_dict())
        )
    )
    for k, card in enumerate(cards_of(batch, small_campaign, found)):
        assert len(card.why.answers) == len(TARGETS)
        for answer in card.why.answers:
            assert answer.simulated == pytest.approx(again[answer.target].iloc[k], rel=1e-9)


@pytest.mark.simulation
def test_a_measured_host_that_does_as_well_is_named(
    small_campaign: Campaign, small_physics: PhysicsPrior, batch: pd.DataFrame, every: CompleteDesigns
) -> None:
    """The felt was made, twice; a limit that no host keeps rules it out."""
    felt = every.frame.iloc[[0]].assign(**{LIFE: 150.0, MV: 20.0})
    cells = pd.concat([felt, felt, every.frame.iloc[[2]].assign(**{LIFE: 40.0, MV: 80.0})], ignore_index=True)
    told = believe(small_physics, cells, levels=dict.fromkeys(TARGETS, Level(0.4, 1.1)))
    names, simulated = ["B01-1", "B01-1", "c7"], simulate(every)
    first, second = made_already(told, every, simulated, small_campaign, names)
    assert first is not None
    assert first.name == "B01-1"
    assert first.p_better == pytest.approx({LIFE: 0.5, MV: 0.5})  # it is the same host
    # What is named falls short in nothing by more than the scatter between cells.
    medians = {name: mean for name, (mean, _) in told.latent(every, simulated).items()}
    good = [
        name
        for name, row in (("B01-1", 0), ("c7", 2))
        if all(
            sign * (medians[target][row] - medians[target][1]) >= -np.sqrt(told.noise(target))
            for target, sign in ((LIFE, 1.0), (MV, -1.0))
        )
    ]
    assert (second.name in good) if second is not None else good == []
    limited = small_campaign.wanting({LIFE: "max", MV: "min"}, (Limit(LIFE, ">=", 1e5),))
    assert made_already(told, every, simulated, limited, names) == (None, None)
    assert made_already(told, every, simulated, small_campaign, ()) == (None, None)


def test_a_band_is_met_by_the_host_inside_it_and_one_host_is_no_better_than_itself() -> None:
    mean = np.log([30.0, 90.0, 30.0])
    covariance = 0.04 * np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    inside = p_better(mean, covariance, MV, Within(20.0, 40.0))
    assert inside[0, 1] > 0.95
    assert inside[1, 0] == pytest.approx(1.0 - inside[0, 1])
    assert p_better(mean, covariance, MV, "min")[0].tolist() == pytest.approx([0.5, 1.0, 0.5], abs=1e-4)
    assert p_better(mean, covariance, MV, "max")[0, 1] < 1e-4


def test_a_batch_that_was_recorded_without_a_control_is_not_compared(
    small_campaign: Campaign, belief: CampaignModel, batch: pd.DataFrame
) -> None:
    assert compared(batch.head(2), small_campaign, belief) is None
