"""A training killed at random moments and run again: no half-moved alias, no orphan, nothing left behind.

Data flow: one whole small training in a process of its own -> when its stages begin and what it asks of MLflow in
each -> moments (seeded; more than half of them in registering, where files, version, alias and the end of the run are
written) -> for each a training in a folder of its own, killed there with SIGKILL -> what is found in its store as it
was left, after the next run has started, and after the training has run again to its end -> one row of the table.
Twice: where there was no champion, and where there was one; of these trainings every second one is made to win. A
moment is told by the words that the training has said before it, so that a slow machine does not move it.
``make bench``; LIHOST_BENCH_KILLS=20 is the number of moments.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate import tracking
from surrogate.errors import StoreError
from surrogate.hosts.search_space import host_space
from surrogate.tracking.store import open_store
from tests.faults.registry import aliases, orphans

KILLS = int(os.environ.get("LIHOST_BENCH_KILLS", "20"))
LATE = 0.65  # share of the moments that lie in registering
BY_TIME = (
    0.4  # of these: evenly in time, which is mostly the writing of files; the others evenly over the calls
)
LEARNING = Path(__file__).parents[1] / "learning" / "conftest.py"  # the small recipe and its few records
REGISTERING = "stage registering"
TOO_LONG_S = 600
# Loads the libraries once and forks a process for each training that is asked for, which is the one that is killed.
TRAININGS = f"""
import importlib.util, os, signal, sys, tempfile, time
from pathlib import Path
def say(*words): print(f"{{time.monotonic():.4f}}", *words, flush=True)
spec = importlib.util.spec_from_file_location("learning_conftest", {str(LEARNING)!r})
small = importlib.util.module_from_spec(spec)
spec.loader.exec_module(small)
import mlflow.pyfunc
import mlflow.store.model_registry.sqlalchemy_store, mlflow.store.tracking.sqlalchemy_store
from mlflow import MlflowClient
from surrogate import learning
from surrogate.evaluation.champion_rule import Verdict
from surrogate.learning import promotion
from surrogate.literature import records
found = small.few_records()
records.load = lambda: found
def told(name, call):
    def wrapped(*args, **kwargs):
        say("call", name)
        return call(*args, **kwargs)
    return wrapped
for name in vars(MlflowClient):
    if name.startswith(("log_", "set_", "create_", "finalize_")):
        setattr(MlflowClient, name, told(name, getattr(MlflowClient, name)))
last = []
def progress(stage, done, total):
    if last[-1:] != [stage]:
        last.append(stage)
        say("stage", stage)
for line in sys.stdin:
    wins, folder = line.rstrip().split(" ", 1)
    child = os.fork()
    if not child:
        signal.alarm({TOO_LONG_S})  # one that hangs ends as well
        os.chdir(folder)
        tempfile.tempdir = str(Path("tmp").absolute())
        Path("tiny.toml").write_text(small.TINY)
        if wins == "1":
            promotion.decide = lambda *tables, **how: Verdict(True, ("made to win",))
        code = 1
        try:
            say("process", os.getpid())
            say("stage starting")
            learning.train("tiny.toml", progress=progress)
            code = 0
        finally:
            say("stage end")
            os._exit(code)
    say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@dataclass(frozen=True)
class Moment:
    """The time ``after_s`` seconds after a training has said its ``line``-th word of a stage."""

    stage: str
    line: int
    after_s: float


class Trainings:
    """Small trainings, each in a process and a folder of its own, which tell their stages and calls of MLflow."""

    def __init__(self, errors: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"}
        environment["MLFLOW_DISABLE_TELEMETRY"] = "true"
        with errors.open("w") as written:
            self._server = subprocess.Popen(
                [sys.executable, "-c", TRAININGS], env=environment, text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=written,
            )  # fmt: skip

    def run(self, folder: Path, *, wins: bool = False, kill: Moment | None = None) -> Told:
        """Train in a folder: to the end, or to a moment."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        self._server.stdin.write(f"{int(wins)} {folder}\n")
        told: list[tuple[float, str]] = []
        process, stage, count = 0, "", 0
        for line in self._server.stdout:
            at, _, what = line.strip().partition(" ")
            kind, _, said = what.partition(" ")
            told.append((float(at), what))
            stage, count = (what, 0) if kind == "stage" else (stage, count + (kind == "call"))
            if kind == "process":
                process = int(said)
            elif kind == "ended":
                return Told(told, int(said))
            elif kill is not None and (stage, count) == (kill.stage, kill.line):
                time.sleep(kill.after_s)
                with suppress(ProcessLookupError):  # it was done before
                    os.kill(process, signal.SIGKILL)
        raise AssertionError("the process that starts the trainings has ended")

    def close(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(timeout=TOO_LONG_S)


@dataclass(frozen=True)
class Told:
    """What a training has told of itself, (seconds, words), and how it ended."""

    lines: list[tuple[float, str]]
    code: int


def timeline(lines: list[tuple[float, str]]) -> list[tuple[Moment, float]]:
    """List the words of a whole training, as moments, and how long it was silent after each; ending with its end."""
    found, stage, count = [], "", 0
    for (at, what), (after, _) in pairwise([one for one in lines if one[1].startswith(("stage", "call"))]):
        stage, count = (what, 0) if what.startswith("stage ") else (stage, count + 1)
        found.append((Moment(stage, count, 0.0), after - at))
    return found


def moments(found: list[tuple[Moment, float]], kills: int, seed: int) -> list[Moment]:
    """Draw moments: evenly over the time before registering, and over the time and the calls of registering."""
    rng = np.random.default_rng(seed)
    parts = [[one for one in found if (one[0].stage == REGISTERING) == late] for late in (False, True)]
    late = round(LATE * kills)
    by_time = round(BY_TIME * late)
    places = []
    for early_or_late, n in ((0, kills - late), (1, by_time)):
        edges = np.cumsum([silent for _, silent in parts[early_or_late]])
        at = rng.uniform(0.0, edges[-1], n)
        places += [(early_or_late, int(place)) for place in np.searchsorted(edges, at, side="right")]
    places += [(1, int(place)) for place in rng.choice(len(parts[1]), late - by_time)]
    return [
        replace(parts[part][place][0], after_s=float(rng.uniform(0.0, parts[part][place][1])))
        for part, place in sorted(places)
    ]


def counted(found: list[str]) -> str:
    return ", ".join(f"{found.count(one)} × {one}" for one in dict.fromkeys(found)) or "nothing"


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainings]:
    started = Trainings(tmp_path_factory.mktemp("trainings") / "errors.txt")
    yield started
    started.close()


@pytest.mark.parametrize("champion", [False, True], ids=["first training", "with a champion"])
def test_a_training_killed_and_run_again(
    champion: bool, trainings: Trainings, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    designs = host_space().sample(4, seed=5)
    first, whole = tmp_path / "first", tmp_path / "whole"
    assert trainings.run(first).code == 0
    if champion:
        shutil.copytree(first / "mlruns", whole / "mlruns")
    found = timeline(trainings.run(whole).lines)
    print(f"\n{'with' if champion else 'without'} a champion; seconds of a training that is let alone:")
    lasting = (
        pd.Series([silent for _, silent in found]).groupby([one.stage for one, _ in found], sort=False).sum()
    )
    print("  " + ", ".join(f"{stage.removeprefix('stage ')} {taken:.1f}" for stage, taken in lasting.items()))
    rows = []
    for number, planned in enumerate(moments(found, KILLS, seed=int(champion))):
        folder, moment = tmp_path / f"{number:02d}", planned
        while True:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            if champion:
                shutil.copytree(first / "mlruns", folder / "mlruns")
            killed = trainings.run(folder, wins=bool(number % 2), kill=moment)
            if killed.code == -signal.SIGKILL:
                break
            # It was faster than the one that was timed.
            moment = replace(moment, after_s=0.4 * moment.after_s)
        monkeypatch.chdir(folder)
        monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
        calls = [what.removeprefix("call ") for _, what in killed.lines if what.startswith("call ")]
        told = {
            "stage": moment.stage.removeprefix("stage "), "call": moment.line, "after_s": round(moment.after_s, 3),
            "in": calls[-1] if calls else "", "made to win": bool(number % 2),
        }  # fmt: skip
        try:
            rows.append(told | judged(folder, champion, trainings, designs))
        except StoreError as error:  # it does not open without a hand
            rows.append(told | {"wrong": str(error)})
        shutil.rmtree(folder)
    table = pd.DataFrame(rows)
    with pd.option_context("display.width", 250, "display.max_colwidth", 90):
        print(table.to_string(index=False))
    assert not table["wrong"].any(), "see the column wrong"


def judged(folder: Path, champion: bool, trainings: Trainings, designs: pd.DataFrame) -> dict[str, object]:
    """Look at a store as it was left, after the next run's start and after the training has run again."""
    wrong: list[str] = []
    opened = open_store(make=False)
    before: dict[str, str] = {}
    left: list[str] = []
    if opened is not None:
        before, wrong = aliases(opened, designs)
        left = orphans(opened, folder, designs)
    allowed = {"1", "2"} if champion else {None, "1"}
    if before.get(tracking.ALIAS) not in allowed:
        wrong.append(f"champion is {before.get(tracking.ALIAS)}")
    with tracking.run("the next", "propose"):
        pass
    opened = open_store(make=False)
    assert opened is not None
    now, bad = aliases(opened, designs)
    wrong += bad + orphans(opened, folder, designs)
    if now != before:
        wrong.append(f"aliases were {before}, are {now}")
    if trainings.run(folder).code:
        wrong.append("the training does not run again")
    after_all, bad = aliases(opened, designs)
    wrong += bad + orphans(opened, folder, designs)
    if tracking.ALIAS not in after_all:
        wrong.append("no champion in the end")
    return {
        "aliases as left": told_of(before),
        "left, and gone at the next start": counted(left),
        "in the end": told_of(after_all),
        "wrong": counted(wrong) if wrong else "",
    }


def told_of(found: dict[str, str]) -> str:
    return " ".join(f"{name} {version}" for name, version in found.items()) or "none"
