"""What makes a batch of a campaign: simpler hosts that may take a proposal's place."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from surrogate.campaign import belief, host_search
from surrogate.campaign.belief import answers, believe
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.host_search import search_hosts
from surrogate.campaign.proposals import propose_hosts
from surrogate.campaign.replacements import values_at_limit
from surrogate.campaign.simpler import with_fewer_phases
from surrogate.files.output import csv_text
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.search_space import host_encoder
from surrogate.hosts.targets import TARGETS
from surrogate.models.campaign_model import Level
from surrogate.models.encoded_prior import EncodedPrior
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.optimization import Limit, Match
from surrogate.optimization.settings import SearchSettings
from surrogate.report.earlier_answers import answer_columns
from surrogate.space import Space


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


def test_values_at_a_limit_are_those_that_only_a_limit_stopped(small_campaign: Campaign) -> None:
    space = small_campaign.space
    host = space.sample(64, 0, "cheap").query("framework == 'copper'").iloc[[0]]
    host = host.assign(
        conductor_top=0.7, dielectric_top=0.0, agent_top=0.3, ion_conductor_top=0.0, conductor_bottom=1.0,
        dielectric_bottom=0.0, agent_bottom=0.0, ion_conductor_bottom=0.0, gradient_exponent=1.0, layers=1.0,
        porosity_top=0.95, porosity_bottom=0.7, pore_size_top_um=2.0, pore_size_bottom_um=20.0, tortuosity=1.1,
        thickness_um=100.0, agent="silver",
    )  # fmt: skip
    assert values_at_limit(space, host) == ["agent_top", "porosity_top", "pore_size_top_um", "tortuosity"]
    assert values_at_limit(space, host.assign(layers=5.0, porosity_top=0.94, tortuosity=1.2)) == [
        "agent_top", "layers", "pore_size_top_um",
    ]  # fmt: skip
    stack = host.assign(layers=2.0, stacking="alternating", porosity_top=0.94, tortuosity=1.2)
    assert values_at_limit(space, stack) == ["agent_top", "pore_size_top_um"]


class Champion:
    """Says where hosts lie in the literature: nowhere."""

    about: ClassVar[dict[str, object]] = {}

    def whereabouts(self, designs: CompleteDesigns) -> pd.DataFrame:
        return pd.DataFrame({"extrapolation": 0.5, "nearest_literature": ""}, index=range(len(designs)))


@pytest.fixture(autouse=True)
def level(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the literature nothing is known here."""
    monkeypatch.setattr(belief, "literature_levels", lambda *_: {})


@pytest.mark.slow
@pytest.mark.simulation
def test_a_campaign_for_efficiency_proposes_what_loses_least(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    """The same physics, asked for more and for less: the direction is the efficiency's, not its logarithm's."""
    quick = SearchSettings(pool=128, near=16, first_starts=1, starts=1, maxiter=2, generations=0)
    found = {
        goal: propose_hosts(
            Campaign(f"{small_campaign.text}[objectives]\ncoulombic_efficiency_pct = '{goal}'\n"),
            Champion(), n=1, seed=0, physics=small_physics, settings=quick,
        )
        for goal in ("max", "min")
    }  # fmt: skip
    name = "coulombic_efficiency_pct"
    for batch in found.values():
        assert batch["role"].tolist()[-1] == "control"
        assert set(batch["role"][:-1]) <= {"exploit", "explore"}
        assert len(batch) == 2
        assert (batch[f"{name}_lower"] < batch[name]).all()
        assert (batch[name] < batch[f"{name}_upper"]).all()
        assert batch[f"{name}_upper"].max() < 100.0
        assert np.isfinite(batch["acquisition_value"][:-1]).all()
        other, ratio = batch[["otherwise", "otherwise_worth"]].iloc[0]
        assert other != batch["mechanism"].iloc[0]
        assert (
            other.partition(" + ")[0] == "conductor"
        )  # copper or carbon fibre is all that this campaign has
        assert 0.1 < ratio < 10.0
    loss = {goal: np.log(100.0 - batch[f"{name}_physics"][:-1]).mean() for goal, batch in found.items()}
    assert loss["max"] < loss["min"] - 0.5
    assert (found["max"]["p_better_than_control"][:-1] > 0.5).all()


@pytest.mark.slow
@pytest.mark.simulation
def test_limits_and_values_to_match_guide_the_search(
    small_campaign: Campaign, small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on a target that nothing else is wanted of, and a value that is neither the most nor the least."""
    monkeypatch.setattr(
        host_search, "replacements", lambda *_: None
    )  # they ask the simulator about many hosts
    quick = SearchSettings(pool=64, near=8, first_starts=1, starts=1, maxiter=1, generations=0)
    conditions = small_campaign.conditions.as_dict()
    level = dict.fromkeys(TARGETS, Level(0.0, 0.05))
    believed, encoded = believe(small_physics, levels=level), EncodedPrior(small_physics, host_encoder())
    drawn = CompleteDesigns.of(small_campaign.space.sample(64, 3, "cheap").assign(**conditions))
    life, ccd = (np.exp(believed.latent(drawn)[name][0]) for name in ("cycle_life_cycles", "ccd_mA_cm2"))
    aim, least = float(np.quantile(life, 0.3)), float(np.quantile(ccd, 0.9))
    objectives, limits = {"cycle_life_cycles": Match(aim)}, (Limit("ccd_mA_cm2", ">=", least),)
    control = control_of(drawn.take([0]))
    found = {}
    for kept in ((), limits):
        campaign = small_campaign.wanting(objectives, kept)
        host = search_hosts(campaign, believed, 1, 0, encoded=encoded, settings=quick)
        designs = CompleteDesigns.of(host[list(small_campaign.space.columns)].assign(**conditions))
        found[kept] = answers(believed, designs, control, objectives, limits).iloc[0]
    assert abs(np.log(found[()]["cycle_life_cycles"] / aim)) < 0.75 * np.log(life / aim).std()
    assert found[()]["p_within_limits"] < 0.3 < 0.45 < found[limits]["p_within_limits"]
    assert found[limits]["ccd_mA_cm2"] > 1.3 * found[()]["ccd_mA_cm2"]


@pytest.mark.slow
@pytest.mark.simulation
def test_told_cells_change_what_is_proposed_and_the_same_question_has_the_same_answer(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    quick = SearchSettings(pool=32, near=16, first_starts=1, starts=1, maxiter=2, generations=0)

    def ask(results: pd.DataFrame | None) -> pd.DataFrame:
        return propose_hosts(
            small_campaign, Champion(), n=2, seed=0, physics=small_physics, settings=quick, results=results
        )

    first = ask(None)
    worst = first[["cycle_life_cycles_worst_case", "overpotential_mV_worst_case"]]
    assert (
        worst["cycle_life_cycles_worst_case"][:-1] <= first["cycle_life_cycles"][:-1] * (1.0 + 1e-9)
    ).all()
    assert (worst["overpotential_mV_worst_case"][:-1] >= first["overpotential_mV"][:-1] * (1.0 - 1e-9)).all()
    assert worst.iloc[-1].isna().all()  # of the control nothing is said
    assert first[["fragile_in", "at_limit"]].notna().all(axis=None)
    assert set(first.columns) <= {*answer_columns(), *c.DESIGN_COLUMNS}  # so that no later table repeats them
    made = first.iloc[[0, 1]].reset_index(drop=True)[[*c.CHOICES, *c.CONDITIONS]]
    told = made.assign(cycle_life_cycles=[20.0, 15.0], overpotential_mV=[200.0, 150.0])
    after, again = ask(told), ask(told)
    pd.testing.assert_frame_equal(after, again)
    assert not after[list(c.CHOICES)].equals(first[list(c.CHOICES)])
    assert (first["cycle_life_cycles_by_cells"] == 1.0).all()
    assert (after["cycle_life_cycles_by_cells"] < 1.0).any()  # 20 and 15 cycles are few
    columns = csv_text(after).splitlines()[0].split(",")
    assert {"overpotential_mV_by_physics", "worth_thickness_lower", "p_changes_best"} <= set(columns)
    assert after["p_changes_best"][:-1].between(0.0, 1.0).all()
    assert after.filter(like="worth_")[:-1].notna().any(axis=None)
    assert after.filter(like="worth_").assign(p=after["p_changes_best"]).iloc[-1].isna().all()  # the control
    same = after[list(c.CHOICES)].merge(made[list(c.CHOICES)], how="inner")
    assert same.empty  # what was measured is not proposed again


@pytest.mark.slow
@pytest.mark.simulation
def test_a_batch_is_what_the_laboratory_makes_and_a_told_host_again(
    small_campaign: Campaign, small_physics: PhysicsPrior
) -> None:
    campaign = Campaign(
        f"{small_campaign.text}[make]\nmethods = ['electrospinning', 'dealloying', 'sputtering']\n"
        "[cells]\nper_host = 3\n"
    )
    told = small_campaign.space.sample(1, 3, "cheap").assign(**campaign.conditions.as_dict())
    told = CompleteDesigns.of(told).frame.assign(cycle_life_cycles=80.0, cycle_life_cycles_censored=False)
    quick = SearchSettings(pool=16, near=8, first_starts=1, starts=1, maxiter=1, generations=0)
    batch = propose_hosts(
        campaign, Champion(), n=1, seed=0, physics=small_physics, settings=quick, results=told,
        repeats=told.assign(repeat_of="C1"),
    )  # fmt: skip
    assert batch["repeat_of"].tolist() == ["", "C1", ""]
    assert campaign.space.contains(batch.iloc[:1][list(campaign.space.columns)]).all()
    assert batch["made_by"].iloc[[0, 2]].str.contains("electrospinning|dealloying").all()
    assert batch["hazards"].str.startswith("lithium metal (H260, H314)").all()
    assert batch["cells_to_make"].tolist() == [3, 2, 3]  # one of the told host is there
    again = batch.iloc[1]
    assert again["thickness_um"] == told["thickness_um"].iloc[0]
    assert again["role"] in ("exploit", "explore")
    assert np.isnan(again["acquisition_value"])
    assert np.isfinite(again["cycle_life_cycles"])
    assert batch["role"].iloc[2] == "control"


def test_before_any_cell_nothing_is_to_be_improved_on(
    small_campaign: Campaign, small_physics: PhysicsPrior, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what published hosts promise at best, only gambles would promise anything."""
    asked: list[Any] = []

    def search(*_: Any, baseline: Any, makes: Any, space: Space, n: int, **__: Any) -> pd.DataFrame:
        found = space.sample(n, 0, "none")
        asked.append((baseline, makes(found)))
        return found

    monkeypatch.setattr(host_search, "search", search)
    believed = believe(small_physics)
    for measured in (None, pd.DataFrame()):
        host = search_hosts(small_campaign, believed, 1, 0, measured=measured).iloc[0]
        assert asked.pop() == (None, [f"{host['framework']} {host['agent']}"])
