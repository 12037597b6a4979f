"""``optimize amend``, ``forget``, ``withdraw``, ``undo`` and ``history``, as a person types them."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.store import CampaignStore
from surrogate.report.earlier_notes import earlier_notes
from tests.cli.conftest import Command, World

pytestmark = pytest.mark.slow


@pytest.fixture
def told(command: Command, world: World, campaign: Path, tmp_path: Path) -> Path:
    """A campaign with a batch of two, of which one has a cell."""
    assert command("optimize", "--campaign", campaign).code == 0
    cells = tmp_path / "cells.csv"
    cells.write_text("proposal_id,cycle_life_cycles,note\nB01-1,1800,typed in a hurry\n")
    assert command("optimize", "tell", cells, "--campaign", campaign).code == 0
    return campaign


def candidates(tmp_path: Path) -> bytes:
    return (tmp_path / "optimize-out" / "latest" / "candidates.csv").read_bytes()


def test_a_slip_is_corrected(command: Command, world: World, told: Path, tmp_path: Path) -> None:
    ended = command("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", "cycle_life_cycles=180")
    assert ended.code == 0, ended.err
    assert "1800" in ended.out
    assert "180" in ended.out
    assert command("optimize", "--campaign", told).code == 0
    assert world.proposed[-1]["results"]["cycle_life_cycles"].tolist() == [180.0]
    again = command("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", "cycle_life_cycles=180")
    assert "nothing was changed" in again.out


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (["cycle_life=180"], "did you mean 'cycle_life_cycles'"),
        (["cycle_life_cycles"], "column=value"),
        (["cycle_life_cycles=-3"], "-3"),
        (["state=exploded"], "exploded"),
        (["framework=unobtainium"], "unobtainium"),
        (["cell_id=other"], "no column of a cell that can be corrected"),
    ],
)
def test_a_correction_is_checked_as_a_told_row_is(
    command: Command, world: World, told: Path, changes: list[str], named: str
) -> None:
    ended = command("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", *changes)
    assert ended.code == 2
    assert named in ended.err
    assert "1,800 cycles" in command("optimize", "status", "--campaign", told).out


def test_taking_back_gives_the_same_batch_again(
    command: Command, world: World, told: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", told).code == 0
    second = candidates(tmp_path)
    assert command("optimize", "forget", "--campaign", told, "--cell", "B01-1-a").code == 0
    assert "Measured: 0 cells" in command("optimize", "status", "--campaign", told).out
    ended = command("optimize", "undo", "--campaign", told)
    assert "taken out by" in ended.out
    assert command("optimize", "--campaign", told).code == 0
    assert candidates(tmp_path) == second
    assert command("optimize", "undo", "--campaign", told).code == 0
    assert command("optimize", "--campaign", told).code == 0
    assert b"B01-1" in candidates(tmp_path)  # the batch before any cell
    nothing = command("optimize", "undo", "--campaign", told)
    assert nothing.code == 2
    assert "nothing to take back" in nothing.err


def test_a_proposal_that_will_not_be_made_is_withdrawn(command: Command, world: World, told: Path) -> None:
    assert "Pending: 1 host" in command("optimize", "status", "--campaign", told).out
    assert command("optimize", "withdraw", "--campaign", told, "B01-2").code == 0
    assert "Pending: 0 hosts" in command("optimize", "status", "--campaign", told).out
    wrong = command("optimize", "withdraw", "--campaign", told, "B07-2")
    assert wrong.code == 2
    assert "B01-2" in wrong.err


def test_history_shows_who_said_what(command: Command, world: World, told: Path, tmp_path: Path) -> None:
    command("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", "cycle_life_cycles=180")
    command("optimize", "undo", "--campaign", told)
    ended = command("optimize", "history", "--campaign", told)
    assert ended.code == 0
    for said in ("told", "corrected", "(taken", "B01-1-a", "1,800 cycles", "3 lines"):
        assert said in ended.out
    assert "2 lines" in command("optimize", "history", "--campaign", told, "--cell", "B01-1-a").out
    of_proposal = command("optimize", "history", "--campaign", told, "--cell", "b01-1")
    assert "2 lines" in of_proposal.out  # of its cell
    pending = command("optimize", "history", "--campaign", told, "--cell", "B01-2")
    assert "Nothing was told of B01-2, which is pending, yet." in pending.out
    for name, near in (("B09-1", "B01-1"), ("B01-1a", "B01-1-a"), ("C9", "")):
        unknown = command("optimize", "history", "--campaign", told, "--cell", name)
        assert unknown.code == 2
        assert f"no such cell or proposal (got {name!r})" in unknown.err
        assert f"did you mean {near!r}?" in unknown.err or not near


def test_what_was_taken_back_leaves_no_letter_taken(
    command: Command, world: World, told: Path, tmp_path: Path
) -> None:
    store = CampaignStore.open(told.with_suffix(".db"))
    before = store.observations().drop(columns="told_at").to_csv()
    assert command("optimize", "undo", "--campaign", told).code == 0
    assert command("optimize", "tell", tmp_path / "cells.csv", "--campaign", told).code == 0
    assert store.observations().drop(columns="told_at").to_csv() == before


def test_a_template_told_week_by_week_is_one_cell(
    command: Command, world: World, campaign: Path, tmp_path: Path
) -> None:
    assert command("optimize", "--campaign", campaign).code == 0
    template = tmp_path / "optimize-out" / "latest" / "results-template.csv"
    table = pd.read_csv(template, dtype=object)
    for cycles, state in ((800, "running"), (900, "running"), (905, "failed")):
        table.loc[0, ["cycle_life_cycles", "state"]] = [str(cycles), state]
        table.iloc[:1].to_csv(tmp_path / "week.csv", index=False)
        ended = command("optimize", "tell", tmp_path / "week.csv", "--campaign", campaign)
        assert ended.code == 0, ended.err
        assert "1 in all" in ended.out
    assert "more about 1 cell (B01-1-a)" in ended.out
    assert command("optimize", "--campaign", campaign).code == 0
    results = world.proposed[-1]["results"]
    assert results["cycle_life_cycles"].tolist() == [905.0]
    assert not results["cycle_life_cycles_censored"].any()


def test_a_correction_of_the_state_says_whether_the_life_is_a_bound(
    command: Command, world: World, told: Path
) -> None:
    amended = command("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", "state=running")
    assert amended.code == 0, amended.err
    assert "≥ 1,800 cycles" in command("optimize", "status", "--campaign", told).out
    assert command("optimize", "report", "--campaign", told, "--out", told.parent / "page").code == 0
    page = (told.parent / "page" / "campaign.html").read_text()
    assert re.search(r"typed in a hurry \(written on [\d-]{10}, before the latest result\)", page)


def test_a_cell_that_an_amendment_ended_no_longer_has_the_note_of_its_running(tmp_path: Path) -> None:
    store = CampaignStore.open(tmp_path / "c.db")
    running = {"framework": "copper", "cycle_life_cycles": 100.0, "state": "running", "note": "still running"}
    store.tell(pd.DataFrame([running | {"cell_id": name} for name in ("a", "b", "c")]), "one.csv")
    assert earlier_notes(store.history()) == {}
    store.amend("a", {"state": "failed"})
    store.amend("b", {"state": "failed", "note": "shorted"})
    store.amend("c", {"thickness_um": 90.0})
    store.amend("c", {"state": "failed"})
    assert list(earlier_notes(store.history())) == ["a", "c"]
    store.undo()
    assert list(earlier_notes(store.history())) == ["a"]


def test_what_hardly_any_cell_gives_is_asked_back(command: Command, world: World, told: Path) -> None:
    words = ("optimize", "amend", "--campaign", told, "--cell", "B01-1-a", "overpotential_mV=9000")
    refused = command(*words)
    assert refused.code == 2
    assert "--yes accepts it" in refused.err
    assert command(*words, "--yes").code == 0
    assert command(*words[:-1], "note=measured twice").code == 0  # not asked about what was accepted before
    to_come = command(*words[:-1], "date=2935-03-01")
    assert to_come.code == 2
    assert "hardly the date of a measurement" in " ".join(to_come.err.split())


def test_a_doubtful_number_is_asked_back_and_a_stored_one_is_not(
    command: Command, world: World, told: Path
) -> None:
    amend = ("optimize", "amend", "--campaign", told, "--cell", "B01-1-a")
    assert command(*amend, "ccd_mA_cm2=1.5").code == 0  # shows nothing of how the next is written
    doubted = command(*amend, "overpotential_mV=1.234")
    assert doubted.code == 2
    assert "write 1234 or 1.234 with a zero behind it: 1.2340" in " ".join(doubted.err.split())
    assert command(*amend, "overpotential_mV=12.3750").code == 0
    ended = command(*amend, "note=read again")
    assert ended.code == 0, ended.err


def test_a_correction_may_use_the_laboratorys_names(command: Command, world: World, told: Path) -> None:
    told.write_text(
        told.read_text()
        + '\n[columns.thickness_um]\nwas = "felt_mm"\n[columns.overpotential_mV]\nwas = "drop (mV)"\n'
    )
    amend = ("optimize", "amend", "--campaign", told, "--cell", "B01-1-a")
    ended = command(*amend, "Felt_mm=0.1205", "Drop (V)=>=0.03")
    assert ended.code == 0, ended.err
    assert "120.5" in ended.out
    exported = told.with_name("all.json")
    assert command("optimize", "export", exported, "--campaign", told).code == 0
    assert command("optimize", "--campaign", told).code == 0
    results = world.proposed[-1]["results"].iloc[0]
    assert results[["thickness_um", "overpotential_mV", "overpotential_mV_censored"]].tolist() == [
        120.5,
        30,
        True,
    ]
    assert results["cycle_life_cycles"] == 1800.0
    wrong = command(*amend, "felt_kg=3")
    assert wrong.code == 2
    assert "no column of a cell that can be corrected" in wrong.err
