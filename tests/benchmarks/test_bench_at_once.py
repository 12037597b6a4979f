"""Two commands at once, at one campaign and at one store of MLflow, and commands under a Turkish locale.

Data flow: a folder with a small champion -> the same command, or two that differ in their seed, in two processes
-> both end well, nothing is there twice or half done, and no host is proposed to both. ``make bench``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from surrogate.campaign.store import CampaignStore
from surrogate.hosts.search_space import host_space
from surrogate.tracking.store import open_store
from tests.faults import cases
from tests.faults.commands import ROOT
from tests.faults.registry import aliases, orphans
from tests.faults.states import STORE, batches, told

COMMAND = """
import sys
from tests.faults import standins
standins.few_papers()
from surrogate.cli import failures, optimize, surrogate
program, *words = sys.argv[1:]
sys.exit(failures.run({"optimize": optimize.app, "surrogate": surrogate.app}[program], program, words))
"""
PROPOSE = ("optimize", "propose", *cases.ON)
TRAIN = ("surrogate", "train", "--recipe", "tiny.toml", "--seed")


def together(folder: Path, *commands: Sequence[object], **environment: str) -> list[str]:
    """What each of some commands said, all started at once."""
    own = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
    own |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", COMMAND, *map(str, words)], cwd=folder, env=own, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )
        for words in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=1200)[0] for process in started]
    for process, text in zip(started, said, strict=True):
        assert process.returncode == 0, text
        assert "Traceback" not in text
    return said


@pytest.fixture(scope="module")
def champion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a champion of a few papers."""
    folder = tmp_path_factory.mktemp("trained")
    together(folder, (*TRAIN, 0))
    return folder


@pytest.fixture
def folder(champion: Path, tmp_path: Path) -> Path:
    """A copy of it, with a campaign that nobody has simulated."""
    copy = tmp_path / "copy"
    shutil.copytree(champion, copy)
    (copy / cases.CAMPAIGN).write_text(cases.TEXT)
    return copy


def test_one_question_is_answered_once(folder: Path) -> None:
    said = together(folder, PROPOSE, PROPOSE)
    state = batches(folder)
    assert {name.partition("-")[0] for name in state["proposals"]} == {"B01"}
    assert not [name for name in state["files"] if "-2." in name], state["files"]
    made = [text for text in said if "simulating other constants: done" in text]
    assert len(made) == 1, "both have simulated"
    together(folder, PROPOSE)
    assert batches(folder) == state


def test_two_questions_get_different_hosts(folder: Path) -> None:
    together(folder, PROPOSE)  # simulates, so that the next two search at the same time
    together(folder, (*PROPOSE, "--seed", 1), (*PROPOSE, "--seed", 2))
    found = pd.DataFrame(CampaignStore.open(folder / STORE).proposals().values())
    assert sorted(set(found["proposal_id"].str[:3])) == ["B01", "B02", "B03"]
    hosts = found[found["role"] != "control"]
    assert not hosts.duplicated(
        ["framework", "agent", "thickness_um", "porosity_top", "pore_size_top_um"]
    ).any()
    assert not [name for name in batches(folder)["files"] if "-2." in name]


def test_two_trainings_in_one_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together(folder, (*TRAIN, 1), (*TRAIN, 2))
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    opened, designs = open_store(make=False), host_space().sample(4, seed=5)
    assert opened is not None
    (folder / "tmp").mkdir()
    found, wrong = aliases(opened, designs)
    assert not wrong
    assert found["champion"] in ("1", "2", "3")
    assert not orphans(opened, folder, designs)
    versions = opened.client.search_model_versions("name = 'lihost'")
    assert sorted(str(one.version) for one in versions) == ["1", "2", "3"]
    # each that won took the place of the champion that it was compared with
    over = {
        str(one.version): one.tags.get("promoted_over", "")
        for one in versions
        if "promoted_because" in one.tags
    }
    chain, at = [], found["champion"]
    while at:
        chain.append(at)
        at = over[at]
    assert sorted(chain) == sorted(over), over


@pytest.fixture
def turkish(tmp_path: Path) -> dict[str, str]:
    """A locale of another alphabet of i, with decimal commas, that libraries are told to use."""
    made = tmp_path / "locales" / "tr_TR.UTF-8"
    made.parent.mkdir()
    if shutil.which("localedef") is None:
        pytest.skip("there is no localedef (on Debian or Ubuntu: apt install locales)")
    ended = subprocess.run(["localedef", "-i", "tr_TR", "-f", "UTF-8", made], capture_output=True)
    if ended.returncode:
        pytest.skip("there are no sources of locales (on Debian or Ubuntu: apt install locales)")
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import locale\nlocale.setlocale(locale.LC_ALL, '')\n"
        "assert locale.localeconv()['decimal_point'] == ','\n"
    )
    return {"LOCPATH": str(made.parent), "LC_ALL": "tr_TR.UTF-8", "PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}


def test_a_turkish_locale_changes_nothing(folder: Path, tmp_path: Path, turkish: dict[str, str]) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(folder, plain)
    for place, environment in ((folder, turkish), (plain, {})):
        cases.new_campaign(place)
        cases.designs(place)
        together(place, PROPOSE, **environment)
        together(place, ("optimize", "tell", *cases.ON, "cells.csv"), **environment)
        together(place, ("surrogate", "simulate", "--designs", "in.csv", "--out", "out.csv"), **environment)
        together(place, (*TRAIN, 1), **environment)
    assert told(folder) == told(plain)
    assert batches(folder) == batches(plain)
    assert (folder / "out.csv").read_bytes() == (plain / "out.csv").read_bytes()
