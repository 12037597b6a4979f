"""``surrogate.Campaign`` in a script, beside the commands: the same cells, batches, answers and refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import Campaign
from surrogate.errors import CampaignError, DesignError, InputError, RecordError
from surrogate.hosts import columns as c

from .conftest import HOST, Command, World

Table = Callable[..., Path]


def typed(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame([{**HOST, **row} for row in rows])


def test_a_script_proposes_what_the_command_proposes(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    batch = Campaign.load(campaign).propose(2, 5)
    assert command("optimize", "--campaign", campaign, "-n", 2, "--seed", 5, "--out", "a").code == 0
    written = pd.read_csv(tmp_path / "a" / "candidates.csv")
    assert list(written.columns) == list(batch.columns)
    assert list(written["proposal_id"]) == list(batch["proposal_id"]) == ["B01-1", "B01-2"]
    assert len(world.proposed) == 1, "the command shows the batch that the script recorded"
    pd.testing.assert_frame_equal(Campaign.load(campaign).propose(2, seed=5), batch)


def test_the_file_says_how_many_and_numpy_counts_too(world: World, campaign: Path) -> None:
    one = Campaign.load(campaign)
    assert len(one.propose()) == 2
    counted: dict[str, Any] = {"n": np.int64(3), "seed": np.int64(1)}
    assert len(one.propose(**counted)) == 3


def test_without_a_file_nothing_is_recorded(world: World, campaign: Path, tmp_path: Path) -> None:
    loose = Campaign(campaign.read_text())
    assert list(loose.propose(1)["proposal_id"]) == ["B00-1"]
    assert list(loose.propose(1)["proposal_id"]) == ["B00-1"]
    assert len(world.proposed) == 2
    assert not list(tmp_path.glob("*.db"))
    with pytest.raises(CampaignError, match=r"Campaign\.load"):
        loose.tell(typed([{"cycle_life_cycles": 100}]))
    with pytest.raises(InputError, match="only told hosts can be repeated"):
        loose.propose(1, repeat=["C1"])
    path = tmp_path / "saved.toml"  # what both remedies say
    path.write_text(loose.text)
    kept = Campaign.load(path)
    assert kept.tell(typed([{"cycle_life_cycles": 100}])).new == ("C1",)
    assert list(kept.propose(1, repeat=["C1"])["repeat_of"]) == ["", "C1"]


def test_the_champion_is_trained_when_there_is_none(world: World, campaign: Path) -> None:
    world.champion = False
    stages = []
    Campaign.load(campaign).propose(1, progress=lambda stage, done, of: stages.append(stage))
    assert world.trained == 1
    assert stages.index("simulating") < stages.index("searching")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"n": 0}, "n: "), ({"n": 25}, "1 to 24"), ({"n": 2.0}, "whole number"), ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "4294967295"), ({"n": True}, "whole number"), ({"repeat": "B07-1"}, "B07-1"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_before_anything_runs(
    world: World, campaign: Path, asked: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        Campaign.load(campaign).propose(**asked)
    assert not world.proposed


def test_a_table_is_told_as_a_file_is(command: Command, world: World, campaign: Path, table: Table) -> None:
    rows: list[dict[str, object]] = [
        {"cycle_life_cycles": 150, "overpotential_mV": 31.125, "date": "2026-03-01"},
        {"cycle_life_cycles": ">=500", "thickness_um": 120, "state": "running"},
        {"cycle_life_cycles": None, "thickness_um": 150, "failed": True, "note": "cracked"},
    ]
    one = Campaign.load(campaign)
    told = one.tell(typed(rows), source="notebook")
    assert told.new == ("C1", "C2", "C3")
    assert any("taken from the campaign" in note for note in told.notes)
    other = campaign.with_name("other.toml")
    other.write_text(campaign.read_text())
    assert command("optimize", "tell", table(*rows), "--campaign", other).code == 0
    aside = ["source", "told_at"]
    pd.testing.assert_frame_equal(
        one.observations().drop(columns=aside), Campaign.load(other).observations().drop(columns=aside)
    )
    assert one.observations()["cycle_life_cycles_censored"].tolist() == [False, True, False]
    assert one.observations()["source"].unique().tolist() == ["notebook"]
    assert command("optimize", "history", "--campaign", campaign).out.count("notebook") == 3


def test_what_is_no_table_is_refused_with_the_way_to_make_one(campaign: Path) -> None:
    one = Campaign.load(campaign)
    rows: Any = [{**HOST, "cell_id": "A", "cycle_life_cycles": 80}]
    for wrong in (rows, rows[0], None):
        with pytest.raises(InputError, match=r"not a table of measured cells.*pandas\.DataFrame\(rows\)"):
            one.tell(wrong)
    assert one.tell(pd.DataFrame(rows)).new == ("A",)


def test_a_count_that_falls_is_taken_where_that_is_said(campaign: Path) -> None:
    one = Campaign.load(campaign)
    row: dict[str, object] = {"cell_id": "A", "state": "running"}
    one.tell(typed([row | {"cycle_life_cycles": 500, "date": "2026-03-01"}]))
    later = typed([row | {"cycle_life_cycles": 50, "date": "2026-03-04"}])
    with pytest.raises(RecordError, match="would have lost cycles"):
        one.tell(later)
    one.tell(later, yes=True)
    assert one.observations()["cycle_life_cycles"].tolist() == [50.0]


def test_a_batch_is_answered_by_its_ids(world: World, campaign: Path) -> None:
    one = Campaign.load(campaign)
    batch = one.propose(2, 0)
    results = pd.DataFrame(
        {"proposal_id": batch["proposal_id"], "cycle_life_cycles": [np.int64(80), np.float32(90.0)],
         "date": [pd.Timestamp("2026-03-01"), pd.NaT]}
    )  # fmt: skip
    assert one.tell(results).new == ("B01-1-a", "B01-2-a")
    assert one.tell(results).unchanged == ("B01-1-a", "B01-2-a")
    known = one.observations().set_index("cell_id")
    assert known.loc["B01-1-a", "date"] == "2026-03-01"
    for column in one.space.columns:
        assert known[column].tolist() == batch[column].tolist()
    assert len(one.propose(2, 0)) == 2
    assert len(world.proposed) == 2, "what was told changes the question"


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"cycle_life": 3}, RecordError, "cycle_life_cycles"),
        ({"cycle_life_cycles": "1,200"}, RecordError, "row 1"),
        ({"cycle_life_cycles": 9e9}, RecordError, "hardly a measured value"),
        ({"cycle_life_cycles": float("inf")}, RecordError, "column cycle_life_cycles"),
        ({"cycle_life_cycles": 5, "conductor_top": 0.5}, DesignError, "sum"),
        ({"cycle_life_cycles": 5, "framework": "felt"}, InputError, "felt"),
        ({}, RecordError, "no column holds a measured target"),
    ],
)  # fmt: skip
def test_a_table_is_refused_as_a_file_is_and_nothing_is_stored(
    campaign: Path, change: dict[str, object], error: type[InputError], says: str
) -> None:
    one = Campaign.load(campaign)
    with pytest.raises(error, match=says):
        one.tell(typed([change]))
    assert one.observations().empty


def test_an_empty_table_is_refused(campaign: Path) -> None:
    with pytest.raises(RecordError, match="the table is empty"):
        Campaign.load(campaign).tell(pd.DataFrame())
    twice = typed([{"cycle_life_cycles": 5}])
    with pytest.raises(RecordError, match="appears twice"):
        Campaign.load(campaign).tell(pd.concat([twice, twice[["framework"]]], axis=1))


def test_designs_are_predicted_by_the_cells_and_keep_their_index(world: World, campaign: Path) -> None:
    one = Campaign.load(campaign)
    one.tell(typed([{"cycle_life_cycles": 150}]))
    designs = typed([{}, {"thickness_um": 200}]).set_axis(["thin", "thick"])
    predicted = one.predict(designs)
    assert list(predicted.index) == ["thin", "thick"]
    assert {f"{t}{end}" for t in c.TARGETS for end in ("", "_lower", "_upper")} <= set(predicted.columns)
    assert world.predicted[0]["results"]["cycle_life_cycles"].tolist() == [150.0]
    assert world.predicted[0]["control"].frame["agent"].tolist() == ["none"]
    beside = one.predict(designs, control=typed([{"thickness_um": 50}]))
    assert beside["cycle_life_cycles_vs_control"].tolist() == [2.0, 4.0]


def test_designs_that_cannot_be_predicted_are_refused(world: World, campaign: Path) -> None:
    one = Campaign.load(campaign)
    with pytest.raises(DesignError, match="another condition than the campaign's"):
        one.predict(typed([{"current_density_mA_cm2": 7}]))
    with pytest.raises(InputError, match="thicknes_um"):
        one.predict(typed([{}]).rename(columns={"thickness_um": "thicknes_um"}))
    with pytest.raises(InputError, match="one design is what the others are compared with"):
        one.predict(typed([{}]), control=typed([{}, {"thickness_um": 50}]))
