"""What a campaign's own model predicts of designs, before and after cells, and the commands that show it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
import typer

from surrogate import tracking
from surrogate.campaign import belief, physics, prediction, told_simulations
from surrogate.campaign.belief import BETTER, WITHIN_LIMITS, answers, belief_of, believe
from surrogate.campaign.control import control_of
from surrogate.campaign.file import Campaign
from surrogate.campaign.physics import PhysicsSettings
from surrogate.campaign.prediction import before_and_after, predict_hosts
from surrogate.cli import failures, optimize, surrogate
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from surrogate.hosts.targets import TARGETS
from surrogate.models.campaign_model import CampaignModel, Level
from surrogate.models.physics_prior import PhysicsPrior
from surrogate.physics import simulate
from surrogate.report.quantities import quantity
from tests.campaign.conftest import SMALL, TEXT

pytestmark = [pytest.mark.simulation, pytest.mark.slow]
LIFE = "cycle_life_cycles"
NEARNESS = ("extrapolation", "nearest_literature")


class Champion:
    """Says of a host that it is as far from the literature as it is thick."""

    about: ClassVar[dict[str, object]] = {}
    version: ClassVar[str] = "9"

    def whereabouts(self, designs: CompleteDesigns) -> pd.DataFrame:
        far = designs["thickness_um"] / 2000.0
        return pd.DataFrame({"extrapolation": far, "nearest_literature": "10.1/x#1"}, designs.index)


@pytest.fixture(autouse=True)
def level(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the literature says of the laboratory's level."""
    monkeypatch.setattr(belief, "literature_levels", lambda *_: {LIFE: Level(0.3, 0.8)})


@pytest.fixture(scope="module")
def hosts(small_campaign: Campaign) -> CompleteDesigns:
    """Seven porous hosts of the campaign, labelled from 10."""
    found = small_campaign.space.sample(12, 5).assign(**small_campaign.conditions.as_dict())
    designs = CompleteDesigns.of(found.set_index(pd.RangeIndex(10, 22)))
    return designs.where(designs.text("framework") != "none").take(range(7))


def cells(hosts: CompleteDesigns, rows: list[int], lives: list[float]) -> pd.DataFrame:
    return hosts.take(rows).frame.reset_index(drop=True).assign(**{LIFE: lives})


def test_a_campaign_predicts_as_it_answers_for_proposals_whatever_the_other_rows(
    small_campaign: Campaign, small_physics: PhysicsPrior, hosts: CompleteDesigns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    told = cells(hosts, [1, 2, 3], [400.0, 90.0, 150.0])
    control = control_of(hosts.take([0]))
    monkeypatch.setattr(prediction, "BLOCK", 3)  # three, three and one
    table = predict_hosts(small_campaign, Champion(), hosts, control, results=told, physics=small_physics)
    assert table.index.tolist() == hosts.index.tolist()
    own = {LIFE: Level(0.3, 0.8)}
    wanted = answers(believe(small_physics, told, own), hosts, control, {LIFE: "max"}, small_campaign.limits)
    for column in wanted.columns:
        np.testing.assert_allclose(table[column], wanted[column].iloc[:-1], rtol=1e-6, err_msg=column)
    assert table["extrapolation"].tolist() == (hosts["thickness_um"] / 2000.0).tolist()
    assert set(table.columns) == {*wanted.columns, *NEARNESS}
    unaware = predict_hosts(small_campaign, Champion(), hosts, control, physics=small_physics)
    assert np.abs(np.log(unaware[LIFE] / table[LIFE])).max() > 0.1
    assert BETTER in table


def test_the_first_objective_decides_what_is_better(
    small_campaign: Campaign, small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    by_voltage = Campaign(f"{small_campaign.text}[objectives]\noverpotential_mV = 'min'\n")
    table = predict_hosts(by_voltage, Champion(), hosts, control_of(hosts.take([0])), physics=small_physics)
    lower = table["overpotential_mV_vs_control"] < 1.0
    assert lower.any()
    assert ((table[BETTER] > 0.5) == lower).all()


def test_new_cells_are_predicted_before_and_after_and_each_is_simulated_once(
    small_campaign: Campaign, small_physics: PhysicsPrior, hosts: CompleteDesigns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked: list[int] = []
    models: list[CampaignModel] = []

    def counted(designs: CompleteDesigns, **more: object) -> pd.DataFrame:
        asked.append(len(designs))
        return simulate(designs, **more)

    def kept(*given: object, **more: object) -> CampaignModel:
        models.append(belief_of(*given, **more))
        return models[-1]

    monkeypatch.setattr(told_simulations, "simulate", counted)
    monkeypatch.setattr(prediction, "belief_of", kept)
    earlier = cells(hosts, [0, 1], [300.0, 200.0])
    new = cells(hosts, [2, 3, 4], [2000.0, 30.0, 100.0]).assign(temperature_C=[25.0, 45.0, 25.0])
    found = before_and_after(small_campaign, Champion(), earlier, new, shown=2, physics=small_physics)
    assert asked == [5]
    assert found is not None
    before, now = found
    assert len(before) == len(now) == 2
    asked_about = CompleteDesigns.of(new).take([0, 1])  # each under its own conditions
    by_cells = {len(model.measured): model for model in models if model.measured is not None}
    assert by_cells.keys() == {2, 5}
    for table, model in ((before, by_cells[2]), (now, by_cells[5])):
        wanted = answers(model, asked_about, control_of(asked_about.take([0])), {LIFE: "max"})
        assert set(table.columns) == {
            f"{target}{end}" for target in TARGETS for end in ("", "_lower", "_upper")
        }
        for column in table.columns:
            np.testing.assert_allclose(table[column], wanted[column].iloc[:2], rtol=1e-4, err_msg=column)
    assert now[LIFE].iloc[0] > 1.3 * before[LIFE].iloc[0]
    assert now[LIFE].iloc[1] < before[LIFE].iloc[1] / 1.3


def test_the_first_cells_of_all_are_compared_with_physics_alone(
    small_campaign: Campaign, small_physics: PhysicsPrior, hosts: CompleteDesigns
) -> None:
    new = cells(hosts, [2], [3000.0])
    found = before_and_after(small_campaign, Champion(), new.iloc[:0], new, shown=20, physics=small_physics)
    assert found is not None
    unaware = believe(small_physics, levels={LIFE: Level(0.3, 0.8)})
    wanted = answers(unaware, hosts.take([2]), control_of(hosts.take([2])), {LIFE: "max"})
    assert found[0][LIFE].iloc[0] == pytest.approx(wanted[LIFE].iloc[0], rel=1e-6)
    assert found[1][LIFE].iloc[0] > found[0][LIFE].iloc[0]


@pytest.fixture
def at_work(
    small_physics: PhysicsPrior, small_physics_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with the small campaign, its kept physics and a champion; nothing may be made there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "small.toml").write_text(TEXT)
    monkeypatch.setattr(physics, "FOLDER", small_physics_root)
    monkeypatch.setattr(PhysicsSettings, "of_recipe", classmethod(lambda cls, section: SMALL))
    monkeypatch.setattr(physics, "_made", lambda *_: pytest.fail("physics is made"))
    monkeypatch.setattr(tracking, "describe_store", lambda: "")
    monkeypatch.setattr(tracking, "champion", lambda: SimpleNamespace(version="9", load=Champion))
    monkeypatch.setattr(tracking, "load_champion", Champion)
    return tmp_path


def test_told_cells_show_what_was_learned_and_change_what_is_predicted(
    at_work: Path, hosts: CompleteDesigns, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the commands down to the simulator: what tell calls "now" is what predict says next."""
    cells(hosts, [2, 3], [2000.0, 1500.0])[[*c.CHOICES, LIFE]].to_csv("cells.csv", index=False)
    designs = hosts.take([2, 3]).frame[list(c.CHOICES)].assign(name=["A", "B"])
    designs.to_csv("in.csv", index=False)

    def run(app: typer.Typer, *words: str) -> str:
        assert failures.run(app, words[0], [*words[1:], "--campaign", "small.toml"]) == 0
        return capsys.readouterr().out

    run(surrogate.app, "surrogate", "predict", "--designs", "in.csv", "--out", "before.csv")
    learned = run(optimize.app, "optimize", "tell", "cells.csv")
    said = run(surrogate.app, "surrogate", "predict", "--designs", "in.csv", "--out", "now.csv")
    assert "What was learned" in learned
    before, now = pd.read_csv("before.csv"), pd.read_csv("now.csv")
    assert (now[LIFE] > 1.5 * before[LIFE]).all()
    (shown,) = [" ".join(line.split()) for line in learned.splitlines() if "2,000 cycles" in line]
    first, then = (quantity(table[LIFE].iloc[0], LIFE) for table in (before, now))
    assert shown.endswith(f"2,000 cycles {first} {then}")
    assert "and 2 measured cells beside champion 9" in said
    assert "Control, of the first design: " in said
    answered = [
        f"{target}{end}"
        for target in TARGETS
        for end in (
            "",
            "_lower",
            "_upper",
            "_physics",
            "_vs_control",
            "_vs_control_lower",
            "_vs_control_upper",
        )
    ]
    assert set(now.columns) == {
        "name",
        *c.DESIGN_COLUMNS,
        *answered,
        BETTER,
        WITHIN_LIMITS,
        *NEARNESS,
        "cautions",
    }
    assert now["name"].tolist() == ["A", "B"]
