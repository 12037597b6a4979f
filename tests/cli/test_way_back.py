"""What a file tells again of a corrected cell stays corrected, and the command that is named makes it as it was."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from surrogate.campaign.store import CampaignStore
from tests.cli.conftest import Command, Ended, World

pytestmark = pytest.mark.slow


BATCH_OF_TWO: list[bytes] = []


@pytest.fixture
def proposed(command: Command, world: World, campaign: Path) -> Path:
    """A campaign with a batch of two, which is proposed for the first test only."""
    store = campaign.with_suffix(".db")
    if BATCH_OF_TWO:
        store.write_bytes(BATCH_OF_TWO[0])
    else:
        assert command("optimize", "--campaign", campaign).code == 0
        BATCH_OF_TWO.append(store.read_bytes())
    return campaign


def known(campaign: Path) -> dict[str, Any]:
    """What is known of the one cell, but for when it was told."""
    (found,) = CampaignStore.open(campaign.with_suffix(".db")).observations().to_dict("records")
    return {
        name: None if value != value else value
        for name, value in found.items()
        if name not in ("source", "told_at")
    }


def way_back(ended: Ended) -> list[str]:
    """The words of the command that a note names."""
    said = " ".join((ended.out + ended.err).split())
    found = re.search(r"to go back to the file: (optimize amend .*)", said)
    assert found, said
    return shlex.split(found[1].split(" MLflow")[0].split(" Stored:")[0].rstrip("."))


LIFE, POTENTIAL = "cycle_life_cycles", "overpotential_mV"
RUNNING, FAILED = {LIFE: 900, "state": "running"}, {LIFE: 905, "state": "failed"}


@pytest.mark.parametrize(
    ("row", "corrections"),
    [
        ({LIFE: 300}, ["cycle_life_cycles=350"]),
        (RUNNING, ["cycle_life_cycles=200"]),
        (FAILED, ["state=running cycle_life_cycles=900"]),
        (FAILED, ["state=stopped"]),
        (FAILED, ["state=running cycle_life_cycles=950"]),
        ({"ccd_mA_cm2": 2}, ["ccd_mA_cm2=3 ccd_mA_cm2_censored=true"]),
        (
            RUNNING | {POTENTIAL: 20, f"{POTENTIAL}_sem": 1.5},
            ["state=failed cycle_life_cycles=905", "overpotential_mV=25"],
        ),
        (FAILED | {POTENTIAL: 20, f"{POTENTIAL}_sem": 1.5}, ["overpotential_mV="]),
        (FAILED | {POTENTIAL: "20.123456789012345"}, ["overpotential_mV=21 note=hurried"]),
        ({LIFE: 300, f"{LIFE}_upper_bound": 400}, ["cycle_life_cycles=450 cycle_life_cycles_censored=false"]),
        ({LIFE: "<50"}, ["cycle_life_cycles=60 cycle_life_cycles_censored=false", "cycle_life_cycles=70"]),
        ({"state": "not_made"}, ["state=failed cycle_life_cycles=120"]),
        ({"failed": "true", "note": "cracked"}, ["state=running note="]),
        (FAILED | {"date": "2026-03-09", "note": 'it\'s "off"'}, ["date=2026-04-09 note=fine"]),
        (FAILED | {"cell_id": "", "proposal_id": "B01-1"}, ["cycle_life_cycles=95"]),
        (FAILED | {"thickness_um": 77}, ["thickness_um=88", "cycle_life_cycles=95"]),
    ],
)
def test_the_command_that_is_named_makes_the_cell_as_it_was(
    command: Command, proposed: Path, tmp_path: Path, row: dict[str, object], corrections: list[str]
) -> None:
    cells = tmp_path / "cells.csv"
    pd.DataFrame([{"cell_id": "B01-1-a"} | row]).to_csv(cells, index=False)
    first = command("optimize", "tell", "--campaign", proposed, cells)
    assert first.code == 0, first.err
    before = known(proposed)
    for changes in corrections:
        ended = command("optimize", "amend", "--campaign", proposed, "--cell", "B01-1-a", *changes.split())
        assert ended.code == 0, ended.err
    corrected = known(proposed)
    assert corrected != before
    again = command("optimize", "tell", "--campaign", proposed, cells)
    assert again.code == 0, again.err
    assert known(proposed) == corrected
    ended = command(*way_back(again))
    assert ended.code == 0, ended.err
    assert known(proposed) == before
    assert "to go back" not in " ".join(
        command("optimize", "tell", "--campaign", proposed, cells).err.split()
    )


def test_what_was_corrected_in_one_command_goes_back_together(
    command: Command, proposed: Path, tmp_path: Path
) -> None:
    """Also what another file had told, of which the file that is told again says nothing."""
    first = tmp_path / "first.csv"
    for path, row in ((first, {LIFE: 300}), (tmp_path / "second.csv", {POTENTIAL: 20})):
        pd.DataFrame([{"cell_id": "B01-1-a"} | row]).to_csv(path, index=False)
        assert command("optimize", "tell", "--campaign", proposed, path).code == 0
    before = known(proposed)
    changes = [f"{LIFE}=350", f"{POTENTIAL}=25"]
    assert command("optimize", "amend", "--campaign", proposed, "--cell", "B01-1-a", *changes).code == 0
    assert command(*way_back(command("optimize", "tell", "--campaign", proposed, first))).code == 0
    assert known(proposed) == before
