"""Every message says how to mend what is wrong, and doing literally that works.

The cases are in ``tests/cli/remedies``. The last test looks for places in the code that give a remedy and that no
case follows.
"""

from __future__ import annotations

import ast
import functools
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest
import typer

from surrogate.campaign.file import Campaign
from surrogate.campaign.store import CampaignStore
from surrogate.hosts import columns as c
from surrogate.hosts.designs import CompleteDesigns
from tests.cli.conftest import HOST, Command
from tests.cli.remedies import campaign_files, corrections, told_files, which_cell
from tests.cli.remedies.desk import CAMPAIGN, CASES, LIFE, Desk, plain

pytestmark = pytest.mark.slow
GET_COMMAND = functools.cache(typer.main.get_command)
PACKAGE = Path(__file__).parents[2] / "surrogate"
FOLLOWED = (
    campaign_files,
    corrections,
    told_files,
    which_cell,
)  # their cases are registered when they are imported


@pytest.fixture(scope="module")
def checked() -> dict[str, Campaign]:
    """Campaigns by their text: building a space takes a tenth of a second."""
    return {}


@pytest.fixture(scope="module")
def proposed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two proposals and a control, to be copied."""
    path = tmp_path_factory.mktemp("store") / "mine.db"
    hosts = [{**HOST, "thickness_um": 100.0 + k, "electrolyte": "liquid_ether"} for k in range(3)]
    batch = CompleteDesigns.of(pd.DataFrame(hosts)).frame[[*c.CHOICES, *c.CONDITIONS]]
    batch["role"] = ["exploit", "explore", "control"]
    CampaignStore.open(path).add_pending(batch, 1, "k")
    return path


@pytest.fixture
def desk(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    checked: dict[str, Campaign],
    proposed: Path,
) -> Desk:
    made = Campaign.__init__

    def once(self: Campaign, text: str, path: Path | None = None, columns: object = c.COLUMNS) -> None:
        if text not in checked:
            made(self, text, path)
            checked[text] = self
        vars(self).update(vars(checked[text]) | {"path": path})

    monkeypatch.setattr(Campaign, "__init__", once)
    monkeypatch.setattr("surrogate.tracking.champion", lambda: None)
    monkeypatch.setattr("typer.main.get_command", GET_COMMAND)
    monkeypatch.setenv("COLUMNS", "2000")
    desk = Desk(command, tmp_path)
    desk.toml.write_text(CAMPAIGN)
    shutil.copy(proposed, desk.toml.with_suffix(".db"))
    return desk


def test_what_stays_corrected_can_be_put_back_by_the_command_of_the_note(desk: Desk) -> None:
    first = "cell_id,cycle_life_cycles,state\nB01-1-a,300,running\n"
    assert desk.tell(first).code == 0
    assert desk.optimize("amend", "--cell", "B01-1-a", f"{LIFE}=200").code == 0
    again = desk.tell(first)
    found = re.search(
        r"to go back to the file: (optimize amend .*)", " ".join((again.out + again.err).split())
    )
    assert found
    assert desk.run(*shlex.split(found[1].split(" Stored")[0].rstrip("."))).code == 0
    assert "300 cycles" in desk.optimize("status").out


@pytest.mark.parametrize("name", CASES)
def test_doing_what_the_message_says_works(desk: Desk, name: str) -> None:
    remedies, made = CASES[name]
    wanted, errors, before = remedies.split("\n"), 0, 0
    for ended in made(desk):
        assert "Traceback" not in ended.err
        if ended.code:
            assert ended.code == 2, plain(ended)
            assert not before, f"not mended: {plain(ended)}"
            assert errors < len(wanted), plain(ended)
            assert wanted[errors] in plain(ended).partition("To mend it: ")[2], plain(ended)
            errors += 1
        before = ended.code
    assert errors == len(wanted)
    assert not before


#: Modules below the package whose remedies a user of a campaign meets.
MODULES = (
    "campaign/*.py", "files/*.py", "cli/observations.py", "cli/corrections.py", "cli/campaign_template.py",
    "cli/moving.py",
)  # fmt: skip
#: Parts of remedies that no case follows, and why.
EXEMPT = {
    "free disk space": "needs a full disk",
    "free some space": "needs a full disk",
    "database is malformed": "put a copy from your backup, below",
    "give them in": "a target whose upper end has no column: none today",
    "check the disk": "needs a failing disk",
    "report this, with the campaign and the seed": "a fault of our own",
    "delete the folder": "physics of a campaign that was damaged: tests/campaign/test_physics.py",
    "update lihost": "there is no later version",
    "check the address": "needs another database",
    "pip install 'lihost[team]'": "needs an installation without a driver",
    "install it, or name a SQLite file": "needs the driver of another database",
    "give one of these": "an address that a script gives: tests/campaign/test_store_files.py",
    "make a database for this campaign alone": "tests/campaign/test_store_server.py",
    "write its text to a file and read that": "a campaign of a script: tests/cli/test_library.py",
    "wait until the server answers": "a commit without an answer: tests/campaign/test_store_server.py",
    "put a copy from your backup": "needs a backup",
    "another process is writing": "tests/campaign/test_store.py waits for it",
    "make the file and its folder writable": "the super-user writes everywhere",
    "check that it is a file in an existing folder": "the super-user reads everywhere",
    "check the file or the address": "for a fault that nobody foresaw",
    "check its name and its permissions": "the super-user reads everywhere",
    "check the path and its rights": "the super-user reads everywhere",
    "check the path and the disk": "for a fault that nobody foresaw",
    "choose a folder on another one": "needs a file system without locks",
    "give the campaign file another name": "restore() alone, which import keeps from a store that there is",
    "predict without --campaign": "tests/campaign/test_conditions.py: surrogate predict",
    "split it into several files": "needs a file of a gigabyte",
    "unmerge them, and save the file": "millions of merged cells: tests/files/test_workbook.py",
    "keep those that are needed": "needs a thousand columns",
    "write the row again": "rows that are spared, of records only",
    "check the quotation marks of the row": "rows that are spared, of records only",
    "and a wrong sep= line": "tests/files/test_tables.py",
    "remove the line and separate by commas": "tests/files/test_tables.py",
    "give the two": "of records only",
    "give what was measured": "an empty table of a script: tests/cli/test_library.py",
    "make it first, and tell its cells": "tests/cli/test_propose.py repeats a told host",
}


def sites() -> dict[str, list[str]]:
    """Place -> constant parts of the remedy that is given there; of a remedy made elsewhere there are none."""
    found: dict[str, list[str]] = {}
    for path in sorted(one for pattern in MODULES for one in PACKAGE.glob(pattern)):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for given in call.keywords if isinstance(call, ast.Call) else ():
                if given.arg == "remedy":
                    texts = [one.value for one in ast.walk(given.value) if isinstance(one, ast.Constant)]
                    parts = [one for one in texts if isinstance(one, str) and len(one.strip()) > 3]
                    found[f"{path.relative_to(PACKAGE)}:{given.value.lineno}"] = parts
    return found


def test_a_case_follows_each_remedy() -> None:
    followed = [one for remedies, _ in CASES.values() for one in remedies.split("\n")]
    places = {place: parts for place, parts in sites().items() if parts}
    assert len(places) > 60
    left = {
        place: parts
        for place, parts in places.items()
        if not any(one in part or part.strip() in one for part in parts for one in (*followed, *EXEMPT))
    }
    assert left == {}
