"""The MLflow run of a campaign follows what is told, corrected and taken back, and never stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from surrogate import tracking
from surrogate.errors import StoreError

from .conftest import Command, World

pytestmark = pytest.mark.slow


def tell(command: Command, campaign: Path, *rows: str) -> str:
    file = campaign.parent / "cells.csv"
    file.write_text("\n".join(["proposal_id,cycle_life_cycles,note", *rows]) + "\n")
    ended = command("optimize", "tell", file, "--campaign", campaign)
    assert ended.code == 0, ended.err
    return ended.err


def test_the_run_follows_the_cells(command: Command, world: World, campaign: Path) -> None:
    assert command("optimize", "--campaign", campaign).code == 0
    tell(command, campaign, "B01-1,1800,typed in a hurry")
    assert (
        command(
            "optimize", "amend", "--campaign", campaign, "--cell", "B01-1-a", "cycle_life_cycles=180"
        ).code
        == 0
    )
    assert command("optimize", "withdraw", "--campaign", campaign, "B01-2").code == 0
    assert command("optimize", "undo", "--campaign", campaign).code == 0
    assert command("optimize", "undo", "--campaign", campaign).code == 0
    steps = [[run.logged.get(f"{name}, step {step}") for name in ("cells/told", "best_so_far/cycle_life_cycles")]
             for step, run in enumerate(world.runs, 1)]  # fmt: skip
    assert steps == [[0.0, None], [1.0, 1800.0], [1.0, 180.0], [1.0, 180.0], [1.0, 180.0], [1.0, 1800.0]]
    assert [run.again for run in world.runs] == ["", "1", "2", "3", "4", "5"], "one run for all"
    assert "campaign.html" in world.runs[-1].files
    described = world.runs[-1].logged["description"]
    assert described.index("1 cell told; 1 proposed host pending.") < described.index("B01-1")
    assert len(described.splitlines()) <= 15


def test_a_campaign_without_a_batch_has_no_run_and_none_is_made(
    command: Command, world: World, campaign: Path, table: Callable[..., Path]
) -> None:
    assert command("optimize", "tell", table({"cycle_life_cycles": 100}), "--campaign", campaign).code == 0
    assert world.runs == []


def test_what_says_nothing_new_adds_nothing(command: Command, world: World, campaign: Path) -> None:
    assert command("optimize", "--campaign", campaign).code == 0
    tell(command, campaign, "B01-1,1800,")
    tell(command, campaign, "B01-1,1800,")
    assert (
        command(
            "optimize", "amend", "--campaign", campaign, "--cell", "B01-1-a", "cycle_life_cycles=1800"
        ).code
        == 0
    )
    assert len(world.runs) == 2


def test_without_the_store_of_runs_the_cells_are_told_and_the_run_catches_up(
    command: Command, world: World, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(*_: object) -> None:
        raise StoreError("nothing answers")

    assert command("optimize", "--campaign", campaign).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "campaign_run", out_of_reach)
        said = tell(command, campaign, "B01-1,1800,")
        assert said.count("Warning: The campaign's run in MLflow is not brought up to date") == 1
        patch.setattr(tracking, "champion", out_of_reach)
        asked_once = tell(command, campaign, "B01-2,900,")
        assert asked_once.count("nothing answers") == 1, "two commands' worth of waiting for the same answer"
    assert "2 cells" in command("optimize", "status", "--campaign", campaign).out
    assert len(world.runs) == 1
    assert command("optimize", "withdraw", "--campaign", campaign, "B01-1").code == 2
    assert command("optimize", "undo", "--campaign", campaign).code == 0
    assert world.runs[1].logged["cells/told, step 2"] == 1.0


def test_a_batch_that_is_shown_again_brings_its_cells_up_to_date(
    command: Command, world: World, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("optimize", "--campaign", campaign).code == 0
    tell(command, campaign, "B01-1,1800,")
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "campaign_run", lambda *_: tracking.CampaignRun())
        assert command("optimize", "undo", "--campaign", campaign).code == 0
    assert len(world.runs) == 2
    assert "shown again" in command("optimize", "--campaign", campaign).err
    assert [run.logged["batch"] for run in world.runs if "batch" in run.logged] == ["batch-01"]
    assert world.runs[2].logged["cells/told, step 3"] == 0.0
