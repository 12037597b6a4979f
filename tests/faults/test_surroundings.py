"""Commands where nothing is as usual: no home, an unknown user, an ASCII terminal, another time zone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from surrogate.campaign.store import CampaignStore
from surrogate.cli import failures, optimize
from tests.faults import cases
from tests.faults.commands import ROOT
from tests.faults.states import STORE, told

#: Runs some commands, one after the other, as a user that the system does not know.
UNKNOWN = """
import json, pwd, sys
def gone(_): raise KeyError("uid not found")
pwd.getpwuid = gone
from surrogate.cli import failures, optimize
codes = [failures.run(optimize.app, "optimize", words) for words in json.loads(sys.argv[1])]
print("codes", *codes)
"""
ODD = {
    "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Pacific/Kiritimati", "COLUMNS": "60",
}  # fmt: skip


@pytest.mark.process
def test_without_home_name_and_utf_8_the_same_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / name for name in ("odd", "usual")]
    for folder in folders:
        folder.mkdir()
        cases.new_campaign(folder)
    words = [
        ["tell", *cases.ON, "cells.csv"], ["amend", *cases.ON, "--cell", "A2", "note=größer als 5 µm"],
        ["status", *cases.ON], ["history", *cases.ON],
    ]  # fmt: skip
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = subprocess.run(
        [sys.executable, "-c", UNKNOWN, json.dumps(words)], cwd=folders[0], capture_output=True, timeout=300,
        env={"PATH": os.defpath, "PYTHONPATH": paths, **ODD},
    )  # fmt: skip
    assert ended.stdout.decode("ascii").endswith("codes 0 0 0 0\n"), ended.stderr
    assert b"Traceback" not in ended.stderr
    monkeypatch.chdir(folders[1])
    assert [failures.run(optimize.app, "optimize", list(one)) for one in words] == [0, 0, 0, 0]
    odd, same = (told(folder) for folder in folders)
    assert odd == same
    assert "größer als 5 µm" in odd["cells"]["A2"]["note"]
    (first, *_) = CampaignStore.open(folders[0] / STORE).history()
    assert first["who"] == "unknown"
    assert abs(datetime.fromisoformat(first["said_at"]) - datetime.now(UTC)) < timedelta(minutes=10)


#: Opens MLflow's store as such a user.
OPENED = """
import pwd
def gone(_): raise KeyError("uid not found")
pwd.getpwuid = gone
from surrogate.tracking.store import open_store
print(open_store(make=True).client.get_experiment_by_name("lihost/train").name)
"""


@pytest.mark.process
def test_a_user_without_a_home_has_a_store_of_mlflow(tmp_path: Path) -> None:
    """As in a container with a user of its own, where MLflow's import asks for a home."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = subprocess.run(
        [sys.executable, "-c", OPENED], cwd=tmp_path, capture_output=True, timeout=300,
        env={"PATH": os.defpath, "PYTHONPATH": paths},
    )  # fmt: skip
    assert ended.stdout == b"lihost/train\n", ended.stderr
