"""Every script and command under ``examples/`` runs as it stands, in a folder of its own, with a small champion and
a short search.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from surrogate import Campaign, tracking
from surrogate.campaign import host_search
from surrogate.evaluation.domain import Domain
from surrogate.hosts import columns as c
from surrogate.hosts import host_encoder
from surrogate.models.bundle import HostModel
from surrogate.models.contract import TargetData
from surrogate.models.mixture import literature_mixture
from surrogate.optimization.settings import SearchSettings
from tests import tutorial

pytestmark = [pytest.mark.slow, pytest.mark.simulation]

SHORT = SearchSettings(pool=64, near=16, first_starts=1, starts=1, maxiter=2, generations=0)
EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.rglob("*.py"))


def small_champion() -> HostModel:
    """A mixture of 40 made-up rows of 20 papers for each target."""
    encoder = host_encoder()
    X, rng = encoder.encode(encoder.space.sample(40, seed=3)), np.random.default_rng(5)
    z = 5.0 + 1.5 * X @ rng.normal(size=X.shape[1]) / np.sqrt(X.shape[1])
    papers = np.array([f"10.1/x#{k % 20}" for k in range(40)], dtype=object)
    mixtures = {}
    for target in c.TARGETS:
        level = z - (9.0 if target == "coulombic_efficiency_pct" else 0.0)  # less than all is lost
        rows = TargetData(
            X, level, level, papers, encoder.groups, rng.normal(size=40), np.arange(40) % 4 == 0
        )
        mixtures[target] = literature_mixture().fit(rows, target, seed=0)
    citations = tuple(f"10.1/x#{k}" for k in range(40))
    little = {"hosts": 60, "groups": 2, "group": 8, "draws": 3, "epochs": 20}
    return HostModel(mixtures, Domain.of(X), X, citations, {"physics": little})


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A working directory with the examples and a champion."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.chdir(name)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(host_search, "HOST_SEARCH", SHORT)
        patch.setattr("surrogate.campaign.choice_shares.HOSTS", 100)
        shutil.copytree(EXAMPLES, "examples", ignore=shutil.ignore_patterns("*.db", "__pycache__"))
        small_champion().save("model")
        with tracking.run("small", "train", seed=0) as run:
            example = host_encoder().space.sample(2, seed=1)
            tracking.promote(tracking.register(run, Path("model"), example=example))
        yield Path(name)


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_script_runs(script: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(folder / "examples" / script), run_name="__main__")
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) >= 3
    assert "NaN" not in printed


def test_a_gradient_moves_lithium_down(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "simulate_hosts.py"), run_name="__main__")
    head, *rows = capsys.readouterr().out.splitlines()
    place = head.split().index("bottom_half_share")
    share = [float(re.split(r" {2,}", row.strip())[1 + place]) for row in rows]
    assert share[0] < 0.5 < share[1]


def test_the_tutorial_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its commands do what the page says, in their order; the pages that it shows can be looked at."""
    said: dict[str, str] = {}  # by the command's name, of the last that was run
    for line in tutorial.commands():
        code = tutorial.run(line)
        ended = capsys.readouterr()
        assert code == 0, f"{line}: {ended.err}"
        said[line.split()[1].removeprefix("--campaign")] = ended.out + ended.err
    assert "B02-C" in said[""], "the batch after the cells is another one"
    assert "4 cells" in said["status"]
    assert "≥ 210 cycles" in said["status"], "the cell that is still running is a lower bound"
    assert "262" in said["amend"]
    assert all(word in said["history"] for word in ("told in cells.csv", "corrected"))
    hosts = pd.read_csv("published.csv")
    assert hosts["extrapolation"].between(0.0, 1.0).all()
    cells = Campaign.load("examples/own_cells/campaign.toml").observations()
    assert cells["cycle_life_cycles"].tolist() == [92.0, 118.0, 262.0, 164.0]
    assert not cells["cycle_life_cycles_censored"].any()
    if tutorial.BROWSER is not None:
        taken = tutorial.take_pictures(folder, folder)
        assert all(path.stat().st_size > 20_000 for path in taken), "a picture with next to nothing on it"


@pytest.mark.process
def test_the_mlflow_block_of_the_readme_runs(folder: Path) -> None:
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n(export .*?)^```", readme, flags=re.MULTILINE | re.DOTALL)
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["sh", "-ec", block], cwd=folder, env=here, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "mlflow.pyfunc.loaded_model" in ended.stdout


def test_every_example_is_listed() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"\]\(([^)]+)\)", text))
    assert listed == {script for script in SCRIPTS if "/" not in script} | {
        "own_cells/README.md", "published_hosts.csv", "../docs/tutorial.md",
    }  # fmt: skip
